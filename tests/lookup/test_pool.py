"""The threads that ask side by side."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from bot.lookup.pool import Pool


def test_work_is_done_side_by_side_but_never_by_more_than_the_limit() -> None:
    """As many things happen at once as there are workers, and no more; everything gets done."""
    pool, together, lock = Pool(3), threading.Barrier(3, timeout=60), threading.Lock()
    at_once: list[int] = []
    running = 0

    def work() -> None:
        nonlocal running
        with lock:
            running += 1
            at_once.append(running)
        together.wait()
        with lock:
            running -= 1

    done, late = wait([pool.submit(work) for _ in range(9)], timeout=60)
    assert (len(done), len(late), max(at_once)) == (9, 0, 3)


def test_a_failure_reaches_whoever_waits() -> None:
    """An error in a thread comes out where the result is taken, and the thread goes on working."""
    pool = Pool(1)

    def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError):
        pool.submit(fail).result(timeout=60)
    assert pool.submit(lambda: 7).result(timeout=60) == 7


def test_what_has_not_begun_can_be_taken_back() -> None:
    """Work that still waits for a thread is never begun once it is cancelled."""
    pool, gate, done = Pool(1), threading.Event(), []
    first = pool.submit(lambda: gate.wait(60))
    second = pool.submit(lambda: done.append("second"))
    assert second.cancel()
    gate.set()
    third = pool.submit(lambda: done.append("third"))
    third.result(timeout=60)
    assert first.result(timeout=60)
    assert done == ["third"]


def test_its_threads_are_daemons() -> None:
    """No thread of a pool keeps the process from ending."""
    daemon = Pool(1).submit(lambda: threading.current_thread().daemon)
    assert daemon.result(timeout=60)
