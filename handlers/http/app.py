"""The web application: which path leads to which door, and how refusals look."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.health import Probe
from bot.ingest import Writer
from handlers.http.credentials import BasicCredentials, BearerTokens
from handlers.http.health import HealthDoor
from handlers.http.metrics import Metrics
from handlers.http.tracking import TrackingDoor
from handlers.http.webhooks import WebhookDoor
from store.errors import StoreError

log = structlog.get_logger(__name__)

WEBHOOKS = "/webhooks/postmark"
"""Where Postmark posts its webhooks."""
COME_AGAIN = 30
"""Seconds after which a sender whose event could not be stored should try again."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Side(Protocol):
    """Something that runs beside the doors."""

    def start(self) -> None:
        """Begins, without waiting for anybody."""

    def stop(self) -> None:
        """Ends; may take a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the doors need to know."""

    writer: Writer
    """Started and stopped with the application."""
    metrics: Metrics
    webhook_users: Sequence[str] = ()
    webhook_passwords: Sequence[str] = field(default=(), repr=False)
    """Any of the users with any of the passwords; none: every webhook is answered 401."""
    tracking_tokens: Sequence[str] = field(default=(), repr=False)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    """What ``/readyz`` asks, by name."""
    remarks: Mapping[str, Probe] = field(default_factory=dict)
    """What it tells beside that, though Seen can do its work without."""
    now: Callable[[], datetime] = _utc_now
    more: Sequence[BaseRoute] = ()
    """Further endpoints."""
    sides: Sequence[Side] = ()
    """What else is started and stopped with the application, after the writer and before it."""


def create_app(doors: Doors) -> ASGIApp:
    """The application. Its lifespan starts the writer, and stops it after the last request was answered."""
    webhooks = WebhookDoor(
        writer=doors.writer,
        credentials=BasicCredentials(doors.webhook_users, doors.webhook_passwords),
        metrics=doors.metrics,
        now=doors.now,
    )
    tracking = TrackingDoor(
        writer=doors.writer, tokens=BearerTokens(doors.tracking_tokens), metrics=doors.metrics, now=doors.now
    )
    health = HealthDoor(probes=doors.probes, remarks=doors.remarks, metrics=doors.metrics)
    doors.metrics.watch_queue(lambda: doors.writer.depth)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        doors.writer.start()
        for side in doors.sides:
            side.start()
        _spare_the_collector()
        try:
            yield
        finally:
            for side in doors.sides:
                await asyncio.to_thread(side.stop)
            await asyncio.to_thread(doors.writer.stop)

    app = Starlette(
        routes=[
            Route("/tracking", tracking.post, methods=["POST"]),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route("/metrics", health.metrics),
            *doors.more,
        ],
        exception_handlers=_ANSWERS,
        lifespan=lifespan,
    )
    # A redirected POST would be lost by senders that do not follow: say that the path is wrong instead.
    app.router.redirect_slashes = False
    return _Front(webhooks, app)


class _Front:
    """Brings webhooks to their door and everything else to the router.

    The router and its layers would take a third as long as the door itself, for every webhook.
    """

    def __init__(self, webhooks: ASGIApp, router: ASGIApp) -> None:
        self._webhooks = webhooks
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != WEBHOOKS:
            await self._router(scope, receive, send)
            return
        try:
            await self._webhooks(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the sender must get an answer, whatever it was
            answer = next(answer for kind, answer in _ANSWERS.items() if isinstance(error, kind))
            await (await answer(Request(scope), error))(scope, receive, send)


def _spare_the_collector() -> None:
    """What is loaded by now stays, and what a request leaves behind goes without the garbage collector.

    With Python's own thresholds it would look through thousands of living objects for every few requests, which takes a
    fifth of the door's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, HTTPException)  # noqa: S101 - for the type checker: it is registered for this class
    return JSONResponse({"error": refusal.detail}, refusal.status_code, headers=refusal.headers)


async def _not_stored(_: Request, error: Exception) -> Response:
    log.warning("answered 503", error=type(error).__name__)
    return JSONResponse(
        {"error": "It could not be stored. Please send it again."}, 503, headers={"Retry-After": str(COME_AGAIN)}
    )


async def _gone(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "The connection was closed before the body was complete."}, 400)


async def _broken(_: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__)
    return JSONResponse({"error": "Something went wrong here. Please send it again."}, 500)


_ANSWERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPException: _refused,
    StoreError: _not_stored,
    ClientDisconnect: _gone,
    Exception: _broken,
}
"""What is answered when a door fails, by the kind of failure: the first that fits counts."""
