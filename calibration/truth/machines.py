"""How likely it is that a machine did exactly this to a letter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calibration.model import Robot, World, place
from calibration.play import Letter, Visit, link_slot, slot_of
from calibration.truth.window import Window

_SHARES = (0.0005, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.9995)
_CELLS = 6


def visited(world: World, letter: Letter, robot: Robot, hits: Sequence[Visit], window: Window) -> float:
    """The likelihood (a density in time for each hit) of these hits and no others that would have been heard of."""
    stayed_away = 0.0 if hits else 1 - robot.chance
    if len({hit.link for hit in hits}) < len(hits) or (robot.one and sum(hit.link is not None for hit in hits) > 1):
        return 0.0
    marks = _marks(robot, hits)
    if robot.chance == 0 or marks == 0:
        return stayed_away
    visit = _Visit(robot, letter, window, slot_of(world, robot.cache), {hit.link: hit for hit in hits})
    return stayed_away + robot.chance * marks * sum(mass * visit.given(start) for start, mass in visit.starts())


def _marks(robot: Robot, hits: Sequence[Visit]) -> float:
    if not robot.one_place:
        return math.prod(robot.origin.density(hit.mark) for hit in hits)
    if len({(hit.mark.agent, place(hit.mark.ip)) for hit in hits}) > 1:
        return 0.0
    return robot.origin.density(hits[0].mark) if hits else 1.0


@dataclass(frozen=True, slots=True)
class _Visit:
    """A machine's visit that made these hits."""

    robot: Robot
    letter: Letter
    window: Window
    picture_slot: str | None
    hits: Mapping[int | None, Visit]
    """By link; ``None``: the picture."""

    def starts(self) -> Iterator[tuple[float, float]]:
        """Moments at which it may have begun, each with its probability."""
        robot, delivered = self.robot, self.letter.delivered
        assert delivered is not None  # noqa: S101 - for the type checker: the caller looked
        if self.hits:
            edges = self._edges_around_hits()
        else:
            quantiles = {delivered + robot.start.quantile(share) for share in _SHARES}
            edges = sorted(quantiles | self._corners())
            yield edges[0], robot.start.cdf(edges[0] - delivered)
            yield edges[-1], 1 - robot.start.cdf(edges[-1] - delivered)
        shares = [robot.start.cdf(edge - delivered) for edge in edges]
        for (begin, before), (end, after) in pairwise(zip(edges, shares, strict=True)):
            if after > before:
                yield (begin + end) / 2, after - before

    def _edges_around_hits(self) -> list[float]:
        """It lasts so long at most, so it began just before the first hit, and not too long before the last."""
        times = [hit.at for hit in self.hits.values()]
        late, early = min(times), max(times) - self.robot.within
        return [early + (late - early) * n / _CELLS for n in range(_CELLS + 1)] if early < late else []

    def _corners(self) -> set[float]:
        """Where the chance of hearing of a hit changes."""
        window, within = self.window, self.robot.within
        limits = {window.now, *(window.until(link_slot(n)) for n in range(len(self.letter.kind.links)))}
        limits.add(window.until(self.picture_slot))
        corners = {limit - back for limit in limits for back in (0.0, within / 2, within)}
        return corners | {edge for outage in window.outages for edge in outage}

    def given(self, start: float) -> float:
        """The likelihood of the hits' times, had it begun at ``start``."""
        robot, window = self.robot, self.window
        likelihood = self._target(start, None, robot.picture) if window.opens else 1.0
        if not window.clicks:
            return likelihood
        links = range(len(self.letter.kind.links))
        if robot.one:
            met = [link for link in self.hits if link is not None]
            return likelihood * sum(self._target(start, link, 1.0) for link in (met or links)) / len(links)
        return likelihood * math.prod(self._target(start, link, robot.every) for link in links)

    def _target(self, start: float, link: int | None, chance: float) -> float:
        """The likelihood of what showed at one link, or at the picture, which it visits with this chance."""
        if link in self.hits:
            return chance / self.robot.within
        return 1 - chance * self._heard(start, self.picture_slot if link is None else link_slot(link))

    def _heard(self, start: float, slot: str | None) -> float:
        """The share of the visit's stretch of time in which a hit would have been heard of."""
        share = min(max((self.window.until(slot) - start) / self.robot.within, 0.0), 1.0)
        return share if share and self.window.shows(start, None) else 0.0
