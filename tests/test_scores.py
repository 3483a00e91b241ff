"""How verdicts are compared with what was true."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.replies import opinions, tables
from bot.scores import Judged, fared
from store.records import Finding

judged = st.lists(
    st.builds(Judged, st.sampled_from(Finding), st.floats(0, 1), st.sampled_from(["1", "2"]), seen=st.booleans()),
    max_size=60,
)


def shown(every: list[Judged], undecided: int = 0) -> str:
    out = io.StringIO()
    tables.show_fared(fared(every, undecided=undecided), Console(file=out, width=80))
    return out.getvalue()


@given(judged)
def test_every_email_is_counted_once_in_each_table(every: list[Judged]) -> None:
    """By verdict, by band and by edition, the emails and those that were seen add up to all."""
    told = fared(every)
    seen = sum(one.seen for one in every)
    for groups in (told.verdicts.values(), told.bands.values(), told.versions.values()):
        assert sum(group.emails for group in groups) == len(every)
        assert sum(group.seen for group in groups) == seen
    assert (told.together is None) == (not every)
    json.dumps(opinions.fared_to_json(told), allow_nan=False)
    assert all(len(line) <= 80 for line in shown(every).splitlines())


@given(judged.filter(bool))
def test_figures_stay_in_their_bounds(every: list[Judged]) -> None:
    """Brier score and calibration error lie between 0 and 1, and every mean within its band."""
    told = fared(every)
    assert told.together
    assert told.calibration_error is not None
    assert 0 <= told.together.brier <= 1
    assert 0 <= told.calibration_error <= 1
    assert all(band / 10 - 1e-9 <= group.said <= (band + 1) / 10 + 1e-9 for band, group in told.bands.items())


def test_the_figures_by_hand() -> None:
    """Four emails worked out by hand: Brier score, calibration error, and the share that was seen."""
    every = [
        Judged(Finding.SEEN, 0.95, "1", seen=True),
        Judged(Finding.SEEN, 0.95, "1", seen=False),
        Judged(Finding.NO_SIGN, 0.4, "1", seen=False),
        Judged(Finding.NO_SIGN, 0.2, "2", seen=True),
    ]
    told = fared(every, undecided=1)
    assert told.together
    assert told.together.brier == pytest.approx((0.0025 + 0.9025 + 0.16 + 0.64) / 4)
    assert told.calibration_error == pytest.approx((2 * 0.45 + 0.4 + 0.8) / 4)
    assert told.verdicts[Finding.SEEN].share == 0.5
    assert list(told.bands) == [2, 4, 9]
    text = " ".join(shown(every, undecided=1).split())
    assert "So few emails (4) say little" in text
    assert "Not counted" in text


def test_perfect_foresight_scores_nothing() -> None:
    """Who says 0 and 1 and is right has a Brier score and a calibration error of 0."""
    told = fared([Judged(Finding.SEEN, 1.0, "1", seen=True), Judged(Finding.NO_SIGN, 0.0, "1", seen=False)])
    assert told.together
    assert (told.together.brier, told.calibration_error) == (0, 0)
