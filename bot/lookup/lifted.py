"""Noticing that Postmark sends to an address again.

A suppression that was lifted is told by a webhook, which can be lost. When Postmark lists no suppression of an address
now and the own store still holds one, it was lifted at some time in between; the answer is the first to know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.records import Arrival, Event, EventKind, Source

SETTLED = timedelta(minutes=10)
"""A younger suppression may not be listed yet."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Postmark's word that an address is not suppressed on a stream of a server now."""

    server: str
    stream: str
    key: str
    """The normalised address."""


def reactivations(unlisted: Iterable[Unlisted], known: Iterable[Event], *, now: datetime) -> Iterator[Arrival]:
    """An event for each suppression that stands in ``known`` (suppressions and reactivations) but not at Postmark."""
    events = list(known)
    for place in unlisted:
        told = [event for event in events if _is_about(event, place) and event.at <= now]
        latest = max(told, key=lambda event: (event.at, event.key), default=None)
        if latest is not None and latest.kind is EventKind.SUPPRESSION and now - latest.at > SETTLED:
            yield _lifted(latest, place, now)


def _is_about(event: Event, place: Unlisted) -> bool:
    return (
        event.recipient_key == place.key
        and event.stream in {place.stream, None}
        and event.server in {place.server, None}
    )


def _lifted(suppression: Event, place: Unlisted, now: datetime) -> Arrival:
    """Keyed by the suppression it ends, so that noticing it twice is one event."""
    event = Event(
        key=f"lifted/{suppression.key}",
        kind=EventKind.REACTIVATION,
        at=now,
        at_is_arrival=True,
        source=Source.API,
        server=place.server,
        recipient=suppression.recipient,
        recipient_key=place.key,
        stream=place.stream,
    )
    told: dict[str, object] = {"Suppressions": [], "MessageStream": place.stream, "EmailAddress": suppression.recipient}
    return Arrival(event=event, received_at=now, raw=json.dumps(told))
