"""Socket Mode over real WebSockets, with the unmodified SDK and Bolt at the other end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.slack import Person, Slack
from tests.sandbox.slack import tiny
from tests.sandbox.slack.test_limits import section


@pytest.fixture
def socket_client(slack: Slack) -> Iterator[SocketModeClient]:
    """The SDK's client, connected."""
    web = WebClient(base_url=slack.api_url)
    client = SocketModeClient(app_token=slack.app.app_token, web_client=web, ping_interval=0.5)
    client.connect()
    slack.sockets.wait(1)
    yield client
    client.close()


def test_envelopes_come_and_are_acknowledged(slack: Slack, rosa: Person, socket_client: SocketModeClient) -> None:
    """A command arrives in an envelope, and the payload of its acknowledgement is the answer."""

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = {"text": f"{request.type} {request.payload['text']} ü" + "x" * 300}
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    socket_client.socket_mode_request_listeners.append(listen)
    delivery = rosa.command("/seen", "1042", "office")
    assert delivery.taken
    assert [message.text for message in rosa.sees("office")] == ["slash_commands 1042 ü" + "x" * 300]


def test_bolt_works_over_socket_mode(slack: Slack, rosa: Person) -> None:
    """The same Bolt app that answers over HTTP answers through a socket: long answers, events and buttons."""
    app = tiny.bolt(slack)
    done = threading.Event()

    @app.command("/seen")
    def answer(ack: Ack) -> None:
        ack(text="Seen.", blocks=[section("x" * 3000)] * 15)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="Yes")
        done.set()

    handler = SocketModeHandler(
        app, slack.app.app_token, web_client=WebClient(token=slack.app.app_token, base_url=slack.api_url)
    )
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        slack.sockets.wait(1)
        assert rosa.command("/seen", "1042", "office").taken
        said = rosa.says("@seen 1042", "office")
        assert done.wait(60)
        assert [message.text for message in rosa.thread(said.message)] == ["Yes"]
    finally:
        handler.close()  # type: ignore[no-untyped-call]


def test_connections_are_renewed_when_slack_asks(slack: Slack, socket_client: SocketModeClient) -> None:
    """After Slack's request to reconnect, and after a connection was closed, the client is back on a new connection."""
    for end in (slack.sockets.refresh, slack.sockets.close):
        before = slack.sockets.opened
        end()
        slack.until(lambda before=before: slack.sockets.opened > before and slack.sockets.count == 1)  # type: ignore[misc]


def test_what_nobody_acknowledges_has_failed(slack: Slack, rosa: Person, socket_client: SocketModeClient) -> None:
    """An envelope without acknowledgement times out; without a connection nothing is taken at all."""
    slack.app.answer_within = timedelta(seconds=0.3)
    assert rosa.command("/seen", "1042", "office").failure == "http_timeout"
    socket_client.close()
    slack.sockets.wait(0)
    assert rosa.command("/seen", "1042", "office").failure == "connection_failed"


def test_each_payload_goes_to_one_of_several_connections(slack: Slack, rosa: Person) -> None:
    """Two processes share the work: no payload comes twice, and both get some."""
    heard: list[list[str]] = [[], []]
    clients = []
    for number in range(2):

        def listen(client: BaseSocketModeClient, request: SocketModeRequest, mine: list[str] = heard[number]) -> None:
            mine.append(request.payload["text"])
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        client = SocketModeClient(app_token=slack.app.app_token, web_client=WebClient(base_url=slack.api_url))
        client.socket_mode_request_listeners.append(listen)
        client.connect()
        clients.append(client)
    slack.sockets.wait(2)
    for number in range(20):
        rosa.command("/seen", str(number), "office")
    for client in clients:
        client.close()
    assert sorted(heard[0] + heard[1], key=int) == [str(number) for number in range(20)]
    assert heard[0]
    assert heard[1]


def test_a_connection_needs_the_right_token(slack: Slack) -> None:
    """Only the app-level token, with its scope, opens connections."""
    for token, scopes, error in (
        (slack.app.bot_token, {"connections:write"}, "not_allowed_token_type"),
        (slack.app.app_token, set[str](), "missing_scope"),
    ):
        slack.app.app_scopes = scopes
        with pytest.raises(SlackApiError) as excinfo:
            WebClient(base_url=slack.api_url).apps_connections_open(app_token=token)
        assert excinfo.value.response["error"] == error
