"""The web application: which path leads to which door, and how refusals look."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.health import Probe
from bot.ingest import Writer
from handlers.http.credentials import BasicCredentials, BearerTokens
from handlers.http.health import HealthDoor
from handlers.http.metrics import Metrics
from handlers.http.tracking import TrackingDoor
from handlers.http.webhooks import WebhookDoor
from store.errors import StoreError

log = structlog.get_logger(__name__)

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


def create_app(doors: Doors) -> Starlette:
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
            Route("/webhooks/postmark", webhooks),
            Route("/tracking", tracking.post, methods=["POST"]),
            Route("/healthz", health.alive),
            Route("/readyz", health.ready),
            Route("/metrics", health.metrics),
            *doors.more,
        ],
        exception_handlers={
            HTTPException: _refused,
            StoreError: _not_stored,
            ClientDisconnect: _gone,
            Exception: _broken,
        },
        lifespan=lifespan,
    )
    # A redirected POST would be lost by senders that do not follow: say that the path is wrong instead.
    app.router.redirect_slashes = False
    return app


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
