"""From a trail to a verdict: signals, silence and delivery added up, and the answer that follows from the sum."""

from __future__ import annotations

from datetime import datetime

from bot.evidence import weights
from bot.evidence.arithmetic import spaced
from bot.evidence.codes import Sign
from bot.evidence.habits import Habits
from bot.evidence.reasons import grouped, strongest
from bot.evidence.weighing import ON_ITS_WAY, Weighing, lay_out
from store.records import Actor, DeliveryState, EventKind, Finding, Signal, Trail, Verdict

VERSION = "4"
"""The edition of these rules. It changes whenever a verdict on the same events may."""

_ACTED = frozenset({Sign.REPLY, Sign.PAYMENT, Sign.PORTAL_VISIT, Sign.PERSON_CLICK, Sign.PERSON_OPEN})
"""What a person did that no machine explains. A picture service's single load is not among them."""

_FAILED = frozenset({DeliveryState.BOUNCED, DeliveryState.SUPPRESSED, DeliveryState.SANDBOXED})


def weigh(trail: Trail, now: datetime, habits: Habits | None = None) -> Verdict:
    """What a trail adds up to at ``now`` (aware UTC); what happened later does not count.

    ``habits`` is what is known of the recipient; without it, published averages for the kind of mailbox.
    """
    weighing = lay_out(trail, now, habits)
    signals = weighing.signals
    finding = _finding(weighing)
    return Verdict(
        finding=finding,
        probability=weighing.sum.probability,
        delivery=weighing.delivery,
        trackable=weighing.trackable,
        reasons=strongest(finding, weighing),
        automatic=grouped((s for s in signals if s.actor is Actor.AUTOMATIC), weighing),
        unclear=grouped((s for s in signals if s.actor is Actor.UNKNOWN), weighing),
        signals=signals,
        prior=weighing.prior.by_now,
        would_show=weighing.would_show,
        first_person_open_at=_first(signals, EventKind.OPEN),
        first_person_click_at=_first(signals, EventKind.CLICK),
        version=VERSION,
    )


def _finding(weighing: Weighing) -> Finding:
    """The first line of the table that fits."""
    state, probability = weighing.delivery.state, weighing.sum.probability
    persons = [s for s in weighing.signals if s.actor is Actor.PERSON]
    if probability >= weights.SEEN and _acted(persons):
        return Finding.SEEN
    unclear = any(s.actor is Actor.UNKNOWN and s.weight >= weights.SIGN_AT_LEAST for s in weighing.signals)
    leaning = min(probability, weighing.leaning) if unclear else 0.0
    if (probability if persons else leaning) >= weights.PROBABLY_SEEN:
        return Finding.PROBABLY_SEEN
    if state in _FAILED:
        return Finding.NOT_DELIVERED
    return Finding.IN_TRANSIT if state in ON_ITS_WAY else Finding.NO_SIGN


def _acted(persons: list[Signal]) -> bool:
    """Whether a person did something that no machine explains; loading the picture again much later is such a thing."""
    opens = [s for s in persons if s.event.kind is EventKind.OPEN]
    return any(s.code in _ACTED for s in persons) or len(spaced(opens)) > 1


def _first(signals: tuple[Signal, ...], kind: EventKind) -> datetime | None:
    return min((s.event.at for s in signals if s.actor is Actor.PERSON and s.event.kind is kind), default=None)
