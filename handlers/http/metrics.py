"""What Prometheus may ask: how many webhooks came, how they were answered, and how the writer keeps up."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """All numbers of one running Seen, in a registry of its own. It is the writer's observer."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "seen_webhooks",
            "Webhooks by what they told (kind) and how they were answered (outcome).",
            ("kind", "outcome"),
            registry=self.registry,
        )
        self._tracking = Counter(
            "seen_tracking_records", "Tracking records by how they were answered.", ("outcome",), registry=self.registry
        )
        self._events = Counter(
            "seen_events",
            "Events handed to the store: new, known, or failed.",
            ("outcome",),
            registry=self.registry,
        )
        self._batch = Histogram(
            "seen_commit_events",
            "Events that shared a commit.",
            buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "seen_commit_seconds",
            "Seconds a commit took.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        self._depth = Gauge("seen_ingest_queue", "Events waiting for a commit.", registry=self.registry)
        # Looking a labelled counter up costs more than counting: the few there can be are kept.
        self._children: dict[tuple[str, str], Counter] = {}

    def watch_queue(self, depth: Callable[[], int]) -> None:
        """From now on the queue's length is what ``depth`` says."""
        self._depth.set_function(depth)

    def webhook(self, kind: str, outcome: str) -> None:
        """Counts a webhook. Both words come from a small fixed set, never from a body."""
        child = self._children.get((kind, outcome))
        if child is None:
            child = self._children[kind, outcome] = self._webhooks.labels(kind, outcome)
        child.inc()

    def tracking(self, outcome: str, records: int = 1) -> None:
        """Counts tracking records."""
        self._tracking.labels(outcome).inc(records)

    def committed(self, *, events: int, new: int, seconds: float) -> None:
        """A batch was committed."""
        self._events.labels("new").inc(new)
        self._events.labels("known").inc(events - new)
        self._batch.observe(events)
        self._seconds.observe(seconds)

    def failed(self, *, events: int) -> None:
        """So many events could not be stored."""
        self._events.labels("failed").inc(events)

    def text(self) -> bytes:
        """Everything, in Prometheus' text form."""
        return generate_latest(self.registry)
