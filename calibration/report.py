"""The figures of all worlds: as tables for people, and as values for ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calibration import score
from calibration.model import World
from calibration.score import Case
from calibration.trial import BEST, EVERYBODY, FRESH, LEARNED, NAIVE

Figures = dict[str, Any]

BOUNDS = {
    LEARNED: {"kept": 0.30, "both channels": 0.05, "one channel": 0.15},
    FRESH: {"kept": 0.45, "both channels": 0.08, "one channel": 0.15},
}
"""What Seen must stay under: the share of excess Brier score, and the calibration error by what can show."""

HONEST = {"unseen among seen": 0.02, "recognised": 0.8}


_LEFT_AT_LEAST = 0.05


def channels(world: World, cases: Sequence[Case]) -> str:
    """What a person's visit can show as in a world: where machines use up every link first, only opens can show."""
    left = sum(case.links_left for case in cases) / len(cases)
    both = world.opens_tracked and world.links_tracked and left >= _LEFT_AT_LEAST
    return "both channels" if both else "one channel"


def figures(world: World, cases: Sequence[Case]) -> Figures:
    """Everything that is measured in a world."""
    return {
        "about": world.about,
        "channels": channels(world, cases),
        "cases": len(cases),
        "seen": round(sum(case.seen for case in cases) / len(cases), 3),
        "by": {who: _of(cases, who) for who in EVERYBODY},
    }


def _of(cases: Sequence[Case], who: str) -> Figures:
    recognised = score.recognised(cases, who)
    return {
        "brier": round(score.brier(cases, who), 4),
        "kept": round(score.kept(cases, who, best=BEST, naive=NAIVE), 3),
        "kept give or take": round(score.kept_error(cases, who, best=BEST, naive=NAIVE), 3),
        "calibration error": round(score.calibration_error(cases, who), 3),
        "accuracy": round(score.accuracy(cases, who), 3),
        "unseen among seen": round(score.unseen_among_seen(cases, who), 4),
        "recognised": None if recognised is None else round(recognised, 3),
        "reliability": [
            [round(bin_.said, 3), round(bin_.true, 3), bin_.cases] for bin_ in score.reliability(cases, who)
        ],
    }


def misses(name: str, found: Figures) -> list[str]:
    """The bounds that a world's figures break, a sentence each."""
    sentences = []
    for who, bounds in BOUNDS.items():
        own = found["by"][who]
        for figure, most in (("kept", bounds["kept"]), ("calibration error", bounds[found["channels"]])):
            if own[figure] > most:
                sentences.append(f"{name}: {who}: {figure} is {own[figure]:.3f}, at most {most:.2f} is wanted.")
    return sentences


def dishonesties(name: str, found: Figures) -> list[str]:
    """Where Seen calls too much seen, or too little."""
    sentences = []
    for who in BOUNDS:
        own = found["by"][who]
        if own["unseen among seen"] > HONEST["unseen among seen"]:
            sentences.append(f"{name}: {who}: {own['unseen among seen']:.1%} of what it calls seen was not.")
        if own["recognised"] is not None and own["recognised"] < HONEST["recognised"]:
            sentences.append(f"{name}: {who}: only {own['recognised']:.0%} of a person's own visits are called seen.")
    return sentences


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def tables(results: Mapping[str, Figures]) -> str:
    """Every figure of all worlds, a table each, as text."""
    return "\n\n".join(
        [
            _table("Brier score (0 is perfect)", results, EVERYBODY, "brier", "{:.3f}"),
            _table("Kept of the naive rule's excess Brier score", results, EVERYBODY[1:], "kept", "{:.0%}"),
            _table("Calibration error", results, EVERYBODY, "calibration error", "{:.3f}"),
            _table("Right answers", results, EVERYBODY, "accuracy", "{:.0%}"),
            _table("Called seen, but was not", results, EVERYBODY, "unseen among seen", "{:.1%}"),
            _table("A person's own late click or direct open: called seen", results, EVERYBODY, "recognised", "{:.0%}"),
        ]
    )


def _table(title: str, results: Mapping[str, Figures], columns: Sequence[str], figure: str, form: str) -> str:
    lines = [title, f"{'':14}{'cases':>7}" + "".join(f"{column:>19}" for column in columns)]
    for name, found in results.items():
        values = (found["by"][column][figure] for column in columns)
        cells = "".join(f"{'-' if value is None else form.format(value):>19}" for value in values)
        lines.append(f"{name:14}{found['cases']:>7}{cells}")
    return "\n".join(lines)


def reliability_table(cases: Sequence[Case], who: str) -> str:
    """What was said against what was true, in ten bins."""
    lines = [f"{who}: said · true · cases"]
    lines += [f"{bin_.said:>8.2f}{bin_.true:>8.2f}{bin_.cases:>8}" for bin_ in score.reliability(cases, who)]
    return "\n".join(lines)
