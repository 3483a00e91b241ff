"""What one process works with, and the rule that nothing is kept once another process has taken over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from bot.postmark.errors import PostmarkError
from bot.postmark.listing import Listing
from bot.sync.keeping import References
from store import syncing
from store.database import Database
from store.syncing import Coverage, Standing

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

_BREATH = 0.2
"""Seconds between two requests to a server, so that catching up leaves room for questions."""


class Overtaken(Exception):  # noqa: N818 - its name says what happened
    """Another process has taken the server; what this one has fetched is not kept."""


class Observer(Protocol):
    """Who wants to know what is asked: the metrics, a progress bar."""

    def listed(self, server: str, listing: Listing, *, rows: int, total: int | None) -> None:
        """A page of a list came, with so many rows of so many in the window."""

    def detailed(self, server: str, *, emails: int) -> None:
        """The details of so many emails were asked for."""

    def failed(self, server: str, error: PostmarkError) -> None:
        """A request failed."""


class Nobody:
    """An observer who does not care."""

    def listed(self, server: str, listing: Listing, *, rows: int, total: int | None) -> None:
        """Nothing."""

    def detailed(self, server: str, *, emails: int) -> None:
        """Nothing."""

    def failed(self, server: str, error: PostmarkError) -> None:
        """Nothing."""


@dataclass(slots=True, kw_only=True)
class Work:
    """One process' means."""

    database: Database
    postmark: Postmark
    references: References
    webhooks: bool
    """Whether Postmark tells by itself what happens."""
    worker: str
    observer: Observer
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    random: Callable[[], float]
    _asked: dict[str, float] = field(default_factory=dict)

    def breathe(self, server: str) -> None:
        """Waits until a server may be asked again."""
        now = self.clock()
        pause = self._asked.get(server, float("-inf")) + _BREATH - now
        if pause > 0:
            self.sleep(pause)
        self._asked[server] = max(now, now + pause)

    def keep(self, connection: Connection, standing: Standing, coverage: Coverage | None = None) -> None:
        """Keeps it. Raises ``Overtaken``, so that nothing of the transaction stays."""
        if not syncing.keep(connection, standing, coverage, worker=self.worker):
            raise Overtaken
