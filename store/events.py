"""Events: added as they arrive, filed under their messages afterwards, and read back for trails.

``add`` stands between a webhook and its answer, so it does the least that must be committed: one statement for a
whole batch, past SQLAlchemy's own conversions. What may follow the commit, making messages out of what the events
say, is ``file_new``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, func, select

from store import cursors, messages, schema
from store.records import NOTHING, Arrival, Event, EventKind, Message, Network, Recipient, Source

log = logging.getLogger(__name__)

Line = tuple[Any, ...]

_events = schema.events.c
_COLUMNS = tuple(column.name for column in _events if column.name != "id")
_IN_DETAILS = tuple(field.name for field in dataclasses.fields(Event) if field.name not in _COLUMNS)
_KEY, _SOURCE, _RAW = (_COLUMNS.index(name) for name in ("key", "source", "raw"))
_details_of = attrgetter(*_IN_DETAILS)
_encoder = msgspec.json.Encoder(enc_hook=dict)  # a read-only mapping is written like any other

_LONGEST = 320  # characters of an indexed text: the longest address; PostgreSQL's indexes end at 2,700 bytes
_LAST_WEBHOOK = "last webhook"


# ── Adding ───────────────────────────────────────────────────────────────────────────────────────────────────────


def add(connection: Connection, arrivals: Sequence[Arrival]) -> int:
    """Adds the events that are not there yet, in one statement, and says how many those were.

    An event whose key is known stays as it was first told. When the same source tells it with another body, that is
    logged (by hash), because two events sharing a key would be a fault of ours.
    """
    if not arrivals:
        return 0
    lines = [_line(arrival) for arrival in arrivals]
    insert = _insert_sqlite if connection.dialect.name == "sqlite" else _insert_postgres
    added = insert(connection, lines)
    if added < len(lines):
        _log_other_bodies(connection, lines)
    return added


def _line(arrival: Arrival) -> Line:
    """The values of an event's row, in the order of ``_COLUMNS``."""
    event = arrival.event
    return (
        _indexable(event.key),
        event.kind.value,
        schema.instant(event.at),
        event.at_is_arrival,
        event.source.value,
        event.server,
        _indexable(event.message_id),
        _indexable(event.recipient),
        _indexable(event.recipient_key),
        _indexable(event.reference),
        schema.instant(arrival.received_at),
        _encode_details(event),
        arrival.raw if arrival.raw.isascii() else _storable(arrival.raw),
    )


def _indexable(text: str | None) -> str | None:
    """Text as both databases can store and index it: what is too long is cut and keeps its hash, so it stays unique."""
    if text is None or (len(text) <= _LONGEST and text.isascii() and "\0" not in text):
        return text
    text = _storable(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 65]}…{_hash(text)}"


def _storable(text: str) -> str:
    # PostgreSQL takes no zero byte, and neither database takes half a surrogate pair.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _encode_details(event: Event) -> str:
    said = {
        name: value
        for name, value in zip(_IN_DETAILS, _details_of(event), strict=True)
        if value is not None and value is not NOTHING
    }
    try:
        return _encoder.encode(said).decode()
    except UnicodeEncodeError:
        return _encoder.encode({k: _storable(v) if isinstance(v, str) else v for k, v in said.items()}).decode()


def _insert_sqlite(connection: Connection, lines: list[Line]) -> int:
    """Inserts the lines that are new. The transaction has the file to itself, so new rows are those with higher ids."""
    last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM events").scalar_one()
    connection.exec_driver_sql(_sqlite_statement(), lines)
    filing = connection.exec_driver_sql("INSERT INTO unfiled SELECT id FROM events WHERE id > ?", (last,))
    return filing.rowcount


@cache
def _sqlite_statement() -> str:
    places = ", ".join("?" * len(_COLUMNS))
    return f"INSERT INTO events ({', '.join(_COLUMNS)}) VALUES ({places}) ON CONFLICT (key) DO NOTHING"  # noqa: S608


def _insert_postgres(connection: Connection, lines: list[Line]) -> int:
    """Inserts the lines that are new. They travel as one JSON text: binding each value alone costs three times more.

    They go in by their keys' order: two processes that insert the same events in other orders would each wait for the
    other.
    """
    ordered = sorted(lines, key=itemgetter(_KEY))
    batch = msgspec.json.encode([dict(zip(_COLUMNS, line, strict=True)) for line in ordered]).decode()
    return connection.exec_driver_sql(_postgres_statement(), (batch,)).rowcount


@cache
def _postgres_statement() -> str:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (not needed on SQLite)

    names = ", ".join(_COLUMNS)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    typed = ", ".join(f"{name} {_events[name].type.compile(dialect=dialect)}" for name in _COLUMNS)
    return (
        f"WITH added AS (INSERT INTO events ({names})"  # noqa: S608
        f" SELECT {names} FROM json_to_recordset(%s::json) AS batch ({typed})"
        " ON CONFLICT (key) DO NOTHING RETURNING id)"
        " INSERT INTO unfiled SELECT id FROM added"
    )


def _log_other_bodies(connection: Connection, lines: list[Line]) -> None:
    first: dict[tuple[str, str], str] = {}
    for key, source, raw in connection.execute(_BODIES, {"keys": [line[_KEY] for line in lines]}):
        first[key, source] = raw
    for line in lines:
        key, raw = line[_KEY], line[_RAW]
        told = first.get((key, line[_SOURCE]), raw)
        if raw != told and msgspec.json.decode(raw) != msgspec.json.decode(told):
            log.warning("event %s came again with another body: %s, first %s", key, _hash(raw)[:16], _hash(told)[:16])


_BODIES = select(_events.key, _events.source, _events.raw).where(_events.key.in_(bindparam("keys", expanding=True)))


# ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────────


class _Said(msgspec.Struct):
    """What an event's details say of its message."""

    stream: str | None = None
    tag: str | None = None
    subject: str | None = None
    sender: str | None = None
    metadata: dict[str, str] = {}


_said = msgspec.json.Decoder(_Said, strict=False)
_NO_EVIDENCE = {EventKind.TEST, EventKind.UNKNOWN}


def file_new(connection: Connection, *, references: Callable[[Message], tuple[str, ...]], limit: int = 1000) -> int:
    """Makes messages, recipients and references known out of events that were not looked at yet.

    Takes up to ``limit`` events, oldest first, and says how many it took; 0 means everything is filed. ``references``
    finds the business numbers in what one event says of its message. Doing it twice, in any order or in two processes
    at once changes nothing: events are taken by one, and knowledge only grows.
    """
    taken = list(connection.scalars(_TAKE, {"limit": limit}))
    if not taken:
        return 0
    rows = connection.execute(_TO_FILE, {"ids": taken}).all()
    webhooks = [row.received_at for row in rows if row.source == Source.WEBHOOK]
    if webhooks:
        cursors.advance(connection, _LAST_WEBHOOK, max(webhooks))
    messages.save_hints(
        connection, [_hint(row, references) for row in rows if row.message_id and row.kind not in _NO_EVIDENCE]
    )
    return len(taken)


_queue = schema.unfiled.c.event_id
_TAKE = (
    schema.unfiled.delete()
    # SQLite knows no row locks and needs none: whoever files there has the file to himself.
    .where(_queue.in_(select(_queue).order_by(_queue).limit(bindparam("limit")).with_for_update(skip_locked=True)))
    .returning(_queue)
)
_TO_FILE = (
    select(
        _events.kind,
        _events.at,
        _events.source,
        _events.server,
        _events.message_id,
        _events.recipient,
        _events.recipient_key,
        _events.reference,
        _events.received_at,
        _events.details,
    )
    .where(_events.id.in_(bindparam("ids", expanding=True)))
    .order_by(_events.id)
)


def _hint(row: Row[*tuple[Any, ...]], references: Callable[[Message], tuple[str, ...]]) -> messages.Dated:
    said = _said.decode(row.details)

    def described(numbers: tuple[str, ...]) -> Message:
        return Message(
            message_id=row.message_id,
            server=row.server,
            stream=said.stream,
            sender=said.sender,
            subject=said.subject,
            tag=said.tag,
            metadata=said.metadata,
            recipients=(Recipient(row.recipient or row.recipient_key, row.recipient_key),) if row.recipient_key else (),
            references=numbers,
        )

    named = {*references(described(())), *([row.reference] if row.reference else [])}
    return messages.Dated(described(tuple(sorted(named))), row.at)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

_READ = select(*(_events[name] for name in _COLUMNS if name not in {"received_at", "raw"})).order_by(
    _events.at, _events.key
)
_OF_MESSAGES = _READ.where(_events.message_id.in_(bindparam("ids", expanding=True)))
_OF_ADDRESSES = _READ.where(_events.recipient_key.in_(bindparam("keys", expanding=True)), schema.OF_AN_ADDRESS)
_OF_REFERENCES = _READ.where(_events.reference.in_(bindparam("references", expanding=True)), schema.OF_A_BARE_REFERENCE)


def of_messages(connection: Connection, ids: Iterable[str]) -> list[Event]:
    """Every event that names one of these messages, oldest first."""
    return _read(connection, _OF_MESSAGES, {"ids": list(ids)})


def of_addresses(connection: Connection, keys: Iterable[str]) -> list[Event]:
    """Every suppression and reactivation of these normalised addresses, on whichever stream, oldest first."""
    return _read(connection, _OF_ADDRESSES, {"keys": list(keys)})


def of_references(connection: Connection, references: Iterable[str]) -> list[Event]:
    """Every local record that names one of these references but no message, oldest first."""
    return _read(connection, _OF_REFERENCES, {"references": list(references)})


def are_waiting(connection: Connection) -> bool:
    """Whether ``file_new`` has anything to do; asking does not hold anybody up."""
    return connection.execute(_WAITING).first() is not None


_WAITING = select(_queue).limit(1)


def last_webhook_at(connection: Connection) -> datetime | None:
    """When a webhook last arrived (aware UTC); ``None``: never."""
    unfiled = connection.execute(_NEWEST_UNFILED_WEBHOOK).scalar()
    filed = cursors.get(connection, _LAST_WEBHOOK)
    return max((at for at in (unfiled, filed) if at is not None), default=None)


_NEWEST_UNFILED_WEBHOOK = select(func.max(_events.received_at, type_=_events.received_at.type)).where(
    _events.id.in_(select(_queue).order_by(_queue.desc()).limit(1000)),  # however much is waiting
    _events.source == Source.WEBHOOK.value,
)

_KINDS = {kind.value: kind for kind in EventKind}
_SOURCES = {source.value: source for source in Source}
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_known_details = frozenset(_IN_DETAILS)


def _read(connection: Connection, statement: Select[Any], values: dict[str, list[str]]) -> list[Event]:
    if not any(values.values()):
        return []
    return [_event(row) for row in connection.execute(statement, values)]


def _event(row: Sequence[Any]) -> Event:
    # One unpacking and no look-ups by name: this runs for every event of every answer.
    key, kind, at, at_is_arrival, source, server, message_id, recipient, recipient_key, reference, details = row
    said = _decode(details)
    if not said.keys() <= _known_details:  # written by a newer edition that runs beside this one
        said = {name: said[name] for name in _known_details & said.keys()}
    if "network" in said:
        said["network"] = Network(**said["network"])
    return Event(
        key=key,
        kind=_KINDS.get(kind, EventKind.UNKNOWN),
        at=at,
        at_is_arrival=bool(at_is_arrival),
        source=_SOURCES[source],
        server=server,
        message_id=message_id,
        recipient=recipient,
        recipient_key=recipient_key,
        reference=reference,
        **said,
    )
