from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.postmark import webhooks
from bot.postmark.answers import Removal
from bot.postmark.client import Postmark
from bot.postmark.errors import NotFound, OddAnswer, WrongToken
from store.records import EventKind, Source
from tests.postmark import samples
from tests.postmark.samples import NOW
from tests.postmark.servers import Reply, Request, Server, Time, as_json, refused


@contextmanager
def asking(server: Server, **more: Any) -> Iterator[Postmark]:
    time = Time()
    settings = {"retries": 0, "sleep": time.sleep, "now": lambda: NOW, **more}
    postmark = Postmark({"main": "token-of-main", "second": "token-of-second"}, api_url=server.url, **settings)
    with server:
        try:
            yield postmark
        finally:
            postmark.close()


def listing(name: str, *rows: Mapping[str, Any]) -> Reply:
    return as_json({"TotalCount": len(rows), name: list(rows)})


# ── Searching ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_search_asks_for_exactly_what_is_wanted() -> None:
    """Every condition reaches Postmark in its own words, with dates as US Eastern time, on the right server."""
    server = Server(listing("Messages"))
    with asking(server) as postmark:
        postmark.search(
            "second",
            recipient="ruth@millpond.example",
            tag="quote",
            subject="3107",
            metadata=("job_id", "3107"),
            stream="outbound",
            since=datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
            until=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
            limit=20,
        )
    asked = server.requests[0]
    assert (asked.method, asked.path) == ("GET", "/messages/outbound")
    assert asked.query == {
        "count": "20",
        "offset": "0",
        "recipient": "ruth@millpond.example",
        "tag": "quote",
        "subject": "3107",
        "metadata_job_id": "3107",
        "messagestream": "outbound",
        "fromdate": "2026-07-01T07:59:58",
        "todate": "2026-11-20T07:00:02",
    }
    assert asked.headers["X-Postmark-Server-Token"] == "token-of-second"
    assert asked.headers["Accept"] == "application/json"


def test_a_search_finds_emails() -> None:
    """What Postmark lists comes back as messages that name the server they were found on."""
    with asking(Server(listing("Messages", samples.search_row()))) as postmark:
        [message] = postmark.search("main")
    assert (message.message_id, message.server) == (samples.MESSAGE_ID, "main")
    assert message.sent_at == datetime(2026, 11, 20, 8, 0, 1, 250000, tzinfo=UTC)


def test_only_whole_addresses_are_found() -> None:
    """A search for an address leaves out emails to longer addresses that contain it, whatever Postmark lists."""
    rows = [
        samples.search_row(MessageID="a", To=[{"Email": "Ruth@Millpond.example"}]),
        samples.search_row(MessageID="b", To=[{"Email": "truth@millpond.example"}], Recipients=[]),
    ]
    with asking(Server(listing("Messages", *rows))) as postmark:
        assert [message.message_id for message in postmark.search("main", recipient="ruth@millpond.example")] == ["a"]
        assert len(postmark.search("main", recipient="@millpond.example")) == 2
        assert postmark.search("main", recipient="@pond.example") == []


def test_emails_outside_the_time_asked_for_are_left_out() -> None:
    """A search is as exact about time as it was asked to be, though Postmark is asked for a little more."""
    at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    rows = [
        samples.search_row(MessageID=str(seconds), ReceivedAt=(at + timedelta(seconds=seconds)).isoformat())
        for seconds in (61, 60, 30, 0, -1)
    ]
    with asking(Server(listing("Messages", *rows))) as postmark:
        found = postmark.search("main", since=at, until=at + timedelta(minutes=1))
    assert [message.message_id for message in found] == ["60", "30", "0"]


def paging(total: int, step: timedelta = timedelta(seconds=1)) -> Server:
    """A Postmark with many emails, the newest being number 0, that keeps Postmark's limits."""
    newest = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def answering(request: Request) -> Reply:
        count, offset = int(request.query["count"]), int(request.query["offset"])
        if count > 500 or count + offset > 10_000:
            return refused(0, "Beyond the limits.", status=500)
        first = 0
        if "todate" in request.query:
            until = datetime.fromisoformat(request.query["todate"]).replace(tzinfo=UTC) + timedelta(hours=5)
            first = next((n for n in range(total) if newest - n * step <= until), total)
        numbers = range(first, total)[offset : offset + count]
        rows = [{"MessageID": str(n), "ReceivedAt": (newest - n * step).isoformat()} for n in numbers]
        return as_json({"TotalCount": str(total - first), "Messages": rows})

    return Server(answering=answering)


@pytest.mark.parametrize(("total", "limit", "pages"), [(0, 50, 1), (1200, 1200, 3), (1200, 5000, 3), (1200, 700, 2)])
def test_a_search_pages_as_far_as_needed(total: int, limit: int, pages: int) -> None:
    """All wanted emails come, each once, newest first, with no more requests than that takes."""
    server = paging(total)
    with asking(server) as postmark:
        found = postmark.search("main", limit=limit)
    assert [message.message_id for message in found] == [str(number) for number in range(min(total, limit))]
    assert len(server.requests) == pages


def test_a_search_goes_on_past_ten_thousand() -> None:
    """A firm that sent more emails than Postmark lists in one search still gets all of them."""
    with asking(paging(10_700)) as postmark:
        found = postmark.search("main", limit=20_000)
    assert [message.message_id for message in found] == [str(number) for number in range(10_700)]


def test_a_search_that_cannot_go_on_says_so() -> None:
    """More emails in one moment than Postmark lists are never silently cut off."""
    with asking(paging(10_700, step=timedelta())) as postmark, pytest.raises(OddAnswer, match="one moment"):
        postmark.search("main", limit=20_000)


def test_rows_that_make_no_sense_are_left_out() -> None:
    """A row without a message ID, or one that is no object, does not spoil the others."""
    answer = as_json({"TotalCount": None, "Messages": [None, 3, {}, {"MessageID": None}, {"MessageID": "x"}], "New": 1})
    with asking(Server(answer)) as postmark:
        [message] = postmark.search("main")
    assert message.message_id == "x"
    assert (message.sent_at, message.subject, message.recipients, message.track_opens) == (None, None, (), None)


@pytest.mark.parametrize("answer", [{}, {"Messages": None}, {"Messages": {"a": 1}}, {"Messages": "none"}])
def test_an_answer_without_a_list_is_an_error(answer: object) -> None:
    """An answer of another shape is never taken for "nothing found"."""
    with asking(Server(as_json(answer))) as postmark, pytest.raises(OddAnswer):
        postmark.search("main")


# ── One email ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_details_tell_what_became_of_an_email() -> None:
    """Details give the email, when it was asked for, whether it has an HTML part, and each event in it."""
    row = samples.details(samples.entry("Delivered", DeliveryMessage="smtp;250 ok"), samples.entry("Novelty"))
    server = Server(as_json(row))
    with asking(server) as postmark:
        details = postmark.details("main", samples.MESSAGE_ID)
    assert server.requests[0].path == f"/messages/outbound/{samples.MESSAGE_ID}/details"
    assert (details.message.checked_at, details.message.has_html) == (NOW, True)
    assert [arrival.event.kind for arrival in details.arrivals] == [EventKind.DELIVERY, EventKind.UNKNOWN]
    assert all(arrival.event.source is Source.API for arrival in details.arrivals)


def test_an_email_postmark_forgot_is_not_found() -> None:
    """An email that expired or belongs to another server is said to be unknown to Postmark, with what to check."""
    with asking(Server(refused(701, "This message does not exist."))) as postmark:
        with pytest.raises(NotFound, match="does not know") as caught:
            postmark.details("main", "gone")
        assert "45 days" in caught.value.advice


@pytest.mark.parametrize("message_id", ["..", ".", "", "a/../b", "x?y=1#z", "ü ber"])
def test_an_odd_message_id_stays_in_its_place(message_id: str) -> None:
    """Whatever somebody asks for as a message ID, only that message's address at Postmark is ever asked."""
    server = Server(refused(701))
    with asking(server) as postmark, pytest.raises(NotFound):
        postmark.details("main", message_id)
    for request in server.requests:
        assert request.path.startswith("/messages/outbound/")
        assert request.path.endswith("/details")
        assert request.path.count("/") == 4


@pytest.mark.parametrize(
    ("name", "method", "body"), [("Opens", "opens", samples.opening()), ("Clicks", "clicks", samples.click())]
)
def test_opens_and_clicks_meet_their_webhooks(name: str, method: str, body: dict[str, Any]) -> None:
    """An open or a click told by a webhook and by the API is one event, and its reader's address is kept by neither."""
    row = {field: value for field, value in body.items() if field not in {"RecordType", "Metadata"}}
    server = Server(listing(name, row))
    with asking(server) as postmark:
        [arrival] = getattr(postmark, method)("main", samples.MESSAGE_ID)
    assert server.requests[0].path == f"/messages/outbound/{name.lower()}/{samples.MESSAGE_ID}"
    assert server.requests[0].query == {"count": "500", "offset": "0"}
    assert arrival.event.key == webhooks.parse(body, received_at=NOW).event.key
    assert arrival.event.network is not None
    assert samples.READER_ADDRESS not in repr(arrival)


def test_bounces_meet_their_webhooks() -> None:
    """A bounce and a complaint told by webhooks and by the API are one event each."""
    bodies = [samples.bounce(), samples.complaint(ID=5)]
    rows = [{name: value for name, value in body.items() if name not in {"RecordType", "Metadata"}} for body in bodies]
    server = Server(listing("Bounces", *rows))
    with asking(server) as postmark:
        found = postmark.bounces("main", message_id=samples.MESSAGE_ID, recipient=samples.CUSTOMER)
    assert server.requests[0].path == "/bounces"
    assert server.requests[0].query["messageID"] == samples.MESSAGE_ID
    assert server.requests[0].query["emailFilter"] == samples.CUSTOMER
    assert [arrival.event.key for arrival in found] == [
        webhooks.parse(body, received_at=NOW).event.key for body in bodies
    ]
    assert [arrival.event.kind for arrival in found] == [EventKind.BOUNCE, EventKind.COMPLAINT]


def test_bounces_of_longer_addresses_are_left_out() -> None:
    """Bounces of ``gertruth@…`` are not shown for ``ruth@…``, though Postmark's filter finds them."""
    with asking(Server(listing("Bounces", samples.bounce(Email="gertruth@millpond.example")))) as postmark:
        assert postmark.bounces("main", recipient=samples.CUSTOMER) == []


# ── An address ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_suppression_is_found_by_address_and_stream() -> None:
    """Why an address gets no email is told for one stream, never by fetching the whole list."""
    row = {
        "EmailAddress": samples.CUSTOMER,
        "SuppressionReason": "HardBounce",
        "Origin": "Recipient",
        "CreatedAt": "2026-11-20T03:00:04-05:00",
    }
    other = {**row, "EmailAddress": "other@millpond.example"}
    server = Server(as_json({"Suppressions": [row, other]}))
    with asking(server) as postmark:
        [arrival] = postmark.suppressions("main", "my stream", samples.CUSTOMER)
    assert server.requests[0].path == "/message-streams/my%20stream/suppressions/dump"
    assert server.requests[0].query == {"EmailAddress": samples.CUSTOMER}
    assert (arrival.event.kind, arrival.event.reason, arrival.event.stream) == (
        EventKind.SUPPRESSION,
        "HardBounce",
        "my stream",
    )
    told = webhooks.parse(samples.subscription_change(MessageStream="my stream"), received_at=NOW)
    assert arrival.event.key == told.event.key


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        ("Deleted", None, Removal(removed=True)),
        ("Failed", "You do not have the rights.", Removal(removed=False, message="You do not have the rights.")),
    ],
)
def test_unblocking_tells_whether_it_worked(status: str, message: str | None, expected: Removal) -> None:
    """Postmark's "200" is not taken for success: what it says of the address counts."""
    row = {"EmailAddress": samples.CUSTOMER.upper(), "Status": status, "Message": message}
    server = Server(as_json({"Suppressions": [row]}))
    with asking(server) as postmark:
        assert postmark.remove_suppression("main", "outbound", samples.CUSTOMER) == expected
    assert server.requests[0].method == "POST"
    assert server.requests[0].path == "/message-streams/outbound/suppressions/delete"
    assert server.requests[0].body == {"Suppressions": [{"EmailAddress": samples.CUSTOMER}]}


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_server_settings_are_read_without_their_tokens() -> None:
    """How a server tracks is told; the tokens that Postmark sends along are not kept."""
    row = {
        "Name": "Birch",
        "ApiTokens": ["secret-token"],
        "TrackOpens": True,
        "TrackLinks": "None",
        "PostFirstOpenOnly": False,
        "DeliveryType": "Sandbox",
    }
    with asking(Server(as_json(row))) as postmark:
        settings = postmark.settings("main")
    assert (settings.track_opens, settings.track_links, settings.sandbox) == (True, "None", True)
    assert "secret-token" not in repr(settings)


def test_webhooks_are_read_without_their_passwords() -> None:
    """Which events a webhook posts is told; its user, password and headers are not kept, only that there are some."""
    row = {
        "ID": 77,
        "Url": "https://user:secret-one@seen.example/webhooks/postmark?key=secret-two",
        "MessageStream": "outbound",
        "HttpAuth": {"Username": "user", "Password": "secret-three"},
        "HttpHeaders": [{"Name": "X-Key", "Value": "secret-four"}],
        "Triggers": {
            "Open": {"Enabled": True, "PostFirstOpenOnly": True},
            "Click": {"Enabled": False},
            "Bounce": {"Enabled": True, "IncludeContent": True},
            "Delivery": None,
        },
    }
    server = Server(as_json({"Webhooks": [row, {"ID": 78, "Url": "https://seen.example/"}]}))
    with asking(server) as postmark:
        first, second = postmark.webhooks("main", "outbound")
    assert server.requests[0].query == {"MessageStream": "outbound"}
    assert first.url == "https://seen.example/webhooks/postmark"
    assert (first.has_credentials, first.has_headers, first.include_content) == (True, True, True)
    assert (first.triggers, first.post_first_open_only) == (frozenset({"Open", "Bounce"}), True)
    assert (second.has_credentials, second.triggers, second.post_first_open_only) == (False, frozenset(), None)
    assert "secret" not in repr(first)


def test_streams_are_read() -> None:
    """A server's streams are told with their kind and whether they are archived."""
    row = {"ID": "outbound", "Name": "Default", "MessageStreamType": "Transactional", "ArchivedAt": None}
    with asking(
        Server(as_json({"MessageStreams": [row, {**row, "ID": "old", "ArchivedAt": "2026-01-01T00:00:00Z"}]}))
    ) as postmark:
        assert [(stream.id, stream.kind, stream.archived) for stream in postmark.streams("main")] == [
            ("outbound", "Transactional", False),
            ("old", "Transactional", True),
        ]


def test_domains_are_read_with_their_dns_records() -> None:
    """The account's domains come with the records that must stand in DNS, asked for with the account's token."""
    listed = {"ID": 3, "Name": "birch.example", "DKIMVerified": True}
    whole = {
        **listed,
        "DKIMHost": "pm._domainkey.birch.example",
        "DKIMTextValue": "k=rsa; p=abc",
        "ReturnPathDomain": "",
    }

    def answering(request: Request) -> Reply:
        return as_json(whole) if request.path == "/domains/3" else listing("Domains", listed)

    server = Server(answering=answering)
    with asking(server, account_token="token-of-account") as postmark:
        [domain] = postmark.domains()
    assert (domain.name, domain.dkim_host, domain.return_path_domain) == (
        "birch.example",
        "pm._domainkey.birch.example",
        None,
    )
    assert {request.headers["X-Postmark-Account-Token"] for request in server.requests} == {"token-of-account"}
    assert not any("X-Postmark-Server-Token" in request.headers for request in server.requests)


def test_domains_need_the_accounts_token() -> None:
    """Without an account token the error says which setting is missing."""
    with asking(Server()) as postmark, pytest.raises(WrongToken) as caught:
        postmark.domains()
    assert "POSTMARK_ACCOUNT_TOKEN" in caught.value.advice


# ── Several at once ──────────────────────────────────────────────────────────────────────────────────────────────


def test_many_threads_may_ask_at_once() -> None:
    """Answers never get to the wrong thread, and each server sees its own token only."""

    def answering(request: Request) -> Reply:
        subject = f"{request.query['subject']} {request.headers['X-Postmark-Server-Token']}"
        return listing("Messages", samples.search_row(Subject=subject), samples.search_row(MessageID="other"))

    def ask(number: int) -> bool:
        name = ("main", "second")[number % 2]
        found = postmark.search(name, subject=f"s{number}")
        return found[0].subject == f"s{number} token-of-{name}"

    with asking(Server(answering=answering)) as postmark, ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(120)))


def test_connections_are_used_again() -> None:
    """Asking one after the other takes one connection, not one for each request."""
    server = Server(listing("Messages"))
    with asking(server) as postmark:
        for _ in range(5):
            postmark.search("main")
    assert server.connections == 1


def test_an_api_url_may_have_a_path() -> None:
    """A gateway that serves Postmark under a path of its own can be named as it is."""
    server = Server(listing("Messages"))
    with server:
        Postmark({"main": "t"}, api_url=f"{server.url}/gateway/").search("main")
    assert server.requests[0].path == "/gateway/messages/outbound"
