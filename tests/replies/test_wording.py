"""The rules of how Seen speaks, checked across everything it can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.clock import ZoneClock
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.naming import Person, Thing
from bot.replies import notes, reasons, words
from bot.replies.notes import Note, Trouble
from store.records import Answer, Finding, Reason
from tests.replies.situations import (
    NOW,
    SITUATIONS,
    ZONE,
    answer,
    at,
    forty_recipients,
    history_of_maria,
    wrong_person_opened,
)

CLOCK = ZoneClock(NOW, ZONE)
MARIA = Person("Maria Lopez", "maria@example.com", "Maria")
QUOTE = Thing("the quote for job 1042", "quote", "job 1042")
LABELS = (
    "Seen",
    "Very likely seen",
    "No reliable sign",
    "Can't tell",
    "Did not arrive",
    "On its way",
    "Arrived, and was reported as spam",
)
FORBIDDEN = re.compile(
    r"\bread\b|\breads\b|\bunread\b|\bnot seen\b|\bunseen\b|\bignor|\bhasn't seen|\bdidn't see"  # nobody can know
    r"|\bpixel|\bproxy|\bprefetch|\bMPP\b|\buser.?agent|\bIP\b"  # no words of an office
    r"|\d+ ?%|\bprobability\b|\blikelihood\b"  # how sure is said in fixed words
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # nobody's address
    r"|(?-i:\bNone\b(?!”))|\b\d\d:\d\d:\d\d\b|  |\.\.|\{|\}| ,| \.",  # slips
    re.IGNORECASE,
)
FAILURES = [c for c in Cause if c not in {Cause.COMPLAINED, Cause.SANDBOX, Cause.NEVER_ASKED, Cause.IMPLIED}]
FACTS: dict[str, str] = {
    "after": "60",
    "vendor": "Gmail",
    "client": "Outlook",
    "network": "Amazon",
    "count": "3",
    "somebody": "2",
    "link": "https://portal.alder.example/q/1042",
    "links": "3",
    "seconds": "1",
    "note": "called her",
    "kind": "click",
    "reference": "1042",
    "chance": "80",
    "why": "opens_off",
    "detail": "smtp;550 5.1.1 no such user [203.0.113.9]",
    "cause": "no_such_mailbox",
}
NOTE_FACTS = {
    "server": "billing",
    "domain": "alder.example",
    "reference": "1042",
    "count": "2",
    "words": "the invoice",
    "days": "45",
    "what": "opens",
    "first": "3",
    "second": "1",
    "address": "maria@example.com",
    "reason": "HardBounce",
}


def everything_about(shown: Answer) -> Iterator[str]:
    yield from words.note_texts(shown, CLOCK)
    for entry in shown.entries:
        told = words.tell(entry, CLOCK, siblings=shown.entries)
        yield str(told.headline)
        yield from (*told.why, *told.machines, *told.office, *told.unclear)
        yield " · ".join(words.line(entry, CLOCK))
        yield entry.next_step.text
        yield from (entry.next_step.draft or "").split("\n")


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_is_said_that_nobody_can_know(situation: str) -> None:
    """No reply says "read" or "not seen", speaks of pixels or percentages, or gives away an address on the internet."""
    for sentence in everything_about(answer(SITUATIONS[situation])):
        assert not FORBIDDEN.search(sentence), sentence


@pytest.mark.parametrize("shown", [wrong_person_opened(), forty_recipients(), history_of_maria()])
def test_nor_in_answers_with_several_emails(shown: Answer) -> None:
    """The same holds for answers with several emails and several people."""
    for sentence in (*everything_about(shown), words.summary(shown, CLOCK)):
        assert not FORBIDDEN.search(sentence), sentence


@pytest.mark.parametrize("situation", SITUATIONS)
def test_how_sure_is_said_in_fixed_words_only(situation: str) -> None:
    """Every headline begins with one of the few words whose meaning is fixed, and with the one of its verdict."""
    entry = SITUATIONS[situation]
    label = words.tell(entry, CLOCK).headline.label
    assert label.startswith(LABELS)
    if entry.verdict.finding in {Finding.SEEN, Finding.PROBABLY_SEEN}:
        assert label.startswith("Seen" if entry.verdict.finding is Finding.SEEN else "Very likely seen")
    else:
        assert "seen" not in label.lower()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_person_and_the_thing_are_named(situation: str) -> None:
    """Every headline says whose email it is about and what was sent."""
    trail = SITUATIONS[situation].trail
    headline = str(words.tell(SITUATIONS[situation], CLOCK).headline)
    assert (trail.recipient.name or "\0") in headline or trail.recipient.address in headline
    assert any(thing in headline for thing in ("quote for job 1042", "invoice INV-2207", "The email"))


@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without facts", "with facts"])
@pytest.mark.parametrize("code", Sign)
def test_every_sign_has_a_sentence(code: Sign, facts: dict[str, str]) -> None:
    """Every sign of the evidence is said in a whole sentence of its own, whatever is known about it."""
    for when in (at("09:00"), None):
        sentence = reasons.text(Reason(code, when, 1.0, facts), MARIA, QUOTE, CLOCK)
        assert re.fullmatch(r"[A-Z0-9].*[.]", sentence)
        assert not FORBIDDEN.search(sentence), sentence
        assert code.value.replace("_", " ") not in sentence or " " not in code.value.replace("_", " ")


@pytest.mark.parametrize("cause", FAILURES)
def test_every_cause_of_a_failure_has_words(cause: Cause) -> None:
    """Every cause of a failure is said in words."""
    assert cause in reasons.CAUSES
    for code in (Sign.FAILED, Sign.WAITING):
        sentence = reasons.text(Reason(code, None, 0.0, {"cause": cause}), MARIA, QUOTE, CLOCK)
        assert not FORBIDDEN.search(sentence), sentence


@pytest.mark.parametrize("why", WhyNot)
def test_every_reason_for_seeing_nothing_has_words(why: WhyNot) -> None:
    """Whatever kept opens or clicks from showing is said in words."""
    sentence = reasons.text(Reason(Sign.NOT_TRACKED, None, 0.0, {"why": why}), MARIA, QUOTE, CLOCK)
    assert sentence == reasons.WHY_NOT[why]


@pytest.mark.parametrize("facts", [{}, NOTE_FACTS], ids=["without facts", "with facts"])
@pytest.mark.parametrize("code", Note)
def test_every_note_has_a_sentence(code: Note, facts: dict[str, str]) -> None:
    """Everything a reader must know about an answer is said in whole sentences."""
    for trouble in (*Trouble, ""):
        for when in (at("09:40"), None):
            sentence = notes.text(Reason(code, when, 0.0, {**facts, "cause": trouble}), CLOCK)
            assert re.fullmatch(r"[A-Z0-9].*[.?]", sentence)
            assert not FORBIDDEN.search(sentence), sentence


def test_a_code_of_tomorrow_is_said_as_its_own_words() -> None:
    """A reason or note that these words don't know yet is shown rather than lost."""
    assert reasons.text(Reason("usually_opens", at("09:00")), MARIA, QUOTE, CLOCK) == "Usually opens today at 09:00."
    assert notes.text(Reason("moon_is_full"), CLOCK) == "Moon is full."


def test_a_fresh_sign_says_that_it_may_change() -> None:
    """A sign that the next minutes may still explain is said to be fresh."""
    sentence = reasons.text(Reason(Sign.EARLY_CLICK, at("10:14"), 1, {"settling": "yes"}), MARIA, QUOTE, CLOCK)
    assert sentence.endswith("ask again in a few minutes.")


@pytest.mark.parametrize(
    ("chance", "says"),
    [("95", "nearly always shows"), ("60", "not always"), ("20", "says little"), ("", "No sign"), ("x", "No sign")],
)
def test_silence_is_worth_what_the_mailbox_shows(chance: str, says: str) -> None:
    """The quieter a kind of mailbox is anyway, the less its silence is made of."""
    assert says in reasons.text(Reason(Sign.SILENCE, None, 0.0, {"chance": chance}), MARIA, QUOTE, CLOCK)


@pytest.mark.parametrize(("chance", "opens", "hides"), [("72", "41", True), ("95", "10", True), ("72", "60", False)])
def test_a_mailbox_that_hides_opens_is_not_said_to_show_looks(chance: str, opens: str, *, hides: bool) -> None:
    """Where it is clicks that show a look, the reason says so, and doesn't claim that opens show."""
    told = reasons.text(Reason(Sign.SILENCE, None, 0.0, {"chance": chance, "opens": opens}), MARIA, QUOTE, CLOCK)
    assert ("Opens often don't show" in told) is hides
    assert ("a look" in told) is not hides


def test_colleagues_are_no_machines() -> None:
    """A look from the office's own network is told as the office's, not as a machine's."""
    told = words.tell(SITUATIONS["own office looked"], CLOCK)
    assert [label for label, _ in told.apart] == ["Your office"]
    assert told.office[0].startswith("Somebody in your own office")
    assert not told.machines


@pytest.mark.parametrize(
    ("detail", "quoted"),
    [
        ("smtp;550 5.1.1 <tom@x.example>: no such user", "“<tom@x.example>: no such user”"),
        ("452-4.2.2 The recipient's inbox is full. https://x.example/?p=1 y17-20 - gsmtp", None),
        ("smtp; 550 blocked [203.0.113.9] by 2001:db8:1:2::9", "“blocked … by”"),
        ("\x1b[31mno\x00", "“[31mno”"),
        ("550", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_what_the_other_server_said(detail: str | None, quoted: str | None) -> None:
    """The other server's words are quoted without their codes, links and addresses."""
    said = reasons.server_words(detail)
    if quoted is None:
        assert said.startswith("“The recipient's inbox is full.")
        assert "http" not in said
    else:
        assert said == quoted


def test_a_trailing_pointer_to_a_link_is_cut() -> None:
    """A server's "see" without the link it pointed to is not quoted."""
    assert reasons.server_words("smtp;550 5.7.1 rejected, please see https://x.example/?ip=203.0.113.9") == "“rejected”"


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("invoice", "Maria Lopez paid invoice INV-2207 today at 09:10."),
        ("payment-reminder", "Maria Lopez paid after the reminder for invoice INV-2207 today at 09:10."),
        ("quote", "Maria Lopez sent a payment after the quote for invoice INV-2207 today at 09:10."),
    ],
)
def test_a_payment_is_called_one(tag: str, says: str) -> None:
    """What was paid is said as one says it: the invoice itself, or what followed a reminder."""
    entry = SITUATIONS["paid"]
    message = replace(entry.trail.message, tag=tag)
    assert words.tell(replace(entry, trail=replace(entry.trail, message=message)), CLOCK).headline.text == says


def test_a_portal_link_that_was_opened_is_an_email() -> None:
    """Who opened the email with a portal link has not opened the portal."""
    entry = SITUATIONS["opened by a person"]
    message = replace(entry.trail.message, tag="portal-link")
    told = words.tell(replace(entry, trail=replace(entry.trail, message=message)), CLOCK).headline.text
    assert "opened the email with the portal link for job 1042" in told
