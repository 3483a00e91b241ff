from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.office import Office, parse_holidays, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
CHICAGO = ZoneInfo("America/Chicago")


def office(hours: str = "Mon-Fri 08:00-18:00", holidays: str | None = None, zone: ZoneInfo = BERLIN) -> Office:
    return Office(timezone=zone, hours=parse_hours(hours), holidays=parse_holidays(holidays))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 07:59", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 12:00", False),
    ],
)
def test_open_from_the_first_minute_to_the_last(moment: str, *, is_open: bool) -> None:
    """The office is open from its opening minute until just before its closing minute, on open days only."""
    assert office().is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        ("Mon-Fri 08:00-18:00", "2026-11-23 10:00", "2026-11-23 10:00"),
        ("Mon-Fri 08:00-18:00", "2026-11-23 18:00", "2026-11-24 08:00"),
        ("Mon-Fri 08:00-18:00", "2026-11-20 19:00", "2026-11-23 08:00"),
        ("Mon-Fri 08:00-12:00,13:00-17:00", "2026-11-23 12:30", "2026-11-23 13:00"),
        ("Sun-Thu 9-17; Sat 10-12", "2026-11-20 09:00", "2026-11-21 10:00"),
        ("Mon 00:00-24:00", "2026-11-24 00:00", "2026-11-30 00:00"),
    ],
)
def test_next_opening(hours: str, moment: str, opens: str) -> None:
    """The next opening is now while the office is open, else the start of the next open stretch."""
    assert office(hours).next_opening(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),
        ("2026-11-23 10:00", 8, "2026-11-23 18:00"),
        ("2026-11-23 10:00", 9, "2026-11-24 09:00"),
        ("2026-11-20 17:00", 24, "2026-11-25 11:00"),
        ("2026-11-22 03:00", 1, "2026-11-23 09:00"),
    ],
)
def test_business_time_skips_nights_and_weekends(start: str, hours: int, end: str) -> None:
    """Business time runs only while the office is open."""
    assert office().add_business_time(at(start), timedelta(hours=hours)) == at(end)


def test_holidays_are_closed_and_named() -> None:
    """A public holiday of the firm's country is a closed day, and its name is known."""
    firm = office(holidays="US", zone=CHICAGO)
    thanksgiving = date(2026, 11, 26)
    assert firm.holiday(thanksgiving) == "Thanksgiving Day"
    assert firm.next_opening(at("2026-11-26 09:00", CHICAGO)) == at("2026-11-27 08:00", CHICAGO)


def test_holidays_of_a_region() -> None:
    """A holiday kept in one region only closes offices of that region only."""
    corpus_christi = at("2026-06-04 10:00")
    assert not office(holidays="DE-BY").is_open(corpus_christi)
    assert office(holidays="DE-BE").is_open(corpus_christi)


def test_a_long_weekend_over_new_year() -> None:
    """Twenty-four business hours across Christmas, a weekend and two years end where a person would count them."""
    firm = office(holidays="DE")  # Friday 25 December is a holiday, so is Saturday the 26th; 1 January is a Friday
    assert firm.add_business_time(at("2026-12-24 16:00"), timedelta(hours=12)) == at("2026-12-28 18:00")
    assert firm.add_business_time(at("2026-12-31 17:00"), timedelta(hours=2)) == at("2027-01-04 09:00")


@pytest.mark.parametrize(
    ("day", "open_hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)],
)
def test_days_on_which_the_clocks_change(day: str, open_hours: int) -> None:
    """An office open around the clock is open 23 or 25 hours on the days on which the clocks change."""
    round_the_clock = office("Mon-Sun 00:00-24:00")
    start = at(f"{day} 00:00")
    end = (start + timedelta(days=1)).replace(tzinfo=BERLIN)
    assert round_the_clock.between(start, end) == timedelta(hours=open_hours)


def test_the_leap_day_is_a_day() -> None:
    """29 February counts like any other day."""
    assert office().add_business_time(at("2028-02-28 17:00"), timedelta(hours=2)) == at("2028-02-29 09:00")


@given(
    start=st.integers(0, 2_000_000).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    minutes=st.integers(0, 6000),
)
def test_adding_and_measuring_agree(start: datetime, minutes: int) -> None:
    """The open time between a moment and that moment plus some business time is that business time."""
    firm = office("Mon-Fri 08:00-12:00,13:00-17:30; Sat 09:00-12:00", "US-CA", CHICAGO)
    amount = timedelta(minutes=minutes)
    end = firm.add_business_time(start, amount)
    assert firm.between(start, end) == amount
    assert end.tzinfo == UTC


def test_time_does_not_run_backwards() -> None:
    """No business time lies between a moment and an earlier one."""
    assert office().between(at("2026-11-23 12:00"), at("2026-11-23 10:00")) == timedelta()


@pytest.mark.parametrize(
    ("text", "part_of_the_sentence"),
    [
        ("", "at least one open day"),
        ("Mon-Fri", "should look like"),
        ("Monkey 08:00-18:00", "should look like"),
        ("Funday 08:00-18:00", "should look like"),
        ("Mon-Fri 08:00-18:00 or so", "should look like"),
        ("Mon-Fri 08:00-25:00", "no clock shows"),
        ("Mon-Fri 08:60-18:00", "no clock shows"),
        ("Mon-Fri 18:00-08:00", "closes before it opens"),
        ("Mon-Fri 08:00-18:00; Mon 17:00-19:00", "overlap"),
    ],
)
def test_hours_that_cannot_be_used(text: str, part_of_the_sentence: str) -> None:
    """Hours that cannot be understood are refused with what is wrong."""
    with pytest.raises(ValueError, match=part_of_the_sentence):
        parse_hours(text)


@pytest.mark.parametrize(
    ("text", "part_of_the_sentence"),
    [("Bavaria", "country nobody knows"), ("DE-XX", "region DE does not have"), ("DE-", None), ("none", None)],
)
def test_holidays_that_cannot_be_used(text: str, part_of_the_sentence: str | None) -> None:
    """A country or region without a calendar is refused, with the ones there are."""
    if part_of_the_sentence is None:
        parse_holidays(text)
        return
    with pytest.raises(ValueError, match=part_of_the_sentence):
        parse_holidays(text)


def test_an_office_that_never_opens_says_so() -> None:
    """An office whose only open day never comes is an error with the settings to correct, not an endless wait."""
    firm = Office(timezone=BERLIN, hours=parse_hours("Mon 08:00-18:00"))
    never = Office(timezone=BERLIN, hours=type(firm.hours)(((),) * 7))
    with pytest.raises(ValueError, match="BUSINESS_HOURS"):
        never.next_opening(at("2026-11-23 10:00"))
