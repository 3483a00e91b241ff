"""What the stand-in knows: an account with its servers, and what was sent through them and came of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from bot.sandbox.clock import Clock
from bot.sandbox.hooks import Webhook
from bot.sandbox.outbox import Outbox
from bot.sandbox.parts import Link, Mailbox
from bot.sandbox.readers import Reader
from bot.sandbox.rules import RETENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvent:
    """One line in the history of a message, as its details list it."""

    recipient: str
    type: str
    at: datetime
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One loading of the picture, or one click on a link."""

    recipient: str
    at: datetime
    reader: Reader
    first: bool = True
    link: Link | None = None
    read_seconds: int | None = None


@dataclass(slots=True, kw_only=True)
class Mail:
    """One email that was accepted."""

    message_id: str
    stream: str
    received_at: datetime
    sender: str
    subject: str
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    html: str | None = None
    text: str | None = None
    tag: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    track_opens: bool = True
    track_links: str = "None"
    links: tuple[Link, ...] = ()
    sandboxed: bool = False
    inactive: frozenset[str] = frozenset()
    """Recipients that were suppressed when it was sent: listed on the message, but nothing goes to them."""
    status: str = "Sent"
    kept_until: datetime
    events: list[MailEvent] = field(default_factory=list)
    opens: list[Look] = field(default_factory=list)
    """The first of each recipient; Postmark keeps no other."""
    clicks: list[Look] = field(default_factory=list)
    """One for each recipient and link."""

    @property
    def recipients(self) -> tuple[Mailbox, ...]:
        """Everybody on it: to, cc and bcc."""
        return (*self.to, *self.cc, *self.bcc)


@dataclass(slots=True, kw_only=True)
class Bounce:
    """One bounce or complaint."""

    bounce_id: int
    mail: Mail
    type: str
    email: str
    at: datetime
    said: str
    inactive: bool = False
    """The address is suppressed because of it."""
    bare: bool = False
    """Told without address, time and texts, as some unsubscribe requests were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that nothing is sent to on one stream."""

    email: str
    reason: str
    origin: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Stream:
    """A message stream of a server."""

    stream_id: str
    type: str
    """``Transactional``, ``Broadcasts`` or ``Inbound``."""
    created_at: datetime
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template: texts with ``{{places}}`` to be filled."""

    template_id: int
    alias: str
    subject: str
    html: str | None = None
    text: str | None = None


@dataclass(slots=True, kw_only=True)
class Server:
    """A Postmark server: one token, its settings, and everything sent with it.

    Unlike a new server at Postmark it tracks opens and links, because that is what most stories are about.
    """

    server_id: int
    name: str
    token: str
    delivery_type: str = "Live"
    """``Live``, or ``Sandbox``: nothing is really sent."""
    track_opens: bool = True
    track_links: str = "HtmlAndText"
    post_first_open_only: bool = False
    inbound_hook_url: str = ""
    retention: timedelta = RETENTION
    """How long messages are kept; a change counts for what is sent from then on."""
    streams: dict[str, Stream] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)
    bounces: dict[int, Bounce] = field(default_factory=dict)
    suppressions: dict[tuple[str, str], Suppression] = field(default_factory=dict)
    """By stream and lower-cased address."""
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Domain:
    """A sender domain of the account."""

    domain_id: int
    name: str
    dkim_verified: bool = True
    weak_dkim: bool = False
    return_path_verified: bool = True


@dataclass(slots=True, kw_only=True)
class Sender:
    """A sender signature of the account: one confirmed address."""

    sender_id: int
    address: str
    name: str
    confirmed: bool = True


@dataclass(slots=True, kw_only=True)
class Quirks:
    """Where Postmark's documents leave a choice, or its answers have changed over the years."""

    recipient_filter: str = "exact"
    """``exact`` (without regard to case) or ``partial``: how a search compares ``recipient``."""
    old_rows: bool = False
    """Message rows as they were before streams, metadata and tracking stood in them."""
    shuffled_events: bool = False
    """Message events in no order."""
    unknown_event: bool = False
    """Every message has an event of a type that nobody has heard of."""
    whole_seconds: bool = False
    """The API's events lack the fraction of a second that their webhooks have, so that the two differ."""
    undated_looks: bool = False
    """The lists of all opens and all clicks take no notice of dates."""
    listing_delay: timedelta = timedelta(0)
    """How long after sending a message can be found."""


@dataclass(slots=True, kw_only=True)
class Account:
    """Everything behind one account token."""

    token: str | None
    clock: Clock
    random: Random
    outbox: Outbox
    servers: dict[str, Server] = field(default_factory=dict)
    domains: dict[int, Domain] = field(default_factory=dict)
    senders: dict[int, Sender] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Held by whoever reads or changes any of this."""
    _last_id: int = 4710

    def new_id(self) -> int:
        """A number for a server, a webhook, a domain …"""
        self._last_id += 1
        return self._last_id

    def new_message_id(self) -> str:
        """A message ID as Postmark makes them."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def new_bounce_id(self) -> int:
        """A bounce's ID: 64 bits wide, and always more than JavaScript can count to."""
        return self.random.randrange(2**53 + 1, 2**63)

    def add_server(self, name: str, token: str) -> Server:
        """A new server with the three streams every server has."""
        server = Server(server_id=self.new_id(), name=name, token=token)
        for stream_id, kind in (("outbound", "Transactional"), ("broadcast", "Broadcasts"), ("inbound", "Inbound")):
            server.streams[stream_id] = Stream(stream_id=stream_id, type=kind, created_at=self.clock.now())
        self.servers[name] = server
        return server

    def holds(self, mail: Mail) -> bool:
        """Whether the message is still kept."""
        return self.clock.now() < mail.kept_until

    def listed(self, server: Server) -> Iterator[Mail]:
        """The messages of a server that can be found now."""
        latest = self.clock.now() - self.quirks.listing_delay
        return (mail for mail in server.mails.values() if self.holds(mail) and mail.received_at <= latest)
