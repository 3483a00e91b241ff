"""Pictures for our messages: uploaded for nobody in particular, and shown by the message that names them.

Slack looks at what was uploaded in its own time, and refuses a message with a picture it is not done with. So it is
asked until it is (``files.info``), for a few seconds at most. A picture is never worth a message: where a scope is
missing, or Slack fails or dawdles, there is none, and the message says in words what it would have shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.clients import UNREACHED
from bot.slack.trouble import word_of

log = structlog.get_logger(__name__)

_PATIENCE = 8.0
_PAUSE = 0.25


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads pictures. For workers: it waits for Slack.

    Args:
        client: the bot's.
        sleep: waits so many seconds.
        clock: a clock that only goes forward, in seconds.
    """

    client: WebClient
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def upload(self, picture: bytes, *, name: str, says: str) -> str | None:
        """The id by which a message can show this PNG; ``None``: there is none. ``says``: the same in words."""
        try:
            told = self.client.files_upload_v2(content=picture, filename=name, title=name, alt_txt=says)
            file_id = str(told["file"]["id"])
            return file_id if self._is_ready(file_id) else None
        except UNREACHED as error:
            word = word_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            if word != "missing_scope":  # the scopes are optional: whoever left them out does without pictures
                log.warning("a picture could not be uploaded", slack=word)
            return None

    def _is_ready(self, file_id: str) -> bool:
        latest = self.clock() + _PATIENCE
        pause = _PAUSE
        while not self.client.files_info(file=file_id)["file"].get("mimetype"):
            if self.clock() + pause > latest:
                log.warning("a picture was not ready in time")
                return False
            self.sleep(pause)
            pause *= 2
        return True
