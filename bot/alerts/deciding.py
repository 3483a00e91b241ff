"""What a look at an email finds: nothing to do yet, nothing to do any more, or something to tell. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts.endings import Over, first_sign_at, has_failed, is_over
from bot.alerts.keys import alert_key
from bot.alerts.reading import Surroundings
from bot.evidence.codes import Cause
from bot.rules.measure import counts_as_unseen, tells_nothing
from bot.rules.timing import Defaults, decent, due_at
from store.addresses import domain_of
from store.alert_records import Alert, AlertKind, Ending, Rest, Rule, Vigil
from store.records import DeliveryState, Finding, JudgedTrail

AGAIN = timedelta(minutes=1)
"""When to look again at what waits for Postmark."""
_ANYWHERE = frozenset(
    {Cause.UNAUTHENTICATED, Cause.NOT_SENT, Cause.VIRUS, Cause.TOO_LARGE, Cause.BAD_ADDRESS, Cause.BOUNCED_BEFORE,
     Cause.COMPLAINED_BEFORE, Cause.UNSUBSCRIBED_BEFORE, Cause.SUPPRESSED_BY_US}
)  # fmt: skip
"""Causes that lie with us or with the mail, so that it is the same failure whichever domain it went to."""
_UNTOLD = frozenset({Ending.DELIVERED, Ending.CANT_TELL})
"""How alerts end of which a later silence is no repetition: it wasn't told yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An email under a vigil, with all that bears on what to do about it."""

    vigil: Vigil
    rule: Rule | None
    """``None``: it is removed."""
    entry: JudgedTrail | None
    """``None``: the email is gone."""
    told: Sequence[Alert] = ()
    """The alerts about this email to this recipient that speak in the rule's channel."""
    around: Surroundings = field(default_factory=Surroundings)
    siblings: Sequence[JudgedTrail] = ()
    handled: bool = False
    """Somebody has pressed "Handled" on it."""
    unchecked: bool = False
    """Postmark may know more by now, and will be asked."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is noted of a look, and what is told because of it."""

    vigil: Vigil
    alert: Alert | None = None
    reopened: str | None = None
    """The key of an alert that was over and holds again."""


def is_due(vigil: Vigil, rule: Rule | None, defaults: Defaults, now: datetime) -> bool:
    """Whether its time is over, by what the rule says today."""
    return rule is not None and due_at(rule, vigil.began_at, defaults) <= now


def decide(
    look: Look, defaults: Defaults, patience: timedelta, now: datetime, began_at: datetime | None = None
) -> Decision:
    """What to do about an email.

    ``patience`` is how long an alert waits for Postmark to be asked: from when it is due or, if that was before, from
    ``began_at``, when Seen began to run.
    """
    vigil, rule, entry = look.vigil, look.rule, look.entry
    if rule is None or entry is None or entry.verdict.delivery.state is DeliveryState.SANDBOXED:
        return Decision(replace(vigil, look_at=None))
    due = due_at(rule, vigil.began_at, defaults)
    vigil = replace(vigil, due_at=due)
    if rule.paused:
        return Decision(replace(vigil, look_at=due if due > now else None))
    if has_failed(entry):
        return _failed(look, vigil, rule, entry, now)
    if _is_seen(rule, entry, due <= now):
        return Decision(_rested(vigil, Rest.SEEN, first_sign_at(entry), now))
    if due > now:
        return Decision(_waiting(vigil, due))
    decision = _silent(look, vigil, rule, entry, waits_until=max(due, began_at or due) + patience, now=now)
    told_at = decent(rule, now, defaults)  # found out late, at night say: it keeps until somebody is in
    return Decision(_waiting(vigil, told_at)) if decision.alert and told_at > now else decision


def _is_seen(rule: Rule, entry: JudgedTrail, is_due: bool) -> bool:  # noqa: FBT001 - a private helper
    """Whether it counts as seen. By a rule's own measure only when its time is over: silence lowers a probability."""
    if rule.below is not None and not is_due:
        return entry.verdict.finding is Finding.SEEN
    return not counts_as_unseen(rule, entry.verdict)


def _failed(look: Look, vigil: Vigil, rule: Rule, entry: JudgedTrail, now: datetime) -> Decision:
    rested = _rested(vigil, Rest.FAILED, entry.verdict.delivery.at, now)
    if any(alert.is_open for alert in look.told) or look.handled:
        return Decision(rested)  # the open alert is changed to say so
    made = _alert(vigil, rule, AlertKind.FAILED, group_of(entry), now)
    same = next((alert for alert in look.told if alert.kind is AlertKind.FAILED), None)
    if same is not None:
        return Decision(rested, reopened=same.key if same.ending is Ending.DELIVERED else None)
    over = is_over(AlertKind.FAILED, rule, entry, look.around, look.siblings, since=now)
    return Decision(rested, alert=None if over else made)


def _silent(
    look: Look, vigil: Vigil, rule: Rule, entry: JudgedTrail, *, waits_until: datetime, now: datetime
) -> Decision:
    over = is_over(AlertKind.SILENT, rule, entry, look.around, look.siblings, since=vigil.due_at)
    if over is not None or look.handled:
        return Decision(_settled(vigil, over, now))
    if any(alert.ending not in _UNTOLD for alert in look.told):
        return Decision(_rested(vigil, Rest.SILENT, None, now))
    if look.unchecked and now < waits_until:
        return Decision(_waiting(vigil, now + AGAIN))
    if tells_nothing(rule, entry.verdict):
        return Decision(_rested(vigil, Rest.CANT_TELL, None, now))
    rested = _rested(vigil, Rest.SILENT, None, now)
    made = _alert(vigil, rule, AlertKind.SILENT, rule.rule_id, vigil.due_at)
    if any(alert.key == made.key and alert.ending is Ending.CANT_TELL for alert in look.told):
        return Decision(rested, reopened=made.key)
    return Decision(rested, made)


def _settled(vigil: Vigil, over: Over | None, now: datetime) -> Vigil:
    """At rest without anything to tell: the customer did something else, or the office has seen to it."""
    acted = over is not None and over.ending not in {Ending.REPLACED, Ending.HANDLED}
    if over is not None and acted:
        return _rested(vigil, Rest.SEEN, over.at, now)
    return replace(_waiting(vigil, None), look_at=None)


def _alert(vigil: Vigil, rule: Rule, kind: AlertKind, group: str, began_at: datetime) -> Alert:
    trail = (vigil.message_id, vigil.recipient_key)
    return Alert(
        key=alert_key(rule.rule_id, trail, kind),
        rule_id=rule.rule_id,
        message_id=vigil.message_id,
        recipient_key=vigil.recipient_key,
        kind=kind,
        group=group,
        began_at=began_at,
    )


def group_of(entry: JudgedTrail) -> str:
    """What a failure has in common with others."""
    delivery = entry.verdict.delivery
    cause = delivery.code or delivery.state.value
    return cause if cause in _ANYWHERE else f"{cause}@{domain_of(entry.trail.recipient.key)}"


def _rested(vigil: Vigil, rest: Rest, sign_at: datetime | None, now: datetime) -> Vigil:
    at = vigil.rested_at if vigil.rest is rest and vigil.rested_at else now
    return replace(vigil, look_at=None, rest=rest, rested_at=at, sign_at=sign_at)


def _waiting(vigil: Vigil, look_at: datetime | None) -> Vigil:
    return replace(vigil, look_at=look_at, rest=None, rested_at=None, sign_at=None)
