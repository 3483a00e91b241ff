from __future__ import annotations

import pytest

from tests.replies.blocks import shown
from tests.replies.blocks.checking import check_message, check_view

MESSAGES = shown.messages()
MODALS = shown.modals()
HOMES = dict(shown.homes())


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name: str) -> None:
    """Every reply keeps Slack's limits and uses only blocks that messages may have, by rules Seen did not write."""
    check_message(MESSAGES[name].blocks, MESSAGES[name].text)


@pytest.mark.parametrize("name", MODALS)
def test_slack_takes_every_window(name: str) -> None:
    """Every window keeps Slack's limits and uses only blocks that windows may have."""
    check_view(MODALS[name])


@pytest.mark.parametrize("name", HOMES)
def test_slack_takes_every_home(name: str) -> None:
    """The Home tab keeps Slack's limits, however much there is to show."""
    check_view(HOMES[name])
