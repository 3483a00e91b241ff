from __future__ import annotations

import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from store import errors, facts
from store.database import Database
from tests.databases import Postgres

SPAWN = multiprocessing.get_context("spawn")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root:hunter2@host/name", "postgresql//u:hunter2@host", "://"])
def test_unusable_url(url: str) -> None:
    """A URL that is no use is refused with the fix, and the sentence never repeats its password."""
    with pytest.raises(errors.BadAddress) as caught:
        Database(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "sqlite:///" in caught.value.advice
    assert not caught.value.retryable
    assert "hunter2" not in f"{caught.value}{caught.value.advice}{caught.value.__cause__}{caught.value.__context__}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_password_hidden(scheme: str) -> None:
    """Every usual spelling of a PostgreSQL URL is taken, and its password is never shown."""
    database = Database(f"{scheme}://seen:hunter2@db.example/seen")
    assert database.dialect_name == "postgresql"
    assert "hunter2" not in repr(database)
    assert "db.example" in repr(database)


def test_nobody_there() -> None:
    """A PostgreSQL that does not answer is reported as such, to be tried again, without the password."""
    database = Database("postgresql://seen:hunter2@127.0.0.1:1/seen")
    with pytest.raises(errors.Unreachable) as caught, database.read():
        pass
    assert caught.value.retryable
    assert "127.0.0.1/seen" in str(caught.value)
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"


def test_no_such_database(postgres: Postgres) -> None:
    """A wrong database name says which setting to check."""
    database = Database(make_url(postgres.empty()).set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(errors.BadAddress, match="nowhere") as caught, database.read():
        pass
    assert "DATABASE_URL" in caught.value.advice


def test_no_such_folder(tmp_path: Path) -> None:
    """A file in a folder that does not exist says which file, and what to check."""
    database = Database(f"sqlite:///{tmp_path}/missing/seen.db")
    with pytest.raises(errors.Unwritable, match=r"missing/seen\.db") as caught, database.write():
        pass
    assert "folder" in caught.value.advice
    assert not caught.value.retryable


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is something else is left alone and reported."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(errors.Broken, match="not a database"), database.write():
        pass
    assert path.read_text().startswith("Dear customer")


def test_no_tables(empty_url: str) -> None:
    """A database that was never set up says which command does it."""
    database = Database(empty_url)
    with pytest.raises(errors.NotReady) as caught, database.read() as connection:
        facts.get(connection, "anything")
    assert "seen migrate" in caught.value.advice
    database.dispose()


def test_between_processes() -> None:
    """An error that comes back from another process still says what happened and what to do."""
    error = pickle.loads(pickle.dumps(errors.Busy("It is locked.", "Try again.")))
    assert (str(error), error.advice, error.retryable) == ("It is locked.", "Try again.", True)


def test_undone(database: Database) -> None:
    """When something fails inside a write, nothing of it stays."""

    def fail_half_way() -> None:
        with database.write() as connection:
            facts.put(connection, "half", "done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.read() as connection:
        assert facts.get(connection, "half") is None


def test_kept(database: Database) -> None:
    """What was written is there for everybody afterwards, and a later word replaces an earlier one."""
    for word in ("first", "second"):
        with database.write() as connection:
            facts.put(connection, "word", word)
    with database.read() as connection:
        assert facts.get(connection, "word") == "second"


def test_readers_see_one_moment(sqlite_url: str) -> None:
    """Reading goes on undisturbed while somebody writes, and sees the state it began with."""
    database = Database(sqlite_url)
    with database.read() as reading:
        assert facts.get(reading, "word") is None
        with database.write() as writing:
            facts.put(writing, "word", "new")
        assert facts.get(reading, "word") is None
    with database.read() as reading:
        assert facts.get(reading, "word") == "new"
    database.dispose()


def test_busy(sqlite_url: str) -> None:
    """A writer that has to wait too long is told so, to try again; it is not let in half-way."""
    holder, other = Database(sqlite_url), Database(sqlite_url, busy_timeout=0.05)
    with holder.write(), pytest.raises(errors.Busy) as caught, other.write():
        pass
    assert caught.value.retryable
    with other.write() as connection:
        facts.put(connection, "word", "now")
    holder.dispose()
    other.dispose()


def test_lost_connection(postgres_url: str) -> None:
    """After the server has cut its connections, the next use connects again by itself."""
    database, admin = Database(postgres_url), Database(postgres_url)
    with database.write() as connection:
        facts.put(connection, "word", "before")
        ours = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with admin.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:ours, 60000)"), {"ours": ours})
    with database.read() as connection:
        assert facts.get(connection, "word") == "before"
    database.dispose()
    admin.dispose()


def test_cut_off(postgres_url: str) -> None:
    """A connection that breaks in the middle of a write is reported as worth another try."""
    database, admin = Database(postgres_url), Database(postgres_url)

    def write_without_a_server() -> None:
        with database.write() as connection, admin.write() as killer:
            ours = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            killer.execute(text("SELECT pg_terminate_backend(:ours, 60000)"), {"ours": ours})
            facts.put(connection, "word", "lost")

    with pytest.raises(errors.Unreachable):
        write_without_a_server()
    database.dispose()
    admin.dispose()


def test_survives_power_cuts(sqlite_url: str) -> None:
    """SQLite files are kept in write-ahead mode, with every commit on the disk before it is acknowledged."""
    database = Database(sqlite_url)
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
    database.dispose()


def test_in_memory_from_threads() -> None:
    """A database in memory may be used from several threads; their transactions do not mix."""
    database = Database("sqlite://")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def count() -> None:
        for _ in range(50):
            with database.write() as connection:
                connection.execute(text("UPDATE counter SET n = n + 1"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar() == 200


def count_up(url: str, times: int) -> None:
    """Reads a number and writes the next one, in one transaction each."""
    database = Database(url, busy_timeout=30)
    for _ in range(times):
        with database.write() as connection:
            facts.put(connection, "count", str(int(facts.get(connection, "count") or 0) + 1))
    database.dispose()


def test_processes_take_turns(sqlite_url: str) -> None:
    """Several processes that read and then write the same file never fail as locked and never lose a step."""
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        for done in [pool.submit(count_up, sqlite_url, 50) for _ in range(4)]:
            done.result()
    database = Database(sqlite_url)
    with database.read() as connection:
        assert facts.get(connection, "count") == "200"
    database.dispose()
