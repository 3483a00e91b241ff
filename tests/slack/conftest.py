"""An office for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.slack import Person
from tests.slack.office import Office, office


@pytest.fixture
def alder(sqlite_url: str) -> Iterator[Office]:
    """The office, on SQLite, with Slack over HTTP."""
    with office(sqlite_url) as running:
        yield running


@pytest.fixture
def rosa(alder: Office) -> Person:
    """A member of the office."""
    return alder.person("rosa")
