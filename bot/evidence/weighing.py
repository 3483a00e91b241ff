"""The parts of a verdict laid out: delivery, trackability, signals, prior, and the sum they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.evidence import weights
from bot.evidence.arithmetic import Prior, Sum, add_up
from bot.evidence.bursts import judge_together
from bot.evidence.codes import Cause, Sign
from bot.evidence.delivery import deliver
from bot.evidence.following import believed
from bot.evidence.habits import Habits, expected
from bot.evidence.signals import Clock, read
from bot.evidence.silence import chance_of_trace, watched_share
from bot.evidence.trackability import trackable
from store.records import Actor, Delivery, DeliveryState, Event, Message, Signal, Trackable, Trail

_REACHED_A_MAILBOX = frozenset({Sign.APPLE_PRIVACY_OPEN, Sign.GMAIL_PREFETCH, Sign.AUTO_REPLY})
"""Machines that only an email in somebody's mailbox can set going."""

_ARRIVAL = {
    DeliveryState.QUEUED: 0.5,
    DeliveryState.SENT: 0.95,
    DeliveryState.DEFERRED: 0.1,
    DeliveryState.DELIVERED: 1.0,
    DeliveryState.COMPLAINED: 1.0,
    DeliveryState.BOUNCED: 0.01,
    DeliveryState.SUPPRESSED: 0.0,
    DeliveryState.SANDBOXED: 0.0,
}
"""The chance that it lies in the mailbox by now, given what is known of its delivery. (Ours.)"""
_OVERDUE = {DeliveryState.QUEUED: 0.1, DeliveryState.SENT: 0.3, DeliveryState.DEFERRED: 0.03}
"""The same where Postmark, asked after `_TRIES`, still knew of no delivery: it gives up after half a day. (Ours.)
Where only webhooks could tell, one that was lost is likelier than an email that nobody ever heard of again."""
_TRIES = timedelta(days=1)

ON_ITS_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.DEFERRED})


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything that goes into a verdict, for who wants to check it by hand."""

    trail: Trail
    """As it was known at the moment in question."""
    habits: Habits
    delivery: Delivery
    trackable: Trackable
    signals: tuple[Signal, ...]
    prior: Prior
    watched: float
    """Of the looks that may have happened, the share that would have been heard of."""
    chance_of_trace: float
    """How likely a look would have shown."""
    would_show: float
    """How likely it would have shown, had somebody listened all the time."""
    sum: Sum
    now: datetime
    leaning: float
    """The probability with time standing still at the last doubtful visit: an answer without a person leans on it."""


def lay_out(trail: Trail, now: datetime, habits: Habits | None = None) -> Weighing:
    """The parts of a verdict and the sum they make."""
    trail = _as_of(trail, now)
    habits = habits or expected(trail)
    shown = trackable(trail, now, habits)
    signals = judge_together(believed(read(trail, now, habits), trail, shown, habits))
    delivery = deliver(trail)
    prior = _prior(trail, now, habits, delivery)
    watched = watched_share(trail, now, habits)
    after = Clock.of(trail).after(now)
    chance = chance_of_trace(shown, habits, signals, watched, after)
    total, leaning_at = add_up(signals, prior, chance), _leaning_at(signals, now)
    leaning = add_up(signals, _prior(trail, leaning_at, habits, delivery), chance) if leaning_at != now else total
    return Weighing(
        trail=trail,
        habits=habits,
        delivery=_implied(delivery, signals),
        trackable=shown,
        signals=signals,
        prior=prior,
        watched=watched,
        chance_of_trace=chance,
        would_show=chance if watched == 1 else chance_of_trace(shown, habits, signals, 1.0, after),
        sum=total,
        now=now,
        leaning=leaning.probability,
    )


def _as_of(trail: Trail, now: datetime) -> Trail:
    every = (*trail.events, *trail.address_events, *trail.shared_events)
    if all(event.at <= now for event in every):
        return trail

    def past(events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(event for event in events if event.at <= now)

    return replace(
        trail,
        events=past(trail.events),
        address_events=past(trail.address_events),
        shared_events=past(trail.shared_events),
    )


_AT_ANY_TIME = frozenset({Sign.SOMEBODY, Sign.UNSUBSCRIBED})
"""Unclear signs of which it is in doubt whose they are, not whether a person's."""


def _leaning_at(signals: Iterable[Signal], now: datetime) -> datetime:
    """One doubtful visit is no surer a week later, however many such emails have been looked at by then."""
    unclear = [s for s in signals if s.actor is Actor.UNKNOWN and s.weight >= weights.SIGN_AT_LEAST]
    return max((now if s.code in _AT_ANY_TIME else s.event.at for s in unclear), default=now)


def _prior(trail: Trail, now: datetime, habits: Habits, delivery: Delivery) -> Prior:
    """The chance that it has been looked at by now. With no time known at all, time is not held against it."""
    after = Clock.of(trail).after(now)
    share = 1.0 if after is None else habits.delay.share(after)
    chances = _ARRIVAL | _OVERDUE if _is_overdue(trail.message, now) else _ARRIVAL
    return Prior(ever=habits.seen, by_now=habits.seen * share * chances[delivery.state])


def _is_overdue(message: Message, now: datetime) -> bool:
    sent, asked = message.sent_at, message.checked_at
    return sent is not None and asked is not None and min(asked, now) - sent >= _TRIES


def _implied(delivery: Delivery, signals: tuple[Signal, ...]) -> Delivery:
    """Nobody told of a delivery, but what happened since is only possible after one."""
    reached = any(s.actor is Actor.PERSON or s.code in _REACHED_A_MAILBOX for s in signals)
    if delivery.state in ON_ITS_WAY and reached:
        return Delivery(DeliveryState.DELIVERED, code=Cause.IMPLIED)
    return delivery
