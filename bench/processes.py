"""Servers, loads and databases as processes, started and ended for a measurement."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Load
from bench.servers import ANYMAIL_PATH, PATH
from tests.databases import postgres

HOME = Path(__file__).parents[1]
KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database whose commits wait for the disk."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="seen-bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
    else:
        with postgres(durable=True) as server:
            yield server.empty()


class Server:
    """One of the servers of ``bench.servers``."""

    def __init__(self, name: str, url: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        self._path = ANYMAIL_PATH if name == "anymail" else PATH
        self._posted = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.servers", name, str(self.port), url], cwd=HOME, env=_environment()
        )
        self._wait()

    def load(self, seconds: float, connections: int, rate: float | None = None) -> Load:
        """Posts webhooks that this server has not seen yet."""
        words = [self.port, self._path, self._posted, seconds, connections, *([rate] if rate else [])]
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", *map(str, words)],
            cwd=HOME,
            env=_environment(),
            check=True,
            stdout=subprocess.PIPE,
        )
        load = Load(**json.loads(done.stdout))
        if load.failed:
            raise RuntimeError(f"{load.failed} of {load.posts} posts were not answered 200")
        self._posted += load.posts
        return load

    def memory(self) -> float:
        """Megabytes the process holds in memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        """Ends the process as a deployment would."""
        self._process.terminate()
        self._process.wait(60)

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the server did not start")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HOME)}
