from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection

from store import events, messages, news
from store.database import Database
from store.records import EventKind
from tests.store.making import arrival, job_of, message, minutes


def take_all(connection: Connection) -> set[str]:
    return set(news.take(connection, 1000))


def test_what_is_told_of_a_message(database: Database) -> None:
    """A message that was saved, changed or had something happen to it is looked at; telling it again is no news."""
    with database.write() as connection:
        messages.save(connection, [message("m1", "maria@oakleaf.example"), message("m2", "ben@oakleaf.example")])
        assert take_all(connection) == {"m1", "m2"}
        messages.save(connection, [message("m1", "maria@oakleaf.example", tag="quote"), message("m2")])
        assert take_all(connection) == {"m1"}
        events.add(connection, [arrival("o", message_id="m2", recipient="ben@oakleaf.example")])
        assert take_all(connection) == set()
        events.file_new(connection, references=job_of)
        assert take_all(connection) == {"m2"}
        events.add(connection, [arrival("t", kind=EventKind.TEST, message_id="m2")])
        events.file_new(connection, references=job_of)
        assert take_all(connection) == set()


def test_what_is_told_of_a_number_or_an_address(database: Database) -> None:
    """A portal visit that names only a job concerns its emails, and a suppression the newest to its address."""
    with database.write() as connection:
        messages.save(
            connection, [message(f"m{n}", "maria@oakleaf.example", references=(str(n % 2),)) for n in range(4)]
        )
        messages.save(connection, [message("other", "ben@oakleaf.example")])
        take_all(connection)
        events.add(connection, [arrival("v", kind=EventKind.PORTAL_VISIT, reference="1")])
        events.file_new(connection, references=job_of)
        assert take_all(connection) == {"m1", "m3"}
        events.add(connection, [arrival("s", kind=EventKind.SUPPRESSION, recipient="maria@oakleaf.example")])
        events.file_new(connection, references=job_of)
        assert take_all(connection) == {"m0", "m1", "m2", "m3"}
        old = [message(f"old{n}", "maria@oakleaf.example", sent_at=minutes(-n)) for n in range(1, 100)]
        messages.save(connection, old)
        take_all(connection)
        events.add(connection, [arrival("r", kind=EventKind.REACTIVATION, recipient="maria@oakleaf.example")])
        events.file_new(connection, references=job_of)
        assert take_all(connection) >= {"m0", "m1", "m2", "m3", "old1", "old40"}
        news.put_since(connection, minutes(-2))
        assert take_all(connection) == {"m0", "m1", "m2", "m3", "other", "old1", "old2"}


def test_taken_by_one(database: Database) -> None:
    """News are taken a portion at a time, each by one, and come back when whoever took them fails."""
    with database.write() as connection:
        news.put(connection, (f"m{n}" for n in range(5)))
        assert news.are_waiting(connection)

    def take_in_vain() -> None:
        with database.write() as connection:
            assert len(news.take(connection, 3)) == 3
            raise InterruptedError

    with pytest.raises(InterruptedError):
        take_in_vain()
    with database.write() as connection:
        first, second = news.take(connection, 3), news.take(connection, 3)
        assert sorted(first + second) == [f"m{n}" for n in range(5)]


def test_news_that_come_while_others_are_taken(postgres_url: str) -> None:
    """An id that somebody is telling again is not taken before its news can be read, nor lost when both meet."""
    database = Database(postgres_url)
    with database.write() as connection:
        news.put(connection, ["m1", "m2"])
    with database.write() as telling:
        news.put(telling, ["m1"])
        with database.write() as taking:
            assert news.take(taking, 10) == ["m2"]
    with database.write() as connection:
        assert news.take(connection, 10) == ["m1"]
        news.put(connection, ["m3"])

    def tell() -> None:
        with database.write() as connection:
            news.put(connection, ["m3"])

    teller = threading.Thread(target=tell)
    with database.write() as taking:
        assert news.take(taking, 10) == ["m3"]
        teller.start()
        teller.join(0.3)
        assert teller.is_alive(), "it waits, for what is being taken may not know its news"
    teller.join(60)
    with database.write() as connection:
        assert news.take(connection, 10) == ["m3"]
    database.dispose()
