"""How a time is said to a reader: near ones relative, far ones with a date, in the reader's zone, without seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """What the replies need of a clock. Another surface brings its own, with its own way of writing a time."""

    @property
    def now(self) -> datetime:
        """The moment the answer is given (aware)."""

    def when(self, at: datetime) -> str:
        """A moment as it stands in a sentence: ``today at 10:03 (12 minutes ago)``, ``on 2 Sep at 08:00``."""

    def until(self, at: datetime) -> str:
        """A moment as it stands after "until": ``16:57 today``, ``tomorrow at 08:00``, ``Monday at 08:00``."""

    def day(self, at: datetime) -> str:
        """A day as it stands in a sentence: ``today``, ``on Tuesday``, ``on 2 Sep``."""

    def short(self, at: datetime) -> str:
        """A moment for a column: always with the date."""


@dataclass(frozen=True, slots=True)
class ZoneClock:
    """The clock of a reader in one time zone. Days are days of that zone's calendar, whatever the clocks did."""

    now: datetime
    zone: tzinfo = UTC

    def when(self, at: datetime) -> str:
        """A moment as it stands in a sentence."""
        moment = f"{self.day(at)} at {self._clock(at)}"
        seconds = (self.now - at).total_seconds()
        if not 0 <= seconds < 3600:
            return moment
        return f"{moment} (just now)" if seconds < 60 else f"{moment} ({count(int(seconds // 60), 'minute')} ago)"

    def until(self, at: datetime) -> str:
        """A moment as it stands after "until"."""
        said = f"{self.day(at)} at {self._clock(at)}".removeprefix("on ")
        return f"{said.removeprefix('today at ')} today" if said.startswith("today at ") else said

    def day(self, at: datetime) -> str:
        """A day as it stands in a sentence."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        days = (local.date() - today.date()).days
        if -1 <= days <= 1:
            return ("yesterday", "today", "tomorrow")[days + 1]
        if -7 < days < 7:
            return f"on {local:%A}"
        # Within half a year a day and month are plain; beyond it the year is said, also across New Year.
        year = f" {local.year}" if abs(days) > 182 or (days > 0 and local.year != today.year) else ""
        return f"on {local.day} {local:%b}{year}"

    def short(self, at: datetime) -> str:
        """A moment for a column: ``Mon 23 Nov 10:03``."""
        local = at.astimezone(self.zone)
        year = f" {local.year}" if local.year != self.now.astimezone(self.zone).year else ""
        return f"{local:%a} {local.day:>2} {local:%b}{year} {self._clock(at)}"

    def _clock(self, at: datetime) -> str:
        """``10:03``; in the hour that comes twice when the clocks go back, with the zone's name of that moment."""
        local = at.astimezone(self.zone)
        twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
        return f"{local:%H:%M} {local.tzname()}" if twice else f"{local:%H:%M}"


def span(seconds: float) -> str:
    """A duration in the unit a person would choose: ``40 seconds``, ``12 minutes``, ``26 hours``, ``3 days``."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return count(round(seconds), "second")
    if seconds < 90 * 60:
        return count(round(seconds / 60), "minute")
    if seconds < 36 * 3600:
        return count(round(seconds / 3600), "hour")
    return count(round(seconds / 86400), "day")


def count(number: int, word: str) -> str:
    """``1 email``, ``4 emails``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
