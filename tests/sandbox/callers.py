"""The two ends of the stand-in: a caller of its API, and a receiver of its webhooks."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx

MARIA = "maria@oakleaf.example"
BEN = "ben@oakleaf.example"
LINKS = '<a href="https://portal.alder.example/q/1042">Quote</a> <a href="https://alder.example/unsubscribe">Off</a>'


class Api:
    """Calls the API as any HTTP client would."""

    def __init__(self, url: str, *, token: str = "", account_token: str = "") -> None:
        headers = {"X-Postmark-Server-Token": token, "X-Postmark-Account-Token": account_token}
        self.client = httpx.Client(base_url=url, headers=headers, timeout=60, verify=False)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Asks for something."""
        return self.client.get(path, params=query)

    def post(self, path: str, body: Any) -> httpx.Response:
        """Sends something."""
        return self.client.post(path, json=body)

    def put(self, path: str, body: Any = None) -> httpx.Response:
        """Changes something."""
        return self.client.put(path, json=body)

    def search(self, **query: Any) -> list[str]:
        """The IDs of the messages a search finds, in its order."""
        answer = self.get("/messages/outbound", **{"count": 500, "offset": 0, **query})
        assert answer.status_code == 200, answer.text
        assert answer.json()["TotalCount"] >= len(answer.json()["Messages"])
        return [row["MessageID"] for row in answer.json()["Messages"]]

    def details(self, message_id: str) -> Any:
        """What happened to a message."""
        answer = self.get(f"/messages/outbound/{message_id}/details")
        assert answer.status_code == 200, answer.text
        return answer.json()


class Endpoint:
    """A receiver of webhooks that answers as it is told to and keeps what came."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []
        """Answers for the next requests; 200 when there is none left."""
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._listener.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    @property
    def url(self) -> str:
        """Where webhooks are to be posted."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}/webhooks/postmark?from=postmark"

    def of(self, record_type: str) -> list[Any]:
        """The bodies of one type, in the order they came."""
        return [body for body in self.bodies if body.get("RecordType") == record_type]

    def credentials(self) -> set[str]:
        """The user and password of every request that came."""
        return {b64decode(headers["authorization"].removeprefix("Basic ")).decode() for headers in self.headers}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.raw.append(raw)
                endpoint.bodies.append(json.loads(raw))
                endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(endpoint.statuses.pop(0) if endpoint.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        return Handler
