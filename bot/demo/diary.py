"""When things happen at a small firm: emails go out in working hours, people look at them while they are awake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from random import Random

OPENS, CLOSES = time(8), time(17, 30)
WAKES, SLEEPS = time(6, 45), time(22, 30)
STILL = timedelta(minutes=10)
"""Nothing happens so shortly before the present: the newest moments of a real history are as unsettled."""


@dataclass(frozen=True, slots=True)
class Diary:
    """Draws moments of the past: aware UTC, at hours that suit the people of the firm's zone."""

    random: Random
    now: datetime
    zone: tzinfo

    @property
    def latest(self) -> datetime:
        """The last moment at which anything has happened."""
        return self.now - STILL

    def working(self, *, oldest: timedelta, youngest: timedelta) -> datetime:
        """A working moment between two ages. When there is none, as on a long weekend, it is one before them."""
        earliest, latest = self.now - oldest, self.now - youngest
        for attempt in range(10_000):
            at = self._between(earliest - attempt // 50 * timedelta(hours=6), latest)
            local = at.astimezone(self.zone)
            if local.weekday() < 5 and OPENS <= local.time() < CLOSES:
                return at
        raise AssertionError  # pragma: no cover - every week has working hours

    def any_time(self, *, oldest: timedelta, youngest: timedelta) -> datetime:
        """A moment between two ages, at whatever hour: what programs send by themselves."""
        return self._between(self.now - oldest, self.now - youngest)

    def looked(self, sent_at: datetime, usual: timedelta) -> datetime:
        """When somebody looks who usually takes so long: sometimes much longer, never at once, never in the night."""
        delay = usual * self.random.lognormvariate(0, 0.7)
        return self.awake(sent_at + max(self.some(timedelta(minutes=7), timedelta(minutes=15)), delay))

    def awake(self, at: datetime) -> datetime:
        """This moment, or one in the morning after it when people sleep."""
        local = at.astimezone(self.zone)
        if WAKES <= local.time() < SLEEPS:
            return at
        day = local.date() if local.time() < WAKES else local.date() + timedelta(days=1)
        morning = datetime.combine(day, WAKES, self.zone).astimezone(UTC)
        return morning + self.some(timedelta(minutes=5), timedelta(minutes=100))

    def some(self, least: timedelta, most: timedelta) -> timedelta:
        """A length of time between the two."""
        return least + (most - least) * self.random.random()

    def _between(self, earliest: datetime, latest: datetime) -> datetime:
        return earliest + (latest - earliest) * self.random.random()
