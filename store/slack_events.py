"""Which of Slack's events are being worked on or done: each once, however often Slack sends it.

Slack sends an event again when it got no answer in time. The first try may still be at work, may be done, or may have
died; so an event is taken, and marked done afterwards, and one that was taken long ago and never done is free again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, select, update

from store import schema
from store.upsert import insert

_events = schema.slack_events


class Claim(StrEnum):
    """What came of trying to take an event."""

    TAKEN = "taken"
    """It is the caller's to work on."""
    UNDER_WAY = "under_way"
    """Somebody took it a moment ago and is not done."""
    DONE = "done"


def take(connection: Connection, event_id: str, *, now: datetime, lease: timedelta) -> Claim:
    """Takes an event for the caller, unless it is done or was taken less than ``lease`` ago."""
    fresh = insert(connection, _events).values(event_id=event_id, taken_at=now).on_conflict_do_nothing()
    if connection.execute(fresh.returning(_events.c.event_id)).first() is not None:
        return Claim.TAKEN
    ours = _events.c.event_id == event_id
    again = (
        update(_events).where(ours, _events.c.done_at.is_(None), _events.c.taken_at <= now - lease).values(taken_at=now)
    )
    if connection.execute(again).rowcount == 1:
        return Claim.TAKEN
    done_at = connection.execute(select(_events.c.done_at).where(ours)).scalar()
    return Claim.UNDER_WAY if done_at is None else Claim.DONE


def done(connection: Connection, event_id: str, *, at: datetime) -> None:
    """Marks an event as done, for good."""
    connection.execute(update(_events).where(_events.c.event_id == event_id).values(done_at=at))


def free(connection: Connection, event_id: str) -> None:
    """Lets go of what was taken: it came to nothing, and may be tried again."""
    connection.execute(delete(_events).where(_events.c.event_id == event_id, _events.c.done_at.is_(None)))


def forget(connection: Connection, *, before: datetime) -> int:
    """Forgets the events taken before a moment; how many there were. Slack sends none again after a day."""
    return connection.execute(delete(_events).where(_events.c.taken_at < before)).rowcount
