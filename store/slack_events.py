"""Which of Slack's events are being worked on or done: each once, however often Slack sends it.

Slack sends an event again when it got no answer in time. The first try may still be at work, may be done, or may have
died; so an event is taken, and marked done afterwards, and one that was taken long ago and never done is free again,
unless an answer may have been given. What Slack sent is kept until then: what is acknowledged it never sends again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, and_, delete, select, update

from store import schema
from store.upsert import insert

_events = schema.slack_events
_OPEN = and_(_events.c.done_at.is_(None), _events.c.answering_at.is_(None))


class Claim(StrEnum):
    """What came of trying to take an event."""

    TAKEN = "taken"
    """It is the caller's to work on."""
    UNDER_WAY = "under_way"
    """Somebody took it a moment ago and is not done."""
    DONE = "done"
    """Or as good as done: whoever took it was about to answer, and may have."""


def take(connection: Connection, event_id: str, *, now: datetime, lease: timedelta, body: str | None = None) -> Claim:
    """Takes an event for the caller, unless it is done or was taken less than ``lease`` ago."""
    fresh = insert(connection, _events).values(event_id=event_id, taken_at=now, body=body).on_conflict_do_nothing()
    if connection.execute(fresh.returning(_events.c.event_id)).first() is not None:
        return Claim.TAKEN
    ours = _events.c.event_id == event_id
    again = update(_events).where(ours, _OPEN, _events.c.taken_at <= now - lease).values(taken_at=now)
    if connection.execute(again).rowcount == 1:
        return Claim.TAKEN
    still_open = connection.execute(select(_events.c.event_id).where(ours, _OPEN)).scalar()
    return Claim.DONE if still_open is None else Claim.UNDER_WAY


def done(connection: Connection, event_id: str, *, at: datetime) -> None:
    """Marks an event as done, for good."""
    connection.execute(update(_events).where(_events.c.event_id == event_id).values(done_at=at, body=None))


def answering(connection: Connection, event_id: str, *, at: datetime) -> None:
    """An answer is about to be given: whoever dies from now on may have given it."""
    connection.execute(update(_events).where(_events.c.event_id == event_id).values(answering_at=at, body=None))


def keep(connection: Connection, event_ids: Collection[str], *, now: datetime) -> None:
    """Says that these are still being worked on."""
    connection.execute(update(_events).where(_events.c.event_id.in_(event_ids), _OPEN).values(taken_at=now))


def left(connection: Connection, *, since: datetime, before: datetime, limit: int) -> list[str]:
    """What Slack sent with events that were taken in that time and are being worked on by nobody, oldest first."""
    taken = _events.c.taken_at
    query = select(_events.c.body).where(_OPEN, _events.c.body.is_not(None), taken > since, taken <= before)
    return list(connection.execute(query.order_by(taken).limit(limit)).scalars())


def free(connection: Connection, event_id: str) -> None:
    """Lets go of what was taken: it came to nothing, and may be tried again."""
    connection.execute(delete(_events).where(_events.c.event_id == event_id, _events.c.done_at.is_(None)))


def forget(connection: Connection, *, before: datetime) -> int:
    """Forgets the events taken before a moment; how many there were. Slack sends none again after a day."""
    return connection.execute(delete(_events).where(_events.c.taken_at < before)).rowcount
