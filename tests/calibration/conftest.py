"""Small worlds that are quick to play."""

from __future__ import annotations

import pytest

from calibration.model import HOUR, MINUTE, Delay, Device, Kind, Robot, Traits, World, only
from calibration.play import History, play
from calibration.trial import smaller
from calibration.worlds import DEVELOPMENT, HELD_OUT

WORLDS = (*DEVELOPMENT, *HELD_OUT)

PERSON = Device(
    opens=only(("Thunderbird/140.0",), ("86.150.12.0/24",)),
    clicks=only(("Firefox/144.0",), ("86.150.12.0/24",)),
    shows=0.8,
)
SWEEP = Robot(
    "sweep", 0.5, Delay(MINUTE, 0.5), 5.0, only(("Chrome/120.0",), ("34.208.0.0/12",)), picture=1.0, every=1.0
)


def plain_world(*robots: Robot, clicks: float = 0.3, reopens: float = 0.0) -> World:
    """A world of equal people with one program, and these machines."""
    traits = Traits(devices=((1.0, PERSON),), robots=robots, reopens=reopens, reclicks=0.0)
    kind = Kind(
        tag="quote",
        subject="Quote {number}",
        looks=0.6,
        delay=Delay(HOUR, 1.5),
        clicks=clicks,
        links=(("https://portal.{firm}/{number}", 0.7), ("https://www.{firm}/", 0.3)),
    )
    return World(
        name="plain", about="", firm="alder.example", kinds=(kind,), cast=((1.0, lambda _: traits),), recipients=40
    )


@pytest.fixture(scope="session")
def histories() -> list[History]:
    """Each world, with some of its people."""
    return [play(smaller(world, 0.15), 1) for world in WORLDS]
