"""Makes the messages, events and trails that the tests of the core speak of, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.evidence.networks import classify
from store.addresses import normalise
from store.records import Event, EventKind, Message, Recipient, Role, Source, Trail

SENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DELIVERED = SENT + timedelta(seconds=4)

MARIA = "maria@oakleaf.example"
BEN = "ben@oakleaf.example"
OFFICE = "office@alder.example"

HOME = "81.2.69.142"
PHONE = "2a00:23c5:1::1"
SAFE_LINKS = "40.107.93.4"
APPLE = "104.28.30.1"
GOOGLE = "66.249.84.10"
AZURE = "20.190.128.1"
AWS = "52.95.110.1"
PROOFPOINT = "205.220.160.9"

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
OUTLOOK = "Microsoft Office/16.0 (Microsoft Outlook 16.0.17126; Pro), Mozilla/4.0 (compatible; ms-office; MSOffice 16)"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
GMAIL_PREFETCH = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
)
BARE = "Mozilla/5.0"
LINK = "https://portal.alder.example/q/1042"


def message(message_id: str = "m1", *to: str, **facts: Any) -> Message:
    """A tracked HTML message of the firm, sent at `SENT`, to Maria unless others are named."""
    recipients = facts.pop("recipients", tuple(recipient(address) for address in to or (MARIA,)))
    known: dict[str, Any] = {
        "server": "main",
        "stream": "outbound",
        "sent_at": SENT,
        "sender": f"Alder Heating <{OFFICE}>",
        "subject": "Your quote",
        "status": "Sent",
        "track_opens": True,
        "track_links": "HtmlAndText",
        "has_html": True,
    }
    return Message(message_id=message_id, recipients=recipients, **(known | facts))


def recipient(address: str, role: Role = Role.TO) -> Recipient:
    return Recipient(address=address, key=normalise(address), role=role)


def event(kind: EventKind, after: float = 0.0, **facts: Any) -> Event:
    """An event so many seconds after the delivery, of Maria and message m1 unless told otherwise."""
    address = facts.pop("recipient", MARIA)
    ip = facts.pop("ip", None)
    told: dict[str, Any] = {
        "message_id": "m1",
        "source": Source.WEBHOOK,
        "recipient": address,
        "recipient_key": normalise(address) if address else None,
        "network": classify(ip) if ip else None,
    }
    told |= facts
    at = told.pop("at", DELIVERED + timedelta(seconds=after))
    marks = (kind, told["message_id"], told["recipient_key"], at, told.get("user_agent"), told.get("link"))
    key = told.pop("key", "|".join(str(mark) for mark in marks))
    return Event(key=key, kind=kind, at=at, **told)


def delivery(**facts: Any) -> Event:
    return event(EventKind.DELIVERY, **({"detail": "smtp;250 2.0.0 OK"} | facts))


def opened(after: float, agent: str | None = CHROME, ip: str | None = HOME, **facts: Any) -> Event:
    return event(EventKind.OPEN, after, user_agent=agent, ip=ip, **facts)


def clicked(after: float, agent: str | None = CHROME, ip: str | None = HOME, **facts: Any) -> Event:
    return event(EventKind.CLICK, after, user_agent=agent, ip=ip, **({"link": LINK} | facts))


def trail(*events: Event, about: Message | None = None, **facts: Any) -> Trail:
    """The trail of the first recipient, with these events in the order of time."""
    about = about or message()
    ordered = tuple(sorted(events, key=lambda e: (e.at, e.key)))
    return Trail(message=about, recipient=about.recipients[0], events=ordered, **facts)
