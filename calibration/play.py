"""A world's history, drawn from a seed: what was sent, who looked, which machines came by, and what of it was recorded.

Postmark's rules hold: a recipient's click on a link is recorded once, a picture service asks once for the picture it
keeps, and where only first opens are reported the rest is not heard of. What falls into an outage is lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

from calibration.attention import attention_of
from calibration.model import (
    DAY,
    HOUR,
    Act,
    Builder,
    Delay,
    Device,
    Kind,
    Mark,
    Recipient,
    Robot,
    Traits,
    World,
)

HISTORY = 90.0
"""Days before the emails that are asked about."""
LENGTH = 104.0
"""Days a history is long: the question comes at its end, about the last fourteen of them."""

CLICK_LAG = Delay(35.0, 1.2)
"""From a look to the click that follows it."""
AGAIN = Delay(20 * HOUR, 1.6)
"""From the first look to later ones."""
STRANGER_SHOWS = 0.8
"""The chance that the picture loads for somebody to whom an email was passed on."""
_DELIVERY = Delay(3.0, 0.5)
_RETRY = Delay(2 * HOUR, 0.8)


@dataclass(frozen=True, slots=True)
class Visit:
    """A load of the picture or a click on a link, recorded by Postmark and told to us."""

    at: float
    link: int | None
    """Which of the kind's links; ``None``: the picture."""
    mark: Mark
    slot: str | None
    """What the visit used up: a later one that needs the same is not recorded."""
    by_person: bool
    """Whether a person made it; only the score may look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One email to one recipient, with what really happened. All moments are seconds since the world began."""

    message_id: str
    number: int
    kind: Kind
    recipient: Recipient
    traits: Traits
    sent: float
    delivered: float | None
    """``None``: it bounced."""
    deferred: bool
    in_copy: bool = False
    looked: float | None = None
    """When a person first looked at it."""
    visits: tuple[Visit, ...] = ()
    acts: tuple[tuple[str, float], ...] = ()
    """Replies, payments and visits to the portal."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened in a world."""

    world: World
    seed: int
    letters: tuple[Letter, ...]


def play(world: World, seed: int) -> History:
    """The same seed gives the same history."""
    rng = Random(f"{world.name} {seed}")
    people = [_recipient(world, n, rng) for n in range(world.recipients)]
    firms: dict[str, list[Recipient]] = {}
    for person in people:
        firms.setdefault(person.address.partition("@")[2], []).append(person)
    number = 1000
    letters: list[Letter] = []
    for person in people:
        for sent in _sendings(world, person, rng):
            number += 1
            letter = _post(world, person, sent, number, rng)
            letters.append(_live(world, letter, rng))
            colleagues = [other for other in firms[person.address.partition("@")[2]] if other is not person]
            if colleagues and rng.random() < world.colleagues:
                copied = replace(letter, recipient=(other := rng.choice(colleagues)), traits=other.at(sent))
                letters.append(_live(world, replace(copied, in_copy=True), rng))
    return History(world, seed, tuple(letters))


def logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def shifted(chance: float, odds: float) -> float:
    """A chance with so much added to its log-odds."""
    return logistic(math.log(chance / (1 - chance)) + odds)


def act_chance(letter: Letter, act: Act) -> float:
    return min(act.chance * letter.traits.acts, 1.0)


def slot_of(world: World, cache: str | None) -> str | None:
    """What a load of the picture uses up."""
    return "open" if world.first_open_only else cache and f"cache {cache}"


def lost(world: World, at: float) -> bool:
    """Whether a webhook of this moment was lost."""
    return any(begin * DAY <= at < end * DAY for begin, end in world.outages)


# ── Who lives there, and what they are sent ──────────────────────────────────────────────────────────────────────


def _recipient(world: World, number: int, rng: Random) -> Recipient:
    builders = [builder for _, builder in world.cast]
    shares = [share for share, _ in world.cast]

    def drawn() -> Traits:
        builder: Builder = rng.choices(builders, shares)[0]
        return builder(rng)

    traits = drawn()
    later, changes = None, math.inf
    if rng.random() < world.movers:
        fresh = drawn()
        later, changes = replace(traits, devices=fresh.devices, robots=fresh.robots), rng.uniform(20, 100) * DAY
    name = f"{traits.local}-{number}" if traits.local else f"person{number}"
    domain = traits.domain
    if traits.local:  # Each office has a domain of its own, so that its address is what offices' addresses are.
        name, domain = traits.local, f"office-{number}.{traits.domain}"
    return Recipient(
        address=f"{name}@{domain}",
        traits=traits,
        later=later,
        changes=changes,
        mails=world.mails * rng.lognormvariate(0, world.uneven),
    )


def _sendings(world: World, person: Recipient, rng: Random) -> Iterator[float]:
    at = 0.0
    while True:
        at += rng.expovariate(person.mails / (7 * DAY))
        if at >= LENGTH * DAY:
            return
        day = int(at // DAY)
        if not world.weekends and day % 7 > 4:
            day -= rng.choice((2, 3))
        moment = day * DAY + rng.uniform(*world.hours) * HOUR
        if 0 <= moment < LENGTH * DAY:
            yield moment


def _post(world: World, person: Recipient, sent: float, number: int, rng: Random) -> Letter:
    kind = rng.choices(world.kinds, [kind.share for kind in world.kinds])[0]
    deferred = rng.random() < world.deferrals
    arrives = sent + _DELIVERY.draw(rng) + (_RETRY.draw(rng) if deferred else 0)
    return Letter(
        message_id=str(UUID(int=rng.getrandbits(128), version=4)),
        number=number,
        kind=kind,
        recipient=person,
        traits=person.at(sent),
        sent=sent,
        delivered=None if rng.random() < world.bounces else arrives,
        deferred=deferred,
    )


# ── What becomes of an email ─────────────────────────────────────────────────────────────────────────────────────


def _live(world: World, letter: Letter, rng: Random) -> Letter:
    """The letter with what happened to it."""
    if letter.delivered is None:
        return letter
    visits = [visit for robot in letter.traits.robots for visit in _robot_visits(world, letter, robot, rng)]
    looked = _look(letter, rng)
    acts: list[tuple[str, float]] = []
    if looked is not None:
        visits += _person_visits(world, letter, looked, rng)
        chosen = [act for act in letter.kind.acts if rng.random() < act_chance(letter, act)]
        acts = [(act.kind, looked + act.delay.draw(rng)) for act in chosen]
    return replace(letter, looked=looked, visits=tuple(_recorded(world, letter.kind, visits)), acts=tuple(acts))


def _look(letter: Letter, rng: Random) -> float | None:
    if letter.delivered is None or rng.random() >= shifted(letter.kind.looks, letter.traits.looks):
        return None
    attention = attention_of(letter.traits)
    return attention.when(attention.spent(letter.delivered) + letter.kind.delay.slower(letter.traits.pace).draw(rng))


def _person_visits(world: World, letter: Letter, looked: float, rng: Random) -> Iterator[Visit]:
    traits = letter.traits
    device = _device(traits, rng)
    if rng.random() < device.shows:
        yield Visit(looked, None, device.opens.draw(rng), slot_of(world, device.cache), by_person=True)
    if rng.random() < shifted(letter.kind.clicks, traits.clicks):
        yield _click(letter, looked + CLICK_LAG.draw(rng), device.clicks.draw(rng), rng)
    for _ in range(_poisson(traits.reopens, rng)):
        at = looked + AGAIN.draw(rng)
        if world.strangers and rng.random() < traits.strangers:
            if rng.random() < STRANGER_SHOWS:
                yield Visit(at, None, world.strangers.draw(rng), slot_of(world, None), by_person=True)
        elif rng.random() < (device := _device(traits, rng)).shows:
            yield Visit(at, None, device.opens.draw(rng), slot_of(world, device.cache), by_person=True)
    for _ in range(_poisson(traits.reclicks, rng)):
        at = looked + AGAIN.draw(rng)
        stranger = world.strangers and rng.random() < traits.strangers
        mix = world.strangers if stranger and world.strangers else _device(traits, rng).clicks
        yield _click(letter, at, mix.draw(rng), rng)


def _robot_visits(world: World, letter: Letter, robot: Robot, rng: Random) -> Iterator[Visit]:
    if rng.random() >= robot.chance:
        return
    assert letter.delivered is not None  # noqa: S101 - for the type checker: what bounced is not visited
    start = letter.delivered + robot.start.draw(rng)
    same = robot.origin.draw(rng)

    def hit() -> tuple[float, Mark]:
        return start + rng.uniform(0, robot.within), same if robot.one_place else robot.origin.draw(rng)

    if rng.random() < robot.picture:
        at, mark = hit()
        yield Visit(at, None, mark, slot_of(world, robot.cache), by_person=False)
    links = range(len(letter.kind.links))
    chosen: Sequence[int] = [rng.choice(links)] if robot.one else [n for n in links if rng.random() < robot.every]
    for link in chosen:
        at, mark = hit()
        yield Visit(at, link, mark, link_slot(link), by_person=False)


def link_slot(link: int) -> str:
    return f"link {link}"


def _recorded(world: World, kind: Kind, visits: Sequence[Visit]) -> Iterator[Visit]:
    used: set[str] = set()
    for visit in sorted(visits, key=lambda visit: visit.at):
        tracked = kind.opens_tracked if visit.link is None else kind.links_tracked
        if not tracked or visit.slot in used:
            continue
        if visit.slot is not None:
            used.add(visit.slot)
        if not lost(world, visit.at):
            yield visit


def _click(letter: Letter, at: float, mark: Mark, rng: Random) -> Visit:
    shares = [share for _, share in letter.kind.links]
    link = rng.choices(range(len(shares)), shares)[0]
    return Visit(at, link, mark, link_slot(link), by_person=True)


def _device(traits: Traits, rng: Random) -> Device:
    return rng.choices([device for _, device in traits.devices], [share for share, _ in traits.devices])[0]


def _poisson(mean: float, rng: Random) -> int:
    count, left = -1, mean
    while left >= 0:
        left -= rng.expovariate(1)
        count += 1
    return count
