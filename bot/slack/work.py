"""Work that must not hold up the answer "I've got it": threads and a queue, both with an end.

Slack waits three seconds. What takes longer, or may, is handed in here. When the queue is full the caller is told at
once, so that it can say so, instead of keeping somebody waiting for an answer that comes too late.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, Full, Queue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple["Future[Any]", Callable[[], Any]]


class TooMuch(Exception):  # noqa: N818 - its name says what happened
    """The queue is full, or closed."""


class Work:
    """At most ``threads`` at work and ``waiting`` jobs in the queue. The threads never keep the process alive."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self._name, self._threads = name, threads
        self._queue: Queue[_Job] = Queue(waiting)
        self._lock = threading.Lock()
        self._started = 0
        self._unfinished = 0
        self._open = True

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Has a job done by the next free thread. Raises ``TooMuch`` at once when it can't be taken."""
        future: Future[T] = Future()
        with self._lock:
            if not self._open:
                raise TooMuch
            try:
                self._queue.put_nowait((future, job))
            except Full:
                raise TooMuch from None
            self._unfinished += 1
            if self._started < min(self._threads, self._unfinished):
                self._started += 1
                threading.Thread(target=self._run, name=f"{self._name}-{self._started}", daemon=True).start()
        return future

    @property
    def waiting(self) -> int:
        """How many jobs nobody is at yet."""
        return self._queue.qsize()

    @property
    def is_full(self) -> bool:
        """Whether a job would be turned away."""
        return not self._open or self._queue.full()

    @property
    def is_crowded(self) -> bool:
        """Whether a job handed in now would have to wait for a thread."""
        return self._unfinished >= self._threads

    def close(self, patience: float) -> bool:
        """Takes nothing more, and waits for what was taken, ``patience`` seconds at most; whether all was done."""
        with self._lock:
            self._open = False
        ends = time.monotonic() + patience
        while self._unfinished:
            if time.monotonic() > ends:
                return False
            time.sleep(0.02)
        return True

    def _run(self) -> None:
        while True:
            try:
                future, job = self._queue.get(timeout=1.0)
            except Empty:
                if self._open:
                    continue
                return
            try:
                self._do(future, job)
            finally:
                with self._lock:
                    self._unfinished -= 1
            del future, job

    @staticmethod
    def _do(future: Future[Any], job: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the result
            future.set_exception(error)
        else:
            future.set_result(result)
