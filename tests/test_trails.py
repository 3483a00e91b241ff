"""How messages and events are put together into trails."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trails import assemble, complete
from store.records import Event, EventKind, Message, Role, Source, Trail
from tests.evidence.making import (
    BEN,
    CHROME,
    DELIVERED,
    GMAIL,
    LINK,
    MARIA,
    OFFICE,
    SENT,
    clicked,
    delivery,
    event,
    message,
    opened,
    recipient,
)

LATER = SENT + timedelta(days=30)


def trails(messages: list[Message], events: list[Event], **facts: Any) -> dict[tuple[str, str], Trail]:
    found = assemble(messages, events, until=facts.get("until", LATER))
    return {(trail.message.message_id, trail.recipient.key): trail for trail in found}


def test_every_recipient_has_a_trail_of_their_own() -> None:
    """What Ben does is never shown as Maria's, though both got the same email."""
    found = trails([message("m1", MARIA, BEN)], [delivery(), delivery(recipient=BEN), opened(600, recipient=BEN)])
    assert [e.kind for e in found["m1", MARIA].events] == [EventKind.DELIVERY]
    assert [e.kind for e in found["m1", BEN].events] == [EventKind.DELIVERY, EventKind.OPEN]


def test_newest_first_and_recipients_in_their_order() -> None:
    """The newest email comes first, and within one email the recipients as they were written."""
    messages = [message("old", sent_at=SENT), message("new", MARIA, BEN, sent_at=SENT + timedelta(days=1))]
    order = [(t.message.message_id, t.recipient.key) for t in assemble(messages, [], until=LATER)]
    assert order == [("new", MARIA), ("new", BEN), ("old", MARIA)]


def test_what_happened_later_is_left_out() -> None:
    """Asked for a moment in the past, nothing that came after it counts, not even a later email."""
    later = message("m2", sent_at=SENT + timedelta(days=2))
    found = trails([message(), later], [opened(60), opened(7200)], until=SENT + timedelta(hours=1))
    assert set(found) == {("m1", MARIA)}
    assert len(found["m1", MARIA].events) == 1


def test_a_message_known_only_from_its_events_is_a_trail_too() -> None:
    """A webhook for an email nobody has listed yet already answers a question."""
    told = delivery(message_id="m9", subject="Invoice 2207", tag="invoice", metadata={"job_id": "1042"}, server="main")
    found = trails([], [told, opened(60, message_id="m9")])["m9", MARIA]
    assert (found.message.subject, found.message.tag, found.message.server) == ("Invoice 2207", "invoice", "main")
    assert (found.message.metadata, found.message.sent_at) == ({"job_id": "1042"}, None)
    assert len(found.events) == 2


def test_events_fill_the_gaps_of_a_message_and_overwrite_nothing() -> None:
    """What Postmark's list says of an email stands; its events only add what the list left out."""
    known = message(subject="Your quote", tag=None)
    found = trails([known], [delivery(subject="Another subject", tag="quote")])["m1", MARIA]
    assert (found.message.subject, found.message.tag) == ("Your quote", "quote")


def test_one_event_told_by_webhook_and_api_is_one() -> None:
    """An open that came by webhook and again from Postmark's list is counted once, with all that both knew."""
    hook = opened(600, CHROME, client="Chrome")
    row = opened(600.4, CHROME, source=Source.API, platform="Desktop", client=None)
    detail = opened(600, None, source=Source.API, ip=None)
    events = trails([message()], [detail, row, hook])["m1", MARIA].events
    assert [(e.source, e.client, e.platform) for e in events] == [(Source.WEBHOOK, "Chrome", "Desktop")]


def test_a_click_that_details_tell_without_its_program_is_the_same_click() -> None:
    """Postmark's details name no program for a click; they still mean the click that its list tells in full."""
    row = clicked(600, source=Source.API)
    bare = clicked(600, None, ip=None, source=Source.API)
    (only,) = trails([message()], [bare, row])["m1", MARIA].events
    assert only.user_agent == CHROME


@pytest.mark.parametrize(
    "other",
    [
        opened(603, source=Source.API),
        opened(600.5, GMAIL, source=Source.API),
        opened(600.5),
        clicked(600.5, source=Source.API),
        opened(600.5, recipient=BEN, source=Source.API),
    ],
)
def test_different_events_stay_apart(other: Event) -> None:
    """Another time, program, person or kind is another event, however close."""
    found = trails([message("m1", MARIA, BEN)], [opened(600), other])
    assert sum(len(trail.events) for trail in found.values()) == 2


def test_two_links_in_one_moment_are_two_clicks() -> None:
    """A gateway that follows two links at once is seen to have followed two."""
    events = [clicked(60, link=LINK), clicked(60, link=LINK + "/pay", source=Source.API)]
    assert len(trails([message()], events)["m1", MARIA].events) == 2


@given(st.randoms(use_true_random=False), st.data())
def test_order_and_repeats_change_nothing(rng: random.Random, data: st.DataObject) -> None:
    """Webhooks may come twice and in any order: the trails are the same."""
    told = [
        delivery(),
        delivery(source=Source.API),
        opened(60, source=Source.API),
        opened(60, subject="Your quote"),
        opened(60.9, key="near", source=Source.API, client="Chrome"),
        opened(60, None, key="details", source=Source.API, platform="Desktop"),
        clicked(61, recipient=BEN),
        clicked(62.5, recipient=BEN, key="x", source=Source.API),
        event(EventKind.PORTAL_VISIT, 90, recipient=None, message_id=None, reference="#1042", source=Source.TRACKING),
        event(EventKind.REGISTRATION, 1, recipient=None, reference="job 1042", source=Source.TRACKING),
        event(EventKind.SUPPRESSION, 99, stream="outbound", reason="HardBounce"),
        delivery(message_id="m2", subject="Only told"),
        delivery(message_id="m2", subject="Told otherwise", source=Source.API),
    ]
    rows = [message("m1", MARIA, BEN), message("m1", MARIA, BEN, checked_at=LATER, tag="quote")]
    expected = assemble(rows, told, until=LATER)
    again = told + data.draw(st.lists(st.sampled_from(told), max_size=8))
    rng.shuffle(again)
    rng.shuffle(rows)
    assert assemble(rows, again, until=LATER) == expected


@pytest.mark.parametrize("kind", [EventKind.PORTAL_VISIT, EventKind.PAYMENT, EventKind.REPLY])
def test_a_record_for_a_message_with_one_customer_is_theirs(kind: EventKind) -> None:
    """The office's own copies don't make it doubtful who visited the portal."""
    people = (recipient(MARIA), recipient("boss@alder.example", Role.CC), recipient("log@crm.example", Role.BCC))
    record = event(kind, 900, recipient=None, source=Source.TRACKING)
    found = trails([message(recipients=people)], [record])
    assert found["m1", MARIA].events == (record,)
    assert not found["m1", "boss@alder.example"].events
    assert not any(trail.shared_events for trail in found.values())


def test_a_record_for_a_message_with_two_customers_is_somebodys() -> None:
    """When either of two may have visited the portal, neither is said to have."""
    record = event(EventKind.PORTAL_VISIT, 900, recipient=None, source=Source.TRACKING)
    found = trails([message("m1", MARIA, BEN)], [record])
    assert all(trail.events == () and trail.shared_events == (record,) for trail in found.values())


def test_a_record_that_names_only_a_number_counts_for_what_was_sent_before_it() -> None:
    """A payment for job 1042 speaks for the emails of that job that had gone out by then."""
    first = message("m1", references=("1042",))
    late = message("m2", references=("1042",), sent_at=SENT + timedelta(days=3))
    other = message("m3", references=("77",))
    paid = event(EventKind.PAYMENT, 3600, recipient=None, message_id=None, reference="#1042", source=Source.TRACKING)
    found = trails([first, late, other], [paid])
    assert {key for key, trail in found.items() if trail.events} == {("m1", MARIA)}


def test_a_number_shared_by_two_customers_is_not_mixed() -> None:
    """Job 1042 was mailed to two customers apart: a portal visit is one of theirs, nobody knows whose."""
    rows = [message("m1", MARIA, references=("1042",)), message("m2", "tom@birch.example", references=("1042",))]
    visit = event(EventKind.PORTAL_VISIT, 900, recipient=None, message_id=None, reference="1042")
    found = trails(rows, [visit])
    assert all(trail.events == () and trail.shared_events == (visit,) for trail in found.values())


def test_a_number_and_a_name_together_leave_no_doubt() -> None:
    """A visit recorded for job 1042 and Ben is Ben's."""
    rows = [message("m1", MARIA, BEN, references=("1042",))]
    visit = event(EventKind.PORTAL_VISIT, 900, recipient=BEN, message_id=None, reference="1042")
    found = trails(rows, [visit])
    assert (found["m1", BEN].events, found["m1", MARIA].events) == ((visit,), ())


def test_a_local_record_can_tie_a_message_to_a_number() -> None:
    """A message the firm registered under a number is found by what happens to that number."""
    tie = event(EventKind.REGISTRATION, recipient=None, reference="job 1042", source=Source.TRACKING)
    visit = event(EventKind.PORTAL_VISIT, 900, recipient=None, message_id=None, reference="1042")
    found = trails([message()], [tie, visit])["m1", MARIA]
    assert (found.message.references, found.events) == (("1042",), (visit,))


def test_a_reply_from_another_address_of_theirs_is_the_customers() -> None:
    """Maria answers from her private address: it is still an answer to this email."""
    reply = event(EventKind.REPLY, 900, recipient="maria.voss@home.example")
    found = trails([message()], [reply])
    assert set(found) == {("m1", MARIA)}
    assert found["m1", MARIA].events == (reply,)


@pytest.mark.parametrize("kind", [EventKind.PORTAL_VISIT, EventKind.PAYMENT])
def test_what_somebody_else_did_by_name_is_not_put_down_to_the_customer(kind: EventKind) -> None:
    """A visit recorded for another person of the job is somebody's, and not Maria's, though she alone got the email."""
    visit = event(kind, 900, recipient="tom@birch.example", message_id=None, reference="1042", source=Source.TRACKING)
    (trail,) = trails([message(references=("1042",))], [visit]).values()
    assert (trail.events, trail.shared_events) == ((), (visit,))


@pytest.mark.parametrize("kind", [EventKind.PORTAL_VISIT, EventKind.REPLY])
def test_what_a_colleague_did_says_nothing_about_the_customer(kind: EventKind) -> None:
    """When somebody of the office looks into the portal or answers to all, that is no sign of the customer."""
    own = event(kind, 900, recipient="ben@" + OFFICE.partition("@")[2], source=Source.TRACKING)
    (trail,) = trails([message()], [own]).values()
    assert (trail.events, trail.shared_events) == ((), ())


def test_a_mark_of_the_office_stands_on_every_trail_of_the_message() -> None:
    """What the office marked as handled is shown for each of the people it was about."""
    mark = event(EventKind.HANDLED, 900, recipient=None, note="called")
    found = trails([message("m1", MARIA, BEN)], [mark])
    assert all(trail.events == (mark,) for trail in found.values())


def test_suppressions_belong_to_the_address_on_its_stream() -> None:
    """A stop on one stream is known for every email to that address there, and for no other."""
    stop = event(EventKind.SUPPRESSION, -900, message_id=None, stream="outbound", reason="HardBounce")
    rows = [message("m1"), message("m2"), message("m3", stream="news"), message("m4", BEN)]
    found = trails(rows, [stop])
    assert {key[0] for key, trail in found.items() if trail.address_events} == {"m1", "m2"}
    assert not any(trail.events for trail in found.values())


def test_postmarks_test_bodies_and_unknown_records_make_no_trail() -> None:
    """Pressing "send test" in Postmark leaves no trace in any answer."""
    odd = [event(EventKind.TEST, message_id="0"), event(EventKind.UNKNOWN, message_id="m7"), event(EventKind.TEST)]
    assert trails([], odd) == {}
    assert trails([message()], odd)["m1", MARIA].events == ()


@pytest.mark.parametrize(
    ("sender", "address", "role", "customer"),
    [
        (OFFICE, MARIA, Role.TO, True),
        (f"Alder <{OFFICE}>", "boss@alder.example", Role.CC, False),
        ("office@mail.alder.example", "boss@alder.example", Role.CC, False),
        (OFFICE, "a@notalder.example", Role.TO, True),
        (OFFICE, MARIA, Role.BCC, False),
        ("alder@gmail.com", "maria@gmail.com", Role.TO, True),
        ("alder@gmail.com", "alder@gmail.com", Role.TO, False),
        (None, MARIA, Role.TO, True),
    ],
)
def test_the_firms_own_copies_are_told_from_the_customers(
    sender: str | None, address: str, role: Role, *, customer: bool
) -> None:
    """Blind copies and colleagues are not customers; two strangers at one free mail service are no colleagues."""
    (only,) = assemble([message(sender=sender, recipients=(recipient(address, role),))], [], until=LATER)
    assert only.is_customer is customer


def test_completing_messages_keeps_the_latest_account() -> None:
    """Of two rows of one message the last checked is believed, and the other fills its gaps."""
    old = message(tag="quote", status="Queued", checked_at=SENT)
    new = replace(message(tag=None, status="Sent"), checked_at=DELIVERED)
    (only,) = complete([new, old], [])
    assert (only.tag, only.status) == ("quote", "Sent")
