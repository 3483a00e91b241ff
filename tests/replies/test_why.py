"""The sum behind a verdict, as it is laid out for who checks it by hand."""

from __future__ import annotations

import io
import json
import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from rich.console import Console

from bot.clock import ZoneClock
from bot.evidence import lay_out
from bot.evidence.codes import NetworkKind, Sign
from bot.evidence.signatures import Role
from bot.replies import because, signs, tables, why
from bot.replies.document import why_to_json
from store.records import Event, EventKind, Message, Trail
from tests.evidence.making import BARE, DELIVERED, SAFARI, clicked, delivery, event, message, opened, trail
from tests.evidence.test_properties import histories, messages, nows

NOW = DELIVERED + timedelta(days=2)
NO_EVENTS = {
    *(Sign.SILENCE, Sign.NOT_ASKED, Sign.ONLY_AUTOMATIC, Sign.NOT_TRACKED, Sign.ARRIVED, Sign.FAILED, Sign.WAITING),
}
"""Codes of reasons that no single event gives."""
STORIES = {
    "clicked twice": trail(delivery(), clicked(3600, SAFARI), clicked(7200, SAFARI)),
    "silent": trail(delivery()),
    "many doubtful opens": trail(
        delivery(), *(opened(after, ip=None, agent="Dalvik/2.1") for after in range(4000, 4004))
    ),
    "everything a person can do": trail(
        *(delivery(), clicked(3600, SAFARI), clicked(9000), opened(3600), opened(7200), opened(10800)),
        event(EventKind.REPLY, 4000),
    ),
    "never sent": trail(about=message(sandboxed=True)),
    "by Apple's service": trail(delivery(), opened(60, BARE, "104.28.30.1")),
}


def shown(about: Trail, *, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width)
    tables.show_why(lay_out(about, NOW), console, clock=ZoneClock(NOW))
    return out.getvalue()


@given(histories, messages, nows)
@settings(max_examples=150)
def test_every_number_of_the_sum_can_be_worked_out_again(events: list[Event], about: Message, now: datetime) -> None:
    """From the numbers shown come the prior, the chance of a trace, the silence, the total and the probability."""
    weighing = lay_out(trail(*events, about=about), now)
    told = why.account(weighing)
    prior, trace = told.prior, told.trace
    assert prior.ever * prior.share * prior.arrived == pytest.approx(prior.by_now)
    missed = 1 - trace.watched * (1 - (1 - trace.opens) * (1 - trace.clicks))
    assert 1 - missed * (1 - trace.heard) == pytest.approx(trace.chance, abs=1e-9)
    values = {step.name: step.value for step in told.steps}
    if "silence" in values:
        unclear = math.exp(-values.get("unclear", 0.0))
        assert values["silence"] == pytest.approx(math.log(max(1 - trace.chance * unclear, 1e-6)))
    assert sum(values.values()) == pytest.approx(told.total)
    assert told.steps[-1].so_far == pytest.approx(weighing.sum.probability)
    assert why.probability(told.total) == pytest.approx(told.probability)


@given(histories, messages, nows)
@settings(max_examples=100)
def test_every_sign_is_told_in_words(events: list[Event], about: Message, now: datetime) -> None:
    """Every sign is there once, oldest first, its marks in words, with the line under which it counts if it does."""
    weighing = lay_out(trail(*events, about=about), now)
    told = why.account(weighing)
    assert sorted(sign.signal.event.key for sign in told.signs) == sorted(s.event.key for s in weighing.signals)
    assert [sign.signal.event.at for sign in told.signs] == sorted(sign.signal.event.at for sign in told.signs)
    assert all(mark in because.WORDS for sign in told.signs for mark in sign.signal.because)
    assert {sign.line for sign in told.signs} <= {step.name for step in told.steps} | {None}


@pytest.mark.parametrize("mark", [*(f"agent:{role}" for role in Role), *(f"network:{kind}" for kind in NetworkKind)])
def test_every_program_and_network_has_words(mark: str) -> None:
    """No kind of program or network is told by its code."""
    assert because.in_words(mark) == because.WORDS[mark]


@pytest.mark.parametrize("sign", [sign for sign in Sign if sign not in NO_EVENTS])
def test_every_sign_has_words(sign: Sign) -> None:
    """No sign is told by its code."""
    assert signs.called(sign) == signs.CALLED[sign]
    assert "_" not in signs.called(sign)


def test_an_unknown_sign_is_told_by_its_own_words() -> None:
    """A sign that has no words yet is still told."""
    assert signs.called("new_kind") == "new kind"


def test_an_unknown_mark_is_told_by_its_own_words() -> None:
    """A mark that has no words yet is still told."""
    assert because.in_words("burst:new_kind") == "new kind"


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_and_ends_with_the_probability(story: str, width: int) -> None:
    """The table keeps to the terminal's width, and its last line is the total with the verdict's probability."""
    told = shown(STORIES[story], width=width)
    assert all(len(line) <= min(width, 110) for line in told.splitlines())
    (total,) = [line for line in told.splitlines() if "Together" in line]
    assert f"{lay_out(STORIES[story], NOW).sum.probability:.4f}" in total


def test_what_is_capped_says_so() -> None:
    """Where signs together are worth more than they may be, the line says how much is the most."""
    steps = {step.name: step for step in why.account(lay_out(STORIES["everything a person can do"], NOW)).steps}
    assert steps["opens"].value == 5
    assert "5 at most" in steps["opens"].how
    assert steps["cap"].value < 0
    assert "8 at most" in steps["cap"].how
    doubtful = {step.name: step for step in why.account(lay_out(STORIES["many doubtful opens"], NOW)).steps}
    assert doubtful["unclear"].value == 1.5
    assert "1.5 at most" in doubtful["unclear"].how


def test_an_impossible_thing_is_still_json() -> None:
    """What was never really sent has a probability of 0 and log-odds that JSON can hold."""
    told = json.loads(json.dumps(why_to_json(lay_out(STORIES["never sent"], NOW)), allow_nan=False))
    assert told["probability"] == 0
    assert told["sum"] == [{"line": "prior", "log_odds": None, "at_most": None, "text": told["sum"][0]["text"]}]
    assert "0.0000" in shown(STORIES["never sent"])
