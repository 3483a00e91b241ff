"""Blocks that are not text: buttons, menus, tables, headers. Each keeps Slack's limits by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.replies.blocks.actions import Action, Value
from bot.replies.blocks.moments import spoken
from bot.replies.blocks.writing import Block, cut, escaped, own_markup, plain_text, rich, section, tidy, words

MOST_BUTTONS = 4
MOST_OPTIONS = 5
MOST_CHOICES = 100
MOST_ROWS = 99
"""Of a table, without its header."""
_TABLE_CHARACTERS = 9000  # Slack is said to take 10,000
_CELL = 160


def button(
    text: str, action: Action, value: Value, *, primary: bool = False, confirm: Block | None = None, number: int = -1
) -> Block:
    """A button; ``number`` tells several of one action in a row apart."""
    made: Block = {
        "type": "button",
        "text": plain_text(text, 75),
        "action_id": action.value if number < 0 else action.numbered(number),
        "value": value.encode(),
    }
    if primary:
        made["style"] = "primary"
    if confirm:
        made["confirm"] = confirm
    return made


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """The question between a press and the deed."""
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def option(text: str, value: Value) -> Block | None:
    """A line of the menu beside the buttons; ``None`` where the value is too long for one."""
    encoded = value.encode_option()
    return {"text": plain_text(text, 75), "value": encoded} if encoded else None


def select(hint: str, action: Action, options: Iterable[Block | None]) -> list[Block]:
    """A menu that shows what it is for, for a row of buttons; none where there is nothing to choose."""
    lines = [line for line in options if line][:MOST_CHOICES]
    if not lines:
        return []
    return [
        {
            "type": "static_select",
            "action_id": action.value,
            "placeholder": plain_text(hint, 150),
            "options": lines,
        }
    ]


def actions(buttons: Sequence[Block], options: Iterable[Block | None] = ()) -> list[Block]:
    """A row of buttons with a menu behind them; no block where there is neither."""
    elements = list(buttons[:MOST_BUTTONS])
    if menu := [line for line in options if line][:MOST_OPTIONS]:
        elements.append({"type": "overflow", "action_id": Action.MENU.value, "options": menu})
    return [{"type": "actions", "elements": elements}] if elements else []


def context(text: str, *foreign: str) -> Block:
    """A small grey line: words of our own, and words from outside behind them."""
    elements = [own_markup(text), *(plain_text(words_, 300) for words_ in foreign if words_)]
    return {"type": "context", "elements": elements}


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain_text(text, 150)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, room: int = _TABLE_CHARACTERS) -> tuple[Block, int]:
    """A table of sentences, and how many of the rows it took: as many as ``room`` characters hold."""
    made = [[_raw(title) for title in titles]]
    room -= sum(map(len, titles))
    for row in rows[:MOST_ROWS]:
        room -= sum(len(escaped(spoken(cell)[: _CELL + 40])) for cell in row)
        if room < 0:
            break
        made.append([_cell(text) for text in row])
    settings = [{"is_wrapped": True} for _ in titles]
    return {"type": "table", "column_settings": settings, "rows": made}, len(made) - 1


def _raw(text: str) -> Block:
    return {"type": "raw_text", "text": cut(tidy(text), _CELL) or "–"}


def _cell(text: str) -> Block:
    """Words are taken as they are; a time among them needs rich text."""
    parts = words(text)
    if any(part["type"] == "date" for part in parts):
        return rich(section(*parts))
    return _raw(text)
