"""The curve of a digest: counted right, the same in words and in the picture, legible."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.replies import chart as charts
from bot.replies.chart import ENOUGH, ENOUGH_BEFORE, Chart, Curve, curve

HOUR = timedelta(hours=1)


def some(seen: int, of: int, after: timedelta = 2 * HOUR) -> Curve:
    """So many emails, of which some were seen so long after they were sent."""
    return curve([after] * seen + [None] * (of - seen))


def picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(charts.draw(chart))).convert("RGB")


def test_shares_are_counted_by_the_hour() -> None:
    """A look counts from the moment it came, and an email nobody looked at counts among all."""
    told = curve([HOUR, 2 * HOUR, 30 * HOUR, None])
    assert (told.emails, told.within(0), told.within(1), told.within(1.75)) == (4, 0, 0.25, 0.25)
    assert (told.within(2), told.within(charts.HOURS)) == (0.5, 0.5)


def test_shares_never_fall() -> None:
    """The curve only rises: what was seen within an hour was seen within two."""
    told = curve([timedelta(minutes=7 * number) for number in range(200)])
    assert list(told.shares) == sorted(told.shares)


@pytest.mark.parametrize(
    ("now", "usual", "is_drawn"),
    [(ENOUGH, ENOUGH_BEFORE, True), (ENOUGH - 1, ENOUGH_BEFORE, False), (ENOUGH, ENOUGH_BEFORE - 1, False)],
)
def test_too_few_emails_make_no_curve(now: int, usual: int, *, is_drawn: bool) -> None:
    """Below the thresholds nothing is claimed; at them, it is."""
    assert (charts.chart(some(3, now), some(9, usual)) is not None) is is_drawn


def test_the_words_say_what_the_picture_shows() -> None:
    """The text alternative names both groups, how many emails each has, and their shares at three hours."""
    told = charts.told(Chart(some(6, 12), some(30, 120)))
    assert "these 12 emails: 0% within 1 hour, 50% within 4 hours and 50% within 12 hours." in told
    assert "the latest 120 emails before: 0% within 1 hour, 25% within 4 hours and 25% within 12 hours." in told


@pytest.mark.parametrize("seen", [(5000, 5000), (0, 0), (2500, 2520), (1, 5000)])
def test_a_small_picture(seen: tuple[int, int]) -> None:
    """Whatever the shares, the picture is small and opaque, and nothing in it runs over the edge of its card."""
    chart = Chart(some(seen[0], 5000), some(seen[1], 5000))
    drawn = picture(chart).convert("L")
    assert drawn.size == (charts.WIDTH, charts.HEIGHT)
    assert len(charts.draw(chart)) < 30_000
    along = [(x, y) for x in range(8, charts.WIDTH - 8) for y in (6, charts.HEIGHT - 7)]
    along += [(x, y) for x in (6, charts.WIDTH - 7) for y in range(8, charts.HEIGHT - 8)]
    assert min(int(drawn.getpixel(at)) for at in along) > 250  # type: ignore[arg-type]  # of one band


def test_the_lines_are_told_apart_without_colour() -> None:
    """In grey, too: one line is drawn through, the other has gaps, and their lightness differs."""
    grey = picture(Chart(some(12, 12, after=timedelta()), some(60, 120, after=timedelta()))).convert("L")

    def darkest(share: float) -> list[int]:
        at = round(charts._at(0, share)[1])
        across = range(round(charts._at(1, 0)[0]), round(charts._at(11, 0)[0]))
        return [min(int(grey.getpixel((x, y))) for y in range(at - 3, at + 4)) for x in across]  # type: ignore[arg-type]

    through, dashed = darkest(1.0), darkest(0.5)
    assert max(through) < 140
    assert max(dashed) > 200
    assert min(dashed) - min(through) > 15
