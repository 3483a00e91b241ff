"""How what people type arrives: mentions, channels, links and addresses become Slack's markup, the rest is escaped."""

from __future__ import annotations

import re

from bot.sandbox.slack.rules import escape
from bot.sandbox.slack.state import Workspace

_PIECES = re.compile(
    r"(?P<mention>(?<![\w.])@[\w-]+(?![\w.@-]*\.\w))"
    r"|(?P<channel>(?<![\w&])#[a-z][\w-]*)"
    r"|(?P<link>https?://[^\s<>]+[^\s<>.,;:!?)])"
    r"|(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)


def encode(workspace: Workspace, text: str) -> str:
    """A message as Slack stores it."""
    pieces, at = [], 0
    for found in _PIECES.finditer(text):
        pieces += [escape(text[at : found.start()]), _encoded(workspace, found)]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _encoded(workspace: Workspace, found: re.Match[str]) -> str:
    piece = found.group()
    if found["address"]:
        return f"<mailto:{piece}|{piece}>"
    if found["link"]:
        return f"<{escape(piece)}>"
    try:
        if found["mention"]:
            return f"<@{workspace.member(piece[1:]).user_id}>"
        channel = workspace.place(piece)
    except KeyError:
        return escape(piece)
    return f"<#{channel.channel_id}|{channel.name}>"
