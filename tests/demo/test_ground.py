"""The demo fills a database of its own, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot import tracking
from bot.demo import NotADemoDatabase, ground
from store import events, messages, schema
from store.database import Database
from store.records import Message

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OF_DEMO = Message(message_id="11111111-0000-4000-8000-000000000000", sent_at=NOW)
REAL = Message(message_id="22222222-0000-4000-8000-000000000000", sent_at=NOW)


def _take(database: Database) -> ground.Ground:
    return ground.take(database, seed=1, addresses=["ida@home.example"], references=["1042"])


def _save(database: Database, message: Message) -> None:
    with database.write() as connection:
        messages.save(connection, [message])


def _record(database: Database, **record: str) -> None:
    arrival = tracking.parse({"type": "portal_visit", **record}, received_at=NOW)
    with database.write() as connection:
        events.add(connection, [arrival])


def _count(database: Database) -> int:
    with database.read() as connection:
        tables = (schema.messages, schema.events)
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def test_an_empty_database_is_taken(database: Database) -> None:
    """A fresh database is the demo's to fill."""
    assert _take(database).mark.seed == 1


def test_a_demo_is_replaced(database: Database) -> None:
    """What an earlier demo has put in is gone when the next begins, local records that name only a number too."""
    _take(database).put_in(OF_DEMO.message_id)
    _save(database, OF_DEMO)
    _record(database, message_id=OF_DEMO.message_id)
    _record(database, reference="1042")
    assert _count(database) == 3
    _take(database)
    assert _count(database) == 0


def test_real_emails_are_left_alone(database: Database) -> None:
    """A database that holds real emails is refused with the fix in the sentence, and nothing in it changes."""
    _save(database, REAL)
    with pytest.raises(NotADemoDatabase, match=r"DATABASE_URL=sqlite:///demo\.db seen demo"):
        _take(database)
    assert _count(database) == 1


@pytest.mark.parametrize("record", [{"message_id": REAL.message_id}, {"reference": "77"}])
def test_real_events_are_left_alone(database: Database, record: dict[str, str]) -> None:
    """A real event is enough to refuse a database, even before anything is known of its email."""
    _record(database, **record)
    with pytest.raises(NotADemoDatabase):
        _take(database)


def test_real_emails_among_a_demo_are_left_alone(database: Database) -> None:
    """Real mail that came into a demo's database later, by a real token say, is never deleted by the next demo."""
    _take(database).put_in(OF_DEMO.message_id)
    _save(database, OF_DEMO)
    _save(database, REAL)
    with pytest.raises(NotADemoDatabase):
        _take(database)
    assert _count(database) == 2
