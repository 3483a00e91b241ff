"""Questions that a process had taken, and was ended over: taken up again by whichever process is there.

Slack is told at once that an event has come, and forgets it then. So what it sent is kept until an answer is given, and
looked for here. What died while it was answering is left alone: an answer too few is better than the same one twice.
"""

from __future__ import annotations

import threading

import structlog
from slack_bolt import App, BoltRequest

from bot.slack.inbox import Inbox
from handlers.slack.app import dispatch
from store.errors import StoreError

log = structlog.get_logger(__name__)

PAUSE = 10.0
"""Seconds between two looks; ``bot.slack.inbox.LEASE`` is three of them."""


class Resuming:
    """Looks again and again, on a thread of its own."""

    def __init__(self, app: App, inbox: Inbox, *, pause: float = PAUSE) -> None:
        self._app, self._inbox, self._pause = app, inbox, pause
        self._stopped = threading.Event()
        self._looking = threading.Thread(target=self._run, name="slack-resuming", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._looking.start()

    def stop(self) -> None:
        """Looks no more."""
        self._stopped.set()

    def look(self) -> None:
        """Says what this process is still at, and takes up what others have left. Raises ``StoreError``."""
        self._inbox.keep()
        for body in self._inbox.left():
            log.info("slack event taken up again")
            dispatch(self._app, BoltRequest(body=body, mode="socket_mode"))

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.look()
            except StoreError as error:
                log.warning("slack events not looked for", error=type(error).__name__)
            self._stopped.wait(self._pause)
