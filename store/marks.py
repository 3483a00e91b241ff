"""What people who knew better said of verdicts, with the verdict as it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, or_, select, update

from store import schema
from store.records import Finding
from store.storable import indexable, storable
from store.turn import Turn, take_turn

_marks = schema.marks
_STANDING = _marks.c.undone_at.is_(None)


class Said(StrEnum):
    """What a mark says."""

    RIGHT = "right"
    WRONG = "wrong"
    SEEN = "seen"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Somebody's word on one email to one recipient."""

    at: datetime
    who: str
    """The Slack id of who said it; on the command line, the name of the account."""
    way: str
    """``slack`` or ``command_line``."""
    message_id: str
    recipient_key: str
    said: Said
    seen: bool | None
    """What it says of the email: seen, not seen, or ``None``: nothing that is sure."""
    verdict: Finding
    """The verdict it was said of, with its ``probability``, ``version`` and ``evidence`` (codes of signs)."""
    probability: float
    version: str
    evidence: tuple[str, ...] = ()


def put(connection: Connection, mark: Mark) -> None:
    """Keeps a mark, in place of what the same person said of the same email to the same recipient before."""
    take_turn(connection, Turn.DEEDS)
    take_back(connection, mark.message_id, mark.recipient_key, who=mark.who, at=mark.at)
    connection.execute(
        insert(_marks).values(
            at=mark.at,
            who=storable(mark.who),
            way=mark.way,
            message_id=indexable(mark.message_id),
            recipient_key=indexable(mark.recipient_key),
            said=mark.said,
            seen=mark.seen,
            verdict=mark.verdict,
            probability=mark.probability,
            version=mark.version,
            evidence=json.dumps(mark.evidence),
        )
    )


def take_back(
    connection: Connection, message_id: str, recipient_key: str, *, at: datetime, who: str | None = None
) -> int:
    """Takes back what was said of an email to a recipient, by one person or by all; how many marks that were."""
    wanted = and_(_STANDING, _of([(message_id, recipient_key)]))
    if who is not None:
        wanted = and_(wanted, _marks.c.who == who)
    return connection.execute(update(_marks).where(wanted).values(undone_at=at)).rowcount


def of_trails(connection: Connection, trails: Iterable[tuple[str, str]]) -> list[Mark]:
    """What stands of these emails to these recipients (message id, recipient key), oldest first."""
    pairs = list(trails)
    return list(_read(connection, _of(pairs))) if pairs else []


def of_recipients(connection: Connection, recipient_keys: Collection[str]) -> list[Mark]:
    """What stands of these recipients' emails, oldest first."""
    keys = [indexable(key) for key in recipient_keys]
    return [_mark(row) for row in connection.execute(_OF_RECIPIENTS, {"keys": keys})] if keys else []


_OF_RECIPIENTS = (
    select(_marks)
    .where(_STANDING, _marks.c.recipient_key.in_(bindparam("keys", expanding=True)))
    .order_by(_marks.c.at, _marks.c.id)
)


def standing(connection: Connection) -> Iterator[Mark]:
    """Every mark that was not taken back, oldest first."""
    return _read(connection, None)


def _read(connection: Connection, wanted: ColumnElement[bool] | None) -> Iterator[Mark]:
    query = select(_marks).where(_STANDING).order_by(_marks.c.at, _marks.c.id)
    for row in connection.execute(query if wanted is None else query.where(wanted)):
        yield _mark(row)


def _of(pairs: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(_marks.c.message_id == indexable(message_id), _marks.c.recipient_key == indexable(key))
            for message_id, key in pairs
        )
    )


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        at=row.at,
        who=row.who,
        way=row.way,
        message_id=row.message_id,
        recipient_key=row.recipient_key,
        said=Said(row.said),
        seen=row.seen,
        verdict=Finding(row.verdict),
        probability=row.probability,
        version=row.version,
        evidence=tuple(json.loads(row.evidence)),
    )
