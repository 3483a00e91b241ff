"""What a rule takes for unseen, and where silence says nothing because no sign could come."""

from __future__ import annotations

from bot.evidence.codes import WhyNot
from store.alert_records import CantTell, Rule
from store.records import Finding, Verdict

SHOWS_AT_LEAST = 0.1
"""Where fewer looks than one in ten would leave a sign, silence tells nothing. (Ours.)"""

_SILENT = frozenset({Finding.NO_SIGN, Finding.IN_TRANSIT})


def counts_as_unseen(rule: Rule, verdict: Verdict) -> bool:
    """Whether an email counts as unseen by a rule's measure.

    What a person has certainly seen never does, and neither does what failed: that is told apart. What is still on its
    way does: nobody has seen it either.
    """
    if verdict.finding in {Finding.SEEN, Finding.NOT_DELIVERED}:
        return False
    if rule.below is None:
        return verdict.finding in _SILENT
    return verdict.probability < rule.below


def can_show(verdict: Verdict) -> bool:
    """Whether a sign could come at all, so that silence means something.

    It can't where neither opens nor links are tracked, where Postmark has forgotten what happened, and in a mailbox
    that hides nearly every look.
    """
    trackable = verdict.trackable
    if trackable.why_not == WhyNot.EXPIRED or (trackable.opens is False and trackable.clicks is False):
        return False
    return verdict.would_show >= SHOWS_AT_LEAST


def tells_nothing(rule: Rule, verdict: Verdict) -> bool:
    """Whether a silence is no alert, because no sign could have come and the rule wants none then.

    What is still on its way has something to tell: it hasn't arrived.
    """
    return rule.cant_tell is not CantTell.ALERT and verdict.finding is not Finding.IN_TRANSIT and not can_show(verdict)
