from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from store import errors, facts, migrate, schema
from store.database import Database

SPAWN = multiprocessing.get_context("spawn")


def test_upgrade(empty_url: str) -> None:
    """An empty database gets its tables; doing it again changes nothing and keeps what is in them."""
    database = Database(empty_url)
    assert not migrate.is_current(database)
    assert migrate.revision(database) is None
    migrate.upgrade(database)
    assert migrate.is_current(database)
    with database.write() as connection:
        facts.put(connection, "kept", "yes")
    migrate.upgrade(database)
    with database.read() as connection:
        assert facts.get(connection, "kept") == "yes"
    database.dispose()


def upgrade(url: str) -> bool:
    database = Database(url)
    migrate.upgrade(database)
    current = migrate.is_current(database)
    database.dispose()
    return current


def test_at_once(empty_url: str) -> None:
    """Several processes that start at the same moment on an empty database all come up well."""
    with ProcessPoolExecutor(3, mp_context=SPAWN) as pool:
        assert list(pool.map(upgrade, [empty_url] * 6)) == [True] * 6


def test_newer(database: Database) -> None:
    """A database that a newer program has been at is left alone, with the advice to update this one."""
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not migrate.is_current(database)
    with pytest.raises(errors.TooNew) as caught:
        migrate.upgrade(database)
    assert "newest version" in caught.value.advice
    assert migrate.revision(database) == "9999"


def test_broken_off(empty_url: str) -> None:
    """An upgrade that is broken off leaves nothing behind, and the next one succeeds."""
    database = Database(empty_url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE names (something_else TEXT)"))
    with pytest.raises(errors.StoreError):
        migrate.upgrade(database)
    assert migrate.revision(database) is None
    with database.write() as connection:
        connection.execute(text("DROP TABLE names"))
    migrate.upgrade(database)
    assert migrate.is_current(database)
    database.dispose()


def test_head() -> None:
    """The edition the program asks for is the newest one it can make."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


DESCRIBED = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'",
    "postgresql": """
        SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
}


def described(database: Database) -> list[str]:
    with database.read() as connection:
        found = connection.scalars(text(DESCRIBED[database.dialect_name]))
        return sorted(" ".join(line.replace(",", " , ").split()) for line in found)  # ALTER TABLE has blanks of its own


def test_tables_as_described(database: Database, empty_url: str) -> None:
    """The tables that the upgrades make are those the program believes in, to the last index."""
    believed = Database(empty_url)
    with believed.write() as connection:
        schema.metadata.create_all(connection)
    assert described(database) == described(believed)
    believed.dispose()


def test_no_alembic(sqlite_url: str) -> None:
    """Opening a database, finding that it is current and reading from it does not load the migration tools."""
    code = f"""
import sys
from store import events, messages, migrate
from store.database import Database
database = Database({sqlite_url!r})
assert migrate.is_current(database)
migrate.upgrade(database)
with database.read() as connection:
    ids = messages.find(connection, messages.Wanted(address="maria@oakleaf.example")).ids
    events.of_messages(connection, ids)
print(sorted(m for m in ("alembic", "psycopg", "idna") if m in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
