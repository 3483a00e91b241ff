"""The vocabulary of speaking up: rules, alerts, watches, and the notices by which anything is said unasked.

Like ``store.records``, this module imports nothing of ours but that vocabulary. Times are aware UTC, durations that a
rule waits are business time, and channels, people and groups are Slack's ids.

How they hang together: a *rule* says which emails are important. Each email to somebody that one fits is kept under a
*vigil*, which says when to look at it next. A look that finds it due makes an *alert*, once, and a *notice* that tells
of it. A *watch* makes notices, too, and so do the daily digest and our own troubles: whatever Seen says unasked is a
notice, and is posted exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from store.records import Trail

TrailKey = tuple[str, str]
"""An email to somebody: its message id and the recipient's key."""


def trail_key(trail: Trail) -> TrailKey:
    return trail.message.message_id, trail.recipient.key


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Match(StrEnum):
    """How the conditions of a rule go together."""

    ALL = "all"
    ANY = "any"


class CantTell(StrEnum):
    """What a rule does about an email of which no sign can come."""

    DIGEST = "digest"
    """One line in the next digest: can't tell; call if it matters."""
    ALERT = "alert"
    NOTHING = "nothing"


class Amount(NamedTuple):
    """A metadata field that holds a number, and the limit that makes an email important."""

    field: str
    limit: float
    or_equal: bool = False
    """True: the limit itself is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which messages are important, how long they may stay without a sign, and what happens then.

    Conditions that name several values fit when one of the values does, each metadata field being a condition of its
    own; conditions left empty don't count. A rule without any condition fits every email. What is ``None`` among the
    rest is as the settings say.
    """

    rule_id: str
    name: str

    match: Match = Match.ALL
    tags: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    """Fields and the value each should have; ``*`` is any value."""
    amounts: tuple[Amount, ...] = ()
    subject: str | None = None
    """A regular expression that the subject should hold, whatever the case."""
    domains: tuple[str, ...] = ()
    """Recipients' domains, normalised; what lies below one belongs to it."""

    after: timedelta | None = None
    """Business time that an email may stay without a sign; ``None``: ``ALERT_AFTER``."""
    timezone: str | None = None
    hours: str | None = None
    holidays: str | None = None
    """As the settings of these names are written. Empty holidays are none at all."""
    below: float | None = None
    """An email counts as unseen while its probability is below this; ``None``: while its verdict is ``no_sign``."""
    cant_tell: CantTell = CantTell.DIGEST

    channel: str | None = None
    """``None``: ``ALERT_CHANNEL``."""
    mention: str | None = None
    """A person or a user group, mentioned in the alert once."""
    mention_field: str | None = None
    """The metadata field that names whom to mention instead, by Slack id or email address."""
    again_after: timedelta | None = None
    """Business time between reminders in the alert's thread; ``None``: no reminder."""
    again_at_most: int = 1
    escalate_to: str | None = None
    """A channel or person that is told when an alert stays unhandled."""
    escalate_after: timedelta | None = None
    """Business time from the alert until then."""

    since: datetime | None = None
    """Mail sent before is none of this rule's business; ``None``: all mail is."""
    paused: bool = False
    edition: int = 1
    """Counts the changes, so that two people who change it at once don't undo each other."""


class RuleDeed(StrEnum):
    """What somebody did to a rule."""

    ADDED = "added"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """Who changed what."""

    at: datetime
    who: str
    """A Slack id, ``settings``, or ``cli:`` and the name of an account."""
    rule_id: str
    deed: RuleDeed
    before: Rule | None
    after: Rule | None


# ── Vigils and alerts ────────────────────────────────────────────────────────────────────────────────────────────


class Rest(StrEnum):
    """Why a vigil rests: what the look found that ended the waiting."""

    SEEN = "seen"
    FAILED = "failed"
    """It did not arrive, or was reported as spam."""
    SILENT = "silent"
    """Its time ran out, and an alert tells of it."""
    CANT_TELL = "cant_tell"
    """Its time ran out, and no sign could have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigil:
    """An email to somebody that a rule keeps an eye on."""

    rule_id: str
    message_id: str
    recipient_key: str
    began_at: datetime
    """From when its business time counts: when it was sent or, while that is unknown, first heard of."""
    due_at: datetime
    """Until when it may stay without a sign."""
    look_at: datetime | None
    """When to look next; ``None``: never again, unless something happens to the email."""
    rest: Rest | None = None
    """What was found last; ``None``: it is still waited for."""
    rested_at: datetime | None = None
    """When that was found out, by which a digest tells each once. A later finding moves it; the same one doesn't."""
    sign_at: datetime | None = None
    """When the customer looked or it failed, as far as that is known; for other findings ``None``."""


class AlertKind(StrEnum):
    """What an alert is about."""

    SILENT = "silent"
    """No reliable sign for too long."""
    FAILED = "failed"
    """It did not arrive: bounced, blocked, suppressed, or reported as spam."""


class Ending(StrEnum):
    """Why an alert is over."""

    SEEN = "seen"
    REPLIED = "replied"
    PAID = "paid"
    VISITED = "visited"
    OTHER_CONTACT = "other_contact"
    """Somebody else of the same reference has seen it."""
    REPLACED = "replaced"
    """A newer email of the same kind and reference went out."""
    HANDLED = "handled"
    CALLED = "called"
    NOT_IMPORTANT = "not_important"
    DELIVERED = "delivered"
    """It failed at first and has arrived after all."""
    CANT_TELL = "cant_tell"
    """It was found out just before it was told that no sign could have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A rule that came true for a trail; told once, and kept up to date where it was told."""

    key: str
    """``rule|message|recipient|kind``: there is never a second one."""
    rule_id: str
    message_id: str
    recipient_key: str
    kind: AlertKind
    group: str
    """What failures have in common, so that a burst of the same is told as one; for silence, the rule."""
    began_at: datetime
    """When the rule came true."""
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    ending: Ending | None = None
    """``None``: open."""
    ended_at: datetime | None = None
    ended_by: str | None = None
    """The Slack id of who ended it; ``None``: the customer did, or time."""
    ending_note: str | None = None
    """What there is to say of it: a colleague's words, the other contact's address, the newer message's id."""
    reminders: int = 0
    """How many were decided."""
    escalated: bool = False
    look_at: datetime | None = None
    """When to look whether what is shown is still true; ``None``: when something happens to its email."""
    shown: str | None = None
    """A digest of what is shown in Slack, so that it is changed only when it would read otherwise."""

    @property
    def is_open(self) -> bool:
        return self.ending is None


# ── Watches ──────────────────────────────────────────────────────────────────────────────────────────────────────


class SubjectOf(StrEnum):
    """What kind of thing a watch listens for."""

    MESSAGE = "message"
    ADDRESS = "address"
    REFERENCE = "reference"
    DOMAIN = "domain"


class WatchEnd(StrEnum):
    """Why a watch is over."""

    SEEN = "seen"
    FAILED = "failed"
    EXPIRED = "expired"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A person's wish to be told when somebody looks."""

    key: str
    """Whose, what about: there is never a second open one."""
    who: str
    question: str
    """What is watched, as somebody would type it."""
    began_at: datetime
    expires_at: datetime
    channel: str | None = None
    """Where to tell of it; ``None``: in a direct message."""
    thread: str | None = None
    since: datetime | None = None
    """Emails sent before aren't meant; ``None``: none was known, so all are."""
    settled: tuple[TrailKey, ...] = ()
    """Those that had been seen, or had failed, when somebody wished to be told: they are no news."""
    look_at: datetime | None = None
    end: WatchEnd | None = None
    ended_at: datetime | None = None
    told: TrailKey | None = None
    """Which email to whom it ended with."""
    watch_id: int = 0
    """The store's own name of it; 0: it isn't stored yet."""

    @property
    def is_open(self) -> bool:
        return self.end is None


# ── Notices ──────────────────────────────────────────────────────────────────────────────────────────────────────


class NoticeKind(StrEnum):
    """What is said."""

    ALERT = "alert"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    DETAIL = "detail"
    """The one detail that matters, in an alert's thread."""
    WATCH = "watch"
    DIGEST = "digest"
    TROUBLE = "trouble"
    """Something is wrong with Seen or with Slack, told to a fallback once."""


class NoticeState(StrEnum):
    """How far a notice has got."""

    PENDING = "pending"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say in Slack unasked, exactly once."""

    key: str
    """There is never a second one. It travels in the post's metadata, by which a post is found again."""
    kind: NoticeKind
    channel: str
    """A channel's or a person's id."""
    about: str
    """The key of the alert or watch it tells of; for others, what they need to know."""
    due_at: datetime
    """When it became due: what a post's dwell is measured from."""
    group: str = ""
    """Notices of one group may be said together."""
    thread: str | None = None
    not_before: datetime | None = None
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    """How many claims may have ended in a post."""
    lease_until: datetime | None = None
    worker: str | None = None
    """The name of the claim that holds: what is done under another one is in vain."""
    first_claimed_at: datetime | None = None
    sent_at: datetime | None = None
    posted_in: str | None = None
    """The id of the channel it was posted in: a person's direct conversation has one of its own."""
    ts: str | None = None
    """Slack's name of the post within its channel. Several notices that were said together share one."""
    error: str | None = None
    """Slack's word for why it failed."""
