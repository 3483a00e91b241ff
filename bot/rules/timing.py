"""When a rule's time is over: business time, with each rule's own hours, zone and holidays where it has them.

Everything that comes out is a moment at which the rule's office is open (aware UTC): what is due at closing time is due
at the next opening, when somebody is there to do something about it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.office import Office, parse_holidays, parse_hours
from store.alert_records import Rule

LONGEST_WAIT = timedelta(days=45)
"""Of the calendar: as long as Postmark knows of an email, unless somebody pays for more. Later nothing can be told."""
_AFTER_CLOSING = timedelta(minutes=15)
"""How long after closing time what fell due before it is told all the same: posts take their turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the settings say where a rule says nothing."""

    office: Office
    after: timedelta = timedelta(hours=24)
    """``ALERT_AFTER``."""
    channel: str | None = None
    """``ALERT_CHANNEL``."""
    tags: tuple[str, ...] = ()
    """``IMPORTANT_TAGS``, of which the first rule is made."""


def after_of(rule: Rule, defaults: Defaults) -> timedelta:
    """The business time that an email may stay without a sign."""
    return defaults.after if rule.after is None else rule.after


def channel_of(rule: Rule, defaults: Defaults) -> str | None:
    """Where the rule speaks; ``None``: nowhere, as long as ``ALERT_CHANNEL`` isn't set."""
    return rule.channel or defaults.channel


def office_of(rule: Rule, defaults: Defaults) -> Office:
    """The office whose hours count for a rule: the settings', but for what the rule says otherwise."""
    return _office(defaults.office, rule.timezone, rule.hours, rule.holidays)


def due_at(rule: Rule, began_at: datetime, defaults: Defaults) -> datetime:
    """When an email that went out at ``began_at`` has stayed without a sign for too long."""
    return add(rule, began_at, after_of(rule, defaults), defaults)


def decent(rule: Rule, now: datetime, defaults: Defaults) -> datetime:
    """When what isn't urgent may be told: now while somebody is in, or was a moment ago; else when the office opens."""
    office = office_of(rule, defaults)
    return now if office.is_open(now) or office.is_open(now - _AFTER_CLOSING) else office.next_opening(now)


def add(rule: Rule, at: datetime, amount: timedelta, defaults: Defaults) -> datetime:
    """The moment at which ``amount`` of the rule's business time has passed since ``at`` and somebody is in.

    No longer than is of use, should the hours have become that short since the rule was made.
    """
    office = office_of(rule, defaults)
    return office.next_opening(office.add_business_time(at, min(amount, longest_wait(office))))


def longest_wait(office: Office) -> timedelta:
    """The business time that there is within ``LONGEST_WAIT``, holidays left aside."""
    return office.week * (LONGEST_WAIT / timedelta(weeks=1))


@lru_cache(maxsize=256)
def _office(office: Office, timezone: str | None, hours: str | None, holidays: str | None) -> Office:
    """What can't be understood any more, such as a region that has left the calendars, is as the settings say."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        office = replace(office, timezone=ZoneInfo(timezone)) if timezone is not None else office
    with suppress(ValueError):
        office = replace(office, hours=parse_hours(hours)) if hours is not None else office
    with suppress(ValueError):
        office = replace(office, holidays=parse_holidays(holidays)) if holidays is not None else office
    return office
