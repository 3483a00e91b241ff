"""Which stretch of a list is read next, and what is known once a page of it has come. Pure.

A list is read in windows that begin well before what is known ends: Postmark may list things late, and its clock need
not agree with ours. There are two kinds of lists:

* Emails and bounces can be asked for by date. A window has a fixed end, so that what comes in meanwhile doesn't shift
  its pages, and one that holds more than Postmark lists is halved: what is known grows from its end on.
* Of opens and clicks nobody knows what dates would mean. They are read without, from the newest one down to the
  window's beginning; what comes in meanwhile makes rows come twice, but none is left out. Only beyond what Postmark
  lists is a date tried, and believed if the rows bear it out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.postmark.connection import PAGE, REACH
from bot.postmark.listing import Listing, Page
from store.syncing import Coverage, Window

OVERLAP = timedelta(minutes=15)
"""How much of what is known is read again: what was listed late, or by a clock that was off."""
FIRST = timedelta(days=3)
"""How far back a server is read that was never asked before: a long weekend. ``seen sync`` reads further."""
_DATED = frozenset({Listing.MESSAGES, Listing.BOUNCES})
_SHORTEST = timedelta(minutes=1)
"""A window that short is not halved any more."""
_ASTRAY = timedelta(hours=1, minutes=5)
"""Rows so far outside a window show that its dates were not looked at. The autumn hour that comes twice widens it."""


def forward(coverage: Coverage, goal: datetime, back_to: datetime | None = None) -> Window | None:
    """The window to read so that a list is known up to ``goal``; ``None``: it is.

    A list of which nothing is known is read from ``back_to`` on.
    """
    since, until = coverage.since, coverage.until
    if until is not None and until >= goal:
        return None
    if coverage.window is not None and not _leads_back(coverage, coverage.window):
        return coverage.window
    if since is None or until is None:
        return _window(coverage, min(goal, back_to or goal - FIRST), goal)
    return _window(coverage, max(since, until - OVERLAP), goal)


def backward(coverage: Coverage, back_to: datetime) -> Window | None:
    """The window to read so that a list is known from ``back_to`` on; ``None``: it is, or nothing of it is known."""
    if coverage.since is None or coverage.since <= back_to:
        return None
    if coverage.window is not None and _leads_back(coverage, coverage.window):
        return coverage.window
    return _window(coverage, back_to, coverage.since)


def after(coverage: Coverage, window: Window, page: Page, *, goal: datetime) -> Coverage:
    """What is known of a list after a page of a window of it was read, and which window is under way then."""
    offset = window.offset + page.listed
    ended = page.listed < PAGE or (page.total is not None and offset >= page.total)
    rest: Window | None = replace(window, offset=offset)
    cut_at: datetime | None = None
    if coverage.listing in _DATED:
        if window.offset == 0 and (half := _half(coverage, window, page)) is not None:
            return replace(coverage, window=half)
        if ended or offset + PAGE > REACH:
            rest, cut_at = None, None if ended else page.oldest
        known_until = window.until
    else:
        if ended or (page.oldest is not None and page.oldest < window.since):
            rest = None
        elif window.dated and _is_astray(window, page):
            rest, cut_at = None, window.until
        elif offset + PAGE > REACH:
            rest = _below(window, page)
            cut_at = window.until if rest is None else None
        known_until = window.until if _leads_back(coverage, window) else goal
    if rest is not None:
        return replace(coverage, window=rest)
    return _done(coverage, since=window.since, until=known_until, cut_at=cut_at)


def _below(window: Window, page: Page) -> Window | None:
    """What is left of a window where the list ends too early; ``None``: no date leads any further."""
    if page.oldest is None or (window.dated and page.oldest >= window.until):
        return None
    return Window(since=window.since, until=page.oldest, dated=True)


def _is_astray(window: Window, page: Page) -> bool:
    """Whether a page shows that the window's dates meant something else."""
    return page.newest is not None and page.newest > window.until + _ASTRAY


def _window(coverage: Coverage, since: datetime, until: datetime) -> Window:
    return Window(since=since, until=until, dated=coverage.listing in _DATED)


def _half(coverage: Coverage, window: Window, page: Page) -> Window | None:
    """The half of a window that lies next to what is known, if the whole is more than Postmark lists."""
    span = window.until - window.since
    if page.total is None or page.total <= REACH or span <= _SHORTEST:
        return None
    middle = window.since + span / 2
    return replace(window, since=middle) if _leads_back(coverage, window) else replace(window, until=middle)


def _done(coverage: Coverage, *, since: datetime, until: datetime, cut_at: datetime | None) -> Coverage:
    return replace(
        coverage,
        since=since if coverage.since is None else min(since, coverage.since),
        until=until if coverage.until is None else max(until, coverage.until),
        window=None,
        cut_at=cut_at or coverage.cut_at,
    )


def _leads_back(coverage: Coverage, window: Window) -> bool:
    """Whether a window reaches further back than what is known."""
    return coverage.since is not None and window.since < coverage.since
