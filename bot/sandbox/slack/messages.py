"""How messages and views are told to an app."""

from __future__ import annotations

from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.state import Message, View, Workspace


def shown(workspace: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """A message as the Web API, events and clicks tell it."""
    row: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": workspace.users[message.user].team_id,
    }
    if message.bot_id:
        row |= {"bot_id": message.bot_id, "app_id": workspace.app.app_id}
    if message.blocks:
        row["blocks"] = message.blocks
    if message.edited_ts:
        row["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.thread_ts:
        row["thread_ts"] = message.thread_ts
        row |= _thread(workspace, message)
    if metadata and message.metadata:
        row["metadata"] = message.metadata
    return row


def _thread(workspace: Workspace, message: Message) -> Json:
    if message.in_thread:
        parent = workspace.stored(message.channel, message.thread_ts or "")
        return {"parent_user_id": parent.user} if parent else {}
    answers = workspace.answers(message)
    if not answers:
        return {}
    return {
        "reply_count": len(answers),
        "reply_users": sorted({answer.user for answer in answers}),
        "reply_users_count": len({answer.user for answer in answers}),
        "latest_reply": answers[-1].ts,
    }


def shown_view(workspace: Workspace, view: View) -> Json:
    """A view as the Web API, clicks and submissions tell it."""
    given = view.given
    row: Json = {
        "id": view.view_id,
        "team_id": workspace.team_id,
        "type": given["type"],
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": given.get("callback_id") or "",
        "state": {"values": view.typed},
        "hash": view.hash,
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": workspace.app.app_id,
        "external_id": given.get("external_id") or "",
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.app.bot_id,
    }
    empty_title = {"type": "plain_text", "text": "View Title", "emoji": True}  # what Slack says of a Home
    row |= {"title": given.get("title") or empty_title, "submit": given.get("submit"), "close": given.get("close")}
    return row
