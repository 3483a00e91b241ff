"""What stands between a notice and its words: each kind of notice has a content, which looks again before it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.replies.blocks.writing import Reply
from store.alert_records import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is to be said now."""

    reply: Reply | None
    """``None``: nothing is left to say."""
    said: Sequence[Notice] = ()
    """The notices that the reply tells of; one post for all of them."""
    cancelled: Sequence[Notice] = ()
    """Those that no longer hold, such as an alert whose email was opened in the meantime."""
    update: str | None = None
    """The ``ts`` of a post of ours, in the notices' channel, that says it instead of a new post."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where something was said."""

    channel: str
    """As Slack names it: a person's direct conversation has an id of its own."""
    ts: str


class Content(Protocol):
    """One kind of notice. For workers: it may ask Postmark, within a bounded time."""

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        """Looks again, and says what is to be said of these claimed notices: all of one channel, thread and group.

        May be called again for the same notices, by another process, when this one died. Raises ``StoreError``.
        """

    def sent(self, connection: Connection, notices: Sequence[Notice], posted: Posted, *, now: datetime) -> None:
        """Notes that they were said, in the transaction that marks them as sent."""
