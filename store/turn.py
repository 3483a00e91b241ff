"""One writer of a kind at a time, as it is on SQLite by itself."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, bindparam, text

_OURS = text("SELECT pg_advisory_xact_lock(:number)").bindparams(bindparam("number"))


class Turn(IntEnum):
    """What there is one writer of; any numbers, the same in every process of Seen."""

    MESSAGES = 24290
    DEEDS = 24291
    """What people do and say about emails."""


def take_turn(connection: Connection, turn: Turn = Turn.MESSAGES) -> None:
    """Waits until nobody else is writing such things, and keeps everybody else waiting until the transaction ends.

    On SQLite a writing transaction is alone anyway. On PostgreSQL this keeps others from learning something between
    our reading and our writing, and from locking rows in another order than we do. A transaction that adds events as
    well must take its turn first: saving or filing does so.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_OURS, {"number": int(turn)})
