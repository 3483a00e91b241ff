"""Messages with their recipients and references: saved as knowledge grows, and loaded.

Two things tell about a message: Postmark's own row of it (``save``), and what its events let slip (``save_hints``).
The order they come in does not matter: a ``None`` never overwrites a value, and a hint never overwrites anything.

``store.finding`` finds messages for a question and ``store.people`` knows their addresses; both are at hand here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    select,
    update,
)

from store import addresses, people, schema
from store.finding import Found, Wanted, find
from store.people import addresses_like, domains_known, people_named
from store.records import NOTHING, Message, Recipient, Role
from store.upsert import Columns, Rules, add_missing, merge

__all__ = [
    "Found", "Hint", "Wanted", "addresses_like", "domains_known", "find", "load", "mark_checked", "people_named",
    "save", "save_hints",
]  # fmt: skip

_messages, _recipients, _references = schema.messages, schema.recipients, schema.message_references
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # sorts a message last while nobody knows when it was sent


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hint:
    """What one event says of its message, and when it happened."""

    message: Message
    at: datetime


def save(connection: Connection, messages: Iterable[Message]) -> None:
    """Saves what Postmark says of its messages, with their recipients and references.

    Later words replace earlier ones, but ``None`` replaces nothing, ``checked_at`` never goes back, a status never
    goes back to ``Queued``, and recipients and references are only ever added.
    """
    told = [Hint(message, message.sent_at or _UNDATED) for message in messages]
    _write(connection, told, _ROW_RULES, _RECIPIENT_ROW_RULES)


def save_hints(connection: Connection, hints: Iterable[Hint]) -> None:
    """Saves what events say of their messages: it fills gaps, and makes messages that nobody has told of yet."""
    folded: dict[str, Hint] = {}
    for hint in hints:
        known = folded.get(hint.message.message_id)
        folded[hint.message.message_id] = _folded(known, hint) if known else hint
    _write(connection, list(folded.values()), _HINT_RULES, _RECIPIENT_HINT_RULES)


def _told_last(name: str, new: Columns, old: Columns) -> ColumnElement[Any]:
    return func.coalesce(new[name], old[name])


def _told_first(name: str, new: Columns, old: Columns) -> ColumnElement[Any]:
    return func.coalesce(old[name], new[name])


def _status(new: Columns, old: Columns) -> ColumnElement[Any]:
    stale = and_(new.status == "Queued", old.status.is_not(None))
    return case((stale, old.status), else_=func.coalesce(new.status, old.status))


def _checked_at(new: Columns, old: Columns) -> ColumnElement[Any]:
    return case((new.checked_at > old.checked_at, new.checked_at), else_=func.coalesce(old.checked_at, new.checked_at))


def _sent(new: Columns, old: Columns) -> ColumnElement[Any]:
    return case((new.sent_at.is_not(None), new.at), else_=old.at)


def _earliest(new: Columns, old: Columns) -> ColumnElement[Any]:
    better = and_(old.sent_at.is_(None), (old.at == _UNDATED) | (new.at < old.at))
    return case((better, new.at), else_=old.at)


_HINTED = ("server", "stream", "sender", "subject", "subject_words", "tag", "metadata")
_ROWS_ONLY = ("sent_at", "track_opens", "track_links", "has_html", "sandboxed")
_ROW_RULES: Rules = {
    **{name: partial(_told_last, name) for name in (*_HINTED, *_ROWS_ONLY)},
    "status": _status,
    "checked_at": _checked_at,
    "at": _sent,
}
_HINT_RULES: Rules = {**{name: partial(_told_first, name) for name in _HINTED}, "at": _earliest}
_RECIPIENT_ROW_RULES: Rules = {name: partial(_told_last, name) for name in ("address", "name", "role", "position")}
_RECIPIENT_HINT_RULES: Rules = {name: partial(_told_first, name) for name in ("name", "role")}


def _folded(one: Hint, other: Hint) -> Hint:
    """Two hints of one message as one; what was said first stays."""
    a, b = one.message, other.message
    together = replace(
        a,
        server=a.server or b.server,
        stream=a.stream or b.stream,
        sender=a.sender or b.sender,
        subject=a.subject or b.subject,
        tag=a.tag or b.tag,
        metadata=a.metadata or b.metadata,
        recipients=tuple({r.key: r for r in (*b.recipients, *a.recipients)}.values()),
        references=tuple(dict.fromkeys((*a.references, *b.references))),
    )
    return Hint(together, min(one.at, other.at))


def _write(connection: Connection, told: Sequence[Hint], rules: Rules, recipient_rules: Rules) -> None:
    if not told:
        return
    # In one order everywhere, so that two processes on PostgreSQL never wait for each other in a circle.
    told = sorted(told, key=lambda hint: hint.message.message_id)
    merge(connection, _messages, [_message_row(hint) for hint in told], rules)
    rows = [row for hint in told for row in _recipient_rows(hint)]
    merge(connection, _recipients, rows, recipient_rules)
    numbers = [
        {"message_id": hint.message.message_id, "reference": reference, "at": hint.at}
        for hint in told
        for reference in sorted(set(hint.message.references))
    ]
    add_missing(connection, _references, numbers)
    ids = {"ids": [hint.message.message_id for hint in told]}
    connection.execute(_DATE_RECIPIENTS, ids)
    if numbers:
        connection.execute(_DATE_REFERENCES, ids)
    people.add(connection, [recipient for hint in told for recipient in hint.message.recipients])


def _message_row(hint: Hint) -> dict[str, Any]:
    message = hint.message
    return {
        "message_id": message.message_id,
        "at": hint.at,
        "server": message.server,
        "stream": message.stream,
        "sent_at": message.sent_at,
        "sender": message.sender,
        "subject": message.subject,
        "subject_words": _searchable(message.subject),
        "tag": message.tag,
        "metadata": msgspec.json.encode(dict(message.metadata)).decode() if message.metadata else None,
        "status": message.status,
        "track_opens": message.track_opens,
        "track_links": message.track_links,
        "has_html": message.has_html,
        "sandboxed": message.sandboxed,
        "checked_at": message.checked_at,
    }


def _searchable(subject: str | None) -> str | None:
    return None if subject is None else "".join(f" {word}" for word in addresses.fold_words(subject))


def _recipient_rows(hint: Hint) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for position, recipient in enumerate(hint.message.recipients):
        row = {
            "message_id": hint.message.message_id,
            "key": recipient.key,
            "domain": addresses.domain_of(recipient.key),
            "at": hint.at,
            "address": recipient.address,
            "name": recipient.name,
            "role": recipient.role,
            "position": None if recipient.role is None else position,
        }
        rows.setdefault(recipient.key, row)  # in To and again in Cc: To is said first
    return [rows[key] for key in sorted(rows)]


def _dated(table: Table) -> Update:
    """Gives the rows of these messages the moment of their message, where that has become known or changed."""
    return (
        update(table)
        .values(at=_messages.c.at)
        .where(
            table.c.message_id == _messages.c.message_id,
            _messages.c.message_id.in_(bindparam("ids", expanding=True)),
            table.c.at != _messages.c.at,
        )
    )


_DATE_RECIPIENTS, _DATE_REFERENCES = _dated(_recipients), _dated(_references)


def mark_checked(connection: Connection, ids: Iterable[str], at: datetime) -> None:
    """Notes that Postmark was asked for these messages' details at that time; an earlier time changes nothing."""
    connection.execute(_MARK, {"ids": list(ids), "now": at})


_MARK = (
    update(_messages)
    .values(checked_at=bindparam("now"))
    .where(
        _messages.c.message_id.in_(bindparam("ids", expanding=True)),
        _messages.c.checked_at.is_(None) | (_messages.c.checked_at < bindparam("now")),
    )
)


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────

_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_LOAD = select(
    _messages.c.message_id,
    _messages.c.server,
    _messages.c.stream,
    _messages.c.sent_at,
    _messages.c.sender,
    _messages.c.subject,
    _messages.c.tag,
    _messages.c.metadata,
    _messages.c.status,
    _messages.c.track_opens,
    _messages.c.track_links,
    _messages.c.has_html,
    _messages.c.sandboxed,
    _messages.c.checked_at,
).where(_messages.c.message_id.in_(_THESE))
_LOAD_RECIPIENTS = (
    select(_recipients.c.message_id, _recipients.c.address, _recipients.c.key, _recipients.c.name, _recipients.c.role)
    .where(_recipients.c.message_id.in_(_THESE))
    # As they were sent; those known from events only come last.
    .order_by(_recipients.c.position.is_(None), _recipients.c.position, _recipients.c.key)
)
_LOAD_REFERENCES = (
    select(_references.c.message_id, _references.c.reference)
    .where(_references.c.message_id.in_(_THESE))
    .order_by(_references.c.reference)
)
_ROLES: dict[str | None, Role | None] = {None: None, **{role.value: role for role in Role}}
_decode = msgspec.json.Decoder(dict[str, str]).decode


def load(connection: Connection, ids: Iterable[str]) -> list[Message]:
    """The messages with these ids, in the order of the ids; what is not known is left out."""
    ids = list(dict.fromkeys(ids))
    if not ids:
        return []
    these = {"ids": ids}
    recipients: dict[str, list[Recipient]] = {}
    for message_id, address, key, name, role in connection.execute(_LOAD_RECIPIENTS, these):
        recipients.setdefault(message_id, []).append(Recipient(address, key, name, _ROLES[role]))
    references: dict[str, list[str]] = {}
    for message_id, reference in connection.execute(_LOAD_REFERENCES, these):
        references.setdefault(message_id, []).append(reference)
    found = {row[0]: _message(row, recipients, references) for row in connection.execute(_LOAD, these)}
    return [found[message_id] for message_id in ids if message_id in found]


def _message(row: Sequence[Any], recipients: dict[str, list[Recipient]], references: dict[str, list[str]]) -> Message:
    (
        message_id, server, stream, sent_at, sender, subject, tag, metadata, status,
        track_opens, track_links, has_html, sandboxed, checked_at,
    ) = row  # fmt: skip
    return Message(
        message_id=message_id,
        server=server,
        stream=stream,
        sent_at=sent_at,
        sender=sender,
        subject=subject,
        tag=tag,
        metadata=_decode(metadata) if metadata else NOTHING,
        status=status,
        track_opens=track_opens,
        track_links=track_links,
        has_html=has_html,
        sandboxed=sandboxed,
        recipients=tuple(recipients.get(message_id, ())),
        references=tuple(references.get(message_id, ())),
        checked_at=checked_at,
    )
