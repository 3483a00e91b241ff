"""What Prometheus may ask about keeping in step with Postmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.postmark.errors import PostmarkError
from bot.postmark.listing import Listing
from store.errors import StoreError
from store.syncing import Standing


class SyncMetrics(Collector):
    """The requests of this process, and where each server stands, whichever process sweeps it.

    Args:
        registry: where the numbers go.
        standings: where the servers stand, by their names.
        now: what time it is.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        standings: Callable[[], Mapping[str, Standing]],
        now: Callable[[], datetime],
    ) -> None:
        self._standings, self._now = standings, now
        self._requests = Counter(
            "seen_sync_requests",
            "Requests to Postmark by server and what was asked for: a list, or details.",
            ("server", "asked"),
            registry=registry,
        )
        self._failures = Counter(
            "seen_sync_failures", "Requests that failed, by server and cause.", ("server", "cause"), registry=registry
        )
        registry.register(self)

    def listed(self, server: str, listing: Listing, *, rows: int, total: int | None) -> None:
        """A page of a list came."""
        del rows, total
        self._requests.labels(server, listing.value).inc()

    def detailed(self, server: str, *, emails: int) -> None:
        """The details of so many emails were asked for."""
        self._requests.labels(server, "details").inc(emails)

    def failed(self, server: str, error: PostmarkError) -> None:
        """A request failed."""
        self._failures.labels(server, type(error).__name__).inc()

    def describe(self) -> Iterator[Metric]:
        """What ``collect`` gives, without asking the database."""
        yield from self._families()

    def collect(self) -> Iterator[Metric]:
        """Where each server stands by now; nothing while the database can't be asked."""
        last, lag, failing = self._families()
        try:
            standings = self._standings()
        except StoreError:
            standings = {}
        now = self._now()
        for server, standing in standings.items():
            failing.add_metric([server], standing.failures)
            if standing.swept_at is not None:
                last.add_metric([server], standing.swept_at.timestamp())
                lag.add_metric([server], (now - standing.swept_at).total_seconds())
        yield from (last, lag, failing)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "seen_sync_last_timestamp_seconds", "Up to when a server's lists were fetched.", labels=["server"]
            ),
            GaugeMetricFamily("seen_sync_lag_seconds", "How long that is ago.", labels=["server"]),
            GaugeMetricFamily("seen_sync_failing", "Failures in a row since the last answer.", labels=["server"]),
        )
