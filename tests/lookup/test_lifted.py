"""Suppressions that were lifted while nobody listened."""

from __future__ import annotations

from store import events
from store.records import EventKind
from tests.lookup.house import DAY, HOUR, MINUTE, NOW, House

TOM = "tom@reed.example"


def _told(house: House) -> list[EventKind]:
    with house.database.read() as connection:
        return [event.kind for event in sorted(events.of_addresses(connection, {TOM}), key=lambda event: event.at)]


def test_a_lifted_suppression_is_noticed_without_its_webhook(house: House) -> None:
    """When Postmark sends to an address again and its webhook was lost, the next answer notices, once."""
    bill = house.sandbox.send(TOM, "Your bill", at=NOW - 3 * DAY)
    house.sandbox.bounce(bill, TOM, at=NOW - 3 * DAY + MINUTE)
    house.ask(TOM)
    assert EventKind.SUPPRESSION in _told(house)
    house.sandbox.reactivate(TOM, at=NOW - HOUR)
    for minutes in (2, 4):
        house.now = NOW + minutes * MINUTE
        house.ask(TOM)
    assert _told(house).count(EventKind.REACTIVATION) == 1


def test_a_suppression_that_stands_is_left_alone(house: House) -> None:
    """While Postmark lists the suppression, asking again changes nothing."""
    bill = house.sandbox.send(TOM, "Your bill", at=NOW - 3 * DAY)
    house.sandbox.bounce(bill, TOM, at=NOW - 3 * DAY + MINUTE)
    for minutes in (0, 2, 4):
        house.now = NOW + minutes * MINUTE
        house.ask(TOM)
    assert EventKind.REACTIVATION not in _told(house)


def test_a_suppression_of_the_last_minutes_may_not_be_listed_yet(house: House) -> None:
    """A suppression that Postmark does not list yet is not taken for lifted."""
    bill = house.sandbox.send(TOM, "Your bill", at=NOW - 5 * MINUTE)
    house.sandbox.bounce(bill, TOM, at=NOW - 4 * MINUTE)
    house.ask(TOM)
    house.sandbox.reactivate(TOM, at=NOW - 3 * MINUTE)
    house.now = NOW + 2 * MINUTE
    house.ask(TOM)
    assert EventKind.REACTIVATION not in _told(house)
