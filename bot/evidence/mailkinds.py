"""What kind of mail a message is, and what is published of how many look at such mail and how soon.

Emails are of one kind that have the same tag; without a tag, of the same stream. What kind it is *like* is told by the
words of its tag, its stream and its subject: newsletters are looked at by few and late, confirmations by most and soon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.evidence.timing import BUSINESS, FAST_BUSINESS, MARKETING, Delay
from store.records import Message


@dataclass(frozen=True, slots=True)
class Like:
    """Averages for mail of a sort."""

    looks: float
    """The chance that it is ever looked at; published open rates (section "priors" of docs/evidence.md) count opens
    only, and many looks leave none, so these lie above them."""
    delay: Delay


ORDINARY = Like(0.63, BUSINESS)
"""Business mail: published opens 30 to 51 %."""
BULK = Like(0.31, MARKETING)
"""Newsletters and offers: published opens 20 to 35 %."""
PROMPT = Like(0.8, FAST_BUSINESS)
"""Confirmations of what somebody has just done or is about to: published opens 70 to 90 %."""

_BULK = re.compile(
    r"\b(?:news(?:letters?)?|broadcasts?|marketing|promo(?:tion)?s?|offers?|campaigns?|digest|sale|webinars?|bulk"
    r"|rundbrief|angebote|infomail)\b"
)
_PROMPT = re.compile(
    r"\b(?:bookings?|appointments?|reservations?|tickets?|confirm\w*|verif\w+|password|log-?in|code|welcome|order"
    r"|termin\w*|buchung\w*|bestätigung|bestell\w*)\b"
)


def kind_of(message: Message) -> str:
    """What emails are of one kind: those of one tag; without one, those of one stream."""
    return message.tag or f"stream {message.stream or ''}"


def like(message: Message) -> Like:
    """What sort of mail a message is, by its tag and stream, or where those say nothing, its subject."""
    return _like(f"{message.tag or ''} {message.stream or ''}") or _like(message.subject or "") or ORDINARY


def _like(text: str) -> Like | None:
    words = re.sub(r"[_\-.:/]+", " ", text.lower())
    if _BULK.search(words):
        return BULK
    return PROMPT if _PROMPT.search(words) else None
