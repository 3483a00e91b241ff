"""Socket Mode: Slack's requests over a WebSocket that we open, for trials and behind firewalls.

Several processes may be connected at once; Slack gives each request to one of them.
"""

from __future__ import annotations

import threading

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.slack.clients import quiet_logger

log = structlog.get_logger(__name__)

THREADS = 32
"""Requests that are being acknowledged at the same time."""
PING = 3.0
"""Seconds between two signs of life. The SDK takes a connection for dead after five that failed, and makes another."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class Socket:
    """The connection. It is made, and made again, on threads of its own: Slack may be down when we start."""

    def __init__(self, app: App, *, token: str, api_url: str) -> None:
        client = WebClient(token=token, base_url=f"{api_url.rstrip('/')}/", logger=quiet_logger(), timeout=10)
        self._handler = SocketModeHandler(
            app, token, logger=quiet_logger(), web_client=client, concurrency=THREADS, ping_interval=PING
        )
        self._stopped = threading.Event()
        self._connecting = threading.Thread(target=self._connect, name="slack-socket", daemon=True)

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach us."""
        return bool(self._handler.client.is_connected())

    def start(self) -> None:
        """Begins to connect."""
        self._connecting.start()

    def stop(self) -> None:
        """Closes the connection; what was acknowledged goes on."""
        self._stopped.set()
        self._handler.close()  # type: ignore[no-untyped-call]

    def _connect(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                self._handler.client.wss_uri = None  # an address is good for one try
                self._handler.connect()  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - whatever it is, it may be over in a minute
                log.warning("slack not connected", error=type(error).__name__, again_in=pause)
            else:
                log.info("slack connected")
                return
            self._stopped.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
