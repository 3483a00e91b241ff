"""Files events under their messages: what may follow once an event is safely stored.

Events are written down as they arrive (``store.events.add``) and wait in the table ``unfiled``. Filing takes them from
there and makes messages, recipients and references out of what they say.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select

from store import cursors, messages, news, schema
from store.records import EventKind, Message, Recipient, Source
from store.turn import take_turn

log = logging.getLogger(__name__)

_events = schema.events.c


class _Said(msgspec.Struct):
    """What an event's details say of its message."""

    stream: str | None = None
    tag: str | None = None
    subject: str | None = None
    sender: str | None = None
    metadata: dict[str, str] = {}


_said = msgspec.json.Decoder(_Said)
_NO_EVIDENCE = {EventKind.TEST, EventKind.UNKNOWN}
_OF_AN_ADDRESS = {EventKind.SUPPRESSION, EventKind.REACTIVATION}


def file_new(connection: Connection, *, references: Callable[[Message], tuple[str, ...]], limit: int = 1000) -> int:
    """Makes messages, recipients and references known out of events that were not looked at yet.

    Takes up to ``limit`` events, oldest first, and says how many it took; 0 means everything is filed. ``references``
    finds the business numbers in what one event says of its message. Doing it twice, in any order or in two processes
    at once changes nothing: events are taken by one, and knowledge only grows.
    """
    take_turn(connection)
    taken = list(connection.scalars(_TAKE, {"limit": limit}))
    if not taken:
        return 0
    rows = connection.execute(_TO_FILE, {"ids": taken}).all()
    webhooks = [row.received_at for row in rows if row.source == Source.WEBHOOK]
    if webhooks:
        cursors.advance(connection, cursors.LAST_WEBHOOK, max(webhooks))
    evidence = [row for row in rows if row.kind not in _NO_EVIDENCE]
    changed = messages.save_hints(connection, [_hint(row, references) for row in evidence if row.message_id])
    _tell(connection, evidence, told=changed)
    return len(taken)


def _tell(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], told: Sequence[str]) -> None:
    """Has everything looked at that these events may concern, but for the messages that ``told`` names already."""
    news.put(connection, {row.message_id for row in rows if row.message_id}.difference(told))
    news.put_of_references(connection, {row.reference for row in rows if row.reference and not row.message_id})
    news.put_of_addresses(
        connection, {row.recipient_key for row in rows if row.recipient_key and row.kind in _OF_AN_ADDRESS}
    )


_queue = schema.unfiled.c.event_id
_TAKE = (
    schema.unfiled.delete()
    .where(_queue.in_(select(_queue).order_by(_queue).limit(bindparam("limit"))))
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


def _read(details: str) -> _Said:
    try:
        return _said.decode(details)
    except msgspec.ValidationError as error:
        # One odd event must not keep all the others from being filed.
        log.warning("what an event says of its message is not understood: %s", error)
        return _Said()


def _hint(row: Row[*tuple[Any, ...]], references: Callable[[Message], tuple[str, ...]]) -> messages.Dated:
    said = _read(row.details)

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

    bare = described(())
    named = {*references(bare), *([row.reference] if row.reference else [])}
    return messages.Dated(described(tuple(sorted(named))) if named else bare, row.at)


def are_waiting(connection: Connection) -> bool:
    """Whether ``file_new`` has anything to do; asking does not hold anybody up."""
    return connection.execute(_WAITING).first() is not None


_WAITING = select(_queue).limit(1)


def last_webhook_at(connection: Connection) -> datetime | None:
    """When a webhook last arrived (aware UTC); ``None``: never."""
    unfiled = connection.execute(_NEWEST_UNFILED_WEBHOOK).scalar()
    filed = cursors.get(connection, cursors.LAST_WEBHOOK)
    return max((at for at in (unfiled, filed) if at is not None), default=None)


_NEWEST_UNFILED_WEBHOOK = select(func.max(_events.received_at, type_=_events.received_at.type)).where(
    _events.id.in_(select(_queue).order_by(_queue.desc()).limit(1000)),  # however much is waiting
    _events.source == Source.WEBHOOK.value,
)
