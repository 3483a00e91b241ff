"""Why a mail server refused an email or put it off, read from its own words.

The words go first: servers agree on them more than on the numbers beside them, and Microsoft and Google use the same
enhanced code for different things. The enhanced codes (RFC 3463) decide where the words say nothing.
"""

import re

from bot.evidence.codes import Cause

_BY_TYPE = {
    "BadEmailAddress": Cause.BAD_ADDRESS,
    "DMARCPolicy": Cause.UNAUTHENTICATED,
    "VirusNotification": Cause.VIRUS,
    "SMTPApiError": Cause.NOT_SENT,
    "InboundError": Cause.NOT_SENT,
    "TemplateRenderingFailed": Cause.NOT_SENT,
    "ManuallyDeactivated": Cause.SUPPRESSED_BY_US,
}
"""Bounce types of Postmark that say the cause themselves."""

_BY_TYPE_AT_LAST = {
    "Blocked": Cause.BLOCKED,
    "SpamNotification": Cause.BLOCKED,
    "OpenRelayTest": Cause.BLOCKED,
    "DnsError": Cause.NO_SUCH_DOMAIN,
    "Transient": Cause.BUSY,
}
"""Bounce types that say it when the server's words do not."""

_Words = dict[Cause, tuple[str, ...]]

_FOR_NOW: _Words = {
    Cause.MAILBOX_FULL: (
        "quota",
        r"mailbox (?:is )?full",
        r"out of (?:disk )?(?:space|storage)",
        "insufficient .*storage",
    ),
    Cause.BUSY: (
        "gr[ea]ylist",
        "again",
        "later",
        "throttl",
        "rate",
        "too (?:many|busy)",
        "busy",
        "temporar",
        "resources",
    ),
}
"""What a reply in the four hundreds says."""

_WORDS: _Words = {
    Cause.UNAUTHENTICATED: (r"\bdmarc\b", r"\bspf\b", r"\bdkim\b", "unauthenticated", "not authenticated"),
    Cause.MAILBOX_FULL: (
        r"(?:mailbox|inbox|account)\S* (?:is )?(?:full|exceeded)",
        r"quota|storage limit|mailbox size limit",
        r"out of (?:disk )?(?:space|storage)|insufficient (?:\w+ )?storage",
    ),
    Cause.TOO_LARGE: (
        "too (?:large|big)",
        "(?:message|maximum|max) size",
        "size (?:limit|exceed)",
        "exceeds? .{0,30}size",
    ),
    Cause.VIRUS: ("virus", "malware", "infected"),
    Cause.LOOP: (r"\bloop", "too many hops"),
    Cause.NO_SUCH_DOMAIN: (
        r"no such (?:domain|host)|nxdomain|null mx|no (?:mx|mail exchanger)",
        r"(?:domain|host)(?:name)? .{0,40}(?:not found|(?:not|n't) exist|unknown)|domain not found",
        r"unroute?able|bad destination (?:system|domain)|(?:un|not )able to resolve|could ?n[o']t be resolved",
        r"name or service not known",
    ),
    Cause.MAILBOX_DISABLED: (
        r"(?:mailbox|account|user|address|recipient).{0,40}(?:disabled|inactive|suspended|deactivated)",
        r"(?:mailbox|account|user|address|recipient).{0,40}(?:locked|closed|expired)",
        r"(?:disabled|inactive|suspended|deactivated) (?:mailbox|account|user|recipient)",
    ),
    Cause.NO_SUCH_MAILBOX: (
        r"(?:user|recipient|mailbox|address|account)s? (?:\S+ )?unknown",
        r"unknown (?:\w+ )?(?:user|recipient|mailbox|address)",
        r"no (?:such|valid) (?:\w+ )?(?:user|mailbox|recipient|address|person|account|local)",
        r"no mailbox|no account|not our customer|undeliverable address",
        r"(?:mailbox|user|address|recipient|account|alias).{0,60}(?:not (?:be )?found|(?:not|n't) exist)",
        r"(?:mailbox|user|address|recipient|account|alias).{0,60}(?:unavailable|no longer|invalid)",
        r"(?:mailbox|user|address|recipient|account|alias).{0,60}not (?:known|listed|valid)",
        r"invalid (?:\w+ )?(?:recipient|mailbox|user|address)|recipient (?:address )?(?:rejected|not found)",
        r"does(?:n't| not) have an? .{0,30}(?:account|mailbox)",
    ),
    Cause.BLOCKED: (
        r"spam|junk|unsolicited|abuse|reputation|policy",
        r"block(?:ed|list|ing)?\b|black ?list|\brbl\b|listed (?:at|in|by|on)",
        r"denied|prohibited|refused by|not (?:allowed|permitted|accept)|content (?:rejected|refused)",
    ),
    Cause.UNREACHABLE: (
        r"timed? ?out|unreachable|no route|not respond|no answer|network",
        r"connection (?:refused|reset|lost|closed|dropped|failed)|(?:un|not )able to connect",
    ),
    Cause.BUSY: (
        "gr[ea]ylist",
        "try (?:again|later)",
        "temporar",
        "throttl",
        "too (?:many|busy)",
        "busy",
        "rate limit",
    ),
}
"""What servers say, the more telling words first."""

_CODES: _Words = {
    Cause.NO_SUCH_MAILBOX: (r"[45]\.1\.(?:0|1|6|10)", r"5\.4\.1"),
    Cause.NO_SUCH_DOMAIN: (r"[45]\.1\.2", r"5\.4\.4"),
    Cause.BAD_ADDRESS: (r"[45]\.1\.3",),
    Cause.MAILBOX_DISABLED: (r"[45]\.2\.1",),
    Cause.MAILBOX_FULL: (r"[45]\.2\.2",),
    Cause.TOO_LARGE: (r"[45]\.2\.3", r"[45]\.3\.4"),
    Cause.LOOP: (r"[45]\.4\.(?:6|14)",),
    Cause.UNAUTHENTICATED: (r"5\.7\.(?:2[0-7]|515)",),
    Cause.BUSY: (r"4\.[357]\.\d+",),
    Cause.BLOCKED: (r"5\.7\.\d+",),
    Cause.UNREACHABLE: (r"[45]\.4\.\d+",),
}
"""Enhanced status codes, whole."""


def _compiled(words: _Words, form: str = "{}") -> tuple[tuple[Cause, re.Pattern[str]], ...]:
    return tuple((cause, re.compile(form.format("|".join(parts)), re.IGNORECASE)) for cause, parts in words.items())


_REPLY = re.compile(r"(?:^|[;\s])([245])\d\d(?=[\s-]|$)")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_FOR_NOW_PATTERNS = _compiled(_FOR_NOW)
_WORD_PATTERNS = _compiled(_WORDS)
_CODE_PATTERNS = _compiled(_CODES, "(?:{})$")


def cause_of(detail: str | None, bounce_type: str | None = None) -> Cause:
    """Why: from the other server's words and Postmark's bounce type. `Cause.REFUSED` when neither tells."""
    if bounce_type in _BY_TYPE:
        return _BY_TYPE[bounce_type]
    text = (detail or "")[:2000]
    for words in (_FOR_NOW_PATTERNS if is_for_now(text) else (), _WORD_PATTERNS):
        for cause, pattern in words:
            if pattern.search(text):
                return cause
    enhanced = _ENHANCED.search(text)
    code = enhanced[1] if enhanced else ""
    for cause, pattern in _CODE_PATTERNS:
        if pattern.match(code):
            return cause
    if bounce_type in _BY_TYPE_AT_LAST:
        return _BY_TYPE_AT_LAST[bounce_type]
    return Cause.BUSY if is_for_now(text) else Cause.REFUSED


def is_for_now(detail: str | None) -> bool:
    """Whether the server's answer is one in the four hundreds: it may change its mind."""
    reply = _REPLY.search(detail or "")
    enhanced = _ENHANCED.search(detail or "")
    return (reply[1] if reply else enhanced[1][0] if enhanced else "") == "4"
