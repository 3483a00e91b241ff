"""What every test may ask for: databases, empty or ready, of both kinds."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store import migrate
from store.database import Database
from tests import databases

# A busy machine is no fault of the code: nothing here is judged by how long it takes.
settings.register_profile("seen", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("seen"), max_examples=1000)  # pytest --hypothesis-profile=long
settings.load_profile("seen")

# Where tests run in a shell's background, Ctrl-C is ignored, and whatever they start would ignore it, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Postgres]:
    """One PostgreSQL server for all tests of this process."""
    with databases.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an SQLite database with our tables, for tests of what only SQLite does."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'seen.db')}"


@pytest.fixture
def postgres_url(postgres: databases.Postgres) -> str:
    """The URL of a PostgreSQL database with our tables, for tests of what only PostgreSQL does."""
    return postgres.ready()


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """What makes a test run twice: once on each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database with our tables: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table: the test runs once on each kind."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: databases.Postgres = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with our tables: the test runs once on each kind."""
    opened = Database(database_url)
    yield opened
    opened.dispose()
