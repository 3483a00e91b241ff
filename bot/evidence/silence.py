r"""What it means that nothing showed.

Let ``p`` be the chance that an email of this kind is ever looked at, ``F(t)`` the share of those looks that have
happened ``t`` after delivery, and ``q`` the chance that a look would have left a trace. Then

    P(looked at by t | no trace)  =  p·F(t)·(1−q) / (1 − p·F(t)·q)

In log-odds silence is worth ``ln(1−q)`` beside the prior ``p·F(t)``. Where nothing could have shown, ``q`` is 0 and
silence says nothing. It is never counted beside a person's sign, and never lifts the probability.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from bot.evidence.codes import Sign, WhyNot
from bot.evidence.habits import Habits
from bot.evidence.signals import Clock
from bot.evidence.trackability import TOLD_AT_ONCE
from store.records import Actor, EventKind, Signal, Source, Trackable, Trail


def chance_of_trace(
    trackable: Trackable, habits: Habits, signals: Iterable[Signal], watched: float, after: float | None = None
) -> float:
    """``q``: how likely a look at this email would have shown, as an open or as a click; 0 to 1.

    ``watched`` is the share of the time in question during which somebody would have told us (`watched_share`).
    """
    if trackable.why_not == WhyNot.EXPIRED:
        return 0.0
    signals = tuple(signals)
    opens = chance_of_open(trackable, habits, signals)
    clicks = habits.reliability.clicks * _tracked(trackable.clicks)
    if any(s.event.kind is EventKind.CLICK and s.actor is not Actor.PERSON for s in signals):
        clicks = 0.0  # Postmark records one click for each link: a machine's, or what may be one, has used it up
    acts = habits.acts * habits.acted.share(after or 0.0)
    return 1 - (1 - watched * (1 - (1 - opens) * (1 - clicks))) * (1 - acts)


def chance_of_open(trackable: Trackable, habits: Habits, signals: Iterable[Signal]) -> float:
    """How likely a look at this email would have shown as an open, had somebody listened; 0 to 1."""
    signals = tuple(signals)
    opens = habits.reliability.opens * _tracked(trackable.opens)
    if hides_opens(signals, habits):
        return min(opens, habits.hidden)
    if any(s.code == Sign.GMAIL_PREFETCH and s.actor is Actor.AUTOMATIC for s in signals):
        return min(opens, habits.after_prefetch)
    return opens


def hides_opens(signals: Iterable[Signal], habits: Habits) -> bool:
    """Whether a machine has loaded the picture so that a person's later load is not heard of.

    Apple keeps the picture; and where Postmark tells of first opens only (as its API does), any machine's hides it.
    """
    return any(
        signal.actor is Actor.AUTOMATIC
        and (
            signal.code == Sign.APPLE_PRIVACY_OPEN
            or (signal.event.kind is EventKind.OPEN and (habits.first_opens_only or signal.event.source is Source.API))
        )
        for signal in signals
    )


def watched_share(trail: Trail, now: datetime, habits: Habits) -> float:
    """Of the looks that may have happened by now, the share that would have been heard of.

    Webhooks tell at once: where one has come for this email, they all are taken to come. Else we know as much as
    Postmark's answer said when it was last asked, and nothing when it never was.
    """
    clock = Clock.of(trail)
    so_far = clock.after(now)
    if habits.told or any(event.source in TOLD_AT_ONCE for event in trail.events):
        return 1.0 if so_far is None else _told_share(clock, now, habits)
    asked = [event.at for event in trail.events if event.source is Source.API]
    asked += [trail.message.checked_at] if trail.message.checked_at else []
    until = clock.after(min(max(asked, default=now), now))
    if not asked or so_far is None or until is None:
        return float(bool(asked))
    possible = habits.delay.share(so_far)
    return habits.delay.share(until) / possible if possible > 0 else 1.0


def _told_share(clock: Clock, now: datetime, habits: Habits) -> float:
    """Of the looks that may have happened by now, the share that no gap in the webhooks has swallowed."""
    possible = habits.delay.share(clock.after(now) or 0.0)
    if possible <= 0:
        return 1.0
    lost = 0.0
    for begin, end in habits.gaps:
        if clock.begins is not None and end > clock.begins and begin < now:
            lost += habits.delay.share(clock.after(min(end, now)) or 0.0)
            lost -= habits.delay.share(clock.after(begin) or 0.0)
    return max(1 - lost / possible, 0.0)


def worth(chance: float) -> float:
    """What silence adds to the log-odds: zero or less."""
    return math.log(max(1 - chance, 1e-6))


def _tracked(known: bool | None) -> float:  # noqa: FBT001 - a value of `Trackable`, not a switch
    """1 where tracked, 0 where not; where nobody knows, half."""
    return 0.5 if known is None else float(known)
