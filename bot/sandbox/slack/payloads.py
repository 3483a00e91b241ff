"""What Slack tells an app when somebody does something: the bodies of commands, clicks, shortcuts and submissions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.messages import shown, shown_view
from bot.sandbox.slack.people import Channel, User
from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.state import Message, View, Workspace


def command(workspace: Workspace, user: User, channel: Channel, name: str, text: str) -> Json:
    """A slash command. There is no word of a thread in it, because commands don't run in threads."""
    return {
        "token": workspace.app.verification_token,
        "team_id": user.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.channel_id,
        "channel_name": "directmessage" if channel.kind == "im" else _name(channel),
        "user_id": user.user_id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app.app_id,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(user.user_id, channel.channel_id),
        "trigger_id": workspace.new_trigger(user.user_id),
    }


def click(workspace: Workspace, user: User, action: Json, *, on: Message | View, typed: Json | None = None) -> Json:
    """A button pressed, or something chosen: ``block_actions``."""
    body: Json = {
        **_interaction(workspace, user, "block_actions"),
        "actions": [{**action, "action_ts": workspace.new_ts()}],
    }
    if isinstance(on, View):
        container: Json = {"type": "view", "view_id": on.view_id}
        view = shown_view(workspace, on)
        inside = on.view_id if on.given["type"] == "modal" else None
        return {**body, "container": container, "view": view, "trigger_id": workspace.new_trigger(user.user_id, inside)}
    channel = workspace.channels[on.channel]
    container = {
        "type": "message",
        "message_ts": on.ts,
        "channel_id": on.channel,
        "is_ephemeral": on.only_for is not None,
    }
    if on.thread_ts:
        container["thread_ts"] = on.thread_ts
    if on.only_for is None:  # an app is not told again what only one person has seen
        body["message"] = shown(workspace, on)
    return {
        **body,
        "container": container,
        "channel": {"id": on.channel, "name": _name(channel)},
        "state": {"values": typed or {}},
        "trigger_id": workspace.new_trigger(user.user_id),
        "response_url": workspace.new_response_url(user.user_id, on.channel, on),
    }


def message_shortcut(workspace: Workspace, user: User, message: Message, callback_id: str) -> Json:
    """A shortcut on a message: ``message_action``."""
    channel = workspace.channels[message.channel]
    return {
        **_interaction(workspace, user, "message_action"),
        "action_ts": workspace.new_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.new_trigger(user.user_id),
        "channel": {"id": channel.channel_id, "name": _name(channel)},
        "message_ts": message.ts,
        "message": shown(workspace, message),
        "response_url": workspace.new_response_url(user.user_id, message.channel),
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str) -> Json:
    """A shortcut from the search or the composer: ``shortcut``. There is no channel and no response URL in it."""
    return {
        **_interaction(workspace, user, "shortcut"),
        "action_ts": workspace.new_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.new_trigger(user.user_id),
    }


def submission(workspace: Workspace, user: User, view: View) -> Json:
    """A form sent off: ``view_submission``."""
    return {
        **_interaction(workspace, user, "view_submission"),
        "trigger_id": workspace.new_trigger(user.user_id, view.view_id),
        "view": shown_view(workspace, view),
        "response_urls": [],
    }


def closing(workspace: Workspace, user: User, view: View, *, cleared: bool) -> Json:
    """A modal closed: ``view_closed``."""
    body = _interaction(workspace, user, "view_closed")
    return {**body, "view": shown_view(workspace, view), "is_cleared": cleared}


def _interaction(workspace: Workspace, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": {"id": user.user_id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": workspace.app.app_id,
        "token": workspace.app.verification_token,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def _name(channel: Channel) -> str:
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


# ── What was chosen or typed ─────────────────────────────────────────────────────────────────────────────────────

_SINGLE = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE_OPTION = {"static_select", "radio_buttons", "overflow"}
_SEVERAL_OPTIONS = {"checkboxes", "multi_static_select"}


def action_of(element: Json, block_id: str, value: Any = None) -> Json:  # noqa: ANN401 - text, number or list
    """What is told of an element that somebody used. ``value``: what was chosen or typed."""
    action: Json = {"type": element["type"], "action_id": element.get("action_id", ""), "block_id": block_id}
    if element["type"] == "button":
        told: Json = {name: element[name] for name in ("text", "value", "url", "style") if name in element}
        return {**action, **told}
    return {**action, **value_of(element, value)}


def value_of(element: Json, value: Any) -> Json:  # noqa: ANN401 - text, number or list
    """The content of an element as it stands in actions and in a view's state. Raises ``LookupError``."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"selected_option": None if value is None else _option(element, value)}
    if kind in _SEVERAL_OPTIONS:
        return {"selected_options": [_option(element, each) for each in value or ()]}
    if kind in _SINGLE:
        return {_SINGLE[kind]: value}
    return {"value": None if value in {None, ""} else str(value)}


def _option(element: Json, value: object) -> Json:
    groups = [group["options"] for group in element.get("option_groups", ())]
    options: list[Json] = [*element.get("options", ()), *(option for group in groups for option in group)]
    for option in options:
        if option["value"] == value:
            return {name: option[name] for name in ("text", "value") if name in option}
    raise LookupError(f"{value!r} is not offered there; there are {', '.join(option['value'] for option in options)}.")
