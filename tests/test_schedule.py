"""The ticker: whatever a step does, it goes on, and when it doesn't, that shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedule import Schedule, Step

SOON = timedelta(seconds=0.05)


def until(happened: Callable[[], object], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it has not happened"
        time.sleep(0.01)


class Running:
    """Schedules that are stopped after a test."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.ticks: list[str] = []
        self._schedules: list[Schedule] = []

    def __call__(self, *steps: Step, **more: object) -> Schedule:
        schedule = Schedule(steps, now=lambda: datetime.now(UTC), observer=self, **more)  # type: ignore[arg-type]
        schedule.start()
        self._schedules.append(schedule)
        return schedule

    def ticked(self, step: str, *, seconds: float) -> None:
        assert seconds >= 0
        self.ticks.append(step)

    def broke(self, step: str) -> None:
        self.broken.append(step)

    def stop(self) -> None:
        for schedule in self._schedules:
            schedule.stop()


@pytest.fixture
def run() -> Iterator[Running]:
    running = Running()
    yield running
    running.stop()


def test_goes_on_while_there_is_more(run: Running) -> None:
    """A tick lets a step go on until nothing is left, and comes again after its interval."""
    calls: list[datetime] = []

    def step(now: datetime) -> bool:
        calls.append(now)
        return len(calls) % 5 != 0

    schedule = run(Step(name="plan", run=step, every=SOON))
    until(lambda: len(run.ticks) >= 3)
    assert len(calls) >= 15
    assert calls[0].tzinfo is not None
    assert schedule.probe() is None
    assert schedule.age("plan") < 60


def test_a_step_that_never_ends_by_itself(run: Running) -> None:
    """A step that always has more to do is stopped after its time, so that it shows that it lives."""
    run(Step(name="plan", run=lambda now: True, every=SOON, lasting=timedelta(seconds=0.1)))
    until(lambda: len(run.ticks) >= 2)


def test_a_step_that_fails(run: Running) -> None:
    """A step that fails is counted and tried again, and holds up no other."""

    def fail(now: datetime) -> bool:
        raise ValueError("somebody's address")

    schedule = run(Step(name="bad", run=fail, every=SOON), Step(name="good", run=lambda now: False, every=SOON))
    until(lambda: run.broken.count("bad") >= 3 and run.ticks.count("good") >= 3)
    assert schedule.probe() is None


def test_a_step_that_only_fails_shows(run: Running) -> None:
    """A step that has failed for minutes, on a full disk say, shows until it gets through once."""
    broken, ahead = threading.Event(), [0.0]
    broken.set()

    def step(now: datetime) -> bool:
        if broken.is_set():
            raise ValueError(now)
        return False

    schedule = run(Step(name="plan", run=step, every=SOON), clock=lambda: time.monotonic() + ahead[0])
    until(lambda: len(run.broken) >= 2)
    assert schedule.probe() is None
    ahead[0] = 180.0
    seen = len(run.broken)
    until(lambda: len(run.broken) > seen + 1)
    assert schedule.probe() == "fails again and again: plan"
    broken.clear()
    until(lambda: schedule.probe() is None)


def test_a_step_that_is_slow(run: Running) -> None:
    """Posting that hangs delays nothing else; and that it hangs shows in time."""
    go_on, begun = threading.Event(), threading.Event()

    def hang(now: datetime) -> bool:
        begun.set()
        return go_on.wait(120) and False

    at = [0.0]
    schedule = run(
        Step(name="post", run=hang, every=SOON),
        Step(name="plan", run=lambda now: False, every=SOON),
        clock=lambda: at[0],
    )
    assert begun.wait(60)
    until(lambda: run.ticks.count("plan") >= 3)
    at[0] = 100.0
    before = len(run.ticks)
    until(lambda: len(run.ticks) > before + 1)
    assert schedule.probe() == "not looked at in time: post"
    go_on.set()
    until(lambda: schedule.probe() is None)


def test_several_lanes(run: Running) -> None:
    """A step with several lanes runs as often at the same time, and no more often."""
    lock, at_work, most = threading.Lock(), [0], [0]

    def step(now: datetime) -> bool:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.1)
        with lock:
            at_work[0] -= 1
        return False

    run(Step(name="post", run=step, every=SOON, lanes=3))
    until(lambda: len(run.ticks) >= 20)
    assert 2 <= most[0] <= 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_ticker_shows(run: Running) -> None:
    """When the thread that says "now" is dead, health says so at once."""
    schedule = run(Step(name="plan", run=lambda now: False, every=SOON))
    until(lambda: run.ticks)
    assert schedule.probe() is None
    scheduler = schedule._scheduler
    assert scheduler is not None

    def die() -> None:
        raise SystemExit

    scheduler._process_jobs = die
    scheduler.wakeup()
    until(lambda: not schedule.is_alive)
    assert schedule.probe() == "nothing is looked at any more: restart Seen"


def test_stopping(run: Running) -> None:
    """A stop lets what is under way come to an end, begins nothing more, and can be done twice."""
    told: list[str] = []
    busy = threading.Event()

    def step(now: datetime) -> bool:
        busy.set()
        time.sleep(0.2)
        told.append("done")
        return True

    schedule = run(Step(name="post", run=step, every=SOON), on_stop=lambda: told.append("stop"))
    assert busy.wait(60)
    schedule.stop()
    count = len(told)
    schedule.stop()
    time.sleep(0.3)
    assert len(told) == count
    assert "stop" in told
    assert schedule.probe() is not None
