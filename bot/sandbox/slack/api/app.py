"""Who the app is, and where its Socket Mode connections go."""

from __future__ import annotations

from bot.sandbox.slack.api.asking import Call
from bot.sandbox.slack.rules import Json, Refusal


def test(call: Call) -> Json:
    """``auth.test``."""
    workspace, app = call.workspace, call.app
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[app.user_id].name,
        "team_id": workspace.team_id,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def bot(call: Call) -> Json:
    """``bots.info``."""
    app = call.app
    if call.text("bot") not in {"", app.bot_id}:
        raise Refusal("bot_not_found")
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": call.workspace.users[app.user_id].real_name,
            "updated": int(call.workspace.clock.now().timestamp()),
            "app_id": app.app_id,
            "user_id": app.user_id,
            "icons": {},
        }
    }


def team(call: Call) -> Json:
    """``team.info``."""
    workspace = call.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain}}
