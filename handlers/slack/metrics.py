"""What Prometheus may ask about Slack: what came, how it ended, how long it took, and what waits."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class SlackMetrics:
    """The numbers of the Slack doors, in the registry of the others."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "seen_slack_requests",
            "What was asked of Seen in Slack, by way (command, mention …) and outcome (done, failed, or why refused).",
            ("way", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "seen_slack_seconds",
            "Seconds of work until the first answer.",
            ("way",),
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30),
            registry=registry,
        )
        self._unsigned = Counter(
            "seen_slack_unsigned", "Requests answered 401: no valid signature of Slack's.", registry=registry
        )
        self._events = Counter(
            "seen_slack_events", "Slack's events, by what became of them.", ("fate",), registry=registry
        )
        self._waiting = Gauge("seen_slack_queue", "Jobs that wait for a thread.", ("work",), registry=registry)

    def watch_queue(self, name: str, length: Callable[[], int]) -> None:
        """From now on that queue's length is what ``length`` says."""
        self._waiting.labels(name).set_function(length)

    def done(self, way: str, seconds: float) -> None:
        """Something was done."""
        self._requests.labels(way, "done").inc()
        self._seconds.labels(way).observe(seconds)

    def failed(self, way: str) -> None:
        """Something broke."""
        self._requests.labels(way, "failed").inc()

    def refused(self, way: str, why: str) -> None:
        """Somebody was refused."""
        self._requests.labels(way, why).inc()

    def unsigned(self) -> None:
        """A request was not Slack's."""
        self._unsigned.inc()

    def event(self, fate: str) -> None:
        """An event came in."""
        self._events.labels(fate).inc()
