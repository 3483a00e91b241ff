"""A firm for each test: on SQLite and PostgreSQL, or on SQLite alone where the database makes no difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox.slack import Role, Slack
from bot.slack.scopes import NEEDED, OPTIONAL
from store.database import Database
from tests.alerts.firm import Firm


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace with an office channel, a fallback, and people of whom one has left."""
    with Slack(name="Alder") as slack:
        slack.app.scopes = {scope.value for scope in (*NEEDED, *OPTIONAL)} | {"users:read.email"}
        slack.add_person("rosa", "Rosa Lind")
        slack.add_person("nils", "Nils Berg", Role.DEACTIVATED)
        for name in ("office", "sales", "fallback"):
            slack.add_channel(name, "rosa", "seen")
        yield slack


@pytest.fixture
def firm(database: Database, slack: Slack) -> Firm:
    """A firm on each kind of database."""
    return Firm(database, slack)


@pytest.fixture
def small_firm(sqlite_url: str, slack: Slack) -> Iterator[Firm]:
    """The same on SQLite alone."""
    database = Database(sqlite_url)
    yield Firm(database, slack)
    database.dispose()
