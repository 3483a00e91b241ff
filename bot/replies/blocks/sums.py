"""What stands behind a verdict, for who wants to check it: the history, the signs with their weights, and the sum."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bot.evidence import Weighing
from bot.naming import plain
from bot.replies import timeline
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.parts import context
from bot.replies.blocks.writing import Block, bullets, cut, fixed, lines, rich, section, words
from store.records import Actor, JudgedTrail, Signal

MOST_SIGNS = 20
_WIDE = 30
_WHO = {Actor.PERSON: "a person", Actor.AUTOMATIC: "a machine", Actor.UNKNOWN: "unclear"}
_LINES = {
    "prior": "Before any sign",
    "in_time": "Time was enough",
    "decisive": "A decisive sign",
    "clicks": "Clicks by a person",
    "opens": "Opens by a person",
    "unclear": "Unclear signs",
    "silence": "Nothing showed",
    "automatic": "What machines hint at",
    "cap": "Never surer than that",
}


def several_lines(text: str, limit: int) -> str:
    """Foreign text of several lines: each line made plain, the whole cut."""
    return cut("\n".join(plain(line, 1000) for line in text.splitlines()), limit)


def history(judged: JudgedTrail, clock: SlackClock) -> list[Block]:
    """What happened, in order."""
    rows = timeline.rows(judged, clock)
    if not rows:
        return [rich(section(*words("Nothing is recorded yet.")))]
    return [rich(section(*words("What happened", bold=True)), bullets(_row(row) for row in rows))]


def _row(row: timeline.Row) -> str:
    times = f", {row.times} times" if row.times > 1 else ""
    return "".join((f"{row.when} · " if row.when else "", row.what, times, f" · {row.who}" if row.who else ""))


def evidence(weighing: Weighing, clock: SlackClock) -> list[Block]:
    """The signs with what each is worth, and the sum they make."""
    signs = sorted(weighing.signals, key=lambda signal: (signal.event.at, signal.event.key))
    blocks = []
    if signs:
        shown = [_sign(signal, clock) for signal in signs[:MOST_SIGNS]]
        if len(signs) > MOST_SIGNS:
            shown.append(f"… and {len(signs) - MOST_SIGNS} more")
        blocks.append(rich(section(*words("The signs, and what each is worth", bold=True)), bullets(shown)))
    blocks.append(rich(section(*words("The sum", bold=True)), fixed(_sum(weighing))))
    blocks.append(rich(lines(*map(words, _explained(weighing)))))
    blocks.append(context("Weights are natural logarithms: +3 makes it 20 times as likely, 0 says nothing."))
    return blocks


def _sign(signal: Signal, clock: SlackClock) -> str:
    named = plain(str(signal.code), 40).replace("_", " ")
    vendor = f" ({plain(signal.vendor, 40)})" if signal.vendor else ""
    marks = ", ".join(plain(mark, 60) for mark in signal.because[:4] if not mark.endswith(":None"))
    because = f" · {marks}" if marks else ""
    return (
        f"{clock.short(signal.event.at)} · {named}{vendor} · {_WHO[signal.actor]} · {_signed(signal.weight)}{because}"
    )


def _sum(weighing: Weighing) -> Iterator[str]:
    for line in weighing.sum.lines:
        yield _line(_LINES.get(line.name, line.name), _signed(line.value))
    yield "─" * _WIDE
    yield _line("Sum", _signed(weighing.sum.total))
    yield _line("Chance it was seen", f"{_hundredths(weighing.sum.probability)} %")


def _line(name: str, value: str) -> str:
    return name + value.rjust(_WIDE - len(name))


def _signed(value: float) -> str:
    if math.isinf(value):
        return "−∞"
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0"


def _hundredths(chance: float) -> str:
    """Never 0 or 100: nothing here is that sure."""
    whole = round(chance * 100)
    if whole >= 100:
        return "over 99"
    return str(whole) if whole >= 1 else "under 1"


def _explained(weighing: Weighing) -> Iterator[str]:
    prior = weighing.prior
    yield (
        f"Before any sign: of 100 such emails {_hundredths(prior.ever)} are ever looked at, "
        f"and {_hundredths(prior.by_now)} by now."
    )
    yield f"Of 100 looks at this email, {_hundredths(weighing.chance_of_trace)} would have shown."
