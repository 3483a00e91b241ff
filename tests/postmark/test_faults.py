from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.postmark.client import Postmark
from bot.postmark.errors import (
    BadRequest,
    Maintenance,
    NotAnswering,
    NotFound,
    OddAnswer,
    PostmarkError,
    RateLimited,
    Refused,
    ServerFault,
    TimedOut,
    Unreachable,
    WrongToken,
)
from tests.postmark.samples import NOW
from tests.postmark.servers import Reply, Server, Time, as_json, html, refused

GOOD = as_json({"Name": "Birch"})


def ask(server: Server, time_: Time | None = None, *, retries: int = 0, deadline: float | None = None) -> object:
    clock = time_ or Time()
    with server:
        postmark = Postmark(
            {"main": "token"},
            api_url=server.url,
            retries=retries,
            sleep=clock.sleep,
            clock=clock.clock,
            random=lambda: 0.5,
            now=lambda: NOW,
        )
        try:
            return postmark.settings("main", deadline=deadline)
        finally:
            postmark.close()


@pytest.mark.parametrize(
    ("reply", "error", "retryable"),
    [
        (html(429), RateLimited, True),
        (refused(100, status=500), Maintenance, True),
        (html(500), ServerFault, True),
        (html(503), ServerFault, True),
        (as_json({"Message": "no code"}, 500), ServerFault, True),
        (refused(10, status=401), WrongToken, False),
        (html(401), WrongToken, False),
        (refused(701), NotFound, False),
        (refused(12), NotFound, False),
        (refused(1226), NotFound, False),
        (refused(0, status=404), NotFound, False),
        (html(404), OddAnswer, True),
        (html(403), OddAnswer, True),
        (html(200), OddAnswer, True),
        (as_json({"Message": "no code"}, 422), OddAnswer, True),
        (as_json(["a list"], 422), OddAnswer, True),
        (as_json(["a list"]), OddAnswer, True),
        (Reply(200, b""), OddAnswer, True),
        (Reply(200, b'{"Name": "Bir'), OddAnswer, True),
        (Reply(200, b"[" * 100_000), OddAnswer, True),
        (Reply(200, b'{"Name": ' + b"9" * 5000 + b"}"), OddAnswer, True),
        (Reply(200, b'{"Name": "Birch"}', promised=100), Unreachable, True),
        (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), OddAnswer, True),
        (refused(300, status=422), BadRequest, False),
        (refused(403, status=422), BadRequest, False),
        (refused(401, status=422), BadRequest, False),
    ],
)
def test_each_fault_has_its_error(reply: Reply, error: type[PostmarkError], *, retryable: bool) -> None:
    """Whatever comes back instead of an answer, the caller gets one of our errors, saying whether to try again."""
    with pytest.raises(error) as caught:
        ask(Server(reply))
    assert type(caught.value) is error
    assert caught.value.retryable is retryable
    assert isinstance(caught.value, NotAnswering if retryable else Refused)
    assert caught.value.advice
    assert caught.value.server == "main"


def test_what_postmark_said_is_passed_on() -> None:
    """A refusal quotes Postmark's reason, its several reasons where it has several, and says what to do if we know."""
    with pytest.raises(BadRequest, match="out of credit") as caught:
        ask(Server(refused(405, "You are out of credit.")))
    assert (caught.value.error_code, caught.value.status) == (405, 422)
    assert "admin" in caught.value.advice
    several = {"ErrorCode": 11, "Message": "Several.", "Errors": [{"Message": "first"}, "second", None]}
    with pytest.raises(BadRequest, match="first; second"):
        ask(Server(as_json(several, 422)))


def test_a_connection_refused_is_said_to_be_that() -> None:
    """When nothing listens where Postmark should be, the error says so."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(Unreachable, match="refused"):
            Postmark({"main": "token"}, api_url=url, retries=0).settings("main")


def test_a_name_that_does_not_exist_is_said_to_be_that() -> None:
    """A mistyped address of Postmark is told from Postmark being down."""
    with pytest.raises(Unreachable, match="name is not known"):
        Postmark({"main": "token"}, api_url="http://postmark.invalid", retries=0).settings("main")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_silent_postmark_is_given_up(silent: str) -> None:
    """A Postmark that hangs for ever holds nobody up when the deadline is over."""
    with pytest.raises(TimedOut):
        Postmark({"main": "token"}, api_url=silent, timeout=(60.0, 60.0)).settings("main", deadline=0.3)


def test_the_timeout_holds_without_a_deadline(silent: str) -> None:
    """No request waits for ever, even when nobody set a deadline."""
    with pytest.raises(TimedOut):
        Postmark({"main": "token"}, api_url=silent, retries=0, timeout=(0.2, 0.2)).settings("main")


def test_an_answer_that_drips_in_is_given_up() -> None:
    """A server that sends a byte now and then does not outlast the deadline."""
    with Server(Reply(200, b'{"Name": "' + b"x" * 1000 + b'"}', drip=0.05)) as server:
        postmark = Postmark({"main": "token"}, api_url=server.url)
        started = time.monotonic()
        with pytest.raises(TimedOut):
            postmark.settings("main", deadline=0.4)
        assert time.monotonic() - started < 30  # the whole answer would take fifty


def test_a_deadline_covers_all_pages() -> None:
    """A deadline holds for a search as a whole, not for each of its pages."""
    clock = Time()

    def answering(_: object) -> Reply:
        clock.elapsed += 1
        return as_json({"TotalCount": 5000, "Messages": [{"MessageID": str(number)} for number in range(500)]})

    server = Server(answering=answering)
    with server:
        postmark = Postmark({"main": "token"}, api_url=server.url, clock=clock.clock, sleep=clock.sleep)
        with pytest.raises(TimedOut):
            postmark.search("main", limit=5000, deadline=2.5)
    assert len(server.requests) == 3


# ── Trying again ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_read_is_tried_again() -> None:
    """A short fault of Postmark is not noticed: a read is repeated after a pause that grows."""
    clock, server = Time(), Server(html(500), Reply(200, b"{"), GOOD)
    ask(server, clock, retries=2)
    assert len(server.requests) == 3
    assert clock.slept == [0.25, 0.5]


def test_reads_are_not_tried_for_ever() -> None:
    """After the tries that are allowed, the last fault is told."""
    server = Server(html(500), html(503))
    with pytest.raises(ServerFault) as caught:
        ask(server, retries=2)
    assert (len(server.requests), caught.value.status) == (3, 503)


def test_a_refusal_is_final() -> None:
    """What Postmark refused is not asked again."""
    server = Server(refused(701))
    with pytest.raises(NotFound):
        ask(server, retries=2)
    assert len(server.requests) == 1


def test_a_change_is_never_repeated() -> None:
    """Unblocking an address is asked for once, whatever comes back."""
    for reply in (html(500), html(429), Reply(200, b"{")):
        with Server(reply) as server:
            postmark = Postmark({"main": "token"}, api_url=server.url, retries=5, sleep=Time().sleep)
            with pytest.raises(NotAnswering):
                postmark.remove_suppression("main", "outbound", "ruth@millpond.example")
            assert len(server.requests) == 1


@pytest.mark.parametrize("retry_after", ["7", "Mon, 23 Nov 2026 10:00:07 GMT"])
def test_postmarks_pause_is_kept(retry_after: str) -> None:
    """When Postmark says how long to wait, in seconds or as a date, that long is waited."""
    clock = Time()
    ask(Server(as_json({}, 429, Retry_After=retry_after), GOOD), clock, retries=1)
    assert sum(clock.slept) >= 7
    assert sum(clock.slept) < 9


@pytest.mark.parametrize("retry_after", ["soon", "", "-4", "²", "99999999999999999999"])
def test_a_senseless_pause_does_no_harm(retry_after: str) -> None:
    """A pause that means nothing, or one nobody could wait for, ends in an answer or in our error."""
    clock, server = Time(), Server(Reply(429, b"", {"Retry-After": retry_after.encode().decode("latin-1")}), GOOD)
    try:
        ask(server, clock, retries=1)
    except RateLimited:
        assert len(server.requests) == 1
    assert sum(clock.slept) < 5


def test_a_pause_that_does_not_fit_is_told_at_once() -> None:
    """Somebody who waits for an answer is not kept waiting for a pause that would outlast the deadline."""
    clock = Time()
    with pytest.raises(RateLimited) as caught:
        ask(Server(as_json({}, 429, Retry_After="20"), GOOD), clock, retries=3, deadline=2.5)
    assert (caught.value.retry_after, clock.slept) == (20, [])


def test_after_a_429_everybody_holds_still() -> None:
    """While Postmark wants to be left alone, no other question is sent to that server."""
    clock, server = Time(), Server(as_json({}, 429, Retry_After="10"), GOOD)
    with server:
        postmark = Postmark(
            {"main": "token", "second": "t2"}, api_url=server.url, retries=0, sleep=clock.sleep, clock=clock.clock
        )
        with pytest.raises(RateLimited):
            postmark.settings("main")
        with pytest.raises(RateLimited):
            postmark.settings("main", deadline=2.5)
        assert len(server.requests) == 1
        postmark.settings("second", deadline=2.5)
        postmark.settings("main")
    assert clock.slept == [10]
    assert len(server.requests) == 3


def test_not_too_much_is_asked_at_once() -> None:
    """However many threads ask, a server has at most eight requests of ours under way."""
    under_way = most = 0
    lock = threading.Lock()

    def answering(_: object) -> Reply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02)
        with lock:
            under_way -= 1
        return GOOD

    with Server(answering=answering) as server:
        postmark = Postmark({"main": "token"}, api_url=server.url)
        threads = [threading.Thread(target=postmark.settings, args=("main",)) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 24
    assert most <= 8


# ── Unusable settings ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url", ["", "api.postmarkapp.com", "ftp://x", "https://", "https://user:pw@host", "http://h?x"]
)
def test_an_unusable_address_is_refused(url: str) -> None:
    """A wrong address of Postmark is noticed at the start, with an example of a right one."""
    with pytest.raises(ValueError, match=r"https://api\.postmarkapp\.com"):
        Postmark({"main": "token"}, api_url=url)


def test_the_clocks_are_ours_to_set() -> None:
    """Records say when Postmark was asked by the clock that was given."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    with Server(as_json({"MessageID": "x", "MessageEvents": []})) as server:
        details = Postmark({"main": "t"}, api_url=server.url, now=lambda: at).details("main", "x")
    assert details.message.checked_at == at
