"""The doctor's report on a terminal: what is wrong first, with the fix under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rich.console import Console
from rich.text import Text

from bot.clock import count


class Checked(Protocol):
    """A line of the report."""

    @property
    def area(self) -> str: ...
    @property
    def health(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def fix(self) -> str | None: ...


_STYLES = {"well": "green", "fault": "bold red", "advice": "yellow", "not checked": "dim"}


def show(checks: Iterable[Checked], console: Console) -> int:
    """Print each check as it comes, and how many faults there were. Returns that number."""
    faults, area = 0, None
    for check in checks:
        if check.area != area:
            area = check.area
            console.print(Text(f"\n{area[:1].upper()}{area[1:]}", style="bold"))
        faults += check.health == "fault"
        console.print(Text.assemble("  ", (check.health, _STYLES.get(check.health, "")), ": ", check.says))
        if check.fix:
            console.print(Text(f"    → {check.fix}"))
    console.print(Text(f"\n{count(faults, 'fault')} to mend." if faults else "\nEverything that was checked is well."))
    return faults
