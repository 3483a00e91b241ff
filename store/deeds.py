"""What people did about an email to somebody, by pressing a button: handled it, unblocked its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from store import schema
from store.storable import indexable, storable
from store.turn import Turn, take_turn

_deeds = schema.deeds


class Did(StrEnum):
    """What was done."""

    HANDLED = "handled"
    CALLED = "called"
    UNBLOCKED = "unblocked"
    NOT_UNBLOCKED = "not_unblocked"
    """Postmark was asked, and said no: its answer is the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that was done and not undone."""

    at: datetime
    who: str
    what: Did
    message_id: str
    recipient_key: str
    note: str = ""


def put(connection: Connection, done: Done) -> bool:
    """Keeps what was done; False when the same stands already, and nothing was changed."""
    take_turn(connection, Turn.DEEDS)
    standing = [one for one in of_trails(connection, [(done.message_id, done.recipient_key)]) if one.what is done.what]
    if standing and done.what is not Did.NOT_UNBLOCKED:
        return False
    connection.execute(
        insert(_deeds).values(
            at=done.at,
            who=storable(done.who),
            what=done.what,
            message_id=indexable(done.message_id),
            recipient_key=indexable(done.recipient_key),
            note=storable(done.note),
        )
    )
    return True


def undo(connection: Connection, done: Done, *, who: str, at: datetime) -> bool:
    """Takes something back; False when it doesn't stand any more."""
    this = _deeds.c.what == done.what, _deeds.c.who == storable(done.who), _deeds.c.at == done.at
    wanted = and_(_of([(done.message_id, done.recipient_key)]), *this, _deeds.c.undone_at.is_(None))
    return connection.execute(update(_deeds).where(wanted).values(undone_at=at, undone_by=storable(who))).rowcount > 0


def of_trails(connection: Connection, trails: Iterable[tuple[str, str]]) -> list[Done]:
    """What stands about these emails to these recipients (message id, recipient key), oldest first."""
    pairs = list(trails)
    if not pairs:
        return []
    query = select(_deeds).where(_of(pairs), _deeds.c.undone_at.is_(None)).order_by(_deeds.c.at, _deeds.c.id)
    return [
        Done(
            at=row.at,
            who=row.who,
            what=Did(row.what),
            message_id=row.message_id,
            recipient_key=row.recipient_key,
            note=row.note,
        )
        for row in connection.execute(query)
    ]


def handled_of(connection: Connection, ids: Iterable[str]) -> set[tuple[str, str]]:
    """Which emails of these messages somebody has handled or called about, and to whom (message id, recipient key)."""
    query = select(_deeds.c.message_id, _deeds.c.recipient_key).where(
        _deeds.c.message_id.in_([indexable(message_id) for message_id in ids]),
        _deeds.c.what.in_([Did.HANDLED, Did.CALLED]),
        _deeds.c.undone_at.is_(None),
    )
    return {(row.message_id, row.recipient_key) for row in connection.execute(query)}


def _of(pairs: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(_deeds.c.message_id == indexable(message_id), _deeds.c.recipient_key == indexable(key))
            for message_id, key in pairs
        )
    )
