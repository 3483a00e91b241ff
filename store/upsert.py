"""``INSERT … ON CONFLICT``, which SQLAlchemy spells once for each database though both mean the same."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam, update

from store.schema import KEY
from store.storable import indexable, storable

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

Rows = list[dict[str, Any]]


def insert(connection: Connection, table: Table) -> Insert:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, for the connected database."""
    return _insert(connection.dialect.name, table)


def _insert(dialect: str, table: Table) -> Insert:
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  (either is imported only where it is used)

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)  # type: ignore[return-value]  # the same methods with the same meaning


def add_missing(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts the rows that are not there yet and leaves the others alone."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table), _mended(table, rows))


def add_new(connection: Connection, table: Table, rows: Rows) -> set[str]:
    """Inserts the rows whose ``key`` is not there yet, and gives the keys of those. All must name the same columns."""
    if not rows:
        return set()
    ordered = sorted(_mended(table, rows), key=itemgetter("key"))  # so that two who insert never wait in a circle
    if connection.dialect.name == "sqlite":
        statement = insert(connection, table).on_conflict_do_nothing(index_elements=["key"])
        return set(connection.scalars(statement.returning(table.c.key), ordered).all())
    names = ", ".join(f'"{name}"' for name in ordered[0])
    adding = (
        f"INSERT INTO {table.name} ({names})"  # noqa: S608 - names of our own
        f" SELECT {names} FROM {_AS_ROWS.format(table.name)} ON CONFLICT (key) DO NOTHING RETURNING key"
    )
    return set(connection.exec_driver_sql(adding, (_json(ordered),)).scalars().all())


def change_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Puts each row in the place of the one with its primary key, which has to be there. All must name all columns."""
    if not rows:
        return
    mended = _mended(table, rows)
    keys = [column.name for column in table.primary_key.columns]
    others = [name for name in mended[0] if name not in keys]
    if connection.dialect.name == "sqlite":
        is_it = and_(*(table.c[name] == bindparam(f"this_{name}") for name in keys))
        statement = update(table).where(is_it).values({name: bindparam(f"this_{name}") for name in others})
        connection.execute(statement, [{f"this_{name}": value for name, value in row.items()} for row in mended])
        return
    values = ", ".join(f'"{name}" = new."{name}"' for name in others)
    found = " AND ".join(f'old."{name}" = new."{name}"' for name in keys)
    changing = f"UPDATE {table.name} AS old SET {values} FROM {_AS_ROWS.format(table.name)} AS new WHERE {found}"  # noqa: S608 - the same
    connection.exec_driver_sql(changing, (_json(mended),))


# Rows for PostgreSQL travel as one JSON text: binding each value alone costs several times more.
_AS_ROWS = "json_populate_recordset(NULL::{0}, %s::json)"


def _json(rows: Rows) -> str:
    return msgspec.json.encode(rows).decode()


def put(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts the rows, or puts them in the place of those with the same primary key. All must name all columns."""
    if rows:
        connection.execute(_putting(connection.dialect.name, table), _mended(table, rows))


# Filing runs these for every few events: making them anew took as long as running them.
@cache
def _adding(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _putting(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    values = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)


def _mended(table: Table, rows: Rows) -> Rows:
    mend = {column.name: indexable if column.type is KEY else storable for column in table.columns}
    return [
        {name: mend[name](value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    ]
