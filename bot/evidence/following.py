"""Clicks that follow an open, and clicks that don't: a person clicks soon after looking.

Where somebody's looks are known to show as opens, nearly every click of theirs comes within minutes of one. A machine
that follows links need not load the picture, or loads it at some other time. So a click is worth more after an open,
and less without one: ln P(so | person) / P(so | machine), where a person's click follows an open as often as their
looks show, and a late machine's hardly ever. Soon after the delivery a machine may do both at once, so that only the
lack of an open tells.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.evidence import weights
from bot.evidence.codes import Sign
from bot.evidence.habits import Habits
from bot.evidence.reading import CREDITED, GUARDS, Reading, credited
from bot.evidence.signals import Clock
from bot.evidence.silence import hides_opens
from bot.evidence.timing import SKEW
from store.records import EventKind, Signal, Trackable, Trail

_SOON = timedelta(minutes=10)
_FIRST = 0.85
"""Of people's clicks, the share that follow a look so soon. Ours."""
_BY_CHANCE = 0.07
"""Of late machines' clicks, the share that do. Ours."""


def believed(signals: Sequence[Signal], trail: Trail, trackable: Trackable, habits: Habits) -> tuple[Signal, ...]:
    """The signals, the clicks believed more or less by whether they follow an open."""
    credits_ = followed(signals, trail, trackable, habits)
    return tuple(_recredited(s, credits_[s.event.key]) if s.event.key in credits_ else s for s in signals)


def followed(signals: Sequence[Signal], trail: Trail, trackable: Trackable, habits: Habits) -> Mapping[str, float]:
    """For each click that it says something of (by its event's key): ln(person : machine)."""
    clicks = [s for s in signals if s.event.kind is EventKind.CLICK and s.code in CREDITED]
    if not clicks or trackable.opens is not True or not habits.shows_opens or hides_opens(signals, habits):
        return {}
    clock = Clock.of(trail)
    opens = [s.event.at for s in signals if s.event.kind is EventKind.OPEN and s.weight >= weights.SIGN_AT_LEAST]
    share = habits.shows_opens * _FIRST
    found = {}
    for click in clicks:
        before = any(at - timedelta(seconds=SKEW) <= click.event.at <= at + _SOON for at in opens)
        after = clock.after(click.event.at)
        late = after is not None and after > GUARDS
        if not before:
            found[click.event.key] = math.log((1 - share) / (1 - _BY_CHANCE))
        elif late:
            found[click.event.key] = math.log(share / _BY_CHANCE)
    return found


def _recredited(signal: Signal, credit: float) -> Signal:
    reading = Reading(signal.actor, Sign(signal.code), signal.weight, signal.because, signal.vendor)
    actor, sign, weight, because, _ = credited(reading, credit)
    return replace(signal, actor=actor, code=sign, weight=weight, because=because)
