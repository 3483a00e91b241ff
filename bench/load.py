"""The load: a process of its own that posts webhooks over kept-open connections, and says how it went as JSON.

``python -m bench.load PORT PATH FIRST SECONDS CONNECTIONS [RATE]``. Without a rate every connection posts as soon as it
was answered. With one (requests a second) posts leave at fixed moments, and a latency counts from the moment a request
should have left, so that a server that stalls cannot hide it. Requests are made before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain, count
from typing import cast

import uvloop

from bench.bodies import request

PREPARED = 60_000
"""Requests made in advance at most; later ones are made on the way."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the load gave."""

    posts: int
    seconds: float
    failed: int
    """Answers other than 200, and connections lost."""
    p50: float
    """Seconds until the answer was there."""
    p99: float

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds


class Connection(asyncio.Protocol):
    """One kept-open connection: one request at a time."""

    def __init__(self, answered: Callable[[Connection, float], None], failed: Callable[[], None]) -> None:
        self._answered = answered
        self._failed = failed
        self._buffer = b""
        self._since = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, data: bytes, since: float) -> None:
        """Posts; ``since`` is when the waiting began."""
        assert self._transport is not None
        self._since = since
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end or not _whole(head.lower(), rest):
            return
        self._buffer = b""
        if not head.startswith(b"HTTP/1.1 200"):
            self._failed()
        self._answered(self, time.perf_counter() - self._since)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self._failed()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _whole(head: bytes, body: bytes) -> bool:
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])


class Run:
    """Posts for a while and remembers every latency."""

    def __init__(self, requests: Iterator[bytes], seconds: float) -> None:
        self._requests = requests
        self._seconds = seconds
        self._latencies: list[float] = []
        self._failures = 0
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._rate: float | None = None
        self._end = 0.0
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way = 0

    async def go(self, port: int, connections: int, rate: float | None) -> Load:
        loop = asyncio.get_running_loop()
        self._rate = rate
        for _ in range(connections):
            _, connection = await loop.create_connection(
                lambda: Connection(self._answered, self._failed), "127.0.0.1", port
            )
            self._idle.append(connection)
        everyone = list(self._idle)
        begin = time.perf_counter()
        self._end = begin + self._seconds
        if rate is None:
            while self._idle:
                self._post(self._idle.pop(), time.perf_counter())
        else:
            await self._post_on_time(begin, rate)
        await asyncio.wait_for(self._over, self._seconds + 30)
        seconds = time.perf_counter() - begin
        for connection in everyone:
            connection.close()
        ordered = sorted(self._latencies)
        return Load(
            posts=len(ordered),
            seconds=seconds,
            failed=self._failures,
            p50=ordered[len(ordered) // 2],
            p99=ordered[len(ordered) * 99 // 100],
        )

    async def _post_on_time(self, begin: float, rate: float) -> None:
        moments = (begin + number / rate for number in range(int(rate * self._seconds)))
        for moment in moments:
            pause = moment - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            if self._idle:
                self._post(self._idle.popleft(), moment)
            else:
                self._due.append(moment)
        self._end = 0.0
        if not self._under_way and not self._over.done():
            self._over.set_result(None)

    def _post(self, connection: Connection, since: float) -> None:
        self._under_way += 1
        connection.send(next(self._requests), since)

    def _answered(self, connection: Connection, latency: float) -> None:
        self._under_way -= 1
        self._latencies.append(latency)
        if self._due:
            self._post(connection, self._due.popleft())
        elif self._rate is None and time.perf_counter() < self._end:
            self._post(connection, time.perf_counter())
        else:
            self._idle.append(connection)
            if not self._under_way and time.perf_counter() >= self._end and not self._over.done():
                self._over.set_result(None)

    def _failed(self) -> None:
        self._failures += 1


def _requests(path: str, first: int, prepared: int) -> Iterator[bytes]:
    ready = [request(number, path) for number in range(first, first + prepared)]
    return chain(ready, (request(number, path) for number in count(first + prepared)))


async def _main(arguments: list[str]) -> None:
    port, path, first, seconds, connections = arguments[:5]
    rate = float(arguments[5]) if len(arguments) > 5 else None
    prepared = int(min(PREPARED, float(seconds) * (rate or PREPARED)))
    requests = _requests(path, int(first), prepared)
    load = await Run(requests, float(seconds)).go(int(port), int(connections), rate)
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    uvloop.run(_main(sys.argv[1:]))
