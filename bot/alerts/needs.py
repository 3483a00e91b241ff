"""What the steps of alerts are made of. Tests give other ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.rules.timing import Defaults
from store.database import Database
from store.records import JudgedTrail, Message, Trail

Judge = Callable[[Connection, Sequence[Trail], datetime], Sequence[JudgedTrail]]
"""What trails add up to at a moment, in their order."""
Unchecked = Callable[[str | None, datetime], datetime | None]
"""From when on Postmark may know more of a server's emails than we do; ``None``: we are in step with it."""
Want = Callable[[Connection, Collection[str], datetime], None]
"""Has it found out whether these emails arrived; in the same transaction."""
Wake = Callable[[Connection, Sequence[Message], datetime], None]
"""Tells others who listen, in the same transaction, that there are news about these emails."""


class Refresh(Protocol):
    """Asks Postmark about emails, within a bounded time: ``Lookup.refresh``."""

    def __call__(self, message_ids: Collection[str], *, now: datetime) -> object:
        """Keeps what it says. Raises ``StoreError``."""


class FindOwner(Protocol):
    """Looks for whom an alert is to mention: ``bot.slack.owners.Owners.find``."""

    def __call__(self, named: str) -> tuple[str | None, bool]:
        """The Slack id, if there is one, and whether they have left."""


def in_step(_server: str | None, _now: datetime) -> datetime | None:
    """Nothing is asked of Postmark, so nothing is overdue."""
    return None


def want_nothing(_connection: Connection, _message_ids: Collection[str], _now: datetime) -> None:
    """Nobody could find it out."""


def _ask_nobody(message_ids: Collection[str], *, now: datetime) -> object:
    del message_ids, now
    return None


def _learn_nothing(_now: datetime) -> None:
    return None


def _as_named(named: str) -> tuple[str | None, bool]:
    return named, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The surroundings of alerts."""

    database: Database
    defaults: Defaults
    judge: Judge
    learn: Callable[[datetime], None] = _learn_nothing
    """Learns what is new of customers' habits, once for a step: every judgement would, while the history is short."""
    refresh: Refresh = _ask_nobody
    unchecked_since: Unchecked = in_step
    want: Want = want_nothing
    find_owner: FindOwner = _as_named
    wakes: Sequence[Wake] = field(default=())

    patience: timedelta = timedelta(hours=2)
    """How long an alert that is due waits for Postmark to be asked what happened meanwhile."""
    began_at: datetime | None = None
    """When this process began: what fell due before waits from then on."""
    look_lease: timedelta = timedelta(seconds=60)
    """How long a look may take; then somebody else looks."""
    batch: int = 1000
    """Emails that are looked at in one step."""
    one_burst: timedelta = timedelta(hours=1)
    """How long later failures of the same kind join the post of the first."""
