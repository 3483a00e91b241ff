"""What an answer knows of its recipients' habits: what a lesson taught, with what people have said since."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot import gathering, marks
from bot.evidence.beside import Beside
from bot.evidence.learning import Learned
from bot.evidence.lesson import learn_from
from bot.evidence.remembering import names, together
from store import learned, messages
from store.records import Trail

LITTLE = 200
"""Emails. So short a history is learned from on the way of an answer: in a fraction of a second."""
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """Looks up what was learned by some edition of the rules."""

    rules: str
    own_networks: Container[str]

    def of(self, connection: Connection, trails: Sequence[Trail], *, at: datetime) -> Learned | None:
        """What was learned of these trails' recipients; ``None`` where nothing was, by ``at``.

        One query for what was learned and one for what people said, however many trails there are.
        """
        words = marks.soft_labels(connection, {trail.recipient.key for trail in trails}, until=at)
        pieces = learned.look_up(connection, names(trails, words), rules=self.rules, until=at)
        found = together(pieces, own_networks=self.own_networks)
        if found is not None:
            found.heed(words)
        return found

    def from_little(self, connection: Connection, *, at: datetime) -> Learned | None:
        """What the history up to ``at`` teaches, if it is short; ``None``: it is long, or there is none."""
        ids = little(connection, at)
        if not ids:
            return None
        history = gathering.trails(connection, messages.load(connection, ids), until=at)
        words = marks.soft_labels(connection, until=at)
        return learn_from(history, at, beside=Beside(own_networks=self.own_networks, words=words))


def little(connection: Connection, at: datetime) -> Sequence[str]:
    """The ids of all messages sent by ``at``, if they are few."""
    ids = messages.newest(connection, since=_EVER, until=at, limit=LITTLE + 1)
    return ids if len(ids) <= LITTLE else ()
