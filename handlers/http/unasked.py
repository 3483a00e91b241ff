"""What Prometheus may ask about what Seen says unasked: how late, how often, what failed, whether it still looks."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from store.alert_records import NoticeKind


class UnaskedMetrics:
    """The numbers of posts and ticks, in the registry of the others. It observes both."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._dwell = Histogram(
            "seen_notice_dwell_seconds",
            "Seconds from when something fell due until it began to be posted.",
            ("kind",),
            buckets=(1, 2, 5, 10, 15, 30, 60, 300, 900, 3600),
            registry=registry,
        )
        self._seconds = Histogram(
            "seen_notice_post_seconds",
            "Seconds that a post took.",
            ("kind",),
            buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
            registry=registry,
        )
        self._said = Counter(
            "seen_notices_said", "Notices that were said; a post may tell of many.", ("kind",), registry=registry
        )
        self._cancelled = Counter(
            "seen_notices_cancelled",
            "Notices that no longer held just before they were said.",
            ("kind",),
            registry=registry,
        )
        self._not_posted = Counter(
            "seen_notices_not_posted",
            "Posts that failed, for now or for good, by Slack's word.",
            ("word",),
            registry=registry,
        )
        self._may_repeat = Counter(
            "seen_notices_may_repeat",
            "Notices posted again without knowing whether they were before, for want of the history scopes.",
            registry=registry,
        )
        self._ticks = Counter("seen_ticks", "Ticks of each step.", ("step",), registry=registry)
        self._broken = Counter("seen_ticks_failed", "Ticks of each step that broke.", ("step",), registry=registry)
        self._tick_seconds = Histogram(
            "seen_tick_seconds",
            "Seconds that a tick took.",
            ("step",),
            buckets=(0.01, 0.05, 0.1, 0.2, 0.5, 1, 5, 20, 60),
            registry=registry,
        )
        self._age = Gauge(
            "seen_tick_age_seconds", "Seconds since a tick of each step ended.", ("step",), registry=registry
        )
        self._waiting = Gauge("seen_unasked", "What waits, by what it is.", ("what",), registry=registry)

    def watch_step(self, name: str, age: Callable[[], float]) -> None:
        """From now on the age of that step's last tick is what ``age`` says."""
        self._age.labels(name).set_function(age)

    def watch_waiting(self, what: str, count: Callable[[], float]) -> None:
        """From now on so much waits as ``count`` says."""
        self._waiting.labels(what).set_function(count)

    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None:
        """A post told of so many notices."""
        self._said.labels(kind.value).inc(notices)
        self._dwell.labels(kind.value).observe(max(0.0, dwell))
        self._seconds.labels(kind.value).observe(seconds)

    def not_posted(self, word: str) -> None:
        """A post failed."""
        self._not_posted.labels(word).inc()

    def cancelled(self, kind: NoticeKind, *, notices: int) -> None:
        """So many no longer held."""
        self._cancelled.labels(kind.value).inc(notices)

    def may_repeat(self, notices: int) -> None:
        """So many may stand in Slack twice."""
        self._may_repeat.inc(notices)

    def ticked(self, step: str, *, seconds: float) -> None:
        """A tick ended."""
        self._ticks.labels(step).inc()
        self._tick_seconds.labels(step).observe(seconds)

    def broke(self, step: str) -> None:
        """A step raised something."""
        self._broken.labels(step).inc()
