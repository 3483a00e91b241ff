"""Where an answer goes. What is said first stands until something else is said, which takes its place if it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.replies.blocks.writing import Reply
from bot.slack.clients import Clients
from bot.slack.trouble import word_of


class NotTold(Exception):  # noqa: N818 - its name says what happened
    """The answer could not be put where it belongs; the text is Slack's word for why."""


class Place(Protocol):
    """A place for one answer."""

    @property
    def can_share(self) -> bool:
        """Whether only the one who asked sees it, beside others to whom it could be shown."""

    @property
    def thread(self) -> str | None:
        """Under which message it would be shared; ``None``: to the channel."""

    @property
    def replaces(self) -> bool:
        """Whether a second reply takes the first one's place indeed."""

    def say(self, reply: Reply) -> str | None:
        """Shows a reply, in place of the one before.

        The message's ``ts`` where there is one. Raises ``NotTold``, or what the SDK raises when Slack is not reached.
        """


def message(reply: Reply) -> dict[str, Any]:
    """A reply as Slack's methods take it: nothing in it is looked through for links or names."""
    return {
        "text": reply.text,
        "blocks": list(reply.blocks),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


class Whisper:
    """For the one who asked, through the ``response_url`` of a command, a shortcut or a button.

    ``over``: the first reply takes the place of the message that the button was on. ``shown_to_all``: that message is
    one that everybody sees. ``thread``: the message it is about, under which it is shared. What only one person sees
    stands there too if that ``has_thread`` already, and else in the channel, as Slack shows it nowhere else.
    Slack takes five messages in half an hour; works where the bot isn't a member. ``instead``: the way after that.

    Slack replaces only what was clicked: after a command or a shortcut a second reply stands below the first
    (slackapi/bolt-python issue 1268), so it pays to wait a little and speak once.
    """

    def __init__(
        self,
        clients: Clients,
        url: str,
        *,
        over: bool = False,
        shown_to_all: bool = False,
        can_share: bool = True,
        thread: str | None = None,
        has_thread: bool = True,
        instead: Place | None = None,
    ) -> None:
        self._clients, self._url, self._replace = clients, url, over
        self.thread, self._has_thread, self._instead = thread, has_thread, instead
        self._shown_to_all = shown_to_all
        self.can_share = can_share and not shown_to_all
        self.replaces = over

    def say(self, reply: Reply) -> str | None:
        """Shows a reply, in place of the one before."""
        told = {**message(reply), "replace_original": self._replace}
        if not self._shown_to_all:
            told["response_type"] = "ephemeral"
        if self.thread and self._has_thread and not self._replace:
            told["thread_ts"] = self.thread
        answer = self._clients.respond(self._url, told)
        if answer.status_code != 200 and self._instead is not None:
            return self._instead.say(reply)
        if answer.status_code != 200:
            raise NotTold(_word(answer.body) or f"status_{answer.status_code}")
        self._replace = True
        return None


class Post:
    """A message of a channel, a thread or a direct conversation, for everybody there."""

    can_share = False
    replaces = True
    thread = None

    def __init__(self, client: WebClient, channel: str, *, thread: str | None = None) -> None:
        self._client, self._channel, self._thread = client, channel, thread
        self._ts: str | None = None

    def say(self, reply: Reply) -> str | None:
        """Shows a reply, in place of the one before."""
        if self._ts is not None and self._change(reply):
            return self._ts
        try:
            answer = self._client.chat_postMessage(
                channel=self._channel, thread_ts=self._thread, **message(reply), parse="none", link_names=False
            )
        except SlackApiError as error:
            raise NotTold(word_of(error)) from error
        self._channel, self._ts = str(answer.get("channel") or self._channel), str(answer["ts"])
        return self._ts

    def _change(self, reply: Reply) -> bool:
        """False: the message is gone, and a new one is needed."""
        told = message(reply)
        try:
            self._client.chat_update(
                channel=self._channel, ts=self._ts or "", text=told["text"], blocks=told["blocks"], parse="none"
            )
        except SlackApiError as error:
            if word_of(error) == "message_not_found":
                return False
            raise NotTold(word_of(error)) from error
        return True


class Standing:
    """A message of ours that everybody sees, changed where it stands, however old it is."""

    can_share = False
    replaces = True
    thread = None

    def __init__(self, client: WebClient, channel: str, ts: str) -> None:
        self._client, self._channel, self._ts = client, channel, ts

    def say(self, reply: Reply) -> str | None:
        """Shows a reply in place of what stood there."""
        told = message(reply)
        try:
            self._client.chat_update(
                channel=self._channel, ts=self._ts, text=told["text"], blocks=told["blocks"], parse="none"
            )
        except SlackApiError as error:
            raise NotTold(word_of(error)) from error
        return self._ts


class Foretold:
    """Another place; before the first reply is shown there, somebody is told."""

    def __init__(self, place: Place, before: Callable[[], None]) -> None:
        self._place, self._before = place, before
        self._is_first = True
        self.can_share, self.thread, self.replaces = place.can_share, place.thread, place.replaces

    def say(self, reply: Reply) -> str | None:
        """Shows a reply as that place does."""
        if self._is_first:
            self._before()
            self._is_first = False
        return self._place.say(reply)


class Aside:
    """Beside a conversation, for one person of it; where that can't be, in their direct messages."""

    can_share = False
    replaces = False
    thread = None

    def __init__(self, client: WebClient, channel: str, user: str, *, thread: str | None = None) -> None:
        self._client, self._channel, self._user, self._thread = client, channel, user, thread

    def say(self, reply: Reply) -> str | None:
        """Shows a reply. What was said before stays: Slack can't change it."""
        told = message(reply)
        try:
            self._client.chat_postEphemeral(
                channel=self._channel,
                user=self._user,
                thread_ts=self._thread,
                text=told["text"],
                blocks=told["blocks"],
                parse="none",
                link_names=False,
            )
        except SlackApiError:
            return Post(self._client, self._user).say(reply)
        return None


def _word(body: str | None) -> str | None:
    """Slack's word for a refusal; nothing that could be more than a word."""
    word = (body or "").strip()
    return word if 0 < len(word) <= 40 and word.replace("_", "").isalnum() else None
