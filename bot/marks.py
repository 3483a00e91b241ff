"""Feedback: what people who know better say of verdicts, kept with the verdict as it was when they said it."""

from __future__ import annotations

from datetime import datetime

from store import marks
from store.database import Database
from store.marks import Mark, Said
from store.records import Finding, JudgedTrail

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
