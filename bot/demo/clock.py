"""The time of the firm: it runs faster than ours, can be held, and jumps over nights."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

SPEED = 60
"""An hour of the firm's takes a minute."""
SPEEDS = (10, SPEED, 300)


class FirmClock:
    """A clock at its own speed, for everything that the firm and Seen do. It stands still at first.

    Args:
        at: what it shows.
        real: seconds that only grow.
    """

    def __init__(self, at: datetime, *, real: Callable[[], float] = time.monotonic) -> None:
        self._at, self._real = at, real
        self._since = real()
        self._speed, self._runs = SPEED, False
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present moment there (aware)."""
        with self._lock:
            return self._now()

    def seconds(self) -> float:
        """The same as seconds that only grow, for what measures how long something takes."""
        return self.now().timestamp()

    @property
    def runs(self) -> bool:
        """Whether it goes on by itself."""
        return self._runs

    @property
    def speed(self) -> int:
        """Its seconds in one of ours."""
        return self._speed

    def run(self, *, speed: int | None = None) -> None:
        """Lets it go on, at another speed if one is given."""
        with self._lock:
            self._at, self._since = self._now(), self._real()
            self._speed, self._runs = speed or self._speed, True

    def hold(self) -> None:
        """Lets it stand still."""
        with self._lock:
            self._at, self._runs = self._now(), False

    def jump(self, to: datetime) -> None:
        """Puts it forward; a moment that has passed changes nothing."""
        with self._lock:
            self._at, self._since = max(self._now(), to), self._real()

    def _now(self) -> datetime:
        passed = (self._real() - self._since) * self._speed if self._runs else 0.0
        return self._at + timedelta(seconds=passed)
