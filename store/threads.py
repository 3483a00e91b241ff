"""What a thread in Slack is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from store import schema
from store.storable import storable
from store.upsert import insert

_threads = schema.slack_threads


def subject(connection: Connection, channel: str, thread: str) -> str | None:
    """What was last asked about in a thread, as somebody would type it; ``None``: nothing is known of it."""
    return connection.execute(
        select(_threads.c.subject).where(_threads.c.channel == channel, _threads.c.thread == thread)
    ).scalar()


def remember(connection: Connection, channel: str, thread: str, subject: str, *, at: datetime) -> None:
    """Notes what was asked about at a moment. What was asked later stays, in whatever order they are noted."""
    statement = insert(connection, _threads).values(channel=channel, thread=thread, at=at, subject=storable(subject))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "thread"],
            set_={"at": statement.excluded.at, "subject": statement.excluded.subject},
            where=statement.excluded.at >= _threads.c.at,
        )
    )
