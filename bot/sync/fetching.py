"""Fetching weeks of history in one go: steps until every list is known from then to now, or a server can't be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.postmark.connection import REACH
from bot.postmark.errors import PostmarkError
from bot.postmark.listing import Listing
from bot.sync import Sync
from bot.sync.keeping import References
from store.database import Database
from store.syncing import Coverage

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

_TRIES = 5
"""Failures in a row after which a server is given up."""
_LONGEST_WAIT = timedelta(minutes=2)
"""A server that wants to be left alone for longer is given up, too."""
_REST = 0.5
"""Seconds until somebody else's work, or a pause, is looked at again."""
_NOTICEABLE = timedelta(seconds=3)
"""A standstill of this length wants a word."""
_SOMEBODY_ELSE = timedelta(minutes=3)
"""How long another process may be at a server without getting any further."""


@dataclass(slots=True)
class Progress:
    """How far it has got with one server. It is also told of each request."""

    server: str
    rows: Counter[Listing] = field(default_factory=Counter)
    """Rows that came, by list; a few come twice."""
    totals: dict[Listing, int] = field(default_factory=dict)
    share: float = 0.0
    """0 to 1."""
    done: bool = False
    failures: int = 0
    error: PostmarkError | None = None
    """Why it isn't answered now; or, once it was given up, why."""
    given_up: bool = False
    cut_at: dict[Listing, datetime] = field(default_factory=dict)
    """Lists that ended too early, and how far back they reached."""
    moved_at: datetime | None = None
    """When it last got further."""
    waits: bool = False
    """Another process is at it, or was until it died."""

    @property
    def over(self) -> bool:
        return self.done or self.given_up


class Fetch:
    """One run. The arguments are those of ``Sync``; ``now`` is the clock."""

    def __init__(
        self,
        database: Database,
        postmark: Postmark,
        *,
        references: References,
        back_to: datetime,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._now, self._sleep, self._back_to = now, sleep, back_to
        self._began_at = now()
        self.servers = {server: Progress(server, moved_at=self._began_at) for server in postmark.servers}
        self._sync = Sync(
            database,
            postmark,
            references=references,
            back_to=back_to,
            up_to=self._began_at,
            details=False,
            observer=self,
            sleep=sleep,
        )

    def run(self) -> Iterator[Progress]:
        """Goes on until all is known or nothing more can be asked; whichever server has got further, each time.

        Raises ``StoreError``. What has come is kept, wherever it stops; the next run goes on from there.
        """
        try:
            while not all(progress.over for progress in self.servers.values()):
                given_up = [name for name, progress in self.servers.items() if progress.given_up]
                worked = self._sync.step(self._now(), without=given_up)
                for progress in self.servers.values():
                    if not progress.over and self._has_moved(progress):
                        yield progress
                if not worked:
                    self._sleep(_REST)
        finally:
            self._sync.release()

    # ── Told by the sync ─────────────────────────────────────────────────────────────────────────────────────────

    def listed(self, server: str, listing: Listing, *, rows: int, total: int | None) -> None:
        """A page came."""
        progress = self.servers[server]
        progress.rows[listing] += rows
        progress.totals[listing] = min(total or rows, REACH)
        progress.failures, progress.error = 0, None
        progress.moved_at = self._now()

    def detailed(self, server: str, *, emails: int) -> None:
        """Nothing: a run asks for no details."""

    def failed(self, server: str, error: PostmarkError) -> None:
        """A request failed."""
        progress = self.servers[server]
        progress.failures += 1
        progress.error = error
        progress.moved_at = self._now()
        progress.given_up = not error.retryable or progress.failures >= _TRIES

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _has_moved(self, progress: Progress) -> bool:
        """Looks how far a server's lists are known by now; is that news?"""
        before = (progress.share, progress.error, progress.given_up, progress.waits)
        lists = self._sync.coverages(progress.server)
        progress.cut_at = {listing: known.cut_at for listing, known in lists.items() if known.cut_at is not None}
        shares = [self._share(known, progress.totals.get(listing)) for listing, known in lists.items()]
        progress.share = max(progress.share, sum(shares) / len(shares))
        progress.done = all(self._is_known(known) for known in lists.values())
        if progress.done:
            progress.share = 1.0
        now = self._now()
        waits = self._sync.standings()[progress.server].retry_at
        if progress.error is not None and waits is not None and waits - now > _LONGEST_WAIT:
            progress.given_up = True
        still = now - (progress.moved_at or now)
        progress.waits = progress.error is None and still > _NOTICEABLE
        progress.given_up = progress.given_up or still > _SOMEBODY_ELSE
        return progress.over or before != (progress.share, progress.error, progress.given_up, progress.waits)

    def _is_known(self, known: Coverage) -> bool:
        return (
            known.since is not None
            and known.until is not None
            and known.since <= self._back_to
            and known.until >= self._began_at
        )

    def _share(self, known: Coverage, total: int | None) -> float:
        """How much of the time is known, with what was read of the window under way."""
        span = self._began_at - self._back_to
        covered = timedelta()
        if known.since is not None and known.until is not None:
            covered = max(timedelta(), min(known.until, self._began_at) - max(known.since, self._back_to))
        if known.window is not None and total:
            covered += (span - covered) * min(1.0, known.window.offset / total)
        return min(1.0, covered / span)
