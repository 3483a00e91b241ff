"""Slack's own rules that need no state: its numbers and words, and the two kinds of an answer that says no."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - the word for an answer that says no
    """An answer that says no: ``{"ok": false, "error": …}`` with what else Slack tells."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def body(self) -> Json:
        """The JSON that Slack answers with, at HTTP 200."""
        return {"ok": False, "error": self.error, **self.more}


def invalid(error: str, problems: list[str]) -> Refusal:
    """A refusal that lists what is wrong with blocks or a view, as Slack lists it."""
    return Refusal(error, errors=problems, response_metadata={"messages": [f"[ERROR] {each}" for each in problems]})


ANSWER_WITHIN = timedelta(seconds=3)
"""How long Slack waits for an answer of the app, and how long a trigger lives."""

RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
"""When an event is told again that was not taken: at once, a minute later, five minutes later."""

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE = timedelta(minutes=30)

MAX_TEXT = 40_000
"""Characters after which a message's text is cut, with a warning."""
MAX_UPDATED_TEXT = 4_000
MAX_METADATA = 16_000
MAX_STACK = 3
"""Modals on top of each other."""
MAX_VIEW_BYTES = 250_000
MAX_CONNECTIONS = 10
MAX_PAGE = 999

READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


def escape(text: str) -> str:
    """Text with the three characters of Slack's markup disarmed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What ``escape`` was given."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def length(text: str) -> int:
    """How long Slack counts a text: in its escaped form, whether it came escaped or not."""
    bare = len(re.findall(r"&(?!amp;|lt;|gt;)", text))
    return len(text) + 4 * bare
