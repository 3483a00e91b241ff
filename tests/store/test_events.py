from __future__ import annotations

import dataclasses
import itertools
import json
import logging
import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store import events, messages, schema
from store.database import Database
from store.records import Event, EventKind, Network, Source
from tests.store.making import NOON, arrival, event, job_of, minutes

ON_ONE_DATABASE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

FULL = Event(
    key="full",
    kind=EventKind.CLICK,
    at=datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC),
    at_is_arrival=True,
    source=Source.IMPORT,
    server="main",
    message_id="m1",
    recipient="Maria@Oakleaf.example",
    recipient_key="maria@oakleaf.example",
    reference="1042",
    stream="outbound",
    tag="quote",
    subject="Ihr Angebot für 1042 …",
    sender="office@alder.example",
    metadata={"job": "1042"},
    user_agent="Mozilla/5.0",
    client="Gmail",
    os="iOS",
    platform="Mobile",
    network=Network("203.0.113.0/24", "home", "Owner", "2026-11"),
    link="https://portal.alder.example/q/1042",
    click_location="HTML",
    first_open=False,
    read_seconds=0,
    detail="smtp;250 2.0.0 OK",
    bounce_id="7350918264410038271",
    bounce_type="HardBounce",
    inactive=False,
    can_activate=True,
    reason="HardBounce",
    origin="Recipient",
    note="called her",
)


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())


def test_every_field_is_set() -> None:
    """The example used below says something in every field an event has."""
    plain = Event(key="", kind=EventKind.OPEN, at=NOON)
    assert [name for name in Event.__struct_fields__ if getattr(FULL, name) == getattr(plain, name)] == []


def test_as_it_was(database: Database) -> None:
    """An event comes back exactly as it went in: every field, "no" apart from "not known", times in UTC."""
    plain = event("plain", message_id="m1", at=minutes(1))
    whole_second = event("whole", message_id="m1", at=minutes(2).astimezone(timezone(timedelta(hours=-5))))
    with database.write() as connection:
        added = events.add(connection, [arrival("x"), arrival("plain", message_id="m1", at=minutes(1))])
        assert added == 2
        full = dataclasses.replace(arrival("full"), event=FULL)
        assert events.add(connection, [full, dataclasses.replace(full, event=whole_second)]) == 2
    with database.read() as connection:
        found = events.of_messages(connection, ["m1"])
    assert found == [FULL, plain, whole_second] == sorted(found, key=lambda e: e.at)
    assert {e.at.tzinfo for e in found} == {UTC}
    assert [type(e.at_is_arrival) for e in found] == [bool] * 3


def test_raw_body_is_kept(database: Database) -> None:
    """The body an event came in is kept beside it, letter for letter."""
    body = '{"Tag": "Grüße", "ID": 7350918264410038271, "x": "\\u0000"}'
    with database.write() as connection:
        events.add(connection, [arrival("k", raw=body)])
    with database.read() as connection:
        assert connection.execute(text("SELECT raw FROM events")).scalar_one() == body


def test_again(database: Database) -> None:
    """An event that comes again, alone, in a batch or twice in one batch, is stored once, as it first came."""
    first = arrival("a", message_id="m1", user_agent="first")
    again = arrival("a", message_id="m1", user_agent="again")
    with database.write() as connection:
        assert events.add(connection, [first, first, again]) == 1
    with database.write() as connection:
        assert events.add(connection, [again]) == 0
        assert events.add(connection, [again, arrival("b"), first]) == 1
        assert events.add(connection, []) == 0
    assert count(database) == 2
    with database.read() as connection:
        assert [e.user_agent for e in events.of_messages(connection, ["m1"])] == ["first"]


def test_other_body_is_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The same event with another body is noted by hash only; the same body in another order of keys is no news."""
    caplog.set_level(logging.WARNING)
    with database.write() as connection:
        events.add(connection, [arrival("a", raw='{"Details": "secret words", "n": 1}')])
        events.add(connection, [arrival("a", raw='{"n":1, "Details":"secret words"}')])
        events.add(connection, [arrival("a", raw="{}", source=Source.API)])
    assert caplog.text == ""
    with database.write() as connection:
        events.add(connection, [arrival("a", raw='{"Details": "other words"}')])
    assert "another body" in caplog.text
    assert "words" not in caplog.text


def test_undone_together(database: Database) -> None:
    """When a batch cannot be committed, nothing of it is there, and it can be added again."""

    def add_and_fail() -> None:
        with database.write() as connection:
            events.add(connection, [arrival("a"), arrival("b")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    assert count(database) == 0
    with database.write() as connection:
        assert events.add(connection, [arrival("a"), arrival("b")]) == 2
        assert events.file_new(connection, references=job_of) == 2


def test_odd_text(database: Database) -> None:
    """Zero bytes, half characters and endless texts are never refused: they are stored as well as they can be."""
    long_ids = ["x" * 9000 + "1", "x" * 9000 + "2", "ü" * 3000]
    odd = [
        arrival("nul\0", recipient="a\0b@x.example", recipient_key="a\0b@x.example", user_agent="\0", raw='"\\u0000"'),
        arrival("half\ud800", message_id="\ud800", tag="\ud800", recipient_key="\udfff", raw='"\ud800"'),
        *[arrival(f"k{long_id}", message_id=long_id, reference=long_id) for long_id in long_ids],
        arrival("deep", message_id="m1", metadata={"job": "ü\0" * 5000, "\0": "\ud800"}, subject="\0x" * 100_000),
        arrival("wrong", message_id="m2", metadata={"job": 1042}, tag=["quote"]),
    ]
    with database.write() as connection:
        assert events.add(connection, odd) == len(odd)
        assert events.add(connection, odd) == 0
        assert events.file_new(connection, references=job_of) == len(odd)
        found = messages.load(connection, [*long_ids, "m1", "m2", "?"])
        assert messages.find(connection, messages.Wanted(message_id=long_ids[0], references=(long_ids[0],))).total == 1
        assert messages.find(connection, messages.Wanted(address="a\0b@x.example", domain="\0")).total == 0
    assert [m.message_id for m in found] == ["m1", "m2", "?"]
    assert found[0].subject == "x" * 100_000
    assert count(database) == len(odd)


def test_naive_times_are_refused() -> None:
    """A time without a zone is a fault of the caller and never guessed at."""
    with pytest.raises(ValueError, match="time zone"):
        schema.instant(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001


def test_suppressions_of_an_address(database: Database) -> None:
    """Suppressions and reactivations of an address are found, whichever message they name; nothing else is."""
    lost = arrival("s1", kind=EventKind.SUPPRESSION, recipient="Ben@x.example", at=minutes(2), reason="HardBounce")
    back = arrival("s2", kind=EventKind.REACTIVATION, recipient="ben@x.example", message_id="m9", at=minutes(1))
    others = [
        arrival("o", recipient="ben@x.example"),
        arrival("s3", kind=EventKind.SUPPRESSION, recipient="kim@x.example"),
    ]
    with database.write() as connection:
        events.add(connection, [lost, back, *others])
    with database.read() as connection:
        assert events.of_addresses(connection, ["ben@x.example", "nobody@x.example"]) == [back.event, lost.event]
        assert events.of_addresses(connection, []) == []


def test_records_of_a_reference(database: Database) -> None:
    """Records that name only a business number are found by it; those that name a message belong to the message."""
    bare = arrival("visit", kind=EventKind.PORTAL_VISIT, reference="1042", source=Source.TRACKING)
    named = arrival("paid", kind=EventKind.PAYMENT, reference="1042", message_id="m1", source=Source.TRACKING)
    with database.write() as connection:
        events.add(connection, [bare, named, arrival("other", reference="7")])
    with database.read() as connection:
        assert events.of_references(connection, ["1042", "999"]) == [bare.event]
        assert events.of_messages(connection, ["m1"]) == [named.event]
        assert events.of_messages(connection, []) == []


def test_last_webhook(database: Database) -> None:
    """When a webhook last arrived is known at once, stays known after filing, and counts webhooks only."""

    def last() -> datetime | None:
        with database.read() as connection:
            return events.last_webhook_at(connection)

    assert last() is None
    steps = [
        ("a", Source.WEBHOOK, 5, 5),
        ("b", Source.API, 9, 5),
        ("c", Source.WEBHOOK, 3, 5),
        ("d", Source.WEBHOOK, 7, 7),
    ]
    for key, source, arrived, expected in steps:
        with database.write() as connection:
            events.add(connection, [arrival(key, source=source, received_at=minutes(arrived))])
        assert last() == minutes(expected)
        with database.write() as connection:
            events.file_new(connection, references=job_of)
        assert last() == minutes(expected)


def test_newer_edition(database: Database) -> None:
    """Events that a newer edition wrote, with words this one does not know, are read for what it does know."""
    details = json.dumps({"tag": "quote", "mood": "good"})
    with database.write() as connection:
        events.add(connection, [arrival("a", message_id="m1")])
        connection.execute(text("UPDATE events SET kind = 'telepathy', details = :details"), {"details": details})
    with database.read() as connection:
        (found,) = events.of_messages(connection, ["m1"])
    assert (found.kind, found.tag) == (EventKind.UNKNOWN, "quote")


def add_shuffled(url: str, seed: int) -> int:
    """Adds the same 3,000 events as others do, in an order of its own; says how many were new."""
    database = Database(url, busy_timeout=30)
    arrivals = [arrival(f"k{n}") for n in range(3000)]
    random.Random(seed).shuffle(arrivals)
    added = 0
    for start in range(0, len(arrivals), 1000):
        with database.write() as connection:
            added += events.add(connection, arrivals[start : start + 1000])
    database.dispose()
    return added


def test_same_events_at_once(database_url: str) -> None:
    """Processes that are told the same events at the same time, in other orders, never block each other for good."""
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert sum(pool.map(add_shuffled, [database_url] * 3, range(3))) == 3000


@ON_ONE_DATABASE
@given(
    keys=st.lists(st.integers(0, 12), max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=4),
)
def test_any_batches(database: Database, keys: list[int], cuts: list[int]) -> None:
    """However events are repeated and cut into batches, each is stored once and the counts add up."""
    arrivals = [arrival(f"k{key}", message_id="m1", at=minutes(key)) for key in keys]
    edges = sorted({0, len(arrivals), *(min(cut, len(arrivals)) for cut in cuts)})
    with database.read() as connection:  # undone at the end: the next example finds nothing of it
        added = sum(events.add(connection, arrivals[a:b]) for a, b in itertools.pairwise(edges))
        found = events.of_messages(connection, ["m1"])
    assert added == len(set(keys)) == len(found)
    assert [e.at for e in found] == [minutes(key) for key in sorted(set(keys))]
