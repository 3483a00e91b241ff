"""Outgoing webhooks: what waits to be posted, when it is tried again, and the mischief that can befall it."""

from __future__ import annotations

import heapq
import json
import threading
from base64 import b64encode
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from random import Random
from typing import Self
from urllib.parse import unquote, urlsplit

from bot.sandbox.clock import Clock
from bot.sandbox.rules import Json, retries

TIMEOUT = 10.0
"""Seconds an endpoint has to answer. Postmark's own limit is unpublished."""


@dataclass(slots=True, kw_only=True)
class Mischief:
    """What may go wrong between Postmark and an endpoint. By itself nothing does."""

    repeats: int = 0
    """How many times more than once each webhook is posted."""
    rearranged: bool = False
    """Repeats and retries carry the same JSON with its fields in another order."""
    shuffled: bool = False
    """What is due together goes out in no order."""
    lost: float = 0.0
    """The share, 0 to 1, that is never posted at all."""
    late_by: timedelta = timedelta(0)
    """Each webhook waits up to this long before its first try."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to post a webhook, and how it went."""

    url: str
    record_type: str
    at: datetime
    status: int | None
    """The endpoint's answer; ``None``: it gave none."""
    last: bool
    """No further try follows: it was taken, or Postmark has given up."""

    @property
    def taken(self) -> bool:
        """Whether the endpoint took it. Postmark names 200 in one place and any 2xx in another; we ask for 200."""
        return self.status == 200


@dataclass(slots=True, kw_only=True)
class _Parcel:
    url: str
    headers: dict[str, str]
    record_type: str
    body: Json
    due: datetime
    waits: tuple[timedelta, ...]
    edition: int = 0
    """Counts repeats and retries: mischief rearranges every other one."""

    def text(self, *, rearranged: bool) -> bytes:
        body = dict(reversed(self.body.items())) if rearranged else self.body
        return json.dumps(body).encode()


@dataclass(slots=True)
class Outbox:
    """Holds webhooks until they are flushed, and posts them over HTTP."""

    clock: Clock
    random: Random
    mischief: Mischief = field(default_factory=Mischief)
    lost: int = 0
    """How many were never posted, or given up after the last retry."""
    _waiting: list[tuple[datetime, int, _Parcel]] = field(default_factory=list)
    _counter: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(
        self,
        url: str,
        record_type: str,
        body: Json,
        *,
        username: str | None = None,
        password: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Queues one webhook, to be posted as soon as the outbox is flushed. Credentials may stand in the URL too."""
        bare_url, found = _credentials(url)
        user, secret = found or (username, password)
        sent = {"Content-Type": "application/json", "User-Agent": "Postmark", **dict(headers)}
        if user is not None:
            pair = f"{user}:{secret or ''}"
            sent["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        for repeat in range(1 + self.mischief.repeats):
            if self.random.random() < self.mischief.lost:
                self.lost += 1
                continue
            late = self.mischief.late_by * self.random.random()
            self._push(
                _Parcel(
                    url=bare_url,
                    headers=sent,
                    record_type=record_type,
                    body=body,
                    due=self.clock.now() + late,
                    waits=retries(record_type),
                    edition=repeat,
                )
            )

    def waiting(self) -> int:
        """How many webhooks wait: for a flush, or for their next try."""
        return len(self._waiting)

    def next_due(self) -> datetime | None:
        """When the next one is to be posted; ``None`` when none waits."""
        return self._waiting[0][0] if self._waiting else None

    def flush(self, *, at_once: int = 1) -> list[Attempt]:
        """Posts whatever is due by now, with the retries that fell due meanwhile, and returns how each try went.

        Args:
            at_once: how many are posted side by side; with 1 they go out in the order they fell due.
        """
        attempts: list[Attempt] = []
        if not self._is_due():
            return attempts
        with ThreadPoolExecutor(at_once) as pool, _Couriers() as couriers:
            while parcels := self._take_due():
                statuses = pool.map(lambda parcel: couriers.post(parcel, self._is_rearranged(parcel)), parcels)
                attempts += [self._settle(parcel, status) for parcel, status in zip(parcels, statuses, strict=True)]
        return attempts

    def _is_rearranged(self, parcel: _Parcel) -> bool:
        return self.mischief.rearranged and parcel.edition % 2 == 1

    def _is_due(self) -> bool:
        due = self.next_due()
        return due is not None and due <= self.clock.now()

    def _take_due(self) -> Sequence[_Parcel]:
        now = self.clock.now()
        due: list[_Parcel] = []
        with self._lock:
            while self._waiting and self._waiting[0][0] <= now:
                due.append(heapq.heappop(self._waiting)[2])
        if self.mischief.shuffled:
            self.random.shuffle(due)
        return due

    def _settle(self, parcel: _Parcel, status: int | None) -> Attempt:
        at = parcel.due
        taken = status == 200
        last = taken or status == 403 or not parcel.waits
        if not last:
            parcel.due, parcel.waits, parcel.edition = at + parcel.waits[0], parcel.waits[1:], parcel.edition + 1
            self._push(parcel)
        elif not taken:
            self.lost += 1
        return Attempt(parcel.url, parcel.record_type, at, status, last)

    def _push(self, parcel: _Parcel) -> None:
        with self._lock:
            self._counter += 1
            heapq.heappush(self._waiting, (parcel.due, self._counter, parcel))


class _Couriers:
    """Keeps one connection per thread and endpoint while a flush lasts."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._all: list[HTTPConnection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._all:
            connection.close()

    def post(self, parcel: _Parcel, rearranged: bool) -> int | None:  # noqa: FBT001 - two values of one request
        """Posts one webhook. Returns the answer's status, or ``None`` when there was none."""
        address = urlsplit(parcel.url)
        connection = self._connection(address.scheme, address.netloc)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", path, parcel.text(rearranged=rearranged), parcel.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            connection.close()
            return None
        return answer.status

    def _connection(self, scheme: str, netloc: str) -> HTTPConnection:
        mine: dict[str, HTTPConnection] = self._own.__dict__.setdefault("connections", {})
        key = f"{scheme}://{netloc}"
        if key not in mine:
            make = HTTPSConnection if scheme == "https" else HTTPConnection
            mine[key] = make(netloc, timeout=TIMEOUT)
            self._all.append(mine[key])
        return mine[key]


def _credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without ``user:password@``, and those two if they were there."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, (unquote(parts.username), unquote(parts.password or ""))
