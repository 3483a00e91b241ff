"""What is expected of an email to somebody before anything has happened to it.

These are the published priors; the fields are what can be learned from the firm's own history and put in their place.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.evidence.mailboxes import RELIABILITY, Reliability, mailbox_of
from bot.evidence.timing import BUSINESS, DAY, Delay
from store.addresses import domain_of
from store.records import Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a recipient is likely to do, and what of it would show."""

    seen: float = 0.7
    """The chance that an email of this kind is ever looked at. Assumed: published open rates of business mail are 30
    to 51 %, of order confirmations 70 to 90 %, and many looks leave no open."""
    delay: Delay = BUSINESS
    reliability: Reliability
    own_networks: frozenset[str] = frozenset()
    """Prefixes (/24, /48) of the sender's own office: what comes from there is staff looking at their copy."""
    retention: float = 45 * DAY
    """Seconds for which Postmark keeps what happened, counted from the sending."""


def expected(trail: Trail) -> Habits:
    """The priors for a trail's recipient, by the kind of their mailbox."""
    return Habits(reliability=RELIABILITY[mailbox_of(domain_of(trail.recipient.key))])
