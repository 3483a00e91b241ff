"""Channels and what was said in them."""

from __future__ import annotations

from bot.sandbox.slack.api.asking import Call, page
from bot.sandbox.slack.messages import shown
from bot.sandbox.slack.people import Channel, Role
from bot.sandbox.slack.rules import HISTORY, READ, Json, Refusal
from bot.sandbox.slack.state import Message


def info(call: Call) -> Json:
    """``conversations.info``."""
    return {"channel": _readable(call).shown(bot=call.app.user_id)}


def members(call: Call) -> Json:
    """``conversations.members``."""
    rows: list[Json] = [{"id": user_id} for user_id in sorted(_readable(call).members)]
    shown_rows, cursor = page(call, rows, 100)
    return {"members": [row["id"] for row in shown_rows], "response_metadata": cursor}


def opened(call: Call) -> Json:
    """``conversations.open``, with one user."""
    if call.arguments.get("channel"):
        return {"channel": {"id": call.channel().channel_id}}
    given = call.arguments.get("users") or ""
    users = given if isinstance(given, list) else str(given).split(",")
    if len(users) != 1:
        raise Refusal("method_not_supported_for_channel_type")
    user = call.workspace.users.get(str(users[0]).strip())
    if user is None:
        raise Refusal("user_not_found")
    if user.role is Role.DEACTIVATED:
        raise Refusal("user_disabled")
    channel = call.workspace.direct(user.user_id)
    known = {"no_op": True, "already_open": True} if channel.channel_id in call.workspace.messages else {}
    return {**known, "channel": {"id": channel.channel_id}}


def history(call: Call) -> Json:
    """``conversations.history``: the newest first, without answers in threads."""
    channel = _with_history(call)
    found = [message for message in call.workspace.visible(channel.channel_id, "") if not message.in_thread]
    return _told(call, [message for message in reversed(found) if _within(call, message)])


def replies(call: Call) -> Json:
    """``conversations.replies``: the first message of a thread, then its answers, the oldest first."""
    channel = _with_history(call)
    asked = call.workspace.stored(channel.channel_id, call.text("ts"))
    parent = call.workspace.stored(channel.channel_id, asked.thread_ts or asked.ts) if asked else None
    if parent is None:
        raise Refusal("thread_not_found")
    answers = [message for message in call.workspace.answers(parent) if _within(call, message)]
    return _told(call, [parent, *answers])


def _readable(call: Call) -> Channel:
    call.require(*READ.values())
    channel = call.channel()
    call.require(READ[channel.kind])
    return channel


def _with_history(call: Call) -> Channel:
    call.require(*HISTORY.values())
    channel = call.channel()
    call.require(HISTORY[channel.kind])
    if call.app.user_id not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _within(call: Call, message: Message) -> bool:
    oldest, latest = call.text("oldest", "0"), call.text("latest") or "99999999999"
    if message.ts in {oldest, latest}:
        return call.flag("inclusive")
    return float(oldest) < float(message.ts) < float(latest)


def _told(call: Call, messages: list[Message]) -> Json:
    metadata = call.flag("include_all_metadata")
    rows, cursor = page(call, [shown(call.workspace, message, metadata=metadata) for message in messages], 100)
    return {"messages": rows, "has_more": bool(cursor["next_cursor"]), "response_metadata": cursor}
