from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.naming import plain
from bot.replies.blocks.moments import Colleague, Moment, Room, SlackClock, Style, colleague, room, split, spoken
from bot.replies.blocks.writing import own_markup
from bot.replies.blocks.writing import words as in_blocks

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
CLOCK = SlackClock(NOW)
moments = st.builds(
    Moment,
    at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)).map(  # noqa: DTZ001 - made aware
        lambda at: at.replace(microsecond=0, tzinfo=UTC)
    ),
    style=st.sampled_from(Style),
)
words = st.text().map(plain)


@given(st.lists(st.tuples(words, moments)), words)
def test_times_come_out_of_a_sentence_as_they_went_in(parts: list[tuple[str, Moment]], last: str) -> None:
    """Whatever words stand around them, all times of a sentence are found again, in order."""
    sentence = "".join(before + moment.mark for before, moment in parts) + last
    found = [part for part in split(sentence) if isinstance(part, Moment)]
    assert found == [moment for _, moment in parts]
    assert [part for part in split(sentence) if isinstance(part, str)] == [
        part for part in (*(b for b, _ in parts), last) if part
    ]


def test_a_near_time_is_said_in_the_readers_words() -> None:
    """Slack itself says today or yesterday to each reader, in their zone; a fresh one also says how long ago."""
    fresh, near, far = (
        next(iter(split(CLOCK.when(NOW - timedelta(minutes=minutes))))) for minutes in (12, 600, 60 * 24 * 3)
    )
    assert isinstance(fresh, Moment)
    assert isinstance(near, Moment)
    assert isinstance(far, Moment)
    assert fresh.markup == "<!date^1795428180^at {time} {date_short_pretty} ({ago})|on 23 Nov 2026 at 10:03 UTC>"
    assert near.format == "at {time} {date_short_pretty}"
    assert far.format == "on {date_short} at {time}"


def test_where_slack_says_no_dates_they_are_complete_and_in_utc() -> None:
    """Notifications and screen readers get every time in full, in UTC."""
    sentence = f"It arrived {CLOCK.when(NOW)}, after the one {CLOCK.day(NOW - timedelta(days=90))}."
    assert spoken(sentence) == "It arrived on 23 Nov 2026 at 10:15 UTC, after the one on 25 Aug 2026."
    assert spoken(CLOCK.short(NOW)) == "23 Nov 2026 10:15 UTC"


def test_slack_never_begins_a_date_with_a_capital() -> None:
    """No format begins with a word that Slack writes large at the start, in the middle of our sentence."""
    assert not [style for style in Style if Moment(NOW, style).format.startswith("{date_short_pretty}")]


def test_a_future_time_is_a_time() -> None:
    """Tomorrow is said as tomorrow, not as so many minutes ago."""
    assert "{ago}" not in "".join(
        part.format for part in split(CLOCK.when(NOW + timedelta(minutes=5))) if isinstance(part, Moment)
    )


def test_a_channel_is_named_by_slack_alone() -> None:
    """A channel is handed to Slack by id; what can't be an id names none."""
    assert list(split(f"in {room('C0OFFICE')}.")) == ["in ", Room("C0OFFICE"), "."]
    assert in_blocks(room("C0OFFICE")) == [{"type": "channel", "channel_id": "C0OFFICE"}]
    assert own_markup(room("C0OFFICE"))["text"] == "<#C0OFFICE>"
    assert {room(odd) for odd in ("", "office", "C1><!here", "U0ROSA")} == {"a channel I don't know"}
    assert spoken(room("C0OFFICE")) == "a channel"


def test_a_colleague_is_named_by_slack_alone() -> None:
    """A person of the workspace is handed to Slack by id; what can't be an id mentions nobody."""
    assert list(split(f"by {colleague('U0ROSA')}.")) == ["by ", Colleague("U0ROSA"), "."]
    assert [colleague(odd) for odd in ("", "channel", "U1><!here", "u0rosa", "S0ALL")] == ["somebody"] * 5
    assert spoken(colleague("U0ROSA")) == "a colleague"
