"""The words that narrow a question: kinds of email, subject lines and times."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.question.asking import BERLIN, ask

WHO = "maria@example.com"


def berlin(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC) if text else None


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("today", "2026-11-23", None),
        ("yesterday", "2026-11-22", "2026-11-23"),
        ("the day before yesterday", "2026-11-21", "2026-11-22"),
        ("this morning", "2026-11-23", None),
        ("last night", "2026-11-22T17:00", "2026-11-23T06:00"),
        ("this week", "2026-11-23", None),
        ("last week", "2026-11-16", "2026-11-23"),
        ("last weekend", "2026-11-21", "2026-11-23"),
        ("this month", "2026-11-01", None),
        ("last month", "2026-10-01", "2026-11-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("the past week", "2026-11-16T11:15", None),
        ("in the last week", "2026-11-16T11:15", None),
        ("last 3 days", "2026-11-20", None),
        ("in the last few days", "2026-11-20", None),
        ("last 2 hours", "2026-11-23T09:15", None),
        ("3 days ago", "2026-11-20", "2026-11-21"),
        ("two weeks ago", "2026-11-09", "2026-11-16"),
        ("an hour ago", "2026-11-23T10:15", None),
        ("on Monday", "2026-11-23", None),
        ("Friday", "2026-11-20", "2026-11-21"),
        ("last Monday", "2026-11-16", "2026-11-17"),
        ("since Tuesday", "2026-11-17", None),
        ("since last week", "2026-11-16", None),
        ("before Friday", None, "2026-11-20"),
        ("until yesterday", None, "2026-11-23"),
        ("after Friday", "2026-11-21", None),
        ("since 3 Nov", "2026-11-03", None),
        ("since November 3rd, 2026", "2026-11-03", None),
        ("from the 3rd of November", "2026-11-03", "2026-11-04"),
        ("on 25 Dec", "2025-12-25", "2025-12-26"),
        ("since the 28th", "2026-10-28", None),
        ("since 2026-11-03", "2026-11-03", None),
        ("on 3.11.2026", "2026-11-03", "2026-11-04"),
        ("on 03/11/2026", "2026-11-03", "2026-11-04"),
        ("11/25", "2025-11-25", "2025-11-26"),
        ("in October", "2026-10-01", "2026-11-01"),
        ("since October", "2026-10-01", None),
        ("in 2025", "2025-01-01", "2026-01-01"),
        ("between 3 and 5 Nov", "2026-11-03", "2026-11-06"),
        ("from Monday to Friday", "2026-11-16", "2026-11-21"),
        ("from June to August", "2026-06-01", "2026-09-01"),
        ("since 3 Nov until 10 Nov", "2026-11-03", "2026-11-11"),
        ("since 10:30", "2026-11-23T10:30", None),
        ("since 14:00", "2026-11-22T14:00", None),
        ("after 3pm yesterday", "2026-11-22T15:00", None),
        ("at 10:30", None, None),
        ("for October", None, None),
        ("on 31 February", None, None),
    ],
)
def test_times_are_understood_in_the_offices_zone(words: str, since: str | None, until: str | None) -> None:
    """Words for times become a period of the office's own calendar; a day without a year has already been."""
    question = ask(f"did {WHO} see it {words}?")
    assert (question.since, question.until) == (berlin(since), berlin(until))
    assert [subject.value for subject in question.subjects] == [WHO]


def test_days_are_as_long_as_the_clocks_make_them() -> None:
    """The day on which the clocks go back has 25 hours, and all of them belong to it."""
    question = ask(f"{WHO} on 25 Oct")
    assert question.until is not None
    assert question.since is not None
    assert (question.until - question.since).total_seconds() == 25 * 3600


def test_days_are_those_of_the_office() -> None:
    """Late in the evening in Chicago it is still Sunday there, whatever the date in Greenwich."""
    late = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert ask(f"{WHO} today", zone=ZoneInfo("America/Chicago"), now=late).since == datetime(
        2026, 11, 22, 6, tzinfo=UTC
    )


def test_numbers_with_slashes_are_read_as_the_country_reads_them() -> None:
    """3/11 is the third of November in Berlin and the eleventh of March in Chicago."""
    assert ask(f"{WHO} on 3/11").since == datetime(2026, 11, 2, 23, tzinfo=UTC)
    assert ask(f"{WHO} on 3/11", zone=ZoneInfo("America/Chicago")).since == datetime(2026, 3, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "document"),
    [
        ("the invoice", "invoice"),
        ("our quotation", "quote"),
        ("the estimate", "quote"),
        ("that proposal", "quote"),
        ("the booking confirmation", "booking"),
        ("the payment reminder", "reminder"),
        ("the portal link", "portal"),
        ("the portal", None),
        ("the email", None),
    ],
)
def test_the_kind_of_email_is_understood(words: str, document: str | None) -> None:
    """What an office calls its emails narrows the question to emails of that kind."""
    assert ask(f"did {WHO} see {words}?").document == document


def test_a_number_may_say_the_kind() -> None:
    """Asking for "invoice 2207" asks for an invoice; the quote for a job asks for a quote."""
    assert ask("invoice 2207").document == "invoice"
    assert ask("did they see the quote for job 1042").document == "quote"
    assert ask("job 1042").document is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"subject:'Your heating quote' {WHO}", "Your heating quote"),
        (f'{WHO} subject: "Maria\'s quote"', "Maria's quote"),
        (f"{WHO} subject:“Your quote”", "Your quote"),
        (f"{WHO} subject:heating", "heating"),
        (f"{WHO} titled 'Job 1042 is done'", "Job 1042 is done"),
    ],
)
def test_words_of_the_subject_line_can_be_asked_for(text: str, words: str) -> None:
    """Quoted words after "subject:" must stand in the subject line, and are nothing else beside."""
    question = ask(text)
    assert question.subject_words == words
    assert [subject.value for subject in question.subjects] == [WHO]


def test_a_pasted_subject_line_is_read_for_its_number() -> None:
    """Pasting "Subject: Your quote for job 1042" asks for job 1042."""
    assert [subject.value for subject in ask("Subject: Your quote for job 1042").subjects] == ["1042"]
