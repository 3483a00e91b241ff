from __future__ import annotations

from datetime import UTC

from store import cursors
from store.database import Database
from tests.store.making import minutes


def test_put_and_get(database: Database) -> None:
    """A moment is kept under its name, in UTC, until another is put in its place."""
    with database.write() as connection:
        assert cursors.get(connection, "sync") is None
        for at in (minutes(5), minutes(2)):
            cursors.put(connection, "sync", at)
    with database.read() as connection:
        kept = cursors.get(connection, "sync")
        assert kept == minutes(2)
        assert kept.tzinfo == UTC
        assert cursors.get(connection, "other") is None


def test_advance(database: Database) -> None:
    """A moment that only advances never goes back."""
    with database.write() as connection:
        for at in (minutes(5), minutes(2), minutes(7), minutes(7)):
            cursors.advance(connection, "newest", at)
    with database.read() as connection:
        assert cursors.get(connection, "newest") == minutes(7)
