"""How knowledge of a message grows, whatever order it comes in. Pure.

Two things tell about a message: Postmark's own row of it, and what its events let slip. A ``None`` never overwrites a
value, a hint never overwrites anything, and recipients and references are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from store.records import Message, Recipient

T = TypeVar("T")

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Sorts a message last while nobody knows when it was sent."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A message and the moment it is sorted by: when it was sent or, while that is unknown, its earliest event."""

    message: Message
    at: datetime


def told(known: Dated | None, row: Message) -> Dated:
    """What is known after Postmark's row of the message was read: newer words replace older ones."""
    if known is None:
        return Dated(_completed(row, Message(message_id=row.message_id)), row.sent_at or UNDATED)
    message = _completed(row, known.message)
    return Dated(message, message.sent_at or known.at)


def hinted(known: Dated | None, hint: Dated) -> Dated:
    """What is known after an event (at ``hint.at``) spoke of the message: it fills gaps only."""
    if known is None:
        return hint
    message = known.message if _has_all(known.message, hint.message) else _completed(known.message, hint.message)
    if message.sent_at is None and (known.at == UNDATED or hint.at < known.at):
        return Dated(message, hint.at)
    return known if message is known.message else Dated(message, known.at)


def _has_all(known: Message, hint: Message) -> bool:
    """Whether the hint is no news, as most are: the second event of a message says what the first one did."""
    return (
        (known.tag is not None or hint.tag is None)
        and (known.subject is not None or hint.subject is None)
        and (known.sender is not None or hint.sender is None)
        and (known.stream is not None or hint.stream is None)
        and (known.server is not None or hint.server is None)
        and (bool(known.metadata) or not hint.metadata)
        and {recipient.key for recipient in known.recipients}.issuperset([r.key for r in hint.recipients])
        and set(known.references).issuperset(hint.references)
    )


def _completed(first: Message, second: Message) -> Message:
    """What ``first`` says, and what ``second`` says where ``first`` is silent."""
    return Message(
        message_id=first.message_id,
        server=_either(first.server, second.server),
        stream=_either(first.stream, second.stream),
        sent_at=_either(first.sent_at, second.sent_at),
        sender=_either(first.sender, second.sender),
        subject=_either(first.subject, second.subject),
        tag=_either(first.tag, second.tag),
        metadata=first.metadata or second.metadata,
        # Two readers may save in another order than they asked: nothing goes back to waiting.
        status=_either(first.status, second.status) if first.status != "Queued" else _either(second.status, "Queued"),
        track_opens=_either(first.track_opens, second.track_opens),
        track_links=_either(first.track_links, second.track_links),
        has_html=_either(first.has_html, second.has_html),
        sandboxed=_either(first.sandboxed, second.sandboxed),
        recipients=_together((*first.recipients, *second.recipients)),
        references=tuple(sorted({*first.references, *second.references})),
        checked_at=max((at for at in (first.checked_at, second.checked_at) if at is not None), default=None),
    )


def _either(first: T | None, second: T | None) -> T | None:
    return second if first is None else first


def _together(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Each address once, in the order the message was sent to them; those that only events name come last."""
    merged: dict[str, Recipient] = {}
    for new in recipients:
        old = merged.get(new.key)
        if old is None:
            merged[new.key] = new
        elif old != new:
            address = new.address if old.role is None and new.role is not None else old.address
            merged[new.key] = Recipient(address, new.key, _either(old.name, new.name), _either(old.role, new.role))
    return tuple(sorted(merged.values(), key=lambda r: (r.role is None, r.key if r.role is None else "")))
