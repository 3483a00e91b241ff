"""The client and the parsers against the stand-in Postmark, which shares no code with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.postmark import webhooks
from bot.postmark.answers import Removal
from bot.postmark.client import Postmark
from bot.postmark.errors import (
    Maintenance,
    NotFound,
    OddAnswer,
    PostmarkError,
    RateLimited,
    ServerFault,
    TimedOut,
    Unreachable,
    WrongToken,
)
from bot.sandbox import Sandbox, readers
from store.records import Arrival, EventKind, Role
from tests.sandbox.callers import Endpoint

MONDAY = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
MARIA, BEN = "maria@oakleaf.example", "ben@oakleaf.example"
QUOTE = "https://portal.alder.example/q/1042"
LINKS = f'<a href="{QUOTE}">Quote</a> <a href="https://alder.example/unsubscribe">Off</a>'
TOKENS = {"office": "token-of-office", "shop": "token-of-shop"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(now=MONDAY, servers=TOKENS, account_token="token-of-account") as found:
        yield found


@pytest.fixture
def postmark(sandbox: Sandbox) -> Iterator[Postmark]:
    client = Postmark(
        TOKENS, account_token="token-of-account", api_url=sandbox.url, now=sandbox.clock.now, sleep=lambda _: None
    )
    yield client
    client.close()


def later(**span: float) -> datetime:
    return MONDAY + timedelta(**span)


def kinds(arrivals: list[Arrival] | tuple[Arrival, ...]) -> list[EventKind]:
    return sorted(arrival.event.kind for arrival in arrivals)


# ── Searching ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_email_is_found_by_everything_that_is_known_of_it(sandbox: Sandbox, postmark: Postmark) -> None:
    """An email comes back from each kind of search, newest first, with all that was sent along."""
    first = sandbox.send(
        f"Maria Voss <{MARIA}>, {BEN}",
        "Your quote for job 1042",
        html=LINKS,
        tag="quote",
        metadata={"job_id": "1042"},
        bcc="archive@alder.example",
    )
    second = sandbox.send(MARIA, "Your invoice", tag="invoice", at=later(hours=1))
    sandbox.send("kim@harbor.example", "Your quote", tag="quote", at=later(hours=2))

    def ids(**conditions: object) -> list[str]:
        return [message.message_id for message in postmark.search("office", **conditions)]  # type: ignore[arg-type]

    assert ids(recipient=MARIA) == [second, first]
    assert ids(recipient=MARIA.upper()) == [second, first]
    assert ids(recipient=MARIA, tag="quote") == [first]
    assert ids(metadata=("job_id", "1042")) == [first]
    assert ids(subject="1042") == [first]
    assert ids(recipient=MARIA, limit=1) == [second]
    assert ids(recipient=MARIA, stream="broadcast") == []
    assert ids(recipient=MARIA, since=later(minutes=30)) == [second]
    assert ids(recipient=MARIA, until=later(minutes=30)) == [first]
    [message] = postmark.search("office", tag="quote", recipient=BEN)
    assert (message.server, message.stream, message.subject) == ("office", "outbound", "Your quote for job 1042")
    assert (message.sent_at, message.metadata) == (MONDAY, {"job_id": "1042"})
    assert (message.track_opens, message.track_links, message.sandboxed) == (True, "HtmlAndText", False)
    assert [(to.name, to.key, to.role) for to in message.recipients] == [
        ("Maria Voss", MARIA, Role.TO),
        (None, BEN, Role.TO),
        (None, "archive@alder.example", Role.BCC),
    ]


def test_longer_addresses_are_left_out(sandbox: Sandbox, postmark: Postmark) -> None:
    """Should Postmark find parts of addresses, a search for one still gives its emails alone."""
    sandbox.quirks.recipient_filter = "partial"
    sandbox.send("annamaria@oakleaf.example", "Not for Maria")
    wanted = sandbox.send(MARIA, "For Maria")
    assert [message.message_id for message in postmark.search("office", recipient=MARIA)] == [wanted]
    assert len(postmark.search("office", recipient="@oakleaf.example")) == 2


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # the hour from one to two in New York that comes twice
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 8, 7, 0, tzinfo=UTC),  # the moment when an hour is left out
    ],
)
def test_a_span_of_time_is_exact_the_whole_year(at: datetime) -> None:
    """A search for a minute finds what was sent in it and nothing else, also when New York's clocks are changed."""
    with Sandbox(now=at - timedelta(hours=3), servers=TOKENS) as sandbox:
        postmark = Postmark(TOKENS, api_url=sandbox.url, now=sandbox.clock.now)
        sent = {
            minutes: sandbox.send(MARIA, "x", at=at + timedelta(minutes=minutes)) for minutes in (-61, -60, 0, 59, 61)
        }
        found = postmark.search("office", since=at, until=at + timedelta(minutes=1))
        assert [message.message_id for message in found] == [sent[0]]


def test_old_rows_are_read(sandbox: Sandbox, postmark: Postmark) -> None:
    """Rows as Postmark gave them years ago are read; what they don't tell is not known."""
    sandbox.quirks.old_rows = True
    sandbox.send(MARIA, "Old")
    [message] = postmark.search("office")
    assert (message.stream, message.track_opens, message.metadata) == ("outbound", None, {})


# ── What became of an email ──────────────────────────────────────────────────────────────────────────────────────


def test_the_api_and_the_webhooks_tell_one_story(sandbox: Sandbox, postmark: Postmark) -> None:
    """Deliveries, opens, clicks, bounces and suppressions have one key, whoever tells of them."""
    with Endpoint() as endpoint:
        sandbox.connect(endpoint.url, user="seen", password="secret")
        quote = sandbox.send(f"{MARIA}, {BEN}", "Your quote", html=LINKS)
        sandbox.deliver(quote, MARIA, at=later(seconds=4.1234567))
        sandbox.open(quote, MARIA, by=readers.GMAIL, at=later(minutes=7))
        sandbox.click(quote, MARIA, QUOTE, by=readers.PHONE, at=later(minutes=8))
        number = sandbox.bounce(quote, BEN, at=later(minutes=9))
        sandbox.flush()
        told = [webhooks.parse(body, received_at=sandbox.clock.now()) for body in endpoint.bodies]
    asked = [
        *postmark.details("office", quote).arrivals,
        *postmark.opens("office", quote),
        *postmark.clicks("office", quote),
        *postmark.bounces("office", message_id=quote),
        *postmark.suppressions("office", "outbound", BEN),
    ]
    assert kinds(told) == ["bounce", "click", "delivery", "open", "suppression"]
    told_keys = {arrival.event.key for arrival in told}
    asked_keys = {arrival.event.key for arrival in asked}
    assert {key for key in asked_keys if not key.startswith("abridged/")} == told_keys
    assert len(asked_keys) == len(told_keys) + 4  # of the open, the click, the bounce and the suppression in details
    by_key = {arrival.event.key: arrival.event for arrival in asked}
    for event in (arrival.event for arrival in told):
        other = by_key[event.key]
        assert (other.kind, other.at, other.recipient_key, other.network) == (
            event.kind,
            event.at,
            event.recipient_key,
            event.network,
        )
    assert {event.bounce_id for event in by_key.values() if event.kind is EventKind.BOUNCE} == {str(number)}
    assert number > 2**53
    assert not any(readers.PHONE.ip in repr(arrival) for arrival in (*told, *asked) if readers.PHONE.ip)


@pytest.mark.parametrize("quirk", ["shuffled_events", "unknown_event", "whole_seconds"])
def test_details_are_read_whatever_postmark_makes_of_them(sandbox: Sandbox, postmark: Postmark, quirk: str) -> None:
    """Events out of order, of unknown types, or with rounded times are all read."""
    setattr(sandbox.quirks, quirk, True)
    quote = sandbox.send(MARIA, "Your quote", html=LINKS)
    sandbox.defer(quote, MARIA, at=later(seconds=5))
    sandbox.deliver(quote, MARIA, at=later(minutes=5))
    sandbox.open(quote, MARIA, by=readers.GMAIL, at=later(minutes=7))
    details = postmark.details("office", quote)
    assert set(kinds(details.arrivals)) - {EventKind.UNKNOWN} == {"deferral", "delivery", "open"}
    assert (details.message.has_html, details.message.checked_at) == (True, sandbox.clock.now())


def test_a_plain_text_email_is_recognised(sandbox: Sandbox, postmark: Postmark) -> None:
    """Details tell that an email had no HTML part in which a picture could load."""
    message_id = sandbox.send(MARIA, "Plain", text="Just words.")
    assert postmark.details("office", message_id).message.has_html is False


def test_a_complaint_is_found_among_the_bounces(sandbox: Sandbox, postmark: Postmark) -> None:
    """A complaint is listed as what it is, and the address is suppressed for that reason."""
    message_id = sandbox.send(MARIA, "Offer")
    sandbox.deliver(message_id, MARIA)
    sandbox.complain(message_id, MARIA, at=later(hours=1))
    [complaint] = postmark.bounces("office", recipient=MARIA)
    assert complaint.event.kind is EventKind.COMPLAINT
    [suppression] = postmark.suppressions("office", "outbound", MARIA)
    assert suppression.event.reason == "SpamComplaint"


def test_an_out_of_office_bounce_is_no_failure(sandbox: Sandbox, postmark: Postmark) -> None:
    """An automatic answer that Postmark files as a bounce is read as an automatic answer."""
    message_id = sandbox.send(MARIA, "Offer")
    sandbox.bounce(message_id, MARIA, type="AutoResponder", said="I am away")
    assert kinds(postmark.bounces("office", message_id=message_id)) == ["auto_reply"]


def test_answers_by_email_are_understood(sandbox: Sandbox) -> None:
    """A customer's answer and an out-of-office note come in through Postmark's inbound mail, without their words."""
    with Endpoint() as endpoint:
        sandbox.connect(endpoint.url)
        quote = sandbox.send(MARIA, "Your quote")
        sandbox.reply(quote, MARIA, text="Yes please, start on Monday", at=later(hours=1))
        sandbox.reply(quote, MARIA, automatic=True, at=later(hours=2))
        sandbox.flush()
        arrivals = [webhooks.parse(body, received_at=sandbox.clock.now()) for body in endpoint.bodies]
    assert [arrival.event.kind for arrival in arrivals] == [EventKind.REPLY, EventKind.AUTO_REPLY]
    assert {(arrival.event.message_id, arrival.event.recipient_key) for arrival in arrivals} == {(quote, MARIA)}
    assert not any("start on Monday" in repr(arrival) for arrival in arrivals)


def test_test_bodies_are_recognised(sandbox: Sandbox) -> None:
    """Whatever the "send test" button sends, none of it is evidence."""
    with Endpoint() as endpoint:
        sandbox.connect(endpoint.url)
        sandbox.send_tests()
        sandbox.flush()
        found = [webhooks.parse(body, received_at=MONDAY).event for body in endpoint.bodies]
    assert len(found) >= 6
    assert {event.kind for event in found} == {EventKind.TEST}


def test_what_postmark_forgot_is_not_found(sandbox: Sandbox, postmark: Postmark) -> None:
    """An email past its time is unknown to Postmark; one of another server as well."""
    message_id = sandbox.send(MARIA, "Old")
    with pytest.raises(NotFound):
        postmark.details("shop", message_id)
    sandbox.age(46)
    with pytest.raises(NotFound):
        postmark.details("office", message_id)
    assert postmark.search("office") == []


def test_servers_are_kept_apart(sandbox: Sandbox, postmark: Postmark) -> None:
    """Each server is asked with its own token and knows its own emails only."""
    office = sandbox.send(MARIA, "From the office", server="office")
    shop = sandbox.send(MARIA, "From the shop", server="shop")
    assert [(message.message_id, message.server) for message in postmark.search("office")] == [(office, "office")]
    assert [(message.message_id, message.server) for message in postmark.search("shop")] == [(shop, "shop")]


# ── An address, and settings ─────────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_unblocked_where_that_is_possible(sandbox: Sandbox, postmark: Postmark) -> None:
    """A manual block can be removed; a complaint cannot, and Postmark's reason comes back."""
    sandbox.suppress(MARIA)
    sandbox.suppress(BEN, reason="SpamComplaint", origin="Recipient")
    assert postmark.remove_suppression("office", "outbound", MARIA) == Removal(removed=True)
    assert postmark.suppressions("office", "outbound", MARIA) == []
    refused = postmark.remove_suppression("office", "outbound", BEN)
    assert not refused.removed
    assert refused.message
    assert len(postmark.suppressions("office", "outbound", BEN)) == 1


def test_a_stream_that_does_not_exist_is_not_found(postmark: Postmark) -> None:
    """A mistyped stream is said to be unknown, with what to check."""
    with pytest.raises(NotFound) as caught:
        postmark.suppressions("office", "outbond", MARIA)
    assert "stream" in caught.value.advice


def test_settings_are_read(sandbox: Sandbox, postmark: Postmark) -> None:
    """A server's tracking, its streams and its webhooks are told, and none of its secrets."""
    sandbox.server("shop").delivery_type = "Sandbox"
    sandbox.server("shop").track_opens = False
    sandbox.connect("https://seen.example/webhooks/postmark", user="seen", password="secret", first_opens_only=True)
    office, shop = postmark.settings("office"), postmark.settings("shop")
    assert (office.track_opens, office.track_links, office.sandbox) == (True, "HtmlAndText", False)
    assert (shop.track_opens, shop.sandbox) == (False, True)
    streams = postmark.streams("office")
    assert "outbound" in {stream.id for stream in streams}
    [webhook] = postmark.webhooks("office", "outbound")
    assert webhook.url == "https://seen.example/webhooks/postmark"
    assert (webhook.has_credentials, webhook.post_first_open_only, webhook.include_content) == (True, True, False)
    assert webhook.triggers == {"Open", "Click", "Delivery", "Bounce", "SpamComplaint", "SubscriptionChange"}
    shown = repr((office, shop, streams, webhook))
    assert not any(secret in shown for secret in ("secret", *TOKENS.values()))


def test_domains_are_read(sandbox: Sandbox, postmark: Postmark) -> None:
    """The account's domains are told with what must stand in DNS."""
    sandbox.add_domain("alder.example", dkim_verified=False)
    [domain] = postmark.domains()
    assert (domain.name, domain.dkim_verified, domain.return_path_verified) == ("alder.example", False, True)
    assert domain.dkim_host or domain.dkim_pending_host


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", RateLimited),
        ("500", ServerFault),
        ("503", ServerFault),
        ("maintenance", Maintenance),
        ("html", ServerFault),
        ("html_200", OddAnswer),
        ("no_error_code", PostmarkError),
        ("truncated", OddAnswer),
        ("broken_off", Unreachable),
        ("cut", Unreachable),
        ("hang", TimedOut),
    ],
)
def test_every_fault_is_an_error_of_ours(
    sandbox: Sandbox, postmark: Postmark, fault: str, error: type[PostmarkError]
) -> None:
    """Each thing that can be wrong with Postmark comes as its own error in time, and is over when Postmark is well."""
    with sandbox.fault(fault), pytest.raises(error):
        postmark.search("office", deadline=1 if fault == "hang" else 30)
    assert postmark.search("shop") == []


@pytest.mark.parametrize("fault", ["500", "503", "truncated", "broken_off", "cut"])
def test_a_fault_that_passes_is_not_noticed(sandbox: Sandbox, postmark: Postmark, fault: str) -> None:
    """A fault that befalls two requests is ridden out."""
    message_id = sandbox.send(MARIA, "Hello")
    sandbox.fault(fault, times=2)
    assert [message.message_id for message in postmark.search("office")] == [message_id]


def test_one_server_failing_leaves_the_others_alone(sandbox: Sandbox, postmark: Postmark) -> None:
    """A server that fails is named in its error, and the other one answers."""
    with sandbox.fault("500", server="shop"):
        assert postmark.search("office") == []
        with pytest.raises(ServerFault) as caught:
            postmark.search("shop", deadline=30)
    assert caught.value.server == "shop"
    assert "shop" in str(caught.value)


def test_a_wrong_token_says_which_setting(sandbox: Sandbox) -> None:
    """A wrong token names the server and the setting, for servers and for the account."""
    postmark = Postmark({"office": "wrong"}, account_token="wrong-too", api_url=sandbox.url)
    with pytest.raises(WrongToken, match="office") as caught:
        postmark.search("office")
    assert "POSTMARK_SERVER_TOKEN" in caught.value.advice
    with pytest.raises(WrongToken) as caught:
        postmark.domains()
    assert "POSTMARK_ACCOUNT_TOKEN" in caught.value.advice
