"""How the sender hears of what happens: whether webhooks come, whether they tell of every open, and when they did not.

This is about what could be heard, not about anybody's habits: it holds for every recipient alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.evidence.habits import Habits
from bot.evidence.outages import Gaps, gaps
from bot.evidence.trackability import TOLD_AT_ONCE
from store.records import Event, EventKind

_TOLD = 20
"""So many events that were told as they happened show that webhooks come."""
_OPENS = 40
"""So many opens, all of them first ones, show that later ones aren't told."""
_TIMED = frozenset({EventKind.DELIVERY, EventKind.OPEN, EventKind.CLICK, EventKind.BOUNCE})


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the sender hears of what happens."""

    told: bool = False
    """Webhooks come."""
    first_opens_only: bool = False
    gaps: Gaps = ()

    def of(self, habits: Habits) -> Habits:
        return replace(habits, told=self.told, first_opens_only=self.first_opens_only, gaps=self.gaps)


def heard(events: Iterable[Event], now: datetime) -> Hearing:
    """What the events up to ``now`` say of how they were told."""
    told = [event for event in events if event.source in TOLD_AT_ONCE and event.at <= now]
    firsts = [event.first_open for event in told if event.kind is EventKind.OPEN and event.first_open is not None]
    return Hearing(
        told=len(told) >= _TOLD,
        first_opens_only=len(firsts) >= _OPENS and all(firsts),
        gaps=gaps(
            ((event.at, event.message_id) for event in told if event.kind in _TIMED and not event.at_is_arrival), now
        ),
    )
