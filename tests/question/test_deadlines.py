"""Until when a watch lasts, and what a message wishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import deadlines, wishes
from bot.question.calendar import Calendar
from bot.question.wishes import Wish

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # a Wednesday, 10:00 in New York


def until(text: str, zone: ZoneInfo = NEW_YORK) -> str | None:
    """The end that a text names, by the office's clock."""
    found = deadlines.find(text, Calendar(NOW, zone)).until
    return found.astimezone(zone).isoformat(" ", "minutes")[:16] if found else None


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1042 until friday", "2026-11-27 23:59"),
        ("1042 till Wed", "2026-11-25 23:59"),
        ("1042 until next wednesday", "2026-12-02 23:59"),
        ("1042 by tomorrow", "2026-11-26 23:59"),
        ("1042 until tonight", "2026-11-25 23:59"),
        ("1042 until the end of the week", "2026-11-29 23:59"),
        ("1042 until next week", "2026-12-06 23:59"),
        ("1042 for 3 days", "2026-11-28 10:00"),
        ("1042 for two weeks", "2026-12-09 10:00"),
        ("1042 for an hour", "2026-11-25 11:00"),
        ("1042 until 2026-12-24", "2026-12-24 23:59"),
        ("1042 until 3 December", "2026-12-03 23:59"),
        ("1042 until Dec 3rd", "2026-12-03 23:59"),
        ("1042 until 3 March", "2027-03-03 23:59"),
        ("1042 until 12/3", "2026-12-03 23:59"),
        ("1042 until 3.12.", "2026-12-03 23:59"),
        ("1042", None),
        ("1042 until 2026-11-20", None),
        ("1042 until 31 Feb", None),
        ("quote for job 1042", None),
    ],
)
def test_until_when(text: str, end: str | None) -> None:
    """Days count to their end by the office's calendar, spans from now; what has passed, or never is, is no end."""
    assert until(text) == end


def test_in_europe_the_day_stands_first() -> None:
    """Where people write the day first, 3/12 is the third of December."""
    assert until("1042 until 3/12", ZoneInfo("Europe/Berlin")) == "2026-12-03 23:59"


def test_the_rest_is_what_is_watched() -> None:
    """The words of the time are no part of what is watched."""
    found = deadlines.find("maria@example.com until Friday quote", Calendar(NOW, NEW_YORK))
    assert found.rest == "maria@example.com quote"


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """No text breaks it, and no end lies in the past."""
    for words in (text, f"until {text}", f"for {text}"):
        found = deadlines.find(words, Calendar(NOW, NEW_YORK))
        assert found.until is None or found.until > NOW
        wishes.find(words)


@pytest.mark.parametrize(
    ("text", "wish", "rest"),
    [
        ("tell me when they open it", Wish.WATCH, ""),
        ("let me know as soon as she opens it", Wish.WATCH, ""),
        ("please notify us if 1042 is opened", Wish.WATCH, "1042 is opened"),
        ("can you tell me when Maria opens the quote for 1042", Wish.WATCH, "can you Maria opens the quote for 1042"),
        ("ping me once they've seen it", Wish.WATCH, ""),
        ("watch this", Wish.WATCH, ""),
        ("watch 1042 until friday", Wish.WATCH, "1042 until friday"),
        ("keep an eye on maria@example.com", Wish.WATCH, "maria@example.com"),
        ("stop watching", Wish.UNWATCH, ""),
        ("unwatch 1042", Wish.UNWATCH, "1042"),
        ("my watches", Wish.LIST, ""),
        ("watches", Wish.LIST, ""),
        ("what am I watching?", Wish.LIST, ""),
    ],
)
def test_wishes(text: str, wish: Wish, rest: str) -> None:
    """A wish to be told later is known from a question, and what is left says what about."""
    found = wishes.find(text)
    assert found is not None
    assert (found.wish, found.rest) == (wish, rest)


@pytest.mark.parametrize(
    "text",
    [
        "did they see it?",
        "1042",
        "when did maria open the quote?",
        "tell me about 1042",
        "Apple Watch repair quote seen?",
    ],
)
def test_questions_are_no_wishes(text: str) -> None:
    """A plain question is answered, not watched."""
    assert wishes.find(text) is None


def test_a_watch_ends_after_now_wherever_the_clocks_change() -> None:
    """A day that is an hour longer or shorter ends at its midnight all the same."""
    autumn = Calendar(datetime(2026, 10, 31, 12, 0, tzinfo=UTC), NEW_YORK)
    found = deadlines.find("1042 until sunday", autumn).until
    assert found == datetime(2026, 11, 2, 4, 59, tzinfo=UTC)
    assert found - autumn.now > timedelta(hours=40)
