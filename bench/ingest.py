"""How fast webhooks are taken, against endpoints that do less and against django-anymail.

The servers run side by side on the same settings; only one has work at a time. They take turns, round after round, and
each round gives its own ratio, so that a machine that is busy with something else for a moment disturbs all of them
alike; the middle ratio counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select

from bench.figures import Figure
from bench.load import Load
from bench.processes import Server, database
from store import schema
from store.database import Database

CONNECTIONS = 64
NAMES = ("barest", "bare", "seen", "anymail")
OF_BARE = {"sqlite": 0.30, "postgresql": 0.20}
OF_ANYMAIL = {"sqlite": 5.0, "postgresql": 4.0}
P99 = 50.0
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure."""

    rounds: int
    seconds: float


def measure(kind: str, effort: Effort) -> Iterator[Figure]:
    """The figures of one kind of database."""
    with database(kind) as url, database(kind) as peer_url:
        servers = {name: Server(name, peer_url if name == "anymail" else url) for name in NAMES}
        try:
            yield from _figures(kind, servers, url, effort)
        finally:
            for server in servers.values():
                server.stop()


def _figures(kind: str, servers: dict[str, Server], url: str, effort: Effort) -> Iterator[Figure]:
    for server in servers.values():
        server.load(min(1.0, effort.seconds), CONNECTIONS)  # so that nothing is done for the first time
    rounds = [_round(servers, url, effort.seconds) for _ in range(effort.rounds)]
    rates = {name: median(one[name].rate for one in rounds) for name in NAMES}
    own = rates["seen"]

    def ratio(peer: str) -> float:
        return median(one["seen"].rate / one[peer].rate for one in rounds)

    yield Figure(
        name=f"webhooks stored, of an endpoint that only parses ({kind})",
        value=ratio("bare"),
        unit="× its rate",
        at_least=OF_BARE[kind],
        details={"posts a second": own, "its posts a second": rates["bare"]},
    )
    yield Figure(
        name=f"webhooks stored, of the least an endpoint can do ({kind})",
        value=ratio("barest"),
        unit="× its rate",
        details={"posts a second": own, "its posts a second": rates["barest"]},
    )
    yield Figure(
        name=f"webhooks stored, of django-anymail's view with an INSERT ({kind})",
        value=ratio("anymail"),
        unit="× its rate",
        at_least=OF_ANYMAIL[kind],
        details={"posts a second": own, "its posts a second": rates["anymail"]},
    )
    yield _filing(kind, servers["seen"], url, effort)
    yield _patience(kind, servers["seen"], own / 2, effort)


def _round(servers: dict[str, Server], url: str, seconds: float) -> dict[str, Load]:
    loads = {}
    for name, server in servers.items():
        loads[name] = server.load(seconds, CONNECTIONS)
        if name == "seen":
            _wait_until_filed(url)  # what it still has to do must not burden the next one
    return loads


def _filing(kind: str, server: Server, url: str, effort: Effort) -> Figure:
    """The rate when the time counts until everything is filed too: what can be kept up for ever."""
    started = time.perf_counter()
    load = server.load(effort.seconds, CONNECTIONS)
    starting = time.perf_counter() - started - load.seconds
    _wait_until_filed(url)
    lasting = load.posts / (time.perf_counter() - started - starting)
    return Figure(
        name=f"webhooks stored and filed, of those only stored ({kind})",
        value=lasting / load.rate,
        unit="× the rate",
        details={"posts a second, filed": lasting},
    )


def _patience(kind: str, server: Server, rate: float, effort: Effort) -> Figure:
    load = server.load(effort.seconds * 2, CONNECTIONS, rate)
    return Figure(
        name=f"p99 of a webhook at half the rate ({kind})",
        value=load.p99 * 1000,
        unit="ms",
        at_most=P99,
        details={"posts a second": rate, "p50 in ms": load.p50 * 1000},
    )


def _wait_until_filed(url: str) -> None:
    opened = Database(url)
    waiting = select(func.count()).select_from(schema.unfiled)
    try:
        while True:
            with opened.read() as connection:
                if not connection.scalar(waiting):
                    return
            time.sleep(0.1)
    finally:
        opened.dispose()
