"""Who is in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.sandbox.slack.rules import Json


class Role(StrEnum):
    """What somebody is to the workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    """A guest of several channels."""
    CHANNEL_GUEST = "channel guest"
    """A guest of one channel."""
    STRANGER = "stranger"
    """Of another workspace, met in a shared channel."""
    DEACTIVATED = "deactivated"
    BOT = "bot"


@dataclass(slots=True, kw_only=True)
class User:
    """A person, or the bot."""

    user_id: str
    team_id: str
    name: str
    real_name: str
    role: Role = Role.MEMBER
    email: str = ""
    timezone: str = "Europe/London"
    bot_id: str | None = None

    def shown(self, *, now: datetime, with_email: bool, seen_from: str) -> Json:
        """As ``users.info`` tells it to an app of the team ``seen_from``; addresses need a scope of their own."""
        profile: Json = {"real_name": self.real_name, "display_name": self.name, "team": self.team_id}
        if with_email and self.email:
            profile["email"] = self.email
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        shown: Json = {
            "id": self.user_id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.role is Role.DEACTIVATED,
            "profile": profile,
            "is_bot": self.role is Role.BOT,
            "is_app_user": False,
            "updated": int(now.timestamp()),
        }
        if self.role is not Role.DEACTIVATED:
            shown |= {"real_name": self.real_name, **self._zone(now), **self._standing()}
        if self.team_id != seen_from:
            shown["is_stranger"] = True
        return shown

    def _zone(self, now: datetime) -> Json:
        local = now.astimezone(ZoneInfo(self.timezone))
        offset = local.utcoffset()
        return {
            "tz": self.timezone,
            "tz_label": local.tzname() or self.timezone,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
        }

    def _standing(self) -> Json:
        return {
            "is_admin": self.role in {Role.ADMIN, Role.OWNER},
            "is_owner": self.role is Role.OWNER,
            "is_primary_owner": self.role is Role.OWNER,
            "is_restricted": self.role in {Role.GUEST, Role.CHANNEL_GUEST},
            "is_ultra_restricted": self.role is Role.CHANNEL_GUEST,
        }


@dataclass(slots=True, kw_only=True)
class UserGroup:
    """A named group of people, such as @office-team."""

    group_id: str
    handle: str
    members: list[str]
    disabled: bool = False


@dataclass(slots=True, kw_only=True)
class Channel:
    """A place to talk: a channel, a private one, or a direct conversation with the bot."""

    channel_id: str
    name: str
    kind: str = "channel"
    """``channel``, ``group`` (private) or ``im``."""
    members: set[str]
    created_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    archived: bool = False
    shared_with: tuple[str, ...] = ()
    """Other workspaces that it is shared with."""

    def shown(self, *, bot: str) -> Json:
        """As ``conversations.info`` tells it to the bot of this user ID."""
        common: Json = {
            "id": self.channel_id,
            "created": int(self.created_at.timestamp()),
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "is_ext_shared": bool(self.shared_with),
        }
        if self.kind == "im":
            other = next(iter(self.members - {bot}), bot)
            return {**common, "user": other, "is_user_deleted": False, "priority": 0}
        return {
            **common,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_mpim": False,
            "is_private": self.kind == "group",
            "is_general": self.name == "general",
            "is_shared": bool(self.shared_with),
            "is_pending_ext_shared": False,
            "shared_team_ids": list(self.shared_with),
            "is_member": bot in self.members,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
