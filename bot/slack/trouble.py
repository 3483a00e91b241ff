"""What broke, told twice: to the log, with where it broke and nothing of a customer; to the user, by a reference."""

from __future__ import annotations

import secrets
import traceback

import structlog
from slack_sdk.errors import SlackApiError

log = structlog.get_logger(__name__)

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that look like others: a reference may be read out on the phone."""


def reference() -> str:
    """Eight letters that lead from what a user reads to a line of the log."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def report(error: BaseException, *, doing: str) -> str:
    """Logs that something broke, and gives the reference to tell the user.

    An error's text may quote an address or what was asked, so only its type and its place in the code are logged, and
    of Slack's refusals the one word that Slack gives them.
    """
    found = reference()
    log.error("slack request failed", reference=found, doing=doing, error=type(error).__name__, **_more(error))
    return found


def word_of(error: SlackApiError) -> str:
    """Slack's word for what it refused, such as ``missing_scope``."""
    word = error.response.get("error") if error.response is not None else None
    return word if isinstance(word, str) and word.replace("_", "").isalnum() else "unknown"


def _more(error: BaseException) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    more = {"where": where}
    if isinstance(error, SlackApiError):
        more["slack"] = word_of(error)
    return more
