"""What can go wrong with Slack, on demand."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.sandbox.slack import Slack


def test_a_limited_call_says_when_to_come_back(client: WebClient, slack: Slack) -> None:
    """A 429 carries Retry-After; the SDK's handler waits as long, and the second try succeeds."""
    with slack.fault("429", times=1, method="chat.postMessage", retry_after=1), pytest.raises(SlackApiError) as excinfo:
        client.chat_postMessage(channel="office", text="Hello")
    assert excinfo.value.response.status_code == 429
    assert excinfo.value.response.headers["Retry-After"] == "1"
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    with slack.fault("429", times=1, method="chat.", retry_after=1):
        began = time.monotonic()
        client.chat_postMessage(channel="office", text="Hello")
        assert time.monotonic() - began >= 1
    assert len(slack.messages("office")) == 1


def test_a_cut_connection_may_have_posted(slack: Slack) -> None:
    """A connection that ends after Slack has accepted leaves an error here and the message there."""
    client = WebClient(token=slack.app.bot_token, base_url=slack.api_url, retry_handlers=[])
    with slack.fault("cut", times=1), pytest.raises(OSError, match="closed"):
        client.chat_postMessage(channel="office", text="Hello")
    assert [message.text for message in slack.messages("office")] == ["Hello"]


@pytest.mark.parametrize(("name", "status"), [("500", 500), ("503", 503), ("fatal_error", 200)])
def test_slack_can_break(client: WebClient, slack: Slack, name: str, status: int) -> None:
    """Server errors and Slack's own fatal error befall the calls they were asked for, until they are healed."""
    with slack.fault(name, method="chat."):
        with pytest.raises(SlackApiError) as excinfo:
            client.chat_postMessage(channel="office", text="Hello")
        assert excinfo.value.response.status_code == status
        assert client.auth_test()["ok"]
    assert client.chat_postMessage(channel="office", text="Hello")["ok"]


def test_slack_can_be_slow(client: WebClient, slack: Slack) -> None:
    """A slow call is carried out, late."""
    with slack.fault("slow", times=1, seconds=0.3):
        began = time.monotonic()
        assert client.auth_test()["ok"]
        assert time.monotonic() - began >= 0.3


def test_slack_can_answer_late(client: WebClient, slack: Slack) -> None:
    """A call that is answered late is carried out at once."""
    with slack.fault("late", times=1, seconds=5), ThreadPoolExecutor(1) as crew:
        call = crew.submit(client.chat_postMessage, channel="office", text="Hello")
        slack.until(lambda: slack.messages("office"))
        assert not call.done()
        assert call.result(60)["ok"]


def test_what_is_cut_off_is_not_carried_out(slack: Slack) -> None:
    """A request whose sender dies before its end leaves nothing behind."""
    port = int(slack.url.rpartition(":")[2])
    body = b"channel=office&text=Hello"
    head = f"POST /api/chat.postMessage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {slack.app.bot_token}\r\n"
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    for sent in (body[:-1], body):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall((head + form).encode() + sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert [message.text for message in slack.messages("office")] == ["Hello"]


def test_unknown_faults_are_refused(slack: Slack) -> None:
    """A misspelt fault says which there are."""
    with pytest.raises(ValueError, match="429"):
        slack.fault("slwo")


def test_time_can_pass(slack: Slack) -> None:
    """The clock runs, and can be put forward."""
    before = slack.clock.now()
    slack.forward(timedelta(hours=1))
    assert slack.clock.now() - before >= timedelta(hours=1)
