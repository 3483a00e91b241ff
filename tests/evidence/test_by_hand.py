"""The worked example of docs/evidence.md. ``python -m tests.evidence.test_by_hand`` writes its table anew."""

from __future__ import annotations

import io
import math
import re
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot import explain
from bot.clock import ZoneClock
from bot.evidence import Weighing, lay_out, weigh
from bot.evidence.habits import Habits
from bot.replies import tables
from calibration import silence
from store.records import NextStep, Trail, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
_SECTION = re.compile(
    r"### How to read a verdict by hand.*?```json\n(.*?)```.*?--at (\S+)`.*?```text\n(.*?)```", re.DOTALL
)
_LINE = re.compile(r"^ {2}(\S.*?) {2,}.*?([+−]\d\.\d\d) ", re.MULTILINE)


def told() -> tuple[bytes, datetime, str]:
    """The records of the example, its moment, and its table as the page has it."""
    found = _SECTION.search(PAGE.read_text(encoding="utf-8"))
    assert found
    return found[1].encode(), datetime.fromisoformat(found[2]), found[3]


def weighed() -> Weighing:
    """The example, weighed as ``seen explain --no-habits`` does it."""
    lines, at, _ = told()
    weighings: list[Weighing] = []

    def judge(trail: Trail, now: datetime, habits: Habits | None = None) -> tuple[Verdict, NextStep]:
        weighings.append(lay_out(trail, now, habits))
        return weigh(trail, now, habits), NextStep("none", "")

    evidence = explain.read(lines.splitlines(), received_at=at)
    explain.judge(evidence, now=at, references=lambda _: (), judge=judge, learn=False)
    (only,) = weighings
    return only


def printed() -> str:
    """Its table, as a terminal of 90 columns shows it."""
    out = io.StringIO()
    weighing = weighed()
    tables.show_why(weighing, Console(file=out, width=90), clock=ZoneClock(weighing.now), title=False)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def test_the_table_is_the_one_that_is_printed() -> None:
    """The example's table in the docs is what the command prints for the example's records."""
    assert told()[2] == printed(), "write it anew: python -m tests.evidence.test_by_hand"


def test_the_sum_can_be_worked_out_from_the_page() -> None:
    """With the numbers of the page alone: prior, silence, sum and probability come out as the page says."""
    text = told()[2]
    values = {name: float(value.replace("−", "-")) for name, value in _LINE.findall(text)}
    p = float(_number(r"\bp = (\d\.\d+)", text))
    share = float(_number(r"F = (\d\.\d+)\s+the\s+share", text))
    assert values["Before any sign"] == pytest.approx(math.log(p * share / (1 - p * share)), abs=0.01)
    opens, clicks = float(_number(r"as an open\s+(\d\.\d+)", text)), float(_number(r"as a\s+click\s+(\d\.\d+)", text))
    q = 1 - (1 - opens) * (1 - clicks)
    unclear = values["Unclear signs"]
    assert values["Nothing showed"] == pytest.approx(math.log(1 - q * math.exp(-unclear)), abs=0.01)
    lines = ("Before any sign", "Unclear signs", "Nothing showed", "What machines hint at")
    total = sum(values[line] for line in lines)
    assert values["Together"] == pytest.approx(total, abs=0.02)
    probability = float(_number(r"Together.*(\d\.\d{4})$", text))
    assert probability == pytest.approx(1 / (1 + math.exp(-total)), abs=0.005)
    assert probability == pytest.approx(weighed().sum.probability, abs=0.0001)


def test_the_picture_of_silence_is_drawn_by_the_rules() -> None:
    """The picture in the docs is the one that the formula of silence gives."""
    assert silence.PICTURE.read_text(encoding="utf-8") == silence.draw(), "draw it anew: python -m calibration.silence"
    day = 86400.0
    looked = silence.EVER * silence.DELAY.share(day)
    for shows, _, _ in silence.CURVES:
        assert silence.chance(day, shows) == pytest.approx(looked * (1 - shows) / (1 - looked * shows))


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    assert found, pattern
    return found[1]


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    match = _SECTION.search(page)
    assert match
    PAGE.write_text(page[: match.start(3)] + printed() + page[match.end(3) :], encoding="utf-8")
