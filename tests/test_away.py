"""What is kept of an automatic reply: until when somebody is away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import away


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("Automatic reply: out of office until 3 December", "until 3 December"),
        ("I am away until Monday, December 7th, 2026 and can't help.", "until Monday, December 7th, 2026"),
        ("Out of office: back on 2026-12-07", "back on 2026-12-07"),
        ("I'll be returning to the office on Tuesday.", "returning to the office on Tuesday"),
        ("Ich bin bis zum 7. Dezember 2026 nicht im Haus", "bis zum 7. Dezember 2026"),
        ("Back after the fair, i.e. away until Dec. 3rd.", "until Dec. 3rd"),
        ("Ich bin bis 07.12.2026 nicht erreichbar", "bis 07.12.2026"),
        ("Absent jusqu'au 7 décembre", "jusqu'au 7 décembre"),
        ("Estaré fuera hasta el 7 de diciembre", "hasta el 7 de diciembre"),
        ("Automatic reply: Your quote for job 1042", None),
        ("Please wait until we call you", None),
        ("bis bald", None),
        ("", None),
        (None, None),
    ],
)
def test_until_when(said: str | None, until: str | None) -> None:
    """Only the words that name the day are taken, in several languages; where no day is named, nothing is."""
    assert away.until(said) == until


@given(st.text(max_size=500))
def test_nothing_else_of_it_is_kept(text: str) -> None:
    """Whatever a reply says, what is kept is a few words of it that name a day."""
    kept = away.until(f"{text} until 3 December {text}")
    assert kept is not None
    assert len(kept) < 80
