"""The machines that stand in front of mailboxes: gateways, link checks, antivirus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from calibration.cast import share_around
from calibration.model import Delay, Robot, only

RobotMaker = Callable[[Random], Robot]


def firms(count: int, seed: int, *makers: RobotMaker, suffix: str = "example") -> list[tuple[str, tuple[Robot, ...]]]:
    """So many firms, each with gateways drawn by these makers."""
    rng = Random(seed)
    return [(f"firm-{seed}-{n}.{suffix}", tuple(maker(rng) for maker in makers)) for n in range(count)]


def sweep(
    agents: Sequence[str],
    blocks: Sequence[str],
    *,
    chance: float = 0.9,
    median: float = 40.0,
    sigma: float = 1.1,
    within: float = 6.0,
    picture: float = 0.7,
    every: float = 1.0,
    one_place: bool = True,
) -> RobotMaker:
    """A gateway that follows all links, or each with the chance ``every``."""
    plan = Robot(
        "sweep",
        chance,
        Delay(median, sigma),
        within,
        only(tuple(agents), tuple(blocks)),
        picture=picture,
        every=every,
        one_place=one_place,
    )
    return partial(_of_a_firm, plan)


def check(
    agents: Sequence[str],
    blocks: Sequence[str],
    *,
    chance: float = 0.5,
    median: float = 60.0,
    sigma: float = 1.2,
    picture: float = 0.0,
) -> RobotMaker:
    """A check of one link, any of them."""
    origin = only(tuple(agents), tuple(blocks))
    return partial(_of_a_firm, Robot("check", chance, Delay(median, sigma), 4.0, origin, picture=picture, one=True))


def picture_scan(
    agents: Sequence[str], blocks: Sequence[str], *, chance: float = 0.8, median: float = 9.0, sigma: float = 1.0
) -> RobotMaker:
    """An antivirus that loads pictures only."""
    origin = only(tuple(agents), tuple(blocks))
    return partial(_of_a_firm, Robot("picture scan", chance, Delay(median, sigma), 1.0, origin, picture=1.0))


def _of_a_firm(plan: Robot, rng: Random) -> Robot:
    """One firm's machine of this plan: its names and network, and how sure and how fast it is."""
    ((_, pool),) = plan.origin.parts
    agents = tuple(rng.sample(pool.agents, min(len(pool.agents), rng.choice((1, 2, 3)))))
    return replace(
        plan,
        chance=plan.chance if plan.chance >= 1 else share_around(rng, plan.chance, 10),
        start=plan.start.slower(rng.lognormvariate(0, 0.4)),
        origin=only(agents, (rng.choice(pool.blocks),)),
    )
