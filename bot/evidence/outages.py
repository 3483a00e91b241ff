"""Stretches of time of which nobody told us anything: webhooks were down, so that silence in them means nothing.

Webhooks come at a pace that depends on the hour, and on whether it is a weekend. How many are expected in a stretch is
added up from how many came in such hours on other days; where so many were expected that it is all but impossible that
none came, they were lost. What comes of one email within an hour counts once, for a sweep of ten links is one visit. An
email that was sent, and of whose arrival nobody told, is expected news too, and weighs more: it did not come.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

IMPOSSIBLE = 10.0
"""So many were expected and none came: one chance in twenty thousand, if they come independently."""
_AT_LEAST = timedelta(hours=2)
_HOUR = timedelta(hours=1)
_ENOUGH, _AT_ALL = 200, 20
"""Fewer webhooks than this tell no pace; with fewer than that nothing can be said."""
_MISSED = 4.0
"""How much a missing delivery weighs: without an outage, about one in fifty is never told of. Ours."""
_LONGEST = timedelta(days=800)

Gaps = Sequence[tuple[datetime, datetime]]
Hour = tuple[bool, int]
"""Whether it is a weekend's, and which of the day."""


def gaps(told: Iterable[tuple[datetime, str | None]], until: datetime, missing: Iterable[datetime] = ()) -> Gaps:
    """The stretches without any webhook in which many were expected, oldest first.

    ``told`` is when webhooks' events happened, and of which message; those after ``until`` have no part. ``missing`` is
    when emails were sent whose arrival should have been told of, and was not.
    """
    events = sorted((at, about or "") for at, about in told if until - _LONGEST < at <= until)
    if len(events) < _AT_ALL:
        return ()
    begin = _hour(events[0][0])
    rates = _rates(events, begin, until) if len(events) >= _ENOUGH else Counter[Hour]()
    sums = [0.0]
    for hour in range((until - begin) // _HOUR + 2):
        sums.append(sums[-1] + rates[_kind(begin + hour * _HOUR)])

    def expected(at: datetime) -> float:
        hours = (at - begin) / _HOUR
        whole = int(hours)
        return sums[whole] + (hours - whole) * (sums[whole + 1] - sums[whole])

    lost = sorted(missing)

    def impossible(a: datetime, b: datetime) -> bool:
        news = _MISSED * (bisect_left(lost, b) - bisect_left(lost, a))
        return (b - a > _AT_LEAST or news > IMPOSSIBLE) and expected(b) - expected(a) + news > IMPOSSIBLE

    return tuple((a, b) for a, b in pairwise([*(at for at, _ in events), until]) if impossible(a, b))


def _rates(events: Sequence[tuple[datetime, str]], begin: datetime, until: datetime) -> dict[Hour, float]:
    """How many emails are told of in an hour of each kind."""
    visits = Counter(_kind(hour) for hour, _ in {(_hour(at), about) for at, about in events})
    hours = Counter(_kind(begin + hour * _HOUR) for hour in range((until - begin) // _HOUR + 2))
    return {kind: visits[kind] / count for kind, count in hours.items()}


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _kind(hour: datetime) -> Hour:
    return hour.weekday() > 4, hour.hour
