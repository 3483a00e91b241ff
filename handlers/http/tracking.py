"""``POST /tracking``: local records (portal visits, own opens and clicks, replies, payments …), one or a list of them.

Every record is answered for itself, in order: accepted (and whether it was known already), or not, and why. One bad
record never costs another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import tracking
from bot.ingest import Writer
from handlers.http import bodies
from handlers.http.credentials import BearerTokens
from handlers.http.metrics import Metrics
from store.errors import StoreError
from store.records import Arrival


class TrackingDoor:
    """The endpoint. Without a token nobody is let in."""

    def __init__(self, *, writer: Writer, tokens: BearerTokens, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._tokens = tokens
        self._metrics = metrics
        self._now = now

    async def post(self, request: Request) -> Response:
        """200 with an outcome per record, also when none was good; 503 when none of the good ones could be stored."""
        if not self._tokens.accept(bodies.header(request.scope, b"authorization")):
            self._metrics.tracking("refused")
            raise HTTPException(
                401, "The token is missing or wrong.", headers={"WWW-Authenticate": 'Bearer realm="Seen tracking"'}
            )
        value = bodies.decode(await bodies.read(request.scope, request.receive))
        if not isinstance(value, (dict, list)):
            raise HTTPException(400, "Send one record as a JSON object, or several as a list.")
        records = value if isinstance(value, list) else [value]
        outcomes, arrivals = self._parse(records)
        stored = dict(zip(arrivals, await self._writer.put_each(arrivals.values()), strict=True))
        failures = [outcome for outcome in stored.values() if isinstance(outcome, StoreError)]
        if failures and len(failures) == len(stored):
            self._metrics.tracking("failed", len(failures))
            raise failures[0]
        for index, outcome in stored.items():
            outcomes[index] = _outcome(index, outcome)
        for one in outcomes:
            self._metrics.tracking("accepted" if one["accepted"] else "refused")
        return JSONResponse({"records": outcomes})

    def _parse(self, records: list[object]) -> tuple[list[dict[str, object]], dict[int, Arrival]]:
        """For each record its outcome so far, and by index the good ones."""
        now = self._now()
        outcomes: list[dict[str, object]] = []
        arrivals: dict[int, Arrival] = {}
        for index, record in enumerate(records):
            outcomes.append({"index": index, "accepted": False})
            try:
                arrivals[index] = tracking.parse(record, received_at=now)
            except tracking.BadRecord as error:
                outcomes[index]["error"] = str(error)
        return outcomes, arrivals


def _outcome(index: int, outcome: bool | StoreError) -> dict[str, object]:  # noqa: FBT001 - a value, not a switch
    if isinstance(outcome, StoreError):
        return {"index": index, "accepted": False, "error": "It could not be stored; send it again."}
    return {"index": index, "accepted": True, "duplicate": not outcome}
