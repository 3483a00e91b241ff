"""An office for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox.slack import Person
from tests.slack.office import Office, office


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done unasked is looked for several times a second instead of every five seconds."""
    monkeypatch.setattr("bot.unasked.TICK", timedelta(seconds=0.3))


@pytest.fixture
def alder(sqlite_url: str) -> Iterator[Office]:
    """The office, on SQLite, with Slack over HTTP."""
    with office(sqlite_url) as running:
        yield running


@pytest.fixture
def rosa(alder: Office) -> Person:
    """A member of the office."""
    return alder.person("rosa")
