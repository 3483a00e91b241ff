"""What could have been heard of, and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from calibration.model import DAY, World
from calibration.play import Letter, Visit, lost


class Window:
    """Until when a visit that needs a slot would have been recorded, and what outages hid."""

    def __init__(self, world: World, letter: Letter, now: float, visits: Sequence[Visit]) -> None:
        self.now = now
        self.opens, self.clicks = letter.kind.opens_tracked, letter.kind.links_tracked
        self._world = world
        self._used: dict[str, float] = {}
        for visit in visits:
            if visit.slot is not None:
                self._used[visit.slot] = min(visit.at, self._used.get(visit.slot, now))

    def until(self, slot: str | None) -> float:
        """After this moment, a visit that needs the slot is not recorded (or has not happened yet)."""
        return self.now if slot is None else self._used.get(slot, self.now)

    def shows(self, at: float, slot: str | None) -> bool:
        """Whether a visit of this moment would have been heard of."""
        return at < self.until(slot) and not lost(self._world, at)

    @cached_property
    def outages(self) -> tuple[tuple[float, float], ...]:
        return tuple((begin * DAY, end * DAY) for begin, end in self._world.outages if begin * DAY < self.now)

    def share(self, cdf: Callable[[float], float], start: float, slot: str | None) -> float:
        """The share of a delay, counted from ``start``, whose end would have been heard of."""
        until = self.until(slot)
        heard = cdf(until - start)
        for begin, end in self.outages:
            if end > start and begin < until:
                heard -= cdf(min(end, until) - start) - cdf(max(begin, start) - start)
        return heard
