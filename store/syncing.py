"""How far each Postmark server's lists were fetched, who is at it, and how that goes.

A list is known from ``since`` to ``until`` without a gap; a window under way is being read page by page and counts once
it is done. One process at a time works for a server: it holds a lease, and nothing it has fetched is kept once somebody
else has taken over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from store import schema
from store.upsert import add_missing, put

_servers, _lists = schema.sync_servers, schema.sync_lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of a list that is being read."""

    since: datetime
    until: datetime
    offset: int = 0
    """How many of its rows were read."""
    dated: bool = True
    """Whether Postmark is asked for these dates; else for the whole list, from its newest row on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is known of one list of a server."""

    server: str
    listing: str
    since: datetime | None = None
    until: datetime | None = None
    """Everything listable between these two was fetched; ``None``: nothing yet."""
    window: Window | None = None
    cut_at: datetime | None = None
    """A stretch held more than Postmark lists: what is older than this, in it, could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How keeping in step with a server goes."""

    server: str
    worker: str | None = None
    lease_until: datetime | None = None
    began_at: datetime | None = None
    """Up to when the first sweep went."""
    goal: datetime | None = None
    """Up to when the sweep under way is to go; ``None``: none is."""
    swept_at: datetime | None = None
    """Up to when the last complete sweep went."""
    next_at: datetime | None = None
    """When the next sweep begins; ``None``: at once."""
    retry_at: datetime | None = None
    """After a failure: not to be asked again before."""
    failures: int = 0
    """In a row."""
    trouble: str | None = None
    """The last failure, in a sentence with what mends it; ``None``: all went well since."""
    trouble_since: datetime | None = None
    hourly: float = 0.0
    daily: float = 0.0
    busiest: float = 0.0
    """Emails of the last hour, the last day, and of the busiest day of the last week or so: each fades with time."""
    unheard_since: datetime | None = None
    """When the first event happened that a sweep found after the last webhook had come."""
    details_at: datetime | None = None
    """Details are not to be asked for before."""


def standings(connection: Connection, servers: Iterable[str]) -> dict[str, Standing]:
    """Where each of these servers stands; one that was never asked yet stands at nothing."""
    found = {row.server: _standing(row) for row in connection.execute(_STANDINGS)}
    return {server: found.get(server) or Standing(server=server) for server in servers}


def coverages(connection: Connection, server: str) -> dict[str, Coverage]:
    """What is known of each list of a server, by its name."""
    return {row.listing: _coverage(row) for row in connection.execute(select(_lists).where(_lists.c.server == server))}


def covered_until(connection: Connection, server: str, listings: Iterable[str]) -> datetime | None:
    """Up to when all these lists of a server were fetched; ``None``: one of them never was."""
    known = coverages(connection, server)
    ends = [known[listing].until if listing in known else None for listing in listings]
    return None if None in ends else min(end for end in ends if end is not None)


def take(connection: Connection, server: str, *, worker: str, now: datetime, until: datetime) -> Standing | None:
    """Takes a server for a worker until a moment, unless another has it; where it stands then."""
    add_missing(connection, _servers, [_row(Standing(server=server))])
    free = or_(_servers.c.worker.is_(None), _servers.c.worker == worker, _servers.c.lease_until <= now)
    taken = update(_servers).where(_servers.c.server == server, free).values(worker=worker, lease_until=until)
    row = connection.execute(taken.returning(*_servers.c)).first()
    return None if row is None else _standing(row)


def keep(connection: Connection, standing: Standing, coverage: Coverage | None, *, worker: str) -> bool:
    """Keeps where a server stands, and one of its lists; False when another worker has taken it meanwhile.

    What else the transaction has written must not stay then.
    """
    values = _row(standing)
    ours = update(_servers).where(_servers.c.server == standing.server, _servers.c.worker == worker)
    if connection.execute(ours.values(values)).rowcount != 1:
        return False
    if coverage is not None:
        put(connection, _lists, [_list_row(coverage)])
    return True


def release(connection: Connection, *, worker: str) -> None:
    """Leaves what a worker has taken to others."""
    connection.execute(update(_servers).where(_servers.c.worker == worker).values(worker=None))


def forgive(connection: Connection, servers: Iterable[str]) -> None:
    """Lets these servers be asked again although they failed a moment ago."""
    connection.execute(update(_servers).where(_servers.c.server.in_(list(servers))).values(retry_at=None))


_STANDINGS = select(_servers)


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    return Standing(**_named(row))


def _named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001  (a row's documented way to be a mapping)


def _row(standing: Standing) -> dict[str, Any]:
    return asdict(standing)


def _coverage(row: Row[*tuple[Any, ...]]) -> Coverage:
    told = _named(row)
    window = None
    if told["window_since"] is not None:
        window = Window(
            since=told["window_since"],
            until=told["window_until"],
            offset=told["window_offset"],
            dated=told["window_dated"],
        )
    names = ("server", "listing", "since", "until", "cut_at")
    return Coverage(window=window, **{name: told[name] for name in names})


def _list_row(coverage: Coverage) -> dict[str, Any]:
    window = coverage.window
    return {
        "server": coverage.server,
        "listing": coverage.listing,
        "since": coverage.since,
        "until": coverage.until,
        "window_since": window and window.since,
        "window_until": window and window.until,
        "window_offset": window and window.offset,
        "window_dated": window and window.dated,
        "cut_at": coverage.cut_at,
    }
