"""Until when somebody wishes to be told: "until Friday", "for 3 days", "till 3 December". It looks ahead.

Pure, and never raises. A day counts to its end, by the office's calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.question.calendar import Calendar
from bot.references import MONTH

_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SOMES = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_UNITS = {"hour": timedelta(hours=1), "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when (aware UTC; ``None``: nothing is said of it), and the text without those words."""

    until: datetime | None
    rest: str


def find(text: str, calendar: Calendar) -> Deadline:
    """The end that a text names, the first one if it names several; a time that has passed is none."""
    for pattern, meaning in _RULES:
        for match in pattern.finditer(text):
            until = _until(meaning, match, calendar)
            if until is not None:
                return Deadline(until, " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()))
    return Deadline(None, text)


_Meaning = Callable[[re.Match[str], Calendar], datetime]


def _until(meaning: _Meaning, match: re.Match[str], calendar: Calendar) -> datetime | None:
    try:
        found = meaning(match, calendar)
    except (ValueError, OverflowError):  # 31 February, the year 0
        return None
    return found if found > calendar.now else None


def _after(day: date, calendar: Calendar) -> datetime:
    """The last minute of a day: said aloud, midnight is of the next one."""
    return calendar.at(day + _DAY) - timedelta(minutes=1)


def _some(match: re.Match[str], calendar: Calendar) -> datetime:
    said = match["amount"].lower()
    amount = min(int(said), 1000) if said.isdigit() else _SOMES[said]
    return calendar.now + amount * _UNITS[match["unit"].lower().rstrip("s")]


def _near(match: re.Match[str], calendar: Calendar) -> datetime:
    return _after(calendar.today + (_DAY if match["near"].lower() == "tomorrow" else timedelta()), calendar)


def _weekday(match: re.Match[str], calendar: Calendar) -> datetime:
    ahead = (_WEEKDAYS.index(match["weekday"].lower()[:3]) - calendar.today.weekday()) % 7
    return _after(calendar.today + timedelta(days=ahead + (7 if match["next"] and ahead == 0 else 0)), calendar)


def _week(match: re.Match[str], calendar: Calendar) -> datetime:
    """The end of this week or the next one, which is its Sunday."""
    ahead = 6 - calendar.today.weekday() + (7 if match["which"] and match["which"].lower() == "next" else 0)
    return _after(calendar.today + timedelta(days=ahead), calendar)


def _iso(match: re.Match[str], calendar: Calendar) -> datetime:
    return _after(date(int(match["year"]), int(match["month"]), int(match["day"])), calendar)


def _named(match: re.Match[str], calendar: Calendar) -> datetime:
    month = _MONTHS.index(match["month"].lower()[:3]) + 1
    return _after(_ahead(int(match["day"]), month, match["year"], calendar), calendar)


def _slashed(match: re.Match[str], calendar: Calendar) -> datetime:
    first, second = int(match["one"]), int(match["two"])
    dotted = match["mark"] == "."
    month_first = not dotted and (second > 12 or (first <= 12 and calendar.month_first))
    day, month = (second, first) if month_first else (first, second)
    return _after(_ahead(day, month, match["year"], calendar), calendar)


def _ahead(day: int, month: int, year: str | None, calendar: Calendar) -> date:
    """The next such day, from today on."""
    if year:
        return date(int(year), month, day)
    this = date(calendar.today.year, month, day)
    return this if this >= calendar.today else date(calendar.today.year + 1, month, day)


def _rule(meaning: _Meaning, lead: str, expression: str) -> tuple[re.Pattern[str], _Meaning]:
    return re.compile(rf"(?<![\w@.]){lead}\s+(?:the\s+)?(?:{expression})(?![\w@])", re.IGNORECASE), meaning


_LEAD = r"(?:until|till|til|by|through|up\s+to)"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_RULES = (
    _rule(
        _some, r"for", rf"(?:next\s+)?(?P<amount>\d{{1,9}}|{'|'.join(_SOMES)})\s+(?P<unit>hours?|days?|weeks?|months?)"
    ),
    _rule(_near, _LEAD, r"(?:end\s+of\s+)?(?P<near>today|tonight|tomorrow)"),
    _rule(_week, _LEAD, r"(?:end\s+of\s+)?(?:the\s+)?(?:(?P<which>this|next)\s+)?week"),
    _rule(_iso, _LEAD, r"(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    _rule(_named, _LEAD, rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<month>{MONTH})\b\.?{_YEAR}"),
    _rule(_named, _LEAD, rf"(?P<month>{MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}"),
    _rule(_slashed, _LEAD, r"(?P<one>\d{1,2})(?P<mark>[./])(?P<two>\d{1,2})(?:(?:[./])(?P<year>20\d\d)|[.])?"),
    _rule(_weekday, _LEAD, rf"(?P<next>next\s+)?(?P<weekday>{_WEEKDAY})\b"),
)
