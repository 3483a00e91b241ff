"""What stands behind a verdict, for who wants to check it: the history, the signs with their weights, and the sum."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evidence import Weighing
from bot.naming import plain
from bot.replies import timeline, why
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.parts import context
from bot.replies.blocks.writing import Block, bullets, cut, fixed, lines, rich, section, words
from store.records import JudgedTrail

MOST_SIGNS = 20
_WIDE = 30


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
    told = why.account(weighing)
    blocks = []
    if told.signs:
        shown = [_sign(sign, clock) for sign in told.signs[:MOST_SIGNS]]
        if len(told.signs) > MOST_SIGNS:
            shown.append(f"… and {len(told.signs) - MOST_SIGNS} more")
        blocks.append(rich(section(*words("The signs, and what each is worth", bold=True)), bullets(shown)))
    blocks.append(rich(section(*words("The sum", bold=True)), fixed(_sum(told))))
    blocks.append(rich(lines(*map(words, why.explained(told)))))
    blocks.append(context("Weights are natural logarithms: +3 makes it 20 times as likely, 0 says nothing."))
    return blocks


def _sign(sign: why.Sign, clock: SlackClock) -> str:
    because = f" · {', '.join(sign.because[:4])}" if sign.because else ""
    when, worth = clock.short(sign.signal.event.at), why.signed(sign.signal.weight)
    return f"{when} · {sign.called} · {sign.who} · {worth}{because}"


def _sum(told: why.Account) -> Iterator[str]:
    for step in told.steps:
        yield _line(step.called, why.signed(step.value))
    yield "─" * _WIDE
    yield _line("Sum", why.signed(told.total))
    yield _line("Chance it was seen", f"{why.percent(told.probability)} %")


def _line(name: str, value: str) -> str:
    return name + value.rjust(_WIDE - len(name))
