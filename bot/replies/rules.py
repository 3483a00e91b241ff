"""What is said of rules: what one would have done, who changed what. For a terminal and for Slack alike."""

from __future__ import annotations

from typing import Any

from bot.clock import Clock, count
from bot.naming import person_of, plain, thing_of
from bot.replies import document
from bot.rules import describing
from bot.rules.describing import Names
from bot.rules.form import RuleField, differences, written
from bot.rules.timing import Defaults
from bot.rules.trial import Fired, Tried
from store.alert_records import AlertKind, Rule, RuleChange, RuleDeed
from store.records import DeliveryState, Finding

CALLED = {
    RuleField.NAME: "name",
    RuleField.MATCH: "conditions that must hold",
    RuleField.TAGS: "tags",
    RuleField.STREAMS: "streams",
    RuleField.METADATA: "metadata",
    RuleField.AMOUNTS: "amounts",
    RuleField.SUBJECT: "subject",
    RuleField.DOMAINS: "domains",
    RuleField.AFTER: "time without a sign",
    RuleField.HOURS: "business hours",
    RuleField.TIMEZONE: "time zone",
    RuleField.HOLIDAYS: "holidays",
    RuleField.BELOW: "counts as unseen below",
    RuleField.CANT_TELL: "where no sign can come",
    RuleField.CHANNEL: "channel",
    RuleField.MENTION: "mentions",
    RuleField.MENTION_FIELD: "mentions whom the metadata names in",
    RuleField.AGAIN_AFTER: "reminder after",
    RuleField.AGAIN_AT_MOST: "reminders at most",
    RuleField.ESCALATE_TO: "escalates to",
    RuleField.ESCALATE_AFTER: "escalates after",
}
"""What a field is called in a sentence."""

_DID = {
    RuleDeed.ADDED: "added",
    RuleDeed.CHANGED: "changed",
    RuleDeed.PAUSED: "paused",
    RuleDeed.RESUMED: "resumed",
    RuleDeed.REMOVED: "removed",
}
_NAMED = frozenset({RuleField.CHANNEL, RuleField.MENTION, RuleField.ESCALATE_TO})
_SINCE = {
    Finding.SEEN: "seen since",
    Finding.PROBABLY_SEEN: "very likely seen since",
    Finding.NO_SIGN: "still no reliable sign",
    Finding.NOT_DELIVERED: "did not arrive",
    Finding.IN_TRANSIT: "and nothing more is known",
}


# ── Trying ───────────────────────────────────────────────────────────────────────────────────────────────────────


def outcome(tried: Tried, clock: Clock) -> list[str]:
    """What a rule would have done, a sentence each; the first is the answer."""
    days = max(1, round((tried.until - tried.since).total_seconds() / 86400))
    times = len(tried.fired)
    period = "in the last day" if days == 1 else f"in the last {days} days"
    told = [
        f"It would have fired for {count(times, 'email')} {period}." if times else f"It would not have fired {period}."
    ]
    rest = [
        (tried.seen, "seen in time"),
        (tried.settled, "settled otherwise"),
        (tried.waiting, "not due yet"),
        (tried.cant_tell, "silent where no sign could come"),
    ]
    fates = [f"{number:,} {'were' if number != 1 else 'was'} {what}" for number, what in rest if number]
    looked = f"I looked at {_many(tried.looked_at)} sent since {clock.short(tried.since)}"
    if not tried.fitting:
        told.append(f"{looked}, and none is one of its emails.")
    else:
        fitting = "1 email to a customer fits" if tried.fitting == 1 else f"{tried.fitting:,} emails to customers fit"
        told.append(f"{looked}; {fitting}{': ' if fates else ''}{', '.join(fates)}.")
    if not tried.is_whole:
        told.append("There is more mail than I look through at once, so only the newest counts.")
    return told


def _many(number: int) -> str:
    return f"{number:,} message{'s' * (number != 1)}"


def fired(one: Fired, clock: Clock) -> str:
    """One alert that would have been: which email, when, and what became of it."""
    thing = thing_of(one.trail.message).called
    whom = person_of(one.trail.recipient).target
    if one.kind is AlertKind.FAILED:
        return f"{_capital(thing)} to {whom}: {_failure(one)} {clock.when(one.at)}."
    return f"{_capital(thing)} to {whom}: no sign by {clock.short(one.at)}, {_SINCE[one.now.finding]}."


def _failure(one: Fired) -> str:
    state = one.now.delivery.state
    return "was reported as spam" if state is DeliveryState.COMPLAINED else "did not arrive"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ── Who changed what ─────────────────────────────────────────────────────────────────────────────────────────────


def speaker(who: str, names: Names) -> str:
    """Whoever changed a rule, at the beginning of a sentence."""
    if who == "settings":
        return "The settings"
    if not who:  # forgotten, once the app was uninstalled
        return "Somebody"
    account = who.removeprefix("cli:")
    return names.person(who) if account == who else f"{plain(account, 40)} (command line)"


def changed(change: RuleChange, clock: Clock, names: Names) -> str:
    """Who did what to which rule, when, and what differs since."""
    rule = change.after or change.before
    called = f"“{plain(rule.name, 60)}”" if rule else "a rule"
    said = f"{speaker(change.who, names)} {_DID[change.deed]} {called} {clock.when(change.at)}"
    if change.deed is not RuleDeed.CHANGED or change.before is None or change.after is None:
        return f"{said}."
    differ = [_difference(*one, names) for one in differences(change.before, change.after)]
    return f"{said}: {'; '.join(differ)}." if differ else f"{said}."


def _difference(field: RuleField, old: str, new: str, names: Names) -> str:
    def shown(value: str) -> str:
        if not value:
            return "nothing" if field not in _SETTINGS else "the settings'"
        return names.either(value) if field in _NAMED else f"“{plain(value, 80)}”"

    return f"{CALLED[field]} from {shown(old)} to {shown(new)}"


_SETTINGS = frozenset({RuleField.AFTER, RuleField.HOURS, RuleField.TIMEZONE, RuleField.HOLIDAYS, RuleField.CHANNEL})


# ── As JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────


def rule_to_json(rule: Rule, defaults: Defaults, clock: Clock) -> dict[str, Any]:
    """A rule: its fields as they are typed, and what it says in plain words."""
    return {
        "id": rule.rule_id,
        "name": rule.name,
        "paused": rule.paused,
        "since": document.moment(rule.since),
        "edition": rule.edition,
        "fields": {field.value: text for field, text in written(rule).items()},
        "says": describing.sentences(rule, defaults, clock),
    }


def tried_to_json(tried: Tried, clock: Clock) -> dict[str, Any]:
    """What a rule would have done."""
    return {
        "since": document.moment(tried.since),
        "until": document.moment(tried.until),
        "whole": tried.is_whole,
        "looked_at": tried.looked_at,
        "fitting": tried.fitting,
        "seen": tried.seen,
        "settled": tried.settled,
        "waiting": tried.waiting,
        "cant_tell": tried.cant_tell,
        "fired": [
            {
                "message_id": one.trail.message.message_id,
                "recipient": one.trail.recipient.address,
                "subject": one.trail.message.subject,
                "kind": one.kind.value,
                "at": document.moment(one.at),
                "now": one.now.finding.value,
                "text": fired(one, clock),
            }
            for one in tried.fired
        ],
    }


def change_to_json(change: RuleChange) -> dict[str, Any]:
    """Who did what to a rule: its fields before and after, as they are typed."""
    return {
        "at": document.moment(change.at),
        "who": change.who,
        "rule": change.rule_id,
        "deed": change.deed.value,
        "before": _fields(change.before),
        "after": _fields(change.after),
    }


def _fields(rule: Rule | None) -> dict[str, str] | None:
    return None if rule is None else {field.value: text for field, text in written(rule).items()}
