"""Messages of which something new is known, until rules, alerts and watches have looked at them.

Whoever changes what is known of a message puts its id here in the same transaction, so that nothing is overlooked
when a process dies. Putting and taking may meet on PostgreSQL: an id that somebody is putting again is not taken before
that transaction ends, for until then its news can't be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, func, select

from store import schema
from store.storable import indexable
from store.turn import take_turn
from store.upsert import insert

OF_ONE_NUMBER = 200
"""The newest messages of a business number that are looked at when something happens to the number."""
OF_ONE_ADDRESS = 50
"""The same for what happens to an address."""

_news = schema.news
_references, _recipients, _messages = schema.message_references, schema.recipients, schema.messages
_vigils, _alerts = schema.vigils, schema.alerts


def put(connection: Connection, ids: Iterable[str]) -> None:
    """Notes that there is something new about these messages."""
    rows = [{"message_id": message_id} for message_id in sorted({indexable(one) for one in ids})]
    if rows:
        statement = insert(connection, _news)
        # Doing nothing where the id is there would not keep it: somebody may be taking it without having seen our news.
        touched = {"message_id": statement.excluded.message_id}
        connection.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=touched), rows)


def put_of_references(connection: Connection, references: Iterable[str]) -> None:
    """Notes that something happened to these business numbers, and so to their messages."""
    for reference in sorted(set(references)):
        put(connection, connection.scalars(_OF_REFERENCE, {"reference": reference}))


def put_of_addresses(connection: Connection, keys: Iterable[str]) -> None:
    """Notes that something happened to these (normalised) addresses, and so to what was sent there."""
    for key in sorted(set(keys)):
        put(connection, connection.scalars(_OF_ADDRESS, {"key": key}))


def put_since(connection: Connection, since: datetime) -> None:
    """Has everything looked at again that was sent since: for a rule that is to hold for earlier mail too."""
    _put_those(connection, select(_messages.c.message_id).where(_messages.c.at >= since))


def put_of_rule(connection: Connection, rule_id: str) -> None:
    """Has everything looked at again that a rule still waits for, or has told of and that isn't over.

    It was changed, or another one takes its place.
    """
    waiting = (_vigils.c.rule_id == rule_id, _vigils.c.rest.is_(None))
    still_open = (_alerts.c.rule_id == rule_id, schema.IS_OPEN)
    _put_those(connection, select(_vigils.c.message_id).where(*waiting).distinct())
    _put_those(connection, select(_alerts.c.message_id).where(*still_open).distinct())


def _put_those(connection: Connection, ids: Select[tuple[str]]) -> None:
    """The same for ids that are found by a query. They never come here, however many they are."""
    take_turn(connection)  # others put ids in another order
    statement = insert(connection, _news).from_select(["message_id"], ids)
    touched = {"message_id": statement.excluded.message_id}
    connection.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=touched))


def take(connection: Connection, limit: int) -> list[str]:
    """Takes up to ``limit`` of the ids. The transaction must see to it that they are looked at, or be undone."""
    return list(connection.scalars(_TAKE, {"limit": limit}))


def are_waiting(connection: Connection) -> bool:
    """Whether there is anything to take; asking does not hold anybody up."""
    return connection.execute(select(_news.c.message_id).limit(1)).first() is not None


def count(connection: Connection) -> int:
    """How many messages wait to be looked at."""
    return connection.execute(select(func.count()).select_from(_news)).scalar_one()


_OF_REFERENCE = (
    select(_references.c.message_id)
    .where(_references.c.reference == bindparam("reference"))
    .order_by(_references.c.at.desc())
    .limit(OF_ONE_NUMBER)
)
_OF_ADDRESS = (
    select(_recipients.c.message_id)
    .where(_recipients.c.key == bindparam("key"))
    .order_by(_recipients.c.at.desc())
    .limit(OF_ONE_ADDRESS)
)
# SQLite, where a writer is alone, is not told to skip anything.
_first = (
    select(_news.c.message_id)
    .order_by(_news.c.message_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("first")
)
_TAKE = delete(_news).where(_news.c.message_id.in_(select(_first.c.message_id))).returning(_news.c.message_id)
