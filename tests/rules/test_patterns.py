from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.matching import SUBJECT_LOOKED_AT
from bot.rules.patterns import checked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("invoice", "invoice"),
        (".*invoice.*", "invoice"),
        ("^.*?invoice.*$", "invoice"),
        (r"^(quote|invoice) \d{4}\b", r"^(quote|invoice) \d{4}\b"),
        (r"quote.*job \d+", r"quote.*job \d+"),
        (r"(?:re: ?){0,3}quote", r"(?:re: ?){0,3}quote"),
        (r"ends in dots\.*", r"ends in dots\.*"),
        (r"(?!re:)quote", r"(?!re:)quote"),
        (r"(a)(?(1)b|c)\1", r"(a)(?(1)b|c)\1"),
        (r"(?>ab?)c++", r"(?>ab?)c++"),
    ],
)
def test_patterns_that_are_taken(typed: str, kept: str) -> None:
    """Ordinary patterns are taken, without the "anything" around them that a search doesn't need."""
    assert checked(typed) == kept


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("(", "no regular expression"),
        ("quote (draft", "with a backslash"),
        ("", "fits every subject"),
        (".*", "fits every subject"),
        ("x" * 201, "longer than 200 characters"),
        ("a{99999999999}", "no regular expression"),
        ("(a+)+b", "could take very long"),
        ("(a|aa)+b", "could take very long"),
        ("(a|a)*b", "could take very long"),
        (r"(\w+\s*)+!", "could take very long"),
        ("(a?){30}a{30}", "could take very long"),
        ("((a|a){10}){10}b", "could take very long"),
        (r"\d+.*\d+.*\d+", "could take very long"),
    ],
)
def test_patterns_that_are_refused(typed: str, says: str) -> None:
    """What is no pattern, and what could keep Seen busy for long, is refused with what to write instead."""
    with pytest.raises(ValueError, match=says):
        checked(typed)


pieces = st.sampled_from(
    ("a", "b", ".", "a*", "(a|b)", "(a|ab)?", "[ab]{0,5}", "(ab){0,9}", "(a+)+", "(a|b)*", "b?", "$")
)


@given(pattern=st.lists(pieces, min_size=1, max_size=6).map("".join))
def test_what_is_taken_never_takes_long(pattern: str) -> None:
    """Every pattern that is taken is through with the nastiest subject in a moment."""
    try:
        kept = re.compile(checked(f"{pattern}c"), re.IGNORECASE)
    except ValueError:
        return
    for subject in ("a", "ab", "b"):
        began = perf_counter()
        kept.search((subject * SUBJECT_LOOKED_AT)[:SUBJECT_LOOKED_AT])
        assert perf_counter() - began < 20  # seconds; a bad one takes years
