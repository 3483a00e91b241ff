"""Answers that customers send: an inbound email tells that its sender saw the one it answers.

Its words are none of our business and are dropped. An out-of-office note is told apart: a program wrote it; of that,
the words that say until when somebody is away are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot import away
from bot.postmark.events import Telling
from bot.untrusted import EARLIEST_YEAR, LATEST_YEAR, address, fingerprint, message_id, part, raw_text, text
from store.records import Arrival, Event, EventKind

_OUR_MESSAGE_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@mtasv\.net", re.IGNORECASE)
"""The Message-ID header that Postmark gives an email: its own MessageID at mtasv.net."""

_KEPT = ("MessageStream", "MessageID", "Date", "From", "Subject", "OriginalRecipient")
_KEPT_HEADERS = {
    "auto-submitted",
    "content-type",
    "in-reply-to",
    "message-id",
    "precedence",
    "references",
    "return-path",
    "x-autoreply",
    "x-autorespond",
}

_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|answer)|out of (?:the )?office"
    r"|away from (?:the )?office|abwesenheitsnotiz|automatische antwort|r[ée]ponse automatique|absence du bureau"
    r"|respuesta autom[áa]tica|fuera de la oficina|risposta automatica|resposta autom[áa]tica"
    r"|automatisch antwoord|afwezig"
    r")\b",
    re.IGNORECASE,
)


def is_inbound(body: Mapping[str, Any]) -> bool:
    """Whether a body of no other record type is an email; those name no type, but only they have ``FromFull``."""
    return "FromFull" in body


def parse_inbound(body: Mapping[str, Any], telling: Telling) -> Arrival:
    """A reply, an automatic one, or (when it answers no email of Postmark's) a record that is only kept."""
    headers = dict(_headers(body.get("Headers")))
    answered = _answered(headers)
    sender = address(part(body.get("FromFull"), "Email")) or address(body.get("From"))
    at = _date(body.get("Date"))
    kept: dict[str, Any] = {name: words for name in _KEPT if (words := text(body.get(name))) is not None}
    kept["Headers"] = [{"Name": name, "Value": value} for name, value in headers.items()]
    kept["FromFull"] = {"Email": sender.shown if sender else None}
    subject = text(body.get("Subject")) or ""
    kind = _kind(answered, sender.key if sender else "", headers, subject)
    number = message_id(body.get("MessageID"))
    event = Event(
        key=f"inbound:{number}" if number is not None else f"inbound:{fingerprint(kept)}",
        kind=kind,
        at=at or telling.received_at,
        at_is_arrival=at is None,
        source=telling.source,
        server=telling.server,
        message_id=answered,
        detail=_away(subject, body) if kind is EventKind.AUTO_REPLY else None,
        recipient=sender.shown if sender else None,
        recipient_key=sender.key if sender else None,
    )
    return Arrival(event=event, received_at=telling.received_at, raw=raw_text(kept))


def _away(subject: str, body: Mapping[str, Any]) -> str | None:
    """Until when somebody is away: the one thing of an automatic reply's words that is kept."""
    said = (subject, text(body.get("StrippedTextReply"), 4000), text(body.get("TextBody"), 4000))
    return next((found for words in said if (found := away.until(words))), None)


def _headers(value: object) -> Iterator[tuple[str, str]]:
    """The few headers that tell what the email answers and who wrote it, by lower-case name."""
    for header in value if isinstance(value, list) else ():
        name, words = text(part(header, "Name"), 100), text(part(header, "Value"))
        if name is not None and name.lower() in _KEPT_HEADERS:
            yield name.lower(), words or ""


def _answered(headers: Mapping[str, str]) -> str | None:
    """The email answered: In-Reply-To names it; where that is missing, the newest of References does."""
    for name in ("in-reply-to", "references"):
        found = _OUR_MESSAGE_ID.findall(headers.get(name, ""))
        if found:
            return message_id(found[-1])
    return None


def _kind(answered: str | None, sender: str, headers: Mapping[str, str], subject: str) -> EventKind:
    report = headers.get("content-type", "").casefold().startswith("multipart/report")
    if answered is None or report or sender.startswith(("mailer-daemon@", "postmaster@")):
        return EventKind.UNKNOWN  # not an answer to one of our emails, or a mail server's report
    automatic = (
        headers.get("auto-submitted", "no").casefold() != "no"  # RFC 3834
        or headers.get("precedence", "").casefold() in {"auto_reply", "bulk", "junk"}
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or headers.get("return-path") == "<>"
        or _AUTOMATIC_SUBJECT.match(subject) is not None
    )
    return EventKind.AUTO_REPLY if automatic else EventKind.REPLY


def _date(value: object) -> datetime | None:
    """The Date header, which is the sender's own clock; ``None`` when it tells no time."""
    words = text(value, 200)
    if words is None:
        return None
    try:
        at = parsedate_to_datetime(words)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return at if EARLIEST_YEAR <= at.year <= LATEST_YEAR else None
