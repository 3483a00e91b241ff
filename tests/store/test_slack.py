"""What is kept of Slack: events taken once, threads' subjects, who asked what, marks and deeds."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store import asked, deeds, marks, slack_events, threads
from store.asked import Asked
from store.database import Database
from store.deeds import Did, Done
from store.marks import Mark, Said
from store.records import Finding
from store.slack_events import Claim

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
MARK = Mark(
    at=NOW,
    who="U1",
    way="slack",
    message_id="m1",
    recipient_key="maria@oakleaf.example",
    said=Said.RIGHT,
    seen=True,
    verdict=Finding.SEEN,
    probability=0.97,
    version="1",
    evidence=("person_click",),
)
DONE = Done(at=NOW, who="U1", what=Did.HANDLED, message_id="m1", recipient_key="maria@oakleaf.example", note="called")


def take(database: Database, event_id: str, now: datetime = NOW) -> Claim:
    with database.write() as connection:
        return slack_events.take(connection, event_id, now=now, lease=LEASE)


def test_an_event_is_taken_once(database: Database) -> None:
    """An event that somebody is at, or has done, is nobody else's."""
    assert take(database, "Ev1") is Claim.TAKEN
    assert take(database, "Ev1") is Claim.UNDER_WAY
    assert take(database, "Ev2") is Claim.TAKEN
    with database.write() as connection:
        slack_events.done(connection, "Ev1", at=NOW)
    assert take(database, "Ev1", NOW + 10 * MINUTE) is Claim.DONE


def test_an_event_whose_worker_died_is_free_again(database: Database) -> None:
    """An event that was taken and never done can be taken after a while, by one."""
    assert take(database, "Ev1") is Claim.TAKEN
    assert take(database, "Ev1", NOW + MINUTE) is Claim.TAKEN
    assert take(database, "Ev1", NOW + MINUTE) is Claim.UNDER_WAY


def test_an_event_taken_by_many_at_once_goes_to_one(database: Database) -> None:
    """When many threads take the same event at the same moment, one gets it."""
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: take(database, "Ev1"), range(16)))
    assert claims.count(Claim.TAKEN) == 1


def test_old_events_are_forgotten(database: Database) -> None:
    """Events of days ago take no room."""
    take(database, "Ev1")
    take(database, "Ev2", NOW + 2 * MINUTE)
    with database.write() as connection:
        assert slack_events.forget(connection, before=NOW + MINUTE) == 1
    assert take(database, "Ev2", NOW + 2 * MINUTE) is Claim.UNDER_WAY


def test_a_thread_is_about_what_was_asked_last(database: Database) -> None:
    """In whatever order questions are noted, a thread is about the latest one; other threads are left alone."""
    asked_in_turn = [(NOW + number * MINUTE, f"10{number}") for number in range(4)]
    random.Random(5).shuffle(asked_in_turn)
    with database.write() as connection:
        assert threads.subject(connection, "C1", "1.1") is None
        for at, subject in asked_in_turn:
            threads.remember(connection, "C1", "1.1", subject, at=at)
        assert threads.subject(connection, "C1", "1.1") == "103"
        assert threads.subject(connection, "C1", "2.2") is None


def test_the_record_of_questions(database: Database) -> None:
    """Who asked what, where and when, and who was refused, is there newest first; a person's questions each once."""
    lines = [
        Asked(at=NOW, who="U1", way="command", question="1042", place="C1"),
        Asked(at=NOW + MINUTE, who="U2", way="mention", question="1043", place="C1", refused="guest"),
        Asked(at=NOW + 2 * MINUTE, who="U1", way="home", question="tom@birch.example"),
        Asked(at=NOW + 3 * MINUTE, who="U1", way="refresh", question="1042", place="C1"),
        Asked(at=NOW + 4 * MINUTE, who="U1", way="order", question="watch 1042", place="C1"),
    ]
    with database.write() as connection:
        for line in lines:
            asked.record(connection, line)
        assert list(asked.newest(connection)) == lines[::-1]
        assert list(asked.newest(connection, who="U2")) == [lines[1]]
        assert list(asked.newest(connection, since=NOW + 2 * MINUTE, limit=1)) == [lines[4]]
        assert asked.different(connection, "U1", limit=5) == [
            ("1042", NOW + 3 * MINUTE),
            ("tom@birch.example", NOW + 2 * MINUTE),
        ]
        assert asked.different(connection, "U1", limit=5, skip=1) == [("tom@birch.example", NOW + 2 * MINUTE)]
        assert asked.different(connection, "U2", limit=5) == []


def test_any_question_can_be_recorded(database: Database) -> None:
    """A question with zero bytes, half characters or no end is recorded like any other."""
    with database.write() as connection:
        asked.record(connection, Asked(at=NOW, who="U1", way="command", question="a\0b\ud800" + "x" * 10_000))
        (line,) = asked.newest(connection)
    assert line.question.startswith("ab?x")
    assert len(line.question) <= 500


def test_a_mark_is_kept_with_its_verdict(database: Database) -> None:
    """A mark comes back as it was made, and what the same person says later takes its place; others' words stay."""
    with database.write() as connection:
        marks.put(connection, MARK)
        marks.put(connection, replace(MARK, who="U2"))
        changed = replace(MARK, at=NOW + MINUTE, said=Said.WRONG, seen=False)
        marks.put(connection, changed)
        assert marks.of_trails(connection, [("m1", "maria@oakleaf.example")]) == [replace(MARK, who="U2"), changed]
        assert marks.of_recipients(connection, ["tom@birch.example"]) == []
        assert marks.of_trails(connection, []) == []


def test_a_mark_can_be_taken_back(database: Database) -> None:
    """A mark that was taken back counts no more."""
    with database.write() as connection:
        marks.put(connection, MARK)
        assert marks.take_back(connection, "m1", "maria@oakleaf.example", at=NOW) == 1
        assert marks.take_back(connection, "m1", "maria@oakleaf.example", at=NOW) == 0
        assert list(marks.standing(connection)) == []


def test_a_deed_stands_until_it_is_undone(database: Database) -> None:
    """What was done stands once, with who did it first, until somebody undoes it."""
    trail = (DONE.message_id, DONE.recipient_key)
    with database.write() as connection:
        assert deeds.put(connection, DONE)
        assert not deeds.put(connection, replace(DONE, who="U2"))
        assert deeds.of_trails(connection, [trail, ("m2", "x@y.example")]) == [DONE]
        assert deeds.undo(connection, DONE, who="U2", at=NOW)
        assert not deeds.undo(connection, DONE, who="U2", at=NOW)
        assert deeds.of_trails(connection, [trail]) == []
        assert deeds.put(connection, replace(DONE, who="U2"))


def test_what_many_do_at_once_is_done_once(database: Database) -> None:
    """When many handle the same email at the same moment one has done so; a double click is one word on a verdict."""

    def put(number: int) -> None:
        with database.write() as connection:
            deeds.put(connection, replace(DONE, who=f"U{number}"))
        with database.write() as connection:
            marks.put(connection, MARK)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(put, range(16)))
    with database.read() as connection:
        assert len(deeds.of_trails(connection, [(DONE.message_id, DONE.recipient_key)])) == 1
        assert len(list(marks.standing(connection))) == 1
