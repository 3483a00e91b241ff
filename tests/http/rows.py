"""What is in a database, as plain rows."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import func, select

from store import schema
from store.database import Database


def count(database: Database) -> int:
    """How many events there are."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(schema.events)) or 0


def kinds(database: Database) -> list[str]:
    """The kinds of the events, in the order they were stored."""
    with database.read() as connection:
        return list(connection.scalars(select(schema.events.c.kind).order_by(schema.events.c.id)))


def has(database: Database, key: str) -> bool:
    """Whether there is an event with that key."""
    with database.read() as connection:
        return connection.scalar(select(schema.events.c.id).where(schema.events.c.key == key)) is not None


def everything(database: Database) -> list[dict[str, Any]]:
    """All events with all their columns, in the order they were stored."""
    with database.read() as connection:
        return [dict(row) for row in connection.execute(select(schema.events).order_by(schema.events.c.id)).mappings()]


def wait_until_filed(database: Database, seconds: float = 60) -> None:
    """Returns when no event waits for being filed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with database.read() as connection:
            if not connection.scalar(select(func.count()).select_from(schema.unfiled)):
                return
        time.sleep(0.02)
    raise AssertionError("events were not filed in time")


def filed(database: Database) -> int:
    """How many messages are known."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(schema.messages)) or 0
