"""The one writer of events: many waiting requests share each durable commit.

A door calls ``await writer.put(arrival)`` and may answer "stored" when it returns: by then the row is committed. One
thread takes whatever has gathered, writes it with one statement and commits once. What does not have to be there
before the answer, filing events under their messages, recipients and references, follows between the commits.
Several processes may write to one database: a row is inserted unless its key is there, so the same event told twice,
or to two of them, is one row.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Protocol

import structlog

from store import cursors, events
from store.database import Database
from store.errors import Broken, StoreError
from store.records import Arrival, Message, Source

log = structlog.get_logger(__name__)

FILE_AT_ONCE = 200
"""Events filed in one transaction: few enough that a request never waits long behind it."""
QUIET = 0.05
"""Seconds without a new event after which filing goes on undisturbed."""
REST = 3.0
"""While events keep coming, filing takes one part of the time and leaves this many to them …"""
CROWD = 16
"""… unless so many of them are waiting: then they go first,"""
FILE_EVERY = 1.0
"""but never for longer than this many seconds."""
NOTED_EVERY = timedelta(minutes=1)
"""How often it is noted that webhooks come that tell nothing new."""
AFTER_FAILURE = 5.0
"""Seconds until filing is tried again after it failed."""


class NotTaken(StoreError):  # noqa: N818 - named like the store's own errors
    """The writer is not running, or holds as much as it may: the sender should come again."""

    retryable = True

    def __init__(self, what: str) -> None:
        super().__init__(what, "If this lasts, the database is too slow for what comes in: look at its disk and load.")


class Observer(Protocol):
    """Who wants to know what the writer does: the metrics. Called from the writer's thread."""

    def committed(self, *, events: int, new: int, seconds: float) -> None:
        """A batch was committed: its events, how many of them were not known before, and how long it took."""

    def failed(self, *, events: int) -> None:
        """So many events could not be stored; their senders are told so."""


class _Post:
    """One event on its way into the store, and the caller who waits for it."""

    __slots__ = ("arrival", "done", "error", "loop", "new", "tell_new")

    def __init__(self, arrival: Arrival, loop: asyncio.AbstractEventLoop, *, tell_new: bool) -> None:
        self.arrival = arrival
        self.loop = loop
        self.done = loop.create_future()
        self.tell_new = tell_new
        self.new: bool | None = None
        self.error: StoreError | None = None


class Writer:
    """Commits events in groups, on a thread of its own.

    Args:
        database: where to.
        references: finds the business numbers of a message (``bot.references``), for filing.
        max_batch: how many events share a commit at most.
        queue_limit: how many events may wait; the senders of more are told to come again.
        byte_limit: how many characters of bodies may wait.
        observer: is told of every commit.
        clock: seconds, for intervals only.
    """

    def __init__(
        self,
        database: Database,
        *,
        references: Callable[[Message], tuple[str, ...]],
        max_batch: int = 500,
        queue_limit: int = 20_000,
        byte_limit: int = 128 * 1024 * 1024,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._references = references
        self._max_batch = max_batch
        self._queue_limit = queue_limit
        self._byte_limit = byte_limit
        self._observer = observer
        self._clock = clock
        self._queue: SimpleQueue[_Post | None] = SimpleQueue()
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._accepting = False
        self._heard_at: datetime | None = None
        """When a webhook last came, new or not: a sweep may have told the same before."""
        self._noted_at: datetime | None = None
        self._file_from = self._file_by = clock()
        """From when on filing may go on although events keep coming, and when it must."""

    # ── For the doors ────────────────────────────────────────────────────────────────────────────────────────────

    async def put(self, arrival: Arrival) -> None:
        """Returns once the event is committed, or was there already.

        Raises:
            StoreError: it is not stored.
        """
        await self._put(arrival, tell_new=False)

    async def put_each(self, arrivals: Iterable[Arrival]) -> list[bool | StoreError]:
        """Commits several events; says of each whether it was new, or why it is not stored."""
        outcomes = await asyncio.gather(
            *(self._put(arrival, tell_new=True) for arrival in arrivals), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, StoreError):
                raise outcome
        return [outcome if isinstance(outcome, StoreError) else bool(outcome) for outcome in outcomes]

    @property
    def depth(self) -> int:
        """How many events are waiting."""
        return self._queue.qsize()

    @property
    def running(self) -> bool:
        """Whether events are taken and the thread that stores them lives."""
        return self._accepting and self._thread is not None and self._thread.is_alive()

    async def _put(self, arrival: Arrival, *, tell_new: bool) -> bool | None:
        post = _Post(arrival, asyncio.get_running_loop(), tell_new=tell_new)
        size = len(arrival.raw)
        with self._lock:
            if not self._accepting:
                raise NotTaken("the writer is not running")
            if self._queue.qsize() >= self._queue_limit or self._waiting_bytes + size > self._byte_limit:
                raise NotTaken("too many events are waiting to be stored")
            self._waiting_bytes += size
            self._queue.put(post)
        await post.done
        if post.error is not None:
            raise post.error
        return post.new

    # ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Starts the thread; harmless when it runs."""
        with self._lock:
            if self._accepting:
                return
            self._accepting = True
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Takes nothing more, and returns when all that waited is committed."""
        with self._lock:
            if not self._accepting:
                return
            self._accepting = False
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        running = True
        patience: float | None = 0  # an earlier run may have left something to file
        while running:
            batch, running = self._gather(patience)
            if batch:
                self._store(batch)
                with self._lock:
                    self._waiting_bytes -= sum([len(post.arrival.raw) for post in batch])
                _wake(batch)
                patience = max(patience or 0, QUIET)
            if running and (not batch or self._may_file()):
                patience = self._file()

    def _gather(self, patience: float | None) -> tuple[list[_Post], bool]:
        """What has come in, and whether to go on; nothing has, when ``patience`` (seconds) ran out."""
        batch: list[_Post] = []
        try:
            post = self._queue.get(timeout=patience) if patience != 0 else self._queue.get_nowait()
        except Empty:
            return batch, True
        while post is not None:
            batch.append(post)
            if len(batch) >= self._max_batch or self._queue.empty():
                return batch, True
            post = self._queue.get_nowait()
        return batch, False

    # ── Storing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _store(self, batch: Sequence[_Post]) -> None:
        """Commits a batch; afterwards every post knows how it went."""
        started = self._clock()
        try:
            new = self._commit(batch)
        except StoreError as error:
            if len(batch) > 1 and isinstance(error, Broken):
                # Perhaps one event of them cannot be stored: the others must not suffer from it.
                for post in batch:
                    self._store((post,))
                return
            # Never with a traceback: its lines could show what was to be stored.
            log.error("events not stored", error=type(error).__name__, advice=error.advice, events=len(batch))  # noqa: TRY400
            for post in batch:
                post.error = error
            if self._observer is not None:
                self._observer.failed(events=len(batch))
            return
        heard = [post.arrival.received_at for post in batch if post.arrival.event.source is Source.WEBHOOK]
        self._heard_at = max([*heard, *([self._heard_at] if self._heard_at else [])], default=None)
        if self._observer is not None:
            self._observer.committed(events=len(batch), new=new, seconds=self._clock() - started)

    def _commit(self, batch: Sequence[_Post]) -> int:
        """All in one transaction; how many were new.

        Raises:
            StoreError: nothing of the batch is stored.
        """
        together = [post.arrival for post in batch if not post.tell_new]
        try:
            with self._database.write() as connection:
                new = events.add(connection, together) if together else 0
                if len(together) < len(batch):
                    for post in batch:
                        if post.tell_new:
                            post.new = bool(events.add(connection, (post.arrival,)))
                            new += post.new
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
            # Its text may hold what was to be stored: only its type is told.
            raise Broken(
                f"the database failed unexpectedly ({type(error).__name__})", "Look at the database's own log."
            ) from None
        return new

    # ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _may_file(self) -> bool:
        return self._clock() >= (self._file_from if self._queue.qsize() < CROWD else self._file_by)

    def _file(self) -> float | None:
        """Files some of what is not filed yet. How long to wait for events before going on; ``None``: all is filed."""
        started = self._clock()
        try:
            with self._database.write() as connection:
                filed = events.file_new(connection, references=self._references, limit=FILE_AT_ONCE)
                if self._heard_at and (self._noted_at is None or self._heard_at - self._noted_at >= NOTED_EVERY):
                    cursors.advance(connection, cursors.LAST_WEBHOOK, self._heard_at)
                    self._noted_at = self._heard_at
        except Exception as error:  # noqa: BLE001 - filing must never stop the storing; it is tried again
            log.error("events not filed", error=type(error).__name__)  # noqa: TRY400 - the same
            self._file_from = self._file_by = self._clock() + AFTER_FAILURE
            return AFTER_FAILURE
        ended = self._clock()
        self._file_from, self._file_by = ended + REST * (ended - started), ended + FILE_EVERY
        return 0 if filed == FILE_AT_ONCE else None


def _wake(batch: Sequence[_Post]) -> None:
    """Lets the callers go on, each in its own event loop."""
    for loop in {post.loop for post in batch}:
        try:
            loop.call_soon_threadsafe(_settle, [post.done for post in batch if post.loop is loop])
        except RuntimeError:
            continue  # that loop is closed: nobody waits there any more


def _settle(waiting: Iterable[asyncio.Future[None]]) -> None:
    for done in waiting:
        if not done.done():  # its caller may have given up
            done.set_result(None)
