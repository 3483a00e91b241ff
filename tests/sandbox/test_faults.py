"""What can be wrong with the stand-in's API, on demand."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.callers import MARIA, Api
from tests.sandbox.conftest import MONDAY

MAIL = {"From": "office@alder.example", "To": MARIA, "TextBody": "Hello"}


@pytest.mark.parametrize(
    ("fault", "status", "code"), [("429", 429, 429), ("500", 500, 500), ("503", 503, 503), ("maintenance", 503, 100)]
)
def test_errors_in_json(postmark: Sandbox, api: Api, fault: str, status: int, code: int) -> None:
    """Each of these faults answers with its HTTP status and an ErrorCode, and ends with its block."""
    with postmark.fault(fault):
        answer = api.get("/server")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (status, code)
    assert "Retry-After" not in answer.headers
    assert api.get("/server").status_code == 200


def test_retry_after(postmark: Sandbox, api: Api) -> None:
    """A 429 can say how long to wait, for as many requests as wanted."""
    postmark.fault("429", retry_after=2, times=2)
    answers = [api.get("/server") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "2"


@pytest.mark.parametrize(("fault", "status"), [("html", 502), ("html_200", 200)])
def test_a_gateway_speaks_html(postmark: Sandbox, api: Api, fault: str, status: int) -> None:
    """A gateway's page comes instead of JSON, as an error or even as a success."""
    postmark.fault(fault)
    answer = api.get("/server")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.text.startswith("<html>")


def test_json_without_an_error_code(postmark: Sandbox, api: Api) -> None:
    """An error can be JSON that holds no ErrorCode."""
    postmark.fault("no_error_code")
    assert (api.get("/server").status_code, api.get("/server").json()) == (422, {"error": "unprocessable"})


def test_json_that_ends_in_the_middle(postmark: Sandbox, api: Api) -> None:
    """A success can hold half of its JSON, in an answer that is whole as HTTP."""
    postmark.fault("truncated")
    answer = api.get("/server")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_an_answer_that_breaks_off(postmark: Sandbox, api: Api) -> None:
    """The connection can end in the middle of an answer."""
    postmark.fault("broken_off", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/server")
    assert api.get("/server").status_code == 200


def test_a_send_may_be_done_though_nobody_hears(postmark: Sandbox, api: Api) -> None:
    """The connection can be cut after an email was accepted: it is on its way, and a repeat would send it twice."""
    with postmark.fault("cut", path="/email"), pytest.raises(httpx.RemoteProtocolError):
        api.post("/email", MAIL)
    assert len(api.search()) == 1


def test_a_hang_lasts_until_healed(postmark: Sandbox, api: Api) -> None:
    """A hung request gets no answer while others do; healing lets it go."""
    postmark.fault("hang", path="/messages")
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"{postmark.url}/messages/outbound", timeout=0.2)
    assert api.get("/server").status_code == 200
    waiting = threading.Thread(target=api.search)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    postmark.heal()
    waiting.join(60)
    assert not waiting.is_alive()


def test_slow_answers_come(postmark: Sandbox, api: Api) -> None:
    """A slow request takes at least as long as it was told to, and then is answered as usual."""
    postmark.fault("slow", seconds=0.3)
    started = time.monotonic()
    assert api.get("/server").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_one_server_of_two_fails(postmark: Sandbox, api: Api) -> None:
    """A fault can befall one server's token and leave the other's alone."""
    postmark.fault("500", server="shop")
    assert api.get("/server").status_code == 200
    assert Api(postmark.url, token="shop-token").get("/server").status_code == 500


def test_unknown_faults_are_refused(postmark: Sandbox) -> None:
    """A fault that does not exist is refused with the names of those that do."""
    with pytest.raises(ValueError, match=r"no fault called gremlins; there are 429, .*hang"):
        postmark.fault("gremlins")


def test_requests_are_remembered(postmark: Sandbox, api: Api) -> None:
    """The stand-in remembers what it was asked, faults or not, so that a test can count the tries."""
    with postmark.fault("500"):
        api.get("/server")
    api.post("/email", MAIL)
    assert [(request.method, request.path) for request in postmark.requests] == [("GET", "/server"), ("POST", "/email")]


def test_it_can_go_down_and_come_back(postmark: Sandbox) -> None:
    """Once left, the stand-in refuses connections; entered again it has the same address and all its mail."""
    with Sandbox(now=MONDAY) as sandbox:
        url = sandbox.url
        api = Api(url, token="sandbox-server-token")
        quote = sandbox.send(MARIA, "Quote")
        assert api.search() == [quote]
    with pytest.raises(httpx.TransportError):
        api.search()
    with pytest.raises(RuntimeError, match="with"):
        _ = sandbox.url
    with sandbox:
        assert sandbox.url == url
        assert api.search() == [quote]


def test_a_seed_makes_the_same_history(postmark: Sandbox) -> None:
    """Two stand-ins with one seed give the same IDs, whoever listens to them, and another seed others."""
    one, two, other = (Sandbox(now=MONDAY, seed=seed) for seed in (7, 7, 8))
    two.connect("http://127.0.0.1:9/")
    histories = []
    for sandbox in (one, two, other):
        quote = sandbox.send(MARIA, "Quote")
        sandbox.deliver(quote)
        histories.append((quote, sandbox.bounce(quote, MARIA)))
    assert histories[0] == histories[1] != histories[2]
