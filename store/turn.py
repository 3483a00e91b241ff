"""One writer of messages at a time, as it is on SQLite by itself."""

from __future__ import annotations

from sqlalchemy import Connection, text

_OURS = text("SELECT pg_advisory_xact_lock(24290)")  # any number, the same in every process of Seen


def take_turn(connection: Connection) -> None:
    """Waits until nobody else is writing messages, and keeps everybody else waiting until the transaction ends.

    On SQLite a writing transaction is alone anyway. On PostgreSQL this keeps others from learning something between
    our reading and our writing, and from locking rows in another order than we do. A transaction that adds events as
    well must take its turn first: saving or filing does so.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_OURS)
