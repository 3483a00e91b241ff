"""The real application on a real port, for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from bot.ingest import Writer
from bot.references import DEFAULT_PATTERN, of_message
from handlers.http.app import Doors, create_app
from handlers.http.metrics import Metrics
from handlers.http.server import configure
from store.database import Database
from store.records import Message

USER, PASSWORD, TOKEN = "postmark", "a password", "a-token"


def references(message: Message) -> tuple[str, ...]:
    """The business numbers of a message, as they are found by default."""
    return of_message(message, keys=("job_id",), pattern=DEFAULT_PATTERN)


def doors(database: Database, *, writer: Writer | None = None, metrics: Metrics | None = None) -> Doors:
    """Doors onto a database, with the credentials above."""
    metrics = metrics or Metrics()
    return Doors(
        writer=writer or Writer(database, references=references, observer=metrics),
        metrics=metrics,
        webhook_users=[USER],
        webhook_passwords=[PASSWORD],
        tracking_tokens=[TOKEN],
    )


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serves the application from a thread; gives its URL; stops it as a real stop would."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configure(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()


@contextmanager
def client(given: Doors) -> Iterator[httpx.Client]:
    """A client of the served doors that has the webhook's credentials."""
    with serving(create_app(given)) as url, httpx.Client(base_url=url, auth=(USER, PASSWORD), timeout=60) as talking:
        yield talking
