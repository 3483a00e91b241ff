"""``/bounces``: what came back."""

from __future__ import annotations

from collections import Counter

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, listing
from bot.sandbox.rules import BOUNCE_TYPES, Json, Refusal
from bot.sandbox.state import Bounce
from bot.sandbox.suppressing import reactivate


def search(ask: Ask) -> Json:
    """``GET /bounces``. A search for one message needs no page."""
    found = sorted((entry for entry in _kept(ask) if _fits(ask, entry)), key=lambda entry: entry.at, reverse=True)
    paged = found if "messageid" in ask.query and "count" not in ask.query else ask.page(found)
    return listing("Bounces", (rows.bounce(ask.account, ask.server, entry) for entry in paged), len(found))


def one(ask: Ask) -> Json:
    """``GET /bounces/{id}``."""
    return rows.bounce(ask.account, ask.server, _named(ask))


def dump(ask: Ask) -> Json:
    """``GET /bounces/{id}/dump``: the returned email, empty once it is too old."""
    entry = _named(ask)
    return {"Body": rows.source(entry.mail) if rows.has_dump(ask.account, entry) else ""}


def activate(ask: Ask) -> Json:
    """``PUT /bounces/{id}/activate``: allows sending to the address again."""
    entry = _named(ask)
    if not rows.can_activate(entry):
        raise Refusal(422, 1003, "This bounce cannot be activated.")
    now = ask.account.clock.now()
    reactivate(ask.account, ask.server, entry.mail.stream, entry.email, origin="Customer", at=now)
    return {"Message": "OK", "Bounce": rows.bounce(ask.account, ask.server, entry)}


def statistics(ask: Ask) -> Json:
    """``GET /deliverystats``: how many of each kind."""
    kept = _kept(ask)
    counted = Counter(entry.type for entry in kept)
    kinds: list[Json] = [
        {"Name": BOUNCE_TYPES[name].name, "Type": name, "Count": count, "TypeCode": BOUNCE_TYPES[name].code}
        for name, count in counted.items()
    ]
    everything: Json = {"Name": "All", "Type": "All", "Count": len(kept), "TypeCode": 0}
    return {"InactiveMails": sum(entry.inactive for entry in kept), "Bounces": [everything, *kinds]}


def _kept(ask: Ask) -> list[Bounce]:
    return [entry for entry in ask.server.bounces.values() if ask.account.holds(entry.mail)]


def _named(ask: Ask) -> Bounce:
    for entry in _kept(ask):
        if str(entry.bounce_id) == ask.path["bounce_id"]:
            return entry
    raise Refusal(422, 12, "The bounce was not found on this server.")


def _fits(ask: Ask, entry: Bounce) -> bool:
    query = ask.query
    if query.get("inactive", "true") not in {"true", "false"}:
        raise Refusal(422, 1000, "'inactive' is 'true' or 'false'.")
    return (
        query.get("type", entry.type) == entry.type
        and query.get("inactive", str(entry.inactive).lower()) == str(entry.inactive).lower()
        and query.get("emailfilter", "").lower() in entry.email.lower()
        and query.get("messageid", entry.mail.message_id) == entry.mail.message_id
        and query.get("tag", entry.mail.tag) == entry.mail.tag
        and query.get("messagestream", entry.mail.stream) == entry.mail.stream
        and ask.within(entry.at)
    )
