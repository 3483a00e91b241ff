"""One server's sweep: each of its lists up to the same moment, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.postmark.listing import Listing, Page
from bot.sync import pace, windows
from bot.sync.keeping import Kept, keep
from bot.sync.work import Work
from store import cursors, syncing
from store.syncing import Coverage, Standing, Window

PATIENCE = 15.0
"""Seconds that one request may take."""
_LATE = timedelta(minutes=1)
"""So much later than planned a sweep may end before what is known counts as behind."""
_SCATTER = 0.1
"""The share of its interval by which a sweep may come later, so that several servers' don't stay together."""

Known = Mapping[Listing, Coverage]


def known(connection: Connection, server: str) -> Known:
    """What is known of each of a server's lists."""
    found = syncing.coverages(connection, server)
    return {listing: found.get(listing) or Coverage(server=server, listing=listing) for listing in Listing}


def begun(standing: Standing, now: datetime, up_to: datetime | None = None) -> Standing:
    """The same with the sweep that is under way or due; without one, when none is.

    One that has not reached ``up_to`` is followed by another at once.
    """
    rests = standing.next_at is not None and standing.next_at > now
    falls_short = up_to is not None and standing.swept_at is not None and standing.swept_at < up_to
    if standing.goal is not None or (rests and not falls_short):
        return standing
    rested = standing if standing.swept_at is None else pace.faded(standing, max(timedelta(), now - standing.swept_at))
    return replace(rested, goal=now)


def due(standing: Standing, lists: Known, back_to: datetime | None) -> tuple[Listing, Window] | None:
    """What to read next: the sweep under way comes before what lies further back."""
    if standing.goal is not None:
        for listing in Listing:
            if window := windows.forward(lists[listing], standing.goal, back_to):
                return listing, window
    if back_to is not None:
        for listing in Listing:
            if window := windows.backward(lists[listing], back_to):
                return listing, window
    return None


def behind_since(standing: Standing, covered: datetime | None, now: datetime) -> datetime | None:
    """From when on a server's lists were not fetched although that is overdue; ``None``: they are in step."""
    if covered is None:
        return standing.trouble_since or now
    return covered if now - covered > 2 * pace.interval(standing) + _LATE else None


def read(work: Work, standing: Standing, lists: Known, listing: Listing, window: Window) -> None:
    """Reads one page and keeps it. Raises ``PostmarkError``, ``StoreError``, ``Overtaken``."""
    server, before = standing.server, lists[listing]
    work.breathe(server)
    since, until = (window.since, window.until) if window.dated else (None, None)
    page = work.postmark.page(server, listing, since=since, until=until, offset=window.offset, deadline=PATIENCE)
    goal = standing.goal or before.until or window.until
    after = windows.after(before, window, page, goal=goal)
    standing = pace.went_well(_counted(standing, before, window, page))
    with work.database.write() as connection:
        kept = keep(connection, page.messages, page.arrivals, references=work.references)
        standing = _listened(standing, before, page, kept)
        swept = standing.goal is not None and _is_swept(standing.goal, {**lists, listing: after})
        if swept:
            standing = _rested(standing, work.random())
        if standing.goal is None and after.window is None:
            standing = replace(standing, worker=None)
        work.keep(connection, standing, after)
        if swept:
            _note(connection, work.postmark.servers)
    work.observer.listed(server, listing, rows=page.listed, total=page.total)


def _is_swept(goal: datetime, lists: Known) -> bool:
    return all(windows.forward(coverage, goal) is None for coverage in lists.values())


def _rested(standing: Standing, chance: float) -> Standing:
    """The same after its sweep. The next is counted from the moment to which this one went, however long it took."""
    goal = standing.goal
    assert goal is not None  # noqa: S101 - for the type checker: only a sweep ends
    interval = pace.interval(standing) * (1 + _SCATTER * chance)
    return replace(standing, goal=None, swept_at=goal, began_at=standing.began_at or goal, next_at=goal + interval)


def _note(connection: Connection, servers: tuple[str, ...]) -> None:
    """Notes up to when all servers were swept."""
    ends = [standing.swept_at for standing in syncing.standings(connection, servers).values()]
    if None not in ends:
        cursors.put(connection, cursors.SYNC, min(end for end in ends if end is not None))


def _counted(standing: Standing, before: Coverage, window: Window, page: Page) -> Standing:
    """The same with the emails counted that were sent since the last sweep."""
    if standing.goal is None or before.listing != Listing.MESSAGES:
        return standing
    begin = before.until or window.since
    emails = sum(message.sent_at is not None and message.sent_at > begin for message in page.messages)
    return pace.with_emails(standing, emails, standing.goal - begin)


def _listened(standing: Standing, before: Coverage, page: Page, kept: Kept) -> Standing:
    """The same with what the page tells of the webhooks: whether things happen that none has told of.

    What happened while nothing was swept says nothing: nobody may have been there to take a webhook.
    """
    heard = kept.heard_at
    still = standing.unheard_since
    if still is not None and heard is not None and still <= heard:
        still = None
    in_step = standing.goal is not None and behind_since(standing, before.until, standing.goal) is None
    if standing.began_at is not None and in_step:
        begin = standing.began_at if heard is None else max(standing.began_at, heard)
        young = [
            at for arrival in page.arrivals if (at := arrival.event.at) > begin and not arrival.event.at_is_arrival
        ]
        still = min([*young, *([still] if still else [])], default=None)
    return replace(standing, unheard_since=still)
