"""The windows of rules: the list, what one would have done, who changed what, and that something was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.naming import plain
from bot.replies import rules as say
from bot.replies.blocks import parts
from bot.replies.blocks.actions import Action, Value, View
from bot.replies.blocks.moments import SlackClock, mention, room
from bot.replies.blocks.writing import Block, bullets, emoji, lines, plain_text, rich, section, words
from bot.rules import describing
from bot.rules.describing import Names
from bot.rules.timing import Defaults
from bot.rules.trial import Tried
from store.alert_records import Rule, RuleChange

RULES_A_PAGE = 6
MOST_FIRED = 15
MOST_CHANGES = 25
_LONGEST = 280
_TITLE = "Rules for alerts"


def _person(slack_id: str) -> str:
    return mention(slack_id) or "somebody"


NAMES = Names(channel=room, person=_person)
"""Channels and people as Slack shows them. In a window nobody is called by their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulelist:
    """What the list shows."""

    rules: Sequence[Rule]
    """All of them, in their order."""
    page: int = 0
    """From 0; one that isn't there is the last."""
    may_change: bool = True


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def rules_modal(shown: Rulelist, defaults: Defaults) -> Block:
    """The rules, a few a page, with what can be done about each."""
    pages = max(1, -(-len(shown.rules) // RULES_A_PAGE))
    page = min(max(shown.page, 0), pages - 1)
    blocks: list[Block] = []
    for number, rule in enumerate(shown.rules[page * RULES_A_PAGE : (page + 1) * RULES_A_PAGE]):
        blocks += _rule(rule, defaults, number, page, may_change=shown.may_change)
    if not blocks:
        blocks.append(rich(section(*words(_NONE))))
    if not shown.may_change:
        blocks.append(parts.context("You may look at rules and try them. Changing them is for others here."))
    blocks += parts.actions(_below(page, pages, may_change=shown.may_change))
    return window(_TITLE, blocks, view=View.RULES, private_metadata=Value(number=page).encode())


_NONE = (
    "There is no rule yet. A rule says which emails are important, how long they may stay without a sign, and whom I "
    "tell then."
)


def _rule(rule: Rule, defaults: Defaults, number: int, page: int, *, may_change: bool) -> list[Block]:
    value = Value(rule=rule.rule_id, number=page)
    name = [*words(plain(rule.name, 60), bold=True)]
    if rule.paused:
        name += [*words("  "), emoji("double_vertical_bar"), *words(" paused")]
    text = rich(lines(name, words(describing.short(rule, defaults, NAMES), most=_LONGEST)))
    try_it = parts.button("Try", Action.RULES_TRY, value, number=number)
    if not may_change:
        return [text, *parts.actions([try_it]), parts.divider()]
    hold = ("Resume", Action.RULES_RESUME) if rule.paused else ("Pause", Action.RULES_PAUSE)
    sure = parts.confirmation(
        "Remove this rule?",
        f"“{plain(rule.name, 60)}” will alert nobody any more. If you may want it back, pause it instead.",
        "Remove",
        "Keep",
    )
    buttons = [
        parts.button("Change", Action.RULES_CHANGE, value, number=number),
        try_it,
        parts.button(*hold, value, number=number),
        parts.button("Remove", Action.RULES_REMOVE, value, confirm=sure, number=number),
    ]
    return [text, *parts.actions(buttons), parts.divider()]


def _below(page: int, pages: int, *, may_change: bool) -> list[Block]:
    buttons = [parts.button("Add a rule", Action.RULES_ADD, Value(number=page), primary=True)] if may_change else []
    buttons.append(parts.button("Who changed what", Action.RULES_HISTORY, Value(number=page)))
    if page > 0:
        buttons.append(parts.button("Back", Action.RULES_PAGE, Value(number=page - 1), number=0))
    if page + 1 < pages:
        buttons.append(parts.button("More", Action.RULES_PAGE, Value(number=page + 1), number=1))
    return buttons


# ── Beside the list ──────────────────────────────────────────────────────────────────────────────────────────────


def tried_modal(name: str, tried: Tried, *, now: datetime) -> Block:
    """What a rule would have done: the answer, what was looked at, and which emails."""
    clock = SlackClock(now)
    answer, *rest = say.outcome(tried, clock)
    blocks = [rich(lines(words(answer, bold=True), *(words(sentence) for sentence in rest)))]
    if tried.fired:
        blocks.append(rich(bullets(say.fired(one, clock) for one in tried.fired[:MOST_FIRED])))
    if len(tried.fired) > MOST_FIRED:
        blocks.append(parts.context(f"And {len(tried.fired) - MOST_FIRED} more, which `seen rules try` shows."))
    called = f"“{plain(name, 60)}”" if name else "The rule"
    blocks.append(parts.context("Nothing was posted, and no rule was changed.", f"Tried: {called}"))
    return window("Would have fired", blocks)


def history_modal(changes: Sequence[RuleChange], *, now: datetime) -> Block:
    """Who changed what, newest first."""
    clock = SlackClock(now)
    told = [section(*words(say.changed(change, clock, NAMES), most=_LONGEST)) for change in changes[:MOST_CHANGES]]
    if not told:
        return window("Who changed what", [rich(section(*words("Nobody has changed a rule yet.")))])
    return window("Who changed what", [rich({"type": "rich_text_list", "style": "bullet", "elements": told})])


def kept_modal(rule: Rule, defaults: Defaults, *, now: datetime, warnings: Sequence[str] = ()) -> Block:
    """A rule that was kept, in full, and what still keeps it from speaking."""
    said = describing.sentences(rule, defaults, SlackClock(now), NAMES)
    blocks = [rich(lines(words(f"“{plain(rule.name, 60)}” is kept.", bold=True))), rich(bullets(said))]
    if warnings:
        blocks.append(rich(lines(*([emoji("warning"), *words(f" {warning}")] for warning in warnings))))
    return window("Rule kept", blocks)


def notice(title: str, sentences: Sequence[str]) -> Block:
    """A few sentences: that something is being worked on, was refused, or was done by somebody else."""
    return window(title, [rich(lines(*map(words, sentences)))])


def window(title: str, blocks: Sequence[Block], *, view: View = View.RULES, private_metadata: str = "") -> Block:
    """A window without fields."""
    return {
        "type": "modal",
        "callback_id": view.value,
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": list(blocks)[:100],
        "private_metadata": private_metadata,
    }
