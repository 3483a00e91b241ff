"""The sum behind a probability, line by line, so that it can be checked by hand.

Everything is in natural log-odds: probability = 1 / (1 + e^-total), total = the sum of all lines. The lines are

    prior       ln(x / (1−x)) of x = the chance that it has been looked at by now
    in_time     a person acted, so it had arrived and time had been enough: the prior is p, no longer p·F(t)
    decisive    a reply, a payment, a portal visit, a complaint: the strongest one
    clicks      the strongest click of a person, and a little for further ones at other times
    opens       the strongest open of a person, and a little for looking again or long
    unclear     signs that may be a person's, capped together, as they are not independent
    silence     nothing of a person showed that could have (``bot.evidence.silence``); less, where unclear signs may be
    automatic   the small plus of some machines, never more than silence has taken away
    cap         what is beyond the surest that we ever are

With the labels of all events held fixed, adding a person's event never lowers the total, and adding an automatic one
never lifts it above what it would be had nothing been tracked.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.evidence import silence, weights
from bot.evidence.agents import recognise
from bot.evidence.codes import Sign
from store.records import Actor, EventKind, Signal


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any sign."""

    ever: float
    """The chance that an email of this kind is ever looked at."""
    by_now: float
    """The chance that it has been looked at by now: what of ``ever`` time and delivery allow."""


@dataclass(frozen=True, slots=True)
class Line:
    """One summand."""

    name: str
    value: float
    signals: tuple[Signal, ...] = ()
    """The signals it stands for, those that did not add to it included."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The lines, in the order in which they are added."""

    lines: tuple[Line, ...]
    probability: float

    @property
    def total(self) -> float:
        return math.fsum(line.value for line in self.lines)

    def value(self, name: str) -> float:
        """A line's value; 0 when the sum has no such line."""
        return next((line.value for line in self.lines if line.name == name), 0.0)


def add_up(signals: Sequence[Signal], prior: Prior, chance_of_trace: float) -> Sum:
    """The probability that a person has seen the email, and how it came about."""
    persons = [s for s in signals if s.actor is Actor.PERSON]
    unclear = [s for s in signals if s.actor is Actor.UNKNOWN and s.weight > 0]
    automatic = [s for s in signals if s.actor is Actor.AUTOMATIC]
    quiet = not persons and not unclear
    unclear_worth = min(sum(s.weight for s in unclear), weights.UNCLEAR_MOST)
    taken = 0.0 if persons else silence.worth(chance_of_trace * math.exp(-unclear_worth))
    if quiet and prior.by_now <= 0:
        return Sum((Line("prior", -math.inf),), 0.0)
    start = _logit(prior.by_now)
    gains = [
        Line("decisive", *_best(persons, _DECISIVE)),
        _clicks(persons),
        _opens(persons),
        Line("unclear", unclear_worth, tuple(unclear)),
        Line("automatic", min(sum(s.weight for s in automatic), weights.AUTOMATIC_MOST, -taken), tuple(automatic)),
    ]
    excess = sum(line.value for line in gains) - weights.ALL_MOST
    lines = [
        Line("prior", start),
        Line("in_time", max(_logit(prior.ever) - start, 0.0) if persons else 0.0),
        *gains[:4],
        Line("silence", taken),
        gains[4],
        Line("cap", -max(excess, 0.0)),
    ]
    kept = tuple(line for line in lines if line.value or line.name == "prior")
    return Sum(kept, 1 / (1 + math.exp(-math.fsum(line.value for line in kept))))


def spaced(signals: Iterable[Signal]) -> list[Signal]:
    """As many of the signals as lie at least `weights.APART` from one another, the earliest first."""
    found: list[Signal] = []
    last: datetime | None = None
    for signal in sorted(signals, key=lambda s: (s.event.at, s.event.key)):
        if last is None or (signal.event.at - last).total_seconds() > weights.APART:
            found.append(signal)
            last = signal.event.at
    return found


def opened_again(opens: Sequence[Signal]) -> float:
    """What looking again is worth: later opens, or a second program."""
    if not opens:
        return 0.0
    programs = {recognise(s.event.user_agent, s.event.client, s.event.platform) for s in opens}
    further = len(spaced(opens)) - 1 + (len(programs) > 1)
    return min(further * weights.OPENED_AGAIN, weights.OPENED_AGAIN_MOST)


def long_look(opens: Sequence[Signal]) -> float:
    """What a long look is worth: picture services report no time, so only a program's own word counts."""
    seconds = max((s.event.read_seconds or 0 for s in opens if s.code == Sign.PERSON_OPEN), default=0)
    return weights.LONG_LOOK if seconds >= weights.LONG_LOOK_SECONDS else 0.0


_DECISIVE = frozenset({Sign.REPLY, Sign.PAYMENT, Sign.PORTAL_VISIT, Sign.COMPLAINT})


def _best(persons: Iterable[Signal], codes: frozenset[Sign]) -> tuple[float, tuple[Signal, ...]]:
    chosen = tuple(s for s in persons if s.code in codes)
    return max((s.weight for s in chosen), default=0.0), chosen


def _clicks(persons: Sequence[Signal]) -> Line:
    chosen = tuple(s for s in persons if s.code not in _DECISIVE and s.event.kind is not EventKind.OPEN)
    if not chosen:
        return Line("clicks", 0.0)
    best = max(s.weight for s in chosen)
    return Line("clicks", min(best + weights.OPENED_AGAIN * (len(spaced(chosen)) - 1), weights.CLICKS_MOST), chosen)


def _opens(persons: Sequence[Signal]) -> Line:
    chosen = tuple(s for s in persons if s.code not in _DECISIVE and s.event.kind is EventKind.OPEN)
    best = max((s.weight for s in chosen), default=0.0)
    return Line("opens", min(best + opened_again(chosen) + long_look(chosen), weights.OPENS_MOST), chosen)


def _logit(chance: float) -> float:
    bounded = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
