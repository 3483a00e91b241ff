"""The windows of rules, as an office might see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.office import Office, parse_holidays, parse_hours
from bot.replies.blocks import Block, rule_form
from bot.replies.blocks import rules as blocks
from bot.replies.blocks.moments import room
from bot.replies.blocks.rules import Rulelist
from bot.rules.timing import Defaults
from bot.rules.trial import Fired, Tried
from store.alert_records import AlertKind, Amount, Match, Rule, RuleChange, RuleDeed
from tests.replies.blocks.alerting import ROSA
from tests.replies.situations import NOW, SITUATIONS
from tests.rules.making import BERLIN

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFICE, BOSS = "C0OFFICE", "U0ADAM"
DEFAULTS = Defaults(
    office=Office(BERLIN, parse_hours("Mon-Fri 08:00-18:00"), parse_holidays("DE-BY")), channel=OFFICE, tags=("quote",)
)
QUOTES = Rule(
    rule_id="quotes",
    name="Quotes and invoices",
    tags=("quote", "invoice"),
    amounts=(Amount("total", 1000),),
    after=20 * HOUR,
    mention=ROSA,
    again_after=8 * HOUR,
    escalate_to=BOSS,
    escalate_after=20 * HOUR,
    since=NOW - 9 * DAY,
)
DEFAULT = Rule(
    rule_id="default", name="default", match=Match.ANY, tags=("quote",), metadata=(("important", "true"),), since=NOW
)
PORTAL = Rule(
    rule_id="portal",
    name="Portal links",
    subject="your portal",
    hours="Mon-Sat 07:00-20:00",
    holidays="",
    below=0.4,
    channel="C0PORTAL",
    mention_field="owner",
    paused=True,
)
LONG = "&<>" * 60
HOSTILE = Rule(
    rule_id="x" * 40,
    name="<!channel> & <@U0ROSA>" * 2,
    tags=tuple(f"{number}{LONG[:100]}" for number in range(8)),
    metadata=tuple((f"{number}{LONG[:50]}", LONG[:50]) for number in range(8)),
    subject=LONG + "x" * 20,
    domains=tuple(f"{number}.{'a' * 60}.example" for number in range(20)),
    mention="<!here>",
    mention_field="&" * 120,
    channel="nonsense",
    escalate_to="S0TEAM",
    escalate_after=HOUR,
)


def tried(times: int) -> Tried:
    names = ["silent where opens show", "person clicked", "mistyped address"]
    fired = [
        Fired(
            trail=SITUATIONS[names[number % 3]].trail,
            kind=AlertKind.FAILED if number % 3 == 2 else AlertKind.SILENT,
            at=NOW - (number + 1) * DAY,
            now=SITUATIONS[names[number % 3]].verdict,
        )
        for number in range(times)
    ]
    return Tried(
        since=NOW - 30 * DAY, until=NOW, looked_at=1240, fitting=31, seen=22, waiting=2, cant_tell=1, fired=fired
    )


def changes() -> list[RuleChange]:
    told: dict[str, Any] = {"rule_id": "quotes", "who": BOSS, "before": None, "after": None}
    slower = replace(QUOTES, after=10 * HOUR, tags=("quote",))
    return [
        RuleChange(**{**told, "at": NOW - HOUR, "deed": RuleDeed.CHANGED, "before": slower, "after": QUOTES}),
        RuleChange(**{**told, "at": NOW - DAY, "deed": RuleDeed.PAUSED, "before": PORTAL, "after": PORTAL}),
        RuleChange(**{**told, "at": NOW - 9 * DAY, "deed": RuleDeed.ADDED, "after": slower, "who": "cli:anna"}),
        RuleChange(**{**told, "at": NOW - 20 * DAY, "deed": RuleDeed.ADDED, "after": DEFAULT, "who": "settings"}),
    ]


def windows() -> Mapping[str, Block]:
    """Every window of rules, by name."""
    some = [DEFAULT, PORTAL, QUOTES]
    many = [replace(HOSTILE, rule_id=f"rule-{number}", paused=number % 2 == 0) for number in range(20)]
    hostile = RuleChange(
        at=NOW, who="cli:" + LONG, rule_id="x", deed=RuleDeed.CHANGED, before=HOSTILE, after=replace(QUOTES, name=LONG)
    )
    warnings = [f"I'm not in {room(OFFICE)} yet, so I can't write there. Invite me: /invite @seen."]
    return {
        "rules": blocks.rules_modal(Rulelist(rules=some), DEFAULTS),
        "rules, for looking": blocks.rules_modal(Rulelist(rules=some, may_change=False), DEFAULTS),
        "rules, none": blocks.rules_modal(Rulelist(rules=[]), DEFAULTS),
        "rules, many": blocks.rules_modal(Rulelist(rules=many, page=1), DEFAULTS),
        "rule, new": rule_form.rule_modal(None, replace(DEFAULTS, channel=None)),
        "rule": rule_form.rule_modal(QUOTES, DEFAULTS),
        "rule, hostile": rule_form.rule_modal(HOSTILE, DEFAULTS, page=3),
        "rule kept": blocks.kept_modal(QUOTES, DEFAULTS, now=NOW, warnings=warnings),
        "rule kept, hostile": blocks.kept_modal(HOSTILE, DEFAULTS, now=NOW, warnings=warnings * 3),
        "rule tried": blocks.tried_modal(QUOTES.name, tried(6), now=NOW),
        "rule tried, many": blocks.tried_modal(HOSTILE.name, tried(60), now=NOW),
        "rule tried, nothing": blocks.tried_modal("", tried(0), now=NOW),
        "who changed what": blocks.history_modal(changes(), now=NOW),
        "who changed what, hostile": blocks.history_modal([hostile] * 40, now=NOW),
        "who changed what, nothing": blocks.history_modal([], now=NOW),
    }
