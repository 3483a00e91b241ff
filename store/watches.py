"""Watches: who wants to be told of what, what they listen for, and how they ended.

A look at a watch is taken and noted like a vigil's (``store.vigils``): news that come while somebody looks bring the
next look forward, and then the one under way doesn't put it off again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, func, or_, select, text, update

from store import schema
from store.addresses import domain_of
from store.alert_records import SubjectOf, TrailKey, Watch, WatchEnd
from store.records import Message
from store.storable import indexable, storable
from store.upsert import insert

Listens = Iterable[tuple[SubjectOf, str]]
"""What a watch listens for: message ids, (normalised) addresses, business numbers, domains."""

_watches, _subjects = schema.watches.c, schema.watch_subjects.c
_IS_OPEN = text('"end" IS NULL')
_AT_ONCE = 200


def put(connection: Connection, watch: Watch, listens: Listens) -> Watch | None:
    """Keeps a watch, and gives it with its id; ``None``: an open one with this key is there already."""
    statement = insert(connection, schema.watches).on_conflict_do_nothing(index_elements=["key"], index_where=_IS_OPEN)
    row = {
        "key": indexable(watch.key),
        "who": storable(watch.who),
        "question": storable(watch.question),
        "began_at": watch.began_at,
        "expires_at": watch.expires_at,
        "channel": watch.channel,
        "thread": watch.thread,
        "since": watch.since,
        "settled": json.dumps([list(trail) for trail in watch.settled]),
        "look_at": watch.look_at,
    }
    made = connection.execute(statement.values(row).returning(_watches.id)).scalar()
    if made is None:
        return None
    rows = [
        {"kind": kind, "value": value, "watch_id": made}
        for kind, value in sorted({(kind.value, indexable(value)) for kind, value in listens})
    ]
    if rows:
        connection.execute(schema.watch_subjects.insert(), rows)
    return of_id(connection, made)


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def wake(connection: Connection, messages: Iterable[Message], at: datetime) -> None:
    """Has the open watches looked at that listen for one of these messages: by its id, recipients or numbers."""
    heard = {subject for message in messages for subject in _said_by(message)}
    ids = sorted({row.watch_id for some in _portions(sorted(heard)) for row in connection.execute(_listening(some))})
    for portion in _portions(ids):
        later = or_(_watches.look_at.is_(None), _watches.look_at > at)
        connection.execute(update(schema.watches).where(_watches.id.in_(portion), _IS_OPEN, later).values(look_at=at))


def take(connection: Connection, now: datetime, *, until: datetime, limit: int) -> list[Watch]:
    """Those to be looked at by now; till ``until`` nobody else looks at them."""
    return [_watch(row) for row in connection.execute(_TAKE, {"now": now, "until": until, "limit": limit})]


def rest(connection: Connection, watch: Watch, *, taken_until: datetime, look_at: datetime) -> bool:
    """Says when to look next; False: there are news, or it is over."""
    is_it = (_watches.id == watch.watch_id, _IS_OPEN, _watches.look_at == taken_until)
    return connection.execute(update(schema.watches).where(*is_it).values(look_at=look_at)).rowcount == 1


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────────


def end(connection: Connection, watch_id: int, how: WatchEnd, at: datetime, *, told: TrailKey | None = None) -> bool:
    """Ends an open watch; False: it is over already, or unknown."""
    over = {"end": how, "ended_at": at, "told": json.dumps(list(told)) if told else None, "look_at": None}
    statement = update(schema.watches).where(_watches.id == watch_id, _IS_OPEN).values(**over)
    return connection.execute(statement).rowcount == 1


def reopen(connection: Connection, watch_id: int, at: datetime) -> bool:
    """Takes an end back; False: it is open, unknown, or a newer watch has taken its place."""
    other = schema.watches.alias("newer")
    taken = exists().where(other.c.key == _watches.key, other.c.id != _watches.id, other.c["end"].is_(None))
    anew = {"end": None, "ended_at": None, "told": None, "look_at": at}
    is_it = (_watches.id == watch_id, _watches.end.is_not(None), ~taken)
    return connection.execute(update(schema.watches).where(*is_it).values(**anew)).rowcount == 1


def forget(connection: Connection, watch_id: int) -> None:
    """Lets a watch listen for nothing any more, because it is over for good."""
    connection.execute(schema.watch_subjects.delete().where(_subjects.watch_id == watch_id))


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def of_id(connection: Connection, watch_id: int) -> Watch | None:
    """A watch by its id, open or over."""
    return next(iter(_read(connection, _watches.id == watch_id)), None)


def open_with_key(connection: Connection, key: str) -> Watch | None:
    """The open watch of somebody about something."""
    return next(iter(_read(connection, and_(_watches.key == indexable(key), _IS_OPEN))), None)


def of_somebody(connection: Connection, who: str, *, limit: int = 100) -> list[Watch]:
    """Somebody's open watches, the newest first."""
    return _read(connection, and_(_watches.who == who, _IS_OPEN), limit=limit)


def count_open(connection: Connection, who: str | None = None) -> int:
    """How many watches are open; those of one person."""
    query = select(func.count()).select_from(schema.watches).where(_IS_OPEN)
    return connection.execute(query.where(_watches.who == who) if who is not None else query).scalar_one()


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = [column for column in schema.watches.c]  # noqa: C416 - a list of columns, not of names
# Others who look at the same time take the next ones; SQLite, where a writer is alone, is not told to skip anything.
_due = (
    select(_watches.id)
    .where(schema.IS_LOOKED_AT, _watches.look_at <= bindparam("now"))
    .order_by(_watches.look_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(schema.watches)
    .where(_watches.id.in_(select(_due.c.id)))
    .values(look_at=bindparam("until"))
    .returning(*_COLUMNS)
)


def _said_by(message: Message) -> Iterable[tuple[str, str]]:
    yield SubjectOf.MESSAGE.value, indexable(message.message_id)
    for recipient in message.recipients:
        yield SubjectOf.ADDRESS.value, indexable(recipient.key)
        if domain := domain_of(recipient.key):
            yield SubjectOf.DOMAIN.value, indexable(domain)
    for reference in message.references:
        yield SubjectOf.REFERENCE.value, indexable(reference)


def _listening(heard: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401 - a select
    by_kind: dict[str, list[str]] = {}
    for kind, value in heard:
        by_kind.setdefault(kind, []).append(value)
    return select(_subjects.watch_id).where(
        or_(*(and_(_subjects.kind == kind, _subjects.value.in_(values)) for kind, values in by_kind.items()))
    )


def _read(connection: Connection, wanted: ColumnElement[bool], *, limit: int | None = None) -> list[Watch]:
    query = select(*_COLUMNS).where(wanted).order_by(_watches.began_at.desc(), _watches.id.desc()).limit(limit)
    return [_watch(row) for row in connection.execute(query)]


def _watch(row: Row[Any]) -> Watch:
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    told = json.loads(said["told"]) if said["told"] else None
    return Watch(
        key=said["key"],
        who=said["who"],
        question=said["question"],
        began_at=said["began_at"],
        expires_at=said["expires_at"],
        channel=said["channel"],
        thread=said["thread"],
        since=said["since"],
        settled=tuple((message_id, key) for message_id, key in json.loads(said["settled"])),
        look_at=said["look_at"],
        end=WatchEnd(said["end"]) if said["end"] else None,
        ended_at=said["ended_at"],
        told=(told[0], told[1]) if told else None,
        watch_id=said["id"],
    )


def _portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE))
