from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import ZoneClock, count, span

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # Monday, 12:00 in Berlin


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-23T11:00:00Z", "today at 12:00 (just now)"),
        ("2026-11-23T10:59:00Z", "today at 11:59 (1 minute ago)"),
        ("2026-11-23T10:00:01Z", "today at 11:00 (59 minutes ago)"),
        ("2026-11-23T10:00:00Z", "today at 11:00"),
        ("2026-11-22T23:00:00Z", "today at 00:00"),
        ("2026-11-22T22:59:59Z", "yesterday at 23:59"),
        ("2026-11-21T17:40:00Z", "on Saturday at 18:40"),
        ("2026-11-17T11:00:00Z", "on Tuesday at 12:00"),
        ("2026-11-16T11:00:00Z", "on 16 Nov at 12:00"),
        ("2026-09-02T06:00:00Z", "on 2 Sep at 08:00"),
        ("2025-09-02T06:00:00Z", "on 2 Sep 2025 at 08:00"),
        ("2026-11-23T11:05:00Z", "today at 12:05"),
        ("2026-11-24T07:00:00Z", "tomorrow at 08:00"),
        ("2026-11-27T07:00:00Z", "on Friday at 08:00"),
        ("2027-01-04T07:00:00Z", "on 4 Jan 2027 at 08:00"),
    ],
)
def test_times_as_people_say_them(at: str, said: str) -> None:
    """Near times are relative, far ones carry a date, and all are the reader's own."""
    assert ZoneClock(NOON, BERLIN).when(datetime.fromisoformat(at)) == said


def test_a_minute_before_midnight_is_yesterday() -> None:
    """Ten minutes ago can be yesterday, and is called so."""
    now = datetime(2026, 11, 23, 23, 5, tzinfo=UTC)
    assert ZoneClock(now, BERLIN).when(now - timedelta(minutes=10)) == "yesterday at 23:55 (10 minutes ago)"


def test_the_hour_that_comes_twice_names_its_zone() -> None:
    """When the clocks go back, the two hours of the same name can be told apart."""
    clock = ZoneClock(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), BERLIN)
    assert clock.when(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "today at 02:30 CEST"
    assert clock.when(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "today at 02:30 CET"
    assert clock.when(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "today at 03:30"


def test_yesterday_after_the_clocks_have_changed() -> None:
    """Twenty-four hours before noon on a day of 25 hours is still yesterday."""
    clock = ZoneClock(datetime(2026, 10, 25, 11, 0, tzinfo=UTC), BERLIN)
    assert clock.when(datetime(2026, 10, 24, 21, 59, tzinfo=UTC)) == "yesterday at 23:59"


def test_a_column_always_shows_the_date() -> None:
    """In a list every time has its date, and its year when that is another one."""
    clock = ZoneClock(NOON, BERLIN)
    assert clock.short(datetime(2026, 11, 3, 8, 5, tzinfo=UTC)) == "Tue  3 Nov 09:05"
    assert clock.short(datetime(2025, 11, 3, 8, 5, tzinfo=UTC)) == "Mon  3 Nov 2025 09:05"


@given(st.integers(-400 * 86400, 400 * 86400))
def test_no_time_is_said_with_seconds(offset: int) -> None:
    """Whatever the time, no seconds are said."""
    clock = ZoneClock(NOON, BERLIN)
    said = clock.when(NOON + timedelta(seconds=offset))
    assert not re.search(r"\d\d:\d\d:\d\d", said)
    assert re.search(r"\bat \d\d:\d\d\b", said)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a second"),
        (1, "1 second"),
        (40, "40 seconds"),
        (90, "2 minutes"),
        (2400, "40 minutes"),
        (7200, "2 hours"),
        (26 * 3600, "26 hours"),
        (3 * 86400, "3 days"),
    ],
)
def test_durations_in_the_unit_a_person_would_choose(seconds: int, said: str) -> None:
    """Durations come in one fitting unit."""
    assert span(seconds) == said


def test_counting() -> None:
    """One thing is one thing, and none are several."""
    assert (count(1, "email"), count(0, "email"), count(4, "email")) == ("1 email", "0 emails", "4 emails")
