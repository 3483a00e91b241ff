"""The writer: group commit, what happens when the database fails, and filing."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import text

from bot.ingest import NotTaken, Writer
from bot.postmark import webhooks
from store import events
from store.database import Database
from store.errors import Broken, Busy
from store.records import Arrival, Source
from tests.http import rows
from tests.http.bodies import delivery
from tests.http.serving import references

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Watcher:
    """Remembers what the writer tells."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, int]] = []
        self.failures = 0

    def committed(self, *, events: int, new: int, seconds: float) -> None:
        self.batches.append((events, new))

    def failed(self, *, events: int) -> None:
        self.failures += events


def arrival(number: int = 1) -> Arrival:
    return webhooks.parse(delivery(number), received_at=NOW)


def impossible(number: int = 1) -> Arrival:
    """An event that no database takes: it has no key."""
    good = arrival(number)
    without: Any = None
    return dataclasses.replace(good, event=structs.replace(good.event, key=without))


@contextmanager
def running(writer: Writer) -> Iterator[Writer]:
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Somebody else writes and does not come to an end."""
    with database.write() as connection:
        if database.dialect_name == "postgresql":
            connection.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        yield


async def put_all(writer: Writer, arrivals: list[Arrival]) -> list[object]:
    return list(await asyncio.gather(*(writer.put(one) for one in arrivals), return_exceptions=True))


def test_committed_when_put_returns(database: Database) -> None:
    """When putting an event returns, another connection sees it."""

    async def story(writer: Writer) -> None:
        for number in range(1, 6):
            await writer.put(arrival(number))
            assert rows.count(database) == number

    with running(Writer(database, references=references)) as writer:
        asyncio.run(story(writer))


def test_requests_share_commits(database: Database) -> None:
    """Three hundred events that wait together are stored in a few commits, none of them above the limit."""
    watcher = Watcher()
    with running(Writer(database, references=references, max_batch=100, observer=watcher)) as writer:
        outcomes = asyncio.run(put_all(writer, [arrival(number) for number in range(300)]))
    assert outcomes == [None] * 300
    assert rows.count(database) == 300
    assert sum(events for events, _ in watcher.batches) == 300
    assert len(watcher.batches) <= 30
    assert max(events for events, _ in watcher.batches) <= 100


def test_repeats_in_one_batch(database: Database) -> None:
    """The same event many times at once is one row, and everybody who brought it hears that it is stored."""
    watcher = Watcher()
    with running(Writer(database, references=references, observer=watcher)) as writer:
        outcomes = asyncio.run(put_all(writer, [arrival(number % 5) for number in range(100)]))
    assert outcomes == [None] * 100
    assert rows.count(database) == 5
    assert sum(new for _, new in watcher.batches) == 5


def test_what_was_new_is_told(database: Database) -> None:
    """Asked about each event by itself, the writer says which were new, also within one call."""
    with running(Writer(database, references=references)) as writer:
        asyncio.run(writer.put(arrival(1)))
        outcomes = asyncio.run(writer.put_each([arrival(1), arrival(2), arrival(2), arrival(3)]))
    assert outcomes == [False, True, False, True]


def test_one_bad_event_costs_no_other(database: Database) -> None:
    """An event that the database refuses fails alone; everything that shared its commit is stored."""
    arrivals = [arrival(1), impossible(2), arrival(3), arrival(4)]
    watcher = Watcher()
    with running(Writer(database, references=references, observer=watcher)) as writer:
        first, bad, *rest = asyncio.run(put_all(writer, arrivals))
        each = asyncio.run(writer.put_each([arrival(5), impossible(6), arrival(1)]))
    assert (first, rest) == (None, [None, None])
    assert isinstance(bad, Broken)
    assert (each[0], each[2]) == (True, False)
    assert isinstance(each[1], Broken)
    assert rows.count(database) == 4
    assert watcher.failures == 2


def test_a_busy_database(database: Database, database_url: str) -> None:
    """While somebody else holds the database putting fails as retryable; afterwards the same event is stored."""
    impatient = Database(database_url, busy_timeout=0.2)
    with running(Writer(impatient, references=references)) as writer:
        with held(database), pytest.raises(Busy) as caught:
            asyncio.run(writer.put(arrival()))
        assert caught.value.retryable
        asyncio.run(writer.put(arrival()))
    impatient.dispose()
    assert rows.count(database) == 1


def test_too_much_is_refused(database: Database, database_url: str) -> None:
    """When more waits than the writer may hold, further events are refused at once and the waiting ones are stored."""
    slow = Database(database_url, busy_timeout=60)

    async def story(writer: Writer, release: threading.Event) -> list[object]:
        waiting = [asyncio.ensure_future(writer.put(arrival(2)))]
        await asyncio.sleep(0)
        while writer.depth:  # noqa: ASYNC110 - until the first one is on its way to the database
            await asyncio.sleep(0.01)
        waiting += [asyncio.ensure_future(writer.put(arrival(number))) for number in (3, 4)]
        await asyncio.sleep(0)
        with pytest.raises(NotTaken):
            await writer.put(arrival(9))
        release.set()
        return list(await asyncio.gather(*waiting))

    release, holding = threading.Event(), threading.Event()

    def hold() -> None:
        with held(database):
            holding.set()
            release.wait(60)

    holder = threading.Thread(target=hold)
    with running(Writer(slow, references=references, max_batch=1, queue_limit=2)) as writer:
        asyncio.run(writer.put(arrival()))
        rows.wait_until_filed(database)  # from here on the writer only stores
        holder.start()
        holding.wait(60)
        assert asyncio.run(story(writer, release)) == [None] * 3
    holder.join()
    slow.dispose()
    assert rows.count(database) == 4


def test_large_bodies_are_limited(database: Database) -> None:
    """What waits is limited by its size too, so that large bodies cannot fill the memory."""
    with running(Writer(database, references=references, byte_limit=100)) as writer, pytest.raises(NotTaken):
        asyncio.run(writer.put(arrival()))


def test_stopping_stores_what_waits(database: Database) -> None:
    """A stop while two hundred events are waiting stores all of them; what comes later is refused."""
    writer = Writer(database, references=references, max_batch=10)
    writer.start()

    async def story() -> list[object]:
        putting = [asyncio.ensure_future(writer.put(arrival(number))) for number in range(200)]
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.stop)
        with pytest.raises(NotTaken):
            await writer.put(arrival(999))
        return list(await asyncio.gather(*putting))

    assert asyncio.run(story()) == [None] * 200
    assert rows.count(database) == 200
    assert not writer.running


def test_start_again(database: Database) -> None:
    """A writer can be started twice, stopped twice, and started again."""
    writer = Writer(database, references=references)
    for number in range(2):
        writer.start()
        writer.start()
        assert writer.running
        asyncio.run(writer.put(arrival(number)))
        writer.stop()
        writer.stop()
        assert not writer.running
    assert rows.count(database) == 2


def test_filing_goes_on_after_a_restart(database: Database) -> None:
    """Events that an earlier run committed but could not file any more are filed at the next start."""
    first = Writer(database, references=references)
    with running(first):
        asyncio.run(put_all(first, [arrival(number) for number in range(50)]))
    with running(Writer(database, references=references)):
        rows.wait_until_filed(database)


def test_filing_keeps_up_under_load(database: Database) -> None:
    """While events keep coming, those that came before become findable."""

    async def story(writer: Writer) -> bool:
        until = time.monotonic() + 60
        number = 0
        while time.monotonic() < until:
            await put_all(writer, [arrival(number + step) for step in range(5)])
            number += 5
            if rows.filed(database):
                return True
        return False

    with running(Writer(database, references=references)) as writer:
        assert asyncio.run(story(writer))


def test_a_failing_rule_does_not_stop_storing(database: Database) -> None:
    """When filing fails, events are stored all the same."""

    def broken(_: object) -> tuple[str, ...]:
        raise ZeroDivisionError

    async def story(writer: Writer) -> None:
        await writer.put(arrival(1))
        await asyncio.sleep(0.3)
        await writer.put(arrival(2))

    with running(Writer(database, references=broken)) as writer:
        asyncio.run(story(writer))
    assert rows.count(database) == 2


def test_two_writers_on_one_database(database: Database, database_url: str) -> None:
    """Two writers that are told the same events at the same time store each of them once."""
    other = Database(database_url)
    arrivals = [arrival(number) for number in range(200)]

    async def story(*writers: Writer) -> list[list[object]]:
        return list(await asyncio.gather(*(put_all(writer, arrivals) for writer in writers)))

    with (
        running(Writer(database, references=references, max_batch=7)) as first,
        running(Writer(other, references=references, max_batch=11)) as second,
    ):
        assert asyncio.run(story(first, second)) == [[None] * 200] * 2
        rows.wait_until_filed(database)
    other.dispose()
    assert rows.count(database) == 200


def test_a_webhook_that_tells_nothing_new_is_heard(database: Database) -> None:
    """When a webhook came last is known, though a sweep had told the same before it."""
    told = arrival()
    by_a_sweep = dataclasses.replace(told, event=structs.replace(told.event, source=Source.API))
    with database.write() as connection:
        events.add(connection, [by_a_sweep])
        events.file_new(connection, references=references)
        assert events.last_webhook_at(connection) is None
    with running(Writer(database, references=references)) as writer:
        asyncio.run(put_all(writer, [told]))
        for _ in range(3000):
            with database.read() as connection:
                if events.last_webhook_at(connection) == told.received_at:
                    return
            time.sleep(0.02)
    pytest.fail("nobody has noted it")
