"""A stand-in on a real port of this machine, spoken to over HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from bot.sandbox.faults import Answer


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in. Header names are lower-cased."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The address without its query."""
        return urlsplit(self.target).path


Upgrade = Callable[[Request, socket.socket], None]
"""Takes over a connection whose client asked for a WebSocket, until it returns."""


class Port:
    """Listens on 127.0.0.1 from ``open`` to ``close``; each connection has its own thread."""

    def __init__(self, answer: Callable[[Request], Answer], *, port: int = 0, upgrade: Upgrade | None = None) -> None:
        self._answer = answer
        self._upgrade = upgrade
        self._wanted = port
        self._listener: _Listener | None = None

    @property
    def url(self) -> str:
        """Where it listens. Raises ``RuntimeError`` when it does not."""
        if self._listener is None:
            raise RuntimeError("The stand-in is not running: use it in a `with` block.")
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def open(self) -> None:
        """Starts to listen."""
        self._listener = _Listener(self._answer, self._wanted, self._upgrade)
        self._wanted = self._listener.server_address[1]  # opened again, it is where it was
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True, name="sandbox").start()

    def close(self) -> None:
        """Stops. Connections that are still open are dropped."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener.drop_connections()
            self._listener = None


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Answer], port: int, upgrade: Upgrade | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.upgrade = upgrade
        self._open: set[socket.socket] = set()

    def drop_connections(self) -> None:
        """Ends the connections that clients keep open."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, object]:
        """Takes a new connection."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Lets go of a connection."""
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no fault of ours, and nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _respond(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        if len(body) < length:  # its sender died over it: nothing that was cut off is carried out
            self.close_connection = True
            return
        request = Request(self.command, self.path, headers, body)
        if self.server.upgrade and headers.get("upgrade", "").lower() == "websocket":
            self.close_connection = True
            self.server.upgrade(request, self.connection)
            return
        answer = self.server.answer(request)
        if answer.cut_after == 0:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut_after])
        self.close_connection = self.close_connection or answer.cut_after is not None

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _respond  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Nothing is printed: the sandbox remembers its requests itself."""
