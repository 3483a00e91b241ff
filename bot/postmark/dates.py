"""Search dates: Postmark reads them as wall-clock time of the US east coast, and finds nothing for an offset."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

_MARGIN = timedelta(seconds=2)
"""Nobody says whether the last second belongs to a search. What comes too much is filtered by whoever searches."""


def eastern(at: datetime) -> str:
    """An aware time as Postmark's searches take it."""
    return _written(_wall(at))


def window(since: datetime | None, until: datetime | None) -> dict[str, str]:
    """The search fields for a span of time, a little wider than asked.

    In the autumn hour that comes twice a wall-clock time means two moments, so a span that begins or ends there is
    widened by that hour.
    """
    fields: dict[str, str] = {}
    if since is not None:
        at = since - _MARGIN
        fields["fromdate"] = _written(_wall(at) - _doubtful(at))
    if until is not None:
        at = until + _MARGIN
        fields["todate"] = _written(_wall(at) + _doubtful(at))
    return fields


def _doubtful(at: datetime) -> timedelta:
    local = at.astimezone(EASTERN)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return timedelta(hours=1) if twice else timedelta()


def _wall(at: datetime) -> datetime:
    return at.astimezone(EASTERN).replace(tzinfo=None)


def _written(wall: datetime) -> str:
    return wall.isoformat(timespec="seconds")
