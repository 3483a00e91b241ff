"""What Seen does unasked, put together: the steps that its ticker calls, and what shows whether they get through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.alerts import Alerts
from bot.digest import Digest
from bot.health import Probe
from bot.notices import Manners, Notices
from bot.notices import Observer as NoticesObserver
from bot.notices.content import Content
from bot.schedule import Observer as ScheduleObserver
from bot.schedule import Schedule, Step
from bot.slack.posting import Posting
from bot.watches import Watches
from store import alerts, news, notices, watches
from store.alert_records import NoticeKind
from store.database import Database
from store.errors import StoreError

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=5)
"""Between two looks at what is due. A look that finds nothing costs next to nothing."""
DIGEST_TICK = timedelta(minutes=1)
LEARN_TICK = timedelta(minutes=1)
SYNC_TICK = timedelta(seconds=5)
"""Between two looks whether Postmark is to be asked; how often it is says ``bot.sync.pace``."""
POST_TICK = timedelta(seconds=1)
POST_LANES = 4
"""Channels that are posted in at the same time: Slack takes a while for each post."""
OVERDUE = timedelta(minutes=15).total_seconds()
"""So long after it fell due a notice that isn't said yet shows as a trouble."""
_FORGOTTEN_AT_ONCE = 1000


class Observer(NoticesObserver, ScheduleObserver, Protocol):
    """Who wants to know: the metrics."""

    def watch_step(self, name: str, age: Callable[[], float]) -> None:
        """From now on the age of that step's last tick, in seconds, is what ``age`` says."""

    def watch_waiting(self, what: str, count: Callable[[], float]) -> None:
        """From now on so much waits as ``count`` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What it is made of. Without ``posting`` nothing is said, and nothing is watched over."""

    database: Database
    posting: Posting | None
    alerts: Alerts | None
    watches: Watches | None
    digest: Digest | None
    now: Callable[[], datetime]
    manners: Manners
    fallback: str | None
    """Where to tell of channels that Slack won't have us in."""
    observer: Observer
    more: Sequence[Step] = ()
    """What else is done again and again."""
    release: Callable[[], None] | None = None
    """Gives what these have taken back to other processes, once they are over."""


class Unasked:
    """A side of the server: begins with it, ends with it."""

    def __init__(self, parts: Parts) -> None:
        self._now, self._database, self._release = parts.now, parts.database, parts.release or _nothing
        self.notices = _notices(parts)
        steps = [*(_speaking(parts, self.notices) if self.notices else _silent(parts)), *parts.more]
        on_stop = self.notices.stop if self.notices else _nothing
        self.schedule = Schedule(steps, now=parts.now, observer=parts.observer, on_stop=on_stop)
        for name in self.schedule.names:
            parts.observer.watch_step(name, partial(self.schedule.age, name))
        counts = {
            "notices": notices.count_pending,
            "news": news.count,
            "alerts": alerts.count_open,
            "watches": watches.count_open,
        }
        for what, count in counts.items():
            parts.observer.watch_waiting(what, partial(self._counted, count))
        parts.observer.watch_waiting("oldest notice in seconds", self._oldest)

    def start(self) -> None:
        """Begins, without waiting for anybody."""
        self.schedule.start()

    def stop(self) -> None:
        """Ends what is under way and begins nothing more. What this process had taken, others may take at once."""
        self.schedule.stop()
        try:
            self._release()
        except StoreError as error:
            log.warning("what was taken could not be given back; others wait for it", error=type(error).__name__)

    @property
    def probes(self) -> Mapping[str, Probe]:
        """For ``/readyz``."""
        return {"schedule": self.schedule.probe, "notices": self._overdue}

    def trouble(self) -> str | None:
        """What keeps something from being said in time; ``None``: nothing does. For workers."""
        return next((found for probe in self.probes.values() if (found := probe())), None)

    def _overdue(self) -> str | None:
        """What should have been said long ago and isn't."""
        late = self._oldest()
        return f"something to say has been waiting for {late / 60:.0f} minutes" if late > OVERDUE else None

    def _oldest(self) -> float:
        """Seconds since the oldest of what isn't said fell due. Raises ``StoreError``."""
        with self._database.read() as connection:
            oldest = notices.oldest_unsent(connection)
        return max(0.0, (self._now() - oldest).total_seconds()) if oldest else 0.0

    def _counted(self, count: Callable[[Connection], int]) -> float:
        """A number out of the database; not a number while it can't be read."""
        try:
            with self._database.read() as connection:
                return float(count(connection))
        except StoreError:
            return float("nan")


def _notices(parts: Parts) -> Notices | None:
    if parts.posting is None:
        return None
    contents: dict[NoticeKind, Content] = {}
    if parts.alerts is not None:
        contents.update(parts.alerts.content)
    if parts.watches is not None:
        contents[NoticeKind.WATCH] = parts.watches
    if parts.digest is not None:
        contents[NoticeKind.DIGEST] = parts.digest
    return Notices(
        parts.database,
        parts.posting,
        contents,
        manners=parts.manners,
        fallback=parts.fallback,
        observer=parts.observer,
        elsewhere={NoticeKind.WATCH: parts.watches.elsewhere} if parts.watches else None,
    )


def _speaking(parts: Parts, notices: Notices) -> Iterator[Step]:
    """What is looked at and said. Posting has lanes of its own: Slack may be slow, deciding must not wait for it."""
    if parts.alerts is not None:
        yield Step(name="enroll", run=parts.alerts.enroll, every=TICK)
        yield Step(name="plan", run=parts.alerts.plan, every=TICK)
        yield Step(name="follow", run=parts.alerts.follow, every=TICK)
    if parts.watches is not None:
        yield Step(name="watch", run=parts.watches.look, every=TICK)
    if parts.digest is not None:
        yield Step(name="digest", run=parts.digest.plan, every=DIGEST_TICK)
    yield Step(name="post", run=notices.post, every=POST_TICK, lanes=POST_LANES)


def _silent(parts: Parts) -> Iterator[Step]:
    """What is done where nobody wants to be told: news would pile up for nobody."""

    def forget(now: datetime) -> bool:
        del now
        with parts.database.write() as connection:
            return len(news.take(connection, _FORGOTTEN_AT_ONCE)) == _FORGOTTEN_AT_ONCE

    yield Step(name="forget", run=forget, every=DIGEST_TICK)


def _nothing() -> None:
    return None
