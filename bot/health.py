"""Whether Seen's parts are well: one probe each, for ``/readyz``.

A probe gives ``None`` when all is well, else a few words that name no customer and no secret. It may block, and it may
raise: whoever asks counts that as not well.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from bot.ingest import Writer
from store import migrate
from store.database import Database
from store.errors import StoreError

Probe = Callable[[], str | None]


def database_answers(database: Database) -> Probe:
    """The database can be reached and read."""

    def probe() -> str | None:
        try:
            with database.read() as connection:
                connection.execute(text("SELECT 1"))
        except StoreError as error:
            return error.advice
        return None

    return probe


def schema_is_current(database: Database) -> Probe:
    """The tables are of this program's edition."""

    def probe() -> str | None:
        try:
            return None if migrate.is_current(database) else "the tables are of another edition: run `seen migrate`"
        except StoreError as error:
            return error.advice

    return probe


def writer_runs(writer: Writer) -> Probe:
    """Events are taken and stored."""
    return lambda: None if writer.running else "events are not being stored: restart Seen"
