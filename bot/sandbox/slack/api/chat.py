"""What the bot says."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.sandbox.slack import blocks as kit
from bot.sandbox.slack.api.asking import Call
from bot.sandbox.slack.api.files import check_pictures
from bot.sandbox.slack.events import tell_change, tell_message, tell_removal
from bot.sandbox.slack.messages import shown
from bot.sandbox.slack.people import Channel, Role
from bot.sandbox.slack.rules import MAX_METADATA, MAX_TEXT, MAX_UPDATED_TEXT, Json, Refusal, invalid
from bot.sandbox.slack.state import Message, with_block_ids


@dataclass(frozen=True, slots=True)
class Said:
    """The checked content of a message."""

    text: str
    blocks: list[Json]
    metadata: Json | None
    warnings: list[str]


def content(call: Call) -> Said:
    """The text, blocks and metadata of a call, checked. Raises ``Refusal``."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is not None and (problems := kit.check(blocks, "message")):
        raise invalid("invalid_blocks", problems)
    check_pictures(call.workspace, blocks or [])
    text = call.text("text")
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    warnings = ["message_truncated"] if len(text) > MAX_TEXT else []
    if not text.strip():
        warnings.append("missing_text_in_message")
    return Said(text[:MAX_TEXT], with_block_ids(blocks or []), _metadata(call), warnings)


def post(call: Call) -> Json:
    """``chat.postMessage``, to a channel or to a user."""
    channel = _target(call)
    _may_write(call, channel)
    said = content(call)
    message = call.workspace.post(_message(call, channel, said))
    tell_message(call.workspace, message)
    row = shown(call.workspace, message, metadata=True)
    return _with_warnings({"channel": channel.channel_id, "ts": message.ts, "message": row}, said)


def post_ephemeral(call: Call) -> Json:
    """``chat.postEphemeral``."""
    channel = call.channel()
    _may_write(call, channel)
    user = call.user()
    if user.user_id not in channel.members:
        raise Refusal("user_not_in_channel")
    said = content(call)
    message = _message(call, channel, said)
    message.only_for, message.metadata = user.user_id, None
    call.workspace.post(message)
    return _with_warnings({"message_ts": message.ts}, said)


def update(call: Call) -> Json:
    """``chat.update``."""
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    if len(call.text("text")) > MAX_UPDATED_TEXT:
        raise Refusal("msg_too_long")
    said = content(call)
    before = shown(call.workspace, message)
    message.text, message.edited_ts = said.text, call.workspace.new_ts()
    if "blocks" in call.arguments or "text" in call.arguments:
        message.blocks = said.blocks
    message.metadata = said.metadata or message.metadata
    call.workspace.touch()
    tell_change(call.workspace, message, before)
    row = shown(call.workspace, message, metadata=True)
    return _with_warnings({"channel": channel.channel_id, "ts": message.ts, "text": message.text, "message": row}, said)


def delete(call: Call) -> Json:
    """``chat.delete``."""
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    call.workspace.remove(message)
    tell_removal(call.workspace, message)
    return {"channel": channel.channel_id, "ts": message.ts}


def permalink(call: Call) -> Json:
    """``chat.getPermalink``."""
    channel = call.channel()
    message = call.workspace.stored(channel.channel_id, call.text("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    place = f"https://{call.workspace.domain}.slack.com/archives/{channel.channel_id}"
    return {"channel": channel.channel_id, "permalink": f"{place}/p{message.ts.replace('.', '')}"}


def _target(call: Call) -> Channel:
    user = call.workspace.users.get(call.text("channel"))
    if user is None:
        return call.channel()
    if user.role is Role.DEACTIVATED:
        raise Refusal("channel_not_found")
    return call.workspace.direct(user.user_id)


def _may_write(call: Call, channel: Channel) -> None:
    if channel.archived:
        raise Refusal("is_archived")
    if call.app.user_id not in channel.members and "chat:write.public" not in call.app.scopes:
        raise Refusal("not_in_channel")


def _own(call: Call, channel: Channel, error: str) -> Message:
    message = call.workspace.stored(channel.channel_id, call.text("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if message.bot_id != call.app.bot_id:
        raise Refusal(error)
    return message


def _message(call: Call, channel: Channel, said: Said) -> Message:
    thread_ts = call.text("thread_ts") or None
    if thread_ts is not None:
        parent = call.workspace.stored(channel.channel_id, thread_ts)
        if parent is None:
            raise Refusal("thread_not_found")
        thread_ts = parent.thread_ts or parent.ts
    return Message(
        ts=call.workspace.new_ts(),
        channel=channel.channel_id,
        user=call.app.user_id,
        bot_id=call.app.bot_id,
        text=said.text,
        blocks=said.blocks,
        metadata=said.metadata,
        thread_ts=thread_ts,
    )


def _metadata(call: Call) -> Json | None:
    given = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or not given.get("event_type") or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(given)) > MAX_METADATA:
        raise Refusal("metadata_too_large")
    return given


def _with_warnings(answer: Json, said: Said) -> Json:
    if not said.warnings:
        return answer
    return {**answer, "warning": ",".join(said.warnings), "response_metadata": {"warnings": said.warnings}}
