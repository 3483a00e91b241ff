"""Learning from a history: read several times, part by part, so that it may be long and the reading may pause.

The first reading knows averages only; the next ones know what the one before has taught, and look only at emails with
visits that may be taken otherwise now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.evidence.beside import NOTHING_BESIDE, Beside
from bot.evidence.habits import Habits, expected
from bot.evidence.hearing import Hearing, heard
from bot.evidence.learning import Learned
from bot.evidence.outcomes import Outcome, outcome_of
from bot.evidence.weighing import lay_out
from store.records import Trail

READINGS = 3
_RARE = 15
"""Kinds of which there are fewer emails are taken together."""


@dataclass(slots=True)
class Lesson:
    """A history being learned from.

    For each of the `READINGS`: give every part to ``read``, then call ``conclude``. Only the outcomes are kept.
    """

    now: datetime
    """What happened later has no part."""
    hearing: Hearing
    beside: Beside = NOTHING_BESIDE
    learned: Learned | None = None
    """What the last reading has taught."""
    _visited: frozenset[tuple[str, str]] = frozenset()
    _needed: frozenset[str] = frozenset()
    _outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    def read(self, trails: Iterable[Trail]) -> None:
        """One part of the history."""
        for trail in trails:
            which = trail.message.message_id, trail.recipient.key
            if self.learned is not None and which not in self._visited:
                continue
            outcome = outcome_of(lay_out(trail, self.now, self._habits(trail)))
            if outcome is not None:
                word = self.beside.words.get(which, 0.0)
                self._outcomes[which] = outcome.heeding(word) if word else outcome

    def conclude(self) -> Learned:
        """The end of a reading: what it has taught."""
        if self.learned is None:
            self._visited = frozenset(which for which, outcome in self._outcomes.items() if _was_visited(outcome))
            self._needed = frozenset(message_id for message_id, _ in self._visited)
        counts = Counter(outcome.kind for outcome in self._outcomes.values())
        kinds = frozenset(kind for kind, count in counts.items() if count >= _RARE)
        learned = Learned(self.hearing, kinds, outcomes=dict(self._outcomes))
        learned.own_networks, learned.hosts = self.beside.own_networks, dict(self.beside.hosts)
        learned.learn()
        self.learned = learned
        return learned

    def needs(self, message_id: str) -> bool:
        """Whether the next reading looks at an email."""
        return self.learned is None or message_id in self._needed

    def _habits(self, trail: Trail) -> Habits:
        if self.learned is not None:
            return self.learned.habits(trail)
        averages = self.hearing.of(expected(trail, self.beside.hosts))
        return replace(averages, own_networks=self.beside.own_networks)


def _was_visited(outcome: Outcome) -> bool:
    """Whether anybody came whose visit may be taken otherwise now."""
    return any(not caller.sure for caller in outcome.callers)


def _heard(trails: Sequence[Trail], now: datetime) -> Hearing:
    return heard((event for trail in trails for event in trail.events), now, [trail.message for trail in trails])


def learn_from(
    trails: Sequence[Trail], now: datetime, hearing: Hearing | None = None, beside: Beside = NOTHING_BESIDE
) -> Learned:
    """What a history teaches by ``now``, all of it at once.

    ``hearing`` is how the sender hears of what happens; without it, as these trails tell.
    """
    lesson = Lesson(now, hearing or _heard(trails, now), beside)
    for _ in range(READINGS - 1):
        lesson.read(trails)
        lesson.conclude()
    lesson.read(trails)
    return lesson.conclude()
