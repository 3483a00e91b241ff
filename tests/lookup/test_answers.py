"""What is found for each kind of question, in Postmark and in the own store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import readers
from store import events, messages
from store.records import Arrival, Event, EventKind, Finding, PostmarkState, Role, Source
from tests.lookup.house import DAY, HOUR, MINUTE, NOW, House, codes, facts, shown

MARIA, TOM, BEN = "maria@oakleaf.example", "tom@reed.example", "ben@oakleaf.example"


@pytest.fixture
def mail(house: House) -> House:
    """Two weeks of mail: a quote, an invoice and a booking to Maria, an invoice to Tom."""
    told = house.sandbox
    links = '<a href="https://portal.alder.example/q/1042">See it</a>'
    quote = told.send(
        f"Maria Lopez <{MARIA}>",
        "Your quote for job 1042",
        html=links,
        tag="quote",
        track_links="HtmlOnly",
        metadata={"job_id": "1042"},
        at=NOW - 9 * DAY,
    )
    invoice = told.send(f"Maria Lopez <{MARIA}>", "Invoice INV-2207", tag="invoice", at=NOW - 2 * DAY)
    told.send(f"María López <{MARIA}>", "Booking confirmed", metadata={"JOB_ID": "1042"}, at=NOW - DAY)
    told.send(f'"Reed, Tom" <{TOM}>', "Your bill", metadata={"invoice_id": "2208"}, at=NOW - DAY + HOUR)
    told.deliver(quote, at=NOW - 9 * DAY + MINUTE)
    told.click(quote, MARIA, by=readers.PHONE, at=NOW - 8 * DAY)
    told.deliver(invoice, at=NOW - 2 * DAY + MINUTE)
    return house


def test_postmark_is_asked_for_what_the_store_does_not_know(mail: House) -> None:
    """The first question about an address finds its emails in Postmark, newest first, with what happened to each."""
    answer = mail.ask(MARIA)
    assert [subject for subject, _ in shown(answer)] == [
        "Booking confirmed",
        "Invoice INV-2207",
        "Your quote for job 1042",
    ]
    assert answer.postmark is PostmarkState.LIVE
    assert [entry.verdict.finding for entry in answer.entries] == [Finding.NO_SIGN, Finding.NO_SIGN, Finding.SEEN]
    assert codes(answer) == []


def test_what_postmark_said_is_kept(mail: House) -> None:
    """What was found once is answered from the own store, without Postmark."""
    before = mail.ask(MARIA)
    asked = mail.asked()
    answer = mail.ask(MARIA, offline=True)
    assert mail.asked() == asked
    assert shown(answer) == shown(before)
    assert answer.postmark is PostmarkState.OFFLINE
    assert codes(answer) == ["offline"]
    assert answer.notes[0].at == mail.now


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("1042", ["Booking confirmed", "Your quote for job 1042"]),
        ("did they see the quote for job 1042?", ["Your quote for job 1042"]),
        ("INV-2207", ["Invoice INV-2207"]),
        ("invoice 2207", ["Invoice INV-2207"]),
        ("2207", ["Invoice INV-2207"]),
        ("invoice #2208", ["Your bill"]),
        ("@oakleaf.example", ["Booking confirmed", "Invoice INV-2207", "Your quote for job 1042"]),
        ("maria lopez", ["Booking confirmed", "Invoice INV-2207", "Your quote for job 1042"]),
        ("did María see the invoice?", ["Invoice INV-2207"]),
        ("Tom Reed", ["Your bill"]),
        ("Mr. T. Reed", ["Your bill"]),
        ("the Reeds", ["Your bill"]),
        (f"{MARIA} job 1042", ["Booking confirmed", "Your quote for job 1042"]),
        (f"{MARIA} 2 days ago", ["Invoice INV-2207"]),
        (f"{MARIA} since Friday", ["Booking confirmed", "Invoice INV-2207"]),
        (f"subject:'quote job' {MARIA}", ["Your quote for job 1042"]),
        ("Maria's booking for job 1042", ["Booking confirmed"]),
        ("the plumber's quote for job 1042", ["Your quote for job 1042"]),
    ],
)
def test_every_kind_of_question_finds_its_emails(mail: House, text: str, subjects: list[str]) -> None:
    """Numbers, names, domains and addresses find their emails in Postmark, and again in the own store."""
    assert [subject for subject, _ in shown(mail.ask(text))] == subjects
    assert [subject for subject, _ in shown(mail.ask(text, offline=True))] == subjects


def test_a_message_is_found_by_its_id(mail: House) -> None:
    """A Postmark message ID finds that email alone, also on the first question."""
    message_id = mail.sandbox.send(TOM, "Hello", at=NOW - HOUR)
    assert shown(mail.ask(message_id)) == [("Hello", TOM)]
    assert shown(mail.ask(message_id, offline=True)) == [("Hello", TOM)]


def test_both_things_asked_for_must_hold(mail: House) -> None:
    """An address and another customer's number find nothing together; the reply says that each is known."""
    mail.ask(MARIA)
    answer = mail.ask(f"{MARIA} invoice 2208")
    assert answer.entries == ()
    assert facts(answer, "none_fits_both") == {"first": "3", "second": "1"}


def test_two_addresses_find_what_went_to_both(mail: House) -> None:
    """Asking for two people finds the emails that went to both, with a trail for each of them."""
    mail.sandbox.send(f"{MARIA}, {BEN}", "To both", at=NOW - HOUR)
    assert shown(mail.ask(f"{MARIA} {BEN}")) == [("To both", MARIA), ("To both", BEN)]


def test_a_name_that_fits_several_asks_which(mail: House) -> None:
    """A name of two customers is asked back, with both to choose from, and nothing is answered for either."""
    mail.sandbox.send("Maria Kern <kern@example.com>", "Hello", at=NOW - HOUR)
    mail.ask("kern@example.com")
    mail.ask(MARIA)
    answer = mail.ask("did Maria see it?")
    assert set(answer.candidates) == {"Maria Kern <kern@example.com>", f"María López <{MARIA}>"}
    assert answer.entries == ()
    assert not answer.unanswerable


def test_a_number_tells_people_of_one_name_apart(mail: House) -> None:
    """With a number beside it, a name of two customers is no longer ambiguous."""
    mail.sandbox.send("Maria Kern <kern@example.com>", "Hello", at=NOW - HOUR)
    mail.ask("kern@example.com")
    mail.ask(MARIA)
    assert {address for _, address in shown(mail.ask("did Maria see the quote for job 1042?"))} == {MARIA}


def test_local_records_join_numbers_and_messages(house: House) -> None:
    """A message that the firm registered under a number is found by it, although nothing in the email names it."""
    message_id = house.sandbox.send(MARIA, "Hello", at=NOW - HOUR)
    registration = Event(key="r1", kind=EventKind.REGISTRATION, at=NOW - HOUR, source=Source.TRACKING,
                         message_id=message_id, reference="4711")  # fmt: skip
    visit = Event(key="v1", kind=EventKind.PORTAL_VISIT, at=NOW - MINUTE, source=Source.TRACKING, reference="4711")
    house.receive(*(Arrival(event=event, received_at=NOW, raw="{}") for event in (registration, visit)))
    answer = house.ask("job 4711")
    assert shown(answer) == [("Hello", MARIA)]
    assert EventKind.PORTAL_VISIT in {event.kind for event in answer.entries[0].trail.events}


def test_a_message_known_from_a_webhook_alone_is_found(house: House) -> None:
    """An event that came in a moment ago is part of the answer, filed or not, and with Postmark off."""
    event = Event(key="d1", kind=EventKind.DELIVERY, at=NOW - MINUTE, message_id="m-1", recipient=MARIA,
                  recipient_key=MARIA, metadata={"job_id": "1042"})  # fmt: skip
    house.receive(Arrival(event=event, received_at=NOW, raw="{}"))
    answer = house.ask("1042", offline=True)
    assert [entry.trail.recipient.address for entry in answer.entries] == [MARIA]
    assert answer.entries[0].trail.message.subject is None


# ── Whose is what ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_limit_counts_emails_and_cuts_none_in_the_middle(house: House) -> None:
    """An email to 40 people is shown with all of them, each by itself, however small the limit."""
    crowd = [f"customer{number}@c{number}.example" for number in range(40)]
    house.sandbox.send(", ".join(crowd), "To everybody, job 1042", at=NOW - HOUR)
    house.sandbox.send(MARIA, "Your quote for job 1042", at=NOW - DAY)
    answer = house.ask("1042", limit=1)
    assert sorted(address for _, address in shown(answer)) == sorted(crowd)
    assert answer.more == 1
    assert facts(answer, "many_recipients") == {"count": "40"}
    one = house.ask(crowd[7], offline=True)
    assert shown(one) == [("To everybody, job 1042", crowd[7])]


def test_a_number_shared_by_two_customers_is_said(house: House) -> None:
    """A number on emails to two different customers is said to be shared; colleagues count as one customer."""
    house.sandbox.send(MARIA, "Your quote for job 1042", at=NOW - DAY)
    house.sandbox.send(BEN, "Job 1042", at=NOW - HOUR)
    assert "shared_reference" not in codes(house.ask("1042"))
    house.sandbox.send(TOM, "Quote 1042", at=NOW - MINUTE)
    house.wait(2 * MINUTE)
    answer = house.ask("1042")
    assert facts(answer, "shared_reference") == {"reference": "1042", "count": "2"}
    assert len(answer.entries) == 3


def test_the_wrong_persons_click_is_told_beside_the_answer(house: House) -> None:
    """Asked for Maria, the answer is hers; what Ben did with his copy stands beside it and is not hers."""
    links = '<a href="https://portal.alder.example/q/1042">See it</a>'
    quote = house.sandbox.send(f"{MARIA}, {BEN}", "Your quote", html=links, track_links="HtmlOnly", at=NOW - DAY)
    house.sandbox.deliver(quote, at=NOW - DAY + MINUTE)
    house.sandbox.click(quote, BEN, at=NOW - HOUR)
    answer = house.ask(MARIA)
    assert [(entry.trail.recipient.address, entry.verdict.finding) for entry in answer.entries] == [
        (MARIA, Finding.NO_SIGN)
    ]
    assert [(entry.trail.recipient.address, entry.verdict.finding) for entry in answer.siblings] == [
        (BEN, Finding.SEEN)
    ]


def test_the_firms_own_copies_are_left_out(house: House) -> None:
    """A number's answer holds the customers, not the firm's blind copies; asked for by address, a copy is shown."""
    house.sandbox.send(MARIA, "Your quote for job 1042", bcc="archive@alder.example", cc=BEN, at=NOW - DAY)
    assert [address for _, address in shown(house.ask("1042"))] == [MARIA, BEN]
    copy = house.ask("archive@alder.example")
    assert [entry.trail.recipient.role for entry in copy.entries] == [Role.BCC]
    assert "only_copies" in codes(copy)


def test_suppressions_of_an_address_come_along(house: House) -> None:
    """A question about an address also asks whether Postmark still sends there."""
    house.sandbox.send(MARIA, "Your quote", at=NOW - DAY)
    house.sandbox.suppress(MARIA, reason="ManualSuppression", origin="Customer", at=NOW - HOUR)
    (entry,) = house.ask(MARIA).entries
    assert [event.kind for event in entry.trail.address_events] == [EventKind.SUPPRESSION]


def test_bounces_are_told_in_full(house: House) -> None:
    """Of an email that came back the answer knows the kind of bounce, not only that there was one."""
    message_id = house.sandbox.send(MARIA, "Your quote", at=NOW - DAY)
    house.sandbox.bounce(message_id, MARIA, type="HardBounce", at=NOW - DAY + MINUTE)
    (entry,) = house.ask(MARIA).entries
    assert [e.bounce_type for e in entry.trail.events if e.kind is EventKind.BOUNCE] == ["HardBounce"]


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_earlier_moment_can_be_asked_about(mail: House) -> None:
    """Asked as of an earlier time, only what had been sent and had happened by then counts."""
    then = NOW - 8 * DAY - HOUR
    answer = mail.ask(MARIA, at=then)
    assert answer.as_of == then
    assert [(e.trail.message.subject, e.verdict.finding) for e in answer.entries] == [
        ("Your quote for job 1042", Finding.NO_SIGN)
    ]


def test_each_earlier_moment_is_asked_about_by_itself(mail: House) -> None:
    """Asking about one earlier moment does not stand in the way of asking about another right after it."""
    assert len(mail.ask(MARIA, at=NOW - 8 * DAY).entries) == 1
    assert len(mail.ask(MARIA, at=NOW - DAY - HOUR).entries) == 2
    assert len(mail.ask(MARIA).entries) == 3


def test_an_email_beyond_retention_is_not_looked_up(house: House) -> None:
    """Emails that Postmark has forgotten are answered from the own store, and nobody asks for their details."""
    with house.database.write() as connection:
        event = Event(
            key="d1", kind=EventKind.DELIVERY, at=NOW - 60 * DAY, message_id="old", recipient=MARIA, recipient_key=MARIA
        )
        events.add(connection, [Arrival(event=event, received_at=NOW - 60 * DAY, raw="{}")])
        events.file_new(connection, references=lambda _: ())
        (known,) = messages.load(connection, ["old"])
        messages.save(connection, [type(known)(message_id="old", server="office", sent_at=NOW - 60 * DAY)])
    answer = house.ask(MARIA)
    assert [entry.trail.message.message_id for entry in answer.entries] == ["old"]
    assert not any("details" in request.path for request in house.sandbox.requests)


# ── Nothing found ────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_found_is_not_the_last_word(mail: House) -> None:
    """Finding nothing says that mail of the last minutes may not be listed yet, and offers what looks alike."""
    mail.ask(MARIA)
    answer = mail.ask("maria@oaklaef.example")
    assert answer.entries == ()
    assert answer.postmark is PostmarkState.LIVE
    assert codes(answer) == ["too_new", "too_old"]
    assert answer.suggestions == (MARIA,)
    assert not answer.unanswerable


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("1024", "1042"),
        ("job 104", "1042"),
        ("INV-2270", "INV-2207"),
        ("@oakleef.example", "@oakleaf.example"),
        ("Oakleaf Ltd", "@oakleaf.example"),
    ],
)
def test_what_looks_alike_is_offered(mail: House, text: str, suggestion: str) -> None:
    """A mistyped number, domain or company leads to the ones that are known."""
    mail.ask(MARIA)
    assert suggestion in mail.ask(text).suggestions


def test_emails_of_another_time_are_mentioned(mail: House) -> None:
    """When an address got mail, but none in the time asked for, the answer says how much and when."""
    mail.ask(MARIA)
    answer = mail.ask(f"{MARIA} in October")
    assert answer.entries == ()
    assert facts(answer, "only_outside_that_time") == {"count": "3"}


def test_another_kind_of_email_is_shown_with_a_warning(mail: House) -> None:
    """When there is no email of the kind asked for, the others are shown and the answer says so."""
    answer = mail.ask(f"did {MARIA} see the reminder?")
    assert len(answer.entries) == 3
    assert facts(answer, "widened") == {"words": "reminder"}


def test_a_suppressed_address_without_mail_is_said(house: House) -> None:
    """For an address that Postmark refuses to send to, "nothing found" comes with that reason."""
    house.sandbox.suppress(MARIA, reason="HardBounce", origin="Recipient", at=NOW - HOUR)
    answer = house.ask(MARIA)
    assert facts(answer, "address_is_suppressed") == {"address": MARIA, "reason": "HardBounce"}


def test_a_stranger_is_not_found_anywhere(house: House) -> None:
    """A name nobody has is answered with nothing, not with somebody else's emails."""
    house.sandbox.send(f"Maria Lopez <{MARIA}>", "Hello", at=NOW - HOUR)
    answer = house.ask("Agnes Zimmer")
    assert (answer.entries, answer.candidates, answer.suggestions) == ((), (), ())


def test_a_name_in_the_address_is_enough(house: House) -> None:
    """Where To holds no name, the part before the @ is taken for one."""
    house.sandbox.send("jonas.weber@weber.example", "Hello", at=NOW - timedelta(hours=3))
    house.ask("jonas.weber@weber.example")
    assert shown(house.ask("Jonas Weber")) == [("Hello", "jonas.weber@weber.example")]
