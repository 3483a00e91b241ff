"""What stands between a notice and its words: each kind of notice has a content, which looks again before it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.replies.blocks.writing import Reply
from bot.slack.posting import Posted
from store.alert_records import Notice

__all__ = ["Content", "Posted", "Prepared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is to be said now."""

    reply: Reply | None
    """``None``: nothing is left to say."""
    said: Sequence[Notice] = ()
    """The notices that the reply tells of; one post for all of them."""
    cancelled: Sequence[Notice] = ()
    """Those that no longer hold, such as an alert whose email was opened in the meantime."""
    wait_until: datetime | None = None
    """When the rest, that is neither said nor cancelled, is due instead; ``None``: it is tried again in a while."""
    update: Posted | None = None
    """A post of ours that says it from now on, instead of a new one."""
    keys: Sequence[str] = ()
    """The keys of other notices that ``update`` tells of already, and goes on telling of."""
    shown: str | None = None
    """What the content wants to know again in ``sent``."""


class Content(Protocol):
    """One kind of notice. For workers: it may ask Postmark, within a bounded time."""

    def prepare(self, notices: Sequence[Notice], /, *, now: datetime) -> Prepared:
        """Looks again, and says what is to be said of these claimed notices: all of one kind, channel and thread.

        A notice that is neither said nor cancelled is tried again in a while. May be called again for the same
        notices, by another process, when this one died. Raises ``StoreError``.
        """

    def sent(
        self,
        connection: Connection,
        notices: Sequence[Notice],
        posted: Posted,
        /,
        *,
        prepared: Prepared | None,
        now: datetime,
    ) -> None:
        """Notes that they were said, in the transaction that marks them as sent.

        Without ``prepared`` a process said so that died before it could note it; the post was found in Slack.
        """
