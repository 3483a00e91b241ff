"""Whom and what a question is about, in every form it is typed and pasted."""

from __future__ import annotations

import re

import pytest

from bot.question import parse
from store.records import Question
from tests.question.asking import BERLIN, NOW, ask, refused, subjects

MARIA = "email maria@example.com"
ID = "5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11"


@pytest.mark.parametrize(
    "text",
    [
        "maria@example.com",
        "<mailto:maria@example.com|maria@example.com>",
        "<mailto:maria@example.com|Maria Lopez>",
        "<mailto:maria@example.com>",
        "did &lt;mailto:maria@example.com|maria@example.com&gt; see it?",
        "&amp;lt;maria@example.com&amp;gt;",
        "mailto:maria@example.com?subject=Hello%20there",
        "<mailto:maria%40example.com>",
        "Maria Lopez <maria@example.com>",
        '"Lopez, Maria" <maria@example.com>',
        "Maria Lopez (maria@example.com)",
        "“maria@example.com”,",
        "‘maria@example.com’",
        "«maria@example.com»",
        "`maria@example.com`",
        "_maria@example.com_ *please*",
        "*maria@example.com*",
        "(maria@example.com).",
        "maria@example.com's quote",
        "maria@example.com!!!",
        "MARIA@EXAMPLE.COM",
        "ｍａｒｉａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "mar\u200bia@exam\u00adple.com",
        "\u202amaria@example.com\u202c",
        "\ufeffmaria@example.com",
        "maria\u00a0at work: maria@example.com",
        "email=maria@example.com",
        "To: maria@example.com;",
        "maria@example.com.Did she see it",
        "maria@example.com\nSent from my phone",
        "<@U12345|dave> did <mailto:maria@example.com|maria@example.com> see it",
        "<!here> maria@example.com",
        "@seen maria@example.com",
        "https://portal.alder.example/login?email=maria@example.com&x=1",
    ],
)
def test_an_address_is_found_however_it_was_pasted(text: str) -> None:
    """Whatever Slack, a mail program or a keyboard wraps around an address, the address is understood."""
    assert subjects(text) == [MARIA]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("maria.lopez+jobs@sub-domain.example.co.uk", "maria.lopez+jobs@sub-domain.example.co.uk"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("o’brien@example.com", "o'brien@example.com"),
        ("_maria@example.com", "_maria@example.com"),
        ("Maria@MÜLLER.example", "maria@xn--mller-kva.example"),
        ("maria@xn--mller-kva.example", "maria@xn--mller-kva.example"),
        ("jose@例え.example", "jose@xn--r8jz45g.example"),
        ('"maria"@example.com', '"maria"@example.com'),
        ("maria1042@example.com", "maria1042@example.com"),
    ],
)
def test_unusual_addresses_are_kept_whole(text: str, value: str) -> None:
    """Plus addresses, apostrophes and international domains are taken as they are, in the form that is compared."""
    assert subjects(text) == [f"email {value}"]


@pytest.mark.parametrize(
    "text",
    [
        "@acme.example",
        "acme.example",
        "<http://acme.example|acme.example>",
        "https://www.acme.example/contact?x=1042",
        "www.acme.example?",
        "anything to Acme.example?",
        "did anybody @acme.example see it",
    ],
)
def test_a_company_may_be_named_by_its_domain(text: str) -> None:
    """A domain is understood with and without an @, and as the link that Slack makes of it."""
    assert subjects(text) == ["domain acme.example"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("maria lopez", "maria lopez"),
        ("Maria", "Maria"),
        ("did Maria Lopez see it?", "Maria Lopez"),
        ("has maria's email been opened yet", "maria"),
        ("DID MARIA LOPEZ SEE IT", "MARIA LOPEZ"),
        ("Lopez, Maria", "Maria Lopez"),
        ("José Núñez", "José Núñez"),
        ("Mr. J. Smith", "J. Smith"),
        ("Dr Maria O'Brien-Lopez?", "Maria O'Brien-Lopez"),
        ("Will Maria see it", "Maria"),
        ("did Will see it", "Will"),
        ("May Smith", "May Smith"),
        ("Chasing maria", "maria"),
        ("any news on the boiler estimate for Mrs Okafor?", "Okafor"),
        ("Иван Петров", "Иван Петров"),
        ("李雷", "李雷"),
        ("@maria", "maria"),
        ("Oakleaf Property Management", "Oakleaf Property Management"),
        ("did Maria open the quote.pdf", "Maria"),
        ("did maria visit the portal", "maria"),
    ],
)
def test_a_customer_may_be_named(text: str, name: str) -> None:
    """A name is what is left of a question once the asking itself is taken away."""
    assert subjects(text) == [f"name {name}"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1042", "1042"),
        ("#1042", "1042"),
        ("# 1042?", "1042"),
        ("7", "7"),
        ("job 1042", "1042"),
        ("Job #1042?", "1042"),
        ("job no. 1042", "1042"),
        ("job-number: 1042", "1042"),
        ("quote no. 77", "77"),
        ("№ 77", "77"),
        ("INV-2207", "INV-2207"),
        ("inv–2207", "INV-2207"),
        ("inv 2207", "INV-2207"),
        ("INV2207.pdf", "INV-2207"),
        ("did they pay invoice #2207?", "2207"),
        ("invoice INV-2207", "INV-2207"),
        ("2026-0147", "2026-0147"),
        ("has anyone looked at job #1042-B", "1042-B"),
        ("PO 55123", "PO-55123"),
        ("１０４２", "1042"),
        ("\u200e1042\u200e", "1042"),
        ("job 1042 for 3 emails", "1042"),
        ("invoice 2207 for €1,200.00", "2207"),
        ("order no 55123 at 12 Oak Street", "55123"),
    ],
)
def test_a_number_may_be_named(text: str, number: str) -> None:
    """A job, quote or invoice number is understood with or without # and the word before it."""
    assert subjects(text) == [f"reference {number}"]


@pytest.mark.parametrize(
    "text", [ID, ID.upper(), f"message {ID}?", f"<{ID}@mtasv.net>", f"https://x.example/messages/{ID}"]
)
def test_a_message_may_be_named_by_its_id(text: str) -> None:
    """A Postmark message ID is understood alone, from a header, and inside a link to Postmark."""
    assert subjects(text) == [f"message_id {ID}"]


@pytest.mark.parametrize(
    "text",
    [
        "maria1042@example.com",
        "maria@example.com since 3 Nov 2026",
        "maria@example.com on 2026-11-03",
        "maria@example.com on 03/11/2026",
        "maria@example.com +49 170 1234567",
        "call (555) 123-4567 about maria@example.com",
        "maria@example.com tel. 0170 1234567",
        "maria@example.com <tel:+15551234567|555-123-4567>",
        "the quote for 1200 Oak Street, maria@example.com",
        "maria@example.com Hauptstraße 120",
        "maria@example.com $1,200.00",
        "maria@example.com 450 EUR",
        "maria@example.com at 10:30",
        "maria@example.com last 100 days",
        "maria@example.com 120 emails",
        "https://portal.example/q/1042?email=maria@example.com",
    ],
)
def test_digits_of_something_else_are_no_number(text: str) -> None:
    """The digits of an address, date, time, phone, street, price or link are never taken for a job number."""
    assert [subject.kind for subject in ask(text).subjects] == ["email"]


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("did maria@example.com see the quote for job 1042?", [MARIA, "reference 1042"]),
        ("1042 maria@example.com", [MARIA, "reference 1042"]),
        ("did Maria see the quote for job 1042", ["reference 1042", "name Maria"]),
        ("Maria at acme.example", ["domain acme.example", "name Maria"]),
        ("@acme.example INV-2207", ["reference INV-2207", "domain acme.example"]),
        ("jobs 1042 and 1043", ["reference 1042", "reference 1043"]),
        ("a@x.example;b@x.example", ["email a@x.example", "email b@x.example"]),
        ("Did Maria and Tom see the quote?", ["name Maria", "name Tom"]),
        ("maria@example.com Maria@Example.com maria@example.com #1042", [MARIA, "reference 1042"]),
    ],
)
def test_a_sentence_may_hold_two_subjects(text: str, both: list[str]) -> None:
    """Two things in one question are both understood, the more telling one first; repeats count once."""
    assert subjects(text) == both


def test_the_domain_of_an_address_is_not_a_second_subject() -> None:
    """Saying a person's company beside their address asks for nothing more."""
    assert subjects("maria@acme.example at acme.example") == ["email maria@acme.example"]


def test_the_firms_own_numbers_are_understood() -> None:
    """Where the firm has set its own pattern for numbers, questions understand them too."""
    pattern = re.compile(r"\b(AH/\d{2}/\d{3})\b")
    question = parse("did they see AH/26/007?", now=NOW, timezone=BERLIN, reference_pattern=pattern)
    assert isinstance(question, Question)
    assert [subject.value for subject in question.subjects] == ["AH/26/007"]


# ── What can't be answered ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text", ["", "   ", "?", "help", "the", "did the customer see the email?", "+49 170 1234567", "🤷"]
)
def test_a_question_about_nobody_gets_an_example_that_works(text: str) -> None:
    """Where nobody is named the reply says so, with an example that is understood when it is typed."""
    answer = refused(text)
    assert answer.understood.endswith(".")
    assert ask(answer.example).subjects


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the invoice since Monday", ["invoice", "since Monday"]),
        ("subject:'Your heating quote'", ["Your heating quote"]),
        ("maria@oakleaf", ["maria@oakleaf", "end of its domain"]),
        ("a@x.example b@x.example c@x.example", ["3 addresses", "a@x.example", "c@x.example"]),
        ("a@x.example b@x.example job 12 job 14", ["2 addresses", "2 numbers", "14"]),
        ("1042 1043 1044", ["3 numbers", "1043"]),
    ],
)
def test_what_was_understood_is_said(text: str, said: list[str]) -> None:
    """A question that can't be answered is told back as far as it was understood, with an example that works."""
    answer = refused(text)
    assert all(words in answer.understood for words in said), answer.understood
    assert ask(answer.example).subjects


def test_a_long_paste_is_searched_for_what_is_plain() -> None:
    """In a pasted page an address is found, and its loose numbers and capitals are not taken for subjects."""
    story = "The boiler in Flat 12 was serviced in 2019 by Tom and costs 4711 a year. " * 130
    assert len(story) > 9_000
    assert subjects(f"{story} maria@example.com {story}"[:10_000]) == [MARIA]
    answer = refused(re.sub(r"\d", "", story))
    assert "characters" in answer.understood
    assert ask(answer.example).subjects


def test_a_paste_of_many_addresses_is_told_back_shortly() -> None:
    """Pasting a whole mailing list gets one short sentence, not the list."""
    answer = refused(" ".join(f"customer{n}@example.com" for n in range(400)))
    assert "400 addresses" in answer.understood
    assert len(answer.understood) < 300
