"""Alerts: rules that came true for an email to somebody. Made once, kept up to date, ended once.

A look at an alert is taken and noted like a vigil's (``store.vigils``): news that come while somebody looks bring the
next look forward, and then the one under way doesn't put it off again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, update

from store import schema
from store.alert_records import Alert, AlertKind, Ending, NoticeKind, TrailKey
from store.storable import indexable, storable
from store.upsert import add_new

_alerts = schema.alerts.c
_COLUMNS = tuple(field.name for field in fields(Alert))
_ALL = tuple(_alerts[name] for name in _COLUMNS)
_AT_ONCE = 500
"""Keys in one statement: fewer than either database takes."""


# ── Making and ending ────────────────────────────────────────────────────────────────────────────────────────────


def put(connection: Connection, alerts: Sequence[Alert]) -> set[str]:
    """Makes alerts, and gives the keys of those that were not there yet."""
    rows = [{name: getattr(alert, name) for name in _COLUMNS} for alert in alerts]
    return add_new(connection, schema.alerts, rows)


def end(
    connection: Connection,
    key: str,
    ending: Ending,
    at: datetime,
    *,
    by: str | None = None,
    note: str | None = None,
    keep_look: bool = False,
) -> bool:
    """Ends an alert that is open, and has it looked at; False: it is over already, or unknown.

    ``keep_look``: whoever ends it is looking at it.
    """
    over = {"ending": ending, "ended_at": at, "ended_by": by and storable(by), "ending_note": note and storable(note)}
    look = {} if keep_look else {"look_at": at}
    statement = update(schema.alerts).where(_alerts.key == indexable(key), schema.IS_OPEN).values(**over, **look)
    return connection.execute(statement).rowcount == 1


def reopen(connection: Connection, key: str, at: datetime) -> bool:
    """Takes the end of an alert back; False: it is open, or unknown."""
    anew = {"ending": None, "ended_at": None, "ended_by": None, "ending_note": None, "look_at": at}
    is_over = (_alerts.key == indexable(key), _alerts.ending.is_not(None))
    return connection.execute(update(schema.alerts).where(*is_over).values(**anew)).rowcount == 1


def snooze(connection: Connection, key: str, until: datetime, by: str, at: datetime) -> bool:
    """Lets an open alert rest until then; False: it is over already, or unknown. ``at`` is now."""
    rest = {"snoozed_until": until, "snoozed_by": storable(by), "look_at": at}
    statement = update(schema.alerts).where(_alerts.key == indexable(key), schema.IS_OPEN).values(**rest)
    return connection.execute(statement).rowcount == 1


def wake(connection: Connection, key: str, at: datetime) -> bool:
    """Ends the rest of an open alert; False: it doesn't rest, is over already, or unknown."""
    awake = {"snoozed_until": None, "snoozed_by": None, "look_at": at}
    rests = (_alerts.key == indexable(key), schema.IS_OPEN, _alerts.snoozed_until.is_not(None))
    return connection.execute(update(schema.alerts).where(*rests).values(**awake)).rowcount == 1


def look_soon(connection: Connection, keys: Iterable[str], at: datetime) -> None:
    """Has these alerts looked at: what is shown of them may not be true any more."""
    for some in _portions(sorted(map(indexable, keys))):
        later = or_(_alerts.look_at.is_(None), _alerts.look_at > at)
        connection.execute(update(schema.alerts).where(_alerts.key.in_(some), later).values(look_at=at))


def look_at_untold(connection: Connection, at: datetime) -> None:
    """Has the open alerts looked at that were not told yet: the settings may name another channel by now."""
    waiting = schema.notices.c
    untold = select(waiting.about).where(waiting.kind == NoticeKind.ALERT, waiting.sent_at.is_(None))
    connection.execute(update(schema.alerts).where(schema.IS_OPEN, _alerts.key.in_(untold)).values(look_at=at))


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def take(connection: Connection, now: datetime, *, until: datetime, limit: int) -> list[Alert]:
    """Those to be looked at by now; till ``until`` nobody else looks at them."""
    return [_alert(row) for row in connection.execute(_TAKE, {"now": now, "until": until, "limit": limit})]


def note(
    connection: Connection, alert: Alert, *, taken_until: datetime, look_at: datetime | None, shown: str | None
) -> bool:
    """Notes what is shown of an alert now, and when to look next; False: there are news, so it is looked at again."""
    is_it = _alerts.key == alert.key
    said = {"reminders": alert.reminders, "escalated": alert.escalated, "shown": shown}
    connection.execute(update(schema.alerts).where(is_it).values(**said))
    ours = update(schema.alerts).where(is_it, _alerts.look_at == taken_until).values(look_at=look_at)
    return connection.execute(ours).rowcount == 1


def hold(connection: Connection, key: str, until: datetime) -> None:
    """Takes the look at an alert, whenever it is due; till ``until`` nobody else looks at it."""
    connection.execute(update(schema.alerts).where(_alerts.key == indexable(key)).values(look_at=until))


def put_off(connection: Connection, keys: Iterable[str], *, taken_until: datetime, to: datetime | None) -> None:
    """Has looks that were taken and not made be made at another time, or never."""
    for some in _portions(sorted(keys)):
        ours = (_alerts.key.in_(some), _alerts.look_at == taken_until)
        connection.execute(update(schema.alerts).where(*ours).values(look_at=to))


def are_waiting(connection: Connection, now: datetime) -> bool:
    """Whether any alert is to be looked at by now; asking does not hold anybody up."""
    due = select(_alerts.key).where(schema.IS_LOOKED_AT, _alerts.look_at <= now).limit(1)
    return connection.execute(due).first() is not None


def is_changing(connection: Connection, keys: Iterable[str]) -> None:
    """Notes that the posts of these alerts are being changed: until that is done, nobody knows what they show."""
    for some in _portions(sorted(map(indexable, keys))):
        connection.execute(update(schema.alerts).where(_alerts.key.in_(some)).values(shown=None))


def was_shown(connection: Connection, keys: Iterable[str], shown: str | None, *, look_at: datetime) -> None:
    """Notes that alerts were told just now, and has them looked at once more: something may have happened meanwhile."""
    for some in _portions(sorted(keys)):
        connection.execute(update(schema.alerts).where(_alerts.key.in_(some)).values(shown=shown, look_at=look_at))


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def load(connection: Connection, keys: Iterable[str]) -> dict[str, Alert]:
    """These alerts by their keys; what is not known is left out."""
    return {alert.key: alert for some in _portions(keys) for alert in _read(connection, _alerts.key.in_(some))}


def of_messages(connection: Connection, ids: Iterable[str]) -> list[Alert]:
    """Every alert about these messages, oldest first."""
    return [alert for some in _portions(ids) for alert in _read(connection, _alerts.message_id.in_(some))]


def of_trail(connection: Connection, trail: TrailKey) -> list[Alert]:
    """Every alert about an email to somebody, oldest first."""
    message_id, recipient_key = trail
    return [alert for alert in of_messages(connection, [message_id]) if alert.recipient_key == recipient_key]


def open_of_references(connection: Connection, references: Iterable[str]) -> list[str]:
    """The keys of the open alerts about messages of these business numbers."""
    numbers = schema.message_references.c
    of_number = and_(numbers.message_id == _alerts.message_id, schema.IS_OPEN)
    return [
        key
        for some in _portions(sorted(set(references)))
        for key in connection.scalars(
            select(_alerts.key)
            .select_from(schema.message_references.join(schema.alerts, of_number))
            .where(numbers.reference.in_(some))
        )
    ]


def newest_open(connection: Connection, limit: int = 50, *, skip: int = 0) -> list[Alert]:
    """The open alerts, newest first; ``skip``: without the newest of them."""
    query = select(*_ALL).where(schema.IS_OPEN).order_by(_alerts.began_at.desc()).offset(skip).limit(limit)
    return [_alert(row) for row in connection.execute(query)]


def count_open(connection: Connection) -> int:
    """How many alerts are open."""
    return connection.execute(select(func.count()).select_from(schema.alerts).where(schema.IS_OPEN)).scalar_one()


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────

# Others who look at the same time take the next ones; SQLite, where a writer is alone, is not told to skip anything.
_due = (
    select(_alerts.key)
    .where(schema.IS_LOOKED_AT, _alerts.look_at <= bindparam("now"))
    .order_by(_alerts.look_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(schema.alerts).where(_alerts.key.in_(select(_due.c.key))).values(look_at=bindparam("until")).returning(*_ALL)
)


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[Alert]:
    query = select(*_ALL).where(wanted).order_by(_alerts.began_at, _alerts.key)
    return [_alert(row) for row in connection.execute(query)]


def _alert(row: Row[Any]) -> Alert:
    said = dict(zip(_COLUMNS, row, strict=True))
    return Alert(
        **{
            **said,
            "kind": AlertKind(said["kind"]),
            "ending": Ending(said["ending"]) if said["ending"] else None,
            "escalated": bool(said["escalated"]),
        }
    )


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(values)
    return (listed[first : first + _AT_ONCE] for first in range(0, len(listed), _AT_ONCE))
