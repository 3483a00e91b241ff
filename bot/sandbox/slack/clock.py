"""The time it is at the stand-in: the real one, until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real() -> datetime:
    """The present moment of this machine, in UTC."""
    return datetime.now(UTC)


class Clock:
    """A running clock that can be put forward, so that half an hour need not be waited for.

    It may show any time and run at any speed. What people and programs wait for, such as the three seconds of a
    trigger, is measured by the real one.
    """

    def __init__(self, now: Callable[[], datetime] = real) -> None:
        self._now = now
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """The present moment as it is shown, in UTC."""
        return self._now() + self._ahead

    def waited(self) -> datetime:
        """The present moment as waiting is measured, in UTC: real time, and what it was put forward by."""
        return real() + self._ahead

    def forward(self, by: timedelta) -> None:
        """Lets ``by`` pass at once."""
        self._ahead += by
