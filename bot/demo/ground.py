"""The database a demo may fill: an empty one, or one that holds nothing but an earlier demo.

What the demo puts in is noted there before it comes in, under ``facts.DEMO``. So whatever isn't on that list was not
put in by a demo, even if the demo before was cut off in the middle, and nobody's real mail is ever mixed with it or
deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, delete, literal, or_, select

from store import facts, schema
from store.database import Database


class NotADemoDatabase(Exception):  # noqa: N818 - the name says what is wrong
    """The database holds something that no demo has put there. The text says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This database holds emails that are not the demo's, and the two must not mix. "
            "Give the demo a database of its own: DATABASE_URL=sqlite:///demo.db seen demo "
            "(with the same setting, `seen ask` goes on with it)"
        )


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a demo has put into a database."""

    seed: int
    addresses: tuple[str, ...]
    """Whom its emails went to (normalised)."""
    references: tuple[str, ...]
    """The numbers its emails belong to."""
    messages: tuple[str, ...] = ()
    """Its emails, by their message ID."""


@dataclass(slots=True)
class Ground:
    """A database taken by a demo, and the note of what is put into it."""

    database: Database
    mark: Mark
    _messages: list[str] = field(default_factory=list)

    def put_in(self, message_id: str) -> None:
        """Notes one more email. To be called before anything of it reaches the database."""
        self._messages.append(message_id)
        self.mark = msgspec.structs.replace(self.mark, messages=tuple(self._messages))
        with self.database.write() as connection:
            _note(connection, self.mark)


def take(database: Database, *, seed: int, addresses: Collection[str], references: Collection[str]) -> Ground:
    """Empties the database of an earlier demo and marks it as the new one's.

    Raises:
        NotADemoDatabase: it holds something else; nothing was changed.
        StoreError: it cannot be written to.
    """
    mark = Mark(seed=seed, addresses=tuple(addresses), references=tuple(references))
    with database.write() as connection:
        earlier = _read(connection)
        if _holds_others(connection, earlier):
            raise NotADemoDatabase
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(delete(table))
        _note(connection, mark)
    return Ground(database, mark)


def _read(connection: Connection) -> Mark:
    noted = facts.get(connection, facts.DEMO)
    return msgspec.json.decode(noted, type=Mark) if noted else Mark(seed=0, addresses=(), references=())


def _note(connection: Connection, mark: Mark) -> None:
    facts.put(connection, facts.DEMO, msgspec.json.encode(mark).decode())


def _holds_others(connection: Connection, mark: Mark) -> bool:
    """Whether there is an email that the mark doesn't name, or an event that belongs to none of its emails."""
    messages, events = schema.messages, schema.events
    of_demo = or_(
        events.c.message_id.in_(mark.messages),
        events.c.message_id.is_(None)
        & or_(events.c.recipient_key.in_(mark.addresses), events.c.reference.in_(mark.references)),
    )
    others = (
        select(literal(1)).select_from(messages).where(messages.c.message_id.not_in(mark.messages)),
        select(literal(1)).select_from(events).where(of_demo.is_not(True)),
    )
    return any(connection.execute(statement.limit(1)).first() for statement in others)
