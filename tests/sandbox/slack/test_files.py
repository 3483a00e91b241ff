"""Pictures: uploaded in three steps, ready after a moment, shown in a message by their ID."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import Slack


def png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(written, "PNG")
    return written.getvalue()


def block(file_id: str) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": "a curve"}


@pytest.fixture(autouse=True)
def may_handle_files(slack: Slack) -> None:
    slack.app.scopes |= {"files:write", "files:read"}


def test_a_picture_is_shown_once_slack_has_looked_at_it(client: WebClient, slack: Slack) -> None:
    """Right after its upload no message can show a picture; a moment later files.info knows its type, and one can."""
    file_id = client.files_upload_v2(content=png(), filename="curve.png", alt_txt="a curve")["file"]["id"]
    assert client.files_info(file=file_id)["file"]["mimetype"] == ""
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="office", text="Look", blocks=[block(file_id)])
    assert refused.value.response["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    slack.forward(timedelta(seconds=1))
    assert client.files_info(file=file_id)["file"]["mimetype"] == "image/png"
    client.chat_postMessage(channel="office", text="Look", blocks=[block(file_id)])
    assert [message.blocks[0]["slack_file"] for message in slack.messages("office")] == [{"id": file_id}]


@pytest.mark.parametrize(
    ("shown", "error"),
    [
        ({"id": "F0123456789"}, "invalid slack file"),
        ({"id": "curve.png"}, "must match regex pattern"),
        ({"id": "F0123456789", "url": "https://slack.example/curve.png"}, "must provide the ID"),
    ],
)
def test_only_files_that_are_there_can_be_shown(client: WebClient, shown: dict[str, str], error: str) -> None:
    """An unknown ID, a name, and an ID beside an address are refused with the block named."""
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(
            channel="office", text="Look", blocks=[{"type": "image", "slack_file": shown, "alt_text": "a curve"}]
        )
    assert error in refused.value.response["errors"][0]


def test_what_is_no_picture_is_not_shown(client: WebClient, slack: Slack) -> None:
    """A text file can be uploaded, but no image block can show it."""
    file_id = client.files_upload_v2(content="not a picture", filename="curve.png")["file"]["id"]
    slack.forward(timedelta(seconds=1))
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="office", text="Look", blocks=[block(file_id)])
    assert refused.value.response["error"] == "invalid_blocks"


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
def test_files_need_their_scopes(client: WebClient, slack: Slack, scope: str) -> None:
    """Without the scope to write nothing is uploaded, without the one to read nothing is told of a file."""
    slack.app.scopes.discard(scope)
    with pytest.raises(SlackApiError) as refused:
        client.files_info(file=client.files_upload_v2(content=png(), filename="curve.png")["file"]["id"])
    assert refused.value.response["needed"] == scope


def test_an_upload_that_never_came_cannot_be_completed(client: WebClient) -> None:
    """A file of which nothing was uploaded is not found when it is to be completed."""
    file_id = client.files_getUploadURLExternal(filename="curve.png", length=12)["file_id"]
    with pytest.raises(SlackApiError) as refused:
        client.files_completeUploadExternal(files=[{"id": file_id, "title": "A curve"}])
    assert refused.value.response["error"] == "file_not_found"
