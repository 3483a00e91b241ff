"""Finds the messages a question is about: newest first, from one index, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, exists, func, or_, select

from store import schema
from store.addresses import fold_words, normalise, normalise_domain
from store.storable import indexable

_messages, _recipients, _references = schema.messages, schema.recipients, schema.message_references

COUNTED = 1000
"""Beyond the limit, matches are counted up to here: nobody reads on, and counting on would take ever longer."""
SUBJECTS_READ = 5000
"""Of how many messages, the newest that are otherwise as wanted, the subject is read: no index holds its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the messages must be like. Every condition given must hold; at least one should be given."""

    address: str | None = None
    """One of the recipients, in any form ``store.addresses.normalise`` reads."""
    domain: str | None = None
    """The domain of one of the recipients."""
    references: tuple[str, ...] = ()
    """Business numbers the message belongs to: all of them."""
    message_id: str | None = None
    since: datetime | None = None
    """Sent at this time or later."""
    until: datetime | None = None
    """Sent before this time or at it."""
    subject_words: str | None = None
    """Words (or beginnings of words) that stand in the subject, in any order, whatever their case and accents.

    Looked for in the newest ``SUBJECTS_READ`` messages that fit otherwise.
    """
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Found:
    """The messages found."""

    ids: tuple[str, ...]
    """Newest first, at most ``limit``."""
    total: int
    """How many there are, counted up to ``limit + COUNTED``."""


def find(connection: Connection, wanted: Wanted) -> Found:
    """The newest messages that are as wanted, and how many there are."""
    matching = _matching(wanted)
    ids = tuple(row.message_id for row in connection.execute(matching.limit(wanted.limit)))
    if len(ids) < wanted.limit:
        return Found(ids, len(ids))
    some = matching.order_by(None).limit(wanted.limit + COUNTED).subquery()
    return Found(ids, connection.execute(select(func.count()).select_from(some)).scalar_one())


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message stands in the order of time."""

    at: datetime
    """When it was sent or, while that is unknown, first heard of."""
    message_id: str


def page(
    connection: Connection,
    *,
    since: datetime,
    before: Spot | None = None,
    tags: Iterable[str] = (),
    streams: Iterable[str] = (),
    limit: int = 1000,
) -> list[Spot]:
    """The newest messages since a moment, and then, ``before`` the last of them, the next ones.

    With ``tags`` or ``streams`` (in plain letters, small) only those that have one of these.
    """
    columns = _messages.c
    statement = select(columns.at, columns.message_id).where(columns.at >= since)
    for column, wanted in ((columns.tag, list(tags)), (columns.stream, list(streams))):
        if wanted:
            statement = statement.where(func.lower(func.trim(column)).in_(wanted))
    if before is not None:
        earlier = and_(columns.at == before.at, columns.message_id < before.message_id)
        statement = statement.where(columns.at <= before.at, or_(columns.at < before.at, earlier))
    statement = statement.order_by(columns.at.desc(), columns.message_id.desc()).limit(limit)
    return [Spot(at, message_id) for at, message_id in connection.execute(statement)]


def _matching(wanted: Wanted) -> Select[Any]:
    """The ids of all matching messages, newest first.

    One condition picks the table whose index is walked, newest first; the others are checked on the way. A number
    belongs to few messages, an address to more, a domain to most.
    """
    walked, others = _messages, _conditions(wanted)
    statement = select(walked.c.message_id, walked.c.at)
    if others:
        (walked, column, value), *others = others
        statement = select(walked.c.message_id, walked.c.at).where(walked.c[column] == value)
        if column == "domain":
            statement = statement.distinct()  # several people there may have got the same message
    for table, column, value in others:
        other = table.alias()
        same_message = other.c.message_id == walked.c.message_id
        statement = statement.where(exists().where(same_message, other.c[column] == value))
    if wanted.message_id is not None:
        message_id = indexable(wanted.message_id)
        statement = statement.where(walked.c.message_id.in_({message_id, message_id.lower()}))
    if wanted.since is not None:
        statement = statement.where(walked.c.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(walked.c.at <= wanted.until)
    statement = statement.order_by(walked.c.at.desc(), walked.c.message_id.desc())
    words = fold_words(wanted.subject_words or "")
    return _with_subject(statement, words) if words else statement


def _conditions(wanted: Wanted) -> list[tuple[Table, str, str]]:
    """The conditions on a message's recipients and references, the most telling first: table, column, value."""
    conditions = [(_references, "reference", indexable(reference)) for reference in wanted.references]
    if wanted.address is not None:
        conditions.append((_recipients, "key", indexable(normalise(wanted.address))))
    if wanted.domain is not None:
        conditions.append((_recipients, "domain", indexable(normalise_domain(wanted.domain))))
    return conditions


def _with_subject(statement: Select[Any], words: tuple[str, ...]) -> Select[Any]:
    newest = statement.limit(SUBJECTS_READ).subquery()
    begun = [_messages.c.subject_words.contains(f" {word}", autoescape=True) for word in words]
    return (
        select(newest.c.message_id, newest.c.at)
        .join(_messages, _messages.c.message_id == newest.c.message_id)
        .where(*begun)
        .order_by(newest.c.at.desc(), newest.c.message_id.desc())
    )
