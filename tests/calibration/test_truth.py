"""The best possible answer is what it claims to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.attention import Attention, attention_of
from calibration.model import DAY, HOUR, Delay, Kind, World
from calibration.play import HISTORY, LENGTH, Letter, play, shifted
from calibration.score import Case, calibration_error
from calibration.trial import smaller
from calibration.truth import posterior
from tests.calibration.conftest import SWEEP, WORLDS, plain_world

_NOW = LENGTH * DAY


def _case(world: World, letter: Letter, now: float) -> Case:
    seen = letter.looked is not None and letter.looked <= now
    arrived = letter.delivered is not None
    return Case(
        seen=seen,
        bounced=not arrived,
        arrived=arrived,
        showed_person=False,
        links_left=True,
        probabilities={"best": posterior(world, letter, now)},
        findings={},
    )


def _delivered(world: World) -> Letter:
    return next(letter for letter in play(world, 1).letters if letter.delivered is not None)


def _untouched(world: World) -> Letter:
    return replace(_delivered(world), visits=(), acts=(), looked=None)


def _late(worlds: Sequence[World]) -> list[Case]:
    """The emails of the last fourteen days, as they stood at their end."""
    letters = ((world, letter) for world in worlds for letter in play(world, 7).letters)
    return [_case(world, letter, _NOW) for world, letter in letters if letter.sent >= HISTORY * DAY]


def _soon(worlds: Sequence[World]) -> list[Case]:
    """Some emails, as they stood an hour after their sending, while machines are still at work."""
    letters = ((world, letter) for world in worlds for letter in play(world, 8).letters[::9])
    return [_case(world, letter, letter.sent + HOUR) for world, letter in letters]


@pytest.mark.parametrize("ask", [_late, _soon])
def test_it_is_calibrated(ask: Callable[[Sequence[World]], list[Case]]) -> None:
    """Of the emails to which the truth gives a chance, that share had been looked at: the simulator and it agree."""
    cases = ask([smaller(world, 0.15) for world in WORLDS])
    assert len(cases) > 1_000
    assert calibration_error(cases, "best") < 0.035


@pytest.mark.soak
@pytest.mark.parametrize("ask", [_late, _soon])
def test_it_is_calibrated_in_full(ask: Callable[[Sequence[World]], list[Case]]) -> None:
    """With five times as many emails, the chances agree ever more closely with what happened."""
    cases = ask([smaller(world, 0.75) for world in WORLDS])
    assert len(cases) > 10_000
    assert calibration_error(cases, "best") < 0.012


def test_silence_follows_the_formula() -> None:
    """Where nothing but one open could have shown, silence is worth what the formula says."""
    kind: Kind = replace(plain_world().kinds[0], links_tracked=False)
    world = replace(plain_world(), kinds=(kind,))
    letter = _untouched(world)
    assert letter.delivered is not None
    attention = attention_of(letter.traits)
    for after in (HOUR, DAY, 7 * DAY):
        now = letter.delivered + after
        looked = 0.6 * kind.delay.cdf(attention.spent(now) - attention.spent(letter.delivered))
        expected = looked * 0.2 / (1 - looked * 0.8)
        assert posterior(world, letter, now) == pytest.approx(expected, rel=1e-6)


def test_a_person_who_acted_has_looked() -> None:
    """A reply, a payment or an open that no machine could have made makes it certain."""
    world = plain_world()
    letters = [letter for letter in play(world, 1).letters if letter.visits]
    assert letters
    assert all(posterior(world, letter, _NOW + DAY) == pytest.approx(1) for letter in letters)
    letter = _untouched(world)
    assert posterior(world, replace(letter, acts=(("reply", letter.sent + HOUR),)), _NOW + DAY) == 1


def test_what_did_not_arrive_was_not_looked_at() -> None:
    """A bounced email, and one that is still on its way, has not been looked at."""
    world = plain_world()
    letter = _untouched(world)
    assert posterior(world, replace(letter, delivered=None), _NOW) == 0
    assert posterior(world, replace(letter, delivered=_NOW + 1), _NOW) == 0


def test_a_sweep_says_nothing_of_the_person() -> None:
    """When a machine that follows everything came by, the chance is that of a look which nothing could have shown."""
    world = plain_world(replace(SWEEP, chance=1.0, picture=0.0))
    swept = [
        letter
        for letter in play(world, 1).letters
        if len(letter.visits) == 2 and not any(visit.by_person for visit in letter.visits)
    ]
    assert len(swept) > 50
    for letter in swept[:50]:
        assert letter.delivered is not None
        attention = attention_of(letter.traits)
        now = letter.delivered + 10 * DAY
        looked = shifted(0.6, 0) * letter.kind.delay.cdf(attention.spent(now) - attention.spent(letter.delivered))
        silent = looked * 0.2 / (1 - looked * 0.8)
        assert posterior(world, letter, now) == pytest.approx(silent, abs=0.03)


@given(after=st.floats(1, 100 * DAY), office=st.booleans())
def test_attention_runs_both_ways(*, after: float, office: bool) -> None:
    """The moment by which so much attention was spent is found again, and attention never runs backwards."""
    attention = Attention(office_hours=office, away=((3, 10),))
    assert attention.when(attention.spent(after)) == pytest.approx(after, abs=1e-3)
    assert attention.spent(after + 60) > attention.spent(after)


@given(share=st.floats(0.001, 0.999))
def test_a_delay_agrees_with_itself(share: float) -> None:
    """The share of a delay that has passed by its own quantile is that share."""
    delay = Delay(HOUR, 1.7, early=20)
    assert delay.cdf(delay.quantile(share)) == pytest.approx(share, abs=1e-6)
