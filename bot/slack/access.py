"""Who may ask, and where an answer may be shown. Asked again on every click: buttons outlive permissions.

What can't be looked up for want of a scope is refused, by name of that scope. A private answer to a full member needs
``users:read`` and no more; an answer that others see also needs to know who these others are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.replies.blocks.notices import Refusal
from bot.slack.remembering import Remembered
from bot.slack.scopes import Scope
from bot.slack.trouble import word_of

_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})
_KEEP = 60.0
"""Seconds for which a person or a channel is taken to be as they were."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, and where."""

    user: str
    channel: str | None = None
    """``None``: where nobody else is, such as the Home tab or a window."""
    shared: bool | None = None
    """Whether Slack said with the request that people of other companies are in the channel."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else is in the place: their direct messages, or none."""
        return self.channel is None or self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not."""

    why: Refusal
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say of who may ask."""

    channels: Collection[str] = ()
    """Ids of the channels Seen answers in; none: in all."""
    users: Collection[str] = ()
    """Ids of the people and user groups Seen answers; none: all full members."""
    unblockers: Collection[str] = ()
    """The same of those who may have an address unblocked; none: the workspace's admins and owners."""
    rule_makers: Collection[str] = ()
    """The same of those who may change rules; none: the workspace's admins and owners."""
    guests: bool = False
    shared_channels: bool = False

    @property
    def names_groups(self) -> bool:
        """Whether a user group is named, which takes a scope to look into."""
        return any(_is_group(one) for one in (*self.users, *self.unblockers, *self.rule_makers))


class _Unknown(Exception):  # noqa: N818 - its name says what it is
    """Something can't be looked up, and what is to be said of it."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why)
        self.refused = refused


class Access:
    """Decides. Every method may ask Slack, so it is for workers; raises ``SlackApiError`` when Slack fails."""

    def __init__(self, client: WebClient, rules: Rules, *, keep: float = _KEEP) -> None:
        self._client, self._rules = client, rules
        self._people = Remembered(self._ask_person, keep=keep)
        self._channels = Remembered(self._ask_channel, keep=keep)
        self._groups = Remembered(self._ask_group, keep=keep)
        self._us = Remembered(self._ask_us, keep=3600.0)

    def refusal(self, asker: Asker, *, openly: bool, afresh: bool = False) -> Refused | None:
        """Why somebody gets no answer there; ``None``: they do.

        ``openly``: others see it too. ``afresh``: nothing that was learned before this moment counts, as for clicks.
        """
        keep = 0.0 if afresh else None
        try:
            return self._of_person(asker, keep) or self._of_place(asker, keep, openly=openly)
        except _Unknown as unknown:
            return unknown.refused

    def is_machine(self, asker: Asker) -> bool:
        """Whether it is a bot that speaks, ourselves above all: two that answer each other never end."""
        if asker.user == self._us.get("").get("user_id"):
            return True
        try:
            return bool(self._people.get(asker.user).get("is_bot"))
        except _Unknown:
            return False

    def zone(self, user: str) -> ZoneInfo | None:
        """The time zone somebody lives in by Slack; ``None``: it isn't known."""
        try:
            return ZoneInfo(str(self._people.get(user).get("tz") or ""))
        except (_Unknown, ZoneInfoNotFoundError, ValueError):
            return None

    def unblocking_refusal(self, asker: Asker) -> Refused | None:
        """Why somebody who may ask may not have an address unblocked; ``None``: they may."""
        return self._permission(asker, self._rules.unblockers, "unblocking an address")

    def rules_refusal(self, asker: Asker) -> Refused | None:
        """Why somebody who may ask may not change rules; ``None``: they may."""
        return self._permission(asker, self._rules.rule_makers, "changing rules")

    def is_us(self, user: str) -> bool:
        """Whether that is Seen itself."""
        return bool(user) and user == self._us.get("").get("user_id")

    # ── People ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_person(self, asker: Asker, keep: float | None) -> Refused | None:
        person = self._people.get(asker.user, keep=keep)
        if not person or person.get("is_stranger") or not self._is_of_ours(person):
            return Refused(Refusal.OTHER_TEAM)
        if person.get("deleted") or person.get("is_bot"):
            return Refused(Refusal.USER)
        if (person.get("is_restricted") or person.get("is_ultra_restricted")) and not self._rules.guests:
            return Refused(Refusal.GUEST)
        if self._rules.users and not self._is_among(asker.user, self._rules.users, keep):
            return Refused(Refusal.USER)
        return None

    def _permission(self, asker: Asker, named: Collection[str], what: str) -> Refused | None:
        """Why somebody may not do what only those named, or else admins and owners, may."""
        try:
            if named:
                permitted = self._is_among(asker.user, named, 0.0)
            else:
                person = self._people.get(asker.user)
                permitted = bool(person.get("is_admin") or person.get("is_owner"))
        except _Unknown as unknown:
            return unknown.refused
        return None if permitted else Refused(Refusal.NOT_PERMITTED, {"what": what})

    def _is_of_ours(self, person: Mapping[str, Any]) -> bool:
        ours = self._us.get("")
        grid = person.get("enterprise_user") or {}
        theirs = {person.get("team_id"), *(grid.get("teams") or ())} - {None}
        same_company = bool(ours.get("enterprise_id")) and grid.get("enterprise_id") == ours.get("enterprise_id")
        return same_company or not theirs or ours.get("team_id") in theirs

    def _is_among(self, user: str, named: Collection[str], keep: float | None) -> bool:
        if user in named:
            return True
        return any(user in self._groups.get(group, keep=keep) for group in named if _is_group(group))

    # ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_place(self, asker: Asker, keep: float | None, *, openly: bool) -> Refused | None:
        channel = asker.channel
        if channel is None or asker.is_alone:
            return None
        if self._rules.channels and channel not in self._rules.channels:
            return Refused(Refusal.CHANNEL)
        if self._rules.shared_channels:
            return None
        if asker.shared is not None:
            return Refused(Refusal.SHARED_CHANNEL) if asker.shared else None
        try:
            shared = self._channels.get(channel, keep=keep)
        except _Unknown:
            if openly:
                raise
            return None  # only the asker sees the answer
        return Refused(Refusal.SHARED_CHANNEL) if shared else None

    # ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_person(self, user: str) -> Mapping[str, Any]:
        try:
            return dict(self._client.users_info(user=user)["user"])
        except SlackApiError as error:
            if word_of(error) in _NOBODY:
                return {}
            raise _explained(error, Scope.PEOPLE, "whether you are a full member here") from error

    def _ask_us(self, _: str) -> Mapping[str, Any]:
        answer = self._client.auth_test()
        return {name: answer.get(name) for name in ("team_id", "enterprise_id", "user_id")}

    def _ask_channel(self, channel: str) -> bool:
        """Whether people of other companies are in it, or invited."""
        try:
            found = self._client.conversations_info(channel=channel)["channel"]
        except SlackApiError as error:
            if word_of(error) in _UNSEEN:  # a private channel, and the bot isn't in it
                raise _Unknown(Refused(Refusal.NOT_IN_CHANNEL)) from error
            scope = Scope.PRIVATE_CHANNELS if channel.startswith("G") else Scope.CHANNELS
            raise _explained(error, scope, "who else can see this channel") from error
        return any(found.get(mark) for mark in ("is_ext_shared", "is_pending_ext_shared", "pending_connected_team_ids"))

    def _ask_group(self, group: str) -> frozenset[str]:
        try:
            return frozenset(self._client.usergroups_users_list(usergroup=group).get("users") or ())
        except SlackApiError as error:
            if word_of(error) in {"no_such_subteam", "subteam_not_found"}:
                return frozenset()
            raise _explained(error, Scope.GROUPS, "who is in the user groups I may answer") from error


def _is_group(named: str) -> bool:
    return named.startswith("S")


def _explained(error: SlackApiError, scope: Scope, what: str) -> Exception:
    """What to raise: the scope that is missing, or the error itself where it is another one."""
    if word_of(error) not in {"missing_scope", "not_allowed_token_type", "no_permission"}:
        return error
    needed, granted = (_listed(error.response.get(name)) for name in ("needed", "provided"))
    lacking = [one for one in needed if one not in granted]
    # Any one of those it names may do; of a group message, say, the one we hold for channels doesn't.
    missing = scope.value if scope.value in lacking or not lacking else lacking[0]
    return _Unknown(Refused(Refusal.CANNOT_CHECK, {"scope": missing, "what": what}))


def _listed(scopes: object) -> list[str]:
    return [one.strip() for one in str(scopes or "").split(",") if one.strip()]
