"""What holds of business time whatever the moment, the office and the amount."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.timing import add, channel_of, due_at, office_of
from store.alert_records import Rule
from tests.rules.making import at, defaults, rule

OFFICES: tuple[dict[str, str], ...] = (
    {},
    {"hours": "Mon-Thu 08:00-12:00,13:00-17:00; Fri 08:00-14:00", "holidays": "DE-BY"},
    {"timezone": "America/Chicago", "holidays": "US-CA"},
    {"timezone": "America/New_York", "hours": "Mon-Sun 00:00-24:00"},
    {"timezone": "Australia/Lord_Howe", "hours": "Mon-Sun 00:00-06:00"},
    {"timezone": "Asia/Dubai", "hours": "Sun-Thu 08:00-17:00", "holidays": "AE"},
    {"timezone": "Europe/London", "hours": "Sat-Sun 20:00-24:00; Sun 01:15-02:45", "holidays": "GB-SCT"},
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
amounts = st.integers(1, 1800).map(lambda minutes: timedelta(minutes=minutes))
"""Of which even two fit into the longest wait of each of these offices."""
rules = st.sampled_from([rule(**office) for office in OFFICES])
SETTINGS = defaults()


@given(kept=rules, start=moments, amount=amounts)
def test_adding_and_measuring_agree(kept: Rule, start: datetime, amount: timedelta) -> None:
    """Between a moment and the end of a rule's time lies exactly that much open time, and it ends in open hours."""
    office = office_of(kept, SETTINGS)
    end = add(kept, start, amount, SETTINGS)
    assert office.between(start, end) == amount
    assert office.is_open(end)
    assert end.tzinfo == UTC


@given(kept=rules, start=moments, amount=amounts)
def test_hours_are_those_of_the_wall_clock(kept: Rule, start: datetime, amount: timedelta) -> None:
    """What a clock on the office's wall shows at the end is an hour at which the office opens its door."""
    office = office_of(kept, SETTINGS)
    local = add(kept, start, amount, SETTINGS).astimezone(office.timezone)
    minute = local.hour * 60 + local.minute
    assert any(opens <= minute < closes for opens, closes in office.hours.days[local.weekday()]) or _is_skipped(local)


def _is_skipped(local: datetime) -> bool:
    """Whether the clocks have just been put forward: what should open or close within the skipped time does so now."""
    before = (local.astimezone(UTC) - timedelta(hours=2)).astimezone(local.tzinfo)
    return local.utcoffset() != before.utcoffset()


@given(kept=rules, start=moments, later=amounts, amount=amounts, more=amounts)
def test_later_and_longer_never_end_sooner(
    kept: Rule, start: datetime, later: timedelta, amount: timedelta, more: timedelta
) -> None:
    """An email sent later, or one that may wait longer, is never due before the other."""
    due = add(kept, start, amount, SETTINGS)
    assert add(kept, start + later, amount, SETTINGS) >= due
    assert add(kept, start, amount + more, SETTINGS) >= due


@given(kept=rules, start=moments, amount=amounts, more=amounts)
def test_waiting_twice_is_waiting_for_both(kept: Rule, start: datetime, amount: timedelta, more: timedelta) -> None:
    """Waiting and then waiting again ends when waiting for both together does."""
    assert add(kept, add(kept, start, amount, SETTINGS), more, SETTINGS) == add(kept, start, amount + more, SETTINGS)


def test_what_a_rule_leaves_open_is_as_the_settings_say() -> None:
    """A rule without its own time or channel takes those of the settings, and its own where it has them."""
    sent = at("2026-11-23 10:00")
    assert due_at(rule(), sent, SETTINGS) == at("2026-11-25 14:00")
    assert due_at(rule(after=timedelta(hours=1)), sent, SETTINGS) == at("2026-11-23 11:00")
    assert channel_of(rule(), SETTINGS) == "C0OFFICE"
    assert channel_of(rule(channel="C0BOSS"), SETTINGS) == "C0BOSS"
    assert channel_of(rule(), defaults(channel=None)) is None
