"""A house for each test: on SQLite and PostgreSQL, or on SQLite alone where the database makes no difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox import Sandbox
from store.database import Database
from tests.lookup.house import DAY, NOW, House

TOKENS = {"office": "token-of-the-office", "shop": "token-of-the-shop"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(now=NOW - 20 * DAY, servers=TOKENS) as running:
        yield running


@pytest.fixture
def house(database: Database, sandbox: Sandbox) -> House:
    """A firm with one Postmark server, on each kind of database."""
    return House(database, sandbox, {"office": TOKENS["office"]})


@pytest.fixture
def small_house(sqlite_url: str, sandbox: Sandbox) -> Iterator[House]:
    """The same on SQLite alone."""
    database = Database(sqlite_url)
    yield House(database, sandbox, {"office": TOKENS["office"]})
    database.dispose()


@pytest.fixture
def two_servers(small_house: House) -> House:
    """A firm with two Postmark servers, on SQLite."""
    small_house.tokens = TOKENS
    return small_house
