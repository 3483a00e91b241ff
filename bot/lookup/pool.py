"""A few threads that work side by side and never keep the process from ending.

The executors of ``concurrent.futures`` wait at exit for every thread of theirs: one server that hangs would hold up a
command that has long printed its answer. These threads are daemons.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Pool:
    """At most ``workers`` threads, each started when there is more to do than the running ones can take up."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._idle = 0

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Has some work done by the next free thread. Cancelling the future takes it back while it still waits."""
        future: Future[T] = Future()
        with self._lock:
            self._queue.put((future, work))
            if self._queue.qsize() > self._idle and self._started < self._workers:
                self._started += 1
                threading.Thread(target=self._work, name=f"lookup-{self._started}", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            future, work = self._queue.get()
            with self._lock:
                self._idle -= 1
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the result
                future.set_exception(error)
            del future, work  # nothing is kept alive while waiting for more
