"""The record of who looked up what, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.naming import plain


class Line(Protocol):
    """A line of the record."""

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def way(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def place(self) -> str | None: ...
    @property
    def refused(self) -> str | None: ...


def show(lines: Sequence[Line], console: Console, *, zone: tzinfo) -> None:
    """Print the lines as a table, or that there are none."""
    if not lines:
        console.print("Nobody has asked in Slack in that time.")
        return
    table = Table("When", "Who", "Where", "How", "What", box=None, pad_edge=False)
    for line in lines:
        what = plain(line.question, 120) or "–"
        refused = f"   (refused: {line.refused.replace('_', ' ')})" if line.refused else ""
        cells = (
            f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}",
            line.who,
            line.place or "–",
            line.way.replace("_", " "),
            f"{what}{refused}",
        )
        table.add_row(*map(Text, cells))
    console.print(table)


def to_json(line: Line) -> dict[str, str | None]:
    """A line as an object: ``at`` in UTC, Slack's ids, and why it was refused where it was."""
    return {
        "at": line.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "who": line.who,
        "where": line.place,
        "how": line.way,
        "what": line.question,
        "refused": line.refused,
    }
