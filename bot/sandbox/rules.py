"""Postmark's own rules that need no state: its numbers, words and limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

Json = dict[str, object]


class Refusal(Exception):  # noqa: N818 - the word for an answer that says no
    """An answer that says no: an HTTP status and Postmark's own ``ErrorCode`` with its sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> Json:
        """The JSON that Postmark answers with."""
        return {"ErrorCode": self.code, "Message": self.message}


MAX_PAGE = 500
MAX_REACH = 10_000
"""``count + offset`` beyond this is answered with HTTP 500."""
MAX_BATCH = 500
MAX_RECIPIENTS = 50
MAX_SUPPRESSIONS = 50
MAX_WEBHOOKS = 10
MAX_WEBHOOK_HEADERS = 30

RETENTION = timedelta(days=45)
DUMP_RETENTION = timedelta(days=30)

TRACK_LINKS = ("None", "HtmlAndText", "HtmlOnly", "TextOnly")


def _minutes(*waits: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=wait) for wait in waits)


SHORT_RETRIES = _minutes(1, 5, 15)
LONG_RETRIES = _minutes(1, 5, 10, 10, 10, 15, 30, 60, 120, 360)


def retries(record_type: str) -> tuple[timedelta, ...]:
    """How long Postmark waits before each further try of a webhook.

    Bounces and inbound mail have the long schedule. Complaints are not listed anywhere, so they get the short one.
    """
    return LONG_RETRIES if record_type in {"Bounce", "Inbound"} else SHORT_RETRIES


@dataclass(frozen=True, slots=True)
class BounceType:
    """One row of Postmark's table of bounces."""

    code: int
    name: str
    description: str


BOUNCE_TYPES = {
    "HardBounce": BounceType(1, "Hard bounce", "The address does not exist, or refuses mail for good."),
    "Transient": BounceType(2, "Message delayed", "The other server could not take it for now."),
    "Unsubscribe": BounceType(16, "Unsubscribe request", "The reader asked to be taken off."),
    "Subscribe": BounceType(32, "Subscribe request", "The reader asked to be put on."),
    "AutoResponder": BounceType(64, "Auto responder", "An automatic answer, such as an out-of-office note."),
    "AddressChange": BounceType(128, "Address change", "The reader has another address now."),
    "DnsError": BounceType(256, "DNS error", "The domain could not be looked up."),
    "SpamNotification": BounceType(512, "Spam notification", "The other server took it for spam."),
    "OpenRelayTest": BounceType(1024, "Open relay test", "A test message for open relays."),
    "Unknown": BounceType(2048, "Unknown", "A bounce that could not be told."),
    "SoftBounce": BounceType(4096, "Soft bounce", "The mailbox cannot take it now; it may be full."),
    "VirusNotification": BounceType(8192, "Virus notification", "A virus scanner answered."),
    "ChallengeVerification": BounceType(16384, "Challenge verification", "The sender is asked to prove itself."),
    "BadEmailAddress": BounceType(100000, "Invalid email address", "The address is not one."),
    "SpamComplaint": BounceType(100001, "Spam complaint", "The reader marked it as spam."),
    "ManuallyDeactivated": BounceType(100002, "Manually deactivated", "Somebody switched the address off."),
    "Unconfirmed": BounceType(100003, "Registration not confirmed", "The address was never confirmed."),
    "Blocked": BounceType(100006, "ISP block", "The other server blocks this sender."),
    "SMTPApiError": BounceType(100007, "SMTP API error", "The message could not be taken over SMTP."),
    "InboundError": BounceType(100008, "Processing failed", "Inbound mail could not be handed over."),
    "DMARCPolicy": BounceType(100009, "DMARC policy", "The sender's DMARC policy refuses it."),
    "TemplateRenderingFailed": BounceType(100010, "Template rendering failed", "The template could not be filled."),
}

DEACTIVATING = frozenset({"HardBounce"})
"""Bounces after which Postmark stops sending to the address. A complaint does too, but is told on its own."""
