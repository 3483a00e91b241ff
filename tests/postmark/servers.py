"""A small HTTP server that answers what a test tells it to, well or badly, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """What is answered, and what goes wrong with it."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    """The length to announce, where it is not the body's."""
    pause: float = 0.0
    """Seconds before anything is answered."""
    drip: float = 0.0
    """Seconds between one byte of the body and the next."""


def as_json(value: object, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


def html(status: int) -> Reply:
    return Reply(status, b"<html><body>Something is wrong</body></html>", {"Content-Type": "text/html"})


def refused(code: int, message: str = "No.", status: int = 422) -> Reply:
    return as_json({"ErrorCode": code, "Message": message}, status)


Answering = Callable[[Request], Reply]


class Server:
    """Answers with the replies in turn (the last one for ever), or with what a function says to each request."""

    def __init__(self, *replies: Reply, answering: Answering | None = None) -> None:
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._replies = list(replies) or [Reply()]
        self._answering = answering
        self.connections = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with server._lock:
                    server.connections += 1

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                content = self.rfile.read(length)
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query))
                request = Request(
                    self.command, parts.path, query, dict(self.headers), json.loads(content) if content else None
                )
                reply = server._reply(request)
                server.closing.wait(reply.pause)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) if reply.promised is None else reply.promised))
                self.end_headers()
                pieces = [reply.body] if not reply.drip else [bytes([byte]) for byte in reply.body]
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    if reply.drip and server.closing.wait(reply.drip):
                        break
                if reply.promised is not None:
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815 - the name that http.server looks for

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Tests are quiet."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that gives up is what some tests are about."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _reply(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return reply if self._answering is None else self._answering(request)


class Time:
    """A clock that only sleeping moves, and that remembers each sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.elapsed = 0.0

    def clock(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds
