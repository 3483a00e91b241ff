"""A workplace: the emulated Slack, a stand-in Postmark with some mail, and the real Seen, installed as in real life."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from slack_sdk import WebClient

from bot import app as application
from bot.sandbox import Sandbox
from bot.sandbox.faults import Answer
from bot.sandbox.port import Port, Request
from bot.sandbox.slack.wire import COMMANDS, EVENTS, INTERACTIONS, encoded, signed
from bot.settings import Settings
from bot.slack.manifest import PATH, manifest
from tests.slack.emulated.emulator import SECRET, Emulator, emulator
from tests.slack.office import DAY, TOKEN, UNHURRIED, send_mail, serving

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE = 60.0
"""Seconds in which whatever is waited for has to happen."""


@dataclass
class Workplace:
    """What a test looks at, and does."""

    slack: Emulator
    seen: WebClient
    """With the bot's token."""
    url: str
    """Where Seen takes Slack's requests."""
    letters: Port
    """Where ``response_url`` leads: the emulator has none."""
    received: list[Json] = field(default_factory=list)
    """What has arrived there."""

    # ── People ───────────────────────────────────────────────────────────────────────────────────────────────────

    def client(self, person: str) -> WebClient:
        return self.slack.client(f"xoxp-{person}")

    def user(self, person: str) -> str:
        return str(self.client(person).auth_test()["user_id"])

    def channel(self, name: str) -> str:
        there = self.client("rosa").conversations_list(types="public_channel")["channels"]
        return str(next(channel["id"] for channel in there if channel["name"] == name))

    def bot(self) -> str:
        return str(self.seen.auth_test()["user_id"])

    def says(self, person: str, text: str, channel: str, thread: str | None = None) -> str:
        """Writes a message, with ``@seen`` as Slack writes it; its ``ts``."""
        written = text.replace("@seen", f"<@{self.bot()}>")
        return str(self.client(person).chat_postMessage(channel=channel, text=written, thread_ts=thread)["ts"])

    # ── What they see ────────────────────────────────────────────────────────────────────────────────────────────

    def replies(self, channel: str, ts: str, *, count: int = 1, has: str = "") -> list[Json]:
        """What Seen has answered in a thread, once there are so many answers, the last of them with some words."""

        def found() -> list[Json]:
            thread = self.client("rosa").conversations_replies(channel=channel, ts=ts)["messages"]
            ours = [message for message in thread if message["user"] == self.bot()]
            done = len(ours) >= count and has in said(ours[-1]) and "Looking" not in said(ours[-1])
            return ours if done else []

        return until(found)

    def direct(self, person: str, *, count: int = 1) -> list[Json]:
        """The direct conversation of somebody with Seen, oldest first, once Seen has said so much in it."""

        def found() -> list[Json]:
            client, bot = self.client(person), self.bot()
            places = client.conversations_list(types="im")["channels"]
            mine = next((place["id"] for place in places if place["user"] == bot), None)
            messages = client.conversations_history(channel=mine)["messages"][::-1] if mine else []
            ours = [message for message in messages if message["user"] == bot]
            return messages if len(ours) >= count and "Looking" not in said(ours[-1]) else []

        return until(found)

    def ephemeral(self, person: str, *, has: str) -> Json:
        """The newest message that only one person sees, once it holds some words."""

        def found() -> Json | None:
            mine = [one for one in self.slack.stored("ephemeral") if one["target_user"] == self.user(person)]
            return mine[-1] if mine and has in said(mine[-1]) else None

        return until(found)

    def home(self, person: str, *, has: str) -> Json:
        """Somebody's Home, once it holds some words."""
        return until(lambda: self._view(person, "home", has))

    def window(self, person: str, press: Callable[[], object], *, has: str) -> Json:
        """The window that opens when somebody presses something; on a busy machine they may have to press again."""
        for _ in range(5):
            press()
            with suppress(AssertionError):
                return until(lambda: self._view(person, "modal", has), patience=4)
        raise AssertionError("no window has opened")

    def _view(self, person: str, kind: str, has: str) -> Json | None:
        user = self.user(person)
        mine = [one for one in self.slack.stored("views") if (one["type"], one["user_id"]) == (kind, user)]
        return mine[-1] if mine and has in json.dumps(mine[-1], ensure_ascii=False) else None

    def letter(self, *, has: str) -> Json:
        """The newest answer at a ``response_url``, once it holds some words."""
        return until(lambda: next((one for one in self.received[-1:] if has in said(one)), None))

    # ── What they press: the emulator knows no buttons, so these requests are made and signed here ───────────────

    def command(self, person: str, text: str, channel: str) -> httpx.Response:
        form = {
            "command": "/seen",
            "text": text,
            "channel_id": channel,
            "user_id": self.user(person),
            "response_url": f"{self.letters.url}/{uuid4()}",
            "trigger_id": self.trigger(person),
        }
        return self.send(COMMANDS, form)

    def uses_shortcut(self, person: str, callback_id: str, on: Json | None = None, channel: str = "") -> httpx.Response:
        more: Json = {"type": "shortcut"}
        if on is not None:
            url = f"{self.letters.url}/{uuid4()}"
            more = {"type": "message_action", "message": on, "channel": {"id": channel}, "response_url": url}
        return self.send(INTERACTIONS, {**self._by(person), "callback_id": callback_id, **more})

    def presses(self, person: str, button: Json, on: Json, channel: str) -> httpx.Response:
        """Presses a button of a message that everybody sees."""
        container = {"type": "message", "message_ts": on["ts"], "channel_id": channel, "is_ephemeral": False}
        return self.send(
            INTERACTIONS,
            {
                **self._by(person),
                "type": "block_actions",
                "actions": [{name: button[name] for name in ("type", "action_id", "value") if name in button}],
                "container": {**container, "thread_ts": on.get("thread_ts")},
                "channel": {"id": channel},
                "message": on,
                "response_url": f"{self.letters.url}/{uuid4()}",
            },
        )

    def submits(self, person: str, view: Json, values: Json) -> httpx.Response:
        """Fills in a window and sends it off."""
        typed = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
        body = {**view, "id": view["view_id"], "state": {"values": typed}}
        return self.send(INTERACTIONS, {**self._by(person), "type": "view_submission", "view": body})

    def opens_home(self, person: str) -> httpx.Response:
        event = {"type": "app_home_opened", "user": self.user(person), "channel": "D0", "tab": "home"}
        envelope = {"type": "event_callback", "event_id": f"Ev{uuid4().hex}", "event_time": int(time.time())}
        return self.send(EVENTS, {**envelope, "event": event})

    def trigger(self, person: str) -> str:
        """A trigger of the emulator's, as if somebody had just pressed something."""
        given = self.seen.api_call("views.generateTriggerId", json={"user_id": self.user(person)})
        return str(given["trigger_id"])

    def send(self, kind: str, payload: Json) -> httpx.Response:
        """A request as Slack makes it; it has to be taken."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **signed(SECRET, body, at=time.time())}
        answer = httpx.post(self.url, content=body, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200
        return answer

    def _by(self, person: str) -> Json:
        return {"user": {"id": self.user(person)}, "trigger_id": self.trigger(person)}


def said(message: Json) -> str:
    """Everything a message says."""
    return f"{message.get('text')}\n{json.dumps(message.get('blocks', []), ensure_ascii=False)}"


def buttons(message: Json) -> Json:
    """The buttons of a message or view by their action."""
    elements = [element for block in message["blocks"] for element in block.get("elements", ())]
    return {element["action_id"]: element for element in elements if element.get("type") == "button"}


def until(happened: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Waits for something, and gives what was found."""
    latest = time.monotonic() + patience
    while not (found := happened()):
        assert time.monotonic() < latest, "it has not happened"
        time.sleep(0.02)
    return found


@contextmanager
def workplace(database_url: str, *, with_optional: bool = False) -> Iterator[Workplace]:
    """Seen, installed with the scopes and events of its own manifest. ``with_optional``: every scope was granted."""
    described = manifest("https://seen.alder.example")
    scopes, events = described["oauth_config"]["scopes"], described["settings"]["event_subscriptions"]["bot_events"]
    granted = [scope for scope in scopes["bot"] if with_optional or scope not in scopes["bot_optional"]]
    now = datetime.now(UTC)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(now=now - 20 * DAY, servers={"office": TOKEN}))
        send_mail(sandbox, now)
        slack = stack.enter_context(emulator())
        token = slack.install(granted)
        received: list[Json] = []

        def receive(request: Request) -> Answer:
            received.append(json.loads(request.body))
            return Answer(200, b"ok")

        letters = Port(receive)
        letters.open()
        stack.callback(letters.close)
        settings = {
            "database_url": database_url,
            "postmark_server_token": f"office={TOKEN}",
            "postmark_api_url": sandbox.url,
            "slack_bot_token": token,
            "slack_api_url": f"{slack.url}/api",
            "slack_signing_secret": SECRET,
            "answer_budget": UNHURRIED.total_seconds(),
        }
        seen = stack.enter_context(application.build(Settings(_env_file=None, **settings)))  # type: ignore[arg-type,call-arg]
        url = f"{stack.enter_context(serving(seen, unasked=False))}{PATH}"
        slack.subscribe(url, events)
        yield Workplace(slack, slack.client(token), url, letters, received)
