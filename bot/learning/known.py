"""What an answer knows of its recipients' habits: what a lesson taught, with what people have said since."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import gathering, marks
from bot.evidence.beside import Beside
from bot.evidence.learning import Learned
from bot.evidence.lesson import learn_from
from bot.evidence.remembering import names, together
from store import learned, messages
from store.records import Trail


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

    def from_these(self, connection: Connection, ids: Sequence[str], *, at: datetime) -> Learned | None:
        """What these messages teach by ``at``, learned here and now; ``None``: there are none."""
        if not ids:
            return None
        history = gathering.trails(connection, messages.load(connection, ids), until=at)
        words = marks.soft_labels(connection, until=at)
        return learn_from(history, at, beside=Beside(own_networks=self.own_networks, words=words))
