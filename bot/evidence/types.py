r"""What recipients are like: how likely they look at an email, and how likely a look shows.

An email lies in one of four patterns: an open by a person showed or not, a click by a person showed or not. With ``p``
the chance that it is ever looked at, ``F`` the share of those looks that has happened by now, and ``q`` and ``c`` the
chances that a look shows as an open and as a click,

    P(nothing) = 1 − p·F·(1 − (1−q)·(1−c))     P(open) = p·F·q·(1−c)     P(click) = p·F·(1−q)·c     P(both) = p·F·q·c

That is how emails that were seen and showed nothing are counted: as animals that were never caught are, from how often
the same one is caught twice. Where only one of the two can show, looking and clicking can't be told apart, and the
published averages decide.

People differ. Somebody's ``p`` and ``c`` lie off those of the kind of email by a leaning (in log-odds), and ``q`` is
mostly near 0 or near 1, because a mailbox blocks pictures or doesn't. So each recipient is one of a grid of types, each
weighed by how frequent it is here and by how well it explains that recipient's emails. What is expected of the next
email is the mean over the types. How frequent each type is, and the middle of each kind of email, are learned by taking
turns (expectation and maximisation), beginning with the published averages, which count as so many emails of their own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import mul
from typing import ClassVar, NamedTuple

from bot.evidence.devices import ELSEWHERE
from bot.evidence.mailboxes import CLICKS, LOADS_AHEAD, SHOWS, SHOWS_AT, Mailbox
from bot.evidence.mailkinds import ORDINARY, Like
from bot.evidence.timing import ACTED, DAY, HOUR, MINUTE, Delay

AGES = (5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 8 * DAY, 30 * DAY)
"""Emails of about one age are counted together."""

_LEANINGS = (-2.6, -1.2, 0.0, 1.2, 2.6)
_CLICK_LEANINGS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_SPREAD, _CLICK_SPREAD = 1.0, 0.9
"""Spread between recipients, in log-odds, until the own history tells. Ours."""

_AVERAGES_COUNT = 12.0
_LOOKS_COUNT = 25.0
"""As many emails the averages count for, for each kind of email. More for looks than for clicks: where only one of the
two can show, how many of the firm's emails are clicked then moves what is believed of clicks."""
_SPREADS_COUNT = 150.0
_MAILBOXES_COUNT = 400.0
_DOMAIN_COUNTS = 40.0
"""As many recipients the assumed spread, the published shares, and the mailboxes of that kind here count for. The
published shares count for many: where only opens can show, nothing else keeps few looks apart from blocked pictures.
Somebody's own emails soon say more of their mailbox than what is usual."""
_LOADS_COUNT = 20.0
_ACTS_COUNT = 20.0
_SEEN = 4
_TURNS, _FIRST_TURNS = 12, 4
_ENOUGH = 1500
"""So many recipients tell how all of them lie."""


class Case(NamedTuple):
    """What emails have in common that are counted together."""

    kind: str
    age: int
    """Index of the first of `AGES` that it has not reached."""
    opens: bool
    """Whether an open of a person could have shown."""
    clicks: bool
    opened: bool
    clicked: bool
    acted: bool
    """Whether the office heard of somebody who had seen it: a reply, a payment …"""
    sure: bool = False
    """Whether it has been seen for certain, by a sign that tells nothing of how often such signs show."""
    loaded: bool = False
    """Whether a privacy service loaded the picture: by itself, or because somebody looked."""
    elsewhere: int = 0
    """For those: how likely this recipient looks at another device, which shows; index into `ELSEWHERE`."""
    word: float = 0.0
    """What people said of it, as log-odds that it has been seen."""

    @property
    def seen(self) -> bool:
        """Whether it has been seen for certain."""
        return self.opened or self.clicked or self.acted or self.sure


Tally = dict[Case, float]
"""How many emails of each case; parts of one where it is not certain who acted."""

Vector = Sequence[float]
"""A number for each type."""


class Expected(NamedTuple):
    """What is expected of an email to a recipient."""

    looks: float
    opens: float
    """The chance that a look shows as an open."""
    clicks: float


class Person(NamedTuple):
    """Whose mailbox it is."""

    mailbox: Mailbox
    domain: str | None
    """The domain that only one firm uses; ``None`` at a mail provider."""


class Middle(NamedTuple):
    """A kind of email: the log-odds of ``p`` and ``c`` for somebody without leanings."""

    looks: float
    clicks: float


def logit(chance: float) -> float:
    """Log-odds."""
    bounded = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def age_of(seconds: float) -> int:
    """Which of the ages counted together an email is of."""
    return sum(seconds >= age for age in AGES)


def seconds_of(age: int) -> float:
    """The age that stands for those counted together."""
    if age == 0:
        return AGES[0] / 2
    return AGES[-1] * 1.5 if age == len(AGES) else math.sqrt(AGES[age - 1] * AGES[age])


_TYPES = list(product(range(len(_LEANINGS)), range(len(SHOWS_AT)), range(len(_CLICK_LEANINGS))))


def _middle(mean: float, spread: float) -> float:
    """The log-odds of somebody without leanings where so many of all do it: leanings pull the mean towards a half.

    That is the usual approximation of a logistic's mean over a normal by a probit's.
    """
    return logit(mean) * math.sqrt(1 + math.pi * spread**2 / 8)


_PUBLISHED = Middle(_middle(ORDINARY.looks, _SPREAD), _middle(CLICKS, _CLICK_SPREAD))


@dataclass(slots=True)
class Population:
    """How the recipients of one sender lie, as far as is known.

    ``share`` gives, for a kind of email and an age in seconds, the share of looks that has happened by then.
    """

    share: Callable[[str, float], float]
    likes: dict[str, Like] = field(default_factory=dict)
    """What sort of mail the kinds are, where they are not ordinary business mail."""
    firm: Middle = _PUBLISHED
    """The middle of ordinary business mail."""
    middles: dict[str, Middle] = field(default_factory=dict)
    spread: float = _SPREAD
    click_spread: float = _CLICK_SPREAD
    mailboxes: dict[Mailbox, Vector] = field(default_factory=lambda: dict(SHOWS))
    """Shares of the values of `SHOWS_AT`."""
    domains: dict[str, Vector] = field(default_factory=dict)
    """How many recipients of a domain are of each value, in sum."""
    ahead: float = LOADS_AHEAD
    """The chance that a privacy service loads a picture by itself."""
    _vectors: dict[Case, Vector] = field(default_factory=dict)
    acts: dict[str, float] = field(default_factory=dict)
    """Of those who look at an email of a kind, the share that the office itself hears of: by a reply, a payment …"""
    acted: Delay = ACTED
    """How soon after the delivery the office hears of them."""
    waiting: float = 0.0
    """How many emails to users of the privacy service have not been loaded."""
    _firsts: dict[Person, Vector] = field(default_factory=dict)
    _chances: dict[str, tuple[Vector, Vector]] = field(default_factory=dict)

    size: ClassVar[int] = len(_TYPES)

    # ── What is asked ──

    def evidence(self, tally: Tally) -> list[float]:
        """How well each type explains these emails: log-likelihoods."""
        total = [0.0] * len(_TYPES)
        for case, count in tally.items():
            vector = self._vector(case)
            total = [t + count * v for t, v in zip(total, vector, strict=True)]
        return total

    def weights(self, person: Person, evidence: Vector) -> Vector:
        """How probable each type is, for somebody whose emails say this."""
        sums = [a + b for a, b in zip(self._first(person), evidence, strict=True)]
        most = max(sums)
        raw = [math.exp(s - most) for s in sums]
        total = sum(raw)
        return [r / total for r in raw]

    def expected(self, weights: Vector, kind: str) -> Expected:
        """What is expected of an email of a kind to somebody of these types."""
        looks, clicks = self._chances_of(kind)
        looked = list(map(mul, weights, looks))
        chance = sum(looked)
        opens = sum(map(mul, looked, _SHOWN)) / chance
        return Expected(chance, opens, sum(map(mul, looked, clicks)) / chance)

    def told(self, kind: str, age: float) -> float:
        """The chance that the office has heard of somebody who looked, so many seconds after the delivery."""
        acts = self.acts.get(kind, 0.0)
        return acts * self.acted.share(age) if acts else 0.0

    def middle(self, kind: str) -> Middle:
        """The middle of a kind; of one that was never seen, that of the firm's mail of its sort."""
        known = self.middles.get(kind)
        return known or Middle(self.firm.looks + self._off(kind), self.firm.clicks)

    def _off(self, kind: str) -> float:
        """How far mail of its sort lies off ordinary mail, as published."""
        return _middle(self.likes.get(kind, ORDINARY).looks, _SPREAD) - _PUBLISHED.looks

    # ── How it is learned ──

    def learn(self, people: Mapping[str, tuple[Person, Tally]]) -> None:
        """Take turns: what is each recipient like, given how all lie; how do all lie, given what each is like."""
        some = [people[key] for key in sorted(people)]
        some = some[:: max(1, len(some) // _ENOUGH)]
        for turn in range(_TURNS):
            self._forget()
            self._turn(some, looks_too=turn >= _FIRST_TURNS)
        self._forget()

    def _turn(self, people: Sequence[tuple[Person, Tally]], *, looks_too: bool) -> None:
        counted: dict[Case, list[float]] = {}
        shows: dict[Mailbox, list[float]] = defaultdict(lambda: [0.0] * len(SHOWS_AT))
        domains: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(SHOWS_AT))
        leaning = click_leaning = 0.0
        for person, tally in people:
            weights = self.weights(person, self.evidence(tally))
            for case, count in tally.items():
                row = counted.get(case)
                grown = [count * w for w in weights]
                counted[case] = grown if row is None else [a + b for a, b in zip(row, grown, strict=True)]
            leaning += sum(map(mul, weights, _LEANING_SQUARES))
            click_leaning += sum(map(mul, weights, _CLICK_SQUARES))
            both = _share_of_both(tally)
            for table in (shows[person.mailbox], domains[person.domain] if person.domain else None):
                if table is not None:
                    for (_, at, _), weight in zip(_TYPES, weights, strict=True):
                        table[at] += both * weight
        self.spread = _pooled(leaning, len(people), _SPREAD)
        self.click_spread = _pooled(click_leaning, len(people), _CLICK_SPREAD)
        for mailbox, row in shows.items():
            before = SHOWS[mailbox]
            total = sum(row) + _MAILBOXES_COUNT
            self.mailboxes[mailbox] = [(a + _MAILBOXES_COUNT * b) / total for a, b in zip(row, before, strict=True)]
        self.domains = dict(domains)
        self._load(counted)
        self._move(counted, looks_too=looks_too)

    def _load(self, counted: Mapping[Case, Vector]) -> None:
        """How often the privacy service loads by itself: among those who use it, seen and unseen."""
        by_itself, chances = LOADS_AHEAD * _LOADS_COUNT, _LOADS_COUNT
        for case, row in counted.items():
            if case.loaded:
                looks, _ = self._chances_of(case.kind)
                share = self.share(case.kind, seconds_of(case.age))
                for weight, p, shows in zip(row, looks, _SHOWN, strict=True):
                    looked = 1.0 if case.seen else _said(p * share, case.word)
                    by_itself += weight * self.ahead / (self.ahead + (1 - self.ahead) * looked * shows)
                    chances += weight
        self.ahead = min(by_itself / (chances + self.waiting), 0.98)

    def _move(self, counted: Mapping[Case, Vector], *, looks_too: bool) -> None:
        """Move the middles towards what explains the emails: one step of Newton's for each.

        What shows goes first: where it alone is wrong, the assumed share of looks is not to make up for it.
        """
        steps: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
        heard: dict[str, float] = defaultdict(float)
        for case, row in counted.items():
            step = steps[case.kind]
            for at, part in enumerate(self._pulls(case)):
                seen = sum(map(mul, row, part))
                step[at] += seen * self.acted.share(seconds_of(case.age)) if at == _SEEN else seen
            if case.acted:
                heard[case.kind] += sum(row)
        self.acts = {kind: heard[kind] / (step[_SEEN] + _ACTS_COUNT) for kind, step in steps.items()}
        moved: dict[str, Middle] = {}
        for kind, (pull, stiff, click_pull, click_stiff, _) in steps.items():
            looks, clicks = self.middle(kind)
            moved[kind] = Middle(
                looks + looks_too * _step(pull, stiff, looks, self.firm.looks + self._off(kind), _LOOKS_COUNT),
                clicks + _step(click_pull, click_stiff, clicks, self.firm.clicks, _AVERAGES_COUNT),
            )
        self.middles = moved
        self.firm = Middle(
            _firm([(m.looks - self._off(k), steps[k][1]) for k, m in moved.items()], _PUBLISHED.looks, _LOOKS_COUNT),
            _firm([(m.clicks, steps[k][3]) for k, m in moved.items()], _PUBLISHED.clicks, _AVERAGES_COUNT),
        )

    def _pulls(self, case: Case) -> Iterable[Vector]:
        """For each type: how far looks and clicks exceed what was expected, and how much is known of that (Louis)."""
        looks, clicks = self._chances_of(case.kind)
        share = self.share(case.kind, seconds_of(case.age))
        quiet = 1 - self.told(case.kind, seconds_of(case.age))
        ever, now = [], []
        for (_, shown, _), p, c in zip(_TYPES, looks, clicks, strict=True):
            if case.seen:
                ever.append(1.0)
                now.append(1.0)
                continue
            missed = quiet * (1 - c * case.clicks)
            if not case.loaded:
                missed *= 1 - SHOWS_AT[shown] * case.opens
            else:
                missed *= (self.ahead + (1 - self.ahead) * SHOWS_AT[shown]) / self.ahead
                missed *= 1 - ELSEWHERE[case.elsewhere]
            yes, no = p * share * missed * math.exp(case.word), 1 - p * share
            ever.append((yes + p * (1 - share)) / (yes + no))
            now.append(yes / (yes + no))
        yield [e - p for e, p in zip(ever, looks, strict=True)]
        yield [p * (1 - p) - e * (1 - e) for e, p in zip(ever, looks, strict=True)]
        told = float(case.clicks)
        yield [told * n * (case.clicked - c) for n, c in zip(now, clicks, strict=True)]
        yield [told * n * c * (1 - c * (2 - n)) for n, c in zip(now, clicks, strict=True)]
        yield now

    # ── What is worked out once ──

    def _forget(self) -> None:
        self._vectors.clear()
        self._firsts.clear()
        self._chances.clear()

    def _chances_of(self, kind: str) -> tuple[Vector, Vector]:
        found = self._chances.get(kind)
        if found is None:
            middle = self.middle(kind)
            looks = [_logistic(middle.looks + leaning) for leaning in _LEANINGS]
            clicks = [_logistic(middle.clicks + leaning) for leaning in _CLICK_LEANINGS]
            found = [looks[a] for a, _, _ in _TYPES], [clicks[c] for _, _, c in _TYPES]
            self._chances[kind] = found
        return found

    def _vector(self, case: Case) -> Vector:
        found = self._vectors.get(case)
        if found is None:
            share = self.share(case.kind, seconds_of(case.age))
            looks, clicks = self._chances_of(case.kind)
            told = self.told(case.kind, seconds_of(case.age))
            found = [
                math.log(max(_likelihood(case, p * share, SHOWS_AT[shown], c, ahead=self.ahead, told=told), 1e-9))
                for (_, shown, _), p, c in zip(_TYPES, looks, clicks, strict=True)
            ]
            self._vectors[case] = found
        return found

    def _first(self, person: Person) -> Vector:
        """Logarithms of how frequent each type is among such people."""
        found = self._firsts.get(person)
        if found is None:
            shows = self.mailboxes[person.mailbox]
            row = self.domains.get(person.domain or "")
            if row is not None:
                total = sum(row) + _DOMAIN_COUNTS
                shows = [(a + _DOMAIN_COUNTS * b) / total for a, b in zip(row, shows, strict=True)]
            looks = _bell(_LEANINGS, self.spread)
            clicks = _bell(_CLICK_LEANINGS, self.click_spread)
            found = [math.log(max(looks[a] * shows[b] * clicks[c], 1e-9)) for a, b, c in _TYPES]
            self._firsts[person] = found
        return found


_SHOWN = [SHOWS_AT[shown] for _, shown, _ in _TYPES]
_LEANING_SQUARES = [_LEANINGS[a] ** 2 for a, _, _ in _TYPES]
_CLICK_SQUARES = [_CLICK_LEANINGS[c] ** 2 for _, _, c in _TYPES]


def _likelihood(case: Case, looked: float, shows: float, click: float, *, ahead: float, told: float) -> float:
    """How likely an email of a case is, for one type; ``looked``: that it has been looked at by now."""
    opens, clicks = shows * case.opens, click * case.clicks
    quiet = 1.0 if case.acted else 1 - told
    if case.loaded and not case.opened:
        quiet *= 1 - ELSEWHERE[case.elsewhere]
        seen = looked * quiet * (ahead + (1 - ahead) * shows) * (clicks if case.clicked else 1 - clicks)
        return seen if case.seen else seen * _logistic(case.word) * 2 + (1 - looked) * ahead * _logistic(-case.word) * 2
    if case.seen:
        return looked * quiet * (opens if case.opened else 1 - opens) * (clicks if case.clicked else 1 - clicks)
    missed = looked * quiet * (1 - opens) * (1 - clicks)
    return 2 * (missed * _logistic(case.word) + (1 - looked) * _logistic(-case.word))


def _said(chance: float, word: float) -> float:
    """A chance that something has been seen, with what people said of it."""
    return chance / (chance + (1 - chance) * math.exp(-word))


def _share_of_both(tally: Tally) -> float:
    """Of somebody's emails, the share in which a click could show too.

    Where only opens can, few looks and blocked pictures can't be told apart: such emails say nothing of how many
    mailboxes block pictures.
    """
    return sum(count for case, count in tally.items() if case.clicks) / (sum(tally.values()) or 1.0)


def _pooled(squares: float, count: int, assumed: float) -> float:
    return math.sqrt((squares + _SPREADS_COUNT * assumed**2) / (count + _SPREADS_COUNT))


def _step(pull: float, stiff: float, at: float, towards: float, count: float) -> float:
    """One step of Newton's, with the average counting as so many emails."""
    here, there = _logistic(at), _logistic(towards)
    pull += count * (there - here)
    stiff += count * here * (1 - here)
    return min(max(pull / max(stiff, count * here * (1 - here)), -0.5), 0.5)


def _firm(middles: Sequence[tuple[float, float]], published: float, count: float) -> float:
    """The middle of the kinds, each counting by what is known of it but none for more than a few others."""
    total = published * count
    for middle, stiff in middles:
        worth = 3 * stiff / (1 + stiff / 10)
        total += middle * worth
        count += worth
    return total / count


def _bell(points: Sequence[float], spread: float) -> Vector:
    raw = [math.exp(-((point / spread) ** 2) / 2) for point in points]
    return [r / sum(raw) for r in raw]


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
