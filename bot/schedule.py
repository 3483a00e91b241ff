"""The ticker: calls steps again and again, in every process, and shows whether it still does.

What is due stands in tables, never here: APScheduler keeps its jobs in memory and only says "now". A step does a
little, in transactions of its own, and says whether there is perhaps more; a tick lets it go on until there isn't, or
its time is up. Whatever a step raises is logged and counted, and the next tick tries again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger(__name__)

_JITTER = 0.1
"""Of its interval by which a tick may come earlier or later, so that processes don't stay in step."""
_LATE = timedelta(seconds=30)
"""So much later than two intervals a tick may end before that shows."""
_FAILING = timedelta(minutes=2).total_seconds()
"""How long a step may fail before that shows: a busy database is soon over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something small that is done again and again."""

    name: str
    run: Callable[[datetime], bool]
    """Does a little, as of now; is there perhaps more?"""
    every: timedelta
    lanes: int = 1
    """How often it may run at the same time in this process."""
    lasting: timedelta = timedelta(seconds=20)
    """How long one tick goes on while there is more."""


class Observer(Protocol):
    """Who wants to know: the metrics."""

    def ticked(self, step: str, *, seconds: float) -> None:
        """A tick ended."""

    def broke(self, step: str) -> None:
        """A step raised something."""


class _Nobody:
    def ticked(self, step: str, *, seconds: float) -> None: ...

    def broke(self, step: str) -> None: ...


class Schedule:
    """Runs steps in threads of its own, from ``start`` to ``stop``.

    Args:
        steps: what is done; their names differ.
        now: what time it is.
        observer: is told of every tick.
        on_stop: is called first when it stops, so that steps under way come to an end.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        now: Callable[[], datetime],
        observer: Observer | None = None,
        on_stop: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steps, self._now, self._clock, self._on_stop = tuple(steps), now, clock, on_stop
        self._observer: Observer = observer or _Nobody()
        self._stopping = threading.Event()
        self._ended: dict[str, float] = {}
        """When a tick of each step last ended."""
        self._failing: dict[str, float] = {}
        """Since when steps have done nothing but fail."""
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begins, without waiting for anything; harmless when it runs."""
        if self._scheduler is not None:
            return
        # Its warnings say that a tick is still at work when the next one is due: that is how it should be.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._stopping.clear()
        begun = self._clock()
        self._ended = {step.name: begun for step in self._steps}
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(max(1, sum(step.lanes for step in self._steps)))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        for step in self._steps:
            every = step.every.total_seconds()
            for lane in range(step.lanes):
                scheduler.add_job(
                    self.tick,
                    IntervalTrigger(seconds=every, jitter=every * _JITTER, timezone=UTC),
                    args=(step,),
                    id=f"{step.name}-{lane}",
                    next_run_time=datetime.now(UTC) + timedelta(seconds=every * lane / step.lanes),
                )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Begins nothing more, and returns when what is under way has come to an end."""
        if self._scheduler is None:
            return
        self._stopping.set()
        self._on_stop()
        self._scheduler.shutdown(wait=True)
        self._scheduler = None

    def tick(self, step: Step) -> None:
        """Lets a step go on until nothing is left to do, or its time is up. Never raises."""
        began = self._clock()
        try:
            while not self._stopping.is_set() and step.run(self._now()):
                if self._clock() - began >= step.lasting.total_seconds():
                    break
        except Exception as error:  # noqa: BLE001 - a ticker that dies of one step would take all others with it
            # Never with its text or a traceback, which may show a customer.
            log.error("a step failed; it is tried again", step=step.name, error=type(error).__name__)  # noqa: TRY400
            self._failing.setdefault(step.name, self._clock())
            self._observer.broke(step.name)
        else:
            self._failing.pop(step.name, None)
        self._ended[step.name] = self._clock()
        self._observer.ticked(step.name, seconds=self._ended[step.name] - began)

    def round(self, *, without: Collection[str] = ()) -> None:
        """One tick of every step but those, one after the other: for whoever has a time of their own."""
        for step in self._steps:
            if step.name not in without:
                self.tick(step)

    @property
    def names(self) -> Sequence[str]:
        """The names of the steps."""
        return [step.name for step in self._steps]

    @property
    def is_alive(self) -> bool:
        """Whether the thread that says "now" lives."""
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and thread.is_alive()

    def age(self, name: str) -> float:
        """Seconds since a tick of this step last ended."""
        return self._clock() - self._ended.get(name, self._clock())

    def probe(self) -> str | None:
        """For ``/readyz``: what doesn't run; ``None``: everything does."""
        if not self.is_alive:
            return "nothing is looked at any more: restart Seen"
        late = [step.name for step in self._steps if self.age(step.name) > _patience(step)]
        if late:
            return f"not looked at in time: {', '.join(late)}"
        failing = [name for name, since in sorted(self._failing.items()) if self._clock() - since > _FAILING]
        return f"fails again and again: {', '.join(failing)}" if failing else None


def _patience(step: Step) -> float:
    return (2 * step.every + step.lasting + _LATE).total_seconds()
