"""How good probabilities and answers are, measured against what really happened."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from calibration.model import MINUTE
from calibration.play import Letter
from calibration.pools import APPLE_PRIVACY, GMAIL_PREFETCH, GMAIL_PROXY, YAHOO_PROXY
from store.records import Finding

BINS = 10
LATE = 10 * MINUTE
"""So long after the delivery, a click counts as late."""

_SERVICES = frozenset({*APPLE_PRIVACY, *GMAIL_PROXY, *GMAIL_PREFETCH, *YAHOO_PROXY})


@dataclass(frozen=True, slots=True)
class Case:
    """One email to one recipient, as it stood when it was asked about."""

    seen: bool
    """Whether a person had looked."""
    bounced: bool
    arrived: bool
    showed_person: bool
    """Whether a late click or a direct open of a person was recorded."""
    links_left: bool
    """Whether machines left a link on which a person's click would be recorded."""
    probabilities: Mapping[str, float]
    """By who says it."""
    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases that were given about the same probability."""

    said: float
    """The mean of the probabilities."""
    true: float
    """The share that had been seen."""
    cases: int


def showed_person(letter: Letter, now: float) -> bool:
    """Whether a person's late click or their direct open, through no picture service, had been recorded by ``now``."""
    return letter.delivered is not None and any(
        visit.by_person
        and visit.at <= now
        and (visit.mark.agent not in _SERVICES if visit.link is None else visit.at - letter.delivered >= LATE)
        for visit in letter.visits
    )


def links_left(letter: Letter) -> bool:
    """Whether there is a link that no machine has followed: Postmark records one click for each."""
    followed = {visit.link for visit in letter.visits if not visit.by_person}
    return letter.kind.links_tracked and any(link not in followed for link in range(len(letter.kind.links)))


def answer_of(probability: float, letter: Letter, now: float) -> Finding:
    """The answer that somebody gives who believes in this probability and knows how the delivery went."""
    if probability >= 0.9:
        return Finding.SEEN
    if probability >= 0.6:
        return Finding.PROBABLY_SEEN
    if letter.delivered is None:
        return Finding.NOT_DELIVERED
    return Finding.NO_SIGN if letter.delivered <= now else Finding.IN_TRANSIT


def brier(cases: Sequence[Case], who: str) -> float:
    """The mean squared distance of the probabilities from what was true: 0 is perfect, 0.25 a coin's."""
    return fmean((case.probabilities[who] - case.seen) ** 2 for case in cases)


def reliability(cases: Sequence[Case], who: str) -> list[Bin]:
    """The cases in ten bins of equal width, the empty ones left out."""
    bins: dict[int, list[Case]] = {}
    for case in cases:
        bins.setdefault(min(int(case.probabilities[who] * BINS), BINS - 1), []).append(case)
    return [
        Bin(fmean(case.probabilities[who] for case in group), fmean(case.seen for case in group), len(group))
        for _, group in sorted(bins.items())
    ]


def calibration_error(cases: Sequence[Case], who: str) -> float:
    """The mean distance between what was said and what was true, bin by bin, weighed by how many cases are in each."""
    return sum(abs(bin_.said - bin_.true) * bin_.cases for bin_ in reliability(cases, who)) / len(cases)


def kept(cases: Sequence[Case], who: str, *, best: str, naive: str) -> float:
    """Of the excess Brier score that the naive rule has over the best possible answer, the share that is left."""
    floor = brier(cases, best)
    return (brier(cases, who) - floor) / (brier(cases, naive) - floor)


def kept_error(cases: Sequence[Case], who: str, *, best: str, naive: str) -> float:
    """The standard error of `kept`: how far chance may have moved it, as cases are few and the gap may be small."""
    share = kept(cases, who, best=best, naive=naive)
    gap = brier(cases, naive) - brier(cases, best)

    def off(case: Case) -> float:
        wrong = {name: (case.probabilities[name] - case.seen) ** 2 for name in (who, best, naive)}
        return (wrong[who] - wrong[best]) - share * (wrong[naive] - wrong[best])

    return pstdev([off(case) for case in cases]) / (math.sqrt(len(cases)) * gap)


def accuracy(cases: Sequence[Case], who: str) -> float:
    """The share of the answers that were right."""
    return fmean(_is_right(case.findings[who], case) for case in cases)


def _is_right(finding: Finding, case: Case) -> bool:
    match finding:
        case Finding.SEEN | Finding.PROBABLY_SEEN:
            return case.seen
        case Finding.NO_SIGN:
            return case.arrived and not case.seen
        case Finding.NOT_DELIVERED:
            return case.bounced
        case Finding.IN_TRANSIT:
            return not case.arrived and not case.bounced


def unseen_among_seen(cases: Sequence[Case], who: str) -> float:
    """Of the emails called seen, the share that nobody had looked at; 0 when none was called so."""
    return _share([not case.seen for case in cases if case.findings[who] is Finding.SEEN])


def recognised(cases: Sequence[Case], who: str) -> float | None:
    """Of the emails with a person's own late click or direct open, the share called seen; ``None``: there are none."""
    own = [case.findings[who] is Finding.SEEN for case in cases if case.showed_person]
    return _share(own) if own else None


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
