"""Emails whose details somebody needs: a rule, a watch, a digest. Details alone tell whether an email arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, select, union, update

from store import schema
from store.alert_records import SubjectOf
from store.records import EventKind
from store.upsert import insert

_wanted, _messages, _recipients, _events = (
    schema.wanted_details,
    schema.messages,
    schema.recipients,
    schema.events,
)
_alerts, _subjects, _numbers = schema.alerts, schema.watch_subjects.c, schema.message_references

GRACE = timedelta(minutes=1)
"""How long after an email is wanted its details are asked for."""

_SETTLED = (EventKind.DELIVERY.value, EventKind.BOUNCE.value, EventKind.COMPLAINT.value)
"""What tells that an email has got somewhere, or nowhere."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An email whose details are wanted."""

    message_id: str
    server: str | None
    sent_at: datetime | None
    tries: int


def want(connection: Connection, message_ids: Iterable[str], *, now: datetime) -> None:
    """Notes that somebody needs to know whether these emails arrived.

    A webhook has a little time to tell before Postmark is asked. Emails that are noted already keep theirs, but their
    need is as new as this one.
    """
    rows = [
        {"message_id": message_id, "needed_at": now, "look_at": now + GRACE, "tries": 0}
        for message_id in sorted(set(message_ids))
    ]
    if rows:
        statement = insert(connection, _wanted)
        newer = statement.on_conflict_do_update(
            index_elements=["message_id"], set_={"needed_at": statement.excluded.needed_at}
        )
        connection.execute(newer, rows)


def due(connection: Connection, server: str, *, now: datetime, limit: int) -> list[Wanted]:
    """The emails of a server, or of nobody knows which, to be asked about now; the newest need first."""
    found = connection.execute(_DUE, {"of": server, "now": now, "limit": limit})
    return [Wanted(*row) for row in found]


def unsettled(connection: Connection, message_ids: Sequence[str]) -> set[str]:
    """Those of these emails of which it isn't known, for some recipient, whether they arrived."""
    told = {(message_id, key) for message_id, key in connection.execute(_TOLD, {"ids": list(message_ids)})}
    of_whom = connection.execute(_OF_WHOM, {"ids": list(message_ids)}).all()
    named = {message_id for message_id, _ in of_whom}
    open_ = {message_id for message_id, key in of_whom if (message_id, key) not in told}
    return open_ | (set(message_ids) - named)


def awaited(connection: Connection, message_ids: Sequence[str]) -> set[str]:
    """Those of these emails of which somebody waits for a sign: in an open alert, or by a watch."""
    return set(connection.scalars(_AWAITED, {"ids": list(message_ids)})) if message_ids else set()


def keep(connection: Connection, message_ids: Iterable[str], *, until: datetime) -> None:
    """Has these emails looked at again then, however often that was done."""
    again = [{"of": message_id, "at": until} for message_id in sorted(message_ids)]
    if again:
        connection.execute(_KEEP, again)


def put_off(connection: Connection, later: Mapping[str, datetime]) -> None:
    """Has these emails asked about again, at these moments."""
    if later:
        again = [{"of": message_id, "at": at} for message_id, at in sorted(later.items())]
        connection.execute(_AGAIN, again)


def forget(connection: Connection, message_ids: Iterable[str]) -> None:
    """Nothing more needs to be asked about these emails."""
    connection.execute(delete(_wanted).where(_wanted.c.message_id.in_(list(message_ids))))


_DUE = (
    select(_wanted.c.message_id, _messages.c.server, _messages.c.sent_at, _wanted.c.tries)
    .outerjoin_from(_wanted, _messages, _messages.c.message_id == _wanted.c.message_id)
    .where(
        _wanted.c.look_at <= bindparam("now"), (_messages.c.server == bindparam("of")) | _messages.c.server.is_(None)
    )
    .order_by(_wanted.c.needed_at.desc(), _wanted.c.message_id)
    .limit(bindparam("limit"))
)
_TOLD = select(_events.c.message_id, _events.c.recipient_key).where(
    _events.c.message_id.in_(bindparam("ids", expanding=True)), _events.c.kind.in_(_SETTLED)
)
_OF_WHOM = select(_recipients.c.message_id, _recipients.c.key).where(
    _recipients.c.message_id.in_(bindparam("ids", expanding=True))
)
_AGAIN = (
    update(_wanted)
    .where(_wanted.c.message_id == bindparam("of"))
    .values(look_at=bindparam("at"), tries=_wanted.c.tries + 1)
)
_KEEP = update(_wanted).where(_wanted.c.message_id == bindparam("of")).values(look_at=bindparam("at"))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_to = _recipients.c
_AWAITED = union(
    select(_alerts.c.message_id).where(schema.IS_OPEN, _alerts.c.message_id.in_(_IDS)),
    select(_subjects.value).where(_subjects.kind == SubjectOf.MESSAGE, _subjects.value.in_(_IDS)),
    select(_to.message_id).where(
        _to.message_id.in_(_IDS),
        exists().where(
            ((_subjects.kind == SubjectOf.ADDRESS) & (_subjects.value == _to.key))
            | ((_subjects.kind == SubjectOf.DOMAIN) & (_subjects.value == _to.domain))
        ),
    ),
    select(_numbers.c.message_id).where(
        _numbers.c.message_id.in_(_IDS),
        exists().where(_subjects.kind == SubjectOf.REFERENCE, _subjects.value == _numbers.c.reference),
    ),
)
