"""Whom an alert is to mention: found by what an email or a rule names, unless they have left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.clients import UNREACHED
from bot.slack.remembering import Remembered
from bot.slack.trouble import word_of

_KEEP = 600.0
"""Seconds that Slack's word on somebody is good for."""
_ID = re.compile(r"[UWS][A-Z0-9]{4,}")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_NOBODY = frozenset({"user_not_found", "users_not_found", "user_not_visible", "user_disabled"})


class Owners:
    """Looks people up. Safe to use from several threads; for workers, because it may ask Slack."""

    def __init__(self, client: WebClient, *, keep: float = _KEEP) -> None:
        self._client = client
        self._found = Remembered(self._ask, keep=keep)

    def find(self, named: str) -> tuple[str | None, bool]:
        """The id of a person or user group, and whether they have left the workspace.

        ``named`` is a Slack id, with or without ``<@…>``, or an email address. What can't be looked up is taken as it
        is, for a mention that reaches nobody does no harm; an address that can't be looked up is nobody.
        """
        word = named.strip().removeprefix("<@").removeprefix("<!subteam^").removesuffix(">").partition("|")[0]
        try:
            return self._found.get(word)
        except UNREACHED:
            return (word, False) if _ID.fullmatch(word) else (None, False)

    def _ask(self, word: str) -> tuple[str | None, bool]:
        if word.startswith("S") and _ID.fullmatch(word):
            return word, False
        try:
            if _ID.fullmatch(word):
                return _known(self._client.users_info(user=word)["user"])
            if _ADDRESS.fullmatch(word):
                return _known(self._client.users_lookupByEmail(email=word)["user"])
        except SlackApiError as error:
            if word_of(error) in _NOBODY:
                return None, True
            raise
        return None, False


def _known(user: Mapping[str, Any]) -> tuple[str | None, bool]:
    return (None, True) if user.get("deleted") else (str(user["id"]), False)
