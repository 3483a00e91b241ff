"""When somebody is in: business hours, public holidays and the office's time zone together.

Everything is pure and takes aware times of any zone; what comes out is aware UTC. Hours are wall-clock hours of the
office, so a day on which the clocks change is an hour shorter or longer only where the office is open at that hour.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTE = timedelta(minutes=1)
_LONGEST_CLOSURE = timedelta(days=400)  # no calendar closes an office for longer; a bound for the loops below

Window = tuple[int, int]
"""Opening and closing of one stretch of a day, in minutes after midnight; 1440 is the day's end."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """The stretches of each weekday on which the office is open, Monday first, earliest first."""

    days: tuple[tuple[Window, ...], ...]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Which public holidays are kept: a country and, where its holidays differ by region, the region."""

    country: str
    region: str | None = None


def parse_hours(text: str) -> BusinessHours:
    """``Mon-Fri 08:00-18:00``, several entries parted by ``;`` and a lunch break as ``08:00-12:00,13:00-17:00``.

    Raises ``ValueError`` with half a sentence that says what is wrong and how it should look.
    """
    days: list[list[Window]] = [[] for _ in _DAYS]
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        names, _, times = entry.partition(" ")
        windows = [_window(part.strip(), entry) for part in times.split(",")]
        for day in _weekdays(names, entry):
            days[day] += windows
    if not any(days):
        raise ValueError("should name at least one open day, such as Mon-Fri 08:00-18:00")
    for windows in days:
        windows.sort()
        if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(windows)):
            raise ValueError(f"has hours that overlap on one day ({text.strip()}); give each stretch once")
    return BusinessHours(tuple(tuple(windows) for windows in days))


def _weekdays(names: str, entry: str) -> list[int]:
    found: list[int] = []
    for part in names.lower().split(","):
        first, dash, last = part.partition("-")
        start = _weekday(first)
        end = _weekday(last) if dash else start
        if start is None or end is None:
            raise ValueError(f"cannot be understood at “{entry}”; it should look like Mon-Fri 08:00-18:00")
        found += [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]
    return found


def _weekday(name: str) -> int | None:
    """Monday is 0; short names such as ``mon`` and ``thurs`` will do."""
    return next((day for day, full in enumerate(_DAYS) if len(name) >= 3 and full.startswith(name)), None)


def _window(text: str, entry: str) -> Window:
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?", text)
    if not match:
        raise ValueError(f"cannot be understood at “{entry}”; it should look like Mon-Fri 08:00-18:00")
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part or 0) for part in match.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or closes > 24 * 60:
        raise ValueError(f"names an hour that no clock shows ({text}); the day ends at 24:00")
    if closes <= opens:
        raise ValueError(f"closes before it opens ({text}); split a night into two entries at 24:00")
    return opens, closes


def parse_holidays(text: str | None) -> Holidays | None:
    """``US``, or with a region ``US-CA``, ``DE-BY``, ``GB-ENG``; nothing or ``none`` for no holidays at all.

    Raises ``ValueError`` with half a sentence that says what is wrong and how it should look.
    """
    if text is None or text.strip().lower() in {"", "none"}:
        return None
    country, _, region = text.strip().upper().partition("-")
    kept = Holidays(country, region or None)
    # Imported where it is needed: most commands start without it, and it is not a quick import.
    from holidays import list_supported_countries  # noqa: PLC0415

    regions = list_supported_countries().get(country)
    if regions is None:
        raise ValueError(f"names a country nobody knows ({country}); it should be a code such as US, DE-BY or GB-ENG")
    if kept.region and kept.region not in regions:
        known = f"one of {', '.join(regions)}" if regions else "left out: this country has none"
        raise ValueError(f"names a region {country} does not have ({kept.region}); it should be {known}")
    return kept


@lru_cache(maxsize=64)
def _calendar(kept: Holidays, year: int) -> Mapping[date, str]:
    """The holidays of one year with their names, from the ``holidays`` package."""
    from holidays import country_holidays  # noqa: PLC0415

    return dict(country_holidays(kept.country, subdiv=kept.region, years=year))


@dataclass(frozen=True, slots=True)
class Office:
    """When somebody is in."""

    timezone: ZoneInfo
    hours: BusinessHours
    holidays: Holidays | None = None

    def holiday(self, day: date) -> str | None:
        """The name of the public holiday on this day of the office's calendar; ``None`` on an ordinary day."""
        return _calendar(self.holidays, day.year).get(day) if self.holidays else None

    @property
    def day(self) -> timedelta:
        """The open time of an ordinary day: that of most open days of a week, of two the longer."""
        lengths = [sum(closes - opens for opens, closes in windows) for windows in self.hours.days]
        return timedelta(minutes=max(filter(None, lengths), key=lambda length: (lengths.count(length), length)))

    @property
    def week(self) -> timedelta:
        """The open time of a week without holidays."""
        return timedelta(minutes=sum(closes - opens for windows in self.hours.days for opens, closes in windows))

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is in at this moment; the closing minute itself is closed."""
        return any(opens <= at < closes for opens, closes in _windows(self, at.astimezone(self.timezone).date()))

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from ``at`` on when somebody is in: ``at`` itself while the office is open."""
        opens, _ = next(self._stretches(at))
        return opens

    def add_business_time(self, at: datetime, amount: timedelta) -> datetime:
        """The moment at which ``amount`` of open time has passed since ``at``.

        Whole days of hours are not assumed: 24 hours in an office open ten hours a day are two days and four hours.
        """
        left = amount
        for opens, closes in self._stretches(at):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError  # pragma: no cover - the stretches end only by raising

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time between two moments; nothing when they stand the other way round."""
        total = timedelta()
        if end <= start:
            return total
        day, last = start.astimezone(self.timezone).date(), end.astimezone(self.timezone).date()
        while day <= last:
            for opens, closes in _windows(self, day):
                if opens < end and closes > start:
                    total += min(closes, end) - max(opens, start)
            day += timedelta(days=1)
        return total

    def _stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches that end after ``at``, in order, the first cut to begin at ``at``."""
        at = at.astimezone(UTC)
        day = at.astimezone(self.timezone).date()
        last_open = day
        while day - last_open <= _LONGEST_CLOSURE:
            for opens, closes in _windows(self, day):
                if closes > at:
                    last_open = day
                    yield max(opens, at), closes
            day += timedelta(days=1)
        raise ValueError("The office is closed for more than a year: correct BUSINESS_HOURS or HOLIDAYS.")


@lru_cache(maxsize=1024)  # one answer asks for the same days again and again
def _windows(office: Office, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The open stretches of one day of the office's calendar, in UTC."""
    if office.holiday(day):
        return ()
    return tuple(
        (_moment(office, day, opens), _moment(office, day, closes))
        for opens, closes in office.hours.days[day.weekday()]
    )


def _moment(office: Office, day: date, minute: int) -> datetime:
    """A wall-clock minute of a day, in UTC; 1440 is the next day's midnight.

    A minute that the clocks skip is the moment at which they skip it; one that comes twice is the first of the two.
    """
    day += timedelta(days=minute // 1440)
    wall = datetime.combine(day, time(minute % 1440 // 60, minute % 60), tzinfo=office.timezone)
    moment = wall.astimezone(UTC)
    if wall.replace(fold=1).astimezone(UTC) < moment:  # skipped: this lies as far behind the change as the clocks skip
        offset = moment.astimezone(office.timezone).utcoffset()
        while (moment - _MINUTE).astimezone(office.timezone).utcoffset() == offset:
            moment -= _MINUTE
    return moment
