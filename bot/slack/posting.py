"""Posts what Seen says unasked: the only code that does, that changes such posts, and that looks for them again.

A post can't be taken back and Slack knows no "only once", so every failure says what it means for a second attempt::

    NotPosted
    ├── Refused      Slack will not take it, however often: somebody has to mend something
    ├── Later        it is certainly not posted, and may be tried again in a while
    └── Unsure       nobody answered in time, or not in full: it may be posted

Each post carries the keys of what it says in its metadata, by which ``find`` finds it again.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.replies.blocks.writing import Reply
from bot.slack.clients import UNREACHED, Clients
from bot.slack.places import message
from bot.slack.trouble import word_of

EVENT_TYPE = "seen_notice"
SKEW = timedelta(minutes=1)
"""How far Slack's clock and ours may be apart."""
_PAGE, _PAGES = 200, 10
"""Messages of a channel that are looked through for one of ours: more are not worth holding everything up."""

TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""Words by which Slack refuses the token, and with it everything."""
PLACE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "user_not_found", "user_disabled", "cannot_dm_bot",
     "messages_tab_disabled", "restricted_action", "restricted_action_read_only_channel", "no_permission",
     "team_access_not_granted", "ekm_access_denied", "missing_scope"}
)  # fmt: skip
"""Words by which it refuses a channel or person, until somebody there lets us in."""
_PASSING = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited", "team_added_to_org"})
"""Words that say "not now"."""
_HALF_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "unknown"})
"""Words after which Slack may have done part of it (its own documentation of errors)."""
_NEVER_LEFT = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH}


class NotPosted(Exception):  # noqa: N818 - its name says what happened
    """It wasn't posted, or nobody knows; ``word`` is Slack's word for why, or ours."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Refused(NotPosted):
    """Slack will not take it, however often it is tried."""


class Later(NotPosted):
    """It is certainly not posted. ``wait``: seconds that Slack asks to wait, if it does."""

    def __init__(self, word: str, wait: float | None = None) -> None:
        super().__init__(word)
        self.wait = wait


class Unsure(NotPosted):
    """It may be posted."""


class CantLook(Exception):  # noqa: N818 - its name says what happened
    """Posts can't be looked for there, for want of a permission or because there is too much to look through."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where something was said."""

    channel: str
    """As Slack names it: a person's direct conversation has an id of its own."""
    ts: str


class Posting:
    """For workers: every call may take ``timeout`` seconds. Nothing is tried twice here."""

    def __init__(self, clients: Clients, *, timeout: int = 10) -> None:
        self._client: WebClient = clients.once(timeout)

    def post(self, channel: str, reply: Reply, keys: Sequence[str], *, thread: str | None = None) -> Posted:
        """Posts to a channel or a person. Raises ``NotPosted``."""
        try:
            answer = self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                **message(reply),
                parse="none",
                link_names=False,
                metadata=_metadata(keys),
            )
            return Posted(str(answer.get("channel") or channel), str(answer["ts"]))
        except (*UNREACHED, HTTPException, KeyError) as error:
            raise _meaning(error) from error

    def update(self, posted: Posted, reply: Reply, keys: Sequence[str]) -> None:
        """Puts a reply in the place of what was posted. May be repeated. Raises ``NotPosted``."""
        told = message(reply)
        try:
            self._client.chat_update(
                channel=posted.channel,
                ts=posted.ts,
                text=told["text"],
                blocks=told["blocks"],
                parse="none",
                metadata=_metadata(keys),
            )
        except (*UNREACHED, HTTPException) as error:
            raise _meaning(error) from error

    def find(
        self, channel: str, keys: Iterable[str], *, since: datetime, thread: str | None = None
    ) -> dict[str, Posted]:
        """Where each of these keys was posted since then; a key that was not is left out.

        ``channel`` as Slack names it. Raises ``CantLook``, or ``Later``: nobody could be asked.
        """
        wanted, found = set(keys), dict[str, Posted]()
        oldest = f"{(since - SKEW).timestamp():.6f}"
        cursor = None
        for _ in range(_PAGES):
            try:
                page = self._page(channel, thread, oldest, cursor)
            except (*UNREACHED, HTTPException) as error:
                raise _looking(error) from error
            for row in page.get("messages") or ():
                found.update((key, Posted(channel, str(row["ts"]))) for key in _keys_of(row) if key in wanted)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor or wanted <= found.keys():
                return found
        raise CantLook("there is too much to look through")

    def conversation_with(self, user: str) -> str:
        """The id of a person's direct conversation with us. Raises ``CantLook``, or ``Later``."""
        try:
            return str(self._client.conversations_open(users=user)["channel"]["id"])
        except (*UNREACHED, HTTPException, KeyError) as error:
            raise _looking(error) from error

    def _page(self, channel: str, thread: str | None, oldest: str, cursor: str | None) -> SlackResponse:
        said: dict[str, Any] = {
            "channel": channel, "oldest": oldest, "cursor": cursor, "limit": _PAGE, "include_all_metadata": True,
        }  # fmt: skip
        if thread is not None:
            return self._client.conversations_replies(ts=thread, **said)
        return self._client.conversations_history(**said)


def _metadata(keys: Sequence[str]) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"keys": list(keys)}}


def _keys_of(row: dict[str, Any]) -> Sequence[str]:
    told = row.get("metadata") or {}
    keys = (told.get("event_payload") or {}).get("keys") if told.get("event_type") == EVENT_TYPE else None
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else ()


def _meaning(error: Exception) -> NotPosted:
    """What a failure means for a second attempt."""
    if not isinstance(error, SlackApiError):
        return Later("unreachable") if _never_left(error) else Unsure(type(error).__name__)
    word, status = word_of(error), getattr(error.response, "status_code", 200)
    if status == 429 or word in _PASSING:
        return Later(word, _wait(error))
    if status >= 500 or word in _HALF_DONE:
        return Unsure(word if word != "unknown" else f"status_{status}")
    return Refused(word)


def _looking(error: Exception) -> Exception:
    if isinstance(error, SlackApiError):
        meant = _meaning(error)
        return CantLook(meant.word) if isinstance(meant, Refused) and meant.word not in TOKEN else _later(meant)
    return Later("unreachable")


def _later(meant: NotPosted) -> Later:
    return meant if isinstance(meant, Later) else Later(meant.word)


def _never_left(error: Exception) -> bool:
    """Whether a request certainly did not reach Slack: nobody was there to take it."""
    reason = error.reason if isinstance(error, URLError) else None
    if isinstance(reason, (socket.gaierror, ssl.SSLCertVerificationError)):
        return True
    return isinstance(reason, OSError) and reason.errno in _NEVER_LEFT


def _wait(error: SlackApiError) -> float | None:
    headers = {name.lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
    said = headers.get("retry-after")
    try:
        return None if said is None else max(0.0, float(said[0] if isinstance(said, list) else said))
    except (TypeError, ValueError, IndexError):
        return None
