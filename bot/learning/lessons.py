"""How much of the history a lesson looks at, read from the store part by part.

A lesson looks at the newest `EMAILS` emails of the last `REACH`, or fewer where they went to very many people
(`TRAILS`): enough for every figure that is learned, and bounded however long the history is. What came of them is kept
in memory while it is learned from, about a kilobyte for each; the emails themselves are read again where needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import gathering, marks
from bot.evidence.beside import Beside
from bot.evidence.hearing import Hearing, heard
from bot.evidence.learning import Learned
from bot.evidence.lesson import READINGS, Lesson
from bot.evidence.own import OwnNetworks
from bot.learning.servers import Servers
from store import events, messages
from store.database import Database
from store.records import Trail

EMAILS = 4_000
TRAILS = 6_000
REACH = timedelta(days=180)
PART = 100
"""So many emails are read at once."""
EVENTS_HEARD = 20_000
"""From so many of the newest events it is told whether webhooks come, and when they did not."""


def hear(database: Database, now: datetime) -> Hearing:
    """How the sender hears of what happens, as the newest events tell. Raises ``StoreError``."""
    with database.read() as connection:
        return heard(events.newest(connection, limit=EVENTS_HEARD), now)


@dataclass(slots=True)
class Course:
    """One lesson from the store: once ``steps`` are at their end, ``learned`` is there. Raises ``StoreError``."""

    database: Database
    servers: Servers
    own_networks: OwnNetworks
    now: datetime
    asks: bool = True
    """Whether DNS may be asked."""
    most: int = EMAILS
    learned: Learned | None = None
    since: datetime | None = None
    """The oldest email looked at; ``None``: there was none."""
    emails: int = 0
    """How many were looked at."""

    def steps(self) -> Iterator[None]:
        """Each takes a moment; between them one may pause."""
        ids, domains = self._survey()
        yield
        if self.asks:
            yield from self.servers.ask(domains, self.now)
        with self.database.read() as connection:
            words = marks.soft_labels(connection, until=self.now)
        hearing, hosts = hear(self.database, self.now), self.servers.known(domains)
        yield
        lesson = Lesson(self.now, hearing, Beside(own_networks=self.own_networks, hosts=hosts, words=words))
        for _ in range(READINGS):
            for part in self._parts(ids, lesson):
                lesson.read(part)
                yield
            self.learned = lesson.conclude()
            yield

    def _survey(self) -> tuple[list[str], set[str]]:
        """Which emails are looked at, newest first, and the domains they went to."""
        with self.database.read() as connection:
            newest = messages.newest(connection, since=self.now - REACH, until=self.now, limit=self.most)
            ids, domains, trails = [], set(), 0
            for message_id, theirs in messages.domains_of(connection, newest).items():
                trails += len(theirs)
                if trails > TRAILS:
                    break
                ids.append(message_id)
                domains.update(theirs)
        self.emails = len(ids)
        return ids, domains

    def _parts(self, ids: Sequence[str], lesson: Lesson) -> Iterator[list[Trail]]:
        """What the store holds of the emails that are needed, some at a time."""
        for at in range(0, len(ids), PART):
            part = [message_id for message_id in ids[at : at + PART] if lesson.needs(message_id)]
            if part:
                with self.database.read() as connection:
                    loaded = messages.load(connection, part)
                    trails = gathering.trails(connection, loaded, until=self.now)
                sent = [message.sent_at for message in loaded if message.sent_at]
                self.since = min([*sent, *([self.since] if self.since else [])], default=None)
                yield trails
