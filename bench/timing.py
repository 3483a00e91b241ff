"""A database that says how long it took: executing, fetching and committing, in the driver and beyond."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from store.database import Database

_CALLS = ("execute", "executemany", "fetchall", "fetchone", "fetchmany")


class Stopwatch:
    """Seconds that add up."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.calls = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - begin
            self.calls += 1

    def reset(self) -> None:
        self.seconds, self.calls = 0.0, 0


class TimedDatabase(Database):
    """Every call of its driver is timed, and every commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.stopwatch = Stopwatch()
        timed = _timed_sqlite(self.stopwatch) if self.dialect_name == "sqlite" else _timed_postgres(self.stopwatch)

        @event.listens_for(self._reader, "do_connect")
        def connect(_: object, __: object, ___: object, options: dict[str, Any]) -> None:
            options.update(timed)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction; what it takes to commit it counts."""
        writing = super().write()
        connection = writing.__enter__()
        try:
            yield connection
        except BaseException as error:
            writing.__exit__(type(error), error, error.__traceback__)
            raise
        with self.stopwatch.running():
            writing.__exit__(None, None, None)


def _timed_sqlite(watch: Stopwatch) -> dict[str, Any]:
    cursor = _timed(sqlite3.Cursor, watch)

    class TimedConnection(sqlite3.Connection):
        def cursor(self, *_: object) -> Any:  # noqa: ANN401 - a class that is made at run time
            return super().cursor(cursor)

    return {"factory": TimedConnection}


def _timed_postgres(watch: Stopwatch) -> dict[str, Any]:
    import psycopg

    return {"cursor_factory": _timed(psycopg.Cursor, watch)}


def _timed(kind: type, watch: Stopwatch) -> Any:  # noqa: ANN401 - the same
    """A class of cursors like that one, whose calls are timed."""

    def timed(name: str) -> Any:  # noqa: ANN401 - a method
        original = getattr(kind, name)

        def call(self: object, *given: object, **more: object) -> object:
            with watch.running():
                return original(self, *given, **more)

        return call

    return type("TimedCursor", (kind,), {name: timed(name) for name in _CALLS})
