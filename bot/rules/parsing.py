"""What people type into a rule's fields, understood: durations, lists, fields of metadata, amounts, domains, channels.

Every function takes a text as it was typed and gives its value. What can't be understood raises ``ValueError`` with one
or two sentences that say what is wrong and how it should look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.naming import plain
from bot.office import Office, parse_holidays, parse_hours
from bot.rules.matching import ANY_VALUE, number_in
from bot.rules.timing import LONGEST_WAIT, longest_wait
from store.addresses import normalise_domain
from store.alert_records import Amount

T = TypeVar("T")

LONGEST_NAME = 60
MOST_VALUES = 20
_LONGEST_VALUE = 120
_LONGEST_LIST = 2900
BELOW = (0.05, 0.9)
"""A probability lower than that no email ever has; from 0.9 on it is seen."""

_UNITS: dict[str, str] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hour"),
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "week", "weeks"), "week"),
}
_DURATION = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(?:(?:business|working|work|office)\s+)?([a-z]+)(?:\s+and\b|,)?")
_CHANNEL = re.compile(r"(?:<#)?([CG][A-Z0-9]{2,20})(?:\|[^<>]*)?>?")
_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>?")
_GROUP = re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{2,20})(?:\|[^<>]*)?>?")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_AMOUNT = re.compile(
    r"([^<>=≥]+?)\s*(>=|=>|≥|>|\b(?:over|above|more than)\b|\b(?:from|at least)\b)\s*(.+)", re.IGNORECASE
)
_NO_LIMIT = re.compile(r"[a-z]{4}|[<>=%]|\d\s*(?:k|m|mio|e\d+)\b", re.IGNORECASE)
"""What no limit may hold: a sentence, another condition, and short forms, which would count as small numbers."""
_OR_EQUAL = frozenset({">=", "=>", "≥", "from", "at least"})


# ── Words and lists ──────────────────────────────────────────────────────────────────────────────────────────────


def name(text: str) -> str:
    """What a rule is called."""
    found = plain(text, LONGEST_NAME + 1)
    if not found:
        raise ValueError("Give the rule a name, such as Quotes and invoices.")
    if len(found) > LONGEST_NAME:
        raise ValueError(f"The name is longer than {LONGEST_NAME} characters; a few words will do.")
    return found


def words(text: str) -> tuple[str, ...]:
    """Values parted by commas or lines, such as tags; each once."""
    return tuple({one.casefold(): one for one in _parts(text)}.values())


def metadata(text: str) -> tuple[tuple[str, str], ...]:
    """``important=true``, several parted by commas or lines; a field alone, or ``*``, is any value."""
    return tuple(dict.fromkeys(_field_and_value(part) for part in _parts(text)))


def _field_and_value(part: str) -> tuple[str, str]:
    field, _, value = (piece.strip() for piece in part.partition("="))
    if not field or re.search(r"[<>]", part):
        raise ValueError(f"“{part}” should be a metadata field and its value, such as important=true.")
    return field, value or ANY_VALUE


def amounts(text: str) -> tuple[Amount, ...]:
    """``total>1000`` or ``total>=1000``, several parted by lines or semicolons; commas belong to the numbers."""
    return tuple(dict.fromkeys(map(_amount, _parts(text, r"[\n;]"))))


def _amount(part: str) -> Amount:
    match = _AMOUNT.fullmatch(part)
    limit = number_in(match[3]) if match and not _NO_LIMIT.search(match[3]) else None
    if match is None or limit is None:
        raise ValueError(f"“{part}” should be a metadata field and a limit, such as total>1000 or total>=1000.")
    return Amount(match[1].strip(), limit, match[2].lower() in _OR_EQUAL)


def domains(text: str) -> tuple[str, ...]:
    """``acme.example``, several parted by commas, blanks or lines."""
    return tuple(dict.fromkeys(_domain(part) for part in _parts(text, r"[\s,;]")))


def _domain(part: str) -> str:
    found = normalise_domain(part)
    if "@" in found:
        raise ValueError(f"“{part}” is an address; name the part behind the @, such as {found.rpartition('@')[2]}.")
    if not _DOMAIN.fullmatch(found):
        raise ValueError(f"“{part}” is no domain; it should look like acme.example.")
    return found


def field(text: str) -> str:
    """The name of one metadata field."""
    found = plain(text, _LONGEST_VALUE)
    if re.search(r"[=<>,]", found):
        raise ValueError("This should be the name of one metadata field, such as owner.")
    return found


def _parts(text: str, by: str = r"[\n,;]") -> list[str]:
    if len(text) + sum(4 * text.count(sign) for sign in "&<>") > _LONGEST_LIST:  # Slack counts these signs escaped
        raise ValueError("These are too many to fit into the form; make two rules of them.")
    found = [part for piece in re.split(by, text) if (part := plain(piece, _LONGEST_VALUE + 1))]
    if len(found) > MOST_VALUES:
        raise ValueError(f"These are more than {MOST_VALUES} values; make two rules of them.")
    if long := next((part for part in found if len(part) > _LONGEST_VALUE), None):
        raise ValueError(f"“{long[:30]}…” is longer than {_LONGEST_VALUE} characters; shorten it.")
    return found


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def duration(text: str, office: Office) -> timedelta:
    """Business time: ``90m``, ``24h``, ``1h 30m``, ``2 business days``, ``1 week``.

    A day is as long as the office's ordinary day is open, a week as all its days together.
    """
    said = plain(text, 60).casefold()
    lengths = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": office.day, "week": office.week}
    total, end = timedelta(), 0
    for match in _DURATION.finditer(said):
        unit = _UNITS.get(match[2])
        if said[end : match.start()].strip() or unit is None:
            _no_duration(text)
        total += float(match[1].replace(",", ".")) * lengths[unit]
        end = match.end()
    if not end or said[end:].strip():
        _no_duration(text)
    total = timedelta(minutes=round(total / timedelta(minutes=1)))
    if not total:
        raise ValueError(f"“{plain(text, 30)}” should be a minute at least.")
    return within_reach(total, office)


def within_reach(amount: timedelta, office: Office) -> timedelta:
    """The same length, unless an email would be forgotten before it is over: a year, in an office rarely open."""
    most = longest_wait(office)
    if amount <= most:
        return amount
    days = round(amount / office.week * 7)
    span = f"{days} days" if days < 730 else f"{days // 365} years"
    raise ValueError(
        f"{duration_text(amount)} of business time take about {span} with these hours, and Postmark forgets an email "
        f"after {LONGEST_WAIT.days} days. Make it {duration_text(most)} at most, or the hours longer."
    )


def duration_text(amount: timedelta) -> str:
    """``90m``, ``24h``, ``1h 30m``: business time, to the last full minute."""
    hours, minutes = divmod(amount // timedelta(minutes=1), 60)
    parts = [f"{hours}h"] * bool(hours) + [f"{minutes}m"] * bool(minutes)
    return " ".join(parts) or "0m"


def _no_duration(text: str) -> NoReturn:
    raise ValueError(f"“{plain(text, 30)}” should be a length of business time, such as 90m, 24h or 2 business days.")


def hours(text: str) -> str:
    """Business hours as ``BUSINESS_HOURS`` takes them."""
    return _as_written(parse_hours, text)


def holidays(text: str) -> str:
    """Public holidays as ``HOLIDAYS`` takes them; ``none`` gives the empty text, which is none at all."""
    return _as_written(parse_holidays, "" if text.strip().casefold() == "none" else text)


def timezone(text: str) -> str:
    """The name of a time zone; a city's name alone will do where only one zone is called so."""
    said = plain(text, 60).replace(" ", "_")
    try:
        return ZoneInfo(said).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        cities = [zone for zone in available_timezones() if zone.casefold().rpartition("/")[2] == said.casefold()]
        whole = [zone for zone in available_timezones() if zone.casefold() == said.casefold()]
        if len(found := whole or cities) == 1:
            return found[0]
    raise ValueError(
        f"“{plain(text, 30)}” is no time zone I know; it should look like Europe/Berlin or America/Chicago."
    )


def _as_written(parse: Callable[[str], T], text: str) -> str:
    said = plain(text, 200)
    try:
        parse(said)
    except ValueError as error:
        raise ValueError(f"This {error}.") from None
    return said


# ── The rest ─────────────────────────────────────────────────────────────────────────────────────────────────────


def below(text: str) -> float:
    """A probability: ``50%`` or ``0.5``."""
    match = re.fullmatch(r"(?:below\s+|under\s+|<\s*)?(\d{1,3}(?:[.,]\d{1,3})?)\s*(%?)", plain(text, 20), re.IGNORECASE)
    value = float(match[1].replace(",", ".")) if match else -1.0
    value = value / 100 if match and (match[2] or value > 1) else value
    least, most = BELOW
    if not least <= value <= most:
        raise ValueError(f"This should be a probability between {least:.0%} and {most:.0%}, such as 50%.")
    return value


def channel(text: str) -> str:
    """A channel's id, as Slack writes it or alone."""
    return _id(
        text, (_CHANNEL,), "no channel's ID, which looks like C0123456789", "at the foot of the channel's details"
    )


def person(text: str) -> str:
    """The id of a person or a user group, as Slack writes it or alone."""
    return _id(text, (_PERSON, _GROUP), "no person's ID, which looks like U0123456789", "in the menu of their profile")


def channel_or_person(text: str) -> str:
    """Whom to tell: a channel's or a person's id. A user group has no conversation of its own."""
    what = "neither a channel's ID (C0123456789) nor a person's (U0123456789)"
    return _id(text, (_CHANNEL, _PERSON), what, "in its details or the menu of their profile")


def _id(text: str, forms: Iterable[re.Pattern[str]], what: str, where: str) -> str:
    found = next((match for form in forms if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        raise ValueError(f"“{plain(text, 30)}” is {what}: in Slack it stands {where}.")
    return found[1]


def count(text: str, most: int) -> int:
    """A whole number from 1 on."""
    said = text.strip()
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= most:
        raise ValueError(f"This should be a whole number from 1 to {most}.")
    return int(said)
