"""What can be wrong with an API, on demand: what any server can do to a request, and what Postmark's does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

HANG_AT_MOST = 120.0
"""Seconds after which even a hung request is let go, so that a forgotten fault can't keep a thread for ever."""

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>The gateway is at a loss.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way out."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    """Bytes of the body after which the connection breaks; 0: before anything is said at all."""

    @classmethod
    def of(cls, status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        """An ordinary answer in JSON."""
        return cls(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass(eq=False, slots=True, kw_only=True)
class Fault:
    """One fault that befalls requests. As a context manager it lasts until the end of the block."""

    name: str
    times: int | None = None
    """How many requests it still befalls; ``None``: all."""
    path: str = ""
    """Only requests whose path begins so."""
    server: str | None = None
    """Only requests with this server's token."""
    retry_after: float | None = None
    seconds: float = 1.0
    over: threading.Event = field(default_factory=threading.Event)
    kind: Befalling | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.heal()

    def heal(self) -> None:
        """Ends the fault, and lets requests go that hang in it."""
        self.over.set()

    def befall(self, usual: Callable[[], Answer]) -> Answer:
        """What a request gets instead of its ``usual`` answer."""
        return self.kind(self, usual) if self.kind else usual()


Befalling = Callable[[Fault, Callable[[], Answer]], Answer]
"""What one kind of fault makes of a request, given how it would usually be answered."""


class Faults:
    """The faults that are on, each of one of the given kinds."""

    def __init__(self, kinds: Mapping[str, Befalling]) -> None:
        self._kinds = kinds
        self._on: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Switches a fault on. Raises ``ValueError`` for a name that isn't known."""
        if fault.name not in self._kinds:
            raise ValueError(f"There is no fault called {fault.name}; there are {', '.join(self._kinds)}.")
        fault.kind = self._kinds[fault.name]
        with self._lock:
            self._on.append(fault)
        return fault

    def heal(self) -> None:
        """Ends all of them."""
        with self._lock:
            for fault in self._on:
                fault.heal()
            self._on.clear()

    def for_request(self, path: str, server: str | None) -> Fault | None:
        """The fault that befalls this request, counted down; the one added first."""
        with self._lock:
            self._on = [fault for fault in self._on if fault.times != 0 and not fault.over.is_set()]
            for fault in self._on:
                if path.startswith(fault.path) and fault.server in {None, server}:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


def _too_many(fault: Fault, _: Callable[[], Answer]) -> Answer:
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return Answer.of(429, {"ErrorCode": 429, "Message": "Too many requests."}, headers)


def _broken(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(500, {"ErrorCode": 500, "Message": "Something went wrong inside."})


def _unavailable(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(503, {"ErrorCode": 503, "Message": "The service is not available for now."})


def _maintenance(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(503, {"ErrorCode": 100, "Message": "The API is down for maintenance."})


def _html(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer(502, _HTML.format("502 Bad Gateway").encode(), {"Content-Type": "text/html"})


def _html_as_success(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer(200, _HTML.format("Welcome").encode(), {"Content-Type": "text/html"})


def _no_error_code(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(422, {"error": "unprocessable"})


def _truncated(_: Fault, usual: Callable[[], Answer]) -> Answer:
    answer = usual()
    return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)


def _broken_off(_: Fault, usual: Callable[[], Answer]) -> Answer:
    answer = usual()
    return Answer(answer.status, answer.body, answer.headers, cut_after=max(1, len(answer.body) // 2))


def _cut(_: Fault, usual: Callable[[], Answer]) -> Answer:
    answer = usual()  # the request is done: an email sent so is on its way, though nobody hears of it
    return Answer(answer.status, answer.body, answer.headers, cut_after=0)


def _hang(fault: Fault, usual: Callable[[], Answer]) -> Answer:
    fault.over.wait(HANG_AT_MOST)
    return usual()


def _slow(fault: Fault, usual: Callable[[], Answer]) -> Answer:
    time.sleep(fault.seconds)
    return usual()


def _late(fault: Fault, usual: Callable[[], Answer]) -> Answer:
    answer = usual()  # the request is done, and its sender may have stopped waiting when it hears of it
    time.sleep(fault.seconds)
    return answer


ANYBODYS: Mapping[str, Befalling] = {
    "html": _html,
    "html_200": _html_as_success,
    "truncated": _truncated,
    "broken_off": _broken_off,
    "cut": _cut,
    "hang": _hang,
    "slow": _slow,
    "late": _late,
}
"""What can befall a request to any server."""

POSTMARKS: Mapping[str, Befalling] = {
    "429": _too_many,
    "500": _broken,
    "503": _unavailable,
    "maintenance": _maintenance,
    "no_error_code": _no_error_code,
    **ANYBODYS,
}
