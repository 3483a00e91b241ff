"""What Slack is told of this app: its name, command, shortcuts, events and permissions, in both of its ways to us.

Slack makes an app from this text, which Slack calls a manifest. ``python -m bot.slack.manifest`` (``make manifest``)
writes both variants into ``slack/``; ``seen manifest`` prints one, with the address of an installation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.replies.blocks.actions import COMMAND, SHORTCUT_NAME, Shortcut
from bot.slack.scopes import NEEDED, OPTIONAL

Manifest = dict[str, Any]

PATH = "/slack/events"
"""Where Slack's requests arrive, below the address of the installation."""
EXAMPLE_URL = "https://seen.example.com"
"""Stands in the HTTP variant until somebody puts their own address there."""
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")
"""What we want to be told of. Nothing is read along in channels: there Seen hears what mentions it."""

_QUESTION = "Did the customer see the email?"
_ABOUT = (
    "Seen answers one question: did the customer see the email? Ask with /seen and an address, a name, or a job, quote "
    "or invoice number; mention @seen in a thread; or use the shortcut on any message. It says what happened to each "
    "email, whether a person opened it or clicked in it, how sure that is and why, and what to do next. "
    "An answer to /seen is for you alone until you share it."
)


def manifest(url: str | None = None) -> Manifest:
    """The app as Slack wants it described: for Socket Mode, or for HTTP where ``url`` is the installation's address."""
    address = f"{url.rstrip('/')}{PATH}" if url else None
    at_command: Manifest = {"url": address} if address else {}
    at_request: Manifest = {"request_url": address} if address else {}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Seen",
            "description": _QUESTION,
            "long_description": _ABOUT,
            "background_color": "#1264A3",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "seen", "always_online": True},
            "shortcuts": [
                {
                    "name": SHORTCUT_NAME,
                    "type": "message",
                    "callback_id": Shortcut.CHECK_MESSAGE.value,
                    "description": "Looks up the addresses and numbers in this message",
                },
                {
                    "name": "Ask about an email",
                    "type": "global",
                    "callback_id": Shortcut.ASK.value,
                    "description": _QUESTION,
                },
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **at_command,
                    "description": _QUESTION,
                    "usage_hint": "maria@example.com · 1042 · @example.com · help",
                    # Slack would turn addresses and names into links of its own; we read what was typed.
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {
            "scopes": {
                # Slack wants what is optional in both lists.
                "bot": [*(scope.value for scope in NEEDED), *(scope.value for scope in OPTIONAL)],
                "bot_optional": [scope.value for scope in OPTIONAL],
            }
        },
        "settings": {
            "event_subscriptions": {**at_request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at_request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def written(described: Manifest) -> str:
    """A manifest as text, as it is pasted at Slack."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[str, str]:
    """Both variants by the name of their file."""
    return {"manifest.socket.json": written(manifest()), "manifest.http.json": written(manifest(EXAMPLE_URL))}


def main() -> None:
    """Writes both files into ``slack/`` of the folder we are in."""
    folder = Path("slack")
    folder.mkdir(exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
