"""What a morning's digest counts and lists: vigils of some rules, by what was found of them and when.

Each question is one statement with a bound on what it brings back, however many emails there are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from store import schema
from store.alert_records import Rest, TrailKey
from store.records import EventKind
from store.schema_alerts import IS_AT_REST, IS_LOOKED_AT

_vigils, _events = schema.vigils.c, schema.events.c
_KEY = (_vigils.message_id, _vigils.recipient_key)
_ARRIVED = (EventKind.DELIVERY, EventKind.OPEN, EventKind.CLICK)
"""What only an email that arrived can show."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Some trails of many."""

    keys: tuple[TrailKey, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a moment, itself left out, until another."""

    since: datetime
    until: datetime


def sent(connection: Connection, rule_ids: Collection[str], within: Stretch) -> tuple[int, int]:
    """How many emails went out, and how many of them are known to have arrived."""
    began = _of(rule_ids), _vigils.began_at > within.since, _vigils.began_at <= within.until
    told = exists().where(
        _events.message_id == _vigils.message_id,
        _events.recipient_key == _vigils.recipient_key,
        _events.kind.in_([kind.value for kind in _ARRIVED]),
    )
    failed = _vigils.rest.is_not_distinct_from(Rest.FAILED.value)
    all_of_them = connection.execute(select(func.count()).select_from(schema.vigils).where(*began)).scalar_one()
    arrived = select(func.count()).select_from(schema.vigils).where(*began, ~failed, told)
    return all_of_them, connection.execute(arrived).scalar_one()


def due(
    connection: Connection, rule_ids: Collection[str], within: Stretch, *, limit: int
) -> tuple[list[tuple[TrailKey, datetime]], int]:
    """What is still waited for and falls due then, the first due first, with when; and how many there are."""
    # A look is never later than what is due: by it, from a small index, the few are found.
    waiting = (
        IS_LOOKED_AT,
        _vigils.look_at <= within.until,
        _of(rule_ids),
        _vigils.rest.is_(None),
        _vigils.due_at > within.since,
        _vigils.due_at <= within.until,
    )
    rows = connection.execute(
        select(*_KEY, _vigils.due_at).where(*waiting).order_by(_vigils.due_at, *_KEY).limit(limit)
    )
    found = [((row.message_id, row.recipient_key), row.due_at) for row in rows]
    return found, _total(connection, len(found), limit, waiting)


def found(connection: Connection, rule_ids: Collection[str], rest: Rest, within: Stretch, *, limit: int) -> Counted:
    """What was found then to have come to this, newest first; and how many there are."""
    those = (*_rested(rule_ids, within), _vigils.rest == rest.value)
    newest = (_vigils.rested_at.desc(), *_KEY)
    rows = connection.execute(select(*_KEY).where(*those).order_by(*newest).limit(limit))
    keys = tuple((row.message_id, row.recipient_key) for row in rows)
    return Counted(keys, _total(connection, len(keys), limit, those))


def looks(connection: Connection, rule_ids: Collection[str], within: Stretch, *, limit: int) -> list[timedelta | None]:
    """How long after the sending each email of then was seen, the newest first; ``None``: it wasn't, so far.

    Emails that failed, and those of which no sign could come, are left out.
    """
    told: Select[Any] = (
        select(_vigils.began_at, _vigils.sign_at, _vigils.rest)
        .where(_of(rule_ids), _vigils.began_at > within.since, _vigils.began_at <= within.until)
        .order_by(_vigils.began_at.desc())
        .limit(limit)
    )
    blind = {Rest.FAILED, Rest.CANT_TELL}
    return [
        row.sign_at - row.began_at if row.rest == Rest.SEEN and row.sign_at else None
        for row in connection.execute(told)
        if row.rest not in blind
    ]


def _of(rule_ids: Collection[str]) -> ColumnElement[bool]:
    return _vigils.rule_id.in_(sorted(rule_ids))


def _rested(rule_ids: Collection[str], within: Stretch) -> tuple[Any, ...]:
    return IS_AT_REST, _of(rule_ids), _vigils.rested_at > within.since, _vigils.rested_at <= within.until


def _total(connection: Connection, listed: int, limit: int, those: tuple[Any, ...]) -> int:
    if listed < limit:
        return listed
    return connection.execute(select(func.count()).select_from(schema.vigils).where(*those)).scalar_one()
