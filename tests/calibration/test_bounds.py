"""How far Seen's probabilities can be believed, in worlds that none of its constants was fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import pytest

from calibration import score
from calibration.model import World
from calibration.report import BOUNDS, HONEST, channels, dishonesties, figures, misses
from calibration.score import Case
from calibration.trial import BEST, FRESH, LEARNED, NAIVE, smaller, try_world
from calibration.worlds import HELD_OUT
from calibration.worlds.held_out import ACCOUNTANT, HELPDESK, MUSIC_SCHOOL

pytestmark = pytest.mark.timeout(1200)
"""Whichever test comes first plays all worlds, on a busy machine for many minutes."""
_HONESTY = {world.name for world in (MUSIC_SCHOOL, ACCOUNTANT, HELPDESK)}
"""Apple mailboxes only, blocked pictures, gateways that follow every link."""


def _quickly(name: str) -> list[Case]:
    world = next(world for world in HELD_OUT if world.name == name)
    return try_world(smaller(world, 0.25), world.seeds[:1])


@cache
def _cases() -> dict[str, list[Case]]:
    """A quarter of each world, all played once."""
    names = [world.name for world in HELD_OUT]
    with ProcessPoolExecutor(max_workers=2) as pool:
        return dict(zip(names, pool.map(_quickly, names), strict=True))


def _of(worlds: Sequence[str]) -> list[Case]:
    return [case for name in worlds for case in _cases()[name]]


@pytest.mark.xdist_group("calibration")
@pytest.mark.parametrize("who", [LEARNED, FRESH])
def test_most_of_the_naive_rules_error_is_gone(who: str) -> None:
    """Over all worlds together, little is kept of what "opened or clicked" has over the best possible answer."""
    assert score.kept(_of(list(_cases())), who, best=BEST, naive=NAIVE) <= BOUNDS[who]["kept"]


@pytest.mark.xdist_group("calibration")
@pytest.mark.parametrize("who", [LEARNED, FRESH])
@pytest.mark.parametrize("shown", ["both channels", "one channel"])
def test_probabilities_mean_what_they_say(who: str, shown: str) -> None:
    """Of the emails given a probability, about that share had been seen."""
    worlds = [world.name for world in HELD_OUT if channels(world, _cases()[world.name]) == shown]
    assert score.calibration_error(_of(worlds), who) <= BOUNDS[who][shown]


@pytest.mark.xdist_group("calibration")
@pytest.mark.parametrize("who", [LEARNED, FRESH])
@pytest.mark.parametrize("world", sorted(_HONESTY))
def test_seen_is_said_when_it_is_true_and_only_then(who: str, world: str) -> None:
    """In the hardest worlds hardly an unseen email is called seen, and most that a person's visit shows are."""
    cases = _of([world])
    recognised = score.recognised(cases, who)
    assert score.unseen_among_seen(cases, who) <= HONEST["unseen among seen"]
    assert recognised is None or recognised >= HONEST["recognised"]


@pytest.mark.soak
@pytest.mark.parametrize("world", HELD_OUT, ids=lambda world: world.name)
def test_every_bound_holds_in_every_world(world: World) -> None:
    """In each world at its full size every bound holds for itself."""
    found = figures(world, try_world(world, world.seeds))
    broken = misses(world.name, found)
    if world.name in _HONESTY:
        broken += dishonesties(world.name, found)
    assert not broken
