"""Pictures of ours at Slack: ready when they are shown, and never worth a message."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PIL import Image

from bot.sandbox.slack import Slack
from bot.slack.clients import Clients
from bot.slack.pictures import Pictures


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack(name="Alder") as slack:
        slack.app.scopes |= {"files:write", "files:read"}
        slack.add_person("rosa", "Rosa Lind")
        slack.add_channel("office", "rosa", "seen")
        yield slack


class Waiting:
    """Lets the stand-in's time pass, instead of ours."""

    def __init__(self, slack: Slack) -> None:
        self._slack, self.waited = slack, 0.0

    def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self._slack.forward(timedelta(seconds=seconds))

    def clock(self) -> float:
        return self.waited


@pytest.fixture
def waiting(slack: Slack) -> Waiting:
    return Waiting(slack)


@pytest.fixture
def pictures(slack: Slack, waiting: Waiting) -> Pictures:
    return Pictures(Clients(slack.app.bot_token, slack.api_url).prompt(), waiting.sleep, waiting.clock)


def upload(pictures: Pictures) -> str | None:
    written = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(written, "PNG")
    return pictures.upload(written.getvalue(), name="curve.png", says="a curve")


def test_a_picture_is_ready_when_its_id_is_given(pictures: Pictures, slack: Slack, waiting: Waiting) -> None:
    """Slack is waited for until it is done with a picture; then a message can show it, and nobody else has it."""
    slack.workspace.files_take = timedelta(seconds=6)
    file_id = upload(pictures)
    assert file_id is not None
    assert 0 < waiting.waited < 8
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "a curve"}
    pictures.client.chat_postMessage(channel="office", text="Look", blocks=[image])
    assert slack.workspace.files[file_id].channels == []
    assert slack.workspace.files[file_id].alt_text == "a curve"


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
def test_without_the_scope_there_is_none(pictures: Pictures, slack: Slack, scope: str) -> None:
    """Both scopes are optional: whoever left one out gets no picture and no error."""
    slack.app.scopes.discard(scope)
    assert upload(pictures) is None


@pytest.mark.parametrize(
    ("fault", "method"), [("500", "files."), ("cut", "files.complete"), ("truncated", "files.info"), ("cut", "upload")]
)
def test_when_slack_fails_there_is_none(pictures: Pictures, slack: Slack, fault: str, method: str) -> None:
    """However an upload fails, the message goes without a picture."""
    slack.fault(fault, method=method)
    assert upload(pictures) is None


def test_slack_is_not_waited_for_long(pictures: Pictures, slack: Slack, waiting: Waiting) -> None:
    """A picture that Slack isn't done with within a few seconds is not waited for."""
    slack.workspace.files_take = timedelta(minutes=5)
    assert upload(pictures) is None
    assert waiting.waited < 10
