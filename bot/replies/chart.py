"""How soon emails are seen, against how soon they usually are: as a curve, in words, and as a small picture. Pure.

The picture says nothing that the words don't. It is a white card, so that it stands on a dark page as on a light one;
its two lines differ in shape and lightness as well as in colour, and each is named where it ends.
"""

from __future__ import annotations

import io
import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import count

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

HOURS = 12
"""As far as the curves go: the emails of a working day are that old the next morning."""
STEP = timedelta(minutes=15)
ENOUGH = 10
"""Fewer emails make no curve: one person more or less would move it by more than a tenth."""
ENOUGH_BEFORE = 50
"""Fewer emails make no habit."""
_NAMED = (1, 4, HOURS)
"""The hours that the words name."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Of some emails, the share that a person is known to have seen within so many steps of the sending."""

    emails: int
    shares: tuple[float, ...]

    def within(self, hours: float) -> float:
        """The share seen within so many hours, 0 to 1."""
        return self.shares[round(timedelta(hours=hours) / STEP)]


@dataclass(frozen=True, slots=True)
class Chart:
    """The emails of a day, and the firm's habit."""

    now: Curve
    usual: Curve


def curve(times: Iterable[timedelta | None]) -> Curve:
    """From how long after the sending each email was seen; ``None``: it wasn't, as far as is known."""
    known = list(times)
    seen = sorted(time for time in known if time is not None)
    steps = range(round(timedelta(hours=HOURS) / STEP) + 1)
    return Curve(len(known), tuple(bisect_right(seen, STEP * step) / max(len(known), 1) for step in steps))


def chart(now: Curve, usual: Curve) -> Chart | None:
    """The two together; ``None`` where there is too little of either to tell anything."""
    return Chart(now, usual) if now.emails >= ENOUGH and usual.emails >= ENOUGH_BEFORE else None


def told(chart: Chart) -> str:
    """What the picture shows, in words."""
    now, usual = chart.now, chart.usual
    return (
        f"Share of emails that a person is known to have looked at, by hours since sending. Of these "
        f"{count(now.emails, 'email')}: {_said(now)}. "
        f"Usually, by the latest {count(usual.emails, 'email')} before: {_said(usual)}."
    )


def in_short(chart: Chart) -> str:
    """The same in one sentence, in emails."""
    emails, seen = chart.now.emails, chart.now.within(HOURS)
    usual = round(chart.usual.within(HOURS) * emails)
    were = "was" if round(seen * emails) == 1 else "were"
    return (
        f"Of {count(emails, 'email')}, {round(seen * emails)} {were} seen within {HOURS} hours of being sent; "
        f"usually it is about {usual}."
    )


def _said(curve: Curve) -> str:
    shares = [f"{_percent(curve.within(hours))} within {count(hours, 'hour')}" for hours in _NAMED]
    return f"{', '.join(shares[:-1])} and {shares[-1]}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


# ── The picture ──────────────────────────────────────────────────────────────────────────────────────────────────

WIDTH, HEIGHT = 720, 320
_FINER = 2
"""It is drawn so many times larger and made smaller then, which smooths its lines."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 176, 62, 46
_INK, _QUIET, _GRID, _EDGE = "#1d1c1d", "#595959", "#e8e8e8", "#c8c8c8"
_NOW, _USUAL = "#0072b2", "#7a7a7a"
"""A blue that people of every kind of sight tell from grey."""

Point = tuple[float, float]


def draw(chart: Chart) -> bytes:
    """The picture, as PNG of about ten kilobytes."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only a digest draws

    image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), "white")
    pen = _Pen(ImageDraw.Draw(image))
    pen.frame()
    pen.curve(chart.usual, _USUAL, dashed=True)
    pen.curve(chart.now, _NOW)
    pen.names(chart)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(64, dither=Image.Dither.NONE)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


class _Pen:
    """Draws in the picture's own measure."""

    def __init__(self, on: ImageDraw) -> None:
        self._on = on

    def frame(self) -> None:
        """The card, its title, and what the axes say."""
        self._on.rounded_rectangle(
            (1, 1, WIDTH * _FINER - 2, HEIGHT * _FINER - 2), 16 * _FINER, outline=_EDGE, width=2 * _FINER
        )
        self.text((20, 30), "Seen by a person, by hours since sending", 19, _INK)
        for quarter in range(5):
            left, y = _at(0, quarter / 4)
            self.line([(left, y), _at(HOURS, quarter / 4)], _GRID if quarter else _EDGE, 1)
            self.text((left - 10, y), f"{quarter * 25} %", 15, _QUIET, anchor="rm")
        for hours in range(0, HOURS + 1, 2):
            x, y = _at(hours, 0)
            self.text((x, y + 18), f"{hours} h", 15, _QUIET, anchor="mm")

    def curve(self, curve: Curve, colour: str, *, dashed: bool = False) -> None:
        """A line through its shares."""
        points = [_at(number * (STEP / timedelta(hours=1)), share) for number, share in enumerate(curve.shares)]
        for piece in _dashes(points) if dashed else [points]:
            self.line(piece, colour, 3 if dashed else 4)

    def names(self, chart: Chart) -> None:
        """Each line's name where it ends, one below the other where they end close together."""
        now, usual = chart.now.within(HOURS), chart.usual.within(HOURS)
        x, now_at = _at(HOURS, now)
        _, usual_at = _at(HOURS, usual)
        apart = 44.0
        if abs(now_at - usual_at) < apart:
            middle, up = (now_at + usual_at) / 2, 1 if now >= usual else -1
            now_at, usual_at = middle - up * apart / 2, middle + up * apart / 2
        down = min(0.0, HEIGHT - _BOTTOM - max(now_at, usual_at))
        for y, colour, share, name in (
            (now_at + down, _NOW, now, f"these {chart.now.emails} emails"),
            (usual_at + down, _QUIET, usual, "usually"),
        ):
            self.text((x + 14, y - 10), _percent(share).replace("%", " %"), 20, colour, anchor="lm")
            self.text((x + 14, y + 11), name, 16, colour, anchor="lm")

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line through some points, round where it bends."""
        scaled = [(x * _FINER, y * _FINER) for x, y in points]
        self._on.line(scaled, fill=colour, width=round(width * _FINER), joint="curve")

    def text(self, at: Point, words: str, size: int, colour: str, *, anchor: str = "lm") -> None:
        """Words; ``anchor`` as Pillow names it."""
        from PIL import ImageFont  # noqa: PLC0415

        font = ImageFont.load_default(size * _FINER)
        self._on.text((at[0] * _FINER, at[1] * _FINER), words, fill=colour, font=font, anchor=anchor)


def _at(hours: float, share: float) -> Point:
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    return _LEFT + across * hours / HOURS, _TOP + down * (1 - share)


def _dashes(points: Sequence[Point], length: float = 9, gap: float = 6) -> Iterable[list[Point]]:
    """A line cut into dashes."""
    fine = list(_along(points))
    period = round(length + gap)
    for start in range(0, len(fine), period):
        piece = fine[start : start + round(length) + 1]
        if len(piece) > 1:
            yield piece


def _along(points: Sequence[Point]) -> Iterable[Point]:
    """Points on a line, each one further by about one unit."""
    yield points[0]
    left = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        distance = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        at = 1 - left
        while distance and at <= distance:
            yield x1 + (x2 - x1) * at / distance, y1 + (y2 - y1) * at / distance
            at += 1
        left = (left + distance) % 1
