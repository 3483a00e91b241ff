"""What the stand-in knows: a workspace with its people, channels, messages and views, and the app that lives in it."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.files import File
from bot.sandbox.slack.people import Channel, User, UserGroup
from bot.sandbox.slack.rules import ANSWER_WITHIN, RESPONSE_URL_LIFE, RESPONSE_URL_USES, Json, Refusal

if TYPE_CHECKING:
    from bot.sandbox.slack.wire import Delivery

SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history", "users:read")
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")


@dataclass(slots=True, kw_only=True)
class Installed:
    """The app as it is installed here: who it is, what it shows, what it may do and what it is told."""

    app_id: str = "A0000SEEN"
    bot_id: str = "B0000SEEN"
    user_id: str = "U0000SEEN"
    bot_token: str = "xoxb-stand-in"  # noqa: S105 - it opens nothing but the stand-in
    app_token: str = "xapp-stand-in"  # noqa: S105
    signing_secret: str = "stand-in-signing-secret"  # noqa: S105
    verification_token: str = "stand-in-verification"  # noqa: S105
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    home_tab: bool = True
    revoked: bool = False
    answer_within: timedelta = ANSWER_WITHIN
    """How long Slack waits for an answer of the app, and how long a trigger lives. On a machine that is very busy the
    three seconds may pass without anybody's fault: whoever does not test them can make them more.
    """


@dataclass(slots=True, kw_only=True)
class Message:
    """One message."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    """The message it answers; of a message with answers: itself."""
    bot_id: str | None = None
    metadata: Json | None = None
    edited_ts: str | None = None
    only_for: str | None = None
    """Whom an ephemeral message is for."""

    @property
    def in_thread(self) -> bool:
        """Whether it is an answer in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True, kw_only=True)
class View:
    """A modal that is open, or somebody's Home."""

    view_id: str
    user: str
    given: Json
    """What the app gave, with the IDs filled in that it left out."""
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: Json = field(default_factory=dict)
    """What stands in its fields: ``state.values``."""

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.given["blocks"])


@dataclass(slots=True, kw_only=True)
class Trigger:
    """What allows one modal to be opened."""

    user: str
    at: datetime
    view_id: str | None = None
    """The modal that it happened in."""
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """An address that answers one command or one click."""

    user: str
    channel: str
    at: datetime
    origin: str | None
    """The message that was clicked; ``None`` for a command or a shortcut."""
    uses: int = 0


@dataclass(eq=False, slots=True, kw_only=True)
class Told:
    """An event, and the tries to tell it."""

    body: Json
    due: datetime | None
    """When it is told next; ``None``: not any more."""
    tries: list[Delivery] = field(default_factory=list)
    first_told: threading.Event = field(default_factory=threading.Event)
    """Set once it has been told, and told again at once if it wasn't taken."""
    held: bool = False
    """Held back, to be told by hand."""

    @property
    def event_id(self) -> str:
        """By which an app knows an event that it is told twice."""
        return str(self.body["event_id"])


class Workspace:
    """Everything behind one bot token. ``lock`` is held by whoever reads or changes any of it."""

    def __init__(self, app: Installed, clock: Clock, *, name: str, domain: str) -> None:
        self.app, self.clock, self.name, self.domain = app, clock, name, domain
        self.team_id = f"T{domain.upper()[:8]:0>8}"
        self.url = ""
        """Where the stand-in listens."""
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        """By channel, then by ``ts``."""
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """Each user's open modals, the topmost last."""
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.files_take = timedelta(milliseconds=300)
        """How long Slack looks at a file after it was uploaded; until then no message can show it."""
        self.tell: Callable[[str, Json], Told | None] = lambda subscription, event: None  # noqa: ARG005
        """Tells the app of an event, by the name of the subscription and its content."""
        self.lock = threading.RLock()
        self.version = 0
        """Counts the changes."""
        self._changed = threading.Condition(self.lock)
        self._last_ts = 0
        self._last_id = 0

    # ── Changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def touch(self) -> None:
        """Says that something has changed."""
        with self.lock:
            self.version += 1
            self._changed.notify_all()

    def wait(self, known: int, timeout: timedelta) -> int:
        """The version, once it is another than ``known``, or after ``timeout``."""
        with self.lock:
            self._changed.wait_for(lambda: self.version != known, timeout.total_seconds())
            return self.version

    # ── Names and numbers ────────────────────────────────────────────────────────────────────────────────────────

    def new_id(self, letter: str, name: str = "") -> str:
        """An ID that shows what it belongs to, e.g. ``U0000ROSA``."""
        self._last_id += 1
        known = re.sub(r"[^A-Z0-9]", "", name.upper())[:9] or str(self._last_id)
        wanted = f"{letter}{known:0>8}"
        taken = self.users.keys() | self.channels.keys() | self.groups.keys()
        return wanted if wanted not in taken else f"{letter}{self._last_id:0>8}"

    def new_ts(self, at: datetime | None = None) -> str:
        """A message's time, which is also its name: never the same twice."""
        micros = int((at or self.clock.now()).timestamp() * 1_000_000)
        if at is None:
            micros = self._last_ts = max(micros, self._last_ts + 1)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def member(self, named: str) -> User:
        """The user of an ID or a name. Raises ``KeyError``."""
        found = self.users.get(named) or next((user for user in self.users.values() if user.name == named), None)
        if found is None:
            raise KeyError(f"There is no user called {named}.")
        return found

    def place(self, named: str) -> Channel:
        """The channel of an ID or a name, with # or without. Raises ``KeyError``."""
        name = named.removeprefix("#")
        channels = self.channels.values()
        found = self.channels.get(named) or next((each for each in channels if name and each.name == name), None)
        if found is None:
            raise KeyError(f"There is no channel called {named}.")
        return found

    def direct(self, user_id: str) -> Channel:
        """The direct conversation of a user with the bot, begun if need be."""
        both = {user_id, self.app.user_id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == both:
                return channel
        channel = Channel(channel_id=self.new_id("D", user_id[1:].lstrip("0")), name="", kind="im", members=both)
        self.channels[channel.channel_id] = channel
        return channel

    # ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    def post(self, message: Message) -> Message:
        """Puts a message where it belongs."""
        there = self.messages.setdefault(message.channel, {})
        there[message.ts] = message
        parent = there.get(message.thread_ts or "")
        if parent is not None and parent.only_for is None:
            parent.thread_ts = parent.ts
        self.touch()
        return message

    def remove(self, message: Message) -> None:
        """Takes a message away."""
        self.messages[message.channel].pop(message.ts, None)
        self.touch()

    def stored(self, channel_id: str, ts: str) -> Message | None:
        """A message that everybody there can see."""
        found = self.messages.get(channel_id, {}).get(ts)
        return found if found is not None and found.only_for is None else None

    def visible(self, channel_id: str, user_id: str) -> Iterator[Message]:
        """The messages of a channel that somebody sees, oldest first."""
        there = sorted(self.messages.get(channel_id, {}).values(), key=lambda message: message.ts)
        return (message for message in there if message.only_for in {None, user_id})

    def answers(self, parent: Message) -> list[Message]:
        """The answers in the thread of a message, oldest first, without ephemeral ones."""
        everybody = self.visible(parent.channel, "")
        return [message for message in everybody if message.in_thread and message.thread_ts == parent.ts]

    # ── What lives for a moment ──────────────────────────────────────────────────────────────────────────────────

    def new_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger for something that a user just did."""
        trigger_id = f"{self._next()}.{int(self.clock.now().timestamp())}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user=user_id, at=self.clock.waited(), view_id=view_id)
        return trigger_id

    def pull(self, trigger_id: object) -> Trigger:
        """Uses a trigger up: once, and soon. Raises ``Refusal``."""
        trigger = self.triggers.get(str(trigger_id))
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.clock.waited() - trigger.at > self.app.answer_within:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """An address to answer a click on ``message`` at, or a command."""
        path = f"/actions/{self.team_id}/{self._next()}/{secrets.token_urlsafe(18)}"
        self.response_urls[path] = ResponseUrl(
            user=user,
            channel=channel,
            at=self.clock.waited(),
            origin=message.ts if message else None,
        )
        return self.url + path

    def respond_at(self, path: str) -> ResponseUrl | None:
        """The response URL of a path, counted; ``None`` when it has been used up, or is too old."""
        found = self.response_urls.get(path)
        if found is None or found.uses >= RESPONSE_URL_USES or self.clock.waited() - found.at > RESPONSE_URL_LIFE:
            return None
        found.uses += 1
        return found

    def _next(self) -> int:
        self._last_id += 1
        return 1000 + self._last_id


def with_block_ids(blocks: Iterable[Json]) -> list[Json]:
    """The blocks with the IDs that Slack fills in where an app gave none."""
    return [{**block, "block_id": block.get("block_id") or secrets.token_hex(3)} for block in blocks]
