"""Tables for a terminal: the sum behind a verdict, what is known of habits, and how verdicts fared."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot import scores
from bot.clock import Clock, span
from bot.evidence import Weighing
from bot.naming import person_of, plain, thing_of
from bot.replies import habits, opinions, why
from store.records import Trail

_WIDEST = 110


def show_why(weighing: Weighing, console: Console, *, clock: Clock, title: bool = True) -> None:
    """Print every sign of a trail, and the sum line by line; with ``title``, which email it is about."""
    told = why.account(weighing)
    parts: list[RenderableType] = [_text(_title(weighing.trail, clock), "bold")] if title else []
    parts += [Padding(Group(_signs(told, clock), _sum(told)), (0, 0, 0, 2))]
    parts += [Padding(_text(sentence, "dim"), (0, 0, 0, 3)) for sentence in why.expectations(told)]
    _print(console, Group(*parts))


def _title(trail: Trail, clock: Clock) -> str:
    thing, sent_at = thing_of(trail.message), trail.message.sent_at
    sent = f", sent {clock.when(sent_at)}" if sent_at else ""
    return f"The sum behind {thing.called} to {person_of(trail.recipient).target}{sent}"


def _signs(told: why.Account, clock: Clock) -> RenderableType:
    if not told.signs:
        return _text(" No sign has been recorded.", "dim")
    table = _table("After delivery", "Sign", "By", "Because", "ln|", "ratio|", "Counted under")
    for sign in told.signs:
        weight = sign.signal.weight
        table.add_row(
            _after(sign, clock),
            _text(sign.called),
            sign.who,
            _text(", ".join(sign.because)),
            why.signed(weight),
            why.times(weight),
            why.LINES.get(sign.line, sign.line) if sign.line else "–",
        )
    return table


def _after(sign: why.Sign, clock: Clock) -> str:
    if sign.after is None:
        return clock.short(sign.signal.event.at)
    return span(sign.after) if sign.after >= 0 else f"{span(-sign.after)} before"


def _sum(told: why.Account) -> RenderableType:
    table = _table("The sum", "How", "ln|", "ratio|", "so far|")
    for step in told.steps:
        table.add_row(step.called, _text(step.how), why.signed(step.value), why.times(step.value), f"{step.so_far:.4f}")
    table.add_section()
    table.add_row(
        Text("Together", "bold"),
        "1 / (1 + e^−sum)",
        Text(why.signed(told.total), "bold"),
        why.times(told.total),
        Text(f"{told.probability:.4f}", "bold"),
    )
    return table


def show_habits(told: habits.Known, console: Console, *, clock: Clock) -> None:
    """Print what is known of a recipient, or of everybody at a domain."""
    table = _table("The next email", "so far|", "looked at|", "half within|", "shows an open|", "a click|")
    for kind in told.kinds:
        table.add_row(*habits.cells(kind))
    parts: list[RenderableType] = [_text(habits.title(told, clock), "bold"), Padding(table, (0, 0, 0, 2))]
    _print(console, Group(*parts, *map(_text, habits.sentences(told, clock))))


def show_fared(told: scores.Fared, console: Console) -> None:
    """Print how verdicts fared by what people said of them."""
    if told.together is None:
        _print(console, Group(*map(Text, opinions.HOW)))
        return
    parts: list[RenderableType] = [
        _groups("Verdict", {opinions.CALLED[finding]: group for finding, group in told.verdicts.items()}),
        Text(),
        _groups("Probability", {f"{10 * band} to {10 * band + 10} %": group for band, group in told.bands.items()}),
    ]
    if len(told.versions) > 1:
        parts += [Text(), _groups("Rules", told.versions)]
    parts += [
        Text(),
        Text(f"Brier score {told.together.brier:.3f}: 0 is perfect, 0.25 a coin's."),
        Text(f"Calibration error {told.calibration_error:.3f}: how far said and true lie apart, band by band."),
        *(_text(sentence, "dim") for sentence in opinions.remarks(told)),
    ]
    _print(console, Group(*parts))


def _groups(title: str, groups: Mapping[str, scores.Group]) -> Table:
    table = _table(title, "emails|", "seen|", "not seen|", "said|", "true|", "Brier|")
    for name, group in groups.items():
        table.add_row(
            _text(name),
            str(group.emails),
            str(group.seen),
            str(group.emails - group.seen),
            f"{group.said:.0%}",
            f"{group.share:.0%}",
            f"{group.brier:.3f}",
        )
    return table


# ── What the tables share ────────────────────────────────────────────────────────────────────────────────────────


def _table(*headings: str) -> Table:
    """A table without lines at its sides; a heading that ends with ``|`` stands over numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        right = heading.endswith("|")
        table.add_column(heading.rstrip("|"), justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table


def _text(text: str, style: str = "") -> Text:
    return Text(plain(text, 1000), style=style)


def _print(console: Console, what: RenderableType) -> None:
    console.print(what, width=min(console.width, _WIDEST), highlight=False, markup=False, emoji=False)
