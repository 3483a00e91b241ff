"""An answer as a message: the newest emails in full, the others as a table, and buttons for what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import count
from bot.naming import plain
from bot.replies import words as say
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, Action, Value
from bot.replies.blocks.deeds import NO_DEEDS, Deeds
from bot.replies.blocks.entries import Entry
from bot.replies.blocks.moments import Moment, SlackClock, Style, colleague
from bot.replies.blocks.writing import Block, Reply, emoji, lines, message_text, quote, rich, section, words
from store.records import Answer, JudgedTrail, PostmarkState, Role

MOST_TO_CHOOSE = 8
_LONGEST_QUESTION = 300
ROWS = 10
"""Lines of the table at first."""
MORE_ROWS = 25
"""Further ones with every "Show more"."""


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer being laid out."""

    answer: Answer
    clock: SlackClock
    rows: int
    private: bool
    deeds: Deeds
    thread: str | None
    shared: str | None

    @property
    def question(self) -> str:
        """As it was typed, or where that is long, what was understood of it."""
        asked = self.answer.question
        typed = asked.text.strip()
        return typed if 0 < len(typed) <= _LONGEST_QUESTION else " ".join(s.value for s in asked.subjects)

    def value(self, number: int | None = None) -> Value:
        return Value(question=self.question or None, number=number, thread=self.thread)

    @property
    def asked(self) -> str | None:
        return say.asked_reference(self.answer.question)

    def entry(self, judged: JudgedTrail) -> Entry:
        told = say.tell(judged, self.clock, siblings=self.answer.everyone, asked=self.asked)
        key = (judged.trail.message.message_id, judged.trail.recipient.key)
        return Entry(judged, told, self.clock, self.question, tuple(self.deeds.get(key, ())), self.thread)

    def refresh(self) -> Block:
        return parts.button("Refresh", Action.REFRESH, self.value())

    def share(self) -> list[Block]:
        if self.shared:
            return [parts.button("Undo sharing", Action.UNDO_SHARE, replace(self.value(), deed=self.shared))]
        return [parts.button(self.sharing, Action.SHARE, self.value())] if self.private else []

    @property
    def where_shared(self) -> str:
        return "Shared to the thread" if self.thread else "Shared to the channel"

    @property
    def sharing(self) -> str:
        return "Share to thread" if self.thread else "Share to channel"


def answer(
    found: Answer,
    *,
    now: datetime,
    private: bool = True,
    shared_by: str | None = None,
    rows: int = ROWS,
    deeds: Deeds = NO_DEEDS,
    thread: str | None = None,
    shared: str | None = None,
) -> Reply:
    """An answer, whatever was found.

    ``private``: only the asker sees it, so it can be shared. ``shared_by``: the Slack id of who shared it. ``rows``:
    how many lines the table may have; "Show more" asks for a higher number. ``deeds``: what was done about the emails.
    ``thread``: the ``ts`` of the message under which it would be shared. ``shared``: the ``ts`` of the message that
    shows it to everybody since a moment.
    """
    page = _Page(found, SlackClock(now), rows, private and shared_by is None, deeds, thread, shared)
    if found.entries:
        text, blocks = _found(page)
    elif found.candidates:
        text, blocks = _which_one(page)
    else:
        text, blocks = _nothing(page)
    if page.shared:
        text = [*text, f"{page.where_shared}."]
    return Reply(message_text(text), (*blocks, _foot(page, shared_by)))


# ── Something was found ──────────────────────────────────────────────────────────────────────────────────────────


def _found(page: _Page) -> tuple[list[str], list[Block]]:
    full, rest = _arranged(page.answer)
    notes = say.note_texts(page.answer, page.clock)
    entries = [page.entry(judged) for judged in full]
    text: list[str] = []
    blocks: list[Block] = []
    if not entries:
        summary = say.summary(page.answer, page.clock)
        text += [summary, *notes]
        blocks.append(rich(section(*words(summary, bold=True)), *(quote(*words(note)) for note in notes)))
    for number, entry in enumerate(entries):
        first, *others = entry.text()
        text += [first, *(notes if number == 0 else ()), *others]
        blocks += [parts.divider()] if number else []
        blocks += entry.blocks(notes if number == 0 else ())
        if len(entries) > 1:
            blocks += parts.actions(
                [*entry.buttons(primary=number == 0)[:3], entry.why()], [*entry.watch(), *entry.opinions()]
            )
    listed, spoken, shown = _table(page, rest, among=bool(entries))
    left = len(rest) - shown + page.answer.more
    return [*text, *spoken], [*blocks, *listed, *_feet(page, entries, left)]


def _arranged(answer: Answer) -> tuple[list[JudgedTrail], list[JudgedTrail]]:
    """The newest of each customer in full, and further ones up to three; the others in a line each."""
    arrangement = say.arrange(answer)
    full = list(arrangement.full)
    if full:
        spare = [entry for entry in arrangement.lines if _stands_for_itself(entry)]
        full += spare[: say.MOST_IN_FULL - len(full)]
    chosen = {id(entry) for entry in full}
    return (
        [entry for entry in answer.entries if id(entry) in chosen],
        [entry for entry in answer.entries if id(entry) not in chosen],
    )


def _stands_for_itself(entry: JudgedTrail) -> bool:
    return entry.trail.is_customer and entry.trail.recipient.role not in {Role.CC, Role.BCC}


def _table(page: _Page, rest: Sequence[JudgedTrail], *, among: bool) -> tuple[list[Block], list[str], int]:
    """The table, the same in words, and how many lines it has."""
    if not rest:
        return [], [], 0
    found = [_line(page, entry) for entry in rest[: min(page.rows, parts.MOST_ROWS)]]
    told = _columns(page.answer)
    block, shown = parts.table([_TITLES[n] for n in told], [[line[n] for n in told] for line in found])
    if _EMAIL in told:
        title = "Also, newest first" if among else "Newest first"
    else:
        title = "Its other recipients" if among else "Its recipients"
    spoken = [f"{line[_EMAIL]} to {line[_TO]}: {line[_STANDS]}." for line in found[:shown]]
    return [rich(section(*words(title, bold=True))), block], spoken, shown


_TITLES = ("Sent", "Email", "To", "How it stands")
_SENT, _EMAIL, _TO, _STANDS = range(4)


def _columns(answer: Answer) -> list[int]:
    """The columns that differ: one email to many is sent once, many to one person all have that name."""
    one_email = len({entry.trail.message.message_id for entry in answer.entries}) == 1
    return [
        *([] if one_email else [_SENT, _EMAIL]),
        *([] if say.to_one_person(answer) and not one_email else [_TO]),
        _STANDS,
    ]


def _line(page: _Page, entry: JudgedTrail) -> tuple[str, str, str, str]:
    sent_at = entry.trail.message.sent_at
    what, whom, how = say.line(entry, page.clock, asked=page.asked)
    return Moment(sent_at, Style.DAY).mark if sent_at else "", what[:1].upper() + what[1:], whom, how


def _feet(page: _Page, entries: Sequence[Entry], left: int) -> list[Block]:
    """The buttons below everything: those of the only email, and those of the answer as a whole."""
    more = []
    if left and page.rows < parts.MOST_ROWS:
        wanted = min(page.rows + MORE_ROWS, parts.MOST_ROWS)
        more = [parts.button(f"Show more ({left})", Action.MORE, page.value(number=wanted))]
    too_many = f"{count(left, 'further email')} left out: name a job number or a time to narrow it down."
    blocks = [parts.context(too_many)] if left and not more else []
    if len(entries) != 1:
        return [*blocks, *parts.actions([*more, page.refresh(), *page.share()])]
    only = entries[0]
    first, then = (page.share(), []) if page.shared else ([], page.share())
    wished = [*first, *only.buttons(primary=True), *more, *then, only.why(), page.refresh()]
    menu = {Action.WHY: "Why?", Action.REFRESH: "Refresh", Action.SHARE: page.sharing}
    later = [Action(made["action_id"]) for made in wished[parts.MOST_BUTTONS :]]
    options = [only.line(menu[action], action) for action in later if action in menu]
    return [*blocks, *parts.actions(wished, [*options, *only.watch(), *only.opinions()])]


_FRESHNESS = {
    PostmarkState.LIVE: "Fresh from Postmark",
    PostmarkState.CACHED: "Fresh from Postmark",
    PostmarkState.PARTIAL: "As far as known",
    PostmarkState.OFFLINE: "From my own records",
    PostmarkState.UNREACHABLE: "From my own records",
    PostmarkState.NOT_CONFIGURED: "From my own records",
}


def _foot(page: _Page, shared_by: str | None) -> Block:
    fresh = f"{_FRESHNESS[page.answer.postmark]} {Moment(page.answer.as_of, Style.NEAR).mark}"
    if shared_by is None:
        return parts.context(f"{page.where_shared} · {fresh}" if page.shared else fresh)
    asked = plain(page.question, 150)
    return parts.context(f"Shared by {colleague(shared_by)} · {fresh}", f"Asked: {asked}" if asked else "")


# ── Nothing was found ────────────────────────────────────────────────────────────────────────────────────────────


def _which_one(page: _Page) -> tuple[list[str], list[Block]]:
    question, people = say.which_one(page.answer)
    notes = say.note_texts(page.answer, page.clock)
    head = rich(section(emoji("bust_in_silhouette"), *words(f" {question}", bold=True)), *map(_noted, notes))
    return [question, *notes, *people], [head, *choices(people, thread=page.thread)]


def _nothing(page: _Page) -> tuple[list[str], list[Block]]:
    nothing = say.nothing_found(page.answer, page.clock, command=COMMAND)
    said = [*nothing.tries, *nothing.limits]
    blocks = [
        rich(section(emoji("mag"), *words(f" {nothing.first}", bold=True)), *map(_noted, nothing.notes)),
        rich(lines(*map(words, said))),
        *parts.actions([*_picks(page.answer.suggestions, page.thread)[:3], page.refresh()]),
    ]
    return [nothing.first, *nothing.notes, *said], blocks


def _noted(note: str) -> Block:
    return quote(*words(note))


def _picks(wanted: Sequence[str], thread: str | None) -> list[Block]:
    return [
        parts.button(_label(text), Action.PICK, Value(question=_address(text), thread=thread), number=number)
        for number, text in enumerate(wanted)
    ]


def choices(candidates: Sequence[str], *, thread: str | None = None) -> list[Block]:
    """Buttons to choose one of several people, addresses or numbers: pressing one asks about it."""
    buttons = _picks(candidates[:MOST_TO_CHOOSE], thread)
    blocks: list[Block] = [
        {"type": "actions", "elements": buttons[start : start + parts.MOST_BUTTONS]}
        for start in range(0, len(buttons), parts.MOST_BUTTONS)
    ]
    if left := len(candidates) - len(buttons):
        blocks.append(parts.context(f"{left} more: ask with the address, which names one of them."))
    return blocks


def _label(person: str) -> str:
    """``Maria Lopez · maria@example.com``: angle brackets look like markup to some programs."""
    name, bracket, address = person.partition("<")
    return f"{name.strip()} · {address.rstrip('>')}" if bracket and name.strip() else _address(person)


def _address(person: str) -> str:
    return person.rpartition("<")[2].rstrip(">") if "<" in person else person
