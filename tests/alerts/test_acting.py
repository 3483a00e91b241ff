"""What people do about alerts, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.acting import Acting
from bot.office import Office, parse_holidays, parse_hours
from bot.replies.blocks.actions import Snooze, Value, mark_of
from bot.rules.timing import Defaults
from store import alerts, deeds, notices, rules
from store.alert_records import Alert, AlertKind, Ending, Notice, NoticeKind, Rule, RuleChange, RuleDeed
from store.database import Database
from store.deeds import Did

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # a Wednesday, the day before Thanksgiving; 10:00 in New York
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
OFFICE = Office(timezone=NEW_YORK, hours=parse_hours("Mon-Fri 08:00-18:00"), holidays=parse_holidays("US"))
TRAIL = ("m1", "maria@oakleaf.example")
ROSA, NILS = "U0ROSA", "U0NILS"


def an_alert(rule: str = "quotes", kind: AlertKind = AlertKind.SILENT) -> Alert:
    """An open alert about Maria's quote."""
    return Alert(
        key="|".join((rule, *TRAIL, kind)),
        rule_id=rule,
        message_id=TRAIL[0],
        recipient_key=TRAIL[1],
        kind=kind,
        group=rule,
        began_at=NOW - timedelta(hours=1),
    )


@pytest.fixture
def acting(database: Database) -> Acting:
    """What people do, on a database that holds two alerts about one email."""
    with database.write() as connection:
        alerts.put(connection, [an_alert(), an_alert("everything")])
    return Acting(database, Defaults(office=OFFICE), lambda: NOW)


def standing(acting: Acting, alert: Alert | None = None) -> Alert:
    """An alert as it stands."""
    with acting.database.read() as connection:
        return alerts.load(connection, [(alert or an_alert()).key])[(alert or an_alert()).key]


def did(acting: Acting) -> list[tuple[Did, str]]:
    """What stands as done about the email."""
    with acting.database.read() as connection:
        return [(done.what, done.who) for done in deeds.of_trails(connection, [TRAIL])]


def test_a_button_finds_its_alert(acting: Acting) -> None:
    """A button finds its own alert among several about the same email; one of nobody's finds none."""
    for alert in (an_alert(), an_alert("everything")):
        found = acting.find(Value(message_id="m1", about=mark_of(alert.key)))
        assert found is not None
        assert found.key == alert.key
    assert acting.find(Value(message_id="m1", about=mark_of("other"))) is None
    assert acting.find(Value(message_id="m1")) is None
    assert acting.find(Value(about=mark_of(an_alert().key))) is None


@pytest.mark.parametrize(
    ("do", "ending", "done"),
    [
        (Acting.called, Ending.CALLED, [(Did.CALLED, ROSA)]),
        (Acting.not_important, Ending.NOT_IMPORTANT, []),
    ],
)
def test_ending_and_undoing(
    acting: Acting, do: Callable[[Acting, Alert, str], bool], ending: Ending, done: list[tuple[Did, str]]
) -> None:
    """Called and "not important" end the alert with who and when, once; undone it is open as before."""
    assert do(acting, an_alert(), ROSA)
    assert not do(acting, an_alert(), NILS)
    over = standing(acting)
    assert (over.ending, over.ended_by, over.ended_at) == (ending, ROSA, NOW)
    assert did(acting) == done
    assert acting.undo(over, NILS)
    assert not acting.undo(over, NILS)
    assert standing(acting).is_open
    assert did(acting) == []


def test_handled_ends_every_alert_of_the_email(acting: Acting) -> None:
    """Handling an email ends each of its alerts, wherever it is done, with the note; undoing opens them all."""
    done, ended = acting.handled(TRAIL, ROSA, "called her")
    assert sorted(ended) == sorted([an_alert().key, an_alert("everything").key])
    for alert in (an_alert(), an_alert("everything")):
        over = standing(acting, alert)
        assert (over.ending, over.ended_by, over.ending_note) == (Ending.HANDLED, ROSA, "called her")
    assert did(acting) == [(Did.HANDLED, ROSA)]
    assert sorted(acting.undo_done(done, NILS)) == sorted(ended)
    assert acting.undo_done(done, NILS) == []
    assert standing(acting).is_open
    assert did(acting) == []


def test_undoing_under_the_alert_undoes_under_the_answer(acting: Acting) -> None:
    """What is "handled" is one thing: taken back at an alert, it no longer stands under an answer either."""
    acting.handled(TRAIL, ROSA)
    assert acting.undo(standing(acting), ROSA)
    assert did(acting) == []
    assert standing(acting, an_alert("everything")).is_open


def test_what_the_customer_ended_stays_ended(acting: Acting) -> None:
    """What a customer ended is not opened by taking back a colleague's deed, nor undone by anybody."""
    with acting.database.write() as connection:
        alerts.end(connection, an_alert("everything").key, Ending.SEEN, NOW)
    done, ended = acting.handled(TRAIL, ROSA)
    assert ended == [an_alert().key]
    assert acting.undo_done(done, ROSA) == [an_alert().key]
    assert standing(acting, an_alert("everything")).ending is Ending.SEEN
    assert not acting.undo(standing(acting, an_alert("everything")), ROSA)
    assert not acting.called(an_alert("everything"), ROSA)


def test_of_two_at_once_one_does_it(acting: Acting) -> None:
    """When many press at the same moment, one does it, and everybody reads the same of it."""
    won: list[str] = []
    lock = threading.Barrier(6)

    def press(who: str, do: Callable[[Acting, Alert, str], bool]) -> None:
        lock.wait()
        if do(acting, an_alert(), who):
            won.append(who)

    deeds_ = [Acting.called, Acting.not_important] * 3
    threads = [threading.Thread(target=press, args=(f"U{number}", do)) for number, do in enumerate(deeds_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [standing(acting).ended_by] == won


def test_putting_aside(acting: Acting) -> None:
    """An alert is put aside by somebody until a time, and taken up again; one that is over can't be."""
    until = NOW + timedelta(hours=4)
    assert acting.snooze(an_alert(), until, ROSA)
    assert (standing(acting).snoozed_until, standing(acting).snoozed_by) == (until, ROSA)
    assert acting.wake(an_alert())
    assert standing(acting).snoozed_until is None
    assert not acting.wake(an_alert())
    acting.called(an_alert(), ROSA)
    assert not acting.snooze(an_alert(), until, ROSA)


def test_until_when(acting: Acting) -> None:
    """Tomorrow 9:00 is that of who presses, the next business day the office's: no weekend, no holiday."""
    assert acting.until(an_alert(), Snooze.FOUR_HOURS, BERLIN) == NOW + timedelta(hours=4)
    assert acting.until(an_alert(), Snooze.TOMORROW, BERLIN) == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert acting.until(an_alert(), Snooze.TOMORROW, None) == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    friday = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # Thursday is Thanksgiving
    assert acting.until(an_alert(), Snooze.NEXT_BUSINESS_DAY, BERLIN) == friday
    before_the_weekend = replace(acting, now=lambda: friday)
    assert before_the_weekend.until(an_alert(), Snooze.NEXT_BUSINESS_DAY, None) == friday + timedelta(days=3)


@pytest.mark.parametrize(
    ("pressed", "tomorrow", "next_business_day"),
    [
        ("2027-03-27 15:00+01:00", "2027-03-28 09:00+02:00", "2027-03-29 08:00+02:00"),  # a Saturday, forward
        ("2027-03-28 01:30+01:00", "2027-03-29 09:00+02:00", "2027-03-29 08:00+02:00"),
        ("2026-10-24 15:00+02:00", "2026-10-25 09:00+01:00", "2026-10-26 08:00+01:00"),  # a Saturday, back
        ("2026-10-25 02:30+02:00", "2026-10-26 09:00+01:00", "2026-10-26 08:00+01:00"),  # in the hour that comes twice
        ("2026-10-25 02:30+01:00", "2026-10-26 09:00+01:00", "2026-10-26 08:00+01:00"),
    ],
)
def test_tomorrow_is_told_by_the_wall_clock(
    acting: Acting, pressed: str, tomorrow: str, next_business_day: str
) -> None:
    """Across both changes of the clocks, tomorrow 9:00 is nine by the clock on the wall, and so is the opening."""
    office = Office(timezone=BERLIN, hours=parse_hours("Mon-Fri 08:00-18:00"))
    there = replace(
        acting, now=lambda: datetime.fromisoformat(pressed), defaults=replace(acting.defaults, office=office)
    )
    assert there.until(an_alert(), Snooze.TOMORROW, BERLIN) == datetime.fromisoformat(tomorrow)
    assert there.until(an_alert(), Snooze.NEXT_BUSINESS_DAY, BERLIN) == datetime.fromisoformat(next_business_day)


def test_the_hours_are_those_of_the_rule(acting: Acting) -> None:
    """A rule with a zone and hours of its own has its own next business day."""
    rule = Rule(rule_id="quotes", name="Quotes", timezone="Europe/Berlin", hours="Mon-Fri 07:00-15:00", holidays="")
    change = RuleChange(at=NOW, who=ROSA, rule_id="quotes", deed=RuleDeed.ADDED, before=None, after=rule)
    with acting.database.write() as connection:
        assert rules.put(connection, rule, change)
    assert acting.until(an_alert(), Snooze.NEXT_BUSINESS_DAY, None) == datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def test_the_alerts_of_a_post(acting: Acting) -> None:
    """A post that tells of several alerts knows which, in its order."""
    both = [an_alert("everything"), an_alert()]
    told = [
        Notice(key=f"n{at}", kind=NoticeKind.ALERT, channel="C1", about=one.key, due_at=NOW + timedelta(seconds=at))
        for at, one in enumerate(both)
    ]
    with acting.database.write() as connection:
        notices.put_all(connection, told)
        claimed = notices.claim(connection, told, "w", NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=2))
        notices.mark_sent(connection, claimed, posted_in="C1", ts="1.2", now=NOW)
    assert [alert.key for alert in acting.of_post("C1", "1.2")] == [alert.key for alert in both]
    assert acting.of_post("C1", "9.9") == []
