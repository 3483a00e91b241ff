"""A pressed button, read from what Slack sends: what, on which message, by whom, and where answers to it go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.replies.blocks.actions import Action, Value, decode
from bot.slack.access import Asker
from bot.slack.clients import Clients
from bot.slack.places import Place, Standing, Whisper
from bot.slack.subjects import Spot
from handlers.slack.services import Services, user_of


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a button was on, as far as it has to be known later: after a window was filled in."""

    channel: str | None = None
    thread: str = ""
    """The first message of the thread it is in; empty: it is in none."""
    ts: str = ""
    response_url: str = ""
    ephemeral: bool = False
    question: str = ""

    def encode(self, value: Value) -> str:
        """For a window's ``private_metadata``: this, and what the button remembered."""
        parts = [
            self.channel,
            self.thread,
            self.ts,
            self.response_url,
            self.ephemeral,
            "" if value.question else self.question[:300],
            value.encode(),
        ]
        return json.dumps(parts, separators=(",", ":"), ensure_ascii=False)

    @property
    def is_open(self) -> bool:
        """Whether others see the message."""
        return self.channel is not None and not self.ephemeral

    @property
    def spot(self) -> Spot | None:
        """The thread that the message belongs to, where others see it or it is a direct conversation."""
        if self.channel is None or self.ephemeral:
            return None
        direct = self.channel.startswith("D")
        return Spot(self.channel, self.thread or ("" if direct else self.ts))

    def over(self, clients: Clients) -> Place | None:
        """The message itself, to be changed; ``None``: it can't be."""
        if not self.response_url:
            return None
        instead = None
        if self.is_open and self.channel and self.ts:
            instead = Standing(clients.patient(), self.channel, self.ts)
        shareable = not (self.channel or "D").startswith("D")
        return Whisper(
            clients,
            self.response_url,
            over=True,
            shown_to_all=not self.ephemeral,
            can_share=shareable,
            thread=self.thread or None,
            instead=instead,
        )


@dataclass(frozen=True, slots=True)
class Click:
    """A pressed button."""

    action: Action | None
    value: Value | None
    """``None``: not a value of ours, or of another edition."""
    asker: Asker
    origin: Origin
    trigger: str
    view: Mapping[str, Any] | None
    """The window or Home tab that the button was in."""
    aside: Place
    """For the one who pressed it."""

    @property
    def is_in_window(self) -> bool:
        """Whether the button was in a window."""
        return self.view is not None and self.view.get("type") == "modal"


def read(services: Services, body: Mapping[str, Any]) -> Click:
    """The click that a ``block_actions`` request tells of."""
    pressed = (body.get("actions") or [{}])[0]
    chosen = pressed.get("selected_option") or {}
    value = decode(chosen.get("value") or pressed.get("value"))
    action = Action.of(str(pressed.get("action_id") or ""))
    if action is Action.MENU:
        action = value.action if value else None
    view = body.get("view")
    origin, opened = (_origin(body, value), None) if view is None else metadata(view)
    if value and opened and opened.about and not value.about:
        value = replace(value, about=opened.about)  # the window was opened from an alert
    return Click(
        action=action,
        value=value,
        asker=Asker(user_of(body), origin.channel),
        origin=origin,
        trigger=str(body.get("trigger_id") or ""),
        view=view,
        aside=services.whisper(body),
    )


def metadata(view: Mapping[str, Any]) -> tuple[Origin, Value | None]:
    """What a window remembers of the button that opened it."""
    try:
        channel, thread, ts, url, ephemeral, question, value = json.loads(view.get("private_metadata") or "")
    except (ValueError, TypeError, RecursionError):
        return Origin(), None
    pressed = decode(str(value))
    asked = str(question) or (pressed.question if pressed else None) or ""
    return Origin(channel, str(thread), str(ts), str(url), bool(ephemeral), asked), pressed


def _origin(body: Mapping[str, Any], value: Value | None) -> Origin:
    container = body.get("container") or {}
    message = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    return Origin(
        channel=str(channel) if channel else None,
        thread=str(container.get("thread_ts") or message.get("thread_ts") or (value.thread if value else None) or ""),
        ts=str(container.get("message_ts") or message.get("ts") or ""),
        response_url=str(body.get("response_url") or ""),
        ephemeral=bool(container.get("is_ephemeral")),
        question=(value.question if value else None) or "",
    )
