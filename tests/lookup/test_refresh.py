"""Asking Postmark about emails that are known: what alerts do just before they speak."""

from __future__ import annotations

from bot.sandbox import Sandbox, readers
from store import events
from store.records import EventKind
from tests.lookup.house import HOUR, MINUTE, NOW, House

MARIA = "maria@oakleaf.example"


def kinds(house: House, message_id: str) -> list[EventKind]:
    with house.database.read() as connection:
        return [event.kind for event in events.of_messages(connection, [message_id])]


def test_asks_for_what_happened_since(house: House, sandbox: Sandbox) -> None:
    """What Postmark knows of an email is kept, and a moment later it isn't asked again."""
    message_id = sandbox.send(MARIA, "Your quote", tag="quote", at=NOW - 2 * HOUR)
    sandbox.deliver(message_id, at=NOW - 2 * HOUR + MINUTE)
    house.ask(MARIA)
    sandbox.open(message_id, MARIA, by=readers.PHONE, at=NOW - MINUTE)
    lookup = house.lookup()
    house.wait(2 * MINUTE)
    assert lookup.refresh([message_id], now=house.now) == {message_id}
    assert EventKind.OPEN in kinds(house, message_id)
    asked = len(sandbox.requests)
    assert lookup.refresh([message_id], now=house.now) == {message_id}
    assert len(sandbox.requests) == asked


def test_what_cannot_be_asked(small_house: House, sandbox: Sandbox) -> None:
    """Of what Postmark could not be asked for in time it isn't claimed that it was; unknown emails are left out."""
    message_id = sandbox.send(MARIA, "Your quote", at=NOW - HOUR)
    small_house.ask(MARIA)
    small_house.wait(2 * MINUTE)
    lookup = small_house.lookup()
    with sandbox.fault("hang"):
        assert lookup.refresh([message_id, "unknown"], now=small_house.now, budget=0.3) == frozenset()
    assert lookup.refresh([message_id, "unknown"], now=small_house.now) == {message_id}
    assert lookup.refresh([], now=small_house.now) == frozenset()


def test_without_postmark(small_house: House, sandbox: Sandbox) -> None:
    """Where there is no Postmark to ask, nothing is claimed."""
    message_id = sandbox.send(MARIA, "Your quote", at=NOW - HOUR)
    small_house.ask(MARIA)
    small_house.wait(2 * MINUTE)
    small_house.tokens = {}
    assert small_house.lookup().refresh([message_id], now=small_house.now) == frozenset()
