"""The picture for the README: what is said against what is true, and how far everybody is from the best possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from calibration.score import Case, reliability
from calibration.trial import BEST, FRESH, LEARNED, NAIVE

_SIDE, _TOP, _LEFT = 300, 70, 60
_BARS_AT = 630
_ROW = 27
_COLOURS = {LEARNED: "#0b6e4f", FRESH: "#e0a100", NAIVE: "#b3362c", BEST: "#8a8f98"}
_FONT = "font-family='system-ui, sans-serif'"


def draw(cases: Sequence[Case], results: Mapping[str, Any]) -> str:
    """An SVG of these cases (the curves) and these worlds' figures (the bars)."""
    height = max(_TOP + _SIDE + 70, _TOP + _ROW * len(results) + 50)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1010 {height}' {_FONT} font-size='12'>",
        "<title>How far Seen's probabilities can be believed, in simulated worlds</title>",
        f"<rect width='1010' height='{height}' fill='white'/>",
        *_axes(),
        *_curve(cases, FRESH, 44),
        *_curve(cases, LEARNED, 24),
        *_naive(cases),
        *_bars(results),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _at(said: float, true: float) -> tuple[float, float]:
    return _LEFT + said * _SIDE, _TOP + (1 - true) * _SIDE


def _text(x: float, y: float, words: str, *, colour: str = "#222", anchor: str = "start", bold: bool = False) -> str:
    weight = " font-weight='600'" if bold else ""
    return f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' text-anchor='{anchor}'{weight}>{escape(words)}</text>"


def _line(begin: tuple[float, float], end: tuple[float, float], colour: str, more: str = "") -> str:
    (x1, y1), (x2, y2) = begin, end
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' {more}/>"


def _axes() -> list[str]:
    parts = [
        _text(_LEFT, 28, "Of the emails given this probability, how many had been seen?", bold=True),
        _line(_at(0, 0), _at(1, 1), "#bbb", "stroke-dasharray='4 4'"),
    ]
    for tenth in (0, 0.25, 0.5, 0.75, 1):
        parts += [
            _line(_at(tenth, 0), _at(tenth, 1), "#eee"),
            _line(_at(0, tenth), _at(1, tenth), "#eee"),
            _text(_at(tenth, 0)[0], _at(0, 0)[1] + 18, f"{tenth:.0%}", anchor="middle", colour="#555"),
            _text(_LEFT - 8, _at(0, tenth)[1] + 4, f"{tenth:.0%}", anchor="end", colour="#555"),
        ]
    parts.append(_text(_LEFT + _SIDE / 2, _at(0, 0)[1] + 38, "said", anchor="middle", colour="#555"))
    return parts


def _curve(cases: Sequence[Case], who: str, legend: float) -> list[str]:
    points, colour = reliability(cases, who), _COLOURS[who]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(point.said, point.true) for point in points))
    parts = [f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2.5'/>"]
    for point in points:
        x, y = _at(point.said, point.true)
        radius = 2 + 8 * (point.cases / len(cases)) ** 0.5
        parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='{colour}' fill-opacity='.75'/>")
    return [*parts, _text(_LEFT + 14, _TOP + legend, who, colour=colour, bold=True)]


def _naive(cases: Sequence[Case]) -> list[str]:
    """The naive rule says 0 or 1: two points."""
    parts = []
    for point in reliability(cases, NAIVE):
        x, y = _at(point.said, point.true)
        parts.append(f"<rect x='{x - 5:.1f}' y='{y - 5:.1f}' width='10' height='10' fill='{_COLOURS[NAIVE]}'/>")
    parts.append(_text(_LEFT + 14, _TOP + 64, f"“{NAIVE} = seen”", colour=_COLOURS[NAIVE], bold=True))
    return parts


def _bars(results: Mapping[str, Any]) -> list[str]:
    shown = (NAIVE, FRESH, LEARNED, BEST)
    most = max(found["by"][who]["brier"] for found in results.values() for who in shown)
    scale = 300 / most
    parts = [
        _text(_BARS_AT - 90, 28, "How wrong are they? (Brier score, shorter is better)", bold=True),
        _text(_BARS_AT - 90, 48, "worlds kept back from fitting; grey: the best possible answer", colour="#555"),
    ]
    for row, (name, found) in enumerate(results.items()):
        top = _TOP + row * _ROW
        parts.append(_text(_BARS_AT - 10, top + 14, name, anchor="end"))
        for n, who in enumerate(shown):
            width = found["by"][who]["brier"] * scale
            parts.append(
                f"<rect x='{_BARS_AT}' y='{top + n * 5}' width='{width:.1f}' height='4' fill='{_COLOURS[who]}'/>"
            )
    return parts
