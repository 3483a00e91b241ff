"""Habits learned from the sender's own history: what its recipients did with its emails before.

In: the outcomes of trails (``bot.evidence.outcomes``). Out: for any trail the `Habits` that the others teach; what a
trail has itself taught is taken out again, so that nothing counts twice.

    types      how likely each recipient looks, and how likely that shows
    pace       how soon
    devices    who also reads where it shows, besides Apple Mail
    visitors   who comes, and from where
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field

from bot.evidence.beside import Words
from bot.evidence.devices import Devices
from bot.evidence.habits import Credit, Habits
from bot.evidence.hearing import Hearing
from bot.evidence.mailboxes import AFTER_PREFETCH, Mailbox, Reliability
from bot.evidence.mailkinds import Like, kind_of, like
from bot.evidence.outcomes import Outcome, person_of
from bot.evidence.pace import Look, Pace, Paces, Sums, acted_after, settled
from bot.evidence.timing import AHEAD, DAY, Delay
from bot.evidence.types import Person, Population, Tally, Vector
from bot.evidence.visitors import Company, Visitors
from store.records import Event, EventKind, Trail

_REMEMBERED = 256
"""So many recipients' types are kept at hand: those of a long history would fill the memory."""
_FADES = 90 * DAY
"""An email so old teaches half as much of its recipient: people change their programs. Ours."""


@dataclass(slots=True)
class Learned:
    """What a history has taught."""

    hearing: Hearing
    kinds: frozenset[str]
    paces: Paces = field(default_factory=Paces)
    visitors: Visitors = field(default_factory=Visitors)
    devices: dict[str, Devices] = field(default_factory=dict)
    people: dict[str, tuple[Person, Vector]] = field(default_factory=dict)
    """What each recipient's emails say of their type."""
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    after_prefetch: float = AFTER_PREFETCH
    ahead: Delay = AHEAD
    """How soon Apple's service loads a picture by itself."""
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    """Where somebody's mailbox is, or a whole domain's, as the picture services that come from there tell."""
    own_networks: Container[str] = frozenset()
    hosts: dict[str, Mailbox] = field(default_factory=dict)
    """Where a domain's mailboxes are, as its mail servers tell."""
    population: Population = field(init=False)
    _weights: dict[object, Vector] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.population = Population(share=lambda kind, age: self.paces.of(kind).share(age))

    def habits(self, trail: Trail) -> Habits:
        """What is expected of this email, as far as the others teach it."""
        key, person = trail.recipient.key, person_of(trail)
        kind = self._kind(kind_of(trail.message), like(trail.message))
        own = self.outcomes.get((trail.message.message_id, key))
        person = self._at_home(key, person)
        looks, opens, clicks = self.population.expected(self._types(key, person, own), kind)
        devices = self.devices.get(key, Devices())
        company = self.visitors.near(key, person, own)
        return self.hearing.of(
            Habits(
                seen=looks,
                delay=self._delay(key, kind, own),
                reliability=Reliability(opens=opens, clicks=clicks),
                hidden=(devices.plus(-own.seen, -own.opened) if own and own.loaded else devices).share,
                after_prefetch=self.after_prefetch,
                shows_opens=opens if key in self.people else 0.0,
                acts=self.population.acts.get(kind, 0.0),
                acted=self.population.acted,
                loads_ahead=self.population.ahead,
                ahead=self.ahead,
                own_networks=self.own_networks,
                credit=_credit_of(company),
            )
        )

    def learn(self) -> None:
        """Learn from the outcomes."""
        outcomes = self.outcomes.values()
        likes = {self._kind(outcome.kind, outcome.like): outcome.like for outcome in outcomes}
        self.population.likes = self.paces.likes = likes
        self.after_prefetch = _after_prefetch(outcomes)
        self.mailboxes = _mailboxes(outcomes)
        self.ahead = _ahead(outcomes)
        self.visitors.learn(outcomes)
        self.paces.learn(list(self._looks()))
        for outcome in outcomes:
            if outcome.loaded:
                self.devices[outcome.key] = self.devices.get(outcome.key, Devices()).plus(outcome.seen, outcome.opened)
        population = self.population
        population.acted = acted_after(outcome.acted_after for outcome in outcomes if outcome.acted_after is not None)
        population.waiting = _waiting(outcomes)
        population.learn(self._tallies(lambda _: 1.0))
        lately = self._tallies(_worth)
        self.people = {key: (person, population.evidence(tally)) for key, (person, tally) in lately.items()}

    def heed(self, words: Words) -> None:
        """Take what people say of emails by now in the place of what they had said; for recipients, not for all."""
        for which, outcome in list(self.outcomes.items()):
            word = words.get(which, 0.0)
            if word != outcome.word and outcome.key in self.people:
                self._count(outcome, -1.0)
                self.outcomes[which] = outcome.heeding(word)
                self._count(self.outcomes[which], 1.0)

    def _count(self, outcome: Outcome, sign: float) -> None:
        """Add what an email has taught of its recipient, or take it out."""
        person, evidence = self.people[outcome.key]
        said = self.population.evidence(self._tally(outcome))
        worth = sign * _worth(outcome)
        self.people[outcome.key] = person, [e + worth * s for e, s in zip(evidence, said, strict=True)]
        if outcome.looked_after is not None:
            pace = self.paces.people.get(outcome.key, Pace())
            kind = self._kind(outcome.kind, outcome.like)
            off = outcome.looked_after - math.log(self.paces.of(kind).median)
            self.paces.people[outcome.key] = pace.without(off, -sign * outcome.shown)
        self.visitors.count(outcome, sign)
        self._weights.clear()

    def _tallies(self, worth: Callable[[Outcome], float]) -> dict[str, tuple[Person, Tally]]:
        """Everybody's emails by their cases, each counting so much."""
        people: dict[str, tuple[Person, Tally]] = {}
        for outcome in self.outcomes.values():
            _, tally = people.setdefault(outcome.key, (self._at_home(outcome.key, outcome.person), {}))
            for case, part in self._tally(outcome).items():
                tally[case] = tally.get(case, 0.0) + part * worth(outcome)
        return people

    def _at_home(self, key: str, person: Person) -> Person:
        """With the mailbox that picture services, or else mail servers, have shown, where the domain does not tell."""
        if person.mailbox is not Mailbox.OTHER:
            return person
        domain = person.domain or ""
        shown = self.mailboxes.get(key) or self.mailboxes.get(domain)
        return person._replace(mailbox=shown or self.hosts.get(domain, Mailbox.OTHER))

    def _kind(self, kind: str, sort: Like) -> str:
        """A kind's name; rare ones of one sort are taken together."""
        return kind if kind in self.kinds else f"other {sort.looks}"

    def _tally(self, outcome: Outcome) -> Tally:
        """An outcome's cases, with the rare kinds taken together and what is known of the recipient's devices."""
        kind = self._kind(outcome.kind, outcome.like)
        at = self.devices[outcome.key].index if outcome.loaded else 0
        return {
            case._replace(kind=kind, elsewhere=at if case.loaded else 0): part for case, part in outcome.tally().items()
        }

    def _types(self, key: str, person: Person, own: Outcome | None) -> Vector:
        """How probable each type is for a recipient, without what this email has itself taught."""
        tally = {case: part * _worth(own) for case, part in self._tally(own).items()} if own else {}
        known = key, tuple(tally.items())
        weights = self._weights.get(known)
        if weights is None:
            evidence: Vector = self.people[key][1] if key in self.people else [0.0] * self.population.size
            if tally:
                said = self.population.evidence(tally)
                evidence = [a - b for a, b in zip(evidence, said, strict=True)]
            if len(self._weights) >= _REMEMBERED:
                self._weights.clear()
            weights = self._weights[known] = self.population.weights(person, evidence)
        return weights

    def _delay(self, key: str, kind: str, own: Outcome | None) -> Delay:
        pace = self.paces.people.get(key, Pace())
        if own is not None and own.looked_after is not None:
            pace = pace.without(own.looked_after - math.log(self.paces.of(kind).median), own.shown)
        return self.paces.expected(kind, pace)

    def _looks(self) -> Iterator[Look]:
        for outcome in self.outcomes.values():
            kind = self._kind(outcome.kind, outcome.like)
            if outcome.looked_after is not None:
                yield Look(kind, outcome.key, outcome.looked_after, outcome.shown)
            elif outcome.shown < _DOUBTFUL and (outcome.opens or outcome.clicks):
                later = _STILL * (1 - self.paces.of(kind).share(outcome.age))
                yield Look(kind, outcome.key, math.log(outcome.age), later, to_come=True)


_DOUBTFUL = 0.5
_STILL = 0.5
"""Of the emails that have shown nothing, the share that would show a look still to come. Ours."""


def _worth(outcome: Outcome) -> float:
    """What an email still tells of its recipient; rounded, so that what is worked out for it serves its neighbours."""
    return round(float(0.5 ** (outcome.age / _FADES)), 2)


def _waiting(outcomes: Iterable[Outcome]) -> float:
    """How many emails to users of a privacy service it has not loaded, for as many as it has.

    Only what was sent between two emails that it loaded tells: before and after, another program may have been used.
    """
    loaded: dict[str, list[float]] = defaultdict(list)
    others: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.loaded:
            loaded[outcome.key].append(outcome.age)
        elif outcome.opens and not outcome.opened:
            others[outcome.key].append(outcome.age)
    every = sum(map(len, loaded.values()))
    between = sum(max(len(ages) - 2, 0) for ages in loaded.values())
    spans = {key: (min(ages), max(ages)) for key, ages in loaded.items()}
    waited = sum(sum(last < age < first for age in others[key]) for key, (last, first) in spans.items())
    return waited * every / between if between else 0.0


def _mailboxes(outcomes: Iterable[Outcome]) -> dict[str, Mailbox]:
    """By recipient, and by domain where they agree: whose picture service loads what they look at."""
    told: dict[str, Counter[Mailbox]] = defaultdict(Counter)
    for outcome in outcomes:
        if outcome.service:
            told[outcome.key][outcome.service] += 1
    found = {key: counts.most_common(1)[0][0] for key, counts in told.items()}
    domains: dict[str, Counter[Mailbox | None]] = defaultdict(Counter)
    for key, domain in {(o.key, o.person.domain) for o in outcomes if o.person.domain and o.opened > _DOUBTFUL}:
        domains[domain or ""][found.get(key)] += 1
    for domain, counts in domains.items():
        mailbox, count = counts.most_common(1)[0]
        if mailbox and count >= _COLLEAGUES and count >= _AGREE * counts.total():
            found[domain] = mailbox
    return found


_COLLEAGUES, _AGREE = 3, 0.8
"""So many recipients of a domain, and such a share of those who showed anything, tell of the others."""


def _ahead(outcomes: Iterable[Outcome]) -> Delay:
    """How soon Apple loads by itself. Few of its loads have another cause."""
    sums = Sums()
    for outcome in outcomes:
        if outcome.loaded_after is not None:
            sums.add(outcome.loaded_after, 1.0)
    return settled(sums, AHEAD)


def _after_prefetch(outcomes: Iterable[Outcome]) -> float:
    """How likely a look shows though Gmail has loaded the picture ahead; the guess counts for a few emails."""
    ahead = [outcome for outcome in outcomes if outcome.prefetched and not outcome.loaded]
    opened = sum(outcome.opened for outcome in ahead) + _GUESSED * AFTER_PREFETCH
    return min(opened / (sum(outcome.seen for outcome in ahead) + _GUESSED), 1.0)


_GUESSED = 4.0


def _credit_of(company: Company) -> Credit:
    def credit(visit: Event, after: float | None) -> float:
        prefix = visit.network.prefix if visit.network else None
        return company.credit(visit.user_agent, prefix, after, click=visit.kind is EventKind.CLICK)

    return credit
