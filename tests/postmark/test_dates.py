from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmark.dates import eastern, window

TURNS = st.sampled_from(
    [
        datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
        datetime(2027, 11, 7, 6, 0, tzinfo=UTC),
        datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
    ]
)
"""When the clocks of New York are put back or forward."""

TIMES = st.builds(datetime.__add__, TURNS, st.timedeltas(timedelta(hours=-3), timedelta(hours=3))) | st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants its bounds without a zone
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "2026-11-20T07:00:00"),
        (datetime(2026, 7, 1, 3, 30, 59, 999999, tzinfo=UTC), "2026-06-30T23:30:59"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Kolkata")), "2026-06-30T23:30:00"),
    ],
)
def test_a_search_date_is_eastern_wall_time(at: datetime, expected: str) -> None:
    """A time in any zone is asked for as Postmark reads it: US Eastern, summer and winter, without an offset."""
    assert eastern(at) == expected


@given(TIMES, st.timedeltas(timedelta(0), timedelta(hours=2)) | st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_window_never_misses_what_was_asked_for(since: datetime, length: timedelta) -> None:
    """However Postmark reads the hour that comes twice, the span that is asked for lies inside the one that is sent."""
    zone = ZoneInfo("America/New_York")
    sent = window(since, since + length)
    for fold in (0, 1):
        first, last = (
            datetime.fromisoformat(sent[name]).replace(tzinfo=zone, fold=fold).astimezone(UTC)
            for name in ("fromdate", "todate")
        )
        assert first <= since
        assert since + length <= last
        assert first >= since - timedelta(hours=2, seconds=3)
        assert last <= since + length + timedelta(hours=2, seconds=3)


def test_no_span_sends_no_dates() -> None:
    """Who does not narrow by time asks without dates."""
    assert window(None, None) == {}
