"""Keeps what Postmark told in the own store: one transaction for a page, however many rows it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.folding import is_told
from store import events, messages
from store.records import Arrival, Event, Message

References = Callable[[Message], tuple[str, ...]]

_FILED = 1000
"""Events filed in the same transaction, those of a page and others that wait."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it."""

    added: int
    """Events that nobody had told of."""
    heard_at: datetime | None
    """When the last webhook came."""


def keep(
    connection: Connection, told: Iterable[Message], arrivals: Sequence[Arrival], *, references: References
) -> Kept:
    """Saves emails and events, leaving out what a fuller account has told already."""
    # Saving takes its turn among the writers, so it comes first (store.turn).
    messages.save(connection, [replace(message, references=references(message)) for message in told])
    heard = events.last_webhook_at(connection)
    news = _untold(connection, arrivals)
    added = events.add(connection, news)
    if added:
        events.file_new(connection, references=references, limit=_FILED)
    return Kept(added, heard)


def _untold(connection: Connection, arrivals: Sequence[Arrival]) -> list[Arrival]:
    known: dict[str | None, list[Event]] = defaultdict(list)
    ids = sorted({arrival.event.message_id for arrival in arrivals if arrival.event.message_id})
    for event in events.of_messages(connection, ids):
        known[event.message_id].append(event)
    return [arrival for arrival in arrivals if not is_told(arrival.event, known[arrival.event.message_id])]
