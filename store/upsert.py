"""``INSERT … ON CONFLICT``, which SQLAlchemy spells once for each database though both mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

from store.schema import KEY
from store.storable import indexable, storable

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

Rows = list[dict[str, Any]]


def insert(connection: Connection, table: Table) -> Insert:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, for the connected database."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  (either is imported only where it is used)

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)  # type: ignore[return-value]  # the same methods with the same meaning


def add_missing(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts the rows that are not there yet and leaves the others alone."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), _mended(table, rows))


def put(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts the rows, or puts them in the place of those with the same primary key. All must name all columns."""
    if not rows:
        return
    statement = insert(connection, table)
    values = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)
    connection.execute(statement, _mended(table, rows))


def _mended(table: Table, rows: Rows) -> Rows:
    mend = {column.name: indexable if column.type is KEY else storable for column in table.columns}
    return [
        {name: mend[name](value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    ]
