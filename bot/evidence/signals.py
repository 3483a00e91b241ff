"""What each event is taken for on its own: who acted, how strongly it speaks, and by which marks.

Opens and clicks are read by opposite rules. A picture fetched from Google's network may be a person's open through
Gmail's picture service; a click from there is a scanner's, because a person's click comes from their own line. With
Apple it is the other way round: on an open its relay is the privacy service, on a click a person who hides their line.

Events are judged together afterwards (``bot.evidence.bursts``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.evidence import weights
from bot.evidence.codes import NetworkKind, Sign
from bot.evidence.delivery import brought_about, delivered_at
from bot.evidence.habits import Habits
from bot.evidence.reading import CREDITED, Visit, credited, read_click, read_open, read_portal_visit
from bot.evidence.timing import SKEW, density
from store.records import Actor, Event, EventKind, Signal, Trail

_DECISIVE = {
    EventKind.REPLY: Sign.REPLY,
    EventKind.PAYMENT: Sign.PAYMENT,
    EventKind.COMPLAINT: Sign.COMPLAINT,
}
_READERS = {EventKind.OPEN: read_open, EventKind.CLICK: read_click, EventKind.PORTAL_VISIT: read_portal_visit}
_KINDS = {kind.value: kind for kind in NetworkKind}
_COMPLAINTS = frozenset({"SpamComplaint"})


@dataclass(frozen=True, slots=True)
class Clock:
    """From when a trail's times are counted."""

    begins: datetime | None
    """The delivery; where nobody told it, the sending; else unknown."""
    sent: datetime | None = None

    @classmethod
    def of(cls, trail: Trail) -> Clock:
        sent = trail.message.sent_at
        return cls(delivered_at(trail) or sent, sent)

    def is_about(self, event: Event) -> bool:
        """Whether a record of the office can be about this email: what happened before the sending is about another."""
        earliest = self.sent or self.begins
        return event.kind not in _LOCAL or earliest is None or (earliest - event.at).total_seconds() <= SKEW

    def after(self, at: datetime) -> float | None:
        """Seconds from the delivery to a moment; ``None`` when the delivery is not known."""
        return None if self.begins is None else (at - self.begins).total_seconds()


def read(trail: Trail, now: datetime, habits: Habits) -> tuple[Signal, ...]:
    """A signal for each event of the trail that has one, oldest first. What happened after ``now`` has none."""
    clock = Clock.of(trail)
    found = [
        *_own(trail, clock, habits),
        *(_somebody(event) for event in trail.shared_events if event.kind in _BY_SOMEBODY and clock.is_about(event)),
        *(signal for event in brought_about(trail) for signal in _suppressed(event)),
    ]
    return tuple(sorted((s for s in found if s.event.at <= now), key=lambda s: (s.event.at, s.event.key)))


def _own(trail: Trail, clock: Clock, habits: Habits) -> Iterator[Signal]:
    for event in trail.events:
        if not clock.is_about(event):
            continue
        if event.kind in _READERS:
            yield _visit(event, clock, habits)
        elif event.kind in _DECISIVE:
            early = event.kind is EventKind.PAYMENT and _is_before(clock.after(event.at))
            yield _before(event, Actor.UNKNOWN) if early else _decisive(event, _DECISIVE[event.kind])
        elif event.kind is EventKind.BOUNCE and event.bounce_type in _COMPLAINTS:
            yield _decisive(event, Sign.COMPLAINT)
        elif event.kind is EventKind.AUTO_REPLY or (
            event.kind is EventKind.BOUNCE and event.bounce_type == "AutoResponder"
        ):
            yield Signal(event, Actor.AUTOMATIC, Sign.AUTO_REPLY, 0.0)
        elif event.kind is EventKind.HANDLED:
            yield Signal(event, Actor.UNKNOWN, Sign.HANDLED, weights.SMALL[Sign.HANDLED])


def _visit(event: Event, clock: Clock, habits: Habits) -> Signal:
    """An open, a click or a portal visit: somebody or something came by."""
    after = clock.after(event.at)
    network = event.network
    if network is not None and network.prefix in habits.own_networks:
        return Signal(event, Actor.AUTOMATIC, Sign.OWN_NETWORK, 0.0, because=("network:own",))
    if _is_before(after):
        return _before(event, Actor.UNKNOWN if event.kind is EventKind.PORTAL_VISIT else Actor.AUTOMATIC)
    kind = _KINDS.get(network.kind) if network else None
    reading = _READERS[event.kind](Visit.of(event, kind, after, habits.delay))
    if reading.sign in CREDITED:
        reading = credited(reading, habits.credit(event, after))
    if reading.sign is Sign.APPLE_PRIVACY_OPEN:
        reading = reading._replace(weight=_loaded(habits, after))
    vendor = reading.vendor or (network.owner if network else None)
    return Signal(event, reading.actor, reading.sign, reading.weight, vendor, reading.because)


def _loaded(habits: Habits, after: float | None) -> float:
    """What Apple's load is worth: it was by itself, or because somebody looked.

    With ``a`` the chance that it comes by itself and ``g`` its density in time, ``f`` that of looks, of which the
    shares ``G`` and ``F`` have come, and ``q`` the chance that a look loads what is not yet loaded,

        P(load now | looked) / P(load now | not) = 1 − q·F + q·f·(1 − a·G) / (a·g)

    which is 1 for a load soon after the delivery and more for a late one. It never counts against a look.
    """
    ahead, shows = habits.loads_ahead, habits.reliability.opens
    if after is None or after <= 0:
        return math.log((ahead + (1 - ahead) * shows) / ahead)
    by_itself = max(ahead * density(habits.ahead, after), 1e-6)
    because = shows * density(habits.delay, after) * (1 - ahead * habits.ahead.share(after))
    return math.log(max(1 - shows * habits.delay.share(after) + because / by_itself, 1.0))


def _is_before(after: float | None) -> bool:
    return after is not None and after < -SKEW


def _before(event: Event, actor: Actor) -> Signal:
    """It happened before the email arrived, so not because of it."""
    return Signal(event, actor, Sign.BEFORE_DELIVERY, 0.0, because=("time:before_delivery",))


def _decisive(event: Event, sign: Sign) -> Signal:
    return Signal(event, Actor.PERSON, sign, weights.DECISIVE)


_BY_SOMEBODY = frozenset({*_READERS, *_DECISIVE})
_LOCAL = frozenset({EventKind.REPLY, EventKind.PAYMENT, EventKind.PORTAL_VISIT})
"""What the office records by itself."""


def _somebody(event: Event) -> Signal:
    """Somebody on this message or job did it; it may have been this recipient."""
    return Signal(event, Actor.UNKNOWN, Sign.SOMEBODY, weights.SMALL[Sign.SOMEBODY])


def _suppressed(event: Event) -> Iterator[Signal]:
    """The address was suppressed through this very email, by its complaint or its unsubscribe link."""
    if event.reason == "SpamComplaint":
        yield _decisive(event, Sign.COMPLAINT)
    elif event.reason == "ManualSuppression" and event.origin == "Recipient":
        yield Signal(event, Actor.UNKNOWN, Sign.UNSUBSCRIBED, weights.SMALL[Sign.UNSUBSCRIBED])
