from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from store import notices
from store.alert_records import Notice, NoticeKind, NoticeState
from store.database import Database
from tests.store.making import NOON, minutes

UNTIL = minutes(1)


def notice(key: str, channel: str = "C1", **said: Any) -> Notice:
    given = {"kind": NoticeKind.ALERT, "about": f"about {key}", "due_at": NOON}
    return Notice(**{**given, "key": key, "channel": channel, **said})


def claim(database: Database, now: datetime, channel: str = "C1", *, until: datetime = UNTIL) -> list[Notice]:
    with database.write() as connection:
        waiting = notices.waiting_in(connection, channel, now, limit=10)
        return notices.claim(connection, waiting, f"until {until}", now, until=until)


def keys(some: list[Notice]) -> list[str]:
    return [one.key for one in some]


def test_put_once(database: Database) -> None:
    """The same thing is put once, and stays as it was first put."""
    with database.write() as connection:
        assert notices.put(connection, notice("a", group="g", thread="1.0"))
        assert not notices.put(connection, notice("a", "C2"))
        assert notices.put_all(connection, [notice("a"), notice("b"), notice("c", not_before=minutes(5))]) == {"b", "c"}
        assert notices.load(connection, ["a"]) == {"a": notice("a", group="g", thread="1.0", not_before=NOON)}
        assert notices.count_pending(connection) == 3
        assert notices.oldest_unsent(connection) == NOON
        assert keys(notices.waiting_in(connection, "C1", NOON, limit=10)) == ["a", "b"]


def test_whatever_stands_in_it(database: Database) -> None:
    """What names a notice may hold anything, and be long: it is mended, and still there is one."""
    odd = notice("a\0b\ud800" + "x" * 400, group="ä" * 400, about="'); --\0")
    with database.write() as connection:
        (key,) = notices.put_all(connection, [odd, odd])
        assert notices.put_all(connection, [odd]) == set()
        found = notices.load(connection, [key])[key]
    assert found.about == "'); --"
    assert len(found.group) <= 320


def test_claimed_by_one(database: Database) -> None:
    """Of four who want the same notices at once, each notice is claimed by one."""
    with database.write() as connection:
        notices.put_all(connection, [notice(f"n{n}") for n in range(8)])
    start, got = threading.Barrier(4), []

    def want() -> None:
        with database.read() as connection:
            waiting = notices.waiting_in(connection, "C1", NOON, limit=5)
        start.wait(60)
        with database.write() as connection:
            got.extend(keys(notices.claim(connection, waiting, "worker", NOON, until=UNTIL)))

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == [f"n{n}" for n in range(5)]


def test_a_claim_that_was_lost(database: Database) -> None:
    """Whoever comes back after its lease is over can't mark what another has claimed since."""
    with database.write() as connection:
        notices.put(connection, notice("a"))
    (mine,) = claim(database, NOON)
    assert claim(database, minutes(0.9)) == []
    (theirs,) = claim(database, minutes(1), until=minutes(2))
    assert (mine.attempts, theirs.attempts) == (1, 2)
    assert mine.first_claimed_at == theirs.first_claimed_at == NOON
    with database.write() as connection:
        notices.give_back(connection, [mine], not_before=minutes(1))
        assert notices.renew(connection, [mine], until=minutes(9)) == []
        assert notices.mark_sent(connection, [mine], posted_in="C1", ts="1.0", now=minutes(1)) == []
        assert notices.renew(connection, [theirs], until=minutes(3)) == [theirs]
        assert notices.mark_sent(connection, [theirs], posted_in="D1", ts="2.0", now=minutes(2)) == [theirs]
        (sent,) = notices.of_post(connection, "D1", "2.0")
        assert (sent.state, sent.sent_at, sent.posted_in, sent.ts) == (NoticeState.SENT, minutes(2), "D1", "2.0")
        assert notices.last_posted_in(connection, "C1") == ("D1", minutes(2))
        assert notices.last_posted_in(connection, "C2") is None
    assert claim(database, minutes(60)) == []


def test_given_back(database: Database) -> None:
    """What could not be said is tried again later, as another attempt; what nobody tried to say, as the same."""
    with database.write() as connection:
        notices.put_all(connection, [notice("a"), notice("b")])
    first, second = claim(database, NOON)
    with database.write() as connection:
        notices.release(connection, [first], not_before=minutes(5))
        notices.give_back(connection, [second], not_before=NOON)
    assert [(one.key, one.attempts) for one in claim(database, NOON)] == [("b", 1)]
    assert [(one.key, one.attempts) for one in claim(database, minutes(5))] == [("a", 2), ("b", 2)]


def test_failed_and_cancelled(database: Database) -> None:
    """What failed in a channel is said once one can speak there again; what was cancelled never is."""
    with database.write() as connection:
        notices.put_all(connection, [notice("a"), notice("b"), notice("old", due_at=minutes(-60)), notice("c", "C2")])
    old, first, second = claim(database, NOON)
    (other,) = claim(database, NOON, "C2")
    with database.write() as connection:
        notices.mark_cancelled(connection, [second])
        notices.mark_failed(connection, [old, first, other], "is_archived")
        assert notices.count_pending(connection) == 0
        lost = {"since": minutes(-30), "now": minutes(2)}
        assert notices.revive(connection, "C1", ["not_in_channel"], **lost) == 0
        assert notices.revive(connection, "C1", ["is_archived"], **lost) == 1
        states = {key: one.state for key, one in notices.load(connection, ["b", "c", "old"]).items()}
    assert states == {"b": NoticeState.CANCELLED, "c": NoticeState.FAILED, "old": NoticeState.FAILED}
    assert keys(claim(database, minutes(2))) == ["a"]


def test_one_speaks_at_a_time(database: Database) -> None:
    """A channel's turn is had by one until it is ended or over, and only its owner ends it."""
    with database.write() as connection:
        notices.put_all(connection, [notice("a", due_at=minutes(-1)), notice("b", "C2"), notice("c", "C2")])
        assert notices.channels_waiting(connection, NOON, limit=5) == ["C1", "C2"]
        assert notices.take_turn(connection, "C1", "w1", NOON, until=minutes(1))
        assert not notices.take_turn(connection, "C1", "w2", minutes(0.5), until=minutes(2))
        assert notices.prolong_turn(connection, "C1", "w1", until=minutes(1.5))
        assert not notices.prolong_turn(connection, "C1", "w2", until=minutes(9))
        assert notices.channels_waiting(connection, minutes(1.2), limit=5) == ["C2"]
        notices.end_turn(connection, "C1", "w2", free_at=NOON)
        assert notices.channels_waiting(connection, NOON, limit=5) == ["C2"]
        notices.end_turn(connection, "C1", "w1", free_at=minutes(0.5))
        assert notices.channels_waiting(connection, minutes(0.5), limit=1) == ["C1"]
        assert notices.take_turn(connection, "C1", "w2", minutes(0.5), until=minutes(2))


def test_groups_and_subjects(database: Database) -> None:
    """The last post of a group is found, so that a later failure of the same kind can join it."""
    with database.write() as connection:
        notices.put_all(connection, [notice("a", group="g"), notice("b", group="h"), notice("c", group="g")])
    first, second, third = claim(database, NOON)
    with database.write() as connection:
        notices.mark_sent(connection, [first, second], posted_in="C1", ts="1.0", now=minutes(1))
        found = notices.newest_of_group(connection, "C1", "g", since=minutes(1))
        assert found is not None
        assert found.key == "a"
        assert notices.newest_of_group(connection, "C1", "g", since=minutes(2)) is None
        assert keys(notices.of_subjects(connection, ["about b", "about c"])) == ["b", "c"]
        notices.again(connection, ["a", "c"], minutes(3))
        notices.mark_cancelled(connection, [third])
    assert [(one.key, one.attempts, one.ts) for one in claim(database, minutes(3))] == [("a", 1, None)]
