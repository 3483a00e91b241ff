"""When a digest is said: each business morning of a channel, once, and late only on the same morning."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from store import notices
from store.alert_records import RuleDeed
from store.database import Database
from store.records import EventKind
from tests.digest.desk import CHANNEL, DAY, HOUR, MINUTE, MONDAY, Desk, at
from tests.rules.making import defaults

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def desk(database: Database) -> Desk:
    """An office in Berlin, open Monday to Friday from 8 to 18, with one rule."""
    desk = Desk(database)
    desk.rule()
    return desk


@pytest.mark.parametrize(
    ("now", "is_planned"),
    [
        ("2026-11-23 07:59", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 11:59", True),  # a process that was down at the opening
        ("2026-11-23 12:00", False),
        ("2026-11-21 08:00", False),  # Saturday
        ("2026-10-26 08:00", True),  # after the clocks went back
        ("2026-03-30 08:00", True),  # after they went forward
        ("2028-02-29 09:30", True),  # a leap day, a Tuesday
    ],
)
def test_it_is_said_when_the_office_opens(desk: Desk, now: str, *, is_planned: bool) -> None:
    """The digest comes at the opening of a business day by the office's own clock, or until four hours after it."""
    assert bool(desk.planned(at(now))) is is_planned


def test_no_digest_on_a_holiday(database: Database) -> None:
    """On a public holiday of the region nobody gets a digest, elsewhere everybody does."""
    corpus_christi = at("2026-06-04 08:00")
    bavaria, berlin = (
        Desk(database, {"defaults": defaults(holidays=f"DE-{region}", channel=f"C0{region}")})
        for region in ("BY", "BE")
    )
    bavaria.rule()
    bavaria.digest.plan(corpus_christi)
    berlin.digest.plan(corpus_christi)
    with database.read() as connection:
        assert notices.channels_waiting(connection, corpus_christi, limit=9) == ["C0BE"]


def test_a_rule_has_an_office_of_its_own(desk: Desk) -> None:
    """A channel's morning is that of the office which opens first; other channels have mornings of their own."""
    desk.rule("chicago", timezone="America/Chicago", channel="C0CHICAGO")
    desk.rule("early", hours="Mon-Fri 06:30-14:00")
    assert desk.planned(at("2026-11-23 06:29")) == []
    assert [notice.key for notice in desk.planned(at("2026-11-23 06:30"))] == [f"digest|{CHANNEL}|2026-11-23"]
    desk.digest.plan(at("2026-11-23 08:00", CHICAGO))
    with desk.database.read() as connection:
        assert set(notices.channels_waiting(connection, MONDAY + DAY, limit=9)) == {CHANNEL, "C0CHICAGO"}


def test_an_office_that_never_closes_has_a_morning(database: Database) -> None:
    """Where somebody is always in, the digest comes at six."""
    desk = Desk(database, {"defaults": defaults("Mon-Sun 00:00-24:00")})
    desk.rule()
    assert desk.planned(at("2026-11-22 05:59")) == []
    assert len(desk.planned(at("2026-11-22 06:00"))) == 1


def test_it_is_planned_once_by_many(desk: Desk) -> None:
    """However many processes look, however often: one digest for a channel and a day."""
    others = [Desk(desk.database) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda other: [other.digest.plan(MONDAY + MINUTE * n) for n in range(5)], others))
    assert len(desk.planned(MONDAY + 2 * HOUR)) == 1
    assert len(desk.planned(MONDAY + DAY)) == 2


@pytest.mark.parametrize("deed", [RuleDeed.PAUSED, RuleDeed.REMOVED])
def test_a_rule_that_is_paused_or_removed_has_no_digest(desk: Desk, deed: RuleDeed) -> None:
    """No digest is planned for it, and one that was planned before is not said any more."""
    desk.email(MONDAY - 2 * DAY - HOUR, EventKind.DELIVERY)
    (planned,) = desk.planned(MONDAY)
    desk.rule(deed=deed, paused=deed is RuleDeed.PAUSED)
    made = desk.digest.prepare([planned], now=MONDAY + MINUTE)
    assert (made.reply, list(made.cancelled)) == (None, [planned])
    assert len(desk.planned(MONDAY + DAY)) == 1


def test_no_channel_no_digest(database: Database) -> None:
    """A rule that speaks nowhere has no digest."""
    desk = Desk(database, {"defaults": defaults(channel=None)})
    desk.rule()
    desk.digest.plan(MONDAY)
    with database.read() as connection:
        assert notices.channels_waiting(connection, MONDAY, limit=9) == []


def test_what_could_not_be_said_in_the_morning_is_left_for_the_next(desk: Desk) -> None:
    """When Slack was down all morning nothing is said in the afternoon, and the next digest tells of both days."""
    desk.email(MONDAY - 3 * DAY + HOUR, EventKind.DELIVERY)
    (monday,) = desk.planned(MONDAY)
    assert desk.digest.prepare([monday], now=MONDAY + 5 * HOUR).reply is None
    desk.email(MONDAY + HOUR, EventKind.DELIVERY)
    tuesday = MONDAY + DAY
    made = desk.digest.prepare(desk.planned(tuesday), now=tuesday)
    assert made.reply is not None
    assert "2 important emails have gone out" in made.reply.text
    assert [notice.key for notice in made.said] == [f"digest|{CHANNEL}|2026-11-24"]
    assert list(made.cancelled) == [monday]


def test_midnight_is_the_offices(database: Database) -> None:
    """An office far away has its own day: the key names the day that it is there."""
    desk = Desk(database, {"defaults": defaults(zone=ZoneInfo("Pacific/Auckland"))})
    desk.rule()
    now = datetime.fromisoformat("2026-11-23 08:00").replace(tzinfo=ZoneInfo("Pacific/Auckland"))
    assert [notice.key for notice in desk.planned(now)] == [f"digest|{CHANNEL}|2026-11-23"]
