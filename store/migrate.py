"""Brings a database up to this program's edition of the tables, and tells whether it is.

Telling is cheap and needs no Alembic; upgrading imports it.
"""

from __future__ import annotations

from sqlalchemy import text

from store import errors
from store.database import Database

HEAD = "0006"
"""The newest revision in ``store/migrations/versions``; a test compares."""

_LOCK = 0x5EE1  # any number, the same in every process of Seen
_PATIENCE = 120  # seconds to wait for another process that is upgrading


def revision(database: Database) -> str | None:
    """The edition of the database's tables; ``None`` while there are none. Raises ``StoreError``."""
    try:
        with database.read() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except errors.NotReady:
        return None
    return None if found is None else str(found)


def is_current(database: Database) -> bool:
    """Whether the tables are of this program's edition. Raises ``StoreError`` when the database cannot be asked."""
    return revision(database) == HEAD


def upgrade(database: Database) -> None:
    """Creates the tables or brings them up to date; nothing to do is fine, and so are two processes at once.

    Raises:
        TooNew: a newer program has been here.
        StoreError: the database cannot be reached or written.
    """
    if is_current(database):
        return
    from alembic import command  # noqa: PLC0415  (answering a question must not pay for it)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    with database.write() as connection:
        # SQLite: the transaction has the file to itself already. PostgreSQL: whoever comes second waits here.
        if database.dialect_name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if "locate revision" not in str(error):
                raise
            raise errors.TooNew(
                "The database is of a newer edition than this program.", "Install the newest version of Seen."
            ) from error
