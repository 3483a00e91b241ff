r"""Who usually comes: whether a visit looks like this recipient's others, or like a machine's in front of the mailbox.

Three things of the own history bear on a visit that may be a person's or a machine's. Each is worth a likelihood ratio
(person : machine) in natural logarithm, and all together no more than so much:

* **Its program and its network.** Those that somebody used before are credible; new ones are less so, the less this
  person has changed them so far: with ``n`` visits by ``d`` programs the chance of another is (1+d)/(2+n).
* **When its like came.** What the same program did at the same firm, or anybody from the same network, at other times:
  machines come within minutes, people mostly later. A source is a person's, a machine's or both; its visits tell which.
* **How often a machine follows links there.** A Beta over the emails to one firm, beginning with what is known of such
  mailboxes; it counts for a click that comes early, as machines do.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.evidence.mailboxes import SCANNED, Mailbox, scanning_credit
from bot.evidence.outcomes import Caller, Outcome
from bot.evidence.timing import person_for_machine
from bot.evidence.types import Person

AT_MOST, AT_LEAST = 3.0, -5.0
_FIRM_COUNT = 5.0
"""As many emails as the published share of scanned mail counts for, for each firm."""
_SOURCES = (0.5, 0.2, 0.3)
"""How many sources are people's, machines' and both, before anything is known. Ours."""
_SOURCES_BEFORE = (_SOURCES[0] + _SOURCES[2] / 2) / (_SOURCES[1] + _SOURCES[2] / 2)
_LIKE = 2.0
"""What one visit may say about its source."""
_LATE_MOST = 1.0
"""What it may say of a source that a visit comes late: most machines don't, but one that does always does."""


@dataclass(slots=True)
class Known:
    """The programs, or the networks, of somebody's visits: by each, as many as a person made."""

    counts: dict[str, float] = field(default_factory=dict)
    total: float = 0.0
    kinds: float = 0.0
    """How many different ones; one that a person hardly made counts in part."""

    def add(self, name: str, weight: float) -> None:
        before = self.counts.get(name, 0.0)
        self.counts[name] = before + weight
        self.total += weight
        self.kinds += min(before + weight, 1.0) - min(before, 1.0)

    def credit(self, name: str, frequency: float, own: float, every: float) -> float:
        """What it says that a visit shows this; ``own`` of its count and ``every`` of the total are not to count."""
        total = max(self.total - every, 0.0)
        if total <= 0:
            return 0.0
        count = max(self.counts.get(name, 0.0) - own, 0.0)
        kinds = self.kinds - min(own, 1.0) * (count <= 0)
        another = min((1 + max(kinds, 0.0)) / (2 + total), 1.0)
        if count < 0.3:
            return min(math.log(another / 0.5), 0.0)
        return min(math.log(max((1 - another) * count / total / frequency, 1.0)), _KNOWN_MOST)


_KNOWN_MOST = 2.0


class Sourced(NamedTuple):
    """What the visits of one source say together, as log-likelihoods against "all of them are a machine's"."""

    people: float = 0.0
    both: float = 0.0

    def plus(self, said: float, sign: float = 1.0) -> Sourced:
        said = min(max(said, -_LIKE), _LIKE)
        return Sourced(self.people + sign * said, self.both + sign * math.log((1 + math.exp(said)) / 2))

    def credit(self) -> float:
        most = max(self.people, self.both, 0.0)
        both = _SOURCES[2] / 2 * math.exp(self.both - most)
        machines = max(_SOURCES[1] * math.exp(-most) + both, 1e-9)  # after a thousand visits nothing is left of it
        odds = (_SOURCES[0] * math.exp(self.people - most) + both) / machines
        return math.log(min(max(odds / _SOURCES_BEFORE, 1e-6), 1e6))


@dataclass(slots=True)
class Visitors:
    """Everybody's visits, as far as they were learned from."""

    agents: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))
    networks: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))
    sources: dict[tuple[str, str], Sourced] = field(default_factory=dict)
    frequencies: dict[str, float] = field(default_factory=dict)
    visits: float = 0.0
    emails: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    swept: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.count(outcome, 1.0)
            crowd = crowd_of(outcome.key, outcome.person)
            for caller in outcome.callers:
                self._note(crowd, caller)

    def count(self, outcome: Outcome, sign: float) -> None:
        """Add who came for one email and what machines did, or take it out."""
        crowd = crowd_of(outcome.key, outcome.person)
        if outcome.clicks or outcome.swept or outcome.clicked:
            self.emails[crowd] += sign
            self.swept[crowd] += sign * outcome.swept
        for caller in outcome.callers:
            if caller.person > 0:
                self.agents[outcome.key].add(caller.agent, sign * caller.person)
                self.networks[outcome.key].add(caller.prefix, sign * caller.person)

    def _note(self, crowd: str, caller: Caller) -> None:
        for name in (caller.agent, caller.prefix):
            self.frequencies[name] = self.frequencies.get(name, 0.0) + 1
        self.visits += 1
        said = said_by(caller)
        for source in sources_of(crowd, caller.agent, caller.prefix):
            self.sources[source] = self.sources.get(source, Sourced()).plus(said)

    def frequency(self, name: str) -> float:
        """How frequent a program or network is among all visits."""
        return (self.frequencies.get(name, 0.0) + 0.5) / (self.visits + 20)

    def scanned(self, crowd: str, mailbox: Mailbox, own: Outcome | None) -> float:
        """The chance that a machine follows a link of an email to this firm."""
        before = SCANNED[mailbox]
        emails, swept = self.emails.get(crowd, 0.0), self.swept.get(crowd, 0.0)
        if own is not None and (own.clicks or own.swept or own.clicked):
            emails, swept = emails - 1, swept - own.swept
        return (max(swept, 0.0) + _FIRM_COUNT * before) / (max(emails, 0.0) + _FIRM_COUNT)

    def near(self, key: str, person: Person, own: Outcome | None) -> Company:
        """What is known for one recipient, without what this email itself has taught."""
        crowd = crowd_of(key, person)
        callers = own.callers if own else ()
        return Company(
            self,
            key,
            crowd,
            self.scanned(crowd, person.mailbox, own),
            callers,
            tuple(said_by(caller) for caller in callers),
            sum(caller.person for caller in callers),
        )


@dataclass(frozen=True, slots=True)
class Company:
    """Who usually comes to one recipient's mailbox."""

    visitors: Visitors
    key: str
    crowd: str
    scanned: float
    """The chance that a machine follows a link of an email to this firm."""
    own: Sequence[Caller] = ()
    """What the email in question has itself taught, which is not to count."""
    said: Sequence[float] = ()
    """What each of those says of its source."""
    people: float = 0.0
    """How many of those a person made."""

    def credit(self, agent: str | None, prefix: str | None, after: float | None, *, click: bool) -> float:
        """The likelihood ratio (person : machine, in logarithm) of a visit, beside what it says by itself."""
        if not agent or not prefix:
            return 0.0
        same = [c.agent == agent for c in self.own]
        near = [c.prefix == prefix for c in self.own]
        worth = self._known(self.visitors.agents, agent, same) + self._known(self.visitors.networks, prefix, near)
        sources = sources_of(self.crowd, agent, prefix)
        worth += min(max(self._sourced(sources[0], same) + self._sourced(sources[1], near), -4.0), 2.0)
        if click:
            worth += scanning_credit(self.scanned, after)
        return min(max(worth, AT_LEAST), AT_MOST)

    def _known(self, table: Mapping[str, Known], name: str, own: Sequence[bool]) -> float:
        known = table.get(self.key)
        if known is None:
            return 0.0
        same = sum(caller.person for caller, its in zip(self.own, own, strict=True) if its)
        return known.credit(name, self.visitors.frequency(name), same, self.people)

    def _sourced(self, source: tuple[str, str], own: Sequence[bool]) -> float:
        known = self.visitors.sources.get(source)
        if known is None:
            return 0.0
        for said, its in zip(self.said, own, strict=True):
            if its:
                known = known.plus(said, -1.0)
        return known.credit()


def crowd_of(key: str, person: Person) -> str:
    """Those who share a gateway: the people of one firm; at a mail provider everybody is alone."""
    return person.domain or key


def sources_of(crowd: str, agent: str, prefix: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (crowd, agent), ("", prefix)


def said_by(caller: Caller) -> float:
    if caller.sure:
        return -_LIKE
    return min(person_for_machine(caller.after, click=caller.click), _LATE_MOST) + caller.follows
