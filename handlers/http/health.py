"""``/healthz`` alive, ``/readyz`` well, ``/metrics`` numbers: without credentials, and without a word of a customer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.health import Probe
from handlers.http.metrics import Metrics

log = structlog.get_logger(__name__)

PATIENCE = 3.0
"""Seconds until a probe that does not answer counts as failed."""


class HealthDoor:
    """The three endpoints."""

    def __init__(self, *, probes: Mapping[str, Probe], remarks: Mapping[str, Probe], metrics: Metrics) -> None:
        self._probes = probes
        self._remarks = remarks
        self._metrics = metrics

    async def alive(self, _: Request) -> Response:
        """200 as long as the process answers at all."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _: Request) -> Response:
        """200 when every probe is well, else 503; either way each probe's word by name.

        What remarks say is told beside them, but makes nobody stop sending requests here.
        """
        asked = {**self._remarks, **self._probes}
        words = await asyncio.gather(*(_ask(name, probe) for name, probe in asked.items()))
        checks = {name: word or "ok" for name, word in zip(asked, words, strict=True)}
        well = all(checks[name] == "ok" for name in self._probes)
        return JSONResponse({"status": "ready" if well else "not ready", "checks": checks}, 200 if well else 503)

    async def metrics(self, _: Request) -> Response:
        """Everything counted so far, in Prometheus' text form."""
        return Response(await run_in_threadpool(self._metrics.text), media_type=self._metrics.content_type)


async def _ask(name: str, probe: Probe) -> str | None:
    try:
        return await asyncio.wait_for(run_in_threadpool(probe), PATIENCE)
    except TimeoutError:
        return f"no answer within {PATIENCE:.0f} seconds"
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a probe is the finding
        log.warning("probe failed", probe=name, error=type(error).__name__)
        return "failed"
