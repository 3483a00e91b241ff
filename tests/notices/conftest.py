"""A workspace to speak in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.slack import Slack
from bot.slack.scopes import NEEDED, OPTIONAL


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A stand-in Slack with two people, channels open, private, foreign and archived, and all permissions."""
    with Slack(name="Alder") as slack:
        slack.app.scopes = {scope.value for scope in (*NEEDED, *OPTIONAL)}
        slack.add_person("rosa", "Rosa Lind")
        slack.add_person("nils", "Nils Berg")
        slack.add_channel("office", "rosa", "seen")
        slack.add_channel("sales", "rosa", "seen")
        slack.add_channel("elsewhere", "rosa")
        slack.add_channel("old", "rosa", "seen", archived=True)
        slack.add_channel("fallback", "rosa", "seen")
        yield slack


@pytest.fixture
def office(slack: Slack) -> str:
    """The id of a channel that Seen is in."""
    return slack.workspace.place("office").channel_id
