"""Asking one Postmark server, patiently: reads are repeated a few times, and after a 429 everybody holds still.

A request that changes something is never repeated: when its answer is lost nobody knows whether it happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.postmark.errors import OddAnswer, PostmarkError, RateLimited, TimedOut
from bot.postmark.faults import named
from bot.postmark.transport import PARALLEL, Patience, Token, Transport
from bot.untrusted import whole

PAGE = 500
"""The most rows Postmark gives at once."""

REACH = 10_000
"""``count + offset`` must not exceed this, or Postmark fails with a 500."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0  # seconds
_LONGEST_HOLD = 30.0
"""Whoever is told to wait longer than this many seconds gets the error instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How long to wait, how often to try, and the clocks to do it by."""

    connect: float
    read: float
    retries: int
    sleep: Callable[[float], None]
    random: Callable[[], float]
    clock: Callable[[], float]
    now: Callable[[], datetime]


class Connection:
    """One server, or the account (``server`` is ``None``)."""

    def __init__(self, *, api_url: str, server: str | None, token: Token, manners: Manners) -> None:
        self._server, self._manners = server, manners
        self._transport = Transport(api_url=api_url, server=server, token=token, now=manners.now)
        self._places = threading.BoundedSemaphore(PARALLEL)
        self._hold_until = float("-inf")

    def __repr__(self) -> str:
        return f"Connection(server={self._server!r})"

    @property
    def skew(self) -> timedelta | None:
        """How far our clock is ahead of Postmark's; ``None`` until it has said its time."""
        return self._transport.skew

    def expires(self, deadline: float | None) -> float | None:
        """The moment, on our clock, that lies ``deadline`` seconds ahead."""
        return None if deadline is None else self._manners.clock() + deadline

    def read(self, path: str, expires: float | None, tries: int | None = None, /, **query: object) -> dict[str, Any]:
        """Asks until there is an answer, the tries are used up, or no time is left. Raises `PostmarkError`.

        ``tries`` is how often to ask; ``None``: as good manners have it.
        """
        most = self._manners.retries + 1 if tries is None else tries
        attempt = 0
        while True:
            try:
                return self._once("GET", path, expires, query)
            except PostmarkError as error:
                failure = error
            pause = self._pause(failure, attempt)
            if not failure.retryable or attempt + 1 >= most or not self._fits(pause, expires):
                raise failure
            self._manners.sleep(pause)
            attempt += 1

    def change(self, path: str, data: object, expires: float | None) -> dict[str, Any]:
        """Posts once. Raises `PostmarkError`; after a `NotAnswering` one the change may have been made all the same."""
        return self._once("POST", path, expires, {}, data)

    def rows(
        self, path: str, name: str, expires: float | None, *, page: int = PAGE, **query: object
    ) -> Iterator[dict[str, Any]]:
        """The rows of a list, page after page as they are wanted, up to where Postmark's paging ends."""
        offset = 0
        while offset < REACH:
            count = min(page, REACH - offset)
            answer = self.read(path, expires, count=count, offset=offset, **query)
            rows = answer.get(name)
            if not isinstance(rows, list):
                raise OddAnswer(f"{named(self._server)} sent no list of {name}.", server=self._server)
            yield from (row for row in rows if isinstance(row, dict))
            offset += count
            total = whole(answer.get("TotalCount"))
            if len(rows) < count or (total is not None and offset >= total):
                return

    def close(self) -> None:
        self._transport.close()

    def _once(
        self, method: str, path: str, expires: float | None, query: dict[str, object], data: object = None
    ) -> dict[str, Any]:
        self._hold(expires)
        manners = self._manners
        patience = Patience(manners.connect, manners.read, expires, manners.clock)
        if not self._places.acquire(timeout=patience.left()):
            raise TimedOut(f"{named(self._server)} has too many requests under way.", server=self._server)
        try:
            return self._transport.ask(method, path, patience=patience, data=data, **query)
        except RateLimited as error:
            pause = error.retry_after if error.retry_after is not None else _FIRST_PAUSE
            self._hold_until = max(self._hold_until, manners.clock() + pause)
            raise
        finally:
            self._places.release()

    def _hold(self, expires: float | None) -> None:
        """Waits while Postmark wants to be left alone; raises `RateLimited` when that is too long."""
        left = self._hold_until - self._manners.clock()
        if left <= 0:
            return
        if not self._fits(left, expires):
            raise RateLimited(f"{named(self._server)} wants fewer requests.", retry_after=left, server=self._server)
        self._manners.sleep(left)

    def _fits(self, pause: float, expires: float | None) -> bool:
        return pause <= _LONGEST_HOLD and (expires is None or self._manners.clock() + pause < expires)

    def _pause(self, failure: PostmarkError, attempt: int) -> float:
        """Seconds before the next try: twice as many each time, scattered so that several callers don't meet again."""
        pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * (0.5 + self._manners.random())
        asked = failure.retry_after if isinstance(failure, RateLimited) else None
        return pause if asked is None else asked + pause
