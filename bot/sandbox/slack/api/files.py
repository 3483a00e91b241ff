"""Uploading a file in three steps, and asking whether it is ready."""

from __future__ import annotations

import re
import secrets

from bot.sandbox.faults import Answer
from bot.sandbox.port import Request
from bot.sandbox.slack.api.asking import Call
from bot.sandbox.slack.files import UPLOADS, File
from bot.sandbox.slack.rules import Json, Refusal, invalid
from bot.sandbox.slack.state import Workspace

_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")


def upload_url(call: Call) -> Json:
    """``files.getUploadURLExternal``."""
    name, length = call.text("filename"), call.number("length", 0)
    if not name or length < 1:
        raise Refusal("invalid_arguments")
    path = f"{UPLOADS}{secrets.token_urlsafe(18)}"
    file_id = f"F{secrets.token_hex(5).upper()}"
    call.workspace.files[file_id] = File(
        file_id=file_id, name=name, length=length, upload_path=path, alt_text=call.text("alt_txt"), channels=[]
    )
    return {"upload_url": call.workspace.url + path, "file_id": file_id}


def take(workspace: Workspace, request: Request) -> Answer:
    """What is uploaded to one of these addresses; they take no token."""
    with workspace.lock:
        file = next((each for each in workspace.files.values() if each.upload_path == request.path), None)
        if file is None or request.method != "POST":
            return Answer(404, b"not found", {"Content-Type": "text/plain"})
        if len(request.body) != file.length:
            return Answer(400, b"the size is not as announced", {"Content-Type": "text/plain"})
        file.body = request.body
    return Answer(200, f"OK - {file.length}".encode(), {"Content-Type": "text/plain"})


def complete(call: Call) -> Json:
    """``files.completeUploadExternal``."""
    given = call.structure("files", "invalid_arguments")
    if not isinstance(given, list) or not given:
        raise Refusal("invalid_arguments")
    files = [call.workspace.files.get(str(each.get("id"))) for each in given if isinstance(each, dict)]
    if not all(file is not None and file.body is not None for file in files) or len(files) != len(given):
        raise Refusal("file_not_found")
    channels = [call.channel("channel_id").channel_id] if call.text("channel_id") else []
    now = call.workspace.clock.waited()
    for file, each in zip(files, given, strict=True):
        if file is not None:
            file.completed_at = file.completed_at or now
            file.title, file.channels = str(each.get("title") or file.name), channels
    return {"files": [file.shown(now, call.workspace.files_take) for file in files if file is not None]}


def info(call: Call) -> Json:
    """``files.info``."""
    file = call.workspace.files.get(call.text("file"))
    if file is None or file.completed_at is None:
        raise Refusal("file_not_found")
    return {"file": file.shown(call.workspace.clock.waited(), call.workspace.files_take)}


def check_pictures(workspace: Workspace, blocks: list[Json]) -> None:
    """Refuses blocks that show a file which isn't there, isn't ready yet, or is no picture. Raises ``Refusal``."""
    problems = []
    for number, block in enumerate(blocks):
        given = block.get("slack_file") if block.get("type") == "image" else None
        if given is None:
            continue
        at = f"[json-pointer:/blocks/{number}/slack_file]"
        if not isinstance(given, dict) or set(given) != {"id"}:  # by URL it is allowed, too; nobody here does
            problems.append(f"must provide the ID of a file {at}")
        elif not _FILE_ID.fullmatch(str(given["id"])):
            problems.append(
                f"input must match regex pattern: ^[F][A-Z0-9]{{8,}}$ [json-pointer:/blocks/{number}/slack_file/id]"
            )
        else:
            file = workspace.files.get(given["id"])
            done = file is not None and file.is_done(workspace.clock.waited(), workspace.files_take)
            if file is None or not done or not file.kind[1].startswith("image/"):
                problems.append(f"invalid slack file {at}")
    if problems:
        raise invalid("invalid_blocks", problems)
