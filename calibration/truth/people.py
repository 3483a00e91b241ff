"""How likely it is that a person looked, and left exactly these traces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from calibration.attention import attention_of
from calibration.model import Device, Mark, World
from calibration.play import (
    AGAIN,
    CLICK_LAG,
    STRANGER_SHOWS,
    Letter,
    Visit,
    act_chance,
    link_slot,
    shifted,
    slot_of,
)
from calibration.truth.window import Window

_CELLS = 36
_LAGS = (0.001, 0.01, 0.05, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.95, 0.99, 0.999)


class Looker:
    """The person of a letter, with everything that is true of them."""

    def __init__(self, world: World, letter: Letter, window: Window) -> None:
        assert letter.delivered is not None  # noqa: S101 - for the type checker: the caller looked
        self._world, self._letter, self._window = world, letter, window
        self._traits, self._kind = letter.traits, letter.kind
        self._attention = attention_of(letter.traits)
        self._begun = self._attention.spent(letter.delivered)
        self._delay = letter.kind.delay.slower(letter.traits.pace)
        self._looks = shifted(letter.kind.looks, letter.traits.looks)
        self._clicks = shifted(letter.kind.clicks, letter.traits.clicks)
        self._strangers = letter.traits.strangers if world.strangers else 0.0
        self._shares = [share for _, share in letter.kind.links]
        self._total = sum(self._shares)

    def not_looked(self) -> float:
        """The chance of not having looked by now."""
        return 1 - self._looks * self._share_by(self._window.now)

    def can_be_theirs(self, visit: Visit) -> bool:
        mark = visit.mark
        return (self._later_open(mark) if visit.link is None else self._later_click(mark)) > 0

    def looked(self, visits: Sequence[Visit]) -> float:
        """The likelihood (a density in time for each visit) of a look by now that left these visits, and no others."""
        visits = sorted(visits, key=lambda visit: visit.at)
        until = visits[0].at if visits else self._window.now
        edges = self._edges(until, visits)
        shares = [self._share_by(edge) for edge in edges]
        likelihood = 0.0
        for (begin, before), (end, after) in pairwise(zip(edges, shares, strict=True)):
            if after > before:
                likelihood += self._looks * (after - before) * self._traces((begin + end) / 2, visits, None)
        if visits and visits[0].link is None:  # The first of them was the look itself.
            at = visits[0].at
            density = self._delay.pdf(self._attention.spent(at) - self._begun) * self._attention.rate(at)
            likelihood += self._looks * density * self._traces(at, visits[1:], visits[0])
        return likelihood

    def _share_by(self, at: float) -> float:
        """Of those who ever look, the share that has by then."""
        return self._delay.cdf(self._attention.spent(at) - self._begun)

    def _edges(self, until: float, visits: Sequence[Visit]) -> list[float]:
        """Edges of cells in which the look may have been: fine where it is likely, and just before each click."""
        spent, delay = self._attention.spent(until) - self._begun, self._delay
        most = delay.cdf(spent)
        begin = self._attention.when(self._begun)
        inner = [delay.quantile(most * n / _CELLS) for n in range(1, _CELLS)] if most > 0 else []
        edges = {begin, until, *(self._attention.when(self._begun + after) for after in inner)}
        for visit in visits:
            if visit.link is not None:
                edges |= {visit.at - CLICK_LAG.quantile(share) for share in _LAGS}
        edges |= {edge for outage in self._window.outages for edge in outage}
        return sorted(edge for edge in edges if begin <= edge <= until)

    def _traces(self, look: float, visits: Sequence[Visit], opened: Visit | None) -> float:
        """The likelihood of the traces, had the look been at ``look``; ``opened``: its own load of the picture."""
        window = self._window
        likelihood = self._later_silence(look)
        for act in self._kind.acts:
            likelihood *= 1 - act_chance(self._letter, act) * act.delay.cdf(window.now - look)
        clicks = [visit for visit in visits if visit.link is not None]
        for visit in visits:
            if visit.link is None:
                likelihood *= self._traits.reopens * AGAIN.pdf(visit.at - look) * self._later_open(visit.mark)
        again = [self._click_again(click, look) for click in clicks]
        silent = 1 - self._clicks * self._click_heard(look)
        total = 0.0
        for share, device in self._traits.devices:
            first = [self._click_first(click, look, device) for click in clicks]
            ways = silent * math.prod(again)
            for n, chance in enumerate(first):
                ways += chance * math.prod(other for m, other in enumerate(again) if m != n)
            total += share * self._opening(look, device, opened) * ways
        return likelihood * total

    def _opening(self, look: float, device: Device, opened: Visit | None) -> float:
        if opened is not None:
            return device.shows * device.opens.density(opened.mark)
        heard = self._window.opens and self._window.shows(look, slot_of(self._world, device.cache))
        return 1 - device.shows * heard

    def _click_heard(self, look: float) -> float:
        """The chance that a click which follows the look would have been heard of."""
        if not self._window.clicks:
            return 0.0
        heard = (
            share * self._window.share(CLICK_LAG.cdf, look, link_slot(link)) for link, share in enumerate(self._shares)
        )
        return sum(heard) / self._total

    def _click_first(self, click: Visit, look: float, device: Device) -> float:
        return (
            self._clicks * self._link_share(click) * CLICK_LAG.pdf(click.at - look) * device.clicks.density(click.mark)
        )

    def _click_again(self, click: Visit, look: float) -> float:
        later = self._traits.reclicks * AGAIN.pdf(click.at - look)
        return later * self._link_share(click) * self._later_click(click.mark)

    def _link_share(self, click: Visit) -> float:
        return self._shares[click.link or 0] / self._total

    def _later_silence(self, look: float) -> float:
        """The chance that later looks and clicks left nothing but what they left."""
        expected = 0.0
        if self._window.opens:
            for share, device in self._traits.devices:
                heard = self._window.share(AGAIN.cdf, look, slot_of(self._world, device.cache))
                expected += self._traits.reopens * (1 - self._strangers) * share * device.shows * heard
            heard = self._window.share(AGAIN.cdf, look, slot_of(self._world, None))
            expected += self._traits.reopens * self._strangers * STRANGER_SHOWS * heard
        if self._window.clicks:
            for link, share in enumerate(self._shares):
                heard = self._window.share(AGAIN.cdf, look, link_slot(link))
                expected += self._traits.reclicks * share / self._total * heard
        return math.exp(-expected)

    def _later_open(self, mark: Mark) -> float:
        own = sum(share * device.shows * device.opens.density(mark) for share, device in self._traits.devices)
        return (1 - self._strangers) * own + self._by_stranger(mark) * STRANGER_SHOWS

    def _later_click(self, mark: Mark) -> float:
        own = sum(share * device.clicks.density(mark) for share, device in self._traits.devices)
        return (1 - self._strangers) * own + self._by_stranger(mark)

    def _by_stranger(self, mark: Mark) -> float:
        return self._strangers * self._world.strangers.density(mark) if self._world.strangers else 0.0
