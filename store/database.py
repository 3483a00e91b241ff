"""The connection to the database: SQLite or PostgreSQL, reading or writing, with errors a person can act on.

Everything that differs between the two databases when connecting is here:

* SQLite: write-ahead log, ``synchronous=FULL`` (a commit survives a power cut), and every writing transaction begins
  with ``BEGIN IMMEDIATE``, because a transaction that reads first and then wants to write cannot wait its turn and
  fails as locked.
* PostgreSQL: through psycopg 3, in UTC, waiting for locks no longer than SQLite would.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.pool import StaticPool

from store import errors

_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
_EXAMPLES = "sqlite:///seen.db or postgresql://user:password@host/name"


class Database:
    """One database and its pool of connections. Nothing is opened before the first ``read()`` or ``write()``.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``sqlite://`` (in memory, for tests; one user at a
            time), ``postgresql://…`` or ``postgres://…``.
        busy_timeout: how many seconds to wait for somebody else's lock before ``Busy`` is raised.

    Raises:
        BadAddress: the URL is not one of these.
    """

    def __init__(self, url: str, *, busy_timeout: float = 5.0) -> None:
        self._url = _parse(url)
        self.dialect_name = self._url.get_backend_name()
        if self.dialect_name == "sqlite":
            self._reader = _sqlite_engine(self._url, busy_timeout)
        else:
            self._reader = _postgres_engine(self._url, busy_timeout)
        self._writer = self._reader.execution_options(begin="BEGIN IMMEDIATE")
        # In memory there is one connection only; two transactions on it would mix.
        self._turn = threading.RLock() if isinstance(self._reader.pool, StaticPool) else nullcontext()

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises ``StoreError``."""
        with self._turn, self._translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block, or undone if the block raises. ``StoreError``."""
        with self._turn, self._translated(), self._writer.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Closes every connection."""
        self._reader.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.TimeoutError as error:
            raise errors.Busy("Every connection to the database is in use.", "Try again in a moment.") from error
        except exc.DBAPIError as error:
            raise self._explained(error) from error

    def _explained(self, error: exc.DBAPIError) -> errors.StoreError:
        if isinstance(error.orig, sqlite3.Error):
            return _sqlite_error(error.orig, self._url.database or "The database in memory")
        where = f"{self._url.host or self._url.query.get('host') or 'localhost'}/{self._url.database}"
        return _postgres_error(error, where)


def _parse(url: str) -> URL:
    # What make_url raises repeats the URL, password included: it must not be chained.
    try:
        parsed = make_url(url.strip())
    except (exc.ArgumentError, ValueError):
        raise errors.BadAddress("DATABASE_URL is not a database's URL.", f"Write it like {_EXAMPLES}.") from None
    if parsed.drivername in _POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return parsed
    raise errors.BadAddress(
        f"DATABASE_URL names {parsed.drivername!r}, which is not supported.",
        f"Use SQLite or PostgreSQL: {_EXAMPLES}.",
    )


def _sqlite_engine(url: URL, busy_timeout: float) -> Engine:
    options: dict[str, Any] = {"connect_args": {"timeout": busy_timeout, "check_same_thread": False}}
    if url.database in {None, "", ":memory:"}:
        options["poolclass"] = StaticPool
    engine = create_engine(url, hide_parameters=True, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode not in {"wal", "memory"}:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # 8 MB hold the upper levels of the indexes of a million messages; SQLite's own 2 MB do not.
        connection.execute("PRAGMA cache_size = -8000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _postgres_engine(url: URL, busy_timeout: float) -> Engine:
    options = f"-c timezone=UTC -c lock_timeout={round(busy_timeout * 1000)}"
    return create_engine(
        url,
        hide_parameters=True,
        # A connection that a restart of the server has cut is replaced before it is used, not after it failed.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(2, round(busy_timeout)),
            "options": f"{url.query.get('options', '')} {options}".strip(),
        },
    )


_SQLITE_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_SQLITE_UNWRITABLE = {"SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM"}


def _sqlite_error(cause: sqlite3.Error, path: str) -> errors.StoreError:
    # Extended codes are the plain ones with a tail: SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY_DIRECTORY …
    code = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    if code in _SQLITE_BUSY:
        return errors.Busy(f"{path} is locked by another program.", "Try again in a moment.")
    if code in _SQLITE_UNWRITABLE:
        return errors.Unwritable(
            f"{path} cannot be opened or written: {cause}.",
            "Check that its folder exists, that Seen may write to it, and that the disk is not full.",
        )
    if str(cause).startswith(("no such table", "no such column")) or "has no column named" in str(cause):
        return _not_ready(path)
    return errors.Broken(f"{path} did not do what was asked: {cause}.", "Restore it from a backup if this repeats.")


def _postgres_error(error: exc.DBAPIError, where: str) -> errors.StoreError:
    state = getattr(error.orig, "sqlstate", None) or ""
    said = str(error.orig).strip().partition("\n")[0]
    if state in {"42P01", "42703"}:
        return _not_ready(where)
    if state in {"55P03", "57014"} or state.startswith("40"):
        return errors.Busy(f"{where} is locked by another program.", "Try again in a moment.")
    if state in {"25006", "53100"}:
        return errors.Unwritable(f"{where} does not take what is written: {said}.", "Check its disk and its mode.")
    refused = "authentication failed" in said or ("does not exist" in said and "FATAL" in said)
    if refused or state.startswith("28") or state == "3D000":
        return errors.BadAddress(f"{where} refused us: {said}.", "Check user, password and name in DATABASE_URL.")
    lost = error.connection_invalidated or (isinstance(error, exc.OperationalError) and not state)
    if lost or state.startswith(("08", "53", "57P")):
        return errors.Unreachable(f"{where} cannot be reached: {said}.", "Check that PostgreSQL runs there.")
    return errors.Broken(f"{where} did not do what was asked: {said}.", "Look into PostgreSQL's own log.")


def _not_ready(where: str) -> errors.StoreError:
    return errors.NotReady(f"{where} has no tables of this edition.", "Run `seen migrate`.")
