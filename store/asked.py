"""Who looked up what, where and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from store import schema
from store.storable import storable

_questions = schema.questions
_LONGEST = 500
ASKING = ("command", "mention", "direct_message", "message_shortcut", "form", "home", "refresh", "more", "pick")
"""The ways by which somebody asks a question. Others are presses of buttons and orders, which are on record, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of the record."""

    at: datetime
    who: str
    """The Slack id of who asked."""
    way: str
    """Through what: ``command``, ``mention``, ``refresh`` …"""
    question: str
    place: str | None = None
    """The Slack id of the channel it was asked in; ``None``: where only the asker is, such as the Home tab."""
    refused: str | None = None
    """Why there was no answer; ``None``: it was looked up."""


def record(connection: Connection, asked: Asked) -> None:
    """Adds a line."""
    connection.execute(
        insert(_questions).values(
            at=asked.at,
            who=storable(asked.who),
            place=asked.place,
            way=asked.way,
            question=storable(asked.question[:_LONGEST]),
            refused=asked.refused,
        )
    )


def newest(
    connection: Connection, *, who: str | None = None, since: datetime | None = None, limit: int = 100
) -> Iterator[Asked]:
    """The newest lines, newest first; those of one person, or since a moment."""
    columns = (_questions.c[name] for name in ("at", "who", "way", "question", "place", "refused"))
    query = select(*columns).order_by(_questions.c.at.desc(), _questions.c.id.desc()).limit(limit)
    if who is not None:
        query = query.where(_questions.c.who == who)
    if since is not None:
        query = query.where(_questions.c.at >= since)
    for row in connection.execute(query):
        yield Asked(at=row.at, who=row.who, way=row.way, question=row.question, place=row.place, refused=row.refused)


def different(connection: Connection, who: str, *, limit: int, skip: int = 0) -> list[tuple[str, datetime]]:
    """What somebody asked, each question once with the last time, newest first."""
    last = func.max(_questions.c.at)
    query = (
        select(_questions.c.question, last)
        .where(_questions.c.who == who, _questions.c.way.in_(ASKING))
        .where(_questions.c.refused.is_(None), _questions.c.question != "")
        .group_by(_questions.c.question)
        .order_by(last.desc(), _questions.c.question)
        .offset(skip)
        .limit(limit)
    )
    return [(question, at) for question, at in connection.execute(query)]
