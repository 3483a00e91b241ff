"""What belongs to the same business numbers: emails to others, and newer ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from store import schema

MOST = 5000
_NUMBERS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Related:
    """An email to somebody that belongs to a number."""

    reference: str
    message_id: str
    at: datetime
    """When it was sent or, while that is unknown, first heard of."""
    stream: str | None
    tag: str | None
    recipient_key: str


def of_references(connection: Connection, references: Iterable[str], *, since: datetime) -> list[Related]:
    """The emails of these business numbers that went out since then, newest first, ``MOST`` at most."""
    numbers = sorted(set(references))
    found = [
        Related(*row)
        for first in range(0, len(numbers), _NUMBERS_AT_ONCE)
        for row in connection.execute(_OF, {"numbers": numbers[first : first + _NUMBERS_AT_ONCE], "since": since}).all()
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


_references, _messages, _recipients = schema.message_references, schema.messages, schema.recipients
_OF = (
    select(
        _references.c.reference,
        _references.c.message_id,
        _references.c.at,
        _messages.c.stream,
        _messages.c.tag,
        _recipients.c.key,
    )
    .join(_messages, _messages.c.message_id == _references.c.message_id)
    .join(_recipients, _recipients.c.message_id == _references.c.message_id)
    .where(_references.c.reference.in_(bindparam("numbers", expanding=True)), _references.c.at >= bindparam("since"))
    .order_by(_references.c.at.desc())
    .limit(MOST)
)
