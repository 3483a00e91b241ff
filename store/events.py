"""Events: added as they arrive, filed under their messages afterwards, and read back for trails.

``add`` stands between a webhook and its answer, so it does the least that must be committed: one statement for a
whole batch, past SQLAlchemy's own conversions. What may follow the commit, making messages out of what the events
say, is in ``store.filing`` and at hand here too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from store import schema
from store.filing import are_waiting, file_new, last_webhook_at
from store.records import NOTHING, Arrival, Event, EventKind, Network, Source
from store.storable import digest, indexable, storable

__all__ = [
    "add", "are_waiting", "file_new", "last_webhook_at", "newest", "of_addresses", "of_messages", "of_references",
]  # fmt: skip

log = logging.getLogger(__name__)

Line = tuple[Any, ...]

_events = schema.events.c
_COLUMNS = tuple(column.name for column in _events if column.name != "id")
_IN_DETAILS = tuple(name for name in Event.__struct_fields__ if name not in _COLUMNS)
_KEY, _SOURCE, _RAW = (_COLUMNS.index(name) for name in ("key", "source", "raw"))
_details_of = attrgetter(*_IN_DETAILS)
_encoder = msgspec.json.Encoder(enc_hook=dict)  # a read-only mapping is written like any other


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
        indexable(event.key),
        event.kind.value,
        schema.instant(event.at),
        event.at_is_arrival,
        event.source.value,
        event.server,
        event.message_id and indexable(event.message_id),
        event.recipient and indexable(event.recipient),
        event.recipient_key and indexable(event.recipient_key),
        event.reference and indexable(event.reference),
        schema.instant(arrival.received_at),
        _encode_details(event),
        storable(arrival.raw),
    )


def _encode_details(event: Event) -> str:
    said = {
        name: value
        for name, value in zip(_IN_DETAILS, _details_of(event), strict=True)
        if value is not None and value is not NOTHING
    }
    try:
        text = _encoder.encode(said).decode()
    except UnicodeEncodeError:
        text = ""
    return text if text and "\\u0000" not in text else _encoder.encode(_mended(said)).decode()


def _mended(value: Any) -> Any:  # noqa: ANN401  (whatever an event may hold)
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_mended(name): _mended(inner) for name, inner in value.items()}
    return value


def _insert_sqlite(connection: Connection, lines: list[Line]) -> int:
    """Inserts the lines that are new. The transaction has the file to itself, so new rows are those with higher ids.

    Many lines go in by one statement: for each that is run, Python's lock is given away and has to be got back from
    the doors, which took longer than the inserting. There are few sizes, so that SQLite finds its statements prepared.
    """
    last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM events").scalar_one()
    begin = 0
    for size in _AT_ONCE:
        while len(lines) - begin >= size:
            values = tuple(chain.from_iterable(lines[begin : begin + size]))
            connection.exec_driver_sql(_sqlite_statement(size), values)
            begin += size
    filing = connection.exec_driver_sql("INSERT INTO unfiled SELECT id FROM events WHERE id > ?", (last,))
    return filing.rowcount


_AT_ONCE = (64, 16, 4, 1)
"""So many lines are inserted by one statement of SQLite's."""


@cache
def _sqlite_statement(lines: int) -> str:
    places = ", ".join([f"({', '.join('?' * len(_COLUMNS))})"] * lines)
    return f"INSERT INTO events ({', '.join(_COLUMNS)}) VALUES {places} ON CONFLICT (key) DO NOTHING"  # noqa: S608


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
        if raw != told and not _says_the_same(raw, told):
            log.warning("event %s came again with another body: %s, first %s", key, digest(raw)[:16], digest(told)[:16])


def _says_the_same(body: str, other: str) -> bool:
    try:
        return bool(msgspec.json.decode(body) == msgspec.json.decode(other))
    except (msgspec.DecodeError, RecursionError):
        return False


_BODIES = select(_events.key, _events.source, _events.raw).where(_events.key.in_(bindparam("keys", expanding=True)))


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


def newest(connection: Connection, *, limit: int) -> Iterator[Event]:
    """The events that were stored last, in no order: when and how each was told, and little else of it.

    Not more than their kind, time, source, message, and whether an open is known to be the first.
    """
    for kind, at, at_is_arrival, source, message_id, details in connection.execute(_NEWEST, {"limit": limit}):
        yield Event(
            key="",
            kind=_KINDS.get(kind, EventKind.UNKNOWN),
            at=at,
            at_is_arrival=bool(at_is_arrival),
            source=_SOURCES[source],
            message_id=message_id,
            first_open=_first_open(details).first_open if kind == EventKind.OPEN else None,
        )


class _FirstOpen(msgspec.Struct):
    first_open: bool | None = None


_first_open = msgspec.json.Decoder(_FirstOpen).decode
_NEWEST = (
    select(_events.kind, _events.at, _events.at_is_arrival, _events.source, _events.message_id, _events.details)
    .order_by(_events.id.desc())
    .limit(bindparam("limit"))
)
_KINDS = {kind.value: kind for kind in EventKind}
_SOURCES = {source.value: source for source in Source}
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_known_details = frozenset(_IN_DETAILS)


def _read(connection: Connection, statement: Select[Any], values: dict[str, list[str]]) -> list[Event]:
    if not any(values.values()):
        return []
    return [_event(row) for row in connection.execute(statement, values).all()]  # row by row costs more


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
