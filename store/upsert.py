"""``INSERT … ON CONFLICT``, which SQLAlchemy spells once for each database though both mean the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnCollection, ColumnElement, Connection, Table, or_

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

Columns = ColumnCollection[str, Any]
Rules = Mapping[str, Callable[[Columns, Columns], ColumnElement[Any]]]
"""For each column that may change: its value made of the new row and the old one."""


def insert(connection: Connection, table: Table) -> Insert:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, for the connected database."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  (either is imported only where it is used)

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)  # type: ignore[return-value]  # the same methods with the same meaning


def add_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Inserts the rows that are not there yet."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def merge(connection: Connection, table: Table, rows: list[dict[str, Any]], rules: Rules) -> None:
    """Inserts the rows; where one is there already, the rules say what becomes of it. What stays is not written."""
    if not rows:
        return
    statement = insert(connection, table)
    values = {name: rule(statement.excluded, table.c) for name, rule in rules.items()}
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_=values,
        where=or_(*(value.is_distinct_from(table.c[name]) for name, value in values.items())),
    )
    connection.execute(statement, rows)
