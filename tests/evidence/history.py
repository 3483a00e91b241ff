"""A firm's emails and what came of them, drawn at random: enough of everything that something can be learned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from store.records import Event, EventKind, Trail
from tests.evidence import making
from tests.evidence.making import APPLE, AWS, BARE, CHROME, GMAIL, GOOGLE, LINK, SAFARI, SAFE_LINKS, THUNDERBIRD

BEGIN = making.SENT - timedelta(days=60)
NOW = making.SENT + timedelta(days=2)

_KINDS = ("quote", "invoice", "newsletter")
_DOMAINS = ("oakleaf.example", "birch.example", "gmail.com", "icloud.com", "harbour.example")


def firm(seed: int, *, people: int = 12, emails: int = 8) -> list[Trail]:
    """So many recipients with so many emails each, newest last."""
    draw = random.Random(seed)
    trails = []
    for number in range(people):
        address = f"customer{number}@{draw.choice(_DOMAINS)}"
        habit = draw.choice([_quiet, _opens, _clicks, _behind_gmail, _behind_apple, _behind_a_scanner])
        for email in range(emails):
            sent = BEGIN + timedelta(days=email * 60 / emails, minutes=draw.randrange(2000))
            message = making.message(f"m{number}.{email}", address, tag=draw.choice(_KINDS), sent_at=sent)
            delivery = _event(EventKind.DELIVERY, message.message_id, address, sent + timedelta(seconds=4))
            told = sorted(habit(message.message_id, address, sent, draw), key=lambda event: event.at)
            trails.append(Trail(message, message.recipients[0], (delivery, *told)))
    return trails


def _event(kind: EventKind, message_id: str, address: str, at: datetime, **facts: Any) -> Event:
    return making.event(kind, message_id=message_id, recipient=address, at=at, **facts)


def _quiet(_id: str, _address: str, _sent: datetime, _draw: random.Random) -> Sequence[Event]:
    return ()


def _opens(message_id: str, address: str, sent: datetime, draw: random.Random) -> Sequence[Event]:
    if draw.random() < 0.3:
        return ()
    at = sent + timedelta(seconds=draw.lognormvariate(7, 1))
    return [_event(EventKind.OPEN, message_id, address, at, user_agent=THUNDERBIRD, ip="81.2.69.142")]


def _clicks(message_id: str, address: str, sent: datetime, draw: random.Random) -> Sequence[Event]:
    at = sent + timedelta(seconds=draw.lognormvariate(8, 1))
    agent, ip = draw.choice([(CHROME, "203.0.113.7"), (SAFARI, "198.51.100.9")])
    return [_event(EventKind.CLICK, message_id, address, at, user_agent=agent, ip=ip, link=LINK)]


def _behind_gmail(message_id: str, address: str, sent: datetime, draw: random.Random) -> Sequence[Event]:
    if draw.random() < 0.3:
        return ()
    at = sent + timedelta(seconds=draw.lognormvariate(8, 1))
    return [_event(EventKind.OPEN, message_id, address, at, user_agent=GMAIL, ip=GOOGLE)]


def _behind_apple(message_id: str, address: str, sent: datetime, draw: random.Random) -> Sequence[Event]:
    ahead = _event(EventKind.OPEN, message_id, address, sent + timedelta(minutes=9), user_agent=BARE, ip=APPLE)
    return [ahead, *(_clicks(message_id, address, sent, draw) if draw.random() < 0.4 else ())]


def _behind_a_scanner(message_id: str, address: str, sent: datetime, draw: random.Random) -> Sequence[Event]:
    at = sent + timedelta(seconds=40 + draw.randrange(20))
    ip = draw.choice([SAFE_LINKS, AWS, "192.0.2.9"])
    sweep = _event(EventKind.CLICK, message_id, address, at, user_agent=CHROME, ip=ip, link=LINK)
    return [sweep, *(_opens(message_id, address, sent, draw))]
