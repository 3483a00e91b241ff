"""Whether the server's memory stays flat while webhooks come in."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.ingest import CONNECTIONS
from bench.processes import Server, database

BUDGET = 40.0
"""Megabytes."""


def measure(webhooks: int) -> Iterator[Figure]:
    """The one figure, after so many webhooks."""
    with database("sqlite") as url:
        server = Server("seen", url)
        try:
            posted = server.load(1.0, CONNECTIONS, 1000).posts
            first = server.memory()
            while posted < webhooks:
                posted += server.load(10.0 if webhooks - posted > 20_000 else 1.0, CONNECTIONS).posts
            last = server.memory()
        finally:
            server.stop()
    yield Figure(
        name=f"memory of the server after {posted:,} webhooks",
        value=last - first,
        unit="MB more than after the first 1,000",
        at_most=BUDGET,
        details={"MB": last},
    )
