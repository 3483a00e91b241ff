"""Stretches of time of which nobody told us anything: webhooks were down, so that silence in them means nothing.

Webhooks come at a pace that depends on the hour of the week. How many are expected in a stretch is added up from how
many came in those hours of other weeks; where so many were expected that it is all but impossible that none came, they
were lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

IMPOSSIBLE = 10.0
"""So many were expected and none came: one chance in twenty thousand, if they come independently."""
_AT_LEAST = timedelta(hours=2)
_HOURS = 7 * 24
_HOUR = timedelta(hours=1)
_ENOUGH = 200
"""Fewer webhooks than this tell no pace."""
_LONGEST = timedelta(days=800)

Gaps = Sequence[tuple[datetime, datetime]]


def gaps(times: Iterable[datetime], until: datetime) -> Gaps:
    """The stretches without any webhook in which many were expected, oldest first.

    ``times`` is when webhooks' events happened; those after ``until`` have no part.
    """
    told = sorted(at for at in times if until - _LONGEST < at <= until)
    if len(told) < _ENOUGH:
        return ()
    begin = told[0].replace(minute=0, second=0, microsecond=0)
    rates = _rates(told, begin, until)
    sums = [0.0]
    for hour in range((until - begin) // _HOUR + 2):
        sums.append(sums[-1] + rates[hour % _HOURS])

    def expected(at: datetime) -> float:
        hours = (at - begin) / _HOUR
        whole = int(hours)
        return sums[whole] + (hours - whole) * (sums[whole + 1] - sums[whole])

    stretches = pairwise([*told, until])
    return tuple((a, b) for a, b in stretches if b - a > _AT_LEAST and expected(b) - expected(a) > IMPOSSIBLE)


_NEIGHBOURS = ((-2, 1.0), (-1, 2.0), (0, 3.0), (1, 2.0), (2, 1.0))
_SHARED = sum(weight for _, weight in _NEIGHBOURS)


def _rates(told: Sequence[datetime], begin: datetime, until: datetime) -> list[float]:
    """How many come in each hour of the week, counted from the week of ``begin``; its neighbours count a little too."""
    counts = [0.0] * _HOURS
    for at in told:
        counts[(at - begin) // _HOUR % _HOURS] += 1
    weeks = max((until - begin) / (_HOURS * _HOUR), 1.0)
    return [
        sum(weight * counts[(hour + off) % _HOURS] for off, weight in _NEIGHBOURS) / (weeks * _SHARED)
        for hour in range(_HOURS)
    ]
