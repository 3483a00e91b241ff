"""``/message-streams/{stream}/suppressions``: addresses that nothing is sent to."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, entries
from bot.sandbox.parts import looks_like_an_address
from bot.sandbox.rules import MAX_SUPPRESSIONS, Json, Refusal
from bot.sandbox.state import Suppression
from bot.sandbox.suppressing import may_remove, reactivate, suppress


def dump(ask: Ask) -> Json:
    """``GET …/dump``: all that fit, never paged."""
    stream = ask.stream().stream_id
    found = (entry for (of, _), entry in ask.server.suppressions.items() if of == stream and _fits(ask, entry))
    return {"Suppressions": [rows.suppression(entry) for entry in found]}


def create(ask: Ask) -> Json:
    """``POST …``: switches addresses off by hand."""
    stream, now = ask.stream().stream_id, ask.account.clock.now()

    def switch_off(address: str) -> Json:
        suppress(ask.account, ask.server, stream, address, reason="ManualSuppression", origin="Customer", at=now)
        return _result(address, "Suppressed")

    return _each(ask, switch_off)


def delete(ask: Ask) -> Json:
    """``POST …/delete``: switches addresses on again, where that is allowed."""
    stream, now = ask.stream().stream_id, ask.account.clock.now()

    def switch_on(address: str) -> Json:
        entry = ask.server.suppressions.get((stream, address.lower()))
        if entry is not None and not may_remove(entry):
            return _result(address, "Failed", "You do not have the required authority to change this suppression.")
        reactivate(ask.account, ask.server, stream, address, origin="Customer", at=now)
        return _result(address, "Deleted")

    return _each(ask, switch_on)


def _each(ask: Ask, change: Callable[[str], Json]) -> Json:
    """HTTP 200 whatever becomes of single addresses: each has its own status."""
    addresses = [str(entry.get("EmailAddress", "")) for entry in entries(ask.fields(), "Suppressions")]
    if len(addresses) > MAX_SUPPRESSIONS:
        raise Refusal(422, 300, f"At most {MAX_SUPPRESSIONS} addresses can be changed at once.")
    results = [
        change(address)
        if looks_like_an_address(address)
        else _result(address, "Failed", "An invalid email address was provided.")
        for address in addresses
    ]
    return {"Suppressions": results}


def _result(address: str, status: str, message: str | None = None) -> Json:
    return {"EmailAddress": address, "Status": status, "Message": message}


def _fits(ask: Ask, entry: Suppression) -> bool:
    wanted = {"emailaddress": entry.email, "suppressionreason": entry.reason, "origin": entry.origin}
    return all(ask.query.get(name, value).lower() == value.lower() for name, value in wanted.items()) and ask.within(
        entry.at
    )
