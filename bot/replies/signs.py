"""What an event was taken for (``bot.evidence.codes.Sign``), as a line of a list calls it: "an early click"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.evidence.codes import Sign
from bot.naming import plain

CALLED: Mapping[str, str] = MappingProxyType(
    {
        Sign.REPLY: "an answer",
        Sign.PAYMENT: "a payment",
        Sign.PORTAL_VISIT: "a visit to the portal",
        Sign.COMPLAINT: "a spam report",
        Sign.PERSON_CLICK: "a click",
        Sign.PERSON_OPEN: "an open",
        Sign.PROXY_OPEN: "an open through a picture service",
        Sign.OPENED_AGAIN: "another open",
        Sign.LONG_LOOK: "a long look",
        Sign.EARLY_CLICK: "an early click",
        Sign.DATA_CENTRE_CLICK: "a click from a data centre",
        Sign.LINK_CHECK: "Office looking at a link",
        Sign.APP_CLICK: "a link followed by a phone program",
        Sign.STRANGE_CLICK: "a click unlike theirs",
        Sign.STRANGE_OPEN: "an open unlike theirs",
        Sign.EARLY_OPEN: "an early open",
        Sign.EARLY_PROXY_OPEN: "an early load by a picture service",
        Sign.RELAY_OPEN: "an open behind Apple's relay",
        Sign.DATA_CENTRE_OPEN: "an open from a data centre",
        Sign.APP_OPEN: "pictures loaded by a phone program",
        Sign.UNNAMED_OPEN: "pictures loaded by an unknown program",
        Sign.UNNAMED_CLICK: "a link followed by an unknown program",
        Sign.UNTOLD_CLICK: "a click without a word of what made it",
        Sign.DOUBTFUL_CLICK: "a click too close to another visit",
        Sign.UNSUBSCRIBED: "the unsubscribe link used",
        Sign.SOMEBODY: "somebody of several",
        Sign.HANDLED: "marked as handled",
        Sign.APPLE_PRIVACY_OPEN: "pictures loaded ahead by Apple Mail",
        Sign.GMAIL_PREFETCH: "pictures loaded ahead by Gmail",
        Sign.SCANNER_OPEN: "pictures loaded by a security check",
        Sign.SCANNER_CLICK: "a link followed by a security check",
        Sign.SCRIPT_OPEN: "pictures loaded by a script",
        Sign.SCRIPT_CLICK: "a link followed by a script",
        Sign.PREVIEW_OPEN: "pictures loaded for a preview",
        Sign.PREVIEW_CLICK: "a link followed for a preview",
        Sign.PROXY_CLICK: "a link followed by a picture service",
        Sign.BURST_OPEN: "pictures loaded in a sweep",
        Sign.BURST_CLICK: "one of many links at once",
        Sign.BEFORE_DELIVERY: "before delivery",
        Sign.AUTO_REPLY: "an automatic answer",
        Sign.OWN_NETWORK: "from your own office",
    }
)


def called(code: str) -> str:
    """A sign in words. One that nobody has words for is said as its own words."""
    return CALLED.get(code) or plain(code, 40).replace("_", " ")
