"""Learns the habits of recipients from the history, a step at a time, and keeps what it learned in the store.

A scheduler calls ``step`` every few minutes, and again at once while there is more to do. Of several processes one
learns at a time: it holds a lease, which a process that dies leaves to the others. What it writes holds as a whole or
not at all, so an answer never mixes two lessons; a lesson broken off is begun anew.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from bot.evidence import VERSION
from bot.evidence.learning import Learned
from bot.evidence.own import OwnNetworks
from bot.evidence.remembering import HEARING, of_hearing, pieces
from bot.learning.known import Known
from bot.learning.lessons import EMAILS, Course, hear
from bot.learning.servers import AsksForServers, Servers
from store import cursors, learned, messages
from store.database import Database
from store.errors import StoreError
from store.records import Trail

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""While something new keeps coming, it is learned from so often."""
AT_LEAST = timedelta(days=1)
"""What is known fades even when nothing comes."""
LITTLE = 200
"""Emails. So short a history is learned from on the way of an answer: in a fraction of a second."""
LISTENS = timedelta(hours=1)
"""Whether webhooks have stopped coming is looked at so often: then nothing new comes that would have it looked at."""
SLICE = 0.5
"""Seconds after which a step ends at the next pause."""
_OTHERWISE = timedelta(minutes=1)
"""Two programs of other editions, or other settings, on one database must not make each other learn all the time."""
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LEASE = timedelta(minutes=2)
_LEARNING, _LISTENED = "habits are being learned", "webhooks were listened for"
_WRITTEN_AT_ONCE = 1_000


class Learning:
    """Learns habits, and knows them for answers. Safe to use from several threads and processes.

    Args:
        database: the own store.
        own_networks: the office's, whose visits teach nothing.
        resolver: makes what asks DNS for the mail servers of domains, when it is first needed; ``None``: nobody asks.
        emails: how many of the newest emails a lesson looks at, at most.
        clock: seconds that pass, for how long a step takes.
    """

    def __init__(
        self,
        database: Database,
        own_networks: OwnNetworks,
        resolver: Callable[[], AsksForServers] | None = None,
        *,
        emails: int = EMAILS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._own_networks = database, own_networks
        self._emails, self._clock = emails, clock
        self._servers = Servers(database, resolver)
        self._rules = f"{VERSION} {own_networks}".strip()
        self._known = Known(self._rules, own_networks)
        self._turn = threading.Lock()
        self._work: Iterator[None] | None = None
        self._long_since = _NEVER  # since then the history is known to be longer than little
        self._held: datetime | None = None

    # ── Learning ─────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self, now: datetime) -> bool:
        """Goes on learning for about half a second; whether there is more to do at once. Raises ``StoreError``.

        Nothing is done when nothing is new, or when somebody else is at it. Only what had happened by ``now`` when a
        lesson began has a part in it.
        """
        if not self._turn.acquire(blocking=False):
            return False
        try:
            return self._step(now, ends=self._clock() + SLICE, asks=True)
        finally:
            self._turn.release()

    def finish(self, now: datetime, *, patience: float) -> None:
        """Steps until there is no more to do, or so many seconds have passed. Raises ``StoreError``."""
        ends = self._clock() + patience
        while self.step(now) and self._clock() < ends:
            pass

    def catch_up(self, now: datetime) -> None:
        """Learns what is new, if the history is short: so that who runs no server has habits too.

        For the way of an answer: it takes a fraction of a second at most, and asks nobody. Where the store does not
        let it, answers go without.
        """
        if now >= self._long_since:
            return
        try:
            with self._database.read() as connection:
                if not self._little(connection, now):
                    return
            if self._turn.acquire(blocking=False):
                try:
                    if self._work is None:  # else a scheduler is at it
                        self._step(now, ends=math.inf, asks=False)
                finally:
                    self._turn.release()
        except StoreError as error:
            log.warning("habits could not be learned before an answer: %s", error)

    def lesson(self) -> learned.Lesson | None:
        """What habits were learned from; ``None``: nothing was learned yet. Raises ``StoreError``."""
        with self._database.read() as connection:
            newest = learned.newest(connection)
        return newest if newest and newest.rules == self._rules else None

    def _step(self, now: datetime, *, ends: float, asks: bool) -> bool:
        if self._work is None:
            if not self._is_due(now) or not self._claims(now):
                return False
            self._work = self._learn(now, asks=asks)
        elif not self._still_holds(now):
            self._work = None
            return False
        try:
            for _ in self._work:
                if self._clock() >= ends:
                    return True
        except StoreError:
            self._work = None
            raise
        self._work = None
        self._release(now)
        return False

    def _is_due(self, now: datetime) -> bool:
        with self._database.read() as connection:
            last, news = learned.newest(connection), learned.news(connection)
            if last is None or last.rules != self._rules:
                anything = messages.newest(connection, since=_EVER, until=now, limit=1)
                return bool(anything) and (last is None or now - last.at >= _OTHERWISE)
            listened = cursors.get(connection, _LISTENED) or last.at
        age = now - last.at
        if age >= AT_LEAST:
            return True
        if (last.last_event, last.marks) != (news.last_event, news.marks):
            return age >= EVERY
        if now - listened >= LISTENS:
            self._listen(now)
        return False

    def _listen(self, now: datetime) -> None:
        hearing = hear(self._database, now)
        with self._database.write() as connection:
            learned.replace(connection, HEARING, of_hearing(hearing))
            cursors.put(connection, _LISTENED, now)

    def _learn(self, now: datetime, *, asks: bool) -> Iterator[None]:
        with self._database.read() as connection:
            news = learned.news(connection)  # what comes while it is learned from is news to the next lesson
        course = Course(self._database, self._servers, self._own_networks, now, asks=asks, most=self._emails)
        yield from course.steps()
        if course.learned is None:
            return
        lesson = learned.Lesson(
            rules=self._rules,
            at=now,
            since=course.since,
            emails=course.emails,
            last_event=news.last_event,
            marks=news.marks,
        )
        yield from self._write(lesson, course.learned, now)

    def _write(self, lesson: learned.Lesson, taught: Learned, now: datetime) -> Iterator[None]:
        with self._database.write() as connection:
            number = learned.begin(connection, lesson)
        for some in _parts(pieces(taught)):
            with self._database.write() as connection:
                learned.write(connection, number, some)
            yield
        with self._database.write() as connection:
            learned.finish(connection, number, now)
            cursors.put(connection, _LISTENED, now)
        more = True
        while more:
            yield
            with self._database.write() as connection:
                more = learned.forget(connection, limit=_WRITTEN_AT_ONCE)

    # ── One at a time ────────────────────────────────────────────────────────────────────────────────────────────

    def _claims(self, now: datetime) -> bool:
        self._held = now + _LEASE
        with self._database.write() as connection:
            return cursors.claim(connection, _LEARNING, now=now, until=self._held)

    def _still_holds(self, now: datetime) -> bool:
        return self._moves_to(now + _LEASE)

    def _release(self, now: datetime) -> None:
        self._moves_to(now)

    def _moves_to(self, until: datetime) -> bool:
        held, self._held = self._held, until
        with self._database.write() as connection:
            return held is not None and cursors.move(connection, _LEARNING, held=held, to=until)

    # ── Knowing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, connection: Connection, trails: Sequence[Trail], *, at: datetime) -> Learned | None:
        """What is known of these trails' recipients by ``at``; ``None``: nothing, so that averages hold.

        What was learned from later events is not used. Where nothing was learned by then and the history is short, it
        is learned from here and now.
        """
        if not trails:
            return None
        found = self._known.of(connection, trails, at=at)
        return found or self._known.from_these(connection, self._little(connection, at), at=at)

    def _little(self, connection: Connection, at: datetime) -> Sequence[str]:
        """The ids of all messages sent by ``at``, where they are few; a history that was long once stays so."""
        if at >= self._long_since:
            return ()
        ids = messages.newest(connection, since=_EVER, until=at, limit=LITTLE + 1)
        if len(ids) <= LITTLE:
            return ids
        self._long_since = at
        return ()


def _parts(pieces: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    every = iter(pieces)
    while part := list(islice(every, _WRITTEN_AT_ONCE)):
        yield part
