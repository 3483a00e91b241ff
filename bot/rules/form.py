"""A rule as a form: its fields as people type them, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.rules import parsing, patterns
from bot.rules.matching import ANY_VALUE
from bot.rules.timing import Defaults, after_of, channel_of, office_of
from store.alert_records import Amount, CantTell, Match, Rule

MOST_REMINDERS = 10


class RuleField(StrEnum):
    """What can be typed into: the names of ``store.alert_records.Rule``."""

    NAME = "name"
    MATCH = "match"
    TAGS = "tags"
    STREAMS = "streams"
    METADATA = "metadata"
    AMOUNTS = "amounts"
    SUBJECT = "subject"
    DOMAINS = "domains"
    AFTER = "after"
    HOURS = "hours"
    TIMEZONE = "timezone"
    HOLIDAYS = "holidays"
    BELOW = "below"
    CANT_TELL = "cant_tell"
    CHANNEL = "channel"
    MENTION = "mention"
    MENTION_FIELD = "mention_field"
    AGAIN_AFTER = "again_after"
    AGAIN_AT_MOST = "again_at_most"
    ESCALATE_TO = "escalate_to"
    ESCALATE_AFTER = "escalate_after"


Typed = Mapping[RuleField, str]


class Faults(ValueError):  # noqa: N818 - its name says what they are
    """What can't be understood: a sentence, with the fix, for each field."""

    def __init__(self, faults: Mapping[RuleField, str]) -> None:
        super().__init__(" ".join(f"{field.replace('_', ' ').capitalize()}: {text}" for field, text in faults.items()))
        self.faults = dict(faults)


# ── From texts ───────────────────────────────────────────────────────────────────────────────────────────────────


def filled_in(rule: Rule, typed: Typed, defaults: Defaults) -> Rule:
    """The rule with what was typed into some of its fields; an empty text leaves a field to the settings.

    Raises ``Faults``, which tell of every field that can't be understood at once.
    """
    values: dict[str, Any] = {}
    faults: dict[RuleField, str] = {}
    # Hours come first: a business day is as long as they say.
    for field in sorted(typed, key=_FIRST.__contains__, reverse=True):
        text = typed[field].strip()
        try:
            values[field.value] = _PARSE[field](text, replace(rule, **values), defaults) if text else _empty(field)
        except ValueError as error:
            faults[field] = str(error)
    found = replace(rule, **values)
    for field, fault in _together(found, defaults).items():
        faults.setdefault(field, fault)
    if faults:
        raise Faults(faults)
    return found


def _empty(field: RuleField) -> object:
    if field is RuleField.NAME:
        return parsing.name("")
    return _EMPTY[field.value]


def _together(rule: Rule, defaults: Defaults) -> dict[RuleField, str]:
    """What is wrong with fields that are right one by one."""
    faults: dict[RuleField, str] = {}
    if channel_of(rule, defaults) is None:
        faults[RuleField.CHANNEL] = "Name a channel: ALERT_CHANNEL isn't set, so there is none to fall back to."
    if rule.escalate_to and rule.escalate_after is None:
        faults[RuleField.ESCALATE_AFTER] = "Say after how long they are told, such as 8h or 1 business day."
    if rule.escalate_after is not None and not rule.escalate_to:
        faults[RuleField.ESCALATE_TO] = "Say whom to tell: a channel or a person."
    office = office_of(rule, defaults)
    waits = {
        RuleField.AFTER: after_of(rule, defaults),
        RuleField.AGAIN_AFTER: rule.again_after,
        RuleField.ESCALATE_AFTER: rule.escalate_after,
    }
    for field, wait in waits.items():
        try:
            parsing.within_reach(wait or timedelta(), office)
        except ValueError as error:
            faults[field] = str(error)  # the hours have changed since it was typed
    return faults


def _span(text: str, rule: Rule, defaults: Defaults) -> timedelta:
    return parsing.duration(text, office_of(rule, defaults))


def _plainly(parse: Callable[[str], object]) -> Callable[[str, Rule, Defaults], object]:
    return lambda text, _rule, _defaults: parse(text)


def _one_of(kind: type[Match | CantTell]) -> Callable[[str, Rule, Defaults], object]:
    def parse(text: str, _rule: Rule, _defaults: Defaults) -> object:
        try:
            return kind(text.casefold())
        except ValueError:
            raise ValueError(f"This should be one of: {', '.join(kind)}.") from None

    return parse


_FIRST = frozenset({RuleField.HOURS, RuleField.TIMEZONE, RuleField.HOLIDAYS})
_EMPTY = {field.name: field.default for field in fields(Rule)}
_PARSE: Mapping[RuleField, Callable[[str, Rule, Defaults], object]] = {
    RuleField.NAME: _plainly(parsing.name),
    RuleField.MATCH: _one_of(Match),
    RuleField.TAGS: _plainly(parsing.words),
    RuleField.STREAMS: _plainly(parsing.words),
    RuleField.METADATA: _plainly(parsing.metadata),
    RuleField.AMOUNTS: _plainly(parsing.amounts),
    RuleField.SUBJECT: _plainly(patterns.checked),
    RuleField.DOMAINS: _plainly(parsing.domains),
    RuleField.AFTER: _span,
    RuleField.HOURS: _plainly(parsing.hours),
    RuleField.TIMEZONE: _plainly(parsing.timezone),
    RuleField.HOLIDAYS: _plainly(parsing.holidays),
    RuleField.BELOW: _plainly(parsing.below),
    RuleField.CANT_TELL: _one_of(CantTell),
    RuleField.CHANNEL: _plainly(parsing.channel),
    RuleField.MENTION: _plainly(parsing.person),
    RuleField.MENTION_FIELD: _plainly(parsing.field),
    RuleField.AGAIN_AFTER: _span,
    RuleField.AGAIN_AT_MOST: _plainly(lambda text: parsing.count(text, MOST_REMINDERS)),
    RuleField.ESCALATE_TO: _plainly(parsing.channel_or_person),
    RuleField.ESCALATE_AFTER: _span,
}


# ── Back to texts ────────────────────────────────────────────────────────────────────────────────────────────────


def written(rule: Rule) -> dict[RuleField, str]:
    """What stands in the fields of a rule: typed in again, it gives the same rule."""
    return {field: _text(getattr(rule, field.value), field) for field in RuleField}


def _text(value: object, field: RuleField) -> str:
    if field in _WRITE:
        return _WRITE[field](value)
    if isinstance(value, timedelta):
        return parsing.duration_text(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def amount_text(amount: Amount) -> str:
    """``total>1000``."""
    return f"{amount.field}{'>=' if amount.or_equal else '>'}{number_text(amount.limit)}"


def number_text(number: float) -> str:
    """A number without a fraction where it has none, and never with an exponent."""
    return f"{number:.0f}" if number == int(number) else f"{number:f}".rstrip("0")


_WRITE: Mapping[RuleField, Callable[[Any], str]] = {
    RuleField.METADATA: lambda pairs: "\n".join(
        name if any_ == ANY_VALUE else f"{name}={any_}" for name, any_ in pairs
    ),
    RuleField.AMOUNTS: lambda limits: "\n".join(map(amount_text, limits)),
    RuleField.HOLIDAYS: lambda kept: "none" if kept == "" else kept or "",
    RuleField.BELOW: lambda chance: "" if chance is None else f"{100 * chance:g}%",
}


# ── What differs ─────────────────────────────────────────────────────────────────────────────────────────────────


def differences(before: Rule, after: Rule) -> list[tuple[RuleField, str, str]]:
    """The fields in which two rules differ, with what stood in them and what does."""
    old, new = written(before), written(after)
    return [(field, old[field], new[field]) for field in RuleField if old[field] != new[field]]
