"""``/messages/outbound``: finding messages, their details, openings and clicks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, listing
from bot.sandbox.rules import Json, Refusal
from bot.sandbox.state import Look, Mail


def search(ask: Ask) -> Json:
    """``GET /messages/outbound``: every filter given must fit; newest first."""
    if sum(name.startswith("metadata_") for name in ask.query) > 1:
        raise Refusal(422, 700, "A search takes one metadata field at most.")
    if "messagestream" in ask.query:
        ask.named_stream(ask.query["messagestream"])
    found = [mail for mail in ask.account.listed(ask.server) if _fits(ask, mail)]
    found.sort(key=lambda mail: mail.received_at)
    found.reverse()
    return listing("Messages", (rows.message(ask.account, mail) for mail in ask.page(found)), len(found))


def details(ask: Ask) -> Json:
    """``GET /messages/outbound/{id}/details``."""
    return rows.details(ask.account, ask.mail())


def dump(ask: Ask) -> Json:
    """``GET /messages/outbound/{id}/dump``."""
    return {"Body": rows.source(ask.mail())}


def opens(ask: Ask) -> Json:
    """``GET /messages/outbound/opens``: the first of each recipient."""
    return _looks(ask, "Opens", lambda mail: mail.opens, rows.opened)


def clicks(ask: Ask) -> Json:
    """``GET /messages/outbound/clicks``: one for each recipient and link."""
    return _looks(ask, "Clicks", lambda mail: mail.clicks, rows.clicked)


def _looks(ask: Ask, name: str, of: Callable[[Mail], list[Look]], row: Callable[[Mail, Look], Json]) -> Json:
    """Of one message if the path names one, else of all. A message that isn't known has none."""
    wanted = ask.path.get("message_id")
    mails = [mail for mail in ask.account.listed(ask.server) if wanted in {None, mail.message_id}]
    timeless = bool(wanted) or ask.account.quirks.undated_looks
    found = [(mail, look) for mail in mails for look in of(mail) if timeless or ask.within(look.at)]
    found.sort(key=lambda pair: pair[1].at, reverse=True)
    if not wanted and not _LOOK_FILTERS.keys().isdisjoint(ask.query):
        found = [(mail, look) for mail, look in found if _look_fits(ask, row(mail, look))]
    page = [row(mail, look) | {"ReceivedAt": rows.told_at(ask.account, look.at)} for mail, look in ask.page(found)]
    return listing(name, page, len(found))


def _fits(ask: Ask, mail: Mail) -> bool:
    query = ask.query
    return (
        ("recipient" not in query or _is_recipient(ask, mail, query["recipient"].lower()))
        and query.get("fromemail", "").lower() in mail.sender.lower()
        and query.get("subject", "").lower() in mail.subject.lower()
        and query.get("tag") in {None, mail.tag}
        and query.get("status", mail.status).lower() == mail.status.lower()
        and query.get("messagestream") in {None, mail.stream}
        and _has_metadata(mail, query)
        and ask.within(mail.received_at)
    )


def _is_recipient(ask: Ask, mail: Mail, wanted: str) -> bool:
    if ask.account.quirks.recipient_filter == "partial":
        return any(wanted in box.key for box in mail.recipients)
    return any(wanted == box.key for box in mail.recipients)


def _has_metadata(mail: Mail, query: Mapping[str, str]) -> bool:
    has = {f"metadata_{name.lower()}": value for name, value in mail.metadata.items()}
    return all(has.get(name) == value for name, value in query.items() if name.startswith("metadata_"))


# Filter → the path of the value in a row.
_LOOK_FILTERS = {
    "recipient": ("Recipient",),
    "client_name": ("Client", "Name"),
    "client_company": ("Client", "Company"),
    "client_family": ("Client", "Family"),
    "os_name": ("OS", "Name"),
    "os_family": ("OS", "Family"),
    "os_company": ("OS", "Company"),
    "platform": ("Platform",),
    "country": ("Geo", "Country"),
    "region": ("Geo", "Region"),
    "city": ("Geo", "City"),
    "tag": ("Tag",),
    "messagestream": ("MessageStream",),
}


def _look_fits(ask: Ask, body: Json) -> bool:
    for name, path in _LOOK_FILTERS.items():
        value: object = body
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if name in ask.query and str(value).lower() != ask.query[name].lower():
            return False
    return True
