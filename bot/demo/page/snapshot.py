"""What one person sees of the workspace, as JSON for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from bot.sandbox.slack import Message, Person, Role, Slack, View


@dataclass(frozen=True, slots=True)
class Tip:
    """Something to try: what is typed for the reader, and what it shows."""

    text: str
    shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the app offers in this workspace, as Slack lists it to people."""

    commands: Sequence[tuple[str, str, str]] = ()
    """Name, usage hint, description."""
    message_shortcuts: Sequence[tuple[str, str]] = ()
    """Callback ID, name."""
    global_shortcuts: Sequence[tuple[str, str]] = ()
    tips: Sequence[Tip] = field(default=())

    @classmethod
    def of(cls, manifest: Mapping[str, Any], tips: Sequence[Tip]) -> Offer:
        """What an app's manifest says that it offers."""
        features = manifest["features"]
        named: dict[str, list[tuple[str, str]]] = {"message": [], "global": []}
        for shortcut in features["shortcuts"]:
            named[shortcut["type"]].append((shortcut["callback_id"], shortcut["name"]))
        return cls(
            commands=[
                (each["command"], each["usage_hint"], each["description"]) for each in features["slash_commands"]
            ],
            message_shortcuts=named["message"],
            global_shortcuts=named["global"],
            tips=tips,
        )


class Going(Protocol):
    """A firm whose days go on while somebody looks."""

    def shown(self) -> Mapping[str, Any]:
        """Its clock, and what happened lately: ``now`` and ``at`` in milliseconds, ``runs``, ``speed``, ``speeds``."""

    def set(self, *, runs: bool, speed: int) -> None:
        """Holds its clock, or lets it run so many times faster than ours."""


def of(slack: Slack, person: Person, offer: Offer, firm: Going | None = None) -> dict[str, Any]:
    """Everything the page draws for one person."""
    workspace = slack.workspace
    with workspace.lock:
        direct = workspace.direct(person.user.user_id)
        mine = [
            each for each in workspace.channels.values() if person.user.user_id in each.members and each.kind != "im"
        ]
        modal = person.modal()
        home = person.home()
        return {
            "version": workspace.version,
            "team": workspace.name,
            "me": person.user.user_id,
            "app": {"user": workspace.app.user_id, "direct": direct.channel_id},
            "users": {
                user.user_id: {
                    "name": user.name,
                    "real_name": user.real_name,
                    "role": user.role.value,
                    "can_try": user.role not in {Role.BOT, Role.DEACTIVATED} and user.user_id != "USLACKBOT",
                }
                for user in workspace.users.values()
            },
            "channels": [
                {
                    "id": channel.channel_id,
                    "name": channel.name,
                    "private": channel.kind == "group",
                    "shared": bool(channel.shared_with),
                    "has_app": workspace.app.user_id in channel.members,
                }
                for channel in mine
            ],
            "messages": {
                channel.channel_id: [
                    _message(message) for message in workspace.visible(channel.channel_id, person.user.user_id)
                ]
                for channel in (*mine, direct)
            },
            "modal": _view(modal) if modal else None,
            "home": _view(home) if home else None,
            "offer": asdict(offer),
            "firm": firm.shown() if firm else None,
        }


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "edited": message.edited_ts is not None and message.bot_id is None,
        "only_me": message.only_for is not None,
    }


def _view(view: View) -> dict[str, Any]:
    return {**view.given, "id": view.view_id, "hash": view.hash, "nested": view.previous_id is not None}
