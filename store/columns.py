"""What columns are made of, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Text,
    TextClause,
    TypeDecorator,
    event,
)

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine


def instant(at: datetime) -> str:
    """A time as SQLite keeps it: UTC, always 32 characters, sorting as it reads. ``ValueError`` on naive times."""
    if at.tzinfo is None:
        raise ValueError("a time without a time zone cannot be stored")
    moved = at if at.tzinfo is UTC else at.astimezone(UTC)
    return moved.isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware UTC time on both databases."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return instant(value)

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return datetime.fromisoformat(value) if isinstance(value, str) else value


KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is looked up: compared byte by byte, whatever the language of the database."""

SERIAL = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up by itself in INTEGER columns only

metadata = MetaData()


def small_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index of some rows only. A query must say exactly ``where`` to use it."""
    return Index(name, *columns, unique=unique, info={"where": where})


@event.listens_for(metadata, "before_create")
def _tell_where(target: MetaData, connection: Connection, **_: object) -> None:
    # SQLAlchemy's own `postgresql_where` would import all of PostgreSQL's side with every command on SQLite.
    for table in target.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_kwargs[f"{connection.dialect.name}_where"] = index.info["where"]
