"""How the sender hears of what happens: whether webhooks come, whether they tell of every open, and when they did not.

This is about what could be heard, not about anybody's habits: it holds for every recipient alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.evidence.habits import Habits
from bot.evidence.outages import Gaps, gaps
from bot.evidence.trackability import TOLD_AT_ONCE
from store.records import Event, EventKind, Message

_TOLD = 20
"""So many events that were told as they happened show that webhooks come."""
_OPENS = 40
"""So many opens, all of them first ones, show that later ones aren't told."""
_ARRIVALS = frozenset({EventKind.DELIVERY, EventKind.BOUNCE, EventKind.DEFERRAL})
_BY_THEN = timedelta(minutes=30)
"""By then nearly every email has arrived or failed. Ours."""
_MISSING_MOST = 0.2
"""Where more deliveries than this are missing, they aren't told of at all. Ours."""
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


def heard(events: Iterable[Event], now: datetime, messages: Iterable[Message] = ()) -> Hearing:
    """What the events up to ``now`` say of how they were told.

    ``messages``, as far as they are known beside their events, show which deliveries nobody told of.
    """
    told = [event for event in events if event.source in TOLD_AT_ONCE and event.at <= now]
    firsts = [event.first_open for event in told if event.kind is EventKind.OPEN and event.first_open is not None]
    return Hearing(
        told=len(told) >= _TOLD,
        first_opens_only=len(firsts) >= _OPENS and all(firsts),
        gaps=gaps(
            ((event.at, event.message_id) for event in told if event.kind in _TIMED and not event.at_is_arrival),
            now,
            _untold(told, messages, now),
        ),
    )


def _untold(told: Iterable[Event], messages: Iterable[Message], now: datetime) -> Sequence[datetime]:
    """When emails were sent whose arrival or failure nobody told of; none where such news hardly ever comes."""
    arrived = {event.message_id for event in told if event.kind in _ARRIVALS}
    sent = [(m.sent_at, m.message_id in arrived) for m in messages if m.sent_at and now - m.sent_at > _BY_THEN]
    missing = [at for at, known in sent if not known]
    return missing if len(missing) < _MISSING_MOST * len(sent) else ()
