"""How often a server's lists are swept, and how long it is left alone after a failure. Pure.

A small server is swept every two minutes, so that an office without webhooks hears of things while they matter. Each
sweep costs four requests at least, so the more a server sends, the longer its sweeps lie apart: at 10,000 emails a day
it costs less than two requests for a hundred emails. What is looked at in particular, such as an email that is due, is
asked about by itself and does not wait for a sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp

from bot.postmark.errors import PostmarkError, RateLimited
from store.syncing import Standing

SHORTEST, LONGEST = timedelta(minutes=2), timedelta(minutes=40)
_A_STEP = 500.0
"""For each so many emails a day, sweeps lie ``SHORTEST`` further apart."""

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 900.0  # seconds
_REFUSED = 300.0
"""Seconds: a refusal does not go away by itself."""


def interval(standing: Standing) -> timedelta:
    """The time from one sweep of a server to the next."""
    volume = max(standing.daily, standing.hourly * (_DAY / _HOUR), standing.busiest)
    return min(max(SHORTEST * (volume / _A_STEP), SHORTEST), LONGEST)


def faded(standing: Standing, by: timedelta) -> Standing:
    """The same after some time in which nothing was sent."""
    busiest = max(standing.busiest, standing.daily)
    return replace(
        standing,
        hourly=standing.hourly * exp(-(by / _HOUR)),
        daily=standing.daily * exp(-(by / _DAY)),
        busiest=busiest * exp(-(by / _WEEK)),
    )


def with_emails(standing: Standing, emails: int, within: timedelta) -> Standing:
    """The same after so many emails were sent, evenly, within the time until now."""
    return replace(
        standing,
        hourly=standing.hourly + emails * _weight(within, _HOUR),
        daily=standing.daily + emails * _weight(within, _DAY),
    )


def _weight(within: timedelta, memory: timedelta) -> float:
    spans = within / memory
    return (1 - exp(-spans)) / spans if spans > 0 else 1.0


def failed(standing: Standing, error: PostmarkError, *, now: datetime, random: Callable[[], float]) -> Standing:
    """The same after a failure: left alone twice as long each time, and at least as long as Postmark asks for.

    ``random`` gives 0 to 1: several who failed together must not come again together.
    """
    first = _FIRST_PAUSE if error.retryable else _REFUSED
    # Bounded before it grows beyond what a float or a date can hold.
    pause = min(_LONGEST_PAUSE, first * 2 ** min(standing.failures, 10)) * (0.5 + random())
    asked = error.retry_after if isinstance(error, RateLimited) else None
    if asked is not None:
        pause = max(pause, min(asked, _DAY.total_seconds()) + random())
    return replace(
        standing,
        failures=standing.failures + 1,
        retry_at=now + timedelta(seconds=pause),
        trouble=f"{error} {error.advice}",
        trouble_since=standing.trouble_since or now,
    )


def went_well(standing: Standing) -> Standing:
    """The same after an answer."""
    return replace(standing, failures=0, retry_at=None, trouble=None, trouble_since=None)
