from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.postmark import webhooks
from store.records import Arrival, EventKind, Source
from tests.postmark import samples
from tests.postmark.samples import MISSING, NOW


def parse(body: object, received_at: datetime = NOW) -> Arrival:
    return webhooks.parse(body, received_at=received_at)


def test_a_delivery_is_read() -> None:
    """A delivery tells who got the email, when, and what their server said."""
    event = parse(samples.delivery()).event
    assert event.kind is EventKind.DELIVERY
    assert event.at == datetime(2026, 11, 20, 8, 0, 4, 123456, tzinfo=UTC)
    assert not event.at_is_arrival
    assert (event.message_id, event.recipient_key) == (samples.MESSAGE_ID, samples.CUSTOMER)
    assert event.detail == "smtp;250 2.6.0 queued as 4F1B"
    assert (event.stream, event.tag, event.metadata) == ("outbound", "quote", {"job_id": "3107"})
    assert event.source is Source.WEBHOOK


def test_a_bounce_is_read() -> None:
    """A bounce keeps its 64-bit number exactly, its type in Postmark's word, and what can be done about it."""
    event = parse(samples.bounce()).event
    assert event.kind is EventKind.BOUNCE
    assert (event.bounce_id, event.bounce_type) == ("9007199254740993", "HardBounce")
    assert (event.inactive, event.can_activate) == (True, True)
    assert event.recipient == samples.CUSTOMER
    assert event.detail == "smtp;550 5.1.1 unknown user"
    assert (event.subject, event.sender) == ("Quote for job 3107", "office@birch.example")


@pytest.mark.parametrize(
    ("bounce_type", "kind"),
    [
        ("HardBounce", EventKind.BOUNCE),
        ("SoftBounce", EventKind.BOUNCE),
        ("Unsubscribe", EventKind.BOUNCE),
        ("Transient", EventKind.DEFERRAL),
        ("AutoResponder", EventKind.AUTO_REPLY),
        ("SpamComplaint", EventKind.COMPLAINT),
        ("SomethingNew", EventKind.BOUNCE),
    ],
)
def test_what_postmark_files_as_a_bounce_is_told_apart(bounce_type: str, kind: EventKind) -> None:
    """A delay, an out-of-office answer and a complaint are not taken for failed deliveries."""
    event = parse(samples.bounce(Type=bounce_type, TypeCode=512)).event
    assert (event.kind, event.bounce_type) == (kind, bounce_type)


def test_a_complaint_is_read() -> None:
    """A spam complaint is one whichever type number Postmark gives it."""
    for code in (512, 100001):
        event = parse(samples.complaint(TypeCode=code)).event
        assert (event.kind, event.key) == (EventKind.COMPLAINT, "complaint:9007199254740993")


def test_an_open_is_read() -> None:
    """An open tells with what it was opened, and from which network, never from which address."""
    event = parse(samples.opening()).event
    assert event.kind is EventKind.OPEN
    assert event.user_agent == samples.IPHONE
    assert (event.client, event.os, event.platform) == ("Mobile Safari", "iOS", "Mobile")
    assert (event.first_open, event.read_seconds) == (True, 4)
    assert event.network is not None
    assert event.network.prefix == samples.READER_NETWORK


def test_unknown_in_postmarks_words_is_unknown() -> None:
    """Where Postmark says "unknown" for the program, it is not known, and an empty place gives no network."""
    nothing = {"Name": "unknown", "Company": "unknown", "Family": "unknown"}
    event = parse(samples.opening(Client=nothing, OS=nothing, Platform="Unknown", Geo={})).event
    assert (event.client, event.os, event.platform, event.network) == (None, None, None, None)


def test_a_click_is_read() -> None:
    """A click tells which link was clicked and in which part of the email."""
    event = parse(samples.click()).event
    assert event.kind is EventKind.CLICK
    assert (event.link, event.click_location) == (samples.LINK, "HTML")


def test_a_suppression_and_its_end_are_read() -> None:
    """An address that is blocked or let in again is noted with the reason and with who did it."""
    event = parse(samples.subscription_change()).event
    assert (event.kind, event.reason, event.origin) == (EventKind.SUPPRESSION, "HardBounce", "Recipient")
    event = parse(samples.subscription_change(SuppressSending=False, SuppressionReason=None, Origin="Admin")).event
    assert (event.kind, event.reason, event.origin) == (EventKind.REACTIVATION, None, "Admin")


@pytest.mark.parametrize("message_id", [None, MISSING])
def test_a_suppression_may_name_no_message(message_id: object) -> None:
    """A suppression that an admin made names no message and is kept for the address and its stream."""
    event = parse(samples.subscription_change(MessageID=message_id, MessageStream=MISSING)).event
    assert (event.message_id, event.recipient_key, event.stream) == (None, samples.CUSTOMER, "outbound")


def test_a_bounce_without_address_and_time_is_kept() -> None:
    """An unsubscribe bounce that names neither address nor time is kept, with the time it came marked as such."""
    event = parse(samples.bounce(Type="Unsubscribe", Email=MISSING, BouncedAt=MISSING, Details=MISSING)).event
    assert (event.recipient, event.at, event.at_is_arrival) == (None, NOW, True)
    assert event.detail == "The mailbox does not exist."


@pytest.mark.parametrize("sample", samples.ALL_SIX)
def test_postmarks_test_bodies_are_no_evidence(sample: Callable[..., dict[str, Any]]) -> None:
    """What the "send test" button sends is kept as a test and names no email and no customer."""
    event = parse(sample(MessageID="00000000-0000-0000-0000-000000000000")).event
    assert (event.kind, event.message_id, event.recipient) == (EventKind.TEST, None, None)


def test_a_test_bounce_is_known_by_its_number_and_address() -> None:
    """A test bounce is recognised even where its message ID looks real."""
    event = parse(samples.bounce(ID=42, Email="john@example.com")).event
    assert event.kind is EventKind.TEST


@pytest.mark.parametrize("word", ["Teleportation", "", None, 7, ["Open"], MISSING, "open"])
def test_an_unknown_type_is_kept(word: object) -> None:
    """A record type nobody has heard of is kept whole and is never evidence."""
    arrival = parse(samples.delivery(RecordType=word, Extra={"a": [1]}))
    assert arrival.event.kind is EventKind.UNKNOWN
    assert json.loads(arrival.raw)["Extra"] == {"a": [1]}


def test_unknown_fields_survive_in_the_raw_body() -> None:
    """A field that Postmark adds tomorrow is there when a later version wants to read it."""
    assert json.loads(parse(samples.opening(Novelty={"Score": 3})).raw)["Novelty"] == {"Score": 3}


@pytest.mark.parametrize("sample", [*samples.ALL_SIX, samples.inbound])
def test_nothing_private_is_kept(sample: Callable[..., dict[str, Any]]) -> None:
    """No email body, coordinate or reader's address is kept, neither in the event nor in the raw body."""
    kept = repr(parse(sample()))
    for secret in (samples.READER_ADDRESS, samples.COORDINATES, "80331", "price is 900", "We accept", "JVBERi0xLjQ="):
        assert secret not in kept


def test_the_network_is_kept_where_the_address_stood() -> None:
    """The raw body says which network an open came from and which edition of the lists said so."""
    geo = json.loads(parse(samples.opening()).raw)["Geo"]
    assert geo["Network"]["prefix"] == samples.READER_NETWORK
    assert geo["Network"]["list_version"]
    assert geo["Country"] == "Germany"


@pytest.mark.parametrize("sample", [*samples.ALL_SIX, samples.inbound])
def test_the_key_does_not_depend_on_how_it_came(sample: Callable[..., dict[str, Any]]) -> None:
    """The same event has the same key whenever it comes and in whatever order its fields stand."""
    body = sample()
    again = dict(reversed(body.items()))
    assert parse(body).event.key == parse(again, NOW + timedelta(hours=3)).event.key


@pytest.mark.parametrize("sample", [*samples.ALL_SIX, samples.inbound])
def test_a_record_without_what_its_key_needs_still_has_one_key(sample: Callable[..., dict[str, Any]]) -> None:
    """A record without number and time is one record however often it comes, and another one is another."""
    lost = dict.fromkeys(("ID", "DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt"), MISSING)
    first = sample(**lost)
    again = dict(reversed(first.items()))
    assert parse(first).event.key == parse(again, NOW + timedelta(hours=3)).event.key
    if sample is not samples.inbound:
        assert parse(first).event.key != parse(sample(**lost, ServerID=991)).event.key


@pytest.mark.parametrize(
    ("sample", "field", "other"),
    [
        (samples.delivery, "DeliveredAt", "2026-11-20T08:00:04.1234568Z"),
        (samples.delivery, "Recipient", "site@millpond.example"),
        (samples.opening, "ReceivedAt", "2026-11-20T09:15:30.7654322Z"),
        (samples.opening, "UserAgent", "Mozilla/5.0"),
        (samples.click, "OriginalLink", "https://portal.birch.example/unsubscribe"),
        (samples.click, "ClickLocation", "Text"),
        (samples.bounce, "ID", 9007199254740992),
        (samples.subscription_change, "MessageStream", "broadcast"),
        (samples.subscription_change, "SuppressSending", False),
        (samples.subscription_change, "Origin", "Admin"),
    ],
)
def test_different_events_have_different_keys(sample: Callable[..., dict[str, Any]], field: str, other: object) -> None:
    """Two events that differ in anything that tells them apart, down to the seventh digit of a second, are two."""
    assert parse(sample()).event.key != parse(sample(**{field: other})).event.key


@pytest.mark.parametrize(
    ("sample", "field", "same"),
    [
        (samples.delivery, "Recipient", "RUTH@millpond.example"),
        (samples.delivery, "MessageID", samples.MESSAGE_ID.upper()),
        (samples.delivery, "DeliveredAt", "2026-11-20T03:00:04.1234567-05:00"),
        (samples.bounce, "ID", "9007199254740993"),
        (samples.opening, "Geo", {}),
        (samples.subscription_change, "Origin", "recipient"),
        (samples.subscription_change, "SuppressSending", "True"),
    ],
)
def test_one_event_spelled_differently_has_one_key(
    sample: Callable[..., dict[str, Any]], field: str, same: object
) -> None:
    """Case, the offset of a time, and numbers as text make no second event."""
    assert parse(sample()).event.key == parse(sample(**{field: same})).event.key


def test_a_message_id_has_one_spelling() -> None:
    """A message is one message whether its ID comes in capitals or not; an ID of another form is left as it is."""
    assert parse(samples.delivery(MessageID=samples.MESSAGE_ID.upper())).event.message_id == samples.MESSAGE_ID
    assert parse(samples.delivery(MessageID="Opaque-7")).event.message_id == "Opaque-7"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "soon", 1763625600, None, {}])
def test_an_impossible_time_is_no_time(at: object) -> None:
    """A time outside this century, or none, is replaced by the time of arrival, and says so."""
    event = parse(samples.opening(ReceivedAt=at)).event
    assert (event.at, event.at_is_arrival) == (NOW, True)


@pytest.mark.parametrize("body", [None, [], [{}], "Open", 3, True])
def test_only_objects_are_bodies(body: object) -> None:
    """Whatever is no JSON object is refused, since Postmark never sends it."""
    with pytest.raises(TypeError, match="JSON object"):
        parse(body)
