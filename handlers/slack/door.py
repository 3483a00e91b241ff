"""``POST /slack/events``: everything Slack sends over HTTP, let in by its signature alone.

The signature is checked before anything is read out of the body, and nothing of a refused request is logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App, BoltRequest, BoltResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.slack.signatures import Signatures
from handlers.http import bodies
from handlers.slack.app import dispatch
from handlers.slack.metrics import SlackMetrics

THREADS = 64
"""Requests that are being acknowledged at the same time."""
PATH = "/slack/events"


class SlackDoor:
    """The ASGI endpoint. Without a signing secret, or a bot, nobody is let in."""

    def __init__(self, app: App | None, signatures: Signatures, metrics: SlackMetrics) -> None:
        self._app, self._signatures, self._metrics = app, signatures, metrics
        # Bolt's dispatch waits for the acknowledgement: never in the event loop, and not in the pool others share.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-door")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise HTTPException(405, "Slack posts here.", headers={"Allow": "POST"})
        timestamp = bodies.header(scope, b"x-slack-request-timestamp")
        signature = bodies.header(scope, b"x-slack-signature")
        app = self._app
        if app is None or signature is None or not self._signatures.in_time(timestamp):
            raise self._refused()
        body = await bodies.read(scope, receive)
        if not self._signatures.accept(body, timestamp=timestamp, signature=signature):
            raise self._refused()
        request = _request(scope, body)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, dispatch, app, request)
        await _response(answer)(scope, receive, send)

    def close(self) -> None:
        """Lets the threads go, once no request comes any more."""
        self._threads.shutdown(wait=False)

    def _refused(self) -> HTTPException:
        self._metrics.unsigned()
        return HTTPException(401, "The request is not signed by Slack, or not now.")


def _request(scope: Scope, body: bytes) -> BoltRequest:
    """The request as Bolt takes it. Raises ``HTTPException`` 400 when nothing can be read out of it."""
    headers: dict[str, str | Sequence[str]] = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
    }
    try:
        return BoltRequest(body=body.decode(), query=scope["query_string"].decode("latin-1"), headers=headers)
    except (ValueError, RecursionError, AttributeError, TypeError):  # what Bolt raises at JSON that is no object, too
        raise HTTPException(400, "The body is neither a form nor a JSON object.") from None


def _response(answer: BoltResponse) -> Response:
    return Response(answer.body, answer.status, headers=answer.first_headers_without_set_cookie())
