"""What is expected of an email to somebody before anything has happened to it.

Without own history these are the published averages; ``bot.evidence.learning`` puts what it learned in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.evidence.mailboxes import (
    AFTER_PREFETCH,
    HIDDEN,
    LOADS_AHEAD,
    NO_HOSTS,
    RELIABILITY,
    SCANNED,
    Hosts,
    Mailbox,
    Reliability,
    mailbox_of,
    scanning_credit,
)
from bot.evidence.mailkinds import ORDINARY, like
from bot.evidence.timing import ACTED, AHEAD, BUSINESS, DAY, Delay
from store.addresses import domain_of
from store.records import Event, EventKind, Trail

Credit = Callable[[Event, float | None], float]
"""For a visit, and how many seconds after the delivery it came: ln(person : machine) by who usually comes."""


def no_credit(_visit: Event, _after: float | None) -> float:
    """Nothing is known of who usually comes."""
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a recipient is likely to do, and what of it would show."""

    seen: float = ORDINARY.looks
    """The chance that an email of this kind is ever looked at."""
    delay: Delay = BUSINESS
    reliability: Reliability
    hidden: float = HIDDEN
    """The chance that a look still shows as an open after Apple has loaded the picture: at another device."""
    after_prefetch: float = AFTER_PREFETCH
    """The same after Gmail has loaded it ahead."""
    shows_opens: float = 0.0
    """The chance that a look shows as an open, as far as their own history tells: then a click without one is odd."""
    credit: Credit = no_credit
    acts: float = 0.0
    """Of those who look at such an email, the share that the office itself hears of: by a reply, a payment …"""
    acted: Delay = ACTED
    """How soon after the delivery."""
    gaps: Sequence[tuple[datetime, datetime]] = ()
    """Stretches of time of which no webhooks came."""
    told: bool = False
    """Whether webhooks are known to come, so that hearing nothing of an email means something."""
    first_opens_only: bool = False
    """Whether Postmark tells of the first open only, so that a machine's hides a person's."""
    loads_ahead: float = LOADS_AHEAD
    """The chance that Apple's privacy service loads the picture by itself, where the recipient uses it."""
    ahead: Delay = AHEAD
    """How soon it does."""
    own_networks: Container[str] = frozenset()
    """Prefixes (/24, /48) of the sender's own office: what comes from there is staff looking at their copy."""
    retention: float = 45 * DAY
    """Seconds for which Postmark keeps what happened, counted from the sending."""


def expected(trail: Trail, hosts: Hosts = NO_HOSTS) -> Habits:
    """The averages for an email, by the words of its tag and the kind of its recipient's mailbox.

    ``hosts`` is what the mail servers of domains tell, where the domain alone doesn't.
    """
    sort = like(trail.message)
    domain = domain_of(trail.recipient.key)
    mailbox = mailbox_of(domain)
    if mailbox is Mailbox.OTHER:
        mailbox = hosts.get(domain, mailbox)
    return Habits(seen=sort.looks, delay=sort.delay, reliability=RELIABILITY[mailbox], credit=_CREDITS[mailbox])


def _credit_at(mailbox: Mailbox) -> Credit:
    """Nothing is known of who usually comes but how much of the mail to such mailboxes is scanned."""

    def credit(visit: Event, after: float | None) -> float:
        return scanning_credit(SCANNED[mailbox], after) if visit.kind is EventKind.CLICK else 0.0

    return credit


_CREDITS = {mailbox: _credit_at(mailbox) for mailbox in Mailbox}
