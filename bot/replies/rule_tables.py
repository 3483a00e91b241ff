"""Rules on a terminal: the list, what one would have done, who changed what."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.clock import Clock
from bot.naming import plain
from bot.replies import rules as say
from bot.rules import describing
from bot.rules.describing import PLAIN
from bot.rules.parsing import duration_text
from bot.rules.timing import Defaults, after_of, channel_of
from bot.rules.trial import Tried
from store.alert_records import Rule, RuleChange

_SHOWN = 20


def show_rules(rules: Sequence[Rule], defaults: Defaults, console: Console, *, clock: Clock) -> None:
    """Print a table of the rules, and below it what each says."""
    if not rules:
        console.print("There is no rule. Add one: seen rules add Quotes --tags quote --channel C0123456789")
        return
    table = Table("Rule", "Name", "After", "Where", "State", box=None, pad_edge=False)
    for rule in rules:
        where, state = channel_of(rule, defaults) or "–", "paused" if rule.paused else "holds"
        table.add_row(*map(Text, (rule.rule_id, rule.name, duration_text(after_of(rule, defaults)), where, state)))
    console.print(table)
    for rule in rules:
        show_rule(rule, defaults, console, clock=clock)


def show_rule(rule: Rule, defaults: Defaults, console: Console, *, clock: Clock) -> None:
    """Print what one rule says."""
    console.print()
    console.print(Text(rule.name, "bold"))
    for sentence in describing.sentences(rule, defaults, clock):
        console.print(Text(f"  {sentence}"))


def show_tried(tried: Tried, console: Console, *, clock: Clock) -> None:
    """Print what a rule would have done, and about which emails."""
    answer, *rest = say.outcome(tried, clock)
    console.print(Text(answer, "bold"))
    for sentence in rest:
        console.print(Text(sentence))
    for one in tried.fired[:_SHOWN]:
        console.print(Text(f"  · {say.fired(one, clock)}"))
    if len(tried.fired) > _SHOWN:
        console.print(Text(f"  … and {len(tried.fired) - _SHOWN} more."))


def show_changes(changes: Sequence[RuleChange], console: Console, *, clock: Clock) -> None:
    """Print who changed what, newest first."""
    if not changes:
        console.print("Nothing was changed yet.")
    for change in changes:
        console.print(Text(plain(say.changed(change, clock, PLAIN), 1000)))
