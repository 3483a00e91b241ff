from __future__ import annotations

from typing import Any

import pytest

from bot.postmark import rows, webhooks
from store.records import Arrival, EventKind, Role
from tests.postmark import samples
from tests.postmark.samples import CUSTOMER, MISSING, NOW, Body

AT, AT_EASTERN = "2026-11-20T08:00:04.1234567Z", "2026-11-20T03:00:04.1234567-05:00"


def told(*entries: Body, **changes: Any) -> tuple[Arrival, ...]:
    found = rows.details(samples.details(*entries, **changes), received_at=NOW)
    assert found is not None
    return found.arrivals


def test_an_email_is_read_from_a_search() -> None:
    """A row of a search gives the email with everybody it went to and how it was tracked."""
    message = rows.message(samples.search_row(), server="main")
    assert message is not None
    assert (message.message_id, message.server, message.stream) == (samples.MESSAGE_ID, "main", "outbound")
    assert (message.subject, message.tag, message.metadata) == ("Quote for job 3107", "quote", {"job_id": "3107"})
    assert (message.status, message.track_opens, message.track_links) == ("Sent", True, "HtmlOnly")
    assert (message.sandboxed, message.has_html, message.checked_at) == (False, None, None)
    assert [(to.address, to.name, to.role) for to in message.recipients] == [
        (CUSTOMER, "Ruth Amsel", Role.TO),
        ("site@millpond.example", None, Role.CC),
        ("archive@birch.example", None, Role.BCC),
    ]


def test_an_old_row_says_less_and_nothing_is_made_up() -> None:
    """What an old row does not tell is not known: tracking above all is not taken to be off."""
    fields = ("MessageStream", "TrackOpens", "TrackLinks", "Metadata", "Sandboxed", "Bcc")
    message = rows.message(samples.search_row(**dict.fromkeys(fields, MISSING), Tag=""))
    assert message is not None
    assert (message.track_opens, message.track_links, message.sandboxed, message.tag) == (None, None, None, None)
    assert message.stream == "outbound"
    assert message.recipients[-1].role is None


def test_links_not_tracked_is_not_the_same_as_not_known() -> None:
    """Postmark's word "None" for untracked links is kept as a word."""
    message = rows.message(samples.search_row(TrackLinks="None", TrackOpens="false", Metadata={"job_id": 3107}))
    assert message is not None
    assert (message.track_links, message.track_opens, message.metadata) == ("None", False, {"job_id": "3107"})


def test_an_address_on_two_lines_is_one_recipient() -> None:
    """Somebody in To and Cc, in different letters, is one recipient, in To."""
    line = [{"Email": CUSTOMER.upper()}, {"Email": "Ruth <ruth@millpond.example>"}, {"Email": 7}, None, "x@y.example"]
    message = rows.message(samples.search_row(To=line, Cc=line, Bcc=None, Recipients="all"))
    assert message is not None
    assert [(to.key, to.role) for to in message.recipients] == [(CUSTOMER, Role.TO), ("x@y.example", Role.TO)]


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("<p>x</p>", "x", True),
        ("<p>x</p>", None, True),
        ("", "x", False),
        (None, "x", False),
        ("", "", None),
        (None, None, None),
    ],
)
def test_a_plain_text_email_is_recognised(html: str | None, text: str | None, *, expected: bool | None) -> None:
    """An email with only a text part is known to be one; where no body is left, nothing is claimed."""
    found = rows.details(samples.details(HtmlBody=html, TextBody=text), received_at=NOW)
    assert found is not None
    assert found.message.has_html is expected


@pytest.mark.parametrize("value", [None, "x", {}, [None, 3, "x"], [{}]])
def test_odd_details_are_tolerated(value: object) -> None:
    """Details whose events make no sense still give the email."""
    assert all(arrival.event.kind is EventKind.UNKNOWN for arrival in told(MessageEvents=value))
    assert rows.details({}, received_at=NOW) is None


def test_a_delivery_in_details_is_the_webhooks() -> None:
    """A delivery told by a webhook and by details is one event, though one names UTC and the other Eastern time."""
    [arrival] = told(samples.entry("Delivered", AT_EASTERN, DeliveryMessage="smtp;250 ok"))
    assert arrival.event.key == webhooks.parse(samples.delivery(DeliveredAt=AT), received_at=NOW).event.key
    assert arrival.event.detail == "smtp;250 ok"


def test_a_deferral_is_read() -> None:
    """Details tell that the other server put the email off, in its own words."""
    [arrival] = told(samples.entry("Transient", DeliveryMessage="smtp;451 mailbox full"))
    assert (arrival.event.kind, arrival.event.detail) == (EventKind.DEFERRAL, "smtp;451 mailbox full")
    assert arrival.event.recipient_key == CUSTOMER


def test_an_open_in_details_names_its_program() -> None:
    """Details tell the program that opened, and nothing of its network."""
    [arrival] = told(samples.entry("Opened", Summary=f"Email opened with {samples.IPHONE}"))
    assert (arrival.event.kind, arrival.event.user_agent) == (EventKind.OPEN, samples.IPHONE)
    assert arrival.event.network is None


def test_a_click_in_details_names_its_link() -> None:
    """Details tell which link was clicked and where it stood."""
    [arrival] = told(samples.entry("LinkClicked", Link=samples.LINK, ClickLocation="HTML", Summary="clicked"))
    assert (arrival.event.kind, arrival.event.link, arrival.event.click_location) == (
        EventKind.CLICK,
        samples.LINK,
        "HTML",
    )


def test_a_bounce_in_details_has_its_number() -> None:
    """Details tell a bounce's number, as text and beyond 53 bits, so that it can be looked up."""
    [arrival] = told(samples.entry("Bounced", Summary="smtp;550 no", BounceID="9007199254740993"))
    assert (arrival.event.kind, arrival.event.bounce_id) == (EventKind.BOUNCE, "9007199254740993")
    assert (arrival.event.detail, arrival.event.bounce_type) == ("smtp;550 no", None)


@pytest.mark.parametrize(("word", "kind"), [("True", EventKind.SUPPRESSION), ("False", EventKind.REACTIVATION)])
def test_a_suppression_in_details_is_read(word: str, kind: EventKind) -> None:
    """Details tell, as text, whether an address was blocked or let in again."""
    [arrival] = told(samples.entry("SubscriptionChanged", Origin="Recipient", SuppressSending=word))
    assert (arrival.event.kind, arrival.event.origin, arrival.event.stream) == (kind, "Recipient", "outbound")


def test_the_abridged_never_keeps_out_the_whole() -> None:
    """What details tell in short has another key than the full record, so the full one is stored whenever it comes."""
    short = told(
        samples.entry("Opened", AT_EASTERN, Summary=f"Email opened with {samples.IPHONE}"),
        samples.entry("Bounced", AT_EASTERN, BounceID="9007199254740993"),
        samples.entry("SubscriptionChanged", AT_EASTERN, Origin="Recipient", SuppressSending="True"),
    )
    whole = [
        webhooks.parse(samples.opening(ReceivedAt=AT), received_at=NOW),
        webhooks.parse(samples.bounce(), received_at=NOW),
        webhooks.parse(samples.subscription_change(ChangedAt=AT), received_at=NOW),
    ]
    for abridged, full in zip(short, whole, strict=True):
        assert abridged.event.key == f"abridged/{full.event.key}"


def test_an_unknown_event_in_details_is_kept() -> None:
    """An event type nobody has heard of is kept for its email, and is never evidence."""
    [arrival] = told(samples.entry("Teleported", To="Mars"))
    assert (arrival.event.kind, arrival.event.message_id) == (EventKind.UNKNOWN, samples.MESSAGE_ID)
    assert "Mars" in arrival.raw


def test_details_keep_no_body() -> None:
    """The email's words, which details bring along, are kept nowhere."""
    assert "Dear Ruth" not in repr(rows.details(samples.details(samples.entry("Delivered")), received_at=NOW))
