"""Short notes about the database itself, such as that it holds a demonstration."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from store import schema
from store.upsert import insert

DEMO = "demo"
"""Under this name a demo notes what it has put into the database: it is there only where a demo's emails are."""

_facts = schema.facts
_GET = select(_facts.c.value).where(_facts.c.name == bindparam("of"))


def get(connection: Connection, name: str) -> str | None:
    """The note kept under this name; ``None`` when there is none."""
    return connection.execute(_GET, {"of": name}).scalar()


def put(connection: Connection, name: str, value: str) -> None:
    """Keeps a note under this name, whatever was there before."""
    statement = insert(connection, _facts).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value})
    )
