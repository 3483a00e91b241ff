"""What was learned from the history, kept in pieces: written as a whole, looked up by name.

A lesson is written piece by piece and holds only once it is done, so that no answer ever mixes two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from store import schema
from store.storable import indexable, storable

_lessons, _learned, _marks = schema.lessons, schema.learned, schema.marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One time that habits were learned."""

    rules: str
    """The edition of the rules that learned, and what they were given."""
    at: datetime
    """Only what had happened by then was looked at."""
    since: datetime | None
    """The oldest email that was looked at; ``None``: there was none."""
    emails: int
    last_event: int
    """Events with higher ids are news to it."""
    marks: str
    """What tells whether marks have changed since."""


@dataclass(frozen=True, slots=True)
class News:
    """What the store holds that a lesson may not know."""

    last_event: int
    marks: str


def news(connection: Connection) -> News:
    """What a lesson that is begun now would know."""
    marks = connection.execute(_NEWEST_MARKS).one()
    return News(connection.execute(_LAST_EVENT).scalar_one() or 0, f"{marks[0]} {marks[1]}")


_LAST_EVENT = select(func.max(schema.events.c.id))
_NEWEST_MARKS = select(func.max(_marks.c.id), func.max(_marks.c.undone_at, type_=_marks.c.undone_at.type))


def newest(connection: Connection) -> Lesson | None:
    """The lesson that holds; ``None``: nothing has been learned yet."""
    row = connection.execute(_NEWEST).first()
    return None if row is None else _lesson(row)


_DONE = _lessons.c.done_at.is_not(None)
_NEWEST = select(_lessons).where(_DONE).order_by(_lessons.c.id.desc()).limit(1)


def _lesson(row: Row[Any]) -> Lesson:
    return Lesson(
        rules=row.rules,
        at=row.at,
        since=row.since,
        emails=row.emails,
        last_event=row.last_event,
        marks=row.marks,
    )


def begin(connection: Connection, lesson: Lesson) -> int:
    """Notes that a lesson is being written, which does not hold yet; its id."""
    values = {
        "rules": storable(lesson.rules),
        "at": lesson.at,
        "since": lesson.since,
        "emails": lesson.emails,
        "last_event": lesson.last_event,
        "marks": lesson.marks,
    }
    return int(connection.execute(insert(_lessons).values(values).returning(_lessons.c.id)).scalar_one())


def write(connection: Connection, lesson: int, pieces: Iterable[tuple[str, str]]) -> None:
    """Writes pieces of a lesson: each a text under a name of its own."""
    rows = [{"lesson": lesson, "name": indexable(name), "piece": storable(piece)} for name, piece in pieces]
    if rows:
        connection.execute(insert(_learned), rows)


def finish(connection: Connection, lesson: int, at: datetime) -> None:
    """Makes a lesson hold, in the place of all before it."""
    connection.execute(update(_lessons).where(_lessons.c.id == lesson).values(done_at=at))


def forget(connection: Connection, *, limit: int) -> bool:
    """Deletes at most so many pieces of lessons that no longer hold; whether there are more.

    Lessons begun after the one that holds are left alone: somebody may be writing them.
    """
    holds = connection.execute(_NEWEST).first()
    old = [] if holds is None else list(connection.scalars(select(_lessons.c.id).where(_lessons.c.id < holds.id)))
    for lesson in old:
        some = select(_learned.c.name).where(_learned.c.lesson == lesson).limit(limit).scalar_subquery()
        gone = connection.execute(delete(_learned).where(_learned.c.lesson == lesson, _learned.c.name.in_(some)))
        if gone.rowcount >= limit:
            return True
        limit -= gone.rowcount
        connection.execute(delete(_lessons).where(_lessons.c.id == lesson))
    return False


def replace(connection: Connection, name: str, piece: str) -> None:
    """Puts a piece in the place of that of the same name, in the lesson that holds."""
    holds = select(func.max(_lessons.c.id)).where(_DONE).scalar_subquery()
    which = _learned.c.name == indexable(name), _learned.c.lesson == holds
    connection.execute(update(_learned).where(*which).values(piece=storable(piece)))


# ── Looking up ───────────────────────────────────────────────────────────────────────────────────────────────────

_holding = (
    select(_lessons.c.id)
    .where(_DONE, _lessons.c.rules == bindparam("rules"), _lessons.c.at <= bindparam("until"))
    .order_by(_lessons.c.id.desc())
    .limit(1)
)
_LOOK_UP = select(_learned.c.name, _learned.c.piece).where(
    _learned.c.lesson == _holding.scalar_subquery(), _learned.c.name.in_(bindparam("names", expanding=True))
)


def look_up(connection: Connection, names: Collection[str], *, rules: str, until: datetime) -> dict[str, str]:
    """The pieces of these names in the lesson that holds, by one query; what is not there is left out.

    Nothing is found where the lesson was learned by other ``rules``, or looked at what happened after ``until``.
    """
    kept = {indexable(name): name for name in names}
    found = connection.execute(_LOOK_UP, {"names": list(kept), "rules": rules, "until": until})
    return {kept[name]: piece for name, piece in found}
