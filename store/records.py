"""The vocabulary of Seen: one frozen value for each word the rest of the code speaks.

This module imports nothing of ours. Every time is an aware UTC ``datetime``; every address is kept as it was sent
and compared through ``store.addresses.normalise``; a ``None`` always means "not known", never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

NOTHING: Mapping[str, str] = MappingProxyType({})


# ── What was sent ────────────────────────────────────────────────────────────────────────────────────────────────


class Role(StrEnum):
    """How an address stands on a message."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of a message. Evidence belongs to a recipient, never to a whole message."""

    address: str
    """The address as it was sent, without its display name."""
    key: str
    """The normalised address: what is compared and indexed (``store.addresses.normalise``)."""
    name: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One email as Postmark knows it. A message known only from its events has ``None`` in what nobody told us."""

    message_id: str
    server: str | None = None
    """Our name of the Postmark server (the ``name`` of ``name=token``) that sent it."""
    stream: str | None = None
    sent_at: datetime | None = None
    """When Postmark accepted it."""
    sender: str | None = None
    subject: str | None = None
    tag: str | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    status: str | None = None
    """Postmark's own word: ``Queued``, ``Sent`` or ``Processed``. It never says whether the email arrived."""
    track_opens: bool | None = None
    track_links: str | None = None
    """``None`` here is "not known"; Postmark's own ``"None"`` (the text) is "links were not tracked"."""
    has_html: bool | None = None
    """False: a plain-text email, which has no picture that could load. Only message details tell."""
    sandboxed: bool | None = None
    recipients: tuple[Recipient, ...] = ()
    references: tuple[str, ...] = ()
    """Business numbers this message belongs to, as ``bot.references`` found them, without ``#``."""
    checked_at: datetime | None = None
    """When Postmark was last asked for this message's details; ``None``: never."""


# ── What happened ────────────────────────────────────────────────────────────────────────────────────────────────


class EventKind(StrEnum):
    """What an event records."""

    DELIVERY = "delivery"
    DEFERRAL = "deferral"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    OPEN = "open"
    CLICK = "click"
    SUPPRESSION = "suppression"
    REACTIVATION = "reactivation"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    PORTAL_VISIT = "portal_visit"
    PAYMENT = "payment"
    HANDLED = "handled"
    REGISTRATION = "registration"
    """A local record that only says which message belongs to which reference."""
    TEST = "test"
    """Postmark's own "send test" body: kept, never evidence."""
    UNKNOWN = "unknown"
    """A record type nobody has told us about: kept, never evidence."""


class Source(StrEnum):
    """Where an event came from."""

    WEBHOOK = "webhook"
    API = "api"
    TRACKING = "tracking"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Network:
    """Where a request came from, as far as we keep it: never the address itself."""

    prefix: str
    """The /24 (IPv4) or /48 (IPv6) the address lies in, e.g. ``203.0.113.0/24``."""
    kind: str
    """The class it fell into (``bot.evidence.networks`` lists them); ``unlisted`` when no list holds it."""
    owner: str | None
    list_version: str
    """Which edition of the lists said so, so that a re-run can tell."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable thing that was recorded. Fields that its kind does not have are ``None``.

    No dataclass like the others: one is made for every webhook and for every event of an answer, and a frozen dataclass
    of so many fields takes ten times as long to make.
    """

    key: str
    """Derived from what the event says, so that the same event has the same key however often it comes."""
    kind: EventKind
    at: datetime
    """When it happened (not when we heard of it)."""
    at_is_arrival: bool = False
    """True: the record named no time, so the time it arrived here stands in."""
    source: Source = Source.WEBHOOK
    server: str | None = None
    message_id: str | None = None
    recipient: str | None = None
    """The address as recorded; compare ``recipient_key``."""
    recipient_key: str | None = None
    reference: str | None = None
    """For local records: the business number the record names."""

    # What the record says of its message; used to describe a message that is not known yet.
    stream: str | None = None
    tag: str | None = None
    subject: str | None = None
    sender: str | None = None
    metadata: Mapping[str, str] = msgspec.field(default_factory=lambda: NOTHING)

    # Opens and clicks.
    user_agent: str | None = None
    client: str | None = None
    """Postmark's ``Client.Family`` (``Gmail``, ``Mobile Safari`` …); ``None`` where Postmark says "unknown"."""
    os: str | None = None
    platform: str | None = None
    network: Network | None = None
    link: str | None = None
    click_location: str | None = None
    first_open: bool | None = None
    read_seconds: int | None = None

    # Deliveries, deferrals, bounces, complaints, suppressions.
    detail: str | None = None
    """The receiving server's own words, e.g. ``smtp;250 2.0.0 OK``."""
    bounce_id: str | None = None
    bounce_type: str | None = None
    """Postmark's ``Type`` word: ``HardBounce``, ``SoftBounce`` … (never its ``TypeCode``)."""
    inactive: bool | None = None
    """True: Postmark does not send to this address any more."""
    can_activate: bool | None = None
    reason: str | None = None
    """A suppression's reason: ``HardBounce``, ``SpamComplaint`` or ``ManualSuppression``."""
    origin: str | None = None
    """Who suppressed or reactivated: ``Recipient``, ``Customer`` or ``Admin``."""

    note: str | None = None
    """Free words of the office on a local record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event as it reached us: what a door or an adapter hands to the store."""

    event: Event
    received_at: datetime
    raw: str
    """The body as JSON text, without email bodies, coordinates and the reader's address (only its network is kept)."""


@dataclass(frozen=True, slots=True)
class Trail:
    """One message to one recipient, with every event known about it, oldest first."""

    message: Message
    recipient: Recipient
    events: tuple[Event, ...] = ()
    address_events: tuple[Event, ...] = ()
    """Suppressions and reactivations of this address on this stream, whichever message they name."""
    shared_events: tuple[Event, ...] = ()
    """Events that name this message or its reference, but not which of several recipients: "somebody on job 1042"."""
    is_customer: bool = True
    """False for the firm's own copies: bcc, and addresses at the sender's own domain."""


# ── What it means ────────────────────────────────────────────────────────────────────────────────────────────────


class Actor(StrEnum):
    """Who caused an event."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """An event after classification: who acted, how strongly it speaks, and why."""

    event: Event
    actor: Actor
    code: str
    """What it is, in one word of ours: ``person_click``, ``apple_privacy_open``, ``scanner_click`` …"""
    weight: float
    """Natural-log likelihood ratio of "a person saw it"; 0 says nothing either way."""
    vendor: str | None = None
    because: tuple[str, ...] = ()
    """Codes of the marks that decided, strongest first: ``agent:…``, ``network:…``, ``time:…``, ``burst:…``."""


class DeliveryState(StrEnum):
    """Where an email got to. ``bot.evidence.delivery`` holds the state machine."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    COMPLAINED = "complained"
    SANDBOXED = "sandboxed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery state of a trail."""

    state: DeliveryState
    at: datetime | None = None
    detail: str | None = None
    """The other server's own words, or Postmark's; never ours."""
    permanent: bool | None = None
    """For failures: True when trying again cannot help. ``None`` where nothing failed."""
    code: str | None = None
    """The cause in one word of ours: ``no_such_mailbox``, ``mailbox_full``, ``blocked``, ``never_asked`` …"""


class Finding(StrEnum):
    """The five answers. There is no "not seen": that is a thing nobody can know."""

    SEEN = "seen"
    PROBABLY_SEEN = "probably_seen"
    NO_SIGN = "no_sign"
    NOT_DELIVERED = "not_delivered"
    IN_TRANSIT = "in_transit"


@dataclass(frozen=True, slots=True)
class Reason:
    """One argument for a verdict. ``bot.replies.words`` puts it into words."""

    code: str
    at: datetime | None = None
    weight: float = 0.0
    """Natural-log likelihood ratio, 0 where it does not move the probability."""
    facts: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """What the sentence needs: vendor, client, link, counts, durations in seconds, other people's addresses …"""


@dataclass(frozen=True, slots=True)
class Trackable:
    """Whether an open or a click of this trail could have shown at all. ``None``: not known."""

    opens: bool | None
    clicks: bool | None
    why_not: str | None = None
    """``tracking_off``, ``opens_off``, ``links_off``, ``plain_text``, ``expired``, ``sandbox`` …

    ``None`` when everything could show.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a trail's signals, and its silence, add up to."""

    finding: Finding
    probability: float
    """That a person has seen it by ``now``; 0 to 1."""
    delivery: Delivery
    trackable: Trackable
    reasons: tuple[Reason, ...] = ()
    """At most three, strongest first."""
    automatic: tuple[Reason, ...] = ()
    """What machines did, oldest first."""
    unclear: tuple[Reason, ...] = ()
    """What says nothing either way, oldest first."""
    signals: tuple[Signal, ...] = ()
    prior: float = 0.0
    """The probability before any sign was looked at."""
    would_show: float = 1.0
    """The chance that a look by now would have left a sign, had Postmark been asked at every moment; 0 to 1."""
    first_person_open_at: datetime | None = None
    first_person_click_at: datetime | None = None
    version: str = ""
    """The edition of the rules that decided."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one follow-up that fits a verdict."""

    code: str
    """``none``, ``wait``, ``call``, ``text``, ``check_address``, ``ask_address``, ``unblock``, ``turn_tracking_on``."""
    text: str
    draft: str | None = None
    """Words ready to use: a call script, a text message or an email."""
    until: datetime | None = None
    """For ``wait``: when to look again."""
    until_words: str | None = None
    """How ``text`` says ``until``, in the office's zone, where it says it: another surface puts its own words there."""


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────


class SubjectKind(StrEnum):
    """What a question can be about."""

    EMAIL = "email"
    DOMAIN = "domain"
    NAME = "name"
    REFERENCE = "reference"
    MESSAGE_ID = "message_id"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing a question names: an address, a number …"""

    kind: SubjectKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, understood. Where it names two subjects, both must match."""

    text: str
    subjects: tuple[Subject, ...]
    """One or two; the first is the one the question is filed under."""
    document: str | None = None
    """The kind of email meant: ``quote``, ``invoice``, ``booking``, ``reminder``, ``portal`` …"""
    subject_words: str | None = None
    """Words the subject line must hold."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A question that could not be understood, with what was, and one example that works."""

    text: str
    understood: str
    example: str


class PostmarkState(StrEnum):
    """How fresh an answer is: what Postmark had to say to it."""

    LIVE = "live"
    CACHED = "cached"
    PARTIAL = "partial"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class JudgedTrail:
    """A trail with its verdict and next step: one entry of an answer."""

    trail: Trail
    verdict: Verdict
    next_step: NextStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The trails found for a question, judged, and how fresh the data is."""

    question: Question
    as_of: datetime
    postmark: PostmarkState
    entries: tuple[JudgedTrail, ...] = ()
    """Newest first."""
    more: int = 0
    """How many further trails match beyond the limit."""
    notes: tuple[Reason, ...] = ()
    """What the reader must know about the answer itself: a server that failed, old data, mail too new to be listed …"""
    candidates: tuple[str, ...] = ()
    """For a name that fits several people: the ones to choose from, as ``Name <address>``."""
    suggestions: tuple[str, ...] = ()
    """When nothing was found: addresses or numbers that look alike and are known."""
    siblings: tuple[JudgedTrail, ...] = ()
    """Trails of the same messages to other recipients: not what was asked, but how the wrong person's open is told."""
    unanswerable: bool = False
    """True: the own store knows nothing, and Postmark could not be asked. "Nothing found" would be saying too much."""

    @property
    def everyone(self) -> tuple[JudgedTrail, ...]:
        """The trails asked for, and those of the same messages to others: what a reply looks at to keep them apart."""
        return (*self.entries, *self.siblings)
