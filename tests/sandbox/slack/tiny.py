"""A tiny Slack app on a real port, for tests that need somebody at the other end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from bot.sandbox.faults import Answer
from bot.sandbox.port import Port, Request
from bot.sandbox.slack import Slack


def client_of(slack: Slack) -> WebClient:
    """The SDK's own client, with the bot's token."""
    return WebClient(token=slack.app.bot_token, base_url=slack.api_url)


def bolt(slack: Slack) -> App:
    """A Bolt app without listeners, which talks to the stand-in."""
    return App(
        client=client_of(slack),
        signing_secret=slack.app.signing_secret,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )


@contextmanager
def serving(slack: Slack, app: App) -> Iterator[None]:
    """Serves the app over HTTP, and points the stand-in at it."""

    def answer(request: Request) -> Answer:
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        said = app.dispatch(BoltRequest(body=request.body.decode(), headers=headers))
        return Answer(said.status, (said.body or "").encode(), {name: each[0] for name, each in said.headers.items()})

    port = Port(answer)
    port.open()
    slack.connect(f"{port.url}/slack/events")
    try:
        yield
    finally:
        slack.connect(None)
        port.close()
