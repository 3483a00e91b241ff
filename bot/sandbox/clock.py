"""The time it is at the stand-in: a clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that only its owner moves, and only forwards."""

    def __init__(self, now: datetime) -> None:
        self._now = _utc(now)

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._now

    def move_to(self, at: datetime) -> None:
        """Makes it ``at``. Raises ``ValueError`` for a moment that has passed, or one without a time zone."""
        at = _utc(at)
        if at < self._now:
            raise ValueError(f"It is {self._now:%Y-%m-%d %H:%M:%S} already; time does not run back to {at:%H:%M:%S}.")
        self._now = at

    def forward(self, by: timedelta) -> None:
        """Lets ``by`` pass."""
        self.move_to(self._now + by)

    def reach(self, at: datetime | None) -> datetime:
        """The moment something happens: now when ``at`` is ``None``. A moment to come is waited for."""
        if at is None:
            return self._now
        at = _utc(at)
        self._now = max(self._now, at)
        return at


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give it one, e.g. tzinfo=UTC.")
    return at.astimezone(UTC)
