"""Named moments: how far something has got, or when it was last done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from store import schema
from store.upsert import insert

SYNC = "sync"
"""The moment up to which every server's lists were last fetched from Postmark."""
LAST_WEBHOOK = "last webhook"
"""When a webhook last arrived, as far as filing has noted."""

_moments = schema.cursors
_GET = select(_moments.c.at).where(_moments.c.name == bindparam("of"))


def get(connection: Connection, name: str) -> datetime | None:
    """The moment kept under this name (aware UTC); ``None`` when there is none yet."""
    return connection.execute(_GET, {"of": name}).scalar()


def put(connection: Connection, name: str, at: datetime) -> None:
    """Keeps a moment under this name, whatever was there before."""
    statement = insert(connection, _moments).values(name=name, at=at)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": statement.excluded.at}))


def begin(connection: Connection, name: str, at: datetime) -> None:
    """Keeps a moment under this name unless there is one."""
    connection.execute(insert(connection, _moments).values(name=name, at=at).on_conflict_do_nothing())


def advance(connection: Connection, name: str, at: datetime) -> None:
    """Keeps a moment under this name unless a later one is there: it never goes back."""
    statement = insert(connection, _moments).values(name=name, at=at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"at": statement.excluded.at},
            where=statement.excluded.at > _moments.c.at,
        )
    )


def claim(connection: Connection, name: str, *, now: datetime, until: datetime) -> bool:
    """Keeps ``until`` under this name if what is there is over by ``now``: of several who try, one gets True."""
    statement = insert(connection, _moments).values(name=name, at=until)
    claiming = statement.on_conflict_do_update(
        index_elements=["name"], set_={"at": statement.excluded.at}, where=_moments.c.at <= now
    )
    return connection.execute(claiming.returning(_moments.c.name)).first() is not None


def move(connection: Connection, name: str, *, held: datetime, to: datetime) -> bool:
    """Keeps another moment under this name if ``held`` is still there: False when somebody else has changed it."""
    moving = update(_moments).where(_moments.c.name == name, _moments.c.at == held).values(at=to)
    return connection.execute(moving).rowcount == 1
