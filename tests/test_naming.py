from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.naming import kind_of, link_name, person_of, plain, thing_of
from bot.vocabulary import DOCUMENTS, KINDS, Kind
from store.records import Message, Recipient


def message(**known: object) -> Message:
    return Message(message_id="1", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "name", "called", "contact"),
    [
        ("maria@example.com", "Maria Lopez", "Maria Lopez", "Maria"),
        ("maria@example.com", "Lopez, Maria", "Maria Lopez", "Maria"),
        ("maria@example.com", '"Maria Lopez"', "Maria Lopez", "Maria"),
        ("maria@example.com", "MARIA LOPEZ", "MARIA LOPEZ", "Maria"),
        ("maria@example.com", "Dr. Maria Lopez", "Dr. Maria Lopez", "Dr. Maria Lopez"),
        ("maria@example.com", "Jean-Luc O'Neill", "Jean-Luc O'Neill", "Jean-Luc"),
        ("maria@example.com", "Oakleaf, Inc.", "Oakleaf, Inc.", "Oakleaf, Inc."),
        ("maria@example.com", "Oakleaf Heating GmbH", "Oakleaf Heating GmbH", "Oakleaf Heating GmbH"),
        ("maria@example.com", "ACME", "ACME", "ACME"),
        ("maria@example.com", "maria@example.com", "maria@example.com", "the customer"),
        ("maria@example.com", None, "maria@example.com", "the customer"),
        ("maria@example.com", " \u202e ", "maria@example.com", "the customer"),
        ("info@example.com", "Maria Lopez", "somebody at info@example.com", "whoever looks after info@example.com"),
        (
            "billing.us@example.com",
            None,
            "somebody at billing.us@example.com",
            "whoever looks after billing.us@example.com",
        ),
        ("infotech@example.com", None, "infotech@example.com", "the customer"),
    ],
)
def test_people_are_called_by_name_when_it_is_known(address: str, name: str | None, called: str, contact: str) -> None:
    """A recipient is called by the name in To, else by the address; behind info@ stands somebody."""
    person = person_of(Recipient(address, address, name))
    assert (person.called, person.contact) == (called, contact)


def test_a_sentence_starts_with_a_capital_but_an_address_keeps_its_letters() -> None:
    """At the start of a sentence words get a capital letter, addresses stay as they are."""
    assert person_of(Recipient("info@example.com", "")).starting == "Somebody at info@example.com"
    assert person_of(Recipient("maria@example.com", "")).starting == "maria@example.com"


@pytest.mark.parametrize(
    ("known", "called"),
    [
        ({"tag": "quote", "metadata": {"job_id": "1042"}, "references": ("1042",)}, "the quote for job 1042"),
        ({"tag": "quote", "metadata": {"JobId": "#1042"}, "references": ("1042",)}, "the quote for job 1042"),
        ({"subject": "Your quote for Job #1042", "references": ("1042",)}, "the quote for job 1042"),
        ({"tag": "quote", "references": ("1042",)}, "quote 1042"),
        ({"tag": "quote", "metadata": {"quote_id": "Q-7"}, "references": ("Q-7",)}, "quote Q-7"),
        ({"subject": "Invoice INV-2207", "references": ("INV-2207",)}, "invoice INV-2207"),
        ({"subject": "Reminder: invoice 2207 is overdue", "references": ("2207",)}, "the reminder for invoice 2207"),
        (
            {"tag": "invoice-reminder", "subject": "Invoice #2207", "references": ("2207",)},
            "the reminder for invoice 2207",
        ),
        (
            {"tag": "appointment-reminder", "metadata": {"job_id": "1042"}, "references": ("1042",)},
            "the appointment reminder for job 1042",
        ),
        ({"subject": "Reminder: we are with you tomorrow"}, "the appointment reminder"),
        ({"subject": "Reminder: your invoice is due tomorrow"}, "the reminder"),
        ({"tag": "reminder", "subject": "Your appointment on Friday"}, "the appointment reminder"),
        ({"tag": "portal-link", "metadata": {"job": "1042"}, "references": ("1042",)}, "the portal link for job 1042"),
        ({"tag": "booking", "subject": "See you on Tuesday"}, "the booking"),
        ({"subject": "See you on Tuesday"}, "the email “See you on Tuesday”"),
        ({"subject": "See you", "metadata": {"job_id": "1042"}, "references": ("1042",)}, "the email about job 1042"),
        ({"tag": "transactional", "subject": "\x1b[31mHi\n there\u202e"}, "the email “[31mHi there”"),
        ({"subject": "x" * 10_000}, f"the email “{'x' * 59}…”"),
        ({}, "the email"),
    ],
)
def test_emails_are_called_what_the_office_calls_them(known: dict[str, object], called: str) -> None:
    """An email is called by its kind and its number where tag, metadata or subject tell them."""
    assert thing_of(message(**known)).called == called


def test_the_number_that_was_asked_for_names_the_email() -> None:
    """An email that belongs to a job and an invoice is called by the number the reader asked for, else by its own."""
    both = message(
        tag="invoice", metadata={"job_id": "1042", "invoice_id": "2207"}, references=("1042", "2207"), subject="Hello"
    )
    assert thing_of(both, "1042").called == "the invoice for job 1042"
    assert thing_of(both).called == "invoice 2207"


def test_the_tag_names_the_kind_before_the_subject_does() -> None:
    """What the firm's own software tagged wins over words that stand in the subject by chance."""
    assert kind_of(message(tag="booking", subject="Your quote was accepted")) == "booking"
    assert kind_of(message(tag="outbound", subject="Your quote")) == "quote"
    assert kind_of(message(subject="Misquoted voices")) is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.called)
def test_every_kind_of_email_can_be_named_and_asked_for_by_the_same_words(kind: Kind) -> None:
    """A word that names an email in its subject also finds it in a question, unless it means something else there."""
    for word in kind.written:
        assert kind_of(message(tag=word)) == kind.called
    for word in kind.asked:
        assert kind.written | {word} <= DOCUMENTS[kind.document]


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://portal.alder.example/q/1042", "portal link"),
        ("https://alder.example/unsubscribe?x=portal", "unsubscribe link"),
        ("https://alder.example/pay/2207", "payment link"),
        ("https://alder.example/q", "link"),
        (None, "link"),
    ],
)
def test_links_are_called_by_what_they_open(link: str | None, name: str) -> None:
    """A link is named by its purpose where its address shows it."""
    assert link_name(link) == name


@given(st.text(max_size=400), st.integers(2, 80))
def test_plain_text_is_visible_and_short(text: str, limit: int) -> None:
    """Whatever comes from outside becomes one line of visible characters within its limit."""
    line = plain(text, limit)
    assert len(line) <= limit
    assert all(unicodedata.category(c)[0] != "C" or c == "\u200d" for c in line)
    assert "\n" not in line
    assert line == line.strip()


def test_plain_text_keeps_what_people_write() -> None:
    """Letters of every script, accents and emoji stay as they are."""
    assert plain("Zoë 👩‍🔧 Ångström – Żółć, 東京") == "Zoë 👩‍🔧 Ångström – Żółć, 東京"


def test_a_reminder_is_known_by_its_invoice() -> None:
    """A payment reminder that carries job and invoice numbers is called by the invoice it is about."""
    reminder = message(
        tag="payment-reminder", metadata={"job_id": "1042", "invoice_id": "INV-7"}, references=("1042", "INV-7")
    )
    assert thing_of(reminder).called == "the reminder for invoice INV-7"
