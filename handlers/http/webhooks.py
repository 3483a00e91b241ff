"""``POST /webhooks/postmark``: one event of Postmark's per request, answered 200 only after its commit.

Postmark repeats what is not answered 200, except after a 403, which ends the repeats for good: so wrong credentials
get a 401. This door is plain ASGI because it is the busy one: a request object and its layers would cost as much as
reading the event.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from bot.ingest import Writer
from bot.postmark import webhooks
from handlers.http import bodies
from handlers.http.credentials import BasicCredentials
from handlers.http.metrics import Metrics
from store.errors import StoreError

log = structlog.get_logger(__name__)

# A 200 says everything; with a body the answer would take a second write.
_START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
_END = {"type": "http.response.body"}


class WebhookDoor:
    """The ASGI endpoint. Without credentials nobody is let in."""

    def __init__(
        self, *, writer: Writer, credentials: BasicCredentials, metrics: Metrics, now: Callable[[], datetime]
    ) -> None:
        self._writer = writer
        self._credentials = credentials
        self._metrics = metrics
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise HTTPException(405, "Post webhooks here.", headers={"Allow": "POST"})
        if not self._credentials.accept(bodies.header(scope, b"authorization")):
            self._metrics.webhook("none", "refused")
            raise HTTPException(
                401,
                "The user or the password is missing or wrong.",
                headers={"WWW-Authenticate": 'Basic realm="Seen webhooks", charset="UTF-8"'},
            )
        kind = await self._take(await self._read(scope, receive))
        self._metrics.webhook(kind, "stored")
        await send(_START)
        await send(_END)

    async def _read(self, scope: Scope, receive: Receive) -> dict[str, object]:
        try:
            return bodies.as_object(bodies.decode(await bodies.read(scope, receive)))
        except HTTPException as refusal:
            self._metrics.webhook("none", "too_large" if refusal.status_code == 413 else "unreadable")
            log.warning("webhook not read", status=refusal.status_code, why=refusal.detail)
            raise

    async def _take(self, value: dict[str, object]) -> str:
        arrival = webhooks.parse(value, received_at=self._now())
        kind = arrival.event.kind.value
        try:
            await self._writer.put(arrival)
        except StoreError:
            self._metrics.webhook(kind, "failed")
            raise
        return kind
