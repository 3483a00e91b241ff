"""When people can look: time as their attention counts it, which nearly stands still while they sleep or are away.

How long somebody takes to look is drawn in this time, so a look's moment and its density are exact in wall time too.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from calibration.model import HOUR, Traits

DAYS = 150
_ASLEEP, _OFF_DUTY, _AWAY = 0.08, 0.06, 0.01


class Attention:
    """Attention of one kind of person, in seconds, as a function of the seconds since the world began."""

    def __init__(self, *, office_hours: bool, away: tuple[tuple[float, float], ...]) -> None:
        self._rates = [_rate(hour, office_hours=office_hours, away=away) for hour in range(DAYS * 24)]
        self._sums = [0.0]
        for rate in self._rates:
            self._sums.append(self._sums[-1] + rate * HOUR)

    def spent(self, at: float) -> float:
        """Attention spent since the world began."""
        hour = min(max(int(at // HOUR), 0), len(self._rates) - 1)
        return self._sums[hour] + self._rates[hour] * (at - hour * HOUR)

    def rate(self, at: float) -> float:
        """Seconds of attention in a second."""
        return self._rates[min(max(int(at // HOUR), 0), len(self._rates) - 1)]

    def when(self, spent: float) -> float:
        """The moment by which so much attention has been spent."""
        hour = min(bisect_right(self._sums, spent) - 1, len(self._rates) - 1)
        return hour * HOUR + (spent - self._sums[hour]) / self._rates[hour]


def attention_of(traits: Traits) -> Attention:
    return _attention(traits.office_hours, traits.away)


@cache
def _attention(office_hours: bool, away: tuple[tuple[float, float], ...]) -> Attention:  # noqa: FBT001 - a trait
    return Attention(office_hours=office_hours, away=away)


def _rate(hour: int, *, office_hours: bool, away: tuple[tuple[float, float], ...]) -> float:
    """The world begins on a Monday at midnight."""
    day, clock = divmod(hour, 24)
    if any(begin <= hour / 24 < end for begin, end in away):
        return _AWAY
    if office_hours:
        return 1.0 if day % 7 < 5 and 8 <= clock < 18 else _OFF_DUTY
    return 1.0 if 7 <= clock < 23 else _ASLEEP
