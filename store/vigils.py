"""Vigils: which emails to somebody are kept an eye on, by which rule, and when to look next.

A look is taken (``take``), made without any lock, and its outcome noted (``note``). While somebody is at it, the next
look stands a little in the future: when its process dies, another one looks then. News that come in the meantime bring
the look forward, and then what was found is not noted any more, for it is old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, tuple_, update

from store import schema
from store.alert_records import Rest, TrailKey, Vigil
from store.upsert import change_all, insert

_vigils = schema.vigils.c
_COLUMNS = tuple(field.name for field in fields(Vigil))
_KEY = ("rule_id", "message_id", "recipient_key")
_AT_ONCE = 500
"""Keys in one statement: fewer than either database takes."""


def put(connection: Connection, vigils: Iterable[Vigil]) -> None:
    """Keeps an eye on these, and brings the look forward where somebody does already.

    What is known there already, such as why it rests, stays; only its times are set anew.
    """
    rows = sorted((_row(vigil) for vigil in vigils), key=_key_of)
    if rows:
        statement = insert(connection, schema.vigils)
        anew = {name: statement.excluded[name] for name in ("began_at", "due_at", "look_at")}
        connection.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=anew), rows)


def take(connection: Connection, now: datetime, *, until: datetime, limit: int) -> list[Vigil]:
    """Those to be looked at by now, the longest due first; till ``until`` nobody else looks at them."""
    return [_vigil(row) for row in connection.execute(_TAKE, {"now": now, "until": until, "limit": limit}).all()]


def note(connection: Connection, looked_at: Sequence[Vigil], *, taken_until: datetime) -> list[Vigil]:
    """Notes what looks have found, and gives those that were noted: the others have news and are looked at again.

    ``look_at`` of each is when to look next; ``taken_until`` is what the look was taken with.
    """
    if not looked_at:
        return []
    still = {tuple(row) for row in connection.execute(_STILL_TAKEN, {"until": taken_until}).all()}
    noted = [vigil for vigil in looked_at if _key(vigil) in still]
    change_all(connection, schema.vigils, list(map(_row, noted)))
    return noted


def of_messages(connection: Connection, ids: Iterable[str]) -> list[Vigil]:
    """Every vigil over these messages."""
    return [
        _vigil(row)
        for some in _portions(ids)
        for row in connection.execute(select(*_ALL).where(_vigils.message_id.in_(some)).order_by(*_KEYS))
    ]


def of_trail(connection: Connection, trail: TrailKey) -> list[Vigil]:
    """Every vigil over an email to somebody."""
    message_id, recipient_key = trail
    return [vigil for vigil in of_messages(connection, [message_id]) if vigil.recipient_key == recipient_key]


def drop(connection: Connection, keys: Iterable[tuple[str, str, str]]) -> None:
    """Stops keeping an eye on these (rule, message, recipient): another rule of the same channel does."""
    for some in _portions(keys):
        connection.execute(delete(schema.vigils).where(tuple_(*_KEYS).in_(some)))


def waiting_since(connection: Connection) -> datetime | None:
    """When the look that is longest due should have been made, or the next one is to be; ``None``: there is none."""
    return connection.execute(
        select(_vigils.look_at).where(schema.IS_LOOKED_AT).order_by(_vigils.look_at).limit(1)
    ).scalar()


_KEYS = tuple(_vigils[name] for name in _KEY)
_ALL = tuple(_vigils[name] for name in _COLUMNS)
# Others who look at the same time take the next ones; SQLite, where a writer is alone, is not told to skip anything.
_due = (
    select(*_KEYS)
    .where(schema.IS_LOOKED_AT, _vigils.look_at <= bindparam("now"))
    .order_by(_vigils.look_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(schema.vigils).where(tuple_(*_KEYS).in_(select(*_due.c))).values(look_at=bindparam("until")).returning(*_ALL)
)
_STILL_TAKEN = (
    select(*_KEYS).where(schema.IS_LOOKED_AT, _vigils.look_at == bindparam("until")).order_by(*_KEYS).with_for_update()
)
# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(values)
    return (listed[first : first + _AT_ONCE] for first in range(0, len(listed), _AT_ONCE))


def _row(vigil: Vigil) -> dict[str, Any]:
    return {name: getattr(vigil, name) for name in _COLUMNS}


def _key(vigil: Vigil) -> tuple[str, str, str]:
    return vigil.rule_id, vigil.message_id, vigil.recipient_key


def _key_of(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["rule_id"], row["message_id"], row["recipient_key"]


def _vigil(row: Row[Any]) -> Vigil:
    said = dict(zip(_COLUMNS, row, strict=True))
    return Vigil(**{**said, "rest": Rest(said["rest"]) if said["rest"] else None})
