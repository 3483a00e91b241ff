"""How the stand-in finds messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import Sandbox, readers
from bot.sandbox.times import eastern, read_eastern, zulu
from tests.sandbox.callers import BEN, LINKS, MARIA, Api
from tests.sandbox.conftest import MONDAY

HOUR = timedelta(hours=1)


def test_newest_come_first_in_pages(postmark: Sandbox, api: Api) -> None:
    """A search lists the newest first, a page at a time, and says how many there are in all."""
    sent = [postmark.send(MARIA, f"Mail {number}") for number in range(5)]
    assert api.search() == sent[::-1]
    assert api.search(count=2, offset=1) == [sent[3], sent[2]]
    assert api.get("/messages/outbound", count=2, offset=4).json()["TotalCount"] == 5


@pytest.mark.parametrize(
    "query",
    [
        {"recipient": MARIA.upper()},
        {"recipient": BEN},
        {"fromemail": "OFFICE@alder.example"},
        {"tag": "quote"},
        {"status": "sent"},
        {"subject": "job 1042"},
        {"messagestream": "broadcast"},
        {"metadata_job_id": "1042"},
        {"METADATA_JOB_ID": "1042", "Tag": "quote"},
    ],
)
def test_every_filter_counts(postmark: Sandbox, api: Api, query: dict[str, Any]) -> None:
    """Each filter finds the message that fits it, and only that one."""
    postmark.hold(postmark.send("zoe@harbor.example", "Invoice 7", sender="shop@alder.example", tag="invoice"))
    sender = '"Alder Heating" <office@alder.example>'
    metadata = {"Job_ID": "1042", "plan": "b"}
    quote = postmark.send(
        MARIA, "Quote for Job 1042", sender=sender, cc=BEN, tag="quote", metadata=metadata, stream="broadcast"
    )
    assert api.search(**query) == [quote]


@pytest.mark.parametrize("query", [{"recipient": "maria@"}, {"tag": "quot"}, {"metadata_job": "1042"}])
def test_what_does_not_fit_is_not_found(postmark: Sandbox, api: Api, query: dict[str, Any]) -> None:
    """A filter that nothing fits finds nothing; tags, metadata and recipients are compared whole."""
    postmark.send(MARIA, "Quote", tag="quote", metadata={"job_id": "1042"})
    assert api.search(**query) == []


def test_recipients_may_be_compared_in_part(postmark: Sandbox, api: Api) -> None:
    """Where Postmark's documents leave it open, the recipient filter can be switched to match parts."""
    quote = postmark.send(MARIA, "Quote")
    postmark.quirks.recipient_filter = "partial"
    assert api.search(recipient="OAKLEAF") == [quote]


def test_dates_are_read_as_new_york_time(postmark: Sandbox, api: Api) -> None:
    """Dates of a search mean New York's wall clock, and one with an offset finds nothing, without an error."""
    early = postmark.send(MARIA, "Early")
    late = postmark.send(MARIA, "Late", at=MONDAY + HOUR)
    assert api.search(fromdate="2026-11-09T09:30:00") == [late]
    assert api.search(todate="2026-11-09T09:30:00") == [early]
    assert api.search(fromdate="2026-11-09", todate="2026-11-09") == [late, early]
    assert api.search(fromdate="2026-11-10") == []
    assert api.search(fromdate="2026-11-09T00:00:00Z") == []
    assert api.search(todate="2026-11-10T00:00:00-05:00") == []
    assert api.search(fromdate="last week") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422),
        ({"count": 10}, 422),
        ({"offset": 0}, 422),
        ({"count": "ten", "offset": 0}, 422),
        ({"count": 501, "offset": 0}, 422),
        ({"count": 0, "offset": 0}, 422),
        ({"count": 10, "offset": -1}, 422),
        ({"count": 500, "offset": 9501}, 500),
        ({"count": 500, "offset": 9500}, 200),
    ],
)
@pytest.mark.parametrize(
    "path", ["/messages/outbound", "/messages/outbound/opens", "/messages/outbound/clicks", "/bounces"]
)
def test_windows_have_limits(api: Api, path: str, query: dict[str, Any], status: int) -> None:
    """A list needs count and offset, gives 500 rows at most, and does not reach beyond row 10,000."""
    assert api.get(path, **query).status_code == status


def test_one_metadata_field_a_search(api: Api) -> None:
    """A search by two metadata fields is refused."""
    answer = api.get("/messages/outbound", count=1, offset=0, metadata_a="1", metadata_b="2")
    assert answer.status_code == 422


def test_servers_are_apart(postmark: Sandbox, api: Api) -> None:
    """A server's token finds its own mail only, and the details of another server's answer 701."""
    other = postmark.send(MARIA, "Hats", server="shop")
    assert api.search() == []
    answer = api.get(f"/messages/outbound/{other}/details")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 701)
    assert Api(postmark.url, token="shop-token").search() == [other]


@pytest.mark.parametrize(
    ("path", "token"), [("/messages/outbound", ""), ("/server", "wrong"), ("/domains", "office-token")]
)
def test_tokens_are_checked(postmark: Sandbox, path: str, token: str) -> None:
    """Without the right token, server's or account's, the answer is 401 with code 10."""
    answer = Api(postmark.url, token=token, account_token=token).get(path, count=1, offset=0)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (401, 10)


def test_new_mail_may_not_be_listed_yet(postmark: Sandbox, api: Api) -> None:
    """Mail of the last minutes can be made to be missing from searches until the delay is over."""
    postmark.quirks.listing_delay = timedelta(minutes=2)
    quote = postmark.send(MARIA, "Quote")
    assert api.search() == []
    postmark.advance(timedelta(minutes=2))
    assert api.search() == [quote]


def test_old_rows_lack_the_younger_fields(postmark: Sandbox, api: Api) -> None:
    """Rows can be had in the shape they had before streams, metadata and tracking."""
    quote = postmark.send(MARIA, "Quote")
    postmark.quirks.old_rows = True
    assert not {"MessageStream", "TrackOpens", "TrackLinks", "Metadata", "Sandboxed"} & api.details(quote).keys()


def test_events_may_come_in_no_order_and_of_unknown_type(postmark: Sandbox, api: Api) -> None:
    """Details can be had with their events shuffled, and with an event of a type nobody knows."""
    quote = postmark.send(MARIA, "Quote", html=LINKS)
    postmark.deliver(quote)
    postmark.open(quote, MARIA)
    postmark.sweep_links(quote, MARIA)
    in_order = api.details(quote)["MessageEvents"]
    postmark.quirks.shuffled_events = True
    answers = [api.details(quote)["MessageEvents"] for _ in range(8)]
    assert any(events != in_order for events in answers)
    assert all(sorted(events, key=str) == sorted(in_order, key=str) for events in answers)
    postmark.quirks.unknown_event = True
    assert "Teleported" in {event["Type"] for event in api.details(quote)["MessageEvents"]}


def test_the_api_may_tell_whole_seconds(postmark: Sandbox, api: Api) -> None:
    """The API's times of events can be had without their fraction, which then differ from the webhooks'."""
    quote = postmark.send(MARIA, "Quote", html=LINKS)
    later = MONDAY + timedelta(seconds=4, microseconds=120034)
    postmark.open(quote, MARIA, at=later)
    postmark.click(quote, MARIA, at=later)
    postmark.bounce(quote, MARIA, at=later)

    def times() -> set[str]:
        page = {"count": 10, "offset": 0}
        rows = [
            *api.details(quote)["MessageEvents"],
            *api.get("/messages/outbound/opens", **page).json()["Opens"],
            *api.get("/messages/outbound/clicks", **page).json()["Clicks"],
            *api.get("/bounces", **page).json()["Bounces"],
        ]
        return {row.get("ReceivedAt") or row["BouncedAt"] for row in rows}

    assert times() == {"2026-11-09T09:00:04.1200342-05:00"}
    postmark.quirks.whole_seconds = True
    assert times() == {"2026-11-09T09:00:04.0000000-05:00"}


def test_opens_and_clicks_can_be_searched(postmark: Sandbox, api: Api) -> None:
    """Opens and clicks of all messages are listed newest first, and their filters find the fitting ones."""
    quote = postmark.send(f"{MARIA}, {BEN}", "Quote", html=LINKS, tag="quote")
    postmark.open(quote, MARIA, by=readers.GMAIL)
    postmark.open(quote, BEN, by=readers.OUTLOOK, at=MONDAY + HOUR)
    postmark.click(quote, BEN, by=readers.PHONE, at=MONDAY + HOUR)

    def openers(**query: Any) -> list[str]:
        rows = api.get("/messages/outbound/opens", count=10, offset=0, **query).json()["Opens"]
        return [row["Recipient"] for row in rows]

    assert openers() == [BEN, MARIA]
    assert openers(recipient=MARIA.upper()) == [MARIA]
    assert openers(client_family="gmail") == [MARIA]
    assert openers(os_company="Microsoft", platform="Desktop", country="Germany", tag="quote") == [BEN]
    assert openers(fromdate="2026-11-09T09:30:00") == [BEN]
    assert openers(tag="invoice") == []
    clicks = api.get("/messages/outbound/clicks", count=10, offset=0, client_name="Mobile Safari 18.1").json()
    assert [row["OriginalLink"] for row in clicks["Clicks"]] == ["https://portal.alder.example/q/1042"]


@given(st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda away: MONDAY + away))
def test_both_spellings_of_a_time_are_the_same_moment(at: datetime) -> None:
    """The API's Eastern time and the webhook's UTC time of one event name one moment, to the seventh digit."""
    local, universal = eastern(at), zulu(at)
    assert datetime.fromisoformat(local) == datetime.fromisoformat(universal) == at
    assert local[19:27] == universal[19:27]
    assert local[-6:] in {"-05:00", "-04:00"}


def test_the_hour_that_autumn_has_twice_means_the_first() -> None:
    """Of 01:30 on the night the clocks go back a search means the first, an hour before the second."""
    assert read_eastern("2026-11-01T01:30:00") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_eastern("2026-07-01T01:30:00") == datetime(2026, 7, 1, 5, 30, tzinfo=UTC)
    assert read_eastern("2026-12-01T01:30:00") == datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
