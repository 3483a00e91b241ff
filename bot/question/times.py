"""Words for times in a question: "last week", "since Monday", "between 3 and 5 Nov", "before Friday", "after 3pm"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.question.calendar import Calendar, Span
from bot.question.marks import cross_out
from bot.references import MONTH


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, from ``since`` up to but without ``until`` (both UTC), and the words that named it."""

    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """One time named in the text: where it stands, the word that leads to it, and what it spans."""

    start: int
    end: int
    lead: str
    span: Span


Handler = Callable[[re.Match[str], Calendar], Span | None]

_SINCE = frozenset({"since", "starting", "as of"})
_UNTIL = frozenset({"until", "till", "til", "up to", "by", "through"})
_OPENS = _SINCE | {"from", "between"}
_CLOSES = frozenset({"and", "to", "-"})
_WITHIN = frozenset({"in", "over", "during", "within"})
_LEADS = sorted(_OPENS | _UNTIL | _WITHIN | {"after", "before", "and", "to", "on", "at", "of"}, key=len, reverse=True)
_LEAD = rf"(?P<lead>(?:{'|'.join(_LEADS)})\b|-)".replace(" ", r"\s+")
_SOME = r"a|an|one|two|three|four|five|six|seven|eight|nine|ten|(?:a\s+)?couple(?:\s+of)?|(?:a\s+)?few|several"
_SOMES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_SOMES |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 5}
_WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:am|pm)\b)?|\d{1,2}\s*(?:am|pm)\b"
_ANY_CLOCK = re.compile(rf"(?<![\w:.])(?:at\s+)?(?:{_CLOCK})(?![\w:])", re.IGNORECASE)


def find(text: str, calendar: Calendar) -> tuple[Period, str]:
    """The period that a tidied text names, and the text with those words crossed out. Never raises."""
    found: list[_Found] = []
    original = text
    for pattern, handler in _RULES:
        for match in pattern.finditer(text):
            span = _span(handler, match, calendar)
            if span is not None:
                found.append(_Found(match.start(), match.end(), _lead(match), span))
                text = cross_out(text, match.start(), match.end())
    for match in _ANY_CLOCK.finditer(text):
        text = cross_out(text, match.start(), match.end())
    found.sort(key=lambda one: one.start)
    since, until = _combined(found)
    words = tuple(" ".join(original[one.start : one.end].split()) for one in found)
    return Period(since, None if until and until > calendar.now else until, words), text


def _span(handler: Handler, match: re.Match[str], calendar: Calendar) -> Span | None:
    try:
        return handler(match, calendar)
    except (ValueError, OverflowError):  # 31 February, the year 0
        return None


def _lead(match: re.Match[str]) -> str:
    """The word before a time, lower case; none where the time has both its ends in itself ("between 3 and 5 Nov")."""
    groups = match.groupdict()
    return "" if groups.get("first") or groups.get("last_day") else " ".join((groups["lead"] or "").lower().split())


def _combined(found: list[_Found]) -> tuple[datetime | None, datetime | None]:
    """One period from all times named: each opens it, closes it, or is it."""
    since: datetime | None = None
    until: datetime | None = None
    previous = ""
    next_leads = [*(one.lead for one in found[1:]), ""]
    for one, next_lead in zip(found, next_leads, strict=False):
        start, end = one.span
        if one.lead in _SINCE or (one.lead in _OPENS and next_lead in _CLOSES | _UNTIL):
            since = start  # but "the quote from Friday" is of Friday
        elif one.lead == "after":
            since = end or start
        elif one.lead == "before":
            until = start
        elif one.lead in _UNTIL or (one.lead in _CLOSES and previous in _OPENS):
            until = end
        else:
            since = min(since, start) if since else start
            until = max(until, end) if until and end else end
        previous = one.lead
    if since and until and since >= until:
        since -= timedelta(days=7)  # "from Monday to Friday", said on a Wednesday
    return (None if since and until and since >= until else since), until


# ── One handler for each way of saying a time ────────────────────────────────────────────────────────────────────


def _amount(text: str) -> int:
    return min(int(text), 5000) if text.isdigit() else _SOMES[text.lower().removesuffix(" of").split()[-1]]


def _last_some(match: re.Match[str], calendar: Calendar) -> Span:
    """As in "the last 3 days", "the last hour"."""
    amount, unit = _amount(match["amount"] or "one"), match["unit"].lower().rstrip("s")
    if unit in {"minute", "min", "hour"}:
        return calendar.back(minutes=amount * (60 if unit == "hour" else 1))
    days = min(amount * {"day": 1, "week": 7, "month": 31, "year": 366}[unit], 36_500)
    return calendar.days(calendar.today - timedelta(days=days))[0], None


def _ago(match: re.Match[str], calendar: Calendar) -> Span:
    amount, unit = _amount(match["amount"]), match["unit"].lower().rstrip("s")
    if unit in {"minute", "min", "hour"}:
        return calendar.back(minutes=amount * (60 if unit == "hour" else 1))
    if unit == "day":
        return calendar.days(calendar.today - timedelta(days=amount))
    if unit == "week":
        return calendar.week(amount)
    return calendar.month(amount) if unit == "month" else calendar.year(calendar.today.year - amount)


def _calendar_unit(match: re.Match[str], calendar: Calendar) -> Span:
    """The last week is the one before this, from Monday on; "in the last week" and "the past week" are seven days."""
    which, unit = match["which"].lower(), match["unit"].lower()
    ago = int(which in {"last", "previous"})
    if unit == "weekend":
        return calendar.weekend(ago if calendar.today.weekday() >= 5 else 0)
    if which == "past" or (ago and _lead(match) in _WITHIN):
        return calendar.back(days={"week": 7, "month": 31, "year": 366}[unit])
    if unit == "week":
        return calendar.week(ago)
    return calendar.month(ago) if unit == "month" else calendar.year(calendar.today.year - ago)


def _near_day(match: re.Match[str], calendar: Calendar) -> Span:
    said = match["said"].lower()
    if "night" in said and "last" in said:
        return calendar.at(calendar.today - timedelta(days=1), time(17)), calendar.at(calendar.today, time(6))
    ago = 2 if "before" in said else 1 if said.startswith("yesterday") else 0
    return calendar.days(calendar.today - timedelta(days=ago))


def _weekend(_match: re.Match[str], calendar: Calendar) -> Span:
    return calendar.weekend()


def _numbered_date(match: re.Match[str], calendar: Calendar) -> Span:
    year = match["year"]
    return calendar.date(int(match["day"]), int(match["month"]), int(year) if year else None)


def _slashed_date(match: re.Match[str], calendar: Calendar) -> Span:
    first, second = int(match["one"]), int(match["two"])
    month_first = second > 12 or (first <= 12 and calendar.month_first)
    day, month = (second, first) if month_first else (first, second)
    return calendar.date(day, month, int(match["year"]) if match["year"] else None)


def _named_date(match: re.Match[str], calendar: Calendar) -> Span:
    """As in "3 Nov", "November 3rd, 2026", "3-5 Nov", "Nov 3 - 5"."""
    month, groups = _month(match), match.groupdict()
    year = int(match["year"]) if match["year"] else None
    days = [int(day) for day in (groups.get("first"), match["day"], groups.get("last_day")) if day]
    spans = [calendar.date(day, month, year) for day in days]
    return min(spans)[0], max(spans)[1]


def _named_month(match: re.Match[str], calendar: Calendar) -> Span | None:
    """A month only where the words say that a time is meant: an invoice *for* October is often sent in November."""
    lead = _lead(match)
    ranged = lead in _CLOSES and re.search(r"\b(?:from|between)\b", match.string[: match.start()], re.IGNORECASE)
    if (
        match["last"]
        or match["year"]
        or ranged
        or lead in {"in", "during", "after", "before", *_OPENS, *_UNTIL} - {"by"}
    ):
        return calendar.named_month(_month(match), int(match["year"]) if match["year"] else None)
    return None


def _month(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"].lower()[:3]) + 1


def _year(match: re.Match[str], calendar: Calendar) -> Span | None:
    year = int(match["year"])
    said = _lead(match) in {"in", "during", "since", "before", "after", "until"}
    return calendar.year(year) if said and calendar.today.year - 20 <= year <= calendar.today.year else None


def _weekday(match: re.Match[str], calendar: Calendar) -> Span | None:
    """The last such day; today counts, except as "last Monday". Short forms need a word before them."""
    said, which = match["weekday"].lower(), (match["which"] or "").lower()
    if not said.endswith("day") and not which and not _lead(match):
        return None
    return calendar.weekday(_WEEKDAYS.index(said[:3]), before_today=which == "last")


def _ordinal(match: re.Match[str], calendar: Calendar) -> Span | None:
    return calendar.day_of_month(int(match["day"])) if _lead(match) else None


def _clock(match: re.Match[str], calendar: Calendar) -> Span | None:
    """As in "since 10:30", "after 3pm yesterday"; without a day the last such time. "At 10:30" narrows nothing."""
    if _lead(match) in {"", "at", "on", "in", "of", "over", "during", "within"}:
        return None
    digits = [int(digit) for digit in re.findall(r"\d+", match["clock"])]
    hour, minute = digits[0], digits[1] if len(digits) > 1 else 0
    if half := re.search(r"[ap]m", match["clock"].lower()):
        hour = hour % 12 + 12 * (half[0] == "pm")
    day, said = calendar.today, (match["said"] or "").lower()
    if said == "yesterday" or (not said and calendar.at(day, time(hour, minute)) > calendar.now):
        day -= timedelta(days=1)
    moment = calendar.at(day, time(hour, minute))
    return moment, moment


def _rule(handler: Handler, expression: str) -> tuple[re.Pattern[str], Handler]:
    return re.compile(rf"(?<![\w@.])(?:{_LEAD}\s+)?(?:the\s+)?(?:{expression})(?![\w@])", re.IGNORECASE), handler


_UNIT = r"(?P<unit>minutes?|mins?|hours?|days?|weeks?|months?|years?)"
_AMOUNT = rf"(?P<amount>\d{{1,9}}|{_SOME})"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_DAY = r"(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th))?"
_NAMED = rf"(?P<month>{MONTH})\b\.?"
_PART = r"(?:\s+(?:morning|afternoon|evening))"
# The more telling before the less: "last 3 days" before "3 days", "3 Nov" before "Nov".
_RULES = (
    _rule(_last_some, rf"(?:last|past|previous)\s+{_AMOUNT}\s+{_UNIT}"),
    _rule(_last_some, r"(?:last|past)(?P<amount>)\s+(?P<unit>minute|hour|day)"),
    _rule(_ago, rf"{_AMOUNT}\s+{_UNIT}\s+(?:ago|back)"),
    _rule(_calendar_unit, r"(?P<which>last|past|previous|this|current)\s+(?P<unit>weekend|week|month|year)"),
    _rule(_weekend, "weekend"),
    _rule(_clock, rf"(?P<clock>{_CLOCK})(?:\s+(?P<said>today|yesterday))?"),
    _rule(
        _near_day,
        rf"(?P<said>day\s+before\s+yesterday|last\s+night|tonight|this{_PART}|(?:today|yesterday){_PART}?)",
    ),
    _rule(
        _numbered_date,
        r"(?P<year>20\d\d)([-/.])(?P<month>\d{1,2})\3(?P<day>\d{1,2})(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)?",
    ),
    _rule(_numbered_date, r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>20\d\d|\d\d))?"),
    _rule(_numbered_date, r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>20\d\d)"),
    _rule(_slashed_date, r"(?P<one>\d{1,2})/(?P<two>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?(?!/)"),
    _rule(_named_date, rf"(?:(?P<first>\d{{1,2}})\s*(?:-|to\s|and\s)\s*)?{_DAY}(?:\s+of)?\s+{_NAMED}{_YEAR}"),
    _rule(_named_date, rf"{_NAMED}\s+{_DAY}(?!\d)(?:\s*-\s*(?P<last_day>\d{{1,2}})(?!\d))?{_YEAR}"),
    _rule(_named_month, rf"(?P<last>last\s+)?{_NAMED}{_YEAR}"),
    _rule(_weekday, rf"(?:(?P<which>last|this|past)\s+)?(?P<weekday>{_WEEKDAY})\b\.?"),
    _rule(_ordinal, r"(?P<day>\d{1,2})(?:st|nd|rd|th)"),
    _rule(_year, r"(?P<year>20\d\d)"),
)
