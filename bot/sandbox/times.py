"""How Postmark writes times, and how it reads them in a search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")


def eastern(at: datetime) -> str:
    """As the API writes it: seven digits and New York's offset, ``2026-11-20T09:00:01.1200340-05:00``."""
    local = at.astimezone(EASTERN)
    offset = local.strftime("%z")
    return f"{_seven_digits(local)}{offset[:3]}:{offset[3:]}"


def zulu(at: datetime) -> str:
    """As the webhooks write it: the same moment with the same digits, in UTC, ``2026-11-20T14:00:01.1200340Z``."""
    return f"{_seven_digits(at.astimezone(UTC))}Z"


def read_eastern(text: str, *, end_of_day: bool = False) -> datetime | None:
    """A date or a time in a search, read as New York's wall clock.

    ``None`` for everything else, a time with an offset too: Postmark finds nothing then, and does not complain.
    Of the hour that autumn has twice, the first is meant. A bare date is its first moment, or its last.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    if local.tzinfo is not None:
        return None
    if end_of_day and len(text) == len("2026-11-20"):
        local += timedelta(days=1) - timedelta(microseconds=1)
    return local.replace(tzinfo=EASTERN).astimezone(UTC)


def _seven_digits(at: datetime) -> str:
    # Postmark counts in steps of 100 ns. Python stops at the microsecond, so the last digit is made up, but always the
    # same one for the same moment: an event tells the same time through the API and through its webhook.
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}{at.microsecond * 3 % 10}"
