"""What was done with a button, told in its place: by whom and when, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.naming import plain
from bot.replies.blocks.actions import Action, Value, mark_of
from bot.replies.blocks.moments import SlackClock, colleague
from bot.replies.blocks.parts import button
from bot.replies.blocks.writing import Block


class What(StrEnum):
    """What was done."""

    HANDLED = "handled"
    CALLED = "called"
    RIGHT = "right"
    WRONG = "wrong"
    UNBLOCKED = "unblocked"
    NOT_UNBLOCKED = "not_unblocked"  # Postmark said no; its own words are the note.


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something an office did about one email to one recipient."""

    what: What
    who: str
    """The Slack id of who did it."""
    at: datetime
    note: str = ""
    """Their own words, or Postmark's."""
    can_undo: bool = True

    @property
    def mark(self) -> str:
        """Tells it from whatever else was or will be done: for ``Value.deed``."""
        return mark_of(f"{self.what} {self.who} {self.at.timestamp():.6f}")


Deeds = Mapping[tuple[str, str], Sequence[Deed]]
"""By message id and recipient key, oldest first."""

NO_DEEDS: Deeds = {}
_DONE = {
    What.HANDLED: "Handled by ",
    What.CALLED: "The customer was called by ",
    What.RIGHT: "Marked as right by ",
    What.WRONG: "Marked as wrong by ",
    What.UNBLOCKED: "Address unblocked by ",
    What.NOT_UNBLOCKED: "Postmark did not unblock the address when asked by ",
}
_UNDO = {
    What.HANDLED: ("Undo “handled”", Action.UNDO_HANDLED),
    What.CALLED: ("Undo “called”", Action.UNDO_HANDLED),
    What.RIGHT: ("Undo “right”", Action.UNDO_MARK),
    What.WRONG: ("Undo “wrong”", Action.UNDO_MARK),
}


def done(deed: Deed, clock: SlackClock) -> str:
    """The sentence that stands where the button was."""
    return f"{_DONE[deed.what]}{colleague(deed.who)} {clock.when(deed.at)}{_note(deed)}"


def _note(deed: Deed) -> str:
    note = plain(deed.note, 300)
    return f": “{note}”" if note else "."


def undo(deed: Deed, value: Value, number: int = -1) -> Block | None:
    """The button that takes it back; ``None`` where nothing can. ``number`` tells several in a row apart."""
    if not deed.can_undo or deed.what not in _UNDO:
        return None
    text, action = _UNDO[deed.what]
    return button(text, action, replace(value, deed=deed.mark), number=number)


def undoing(done_: Sequence[Deed], value: Value) -> list[Block]:
    """The buttons that take back what was done."""
    several = len(done_) > 1
    made = (undo(deed, value, number if several else -1) for number, deed in enumerate(done_))
    return [found for found in made if found]


def taken(deeds: Iterable[Deed]) -> set[Action]:
    """The actions whose buttons these deeds replace."""
    replaced = {
        What.HANDLED: {Action.HANDLED},
        What.CALLED: {Action.HANDLED},
        What.RIGHT: {Action.RIGHT, Action.WRONG},
        What.WRONG: {Action.RIGHT, Action.WRONG},
        What.UNBLOCKED: {Action.UNBLOCK},
        What.NOT_UNBLOCKED: set[Action](),
    }
    return {action for deed in deeds for action in replaced[deed.what]}
