"""Answers of the app at a response URL, or right away to a command: private, public, in place of the original."""

from __future__ import annotations

import json

from bot.sandbox.faults import Answer
from bot.sandbox.port import Request
from bot.sandbox.slack import blocks as kit
from bot.sandbox.slack.events import tell_message
from bot.sandbox.slack.rules import MAX_TEXT, Json
from bot.sandbox.slack.state import Message, ResponseUrl, Workspace, with_block_ids


def respond(workspace: Workspace, request: Request) -> Answer:
    """Answers a request at a response URL."""
    with workspace.lock:
        given = _json(request.body)
        if given is None:
            return _refused(400, "invalid_payload")
        problems = kit.check(given["blocks"], "message") if given.get("blocks") else []
        if problems:
            return _refused(400, "invalid_blocks", errors=problems)
        url = workspace.respond_at(request.path)
        if url is None:
            known = workspace.response_urls.get(request.path)
            return _refused(404, "expired_url" if known is None or not known.uses else "used_url")
        error = place(workspace, url, given)
        return _refused(404, error) if error else Answer(200, b"ok", {"Content-Type": "text/plain"})


def place(workspace: Workspace, url: ResponseUrl, given: Json) -> str | None:
    """Does what an answer says. The error, if it can't be done.

    Only a click has an original that can be replaced or deleted. At a command's URL such an answer becomes one more
    message, as it does at Slack (slackapi/bolt-python 1268, slackapi/bolt-js 2287). An answer stands in a thread only
    when it says so.
    """
    original = workspace.messages.get(url.channel, {}).get(url.origin or "")
    if given.get("delete_original") in {True, "true"} and url.origin is not None:
        if original is None:
            return "message_not_found"
        workspace.remove(original)
        return None
    if not given.get("text") and not given.get("blocks"):
        return "no_text"
    text, blocks = str(given.get("text") or "")[:MAX_TEXT], with_block_ids(given.get("blocks") or [])
    if given.get("replace_original") in {True, "true"} and url.origin is not None:
        if original is None:
            return "message_not_found"
        original.text, original.blocks = text, blocks
        if original.only_for is None:
            original.edited_ts = workspace.new_ts()
        workspace.touch()
        return None
    public = given.get("response_type") == "in_channel"
    message = Message(
        ts=workspace.new_ts(),
        channel=url.channel,
        user=workspace.app.user_id,
        bot_id=workspace.app.bot_id,
        text=text,
        blocks=blocks,
        metadata=given.get("metadata") if public else None,
        thread_ts=given.get("thread_ts"),
        only_for=None if public else url.user,
    )
    workspace.post(message)
    tell_message(workspace, message)
    return None


def _json(body: bytes) -> Json | None:
    try:
        given = json.loads(body)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _refused(status: int, error: str, **more: object) -> Answer:
    return Answer.of(status, {"ok": False, "error": error, **more})
