"""The permissions ("scopes") that Seen uses at Slack, and what each is for: what manifest and doctor go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Scope(StrEnum):
    """What a bot token may be allowed."""

    COMMANDS = "commands"
    WRITE = "chat:write"
    MENTIONS = "app_mentions:read"
    DIRECT_MESSAGES = "im:history"
    PEOPLE = "users:read"
    CHANNELS = "channels:read"
    PRIVATE_CHANNELS = "groups:read"
    GROUPS = "usergroups:read"
    CHANNEL_HISTORY = "channels:history"
    PRIVATE_CHANNEL_HISTORY = "groups:history"
    DIRECT_CONVERSATIONS = "im:write"
    EMAILS = "users:read.email"
    FILES = "files:write"
    FILES_READ = "files:read"


NEEDED: Mapping[Scope, str] = {
    Scope.COMMANDS: "the command /seen and the shortcuts",
    Scope.WRITE: "answering in threads and direct messages, and sharing answers",
    Scope.MENTIONS: "being asked with @seen",
    Scope.DIRECT_MESSAGES: "being asked in direct messages",
    Scope.PEOPLE: "telling full members from guests: without it nobody gets an answer",
    Scope.CHANNELS: "telling who can see a channel before answering or sharing there",
    Scope.PRIVATE_CHANNELS: "the same for private channels",
}
OPTIONAL: Mapping[Scope, str] = {
    Scope.GROUPS: "user groups in SEEN_ALLOWED_USERS, SEEN_UNBLOCK_USERS and SEEN_RULE_USERS",
    Scope.CHANNEL_HISTORY: "finding the address or number that was written in a thread, and an alert sent already",
    Scope.PRIVATE_CHANNEL_HISTORY: "the same in private channels",
    Scope.EMAILS: "telling an email's owner, where your software names them by their address",
    Scope.DIRECT_CONVERSATIONS: "finding a direct message sent already, before it is sent once more",
    Scope.FILES: "the picture in the morning's digest, which says the same in words",
    Scope.FILES_READ: "asking whether Slack is ready to show that picture",
}


def missing(granted: Iterable[str], *, with_groups: bool) -> list[tuple[Scope, str]]:
    """The scopes that are needed and not granted, with what doesn't work without them."""
    has = set(granted)
    wanted = {**NEEDED, **({Scope.GROUPS: OPTIONAL[Scope.GROUPS]} if with_groups else {})}
    return [(scope, purpose) for scope, purpose in wanted.items() if scope not in has]
