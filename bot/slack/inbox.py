"""Slack's events, each worked on once: those Slack repeats, those that come late, those a crash left; and clicks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from store import slack_events
from store.database import Database
from store.slack_events import Claim

LEASE = timedelta(seconds=30)
"""How long an event that another process has taken is left to it."""
STALE = timedelta(hours=1)
"""From this age on an event is not answered: nobody waits any more. Slack repeats within minutes, or hours late."""
_KEPT = timedelta(days=2)
_AT_ONCE = 20


class Fate(StrEnum):
    """What to do with an event."""

    WORK = "work"
    IGNORE = "ignore"
    """It is done, being done here, or too old: tell Slack that all is well."""
    LATER = "later"
    """Another process has it, and may be dead: let Slack send it again."""


class Inbox:
    """Says which events to work on. Raises ``StoreError`` when that can't be kept: then Slack should come again."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._at_work: dict[str, bool] = {}
        """The events of this process: whether it has them already, or is about to take them."""
        self._lock = threading.Lock()
        self._swept_at: datetime | None = None

    def take(self, event_id: str, *, sent_at: datetime | None, body: str | None = None) -> Fate:
        """Takes an event that has come in; ``sent_at`` is when Slack says it happened, ``body`` what it sent (JSON)."""
        now = self._now()
        if sent_at is not None and now - sent_at >= STALE:
            return Fate.IGNORE
        with self._lock:
            if event_id in self._at_work:
                # While it isn't ours yet, it may still fail to become so: then Slack has to come again.
                return Fate.IGNORE if self._at_work[event_id] else Fate.LATER
            self._at_work[event_id] = False
        claim: Claim | None = None
        try:
            with self._database.write() as connection:
                claim = slack_events.take(connection, event_id, now=now, lease=LEASE, body=body)
                self._sweep(lambda: slack_events.forget(connection, before=now - _KEPT), now)
        finally:
            if claim is Claim.TAKEN:
                with self._lock:
                    self._at_work[event_id] = True
            else:
                self._let_go(event_id)
        return {Claim.TAKEN: Fate.WORK, Claim.DONE: Fate.IGNORE, Claim.UNDER_WAY: Fate.LATER}[claim]

    def done(self, event_id: str) -> None:
        """The event was worked on, well or not: its answer is given."""
        try:
            with self._database.write() as connection:
                slack_events.done(connection, event_id, at=self._now())
        finally:
            self._let_go(event_id)

    def answering(self, event_id: str) -> None:
        """An answer is about to be given. If this process dies now, no other will give it again."""
        with self._database.write() as connection:
            slack_events.answering(connection, event_id, at=self._now())

    def keep(self) -> None:
        """Says that the events of this process are still being worked on; to be called well within ``LEASE``."""
        with self._lock:
            ours = [event_id for event_id, taken in self._at_work.items() if taken]
        if ours:
            with self._database.write() as connection:
                slack_events.keep(connection, ours, now=self._now())

    def left(self) -> list[dict[str, Any]]:
        """What Slack sent with events that a process took and died over. They are taken like any others."""
        now = self._now()
        with self._database.read() as connection:
            found = slack_events.left(connection, since=now - STALE, before=now - LEASE, limit=_AT_ONCE)
        return [json.loads(body) for body in found]

    def is_first(self, deed: str, *, within: timedelta) -> bool:
        """Whether nobody has begun the same deed lately, here or in another process: the second click of two is not."""
        with self._database.write() as connection:
            return slack_events.take(connection, deed, now=self._now(), lease=within) is Claim.TAKEN

    def free(self, deed: str) -> None:
        """The deed came to nothing, and may be begun again."""
        with self._database.write() as connection:
            slack_events.free(connection, deed)

    def _let_go(self, event_id: str) -> None:
        with self._lock:
            self._at_work.pop(event_id, None)

    def _sweep(self, forget: Callable[[], object], now: datetime) -> None:
        if self._swept_at is None or now - self._swept_at > timedelta(hours=1):
            self._swept_at = now
            forget()


def sent_at(body: Mapping[str, Any]) -> datetime | None:
    """When Slack says that an event happened; ``None``: it doesn't say."""
    at = body.get("event_time")
    try:
        return datetime.fromtimestamp(float(at), UTC) if isinstance(at, int | float | str) else None
    except (ValueError, OverflowError, OSError):
        return None
