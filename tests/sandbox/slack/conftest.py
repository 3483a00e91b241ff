"""A workspace with everybody in it whom a bot has to tell apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox.slack import Person, Role, Slack
from tests.sandbox.slack import tiny


@pytest.fixture
def slack() -> Iterator[Slack]:
    """The stand-in with its people and channels."""
    with Slack(name="Alder") as slack:
        slack.add_person("rosa", "Rosa Lind", timezone="Europe/Oslo")
        slack.add_person("adam", "Adam Lind", Role.ADMIN)
        slack.add_person("gus", "Gus Guest", Role.GUEST)
        slack.add_person("sten", "Sten Stranger", Role.STRANGER)
        slack.add_channel("office", "rosa", "adam", "gus", "seen")
        slack.add_channel("general", "rosa", "adam")
        slack.add_channel("owners", "adam", private=True)
        slack.add_channel("supplier", "rosa", "sten", "seen", shared=True)
        slack.add_channel("old", "rosa", "seen", archived=True)
        yield slack


@pytest.fixture
def client(slack: Slack) -> WebClient:
    """The SDK's client, unmodified."""
    return tiny.client_of(slack)


@pytest.fixture
def rosa(slack: Slack) -> Person:
    """A member."""
    return slack.person("rosa")


@pytest.fixture
def app(slack: Slack) -> Iterator[App]:
    """A Bolt app that the stand-in reaches over HTTP."""
    app = tiny.bolt(slack)
    with tiny.serving(slack, app):
        yield app
