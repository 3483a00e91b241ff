"""An office for each test: on SQLite and PostgreSQL, or on SQLite alone where the database makes no difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sandbox import Sandbox
from store.database import Database
from tests.sync.office import MONDAY, TOKENS, Office


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(now=MONDAY, servers=TOKENS) as running:
        yield running


@pytest.fixture
def office(database: Database, sandbox: Sandbox) -> Office:
    return Office(database, sandbox)


@pytest.fixture
def small_office(sqlite_url: str, sandbox: Sandbox) -> Iterator[Office]:
    database = Database(sqlite_url)
    yield Office(database, sandbox)
    database.dispose()
