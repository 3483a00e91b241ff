r"""How soon recipients look: learned from when somebody looked, by kind of email and by recipient.

The time until a look is log-normal. A kind's middle and spread are those of the firm with its own looks added, the
firm's those that are published with its own added; somebody's own middle lies off that of the kind by a pace, which
their own looks move away from zero (the conjugate posterior of a normal mean). Emails that are young and have shown
nothing are not left out, which would make everybody look too fast: each counts as a look that is still to come, with
the mean that a log-normal has beyond its age, as far as a look would have shown by now and is still expected.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.evidence.mailkinds import ORDINARY, Like
from bot.evidence.timing import ACTED, BUSINESS, Delay

_PUBLISHED_COUNT = 8.0
"""As many looks as the published middle counts for."""
_SPREAD_COUNT = 12.0
"""As many looks as the published spread counts for."""
_KIND_COUNT = 8.0
_PACE = 0.7
"""Spread of recipients' paces, in ln(time). Ours."""
_TURNS = 4


class Look(NamedTuple):
    """A look, or what of one is still to come."""

    kind: str
    person: str
    after: float
    """ln(seconds): when it came, or how old the email is."""
    weight: float
    """How sure it is that a person looked, or will."""
    to_come: bool = False


@dataclass(slots=True)
class Sums:
    """Enough to know a normal's mean and spread."""

    count: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float, weight: float, variance: float = 0.0) -> None:
        self.count += weight
        self.total += weight * value
        self.squares += weight * (value * value + variance)

    def moved(self, by: float) -> Sums:
        """The same of values that are all so much greater."""
        squares = self.squares + 2 * by * self.total + by * by * self.count
        return Sums(self.count, self.total + by * self.count, squares)


@dataclass(frozen=True, slots=True)
class Pace:
    """Somebody's looks, as far off the middles of their kinds as they came."""

    count: float = 0.0
    off: float = 0.0
    """The sum, in ln(time)."""

    def without(self, off: float, weight: float) -> Pace:
        return Pace(max(self.count - weight, 0.0), self.off - off * weight)


@dataclass(slots=True)
class Paces:
    """How soon one sender's emails are looked at."""

    likes: dict[str, Like] = field(default_factory=dict)
    """What sort of mail the kinds are, where they are not ordinary business mail."""
    firm: Delay = BUSINESS
    """Ordinary business mail."""
    kinds: dict[str, Delay] = field(default_factory=dict)
    people: dict[str, Pace] = field(default_factory=dict)

    def of(self, kind: str) -> Delay:
        return self.kinds.get(kind) or self._firms(kind)

    def _firms(self, kind: str) -> Delay:
        """What the firm's other mail makes expect of a kind of mail."""
        faster = self.likes.get(kind, ORDINARY).delay.median / ORDINARY.delay.median
        return Delay(self.firm.median * faster, self.firm.sigma)

    def expected(self, kind: str, pace: Pace) -> Delay:
        """How soon somebody of this pace looks."""
        delay = self.of(kind)
        variance = delay.sigma**2
        known = pace.count + variance / _PACE**2
        off = pace.off / known
        return Delay(delay.median * math.exp(off), math.sqrt(variance + variance / known))

    def learn(self, looks: Iterable[Look]) -> None:
        """Learn from all looks anew."""
        told = [look for look in looks if look.weight > 0]
        for _ in range(_TURNS):
            self._turn(told)

    def _turn(self, looks: Iterable[Look]) -> None:
        kinds: dict[str, Sums] = defaultdict(Sums)
        people: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for look in looks:
            delay = self.of(look.kind)
            middle = math.log(delay.median)
            pace = self.people.get(look.person, Pace())
            own = pace.off / (pace.count + delay.sigma**2 / _PACE**2)
            value, variance, weight = look.after, 0.0, look.weight
            if look.to_come:
                value, variance = beyond(look.after, middle + own, delay.sigma)
            kinds[look.kind].add(value - own, weight, variance)
            sums = people[look.person]
            sums[0] += weight
            sums[1] += weight * (value - middle)
        self.people = {person: Pace(*sums) for person, sums in people.items()}
        self._settle(kinds)

    def _settle(self, kinds: dict[str, Sums]) -> None:
        every = Sums()
        for kind, own in kinds.items():
            sums = own.moved(-math.log(self.likes.get(kind, ORDINARY).delay.median / ORDINARY.delay.median))
            worth = min(1.0, 60 / sums.count) if sums.count else 0.0
            every.count += sums.count * worth
            every.total += sums.total * worth
            every.squares += sums.squares * worth
        self.firm = settled(every, BUSINESS, _PUBLISHED_COUNT)
        self.kinds = {kind: settled(sums, self._firms(kind), _KIND_COUNT) for kind, sums in kinds.items()}


def acted_after(times: Iterable[float]) -> Delay:
    """How soon the office hears of those who looked; the times are ln(seconds)."""
    sums = Sums()
    for time in times:
        sums.add(time, 1.0)
    return settled(sums, ACTED)


def beyond(after: float, middle: float, sigma: float) -> tuple[float, float]:
    """Mean and variance of a normal's values beyond a point."""
    z = (after - middle) / sigma
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    hazard = z + 1 / max(z, 1.0) if tail < 1e-9 else math.exp(-z * z / 2) / (math.sqrt(2 * math.pi) * tail)
    variance = max(1 + z * hazard - hazard * hazard, 0.0)
    return middle + sigma * hazard, sigma**2 * variance


def settled(sums: Sums, before: Delay, count: float = _KIND_COUNT) -> Delay:
    """The delay after these looks; the one before them counts as so many."""
    middle = math.log(before.median)
    mean = (sums.total + count * middle) / (sums.count + count)
    spread = sums.squares - 2 * mean * sums.total + sums.count * mean**2
    squares = max(spread, 0.0) + _SPREAD_COUNT * before.sigma**2
    return Delay(math.exp(mean), math.sqrt(squares / (sums.count + _SPREAD_COUNT)))
