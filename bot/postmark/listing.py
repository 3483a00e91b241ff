"""What a Postmark server lists of all its emails, one page at a time: for keeping up with it, not for finding things.

The opens and clicks of a span are listed like emails, but whether their lists know search dates nobody says: a page
tells which moments it holds, so that whoever asked can see whether its dates counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.postmark import rows
from bot.untrusted import moment, whole
from store.records import Arrival, Message


class Listing(StrEnum):
    """One of the lists. Deliveries are in none of them: only an email's details tell."""

    MESSAGES = "messages"
    BOUNCES = "bounces"
    """Bounces, complaints and automatic answers."""
    OPENS = "opens"
    """The first open of each recipient."""
    CLICKS = "clicks"
    """The first click of each recipient on each link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer."""

    messages: tuple[Message, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    listed: int
    """How many rows it has, those of no use among them."""
    total: int | None
    """How many rows there are altogether, as Postmark says."""
    oldest: datetime | None
    newest: datetime | None
    """The first and the last moment that its rows tell of."""


@dataclass(frozen=True, slots=True)
class _Kind:
    path: str
    name: str
    """What the answer calls its rows."""
    time: str
    read: Callable[..., Arrival] | None
    """Makes an event of a row; ``None``: the rows are emails."""


_KINDS: Mapping[Listing, _Kind] = {
    Listing.MESSAGES: _Kind("messages/outbound", "Messages", "ReceivedAt", None),
    Listing.BOUNCES: _Kind("bounces", "Bounces", "BouncedAt", rows.bounce),
    Listing.OPENS: _Kind("messages/outbound/opens", "Opens", "ReceivedAt", rows.open_),
    Listing.CLICKS: _Kind("messages/outbound/clicks", "Clicks", "ReceivedAt", rows.click),
}


def path(listing: Listing) -> str:
    return _KINDS[listing].path


def page(listing: Listing, answer: Mapping[str, Any], *, received_at: datetime, server: str) -> Page | None:
    """An answer as a page; ``None`` when it holds no such list."""
    kind = _KINDS[listing]
    listed = answer.get(kind.name)
    if not isinstance(listed, list):
        return None
    told = [row for row in listed if isinstance(row, dict)]
    times = sorted(when.at for row in told if (when := moment(row.get(kind.time))))
    messages: tuple[Message, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    if kind.read is None:
        messages = tuple(found for row in told if (found := rows.message(row, server=server)))
    else:
        arrivals = tuple(kind.read(row, received_at=received_at, server=server) for row in told)
    return Page(
        messages=messages,
        arrivals=arrivals,
        listed=len(listed),
        total=whole(answer.get("TotalCount")),
        oldest=times[0] if times else None,
        newest=times[-1] if times else None,
    )
