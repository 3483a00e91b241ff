"""An answer for a terminal: the headline first, then why, then what happened in order, then the next step.

Colour only repeats what the words say. Text from outside is never markup and never reaches the terminal raw: names,
subjects and server words come through ``bot.naming.plain``, and every line is cleaned once more before it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.clock import Clock, ZoneClock
from bot.naming import plain
from bot.replies import timeline, words
from store.records import Answer, Finding, JudgedTrail, NotUnderstood

_COLOURS = {
    Finding.SEEN: "green",
    Finding.PROBABLY_SEEN: "green",
    Finding.NO_SIGN: "yellow",
    Finding.NOT_DELIVERED: "red",
    Finding.IN_TRANSIT: "cyan",
}
_WIDEST = 110  # longer lines are hard to follow, however wide the window
_LONGEST_LINE = 1000


def show(answer: Answer, console: Console, *, zone: tzinfo = UTC, command: str = "seen ask") -> None:
    """Print an answer; times in ``zone``, examples beginning with ``command``."""
    clock = ZoneClock(answer.as_of, zone)
    parts: list[RenderableType] = []
    if answer.entries:
        parts += _found(answer, clock)
    elif answer.candidates:
        question, people = words.which_one(answer)
        parts += [_line(question, "bold"), *_notes(answer, clock), _list(people)]
        parts.append(_line(f"Ask again with the address: {command} {_address(people[0])}"))
    else:
        nothing = words.nothing_found(answer, clock, command=command)
        parts += [_line(nothing.first, "bold"), *_marked(nothing.notes)]
        parts += [*(_line(sentence) for sentence in nothing.tries), *_marked(nothing.limits)]
    _print(console, parts)


def show_trails(
    entries: Sequence[JudgedTrail], console: Console, *, clock: Clock, siblings: Iterable[JudgedTrail] | None = None
) -> None:
    """Print every one of these trails in full, as ``seen explain`` does."""
    among = tuple(entries if siblings is None else siblings)
    parts: list[RenderableType] = []
    for entry in entries:
        parts += [*_full(entry, clock, among), Text()]
    _print(console, parts[:-1] or [_line("There is no email in it.")])


def show_not_understood(question: NotUnderstood, console: Console, *, command: str = "seen ask") -> None:
    """Print what was understood of a question, and an example that works."""
    _print(console, [_line(sentence) for sentence in words.not_understood(question, command=command)])


def _print(console: Console, parts: Sequence[RenderableType]) -> None:
    console.print(Group(*parts), width=min(console.width, _WIDEST), highlight=False, markup=False, emoji=False)


# ── The parts of an answer ───────────────────────────────────────────────────────────────────────────────────────


def _found(answer: Answer, clock: Clock) -> list[RenderableType]:
    arrangement = words.arrange(answer)
    asked = words.asked_reference(answer.question)
    notes = _notes(answer, clock)
    parts: list[RenderableType] = []
    for entry in arrangement.full:
        parts += [*_full(entry, clock, answer.everyone, asked, notes), Text()]
        notes = []
    if not arrangement.full:
        parts += [_line(words.summary(answer, clock), "bold"), *notes, Text()]
    if arrangement.lines:
        title = "Also, newest first" if arrangement.full else "Newest first"
        named = not words.to_one_person(answer)
        parts += [_line(title, "bold"), Padding(_lines(arrangement.lines, clock, asked, named), (0, 0, 0, 2)), Text()]
    if answer.more and arrangement.full:
        parts += [_line(f"{answer.more} more match; ask for more with --limit.", "dim"), Text()]
    return parts[:-1]


def _notes(answer: Answer, clock: Clock) -> list[RenderableType]:
    return _marked(words.note_texts(answer, clock))


def _marked(sentences: Iterable[str]) -> list[RenderableType]:
    return [_line(f"! {sentence}", "yellow") for sentence in sentences]


def _full(
    entry: JudgedTrail,
    clock: Clock,
    siblings: Iterable[JudgedTrail],
    asked: str | None = None,
    notes: Sequence[RenderableType] = (),
) -> list[RenderableType]:
    told = words.tell(entry, clock, siblings=siblings, asked=asked)
    colour = _COLOURS[entry.verdict.finding]
    first = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    first.add_row(
        Text("●", colour),
        Text.assemble((_clean(told.headline.label), f"bold {colour}"), (f". {_clean(told.headline.text)}", "bold")),
    )
    body = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    body.add_column(style="dim", no_wrap=True, min_width=8)
    body.add_column(overflow="fold")
    for label, sentences in (("Why", told.why), *told.apart):
        if sentences:
            body.add_row(label, Group(*(_line(sentence) for sentence in sentences)))
    body.add_row("History", _history(entry, clock))
    body.add_row("Next", _line(entry.next_step.text))
    if entry.next_step.draft:
        body.add_row("Draft", _draft(entry.next_step.draft))
    return [first, *notes, Padding(body, (0, 0, 0, 2))]


def _history(entry: JudgedTrail, clock: Clock) -> RenderableType:
    history = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    history.add_column(no_wrap=True)
    history.add_column(overflow="fold")
    rows = timeline.rows(entry, clock)
    for row in rows:
        what = Text(_clean(row.what))
        if row.times > 1:
            what.append(f", {row.times} times")
        if row.who:
            what.append(f" · {row.who}", "dim")
        history.add_row(Text(row.when, "dim"), what)
    return history if rows else _line("Nothing is recorded yet.", "dim")


def _draft(draft: str) -> RenderableType:
    return Group(*(Text(_clean(part), "italic") for part in draft.splitlines()))


def _lines(entries: Sequence[JudgedTrail], clock: Clock, asked: str | None, named: bool) -> Table:  # noqa: FBT001 - private
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for entry in entries:
        sent_at = entry.trail.message.sent_at
        what, whom, how = (_clean(part) for part in words.line(entry, clock, asked=asked))
        label, colon, rest = how.partition(":")
        status = ((label, _COLOURS[entry.verdict.finding]), colon + rest)
        to = f" to {whom}" if named else ""
        sentence = Text.assemble(what[:1].upper() + what[1:], to, " – ", *status)
        table.add_row(clock.short(sent_at) if sent_at else "", sentence)
    return table


def _list(items: Iterable[str]) -> RenderableType:
    return Group(*(_line(f"  {item}") for item in items))


def _address(person: str) -> str:
    return person.rpartition("<")[2].rstrip(">") if "<" in person else person


def _line(text: str, style: str = "") -> Text:
    return Text(_clean(text, keep_indent=True), style=style)


def _clean(text: str, *, keep_indent: bool = False) -> str:
    """One line that a terminal shows and does not obey."""
    indent = text[: len(text) - len(text.lstrip(" "))] if keep_indent else ""
    return indent + plain(text, _LONGEST_LINE)
