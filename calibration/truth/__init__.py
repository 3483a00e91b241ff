"""The best possible answer: the chance that a person has looked, given all that showed and the world's own parameters.

It knows everything about the recipient but what happened: their habits, devices, lines, the machines in front of them,
the moment of delivery and the outages. Nothing that sees only the lines can be better on average.

For every way of dividing the visits between the machines and the person, the likelihood is exact but for these, which
are close numerical ones: the moments of the first look and of a machine's arrival, which nobody sees, are summed over
narrow cells; and what an outage hid is taken not to have used up a link or a kept picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from calibration.model import World
from calibration.play import Letter, Visit
from calibration.truth.machines import visited
from calibration.truth.people import Looker
from calibration.truth.window import Window

_MOST = 4096
"""Ways of dividing the visits beyond which visits of one mark are kept together."""

_PERSON = -1


def posterior(world: World, letter: Letter, now: float) -> float:
    """The chance that a person has looked at the letter by ``now`` (seconds since the world began)."""
    if letter.delivered is None or letter.delivered > now:
        return 0.0
    if any(at <= now for _, at in letter.acts):
        return 1.0
    visits = [visit for visit in letter.visits if visit.at <= now]
    window = Window(world, letter, now, visits)
    looker = Looker(world, letter, window)
    robots = letter.traits.robots
    machine: dict[tuple[int, tuple[int, ...]], float] = {}

    def by_machines(owners: Sequence[int]) -> float:
        """The likelihood that the machines did what is theirs and nothing else."""
        chance = 1.0
        for number, robot in enumerate(robots):
            own = tuple(n for n, owner in enumerate(owners) if owner == number)
            if (number, own) not in machine:
                machine[number, own] = visited(world, letter, robot, [visits[n] for n in own], window)
            chance *= machine[number, own]
            if chance == 0:
                break
        return chance

    seen = unseen = 0.0
    for owners in _divisions(visits, looker, letter):
        theirs = [visit for visit, owner in zip(visits, owners, strict=True) if owner == _PERSON]
        machines = by_machines(owners)
        if machines == 0:
            continue
        seen += machines * looker.looked(theirs)
        if not theirs:
            unseen += machines * looker.not_looked()
    return seen / (seen + unseen) if seen + unseen > 0 else float(bool(visits))


def _divisions(visits: Sequence[Visit], looker: Looker, letter: Letter) -> Iterator[tuple[int, ...]]:
    """Every way of saying whose each visit is: a machine's number, or the person's."""
    choices = [_owners(visit, looker, letter) for visit in visits]
    if prod(map(len, choices)) <= _MOST:
        yield from product(*choices)
        return
    marks = list(dict.fromkeys(visit.mark for visit in visits))
    shared = [
        set.intersection(*(set(own) for visit, own in zip(visits, choices, strict=True) if visit.mark == mark))
        for mark in marks
    ]
    for owners in product(*map(sorted, shared)):
        by_mark = dict(zip(marks, owners, strict=True))
        yield tuple(by_mark[visit.mark] for visit in visits)


def _owners(visit: Visit, looker: Looker, letter: Letter) -> list[int]:
    owners = [_PERSON] if looker.can_be_theirs(visit) else []
    for number, robot in enumerate(letter.traits.robots):
        can = robot.picture > 0 if visit.link is None else robot.one or robot.every > 0
        if can and robot.origin.density(visit.mark) > 0:
            owners.append(number)
    return owners
