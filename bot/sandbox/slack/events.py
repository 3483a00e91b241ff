"""What an app is told of by events, if it has subscribed to them."""

from __future__ import annotations

from bot.sandbox.slack.messages import shown, shown_view
from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.state import Message, Told, Workspace

_SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def tell_message(workspace: Workspace, message: Message) -> list[Told]:
    """A message: to an app that was mentioned, and to one that reads along. The app must be a member there."""
    channel = workspace.channels[message.channel]
    if message.only_for is not None or workspace.app.user_id not in channel.members:
        return []
    row = {**shown(workspace, message), "channel": message.channel, "event_ts": message.ts}
    for counted in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
        row.pop(counted, None)
    told = []
    mentioned = f"<@{workspace.app.user_id}>" in message.text
    if channel.kind != "im" and mentioned and message.bot_id != workspace.app.bot_id:
        told.append(workspace.tell("app_mention", {**row, "type": "app_mention"}))
    told.append(workspace.tell(_SUBSCRIPTION[channel.kind], {**row, "channel_type": channel.kind}))
    return [event for event in told if event is not None]


def tell_change(workspace: Workspace, message: Message, before: Json) -> None:
    """A message that was edited."""
    _tell_about(
        workspace, message, "message_changed", {"message": shown(workspace, message), "previous_message": before}
    )


def tell_removal(workspace: Workspace, message: Message) -> None:
    """A message that was deleted."""
    removed = {"deleted_ts": message.ts, "previous_message": shown(workspace, message)}
    _tell_about(workspace, message, "message_deleted", removed)


def tell_home_opened(workspace: Workspace, user: str, tab: str) -> Told | None:
    """Somebody who looks at the app's ``home`` or ``messages`` tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.direct(user).channel_id,
        "tab": tab,
        "event_ts": workspace.new_ts(),
    }
    if tab == "home" and user in workspace.homes:
        event["view"] = shown_view(workspace, workspace.homes[user])
    return workspace.tell("app_home_opened", event)


def tell_uninstalled(workspace: Workspace) -> None:
    """The app's end in this workspace, in the order in which Slack tells it."""
    workspace.tell(
        "tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.app.user_id]}}
    )
    workspace.tell("app_uninstalled", {"type": "app_uninstalled"})


def _tell_about(workspace: Workspace, message: Message, subtype: str, more: Json) -> None:
    channel = workspace.channels[message.channel]
    if workspace.app.user_id not in channel.members:
        return
    stamp = workspace.new_ts()
    event = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": message.channel,
        "channel_type": channel.kind,
        "ts": stamp,
        "event_ts": stamp,
        **more,
    }
    workspace.tell(_SUBSCRIPTION[channel.kind], event)
