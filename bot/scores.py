"""How good probabilities and verdicts turned out to be, where somebody knows what really happened."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from store.records import Finding

BANDS = 10
"""Probabilities are compared in so many bands of equal width."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one email to one recipient, and what was true."""

    verdict: Finding
    probability: float
    version: str
    """The edition of the rules that judged."""
    seen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Verdicts that have something in common."""

    emails: int
    seen: int
    said: float
    """The mean of the probabilities."""
    brier: float
    """The mean squared distance of the probabilities from what was true: 0 is perfect, 0.25 a coin's."""

    @property
    def share(self) -> float:
        """The share that had been seen: what ``said`` should have been."""
        return self.seen / self.emails


@dataclass(frozen=True, slots=True)
class Fared:
    """How verdicts fared; groups without any email are left out."""

    together: Group | None
    """``None``: nobody has said anything yet."""
    calibration_error: float | None
    """The mean distance between what was said and what was true, band by band, weighed by emails."""
    verdicts: dict[Finding, Group]
    bands: dict[int, Group]
    """By band: 0 is 0 to 10 %."""
    versions: dict[str, Group]
    undecided: int
    """Marks that say nothing of whether the email was seen: "right" of "no reliable sign", for one."""


def fared(judged: Iterable[Judged], *, undecided: int = 0) -> Fared:
    """Compare verdicts with what was true."""
    every = list(judged)
    bands = _grouped(every, band_of)
    distance = fmean(abs(band_of_one.said - band_of_one.share) for band_of_one in _each(bands)) if every else None
    return Fared(
        together=_group(every) if every else None,
        calibration_error=distance,
        verdicts=_grouped(every, lambda one: one.verdict, list(Finding)),
        bands=bands,
        versions=_grouped(every, lambda one: one.version),
        undecided=undecided,
    )


def band_of(one: Judged) -> int:
    """Which band a probability lies in; 1 belongs to the last."""
    return min(int(one.probability * BANDS), BANDS - 1)


def _each(groups: dict[int, Group]) -> Iterable[Group]:
    """Each group as often as it has emails."""
    return (group for group in groups.values() for _ in range(group.emails))


_Key = TypeVar("_Key", bound=Hashable)


def _grouped(
    judged: Iterable[Judged], key: Callable[[Judged], _Key], order: Sequence[_Key] | None = None
) -> dict[_Key, Group]:
    found: dict[_Key, list[Judged]] = {}
    for one in judged:
        found.setdefault(key(one), []).append(one)
    keys = [wanted for wanted in order if wanted in found] if order else sorted(found, key=str)
    return {name: _group(found[name]) for name in keys}


def _group(judged: Sequence[Judged]) -> Group:
    return Group(
        emails=len(judged),
        seen=sum(one.seen for one in judged),
        said=fmean(one.probability for one in judged),
        brier=fmean((one.probability - one.seen) ** 2 for one in judged),
    )
