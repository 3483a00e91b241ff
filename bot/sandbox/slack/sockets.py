"""Socket Mode: the app's connections, and envelopes that go out on one of them and come back acknowledged."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from bot.sandbox.port import Request
from bot.sandbox.slack.rules import MAX_CONNECTIONS, Json, Refusal
from bot.sandbox.slack.state import Installed
from bot.sandbox.slack.websocket import WebSocket


class NobodyThere(Exception):  # noqa: N818 - the name says what is wrong
    """The app has no connection open."""


@dataclass(eq=False, slots=True)
class _Envelope:
    acknowledged: threading.Event = field(default_factory=threading.Event)
    answer: Any = None


class Sockets:
    """The connections of one app. Each envelope goes to one of them, whichever the dice say."""

    def __init__(self, app: Installed, dice: Random) -> None:
        self._app, self._dice = app, dice
        self.opened = 0
        """How many connections there have been."""
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, _Envelope] = {}
        self._lock = threading.Condition()

    @property
    def count(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def wait(self, count: int = 1, *, timeout: float = 60) -> None:
        """Waits until so many connections are open. Raises ``TimeoutError``."""
        with self._lock:
            if not self._lock.wait_for(lambda: len(self._open) == count, timeout):
                raise TimeoutError(f"{len(self._open)} connections are open, not {count}.")

    def new_url(self, base: str) -> str:
        """An address for one connection (``apps.connections.open``). Raises ``Refusal``."""
        with self._lock:
            if len(self._open) >= MAX_CONNECTIONS:
                raise Refusal("too_many_websockets")
            ticket = secrets.token_urlsafe(16)
            self._tickets.add(ticket)
        return f"{base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self._app.app_id}"

    def serve(self, request: Request, connection: socket.socket) -> None:
        """Takes a connection over, for as long as it lasts."""
        websocket = WebSocket(connection)
        ticket = parse_qs(urlsplit(request.target).query).get("ticket", [""])[0]
        with self._lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
        if not known:
            websocket.refuse("408 Request Timeout")
            return
        websocket.accept(request.headers.get("sec-websocket-key", ""))
        with self._lock:
            self._open.append(websocket)
            self.opened += 1
            number = len(self._open)
            self._lock.notify_all()
        try:
            websocket.send(json.dumps(self._hello(number)))
            for text in websocket.texts():
                self._acknowledge(text)
        finally:
            self._forget(websocket)

    def ask(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Sends an envelope and waits for its acknowledgement. Raises ``NobodyThere`` or ``TimeoutError``."""
        envelope_id = str(uuid4())
        envelope = self._waiting[envelope_id] = _Envelope()
        message: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            message |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        with self._lock:
            chosen = self._dice.choice(self._open) if self._open else None
        try:
            if chosen is None:
                raise NobodyThere
            try:
                chosen.send(json.dumps(message))
            except OSError:
                self._forget(chosen)
                raise NobodyThere from None
            if not envelope.acknowledged.wait(self._app.answer_within.total_seconds()):
                raise TimeoutError
            return envelope.answer
        finally:
            self._waiting.pop(envelope_id, None)

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Asks every connection to be opened anew, as Slack does about hourly; ``link_disabled``: for good."""
        for websocket in self._connections():
            websocket.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}}))

    def close(self) -> None:
        """Ends every connection politely."""
        for websocket in self._connections():
            websocket.close()

    def cut(self) -> None:
        """Cuts every connection without a word."""
        for websocket in self._connections():
            websocket.cut()

    def _connections(self) -> list[WebSocket]:
        with self._lock:
            return list(self._open)

    def _hello(self, number: int) -> Json:
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app.app_id},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        envelope = self._waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
        if envelope is not None:
            envelope.answer = said.get("payload") or None
            envelope.acknowledged.set()

    def _forget(self, websocket: WebSocket) -> None:
        with self._lock:
            if websocket in self._open:
                self._open.remove(websocket)
            self._lock.notify_all()
