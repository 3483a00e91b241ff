"""Days, weeks and months of the office's calendar, as stretches of time.

A ``Span`` is half open, its ends in aware UTC; a missing end means "up to now". A date without a year is the last one
that has already begun: people ask about emails that were sent. Methods raise ``ValueError`` or ``OverflowError`` for
days that do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime | None]

_DAY = timedelta(days=1)
_MONTH_FIRST = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix")
_MONTH_FIRST_TOO = ("America/Anchorage", "America/Detroit", "America/Boise", "Pacific/Honolulu", "Pacific/Guam")
_MONTH_FIRST_REGIONS = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of an office at one moment. ``now`` is aware."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def month_first(self) -> bool:
        """Whether 11/3 is the third of November here, as it is in the United States alone."""
        name = str(self.zone.key)
        return name in _MONTH_FIRST or name in _MONTH_FIRST_TOO or name.startswith(_MONTH_FIRST_REGIONS)

    def at(self, day: date, clock: time = time.min) -> datetime:
        """A moment by the office's clock, as UTC."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def days(self, first: date, count: int = 1) -> Span:
        """Whole days from midnight to midnight, however long the clocks make them."""
        return self.at(first), self.at(first + count * _DAY)

    def back(self, **amount: float) -> Span:
        """From some time ago until now: ``back(hours=3)``."""
        return (self.now - timedelta(**amount)).astimezone(UTC), None

    def week(self, ago: int = 0) -> Span:
        """A week from Monday to Sunday; 0 is the present one."""
        monday = self.today - timedelta(days=self.today.weekday() + 7 * ago)
        return self.days(monday, 7)

    def weekend(self, ago: int = 0) -> Span:
        """Saturday and Sunday; 0 is the last weekend that has begun."""
        saturday = self.today - timedelta(days=(self.today.weekday() - 5) % 7 + 7 * ago)
        return self.days(saturday, 2)

    def month(self, ago: int = 0) -> Span:
        """A calendar month; 0 is the present one."""
        months = self.today.year * 12 + self.today.month - 1 - ago
        return self._month_of(months // 12, months % 12 + 1)

    def named_month(self, month: int, year: int | None = None) -> Span:
        """A month by its name; without a year the last one that has begun."""
        past = self.today.year if month <= self.today.month else self.today.year - 1
        return self._month_of(year or past, month)

    def year(self, year: int) -> Span:
        return self.at(date(year, 1, 1)), self.at(date(year + 1, 1, 1))

    def weekday(self, weekday: int, *, before_today: bool = False) -> Span:
        """The last such day, Monday being 0: today counts unless ``before_today``."""
        ago = (self.today.weekday() - weekday) % 7
        return self.days(self.today - (7 if before_today and not ago else ago) * _DAY)

    def date(self, day: int, month: int, year: int | None = None) -> Span:
        """A date; without a year the last one that has begun."""
        if year is not None:
            return self.days(date(year + 2000 if year < 100 else year, month, day))
        for past in range(self.today.year, self.today.year - 9, -1):  # nine years hold a 29 February in any century
            try:
                found = date(past, month, day)
            except ValueError:
                continue
            if found <= self.today:
                return self.days(found)
        raise ValueError("no such day")

    def day_of_month(self, day: int) -> Span:
        """As in "the 3rd": of this month if it has come, else of the last month that had one."""
        for ago in range(3):
            first = self.month(ago)[0].astimezone(self.zone).date()
            try:
                found = first.replace(day=day)
            except ValueError:
                continue
            if found <= self.today:
                return self.days(found)
        raise ValueError("no such day")

    def _month_of(self, year: int, month: int) -> Span:
        following = date(year + month // 12, month % 12 + 1, 1)
        return self.at(date(year, month, 1)), self.at(following)
