"""Business numbers in metadata, tags and subjects."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import DEFAULT_PATTERN, in_text, neighbours, normalise, of_message, spellings
from store.records import Message

KEYS = ("job_id", "job", "quote_id", "invoice_id")


def message(subject: str | None = None, *, tag: str | None = None, **metadata: str) -> Message:
    return Message(message_id="m", subject=subject, tag=tag, metadata=metadata)


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Your quote for job 1042", ("1042",)),
        ("Invoice INV-2207", ("INV-2207",)),
        ("Invoice 2207 for job #1042", ("2207", "1042")),
        ("Re: [#1042] pipes", ("1042",)),
        ("Quote no. 77: heating", ("77",)),
        ("Estimate 2026-014", ("2026-014",)),
        ("Job No: 1042-B (revised)", ("1042-B",)),
        ("Your visit on 12 May at 10:30", ()),
        ("Booking 3 November confirmed", ()),
        ("Quote 50% off, only 3 days", ()),
        ("Invoice over 1,200.00 EUR", ()),
        ("Order 2 weeks ahead", ()),
        ("Your invoice", ()),
        (None, ()),
    ],
)
def test_numbers_are_found_in_a_subject(subject: str | None, numbers: tuple[str, ...]) -> None:
    """A subject's job, quote and invoice numbers are found; its dates, times, prices and durations are not."""
    assert of_message(message(subject), keys=KEYS, pattern=DEFAULT_PATTERN) == numbers


def test_the_surest_place_comes_first() -> None:
    """A message's numbers come from its metadata, whatever the case of the field, then its tag, then its subject."""
    found = of_message(
        message("Invoice 2207, job #1042", tag="job-88", Job_ID="#1042", INVOICE_ID="inv 2207", other="5"),
        keys=KEYS,
        pattern=DEFAULT_PATTERN,
    )
    assert found == ("1042", "INV-2207", "88", "2207")


def test_a_tag_that_is_a_number_is_one() -> None:
    """A tag holding only a number counts; a tag that names a kind of email does not."""
    assert of_message(message(tag="1042"), keys=(), pattern=DEFAULT_PATTERN) == ("1042",)
    assert of_message(message(tag="invoice"), keys=(), pattern=DEFAULT_PATTERN) == ()


def test_the_firms_own_pattern_is_used() -> None:
    """A pattern of the firm's own finds its numbers, by its first group or as a whole."""
    odd = message("Your heating AH/26/007, job 1042")
    assert of_message(odd, keys=(), pattern=re.compile(r"AH/(\d\d/\d+)")) == ("26/007",)
    assert of_message(odd, keys=(), pattern=re.compile(r"AH/\d\d/\d+")) == ("AH/26/007",)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *[
            (written, "1042")
            for written in ("#1042", " 1042 ", "job 1042", "Job #1042", "JOB-1042", "job_1042", "１０４２")
        ],
        *[
            (written, "INV-2207")
            for written in ("inv 2207", "INV2207", "inv–2207", "Inv. 2207", "#INV-2207", "invoice INV-2207")
        ],
        ("2026-014", "2026-014"),
        ("", ""),
    ],
)
def test_a_number_has_one_spelling(written: str, number: str) -> None:
    """However a number is written, it is compared in one spelling."""
    assert normalise(written) == number


@given(st.text(max_size=200))
def test_any_text_can_be_normalised_and_searched(text: str) -> None:
    """Metadata may hold anything: it becomes at most 80 characters, and the same ones when it is done again."""
    number = normalise(text)
    assert len(number) <= 80
    assert number == number.upper()
    list(in_text(text, DEFAULT_PATTERN))


def test_other_spellings_are_tried() -> None:
    """Who asks for invoice 2207 may mean INV-2207, the other way round, and may leave a zero off."""
    assert "INV-2207" in spellings("2207", "invoice")
    assert spellings("INV-2207") == ("2207",)
    assert "7" in spellings("007")
    assert "2207" not in spellings("2207")


def test_slips_of_the_fingers_are_undone() -> None:
    """A number typed with two digits swapped, one wrong, one missing or one too many leads back to the right one."""
    assert {"1042"} <= set(neighbours("1402")) & set(neighbours("1043")) & set(neighbours("142")) & set(
        neighbours("10422")
    )
    assert "1042" not in neighbours("1042")
