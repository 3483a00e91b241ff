"""What an email that is over, or as far as it has got, teaches: who came, how soon, and what of it showed.

Nothing here believes a machine: an open or a click counts as a person's by the chance that it was one, as its signal
was weighed, and the rest of it counts as a machine's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.evidence import weights
from bot.evidence.agents import recognise
from bot.evidence.codes import Sign
from bot.evidence.following import followed
from bot.evidence.mailboxes import Mailbox, mailbox_of
from bot.evidence.mailkinds import Like, kind_of, like
from bot.evidence.signals import Clock
from bot.evidence.signatures import Role
from bot.evidence.silence import hides_opens
from bot.evidence.types import Case, Person, Tally, age_of
from bot.evidence.weighing import Weighing
from bot.trails import FREE_MAIL
from store.addresses import domain_of
from store.records import Actor, DeliveryState, EventKind, Signal, Trail

_PRIOR = 0.7
"""How likely an email is looked at, before a signal: what of the signal's odds is a person's."""
_SURE = 0.97
_KNOWN = frozenset({Sign.REPLY, Sign.PAYMENT, Sign.PORTAL_VISIT, Sign.COMPLAINT})
_BY_A_CLICK = frozenset({Sign.PAYMENT, Sign.PORTAL_VISIT})
"""What mostly follows a click, so that it tells nothing of how often people click."""
_SERVICES = frozenset({Role.IMAGE_PROXY, Role.BARE, Role.GMAIL_PREFETCH, Role.MISSING})
"""Programs that come for many people and so tell nothing of who came."""
_ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.COMPLAINED})


class Caller(NamedTuple):
    """A visit as a machine or a person made it, with what tells them apart next time."""

    click: bool
    agent: str
    prefix: str
    after: float | None
    """Seconds since the delivery."""
    person: float
    """The chance that a person made it."""
    sure: bool
    """Whether it was a machine's for certain: by its name, its network or the burst it came in."""
    follows: float = 0.0
    """For a click, what it says (person : machine) that it came after an open, or without one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trail teaches."""

    message_id: str
    key: str
    person: Person
    kind: str
    like: Like
    """What sort of mail that is."""
    age: float
    """Seconds since the delivery."""
    opened: float
    """The chance that a person's open was recorded."""
    clicked: float
    opens: bool
    """Whether a person's open could have been recorded."""
    clicks: bool
    looked_after: float | None
    """ln(seconds) until a person's first sign."""
    acted_after: float | None
    """ln(seconds) until the office heard of somebody who had seen it; ``None``: it has not."""
    seen: float
    """How likely it has been seen, as it was weighed."""
    service: Mailbox | None
    """Whose picture service loaded the picture as somebody looked: so that is where the mailbox is."""
    loaded_after: float | None
    """ln(seconds) until Apple's service loaded the picture; ``None``: it has not."""
    prefetched: bool
    """Whether Gmail loaded it ahead."""
    swept: float
    """The chance that a machine followed a link."""
    callers: tuple[Caller, ...] = ()
    word: float = 0.0
    """What people said of it, as log-odds that somebody has seen it: they knew better, or thought so."""

    def heeding(self, word: float) -> Outcome:
        """The same, with what people say by now.

        What an open or a click says of a person rests on how likely somebody looked; their word moves that.
        """
        turn = _looked(word) / _looked(self.word)
        return replace(
            self,
            word=word,
            opened=_turned(self.opened, turn),
            clicked=_turned(self.clicked, turn),
            seen=_turned(self.seen, math.exp(word - self.word)),
            callers=tuple(caller._replace(person=_turned(caller.person, turn)) for caller in self.callers),
        )

    @property
    def shown(self) -> float:
        """The chance that anything of a person was recorded."""
        return 1.0 if self.known else 1 - (1 - self.opened) * (1 - self.clicked)

    def tally(self) -> Tally:
        """The cases it belongs to, in parts where it is not certain who acted."""
        found: Tally = {}
        for opened, a in ((True, self.opened), (False, 1 - self.opened)):
            for clicked, b in ((True, self.clicked), (False, 1 - self.clicked)):
                if a * b >= _TOO_LITTLE:
                    case = self._case(opened=opened, clicked=clicked)
                    found[case] = found.get(case, 0.0) + a * b
        return found

    def _case(self, *, opened: bool, clicked: bool) -> Case:
        clicks = self.clicks and (clicked or not self.clicked)  # a click that is no person's has used up the link
        return Case(
            self.kind,
            age_of(self.age),
            opens=self.opens,
            clicks=clicks,
            opened=opened and self.opens,
            clicked=clicked and clicks,
            acted=self.known,
            sure=(opened and not self.opens) or (clicked and not clicks),
            loaded=self.loaded and not opened,
            word=self.word,
        )

    @property
    def loaded(self) -> bool:
        """Whether Apple's service loaded the picture."""
        return self.loaded_after is not None

    @property
    def known(self) -> bool:
        """Whether the office heard of somebody who had seen it: a reply, a payment …"""
        return self.acted_after is not None


_TOO_LITTLE = 0.02


def _looked(word: float) -> float:
    """How likely an email is looked at of which people said this."""
    return 1 / (1 + (1 / _PRIOR - 1) * math.exp(-word))


def _turned(chance: float, ratio: float) -> float:
    """A chance whose odds are multiplied."""
    return chance * ratio / (1 - chance + chance * ratio)


def person_of(trail: Trail) -> Person:
    domain = domain_of(trail.recipient.key)
    mailbox = mailbox_of(domain)
    return Person(mailbox, domain if mailbox is Mailbox.OTHER and domain not in FREE_MAIL else None)


def outcome_of(weighing: Weighing) -> Outcome | None:
    """What a trail teaches; ``None`` where nothing: it never arrived, is the firm's own, or no time is known."""
    trail = weighing.trail
    age = Clock.of(trail).after(weighing.now)
    if age is None or age <= 0 or not trail.is_customer or weighing.delivery.state not in _ARRIVED:
        return None
    signals = weighing.signals
    opens = [s for s in signals if s.event.kind is EventKind.OPEN]
    clicks = [s for s in signals if s.event.kind is EventKind.CLICK]
    known = {s.code for s in signals if s.code in _KNOWN and s.actor is Actor.PERSON}
    heard = weighing.watched > _HEARD
    swept = max((1 - by_person(s) for s in clicks), default=0.0)
    return Outcome(
        message_id=trail.message.message_id,
        key=trail.recipient.key,
        person=person_of(trail),
        kind=kind_of(trail.message),
        like=like(trail.message),
        age=age,
        opened=max((by_person(s) for s in opens), default=0.0),
        clicked=max((by_person(s) for s in clicks), default=0.0),
        opens=heard
        and weighing.trackable.opens is True
        and not any(s.code == Sign.GMAIL_PREFETCH for s in opens)
        and not hides_opens(signals, weighing.habits),
        clicks=heard
        and weighing.trackable.clicks is True
        and not any(s.actor is Actor.AUTOMATIC for s in clicks)
        and not known & _BY_A_CLICK,
        acted_after=_after([s for s in signals if s.code in _KNOWN and s.actor is Actor.PERSON], weighing),
        seen=weighing.sum.probability,
        looked_after=_looked_after(signals, weighing),
        service=_service(opens),
        loaded_after=_after([s for s in opens if s.code == Sign.APPLE_PRIVACY_OPEN], weighing),
        prefetched=any(s.code == Sign.GMAIL_PREFETCH for s in opens),
        swept=swept,
        callers=tuple(_callers(opens, clicks, weighing)),
    )


_HEARD = 0.7
"""Where less would have been heard of, hearing nothing teaches nothing. Ours."""
_SERVICE_OF: dict[str | None, Mailbox] = {
    "Gmail": Mailbox.GMAIL,
    "Yahoo": Mailbox.YAHOO,
    "Fastmail": Mailbox.FASTMAIL,
}


def _service(opens: Sequence[Signal]) -> Mailbox | None:
    told = (_SERVICE_OF.get(s.vendor) for s in opens if s.code == Sign.PROXY_OPEN)
    return next((mailbox for mailbox in told if mailbox), None)


def by_person(signal: Signal) -> float:
    """The chance that a person made a visit."""
    if signal.actor is Actor.AUTOMATIC:
        return 0.0
    if signal.actor is Actor.PERSON and signal.weight >= weights.OPEN:
        return _SURE
    odds = math.expm1(signal.weight) * _PRIOR
    return min(odds / (1 + odds), _SURE)


def _looked_after(signals: Sequence[Signal], weighing: Weighing) -> float | None:
    visits = [s for s in signals if s.actor is Actor.PERSON and s.event.kind in {EventKind.OPEN, EventKind.CLICK}]
    return _after(visits, weighing)


def _after(signals: Sequence[Signal], weighing: Weighing) -> float | None:
    """ln(seconds) from the delivery to the first of these."""
    if not signals:
        return None
    after = Clock.of(weighing.trail).after(min(s.event.at for s in signals))
    return None if after is None else math.log(max(after, 1.0))


def _callers(opens: Sequence[Signal], clicks: Sequence[Signal], weighing: Weighing) -> Iterator[Caller]:
    """One for each program and place: a sweep of five links is one visit."""
    clock = Clock.of(weighing.trail)
    follows = followed(weighing.signals, weighing.trail, weighing.trackable, weighing.habits)
    told = set()
    for signal in (*opens, *clicks):
        event = signal.event
        agent = recognise(event.user_agent, event.client, event.platform)
        if agent.role in _SERVICES or not event.user_agent or event.network is None:
            continue
        who = event.kind, event.user_agent, event.network.prefix
        if who in told:
            continue
        told.add(who)
        yield Caller(
            click=event.kind is EventKind.CLICK,
            agent=event.user_agent,
            prefix=event.network.prefix,
            after=clock.after(event.at),
            person=by_person(signal),
            sure=signal.actor is Actor.AUTOMATIC,
            follows=follows.get(event.key, 0.0),
        )
