"""Watches in the store, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from store import watches
from store.alert_records import SubjectOf, Watch, WatchEnd
from store.database import Database
from store.records import Message, Recipient

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MARIA = Recipient("Maria@oakleaf.example", "maria@oakleaf.example")


def watch(key: str = "U1|1042", who: str = "U1", **more: object) -> Watch:
    """Rosa's watch on job 1042."""
    given: dict[str, object] = {"question": "1042", "began_at": NOW, "expires_at": NOW + 24 * HOUR, "look_at": None}
    return Watch(key=key, who=who, **{**given, **more})  # type: ignore[arg-type]  # as given


def put(database: Database, made: Watch, *listens: tuple[SubjectOf, str]) -> Watch:
    """A watch that is there now."""
    with database.write() as connection:
        kept = watches.put(connection, made, listens)
    assert kept is not None
    return kept


def email(message_id: str = "m1", *references: str) -> Message:
    """An email to Maria."""
    return Message(message_id=message_id, recipients=(MARIA,), references=references)


def test_a_watch_is_kept_as_it_is(database: Database) -> None:
    """Whatever a watch says is found again: where to tell, what was settled before, since when."""
    made = watch(channel="C1", thread="1.2", since=NOW - HOUR, settled=(("m0", "tom@reed.example"),), look_at=NOW)
    kept = put(database, made, (SubjectOf.REFERENCE, "1042"))
    with database.read() as connection:
        found = watches.of_id(connection, kept.watch_id)
    assert found == kept
    assert found is not None
    assert (found.channel, found.thread, found.since, found.settled, found.look_at) == (
        made.channel,
        made.thread,
        made.since,
        made.settled,
        made.look_at,
    )


def test_the_same_watch_twice_is_one(database: Database) -> None:
    """A second open watch with the key of the first is refused, until the first is over."""
    first = put(database, watch())
    with database.write() as connection:
        assert watches.put(connection, watch(), ()) is None
        assert watches.open_with_key(connection, "U1|1042") == first
        assert watches.end(connection, first.watch_id, WatchEnd.UNWATCHED, NOW)
        assert watches.put(connection, watch(), ()) is not None


def test_of_many_at_once_one_is_kept(database: Database) -> None:
    """When somebody presses twice, or two processes are asked at once, one watch is kept."""
    kept: list[Watch | None] = []

    def press() -> None:
        with database.write() as connection:
            kept.append(watches.put(connection, watch(), ()))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in kept) == 1
    with database.read() as connection:
        assert watches.count_open(connection, "U1") == 1


@pytest.mark.parametrize(
    ("listens", "heard"),
    [
        ((SubjectOf.MESSAGE, "m1"), email("m1")),
        ((SubjectOf.ADDRESS, MARIA.key), email("m2")),
        ((SubjectOf.DOMAIN, "oakleaf.example"), email("m2")),
        ((SubjectOf.REFERENCE, "1042"), email("m2", "1042")),
    ],
)
def test_news_wake_a_watch(database: Database, listens: tuple[SubjectOf, str], heard: Message) -> None:
    """A watch is looked at when something is heard of its email, its address, its company or its number."""
    kept = put(database, watch(look_at=NOW + 24 * HOUR), listens)
    other = put(database, watch("U1|other", look_at=NOW + 24 * HOUR), (SubjectOf.REFERENCE, "9999"))
    with database.write() as connection:
        watches.wake(connection, [heard], NOW)
        assert [one.watch_id for one in watches.take(connection, NOW, until=NOW + HOUR, limit=9)] == [kept.watch_id]
        assert watches.take(connection, NOW, until=NOW + HOUR, limit=9) == []
        assert watches.of_id(connection, other.watch_id) == other


def test_news_during_a_look_are_looked_at(database: Database) -> None:
    """News that come while somebody looks are not lost: the look that is under way can't put the next one off."""
    kept = put(database, watch(look_at=NOW), (SubjectOf.MESSAGE, "m1"))
    with database.write() as connection:
        (taken,) = watches.take(connection, NOW, until=NOW + HOUR, limit=9)
        watches.wake(connection, [email()], NOW + timedelta(seconds=1))
        assert not watches.rest(connection, taken, taken_until=NOW + HOUR, look_at=kept.expires_at)
    with database.write() as connection:
        later = NOW + timedelta(seconds=2)
        (again,) = watches.take(connection, later, until=later + HOUR, limit=9)
        assert watches.rest(connection, again, taken_until=later + HOUR, look_at=kept.expires_at)
        assert watches.take(connection, later + HOUR, until=later + 2 * HOUR, limit=9) == []
        assert len(watches.take(connection, kept.expires_at, until=kept.expires_at + HOUR, limit=9)) == 1


def test_a_watch_ends_once(database: Database) -> None:
    """Of several who end a watch at once one does; what it ended with is kept, and nobody looks at it any more."""
    kept = put(database, watch(look_at=NOW), (SubjectOf.MESSAGE, "m1"))
    with database.write() as connection:
        assert watches.end(connection, kept.watch_id, WatchEnd.SEEN, NOW, told=("m1", MARIA.key))
        assert not watches.end(connection, kept.watch_id, WatchEnd.EXPIRED, NOW)
        watches.wake(connection, [email()], NOW)
        assert watches.take(connection, NOW, until=NOW + HOUR, limit=9) == []
        found = watches.of_id(connection, kept.watch_id)
    assert found is not None
    assert (found.end, found.ended_at, found.told) == (WatchEnd.SEEN, NOW, ("m1", MARIA.key))


def test_an_end_can_be_taken_back(database: Database) -> None:
    """An end that was none is taken back, and the watch listens as before; not where a newer one took its place."""
    kept = put(database, watch(), (SubjectOf.MESSAGE, "m1"))
    with database.write() as connection:
        watches.end(connection, kept.watch_id, WatchEnd.SEEN, NOW, told=("m1", MARIA.key))
        assert watches.reopen(connection, kept.watch_id, NOW)
        assert not watches.reopen(connection, kept.watch_id, NOW)
        watches.wake(connection, [email()], NOW)
        assert len(watches.take(connection, NOW, until=NOW + HOUR, limit=9)) == 1
        watches.end(connection, kept.watch_id, WatchEnd.SEEN, NOW)
        assert watches.put(connection, watch(), ()) is not None
        assert not watches.reopen(connection, kept.watch_id, NOW)


def test_what_somebody_watches(database: Database) -> None:
    """Somebody's open watches are listed newest first, and nobody else's."""
    old = put(database, watch("U1|1", began_at=NOW - HOUR))
    new = put(database, watch("U1|2"))
    put(database, watch("U2|1", who="U2"))
    over = put(database, watch("U1|3"))
    with database.write() as connection:
        watches.end(connection, over.watch_id, WatchEnd.UNWATCHED, NOW)
        assert watches.of_somebody(connection, "U1") == [new, old]
        assert watches.count_open(connection) == 3
        watches.forget(connection, new.watch_id)
