"""The picture of what silence means in docs/evidence.md: ``python -m calibration.silence`` draws it anew.

The curves are the engine's own sums for an email of which nothing has been heard.
"""

from __future__ import annotations

import math
from pathlib import Path
from xml.sax.saxutils import escape

from bot.evidence.arithmetic import Prior, add_up
from bot.evidence.timing import DAY, HOUR, MINUTE, Delay

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "silence.svg"

EVER = 0.8
DELAY = Delay(2 * HOUR)
CURVES = (
    (0.0, "nothing could show", "#8a8f98"),
    (0.3, "3 in 10 looks show: pictures blocked, links tracked", "#e0a100"),
    (0.7, "7 in 10 looks show", "#c8641b"),
    (0.95, "19 in 20 looks show: Gmail, links tracked", "#0b6e4f"),
)
"""How likely a look would have shown."""

_TIMES = (
    (5 * MINUTE, "5 min"),
    (30 * MINUTE, "30 min"),
    (2 * HOUR, "2 h"),
    (8 * HOUR, "8 h"),
    (DAY, "1 day"),
    (3 * DAY, "3 days"),
    (14 * DAY, "2 weeks"),
)
_LEFT, _TOP, _WIDTH, _HEIGHT = 60, 60, 480, 280


def chance(after: float, shows: float) -> float:
    """That somebody has looked so many seconds after the delivery, of which nothing has been heard."""
    return add_up([], Prior(ever=EVER, by_now=EVER * DELAY.share(after)), shows).probability


def draw() -> str:
    """The picture, as SVG."""
    parts = [
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 880 400' font-family='sans-serif' font-size='12'>",
        "<title>The chance that an email has been seen while nothing shows</title>",
        "<rect width='880' height='400' fill='white'/>",
        _text(_LEFT, 24, "How likely has somebody seen it, while nothing shows?", more="font-weight='600'"),
        _text(_LEFT, 42, "an email of which 8 in 10 are looked at, half of those within 2 hours of the delivery"),
        *_axes(),
    ]
    for shows, words, colour in CURVES:
        parts += _curve(shows, words, colour)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _at(after: float, true: float) -> tuple[float, float]:
    first, last = math.log(_TIMES[0][0]), math.log(_TIMES[-1][0])
    return _LEFT + _WIDTH * (math.log(after) - first) / (last - first), _TOP + _HEIGHT * (1 - true)


def _text(x: float, y: float, words: str, *, colour: str = "#222", more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' {more}>{escape(words)}</text>"


def _axes() -> list[str]:
    parts = []
    for quarter in (0, 0.25, 0.5, 0.75, 1):
        x, y = _at(_TIMES[0][0], quarter)
        parts.append(f"<line x1='{x:.1f}' y1='{y:.1f}' x2='{x + _WIDTH:.1f}' y2='{y:.1f}' stroke='#eee'/>")
        parts.append(_text(x - 8, y + 4, f"{quarter:.0%}", colour="#555", more="text-anchor='end'"))
    for after, words in _TIMES:
        x, y = _at(after, 0)
        parts.append(_text(x, y + 18, words, colour="#555", more="text-anchor='middle'"))
    return [*parts, _text(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 40, "after delivery", colour="#555")]


def _curve(shows: float, words: str, colour: str) -> list[str]:
    first, last = math.log(_TIMES[0][0]), math.log(_TIMES[-1][0])
    times = [math.exp(first + (last - first) * step / 60) for step in range(61)]
    places = [_at(after, chance(after, shows)) for after in times]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2.5'/>",
        _text(x + 8, y + 4, words, colour=colour),
    ]


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
