"""What a history has taught, taken to pieces that a store can keep, and put together again for the emails in question.

A piece is a text under a name. One is about the sender as a whole; the others are each about a recipient, about those
who share a gateway, about a network that visits came from, or about one email. An answer needs the pieces named by its
own trails (`names`), however long the history is. Put together again they give the same habits as the whole.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bot.evidence.devices import Devices
from bot.evidence.hearing import Hearing
from bot.evidence.learning import Learned
from bot.evidence.mailboxes import Mailbox
from bot.evidence.mailkinds import Like
from bot.evidence.outcomes import Outcome, person_of
from bot.evidence.pace import Pace
from bot.evidence.timing import Delay
from bot.evidence.types import Middle, Person
from bot.evidence.visitors import Known, Sourced, crowd_of
from store.records import Trail

SENDER, HEARING = "sender", "hearing"
"""The names of the pieces that every answer needs. That about hearing may be made anew by itself (`of_hearing`)."""


class _Sender(msgspec.Struct, array_like=True):
    """What holds for all of a sender's emails."""

    kinds: list[str]
    likes: dict[str, Like]
    firm_delay: Delay
    delays: dict[str, Delay]
    after_prefetch: float
    ahead: Delay
    firm: Middle
    middles: dict[str, Middle]
    spread: float
    click_spread: float
    mailboxes: dict[Mailbox, list[float]]
    loads_ahead: float
    acts: dict[str, float]
    acted: Delay
    visits: float


class _Crowd(msgspec.Struct, array_like=True):
    """What holds for those who share a gateway."""

    shows: list[float] | None
    home: Mailbox | None
    host: Mailbox | None
    emails: float
    swept: float
    sources: dict[str, Sourced]


class _Recipient(msgspec.Struct, array_like=True):
    """What holds for one recipient."""

    key: str
    person: Person
    evidence: list[float]
    pace: Pace | None
    devices: Devices | None
    home: Mailbox | None
    agents: dict[str, tuple[float, float]]
    """How often a person came with each, and how often anybody did."""
    networks: dict[str, tuple[float, float]]
    marked: list[Outcome]
    """What emails have taught of which people said something."""


def _of_recipient(key: str) -> str:
    return f"recipient {key}"


def _of_crowd(crowd: str) -> str:
    return f"crowd {crowd}"


def _of_network(prefix: str) -> str:
    return f"network {prefix}"


def _of_email(message_id: str, key: str) -> str:
    return f"email {message_id} {key}"


def names(trails: Iterable[Trail], marked: Iterable[tuple[str, str]] = ()) -> set[str]:
    """The names of the pieces that the habits of these trails need.

    ``marked`` are emails of their recipients, by message id and recipient key, of which people said something.
    """
    found = {SENDER, HEARING, *(_of_email(message_id, key) for message_id, key in marked)}
    for trail in trails:
        key = trail.recipient.key
        found |= {_of_recipient(key), _of_crowd(crowd_of(key, person_of(trail)))}
        found.add(_of_email(trail.message.message_id, key))
        found |= {_of_network(event.network.prefix) for event in trail.events if event.network}
    return found


# ── Taking to pieces ─────────────────────────────────────────────────────────────────────────────────────────────


def pieces(learned: Learned) -> Iterator[tuple[str, str]]:
    """Every piece, with its name."""
    yield SENDER, _text(_sender(learned))
    yield HEARING, of_hearing(learned.hearing)
    marked: dict[str, list[Outcome]] = {}
    for outcome in learned.outcomes.values():
        if outcome.word:
            marked.setdefault(outcome.key, []).append(outcome)
    for key in learned.people:
        yield _of_recipient(key), _text(_recipient(learned, key, marked.get(key, [])))
    sources: dict[str, dict[str, Sourced]] = {}
    for (crowd, name), source in learned.visitors.sources.items():
        sources.setdefault(crowd, {})[name] = source
    crowds = {crowd_of(key, person) for key, (person, _) in learned.people.items()}
    for crowd in sorted(crowds | learned.hosts.keys()):
        yield _of_crowd(crowd), _text(_crowd(learned, crowd, sources.get(crowd, {})))
    for prefix, source in sources.get("", {}).items():
        yield _of_network(prefix), _text(source)
    for (message_id, key), outcome in learned.outcomes.items():
        yield _of_email(message_id, key), _text(outcome)


def of_hearing(hearing: Hearing) -> str:
    """The piece about how the sender hears of what happens."""
    return _text(hearing)


def _text(piece: object) -> str:
    return _encoder.encode(piece).decode()


_encoder = msgspec.json.Encoder()


def _sender(learned: Learned) -> _Sender:
    population, paces = learned.population, learned.paces
    return _Sender(
        kinds=sorted(learned.kinds),
        likes=population.likes,
        firm_delay=paces.firm,
        delays=paces.kinds,
        after_prefetch=learned.after_prefetch,
        ahead=learned.ahead,
        firm=population.firm,
        middles=population.middles,
        spread=population.spread,
        click_spread=population.click_spread,
        mailboxes={mailbox: list(shares) for mailbox, shares in population.mailboxes.items()},
        loads_ahead=population.ahead,
        acts=population.acts,
        acted=population.acted,
        visits=learned.visitors.visits,
    )


def _recipient(learned: Learned, key: str, marked: list[Outcome]) -> _Recipient:
    person, evidence = learned.people[key]
    visitors = learned.visitors

    def counted(known: Known | None) -> dict[str, tuple[float, float]]:
        counts = known.counts if known else {}
        return {name: (count, visitors.frequencies.get(name, 0.0)) for name, count in counts.items()}

    return _Recipient(
        key=key,
        person=person,
        evidence=[round(said, 5) for said in evidence],  # logarithms: more digits say nothing
        pace=learned.paces.people.get(key),
        devices=learned.devices.get(key),
        home=learned.mailboxes.get(key),
        agents=counted(visitors.agents.get(key)),
        networks=counted(visitors.networks.get(key)),
        marked=marked,
    )


def _crowd(learned: Learned, crowd: str, sources: dict[str, Sourced]) -> _Crowd:
    shows = learned.population.domains.get(crowd)
    return _Crowd(
        shows=None if shows is None else list(shows),
        home=learned.mailboxes.get(crowd),
        host=learned.hosts.get(crowd),
        emails=learned.visitors.emails.get(crowd, 0.0),
        swept=learned.visitors.swept.get(crowd, 0.0),
        sources=sources,
    )


# ── Putting together ─────────────────────────────────────────────────────────────────────────────────────────────


def together(kept: Mapping[str, str], own_networks: Container[str] = frozenset()) -> Learned | None:
    """What was learned, as far as these pieces tell; ``None`` without the sender's."""
    if SENDER not in kept or HEARING not in kept:
        return None
    sender, hearing = _senders.decode(kept[SENDER]), _hearings.decode(kept[HEARING])
    learned = Learned(hearing, frozenset(sender.kinds), own_networks=own_networks)
    _recall_sender(learned, sender)
    for name, text in kept.items():
        kind, _, about = name.partition(" ")
        if kind in _RECALLED:
            _RECALLED[kind](learned, about, text)
    return learned


def _recall_sender(learned: Learned, sender: _Sender) -> None:
    population, paces = learned.population, learned.paces
    learned.after_prefetch, learned.ahead = sender.after_prefetch, sender.ahead
    paces.firm, paces.kinds = sender.firm_delay, sender.delays
    population.likes = paces.likes = sender.likes
    population.firm, population.middles = sender.firm, sender.middles
    population.spread, population.click_spread = sender.spread, sender.click_spread
    population.mailboxes = dict(sender.mailboxes)
    population.ahead, population.acts, population.acted = sender.loads_ahead, sender.acts, sender.acted
    learned.visitors.visits = sender.visits


def _recall_recipient(learned: Learned, _: str, text: str) -> None:
    told = _recipients.decode(text)
    key, visitors = told.key, learned.visitors
    learned.people[key] = told.person, told.evidence
    if told.pace:
        learned.paces.people[key] = told.pace
    if told.devices:
        learned.devices[key] = told.devices
    if told.home:
        learned.mailboxes[key] = told.home
    for table, counts in ((visitors.agents, told.agents), (visitors.networks, told.networks)):
        for name, (count, frequency) in counts.items():
            table[key].add(name, count)
            visitors.frequencies[name] = frequency
    for outcome in told.marked:
        learned.outcomes[outcome.message_id, outcome.key] = outcome


def _recall_crowd(learned: Learned, crowd: str, text: str) -> None:
    told = _crowds.decode(text)
    if told.shows is not None:
        learned.population.domains[crowd] = told.shows
    if told.home:
        learned.mailboxes[crowd] = told.home
    if told.host:
        learned.hosts[crowd] = told.host
    learned.visitors.emails[crowd], learned.visitors.swept[crowd] = told.emails, told.swept
    for agent, source in told.sources.items():
        learned.visitors.sources[crowd, agent] = source


def _recall_network(learned: Learned, prefix: str, text: str) -> None:
    learned.visitors.sources["", prefix] = _sources.decode(text)


def _recall_email(learned: Learned, _: str, text: str) -> None:
    outcome = _outcomes.decode(text)
    learned.outcomes[outcome.message_id, outcome.key] = outcome


_RECALLED: Mapping[str, Any] = {
    "recipient": _recall_recipient,
    "crowd": _recall_crowd,
    "network": _recall_network,
    "email": _recall_email,
}
_senders = msgspec.json.Decoder(_Sender)
_hearings = msgspec.json.Decoder(Hearing)
_recipients = msgspec.json.Decoder(_Recipient)
_crowds = msgspec.json.Decoder(_Crowd)
_sources = msgspec.json.Decoder(Sourced)
_outcomes = msgspec.json.Decoder(Outcome)
