"""People and groups."""

from __future__ import annotations

from bot.sandbox.slack.api.asking import Call
from bot.sandbox.slack.people import Role, User
from bot.sandbox.slack.rules import Json, Refusal


def info(call: Call) -> Json:
    """``users.info``."""
    return {"user": _shown(call, call.user())}


def by_email(call: Call) -> Json:
    """``users.lookupByEmail``."""
    wanted = call.text("email").lower()
    for user in call.workspace.users.values():
        if wanted and user.email.lower() == wanted and user.role is not Role.DEACTIVATED:
            return {"user": _shown(call, user)}
    raise Refusal("users_not_found")


def members_of_group(call: Call) -> Json:
    """``usergroups.users.list``."""
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam")
    if group.disabled and not call.flag("include_disabled"):
        raise Refusal("subteam_disabled")
    return {"users": list(group.members)}


def _shown(call: Call, user: User) -> Json:
    workspace = call.workspace
    return user.shown(
        now=workspace.clock.now(),
        with_email="users:read.email" in call.app.scopes,
        seen_from=workspace.team_id,
    )
