from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from bot.rulebook import trying
from bot.rules.trial import Tried
from store.alert_records import AlertKind, CantTell, Match
from store.records import EventKind, Finding, Recipient, Role
from tests.rulebook.conftest import NOW, Office
from tests.rules.making import rule

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = NOW - 7 * DAY  # 10:00, a week before: 24 business hours end on Wednesday at 14:00


def tried(office: Office, **said: Any) -> Tried:
    return office.book.tried(rule(**{"tags": ("quote",), **said}), now=NOW)


def test_what_would_have_fired(office: Office) -> None:
    """An email that stayed silent until due fires then, whatever came later; one seen in time doesn't."""
    for message_id in ("silent", "late", "in time"):
        office.sent(message_id, at=MONDAY)
    office.opened("late", at=MONDAY + 3 * DAY)
    office.opened("in time", at=MONDAY + DAY)
    found = tried(office)
    due = MONDAY + 2 * DAY + 4 * HOUR
    assert {(one.trail.message.message_id, one.kind, one.at, one.now.finding) for one in found.fired} == {
        ("silent", AlertKind.SILENT, due, Finding.NO_SIGN),
        ("late", AlertKind.SILENT, due, Finding.SEEN),
    }
    assert (found.looked_at, found.fitting, found.seen, found.is_whole) == (3, 3, 1, True)


def test_what_the_rule_is_not_about(office: Office) -> None:
    """Other mail, copies to colleagues and mail before the period count for nothing."""
    office.sent("other", at=MONDAY, tag="newsletter")
    office.sent("ours", "rosa@alder.example", at=MONDAY)
    office.sent("old", at=NOW - 40 * DAY)
    found = tried(office)
    assert (found.fired, found.fitting, found.looked_at) == ([], 0, 1)


def test_what_failed_would_have_fired_at_once(office: Office) -> None:
    """A bounce fires when it happens, also before the rule's time is over."""
    office.sent("bounced", at=NOW - HOUR)
    bounced = NOW - HOUR + timedelta(minutes=1)
    office.happened("bounced", EventKind.BOUNCE, at=bounced, bounce_type="HardBounce", detail="550 no such user")
    (fired,) = tried(office).fired
    assert (fired.kind, fired.at) == (AlertKind.FAILED, bounced)


def test_what_is_not_due_yet(office: Office) -> None:
    """An email whose time is not over yet waits."""
    office.sent("new", at=NOW - HOUR)
    found = tried(office)
    assert (found.fired, found.waiting) == ([], 1)


@pytest.mark.parametrize(("cant_tell", "fires"), [(CantTell.DIGEST, 0), (CantTell.NOTHING, 0), (CantTell.ALERT, 1)])
def test_where_no_sign_could_come(office: Office, cant_tell: CantTell, fires: int) -> None:
    """An email without any tracking fires only where the rule says so, and is counted apart."""
    office.sent("untracked", at=MONDAY, track_opens=False, track_links="None")
    found = tried(office, cant_tell=cant_tell)
    assert (len(found.fired), found.cant_tell) == (fires, 1 - fires)


def test_what_was_settled_otherwise(office: Office) -> None:
    """A newer quote of the job, a colleague of theirs who looked, or the office's own word settle an email in time."""
    for number in range(1, 6):
        office.sent(f"m{number}", at=MONDAY, references=(f"104{number}",))
    office.sent("newer", at=MONDAY + DAY, references=("1041",))
    office.sent("too late", at=MONDAY + 4 * DAY, references=("1042",))
    office.sent("theirs", "tom@example.com", at=MONDAY, references=("1043",))
    office.opened("theirs", "tom@example.com", at=MONDAY + HOUR)
    office.sent("theirs, late", "tom@example.com", at=MONDAY, references=("1044",))
    office.opened("theirs, late", "tom@example.com", at=MONDAY + 4 * DAY)
    office.happened("m5", EventKind.HANDLED, at=MONDAY + HOUR)
    found = tried(office)
    fired = {one.trail.message.message_id for one in found.fired}
    assert {"m2", "m4"} <= fired
    assert not fired & {"m1", "m3", "m5", "theirs"}
    assert found.settled == 3


def test_each_recipient_counts_alone(office: Office) -> None:
    """Two customers of one email are two emails to look at; where one looks, the other one's is settled by that."""
    email = office.sent("both", at=MONDAY)
    both = (*email.recipients, Recipient("tom@example.com", "tom@example.com", None, Role.CC))
    office.sent("both", at=MONDAY, recipients=both)
    found = tried(office)
    assert {one.trail.recipient.key for one in found.fired} == {"maria@example.com", "tom@example.com"}
    office.opened("both", at=MONDAY + HOUR)
    found = tried(office)
    assert (found.fired, found.seen, found.settled) == ([], 1, 1)


def test_any_condition_is_enough_where_a_rule_says_so(office: Office) -> None:
    """A rule that asks for any of its conditions finds mail that has another tag."""
    office.sent("by domain", "maria@acme.example", at=MONDAY, tag="other")
    assert len(tried(office, match=Match.ANY, domains=("acme.example",)).fired) == 1
    assert len(tried(office, match=Match.ALL, domains=("acme.example",)).fired) == 0


def test_letters_that_a_database_folds_otherwise(office: Office) -> None:
    """A tag with an umlaut is found however it is written."""
    office.sent("offer", at=MONDAY, tag="ÜBERGABE")
    assert len(tried(office, tags=("Übergabe",)).fired) == 1


def test_it_ends_and_says_how_far_it_got(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is more mail than can be looked through, the newest is, and the outcome says since when."""
    monkeypatch.setattr(trying, "_PAGE", 2)
    monkeypatch.setattr(trying, "MOST_LOOKED_AT", 4)
    for number in range(6):
        office.sent(f"m{number}", at=MONDAY + number * HOUR)
    found = tried(office)
    assert (found.looked_at, found.is_whole, found.since) == (4, False, MONDAY + 2 * HOUR)
    monkeypatch.setattr(trying, "MOST_LOOKED_AT", 100)
    monkeypatch.setattr(trying, "MOST_JUDGED", 3)
    assert (tried(office).looked_at, tried(office).is_whole) == (4, False)
    monkeypatch.setattr(trying, "MOST_JUDGED", 100)
    assert (tried(office).looked_at, tried(office).is_whole) == (6, True)


def test_no_email_costs_a_statement(office: Office) -> None:
    """Ten times the mail takes no more statements, as long as it fits on a page."""

    def statements() -> int:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        engine = office.database._reader
        sqlalchemy_event.listen(engine, "before_cursor_execute", counted)
        tried(office)
        sqlalchemy_event.remove(engine, "before_cursor_execute", counted)
        return count

    office.sent("one", at=MONDAY)
    few = statements()
    for number in range(20):
        office.sent(f"m{number}", f"maria{number}@example.com", at=MONDAY)
    assert statements() == few


def test_a_kept_rule_is_tried_as_if_it_had_always_held(office: Office) -> None:
    """Trying asks what would have been: from when the rule holds, and whether it is paused, doesn't matter."""
    office.sent("silent", at=MONDAY)
    kept = replace(rule(tags=("quote",)), since=NOW, paused=True)
    assert len(office.book.tried(kept, now=NOW).fired) == 1
