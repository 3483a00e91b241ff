"""Feedback: what people who know better say of verdicts, kept with the verdict as it was when they said it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot import scores
from bot.scores import Fared, Judged
from store import marks
from store.database import Database
from store.marks import Mark, Said
from store.records import Finding, JudgedTrail

COMMAND_LINE = "command_line"
"""The way of the marks that were made with ``seen feedback``."""

WORTH = 3.0
"""What one person's mark says of an email: the log-odds that it was seen, or was not. As much as an open in a mail
program. Ours: people err too, and some mark the email beside the one they mean."""
WORTH_AT_MOST = 6.0
"""However many people say the same: as much as an answer to the email."""

_MEANS = {
    (Said.RIGHT, Finding.SEEN): True,
    (Said.RIGHT, Finding.PROBABLY_SEEN): True,
    (Said.RIGHT, Finding.NOT_DELIVERED): False,
    (Said.WRONG, Finding.SEEN): False,
    (Said.WRONG, Finding.PROBABLY_SEEN): False,
    (Said.WRONG, Finding.NO_SIGN): True,
}


def meaning(said: Said, finding: Finding) -> bool | None:
    """What a mark says of the email: seen, not seen, or nothing.

    "Right" and "wrong" are about a verdict. One that claimed a person saw it is a plain yes or no. "No reliable sign"
    claims nothing, so "right" says nothing either; "wrong" is pressed by who knows that the customer did see it. Of an
    email that did not arrive, "right" is a no; "wrong" only says that it arrived.
    """
    if said in {Said.SEEN, Said.NOT_SEEN}:
        return said is Said.SEEN
    return _MEANS.get((said, finding))


def mark(database: Database, entry: JudgedTrail, said: Said, *, who: str, way: str, at: datetime) -> Mark:
    """Keeps what somebody says of an email to somebody, in place of what they said before. Raises ``StoreError``."""
    verdict, trail = entry.verdict, entry.trail
    signs = [signal.code for signal in verdict.signals] or [reason.code for reason in verdict.reasons]
    made = Mark(
        at=at,
        who=who,
        way=way,
        message_id=trail.message.message_id,
        recipient_key=trail.recipient.key,
        said=said,
        seen=meaning(said, verdict.finding),
        verdict=verdict.finding,
        probability=verdict.probability,
        version=verdict.version,
        evidence=tuple(dict.fromkeys(signs)),
    )
    with database.write() as connection:
        marks.put(connection, made)
    return made


def take_back(database: Database, entry: JudgedTrail, *, at: datetime, who: str | None = None) -> bool:
    """Takes back what somebody, or everybody, said of an email to somebody; False: there was nothing."""
    trail = entry.trail
    with database.write() as connection:
        return marks.take_back(connection, trail.message.message_id, trail.recipient.key, at=at, who=who) > 0


# ── What marks teach ─────────────────────────────────────────────────────────────────────────────────────────────


def soft_labels(
    connection: Connection, recipients: Collection[str] | None = None, *, until: datetime
) -> dict[tuple[str, str], float]:
    """What marks say of the emails to these recipients, or to everybody: log-odds that a person has seen them.

    By message id and recipient key. Each person's standing mark counts `WORTH`, for or against; together they count
    `WORTH_AT_MOST`. Marks that say nothing of the email, or were made after ``until``, are left out. One query, by
    index for certain recipients.
    """
    told = marks.standing(connection) if recipients is None else marks.of_recipients(connection, recipients)
    labels: dict[tuple[str, str], float] = {}
    for mark in told:
        if mark.seen is not None and mark.at <= until:
            trail = mark.message_id, mark.recipient_key
            labels[trail] = labels.get(trail, 0.0) + (WORTH if mark.seen else -WORTH)
    return {trail: min(max(worth, -WORTH_AT_MOST), WORTH_AT_MOST) for trail, worth in labels.items()}


def fared(database: Database) -> Fared:
    """How verdicts fared by what people said of them: each email to a recipient once, by its newest mark."""
    with database.read() as connection:
        told = list(marks.standing(connection))
    return scores.fared(_newest(told), undecided=sum(mark.seen is None for mark in told))


def _newest(told: Iterable[Mark]) -> Iterable[Judged]:
    by_trail = {(mark.message_id, mark.recipient_key): mark for mark in told if mark.seen is not None}
    for mark in by_trail.values():
        yield Judged(mark.verdict, mark.probability, mark.version, seen=bool(mark.seen))
