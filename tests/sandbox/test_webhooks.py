"""How the stand-in posts its webhooks."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.callers import LINKS, MARIA, Api, Endpoint
from tests.sandbox.conftest import MONDAY

MINUTE = timedelta(minutes=1)
SHORT = [1, 5, 15]
LONG = [1, 5, 10, 10, 10, 15, 30, 60, 120, 360]


def _waits(postmark: Sandbox) -> list[float]:
    """The minutes between the tries of a webhook, all of them."""
    times = [attempt.at for attempt in postmark.advance(timedelta(days=1))]
    return [(later - earlier) / MINUTE for earlier, later in pairwise(times)]


def test_webhooks_are_posted_when_flushed(postmark: Sandbox, told: Endpoint) -> None:
    """Nothing is posted before a flush; then each event is one POST, with JSON, credentials and Postmark's name."""
    quote = postmark.send(MARIA, "Quote")
    postmark.deliver(quote)
    assert (told.bodies, postmark.account.outbox.waiting()) == ([], 1)
    (attempt,) = postmark.flush()
    assert (attempt.taken, attempt.last, attempt.record_type, attempt.at) == (True, True, "Delivery", MONDAY)
    assert told.bodies[0]["MessageID"] == quote
    assert told.headers[0]["content-type"] == "application/json"
    assert told.headers[0]["user-agent"] == "Postmark"
    assert told.credentials() == {"seen:let me in"}
    assert postmark.flush() == []


def test_custom_headers_and_credentials_in_the_url(postmark: Sandbox, api: Api, endpoint: Endpoint) -> None:
    """A webhook made through the API posts its own headers, and a name and password that stand in its URL."""
    url = endpoint.url.replace("http://", "http://us%40er:p%3Aw@")
    triggers = {"Delivery": {"Enabled": True}}
    api.post("/webhooks", {"Url": url, "HttpHeaders": [{"Name": "X-Stage", "Value": "live"}], "Triggers": triggers})
    quote = postmark.send(MARIA, "Quote")
    postmark.deliver(quote)
    postmark.open(quote, MARIA)
    postmark.flush()
    assert [body["RecordType"] for body in endpoint.bodies] == ["Delivery"]
    assert endpoint.headers[0]["x-stage"] == "live"
    assert endpoint.credentials() == {"us@er:p:w"}


def test_only_the_stream_and_triggers_asked_for(postmark: Sandbox, endpoint: Endpoint) -> None:
    """Triggers that are off are not told, and a broadcast stream tells no bounces, only that the address is off."""
    postmark.connect(endpoint.url, server="office", without=("Delivery",))
    other = postmark.send(MARIA, "Hats", server="shop")
    news = postmark.send(MARIA, "News", stream="broadcast")
    postmark.deliver(other)
    postmark.deliver(news)
    postmark.bounce(news, MARIA)
    postmark.flush()
    assert [(body["RecordType"], body["MessageStream"]) for body in endpoint.bodies] == [
        ("SubscriptionChange", "broadcast")
    ]


@pytest.mark.parametrize(("verb", "schedule"), [("deliver", SHORT), ("open", SHORT), ("bounce", LONG), ("reply", LONG)])
def test_the_retry_schedule(postmark: Sandbox, endpoint: Endpoint, verb: str, schedule: list[int]) -> None:
    """An endpoint that is down is tried again by Postmark's schedule: bounces and answers ten times, others three."""
    endpoint.statuses = [500] * 100
    postmark.connect(endpoint.url, without=("SubscriptionChange",))
    getattr(postmark, verb)(postmark.send(MARIA, "Quote"), MARIA)
    assert _waits(postmark) == schedule
    assert len(endpoint.bodies) == 1 + len(schedule)
    assert postmark.account.outbox.lost == 1


def test_a_wrong_password_that_is_corrected_loses_nothing(postmark: Sandbox, told: Endpoint) -> None:
    """401 and 503 are tried again until 200 comes, with the very same bytes."""
    told.statuses = [401, 503]
    postmark.deliver(postmark.send(MARIA, "Quote"))
    statuses = [attempt.status for attempt in postmark.advance(timedelta(hours=1))]
    assert statuses == [401, 503, 200]
    assert len(set(told.raw)) == 1
    assert postmark.account.outbox.lost == 0


def test_403_ends_it(postmark: Sandbox, told: Endpoint) -> None:
    """After a 403 a webhook is never tried again."""
    told.statuses = [403]
    postmark.bounce(postmark.send(MARIA, "Quote"), MARIA)
    attempts = postmark.advance(timedelta(days=1))
    assert [(attempt.record_type, attempt.status, attempt.last) for attempt in attempts] == [
        ("Bounce", 403, True),
        ("SubscriptionChange", 200, True),
    ]


def test_nobody_there_is_tried_again(postmark: Sandbox) -> None:
    """An endpoint that refuses connections counts as no answer, and the webhook waits for its next try."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        postmark.connect(f"http://127.0.0.1:{unused.getsockname()[1]}/")
        postmark.deliver(postmark.send(MARIA, "Quote"))
        (attempt,) = postmark.flush()
    assert (attempt.status, attempt.taken, attempt.last) == (None, False, False)
    assert postmark.account.outbox.next_due() == MONDAY + MINUTE


def test_a_flush_catches_up(postmark: Sandbox, told: Endpoint) -> None:
    """When the clock has jumped, one flush makes all the tries that fell due meanwhile."""
    told.statuses = [500, 500]
    postmark.deliver(postmark.send(MARIA, "Quote"))
    postmark.flush()
    postmark.age(1)
    assert [attempt.status for attempt in postmark.flush()] == [500, 200]


def _history(postmark: Sandbox) -> None:
    quote = postmark.send(MARIA, "Quote", html=LINKS)
    postmark.deliver(quote)
    postmark.sweep_links(quote, MARIA, picture=True)
    for hours in range(1, 7):
        postmark.open(quote, MARIA, at=MONDAY + timedelta(hours=hours))


def test_repeats_may_differ_in_bytes(postmark: Sandbox, told: Endpoint) -> None:
    """Each webhook can be posted several times, its repeats with the same JSON in another order of bytes."""
    postmark.mischief.repeats, postmark.mischief.rearranged = 1, True
    _history(postmark)
    postmark.flush()
    assert len(told.bodies) == 20
    assert set(Counter(str(sorted(body.items(), key=str)) for body in told.bodies).values()) == {2}
    assert len(set(told.raw)) == 20


def test_webhooks_may_come_in_any_order(postmark: Sandbox, told: Endpoint) -> None:
    """What is due together can go out shuffled, with nothing missing and nothing added."""
    postmark.mischief.shuffled = True
    _history(postmark)
    postmark.flush()
    times = [body.get("ReceivedAt") or body["DeliveredAt"] for body in told.bodies]
    assert len(times) == 10
    assert times != sorted(times)


def test_webhooks_may_get_lost(postmark: Sandbox, told: Endpoint) -> None:
    """A share of the webhooks, or all, can be lost on the way, while the API still tells what happened."""
    postmark.mischief.lost = 1.0
    _history(postmark)
    postmark.flush()
    assert told.bodies == []
    assert postmark.account.outbox.lost == 10


def test_webhooks_may_be_late(postmark: Sandbox, told: Endpoint) -> None:
    """Webhooks can be held back for up to a time, and come once it has passed."""
    postmark.mischief.late_by = timedelta(hours=2)
    postmark.deliver(postmark.send(MARIA, "Quote"))
    assert postmark.flush() == []
    assert len(postmark.advance(timedelta(hours=2))) == 1
    assert told.bodies[0]["DeliveredAt"].startswith("2026-11-09T14:00:00")


def test_many_can_be_posted_side_by_side(postmark: Sandbox, told: Endpoint) -> None:
    """A flush with several couriers posts everything exactly once."""
    for number in range(40):
        postmark.deliver(postmark.send(MARIA, f"Mail {number}"))
    assert all(attempt.taken for attempt in postmark.flush(at_once=4))
    assert len({body["MessageID"] for body in told.bodies}) == len(told.bodies) == 40


def test_content_comes_only_when_asked_for(postmark: Sandbox, api: Api, endpoint: Endpoint) -> None:
    """A bounce carries the whole returned email only where the webhook includes content."""
    postmark.connect(endpoint.url, server="office")
    postmark.bounce(postmark.send(MARIA, "Quote"), MARIA, type="SoftBounce")
    for hook in api.get("/webhooks").json()["Webhooks"]:
        api.put(f"/webhooks/{hook['ID']}", {"Triggers": {"Bounce": {"IncludeContent": True}}})
    postmark.bounce(postmark.send(MARIA, "Invoice"), MARIA, type="SoftBounce")
    postmark.flush()
    bare, full = endpoint.of("Bounce")
    assert "Content" not in bare
    assert "Subject: Invoice" in full["Content"]


def test_test_bodies_are_recognisable(postmark: Sandbox, told: Endpoint) -> None:
    """The page's "send test" posts each type, with an ID of zeros, John's address and times without a fraction."""
    postmark.send_tests()
    postmark.flush()
    assert [body["RecordType"] for body in told.bodies] == [
        "Delivery",
        "Bounce",
        "SpamComplaint",
        "Open",
        "Click",
        "SubscriptionChange",
    ]
    assert {body["MessageID"] for body in told.bodies} == {"00000000-0000-0000-0000-000000000000"}
    assert {body.get("Recipient") or body["Email"] for body in told.bodies} == {"john@example.com"}
    times = {body[name] for body in told.bodies for name in body if name.endswith("At")}
    assert times == {"2026-11-09T14:00:00Z"}


def test_a_story_is_played_in_the_order_of_time(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """Steps told customer by customer are played by the clock: sent in order, each webhook posted at its moment."""
    sent: dict[str, str] = {}

    def mail(subject: str, hours: int) -> list[tuple[datetime, Callable[[], object]]]:
        def send() -> None:
            wanted = {"From": "office@alder.example", "To": MARIA, "Subject": subject, "HtmlBody": "<p>Hello</p>"}
            sent[subject] = api.post("/email", wanted).json()["MessageID"]

        start = MONDAY + timedelta(hours=hours)
        return [
            (start, send),
            (start + timedelta(seconds=4), lambda: postmark.deliver(sent[subject])),
            (start + timedelta(days=2), lambda: postmark.open(sent[subject], MARIA)),
        ]

    postmark.play([*mail("Invoice", 30), *mail("Quote", 1)])
    assert api.search() == [sent["Invoice"], sent["Quote"]]
    assert [(body["RecordType"], body["MessageID"]) for body in told.bodies] == [
        ("Delivery", sent["Quote"]),
        ("Delivery", sent["Invoice"]),
        ("Open", sent["Quote"]),
        ("Open", sent["Invoice"]),
    ]
    assert told.bodies[2]["ReceivedAt"] == "2026-11-11T15:00:00.0000000Z"
    assert postmark.clock.now() == MONDAY + timedelta(days=2, hours=30)


def test_without_webhooks_nothing_waits(postmark: Sandbox) -> None:
    """A server that nobody has connected queues nothing."""
    quote = postmark.send(MARIA, "Quote")
    postmark.deliver(quote)
    postmark.reply(quote, MARIA)
    assert postmark.account.outbox.waiting() == 0
