"""Notices on their way to Slack: put once, claimed by one, marked once.

A claim is a conditional update: whoever changes the row has it, until the lease is over. Each claim has a name of its
own (``worker``), and whatever is done with what was claimed is done only while it still bears that name. ``attempts``
counts the claims that may have ended in a post. Times are those of the processes' own clocks, which may be apart by a
quarter of a lease at most.

A channel is spoken in by one process at a time, which has taken its turn there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, func, literal, or_, select, update

from store import schema
from store.alert_records import Notice, NoticeKind, NoticeState
from store.storable import indexable, storable
from store.upsert import add_new, insert

_notices, _turns = schema.notices.c, schema.turns.c
_COLUMNS = tuple(field.name for field in fields(Notice))
_ALL = tuple(_notices[name] for name in _COLUMNS)
_AT_ONCE = 500
"""Keys in one statement: fewer than either database takes."""


# ── Putting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def put(connection: Connection, notice: Notice) -> bool:
    """Has something said; False: it is being said, or has been said, already."""
    return bool(put_all(connection, [notice]))


def put_all(connection: Connection, notices: Sequence[Notice]) -> set[str]:
    """Has things said, and gives the keys of those that nobody had asked for before."""
    return add_new(connection, schema.notices, list(map(_row, notices)))


# ── Turns ────────────────────────────────────────────────────────────────────────────────────────────────────────


def channels_waiting(connection: Connection, now: datetime, *, limit: int) -> list[str]:
    """The channels whose turn is free and in which something may be said now, the longest due first."""
    return list(connection.scalars(_CHANNELS, {"now": now, "limit": limit}))


def take_turn(connection: Connection, channel: str, worker: str, now: datetime, *, until: datetime) -> bool:
    """Takes the turn to speak in a channel; False: it isn't free."""
    statement = insert(connection, schema.turns).values(channel=channel, free_at=until, worker=worker)
    taking = statement.on_conflict_do_update(
        index_elements=["channel"],
        set_={"free_at": statement.excluded.free_at, "worker": statement.excluded.worker},
        where=_turns.free_at <= now,
    )
    return connection.execute(taking.returning(_turns.channel)).first() is not None


def prolong_turn(connection: Connection, channel: str, worker: str, *, until: datetime) -> bool:
    """Keeps a turn for longer; False: it is somebody else's by now."""
    ours = (_turns.channel == channel, _turns.worker == worker)
    return connection.execute(update(schema.turns).where(*ours).values(free_at=until)).rowcount == 1


def end_turn(connection: Connection, channel: str, worker: str, *, free_at: datetime) -> None:
    """Says when the next may speak in a channel, if the turn is still one's own."""
    ours = (_turns.channel == channel, _turns.worker == worker)
    connection.execute(update(schema.turns).where(*ours).values(free_at=free_at, worker=None))


# ── Claiming ─────────────────────────────────────────────────────────────────────────────────────────────────────


def waiting_in(connection: Connection, channel: str, now: datetime, *, limit: int) -> list[Notice]:
    """What may be said in a channel now, the longest due first."""
    query = (
        select(*_ALL)
        .where(schema.IS_PENDING, _notices.channel == channel, *_may_be_claimed(now))
        .order_by(_notices.due_at, _notices.id)
        .limit(limit)
    )
    return [_notice(row) for row in connection.execute(query)]


def claim(
    connection: Connection, notices: Sequence[Notice], worker: str, now: datetime, *, until: datetime
) -> list[Notice]:
    """Claims notices, and gives those that were still to be had, in the same order, as they stand now."""
    ours: dict[str, Notice] = {}
    for some in _portions(notice.key for notice in notices):
        claiming = (
            update(schema.notices)
            .where(_notices.key.in_(some), schema.IS_PENDING, *_may_be_claimed(now))
            .values(
                attempts=_notices.attempts + 1,
                lease_until=until,
                worker=worker,
                first_claimed_at=_first(now),
            )
            .returning(*_ALL)
        )
        ours.update((row.key, _notice(row)) for row in connection.execute(claiming))
    return [ours[notice.key] for notice in notices if notice.key in ours]


def renew(connection: Connection, notices: Sequence[Notice], *, until: datetime) -> list[Notice]:
    """Prolongs claims, and gives those that are still one's own."""
    return _change_own(connection, notices, lease_until=until)


def release(connection: Connection, notices: Sequence[Notice], *, not_before: datetime) -> None:
    """Gives claims back of which nobody knows whether they were said, for anybody to find out, not before then."""
    _change_own(connection, notices, lease_until=None, worker=None, not_before=not_before)


def give_back(connection: Connection, notices: Sequence[Notice], *, not_before: datetime) -> None:
    """Gives claims back of which certainly nothing was said, as if they had not been made."""
    before = {"attempts": _notices.attempts - 1, "lease_until": None, "worker": None, "not_before": not_before}
    _change_own(connection, notices, **before)


def postpone(connection: Connection, notices: Sequence[Notice], *, until: datetime) -> None:
    """Gives claims back of which nothing was said, because they are better said then: until then nothing is late."""
    before = {"attempts": _notices.attempts - 1, "lease_until": None, "worker": None}
    _change_own(connection, notices, **before, not_before=until, due_at=until)


# ── Marking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def mark_sent(
    connection: Connection, notices: Sequence[Notice], *, posted_in: str, ts: str, now: datetime
) -> list[Notice]:
    """Marks claimed notices as said, and gives those that were still one's own."""
    said = {"state": NoticeState.SENT, "sent_at": now, "posted_in": posted_in, "ts": ts, "lease_until": None}
    return _change_own(connection, notices, **said)


def mark_cancelled(connection: Connection, notices: Sequence[Notice]) -> list[Notice]:
    """Marks claimed notices as needless, and gives those that were still one's own."""
    return _change_own(connection, notices, state=NoticeState.CANCELLED, lease_until=None)


def mark_failed(connection: Connection, notices: Sequence[Notice], error: str) -> list[Notice]:
    """Marks claimed notices as failed, with Slack's word for why, and gives those that were still one's own."""
    return _change_own(connection, notices, state=NoticeState.FAILED, error=storable(error), lease_until=None)


def revive(connection: Connection, channel: str, errors: Iterable[str], *, since: datetime, now: datetime) -> int:
    """Has said in a channel what failed there for one of these reasons since, because one can speak there again."""
    unsent = (_notices.channel == channel, _notices.sent_at.is_(None))  # the index finds these
    lost = (*unsent, _notices.state == NoticeState.FAILED, _notices.error.in_(list(errors)))
    anew = {"state": NoticeState.PENDING, "error": None, "not_before": now}
    return connection.execute(update(schema.notices).where(*lost, _notices.due_at >= since).values(**anew)).rowcount


def again(connection: Connection, keys: Iterable[str], now: datetime) -> None:
    """Has things said anew that were said, because their post is gone from Slack."""
    anew = {"state": NoticeState.PENDING, "not_before": now, "attempts": 0, "first_claimed_at": None}
    anew |= {"sent_at": None, "posted_in": None, "ts": None}
    for some in _portions(keys):
        gone = (_notices.key.in_(some), _notices.state == NoticeState.SENT)
        connection.execute(update(schema.notices).where(*gone).values(**anew))


def anew(connection: Connection, key: str, channel: str, now: datetime) -> bool:
    """Has something said after all, there, that was cancelled or failed, or that nobody has begun to say elsewhere.

    False: it has been said, or is being said.
    """
    untouched = and_(_notices.attempts == 0, _notices.channel != indexable(channel))
    stopped = _notices.state.in_([NoticeState.CANCELLED, NoticeState.FAILED])
    unsaid = (_notices.key == indexable(key), _notices.sent_at.is_(None), or_(stopped, untouched))
    values = {"state": NoticeState.PENDING, "channel": indexable(channel), "error": None, "not_before": now}
    values |= {"due_at": now, "lease_until": None, "worker": None}
    return connection.execute(update(schema.notices).where(*unsaid).values(**values)).rowcount == 1


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def load(connection: Connection, keys: Iterable[str]) -> dict[str, Notice]:
    """These notices by their keys; what is not known is left out."""
    return {notice.key: notice for some in _portions(keys) for notice in _read(connection, _notices.key.in_(some))}


def of_subjects(connection: Connection, about: Iterable[str]) -> list[Notice]:
    """Every notice about these alerts or watches, oldest first."""
    found = [each for some in _portions(about) for each in _read(connection, _notices.about.in_(some))]
    return sorted(found, key=lambda notice: notice.due_at)


def of_post(connection: Connection, channel: str, ts: str) -> list[Notice]:
    """Every notice that a post tells of, in the order in which they fell due."""
    return _read(connection, (_notices.posted_in == channel) & (_notices.ts == ts))


def newest_of_group(connection: Connection, channel: str, group: str, *, since: datetime) -> Notice | None:
    """The last notice of a group that was posted anew in a channel since; its post may tell of later ones too."""
    query = (
        select(*_ALL)
        .where(_notices.channel == channel, _notices.group == group, _notices.state == NoticeState.SENT)
        .where(_notices.sent_at >= since, _notices.kind == NoticeKind.ALERT)
        .order_by(_notices.sent_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return _notice(row) if row else None


def last_posted_in(connection: Connection, channel: str) -> tuple[str, datetime] | None:
    """Where what was said to this channel or person was last posted, as Slack names it, and when."""
    query = (
        select(_notices.posted_in, _notices.sent_at)
        .where(_notices.channel == channel, _notices.state == NoticeState.SENT)
        .order_by(_notices.sent_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (row.posted_in, row.sent_at) if row else None


def oldest_unsent(connection: Connection) -> datetime | None:
    """Since when the longest due of the notices waits that are not said; ``None``: there is none."""
    return connection.execute(
        select(func.min(_notices.due_at, type_=_notices.due_at.type)).where(schema.IS_PENDING)
    ).scalar()


def count_pending(connection: Connection) -> int:
    """How many notices are not said yet."""
    return connection.execute(select(func.count()).select_from(schema.notices).where(schema.IS_PENDING)).scalar_one()


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _may_be_claimed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _notices.not_before <= now, or_(_notices.lease_until.is_(None), _notices.lease_until <= now)


_turn_is_taken = exists().where(_turns.channel == _notices.channel, _turns.free_at > bindparam("now"))
_CHANNELS = (
    select(_notices.channel)
    .where(
        schema.IS_PENDING,
        _notices.not_before <= bindparam("now"),
        or_(_notices.lease_until.is_(None), _notices.lease_until <= bindparam("now")),
        ~_turn_is_taken,
    )
    .group_by(_notices.channel)
    .order_by(func.min(_notices.due_at))
    .limit(bindparam("limit"))
)


def _first(now: datetime) -> ColumnElement[datetime]:
    """The time of the first claim; ``now`` if this is the first."""
    column = _notices.first_claimed_at
    return func.coalesce(column, literal(now, column.type), type_=column.type)


def _change_own(connection: Connection, notices: Sequence[Notice], **values: Any) -> list[Notice]:  # noqa: ANN401 - columns' values
    """Changes claimed notices, and gives those whose claim still holds."""
    done: set[str] = set()
    for worker in {notice.worker for notice in notices}:
        for some in _portions(notice.key for notice in notices if notice.worker == worker):
            ours = (_notices.key.in_(some), schema.IS_PENDING, _notices.worker == worker)
            changing = update(schema.notices).where(*ours).values(**values).returning(_notices.key)
            done.update(connection.scalars(changing))
    return [notice for notice in notices if notice.key in done]


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[Notice]:
    query = select(*_ALL).where(wanted).order_by(_notices.due_at, _notices.id)
    return [_notice(row) for row in connection.execute(query)]


def _row(notice: Notice) -> dict[str, Any]:
    row = {name: getattr(notice, name) for name in _COLUMNS}
    return {**row, "not_before": notice.not_before or notice.due_at}


def _notice(row: Row[Any]) -> Notice:
    said = dict(zip(_COLUMNS, row, strict=True))
    return Notice(**{**said, "kind": NoticeKind(said["kind"]), "state": NoticeState(said["state"])})


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(values)
    return (listed[first : first + _AT_ONCE] for first in range(0, len(listed), _AT_ONCE))
