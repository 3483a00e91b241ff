"""The web server under the doors: uvicorn, as Seen runs it."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp


def configure(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 8000) -> uvicorn.Config:
    """How the application is served; ``uvicorn.Server(configure(app)).run()`` serves until it is told to stop.

    There is no access log: it would name addresses, and the metrics count what came. A stop waits for the requests
    that are under way, at most ten seconds.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="auto",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nobody asks for the sender's address
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        backlog=2048,
    )
