"""Messages with their recipients and references: saved as knowledge grows, and loaded.

``store.finding`` finds messages for a question and ``store.people`` knows their addresses; both are at hand here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, select, update

from store import addresses, news, people, schema
from store.finding import Found, Wanted, find
from store.growing import Dated, hinted, told
from store.people import addresses_like, domains_known, people_named
from store.records import NOTHING, Message, Recipient, Role
from store.turn import take_turn
from store.upsert import Rows, put

__all__ = [
    "Dated", "Found", "Wanted", "addresses_like", "domains_known", "domains_of", "find", "load", "mark_checked",
    "newest", "people_named", "save", "save_hints",
]  # fmt: skip

T = TypeVar("T")
_messages, _recipients, _references = schema.messages, schema.recipients, schema.message_references


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────────────────────


def save(connection: Connection, messages: Iterable[Message]) -> None:
    """Saves what Postmark says of its messages, with their recipients and references.

    Later words replace earlier ones, but ``None`` replaces nothing, ``checked_at`` never goes back, a status never
    goes back to ``Queued``, and recipients and references are only ever added (``store.growing``). In a transaction
    that adds events too, messages are saved first (``store.turn``).
    """
    _grow(connection, [(message.message_id, message) for message in messages], told)


def save_hints(connection: Connection, hints: Iterable[Dated]) -> list[str]:
    """Saves what events say of their messages: it fills gaps, and makes messages that nobody has told of yet.

    The ids of the messages that were changed or made.
    """
    return _grow(connection, [(hint.message.message_id, hint) for hint in hints], hinted)


def _grow(
    connection: Connection, said: Sequence[tuple[str, T]], learn: Callable[[Dated | None, T], Dated]
) -> list[str]:
    """Reads what is known of these messages, completes it, and writes what changed: the ids of that."""
    take_turn(connection)
    before = _dated(connection, sorted({message_id for message_id, _ in said}))
    after = dict(before)
    for message_id, new in said:
        after[message_id] = learn(after.get(message_id), new)
    changed = [message_id for message_id, dated in after.items() if dated != before.get(message_id)]
    _write(connection, [(before.get(message_id), after[message_id]) for message_id in changed])
    return changed


def _write(connection: Connection, changes: Sequence[tuple[Dated | None, Dated]]) -> None:
    put(connection, _messages, [_message_row(new) for _, new in changes])
    recipients = [row for old, new in changes for row in _changed(old, new, _recipient_rows)]
    put(connection, _recipients, recipients)
    put(connection, _references, [row for old, new in changes for row in _changed(old, new, _reference_rows)])
    people.add(connection, [(row["key"], row["name"]) for row in recipients])
    news.put(connection, [new.message.message_id for _, new in changes])


def _changed(old: Dated | None, new: Dated, rows_of: Callable[[Dated], Rows]) -> Rows:
    if old is None:
        return rows_of(new)
    before = rows_of(old)
    return [row for row in rows_of(new) if row not in before]


def _message_row(dated: Dated) -> dict[str, Any]:
    message = dated.message
    return {
        "message_id": message.message_id,
        "at": dated.at,
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


def _recipient_rows(dated: Dated) -> Rows:
    return [
        {
            "message_id": dated.message.message_id,
            "key": recipient.key,
            "domain": addresses.domain_of(recipient.key),
            "at": dated.at,
            "address": recipient.address,
            "name": recipient.name,
            "role": recipient.role,
            "position": None if recipient.role is None else position,
        }
        for position, recipient in enumerate(dated.message.recipients)
    ]


def _reference_rows(dated: Dated) -> Rows:
    return [
        {"message_id": dated.message.message_id, "reference": reference, "at": dated.at}
        for reference in dated.message.references
    ]


def mark_checked(connection: Connection, ids: Iterable[str], at: datetime) -> None:
    """Notes that Postmark was asked for these messages' details at that time; an earlier time changes nothing."""
    take_turn(connection)
    connection.execute(_MARK, {"ids": list(ids), "now": at})


_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_MARK = (
    update(_messages)
    .values(checked_at=bindparam("now"))
    .where(
        _messages.c.message_id.in_(_THESE),
        _messages.c.checked_at.is_(None) | (_messages.c.checked_at < bindparam("now")),
    )
)


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────

_LOAD = select(
    _messages.c.message_id,
    _messages.c.at,
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
    # As they were sent; those known from events only come last, as in store.growing.
    .order_by(_recipients.c.position.is_(None), _recipients.c.position, _recipients.c.key)
)
_LOAD_REFERENCES = (
    select(_references.c.message_id, _references.c.reference)
    .where(_references.c.message_id.in_(_THESE))
    .order_by(_references.c.reference)
)
_ROLES: dict[str | None, Role | None] = {None: None, **{role.value: role for role in Role}}
_decode = msgspec.json.Decoder(dict[str, str]).decode


def newest(connection: Connection, *, since: datetime, until: datetime, limit: int) -> list[str]:
    """The ids of the newest messages between these times, both included, newest first."""
    return list(connection.scalars(_NEWEST, {"since": since, "until": until, "limit": limit}))


_NEWEST = (
    select(_messages.c.message_id)
    .where(_messages.c.at >= bindparam("since"), _messages.c.at <= bindparam("until"))
    .order_by(_messages.c.at.desc(), _messages.c.message_id.desc())
    .limit(bindparam("limit"))
)


def domains_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The domain of each recipient of these messages, in the order of the ids."""
    found: dict[str, list[str]] = {message_id: [] for message_id in ids}
    for at in range(0, len(ids), _AT_ONCE):
        for message_id, domain in connection.execute(_LOAD_DOMAINS, {"ids": ids[at : at + _AT_ONCE]}):
            found[message_id].append(domain)
    return found


_AT_ONCE = 1000
_LOAD_DOMAINS = select(_recipients.c.message_id, _recipients.c.domain).where(_recipients.c.message_id.in_(_THESE))


def load(connection: Connection, ids: Iterable[str]) -> list[Message]:
    """The messages with these ids, in the order of the ids; what is not known is left out."""
    wanted = list(dict.fromkeys(ids))
    found = _dated(connection, wanted)
    return [found[message_id].message for message_id in wanted if message_id in found]


def _dated(connection: Connection, ids: Sequence[str]) -> dict[str, Dated]:
    if not ids:
        return {}
    these = {"ids": ids}
    recipients: dict[str, list[Recipient]] = {}
    for message_id, address, key, name, role in connection.execute(_LOAD_RECIPIENTS, these).all():
        recipients.setdefault(message_id, []).append(Recipient(address, key, name, _ROLES[role]))
    references: dict[str, list[str]] = {}
    for message_id, reference in connection.execute(_LOAD_REFERENCES, these).all():
        references.setdefault(message_id, []).append(reference)
    return {
        row[0]: Dated(_message(row, recipients.get(row[0], ()), references.get(row[0], ())), row[1])
        for row in connection.execute(_LOAD, these).all()
    }


def _message(row: Sequence[Any], recipients: Iterable[Recipient], references: Iterable[str]) -> Message:
    (
        message_id, _at, server, stream, sent_at, sender, subject, tag, metadata, status,
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
        recipients=tuple(recipients),
        references=tuple(references),
        checked_at=checked_at,
    )
