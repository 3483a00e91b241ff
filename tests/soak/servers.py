"""`seen serve` as a process of its own, to be killed and started again, and a client that does not give up."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.http.bodies import Body

USER, PASSWORD = "postmark", "a password"
_AUTHORIZATION = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_HOME = Path(__file__).parents[2]


def free_port() -> int:
    """A port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Server:
    """One server process on a database; the same port at every start. ``settings``: more of its environment."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._log = folder / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(_HOME),
            "DATABASE_URL": url,
            "POSTMARK_WEBHOOK_USER": USER,
            "POSTMARK_WEBHOOK_PASSWORD": PASSWORD,
            **settings,
        }

    def start(self) -> None:
        """Returns when the server answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--port", str(self.port)],
                cwd=self._folder,  # where no .env lies
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self._process.poll() is None, self._log.read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("the server did not start: " + self._log.read_text())

    def kill(self) -> None:
        """As if the machine's power went: no signal handler, no good-bye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As a deployment stops it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


class Client:
    """Posts over one kept-open connection, opened again when it breaks."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: Body) -> int:
        """The status of the answer. Raises ``OSError`` or ``EOFError`` when there was none."""
        content = json.dumps(body).encode()
        head = (
            "POST /webhooks/postmark HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Basic {_AUTHORIZATION}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(head.encode() + content)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, EOFError):
            self.close()
            raise
        return int(answer.split(b" ", 2)[1])

    async def post_until_taken(self, body: Body) -> None:
        """Returns when it was answered 200, however often that takes: as Postmark would, only sooner."""
        while True:
            try:
                if await self.post(body) == 200:
                    return
            except (OSError, EOFError):
                pass
            await asyncio.sleep(0.02)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
