"""One function for each kind of record that Postmark tells of an email: a JSON object in, an event out.

Webhooks and API rows name the same things alike, so both go through here, and one happening told by both gets one key
(Postmark gives no event ids but those of bounces). Keys are built from what the record itself says, never from when it
came; a record that lacks what its key needs is told apart by the hash of everything it says.

None of these functions raises on an object, whatever its fields hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from bot.postmark.redaction import network_of, redacted, with_network
from bot.untrusted import (
    Moment,
    address,
    fingerprint,
    flag,
    header,
    identifier,
    labels,
    message_id,
    moment,
    part,
    raw_text,
    text,
    whole,
)
from store.records import Arrival, Event, EventKind, Network, Source

Record = Mapping[str, Any]

DEFAULT_STREAM = "outbound"
"""Where an email is that names no stream: such records are older than streams."""

BOUNCE_KINDS = {
    "Transient": EventKind.DEFERRAL,
    "AutoResponder": EventKind.AUTO_REPLY,
    "SpamComplaint": EventKind.COMPLAINT,
}
"""What a bounce's ``Type`` makes of it; any other is a bounce. ``TypeCode`` is not to be trusted."""

_TIMES = ("ReceivedAt", "DeliveredAt", "BouncedAt", "ChangedAt")


@dataclass(frozen=True, slots=True)
class Telling:
    """How a record reached us."""

    received_at: datetime
    source: Source
    server: str | None = None


def delivery(row: Record, telling: Telling) -> Event:
    when = moment(row.get("DeliveredAt"))
    return _event(
        row,
        telling,
        kind=EventKind.DELIVERY,
        key=_key("delivery", row, when),
        when=when,
        detail=text(row.get("Details")),
    )


def deferral(row: Record, telling: Telling) -> Event:
    """A deferral as message details tell it; webhooks tell it as a bounce of the type ``Transient``."""
    when = moment(row.get("ReceivedAt"))
    return _event(
        row,
        telling,
        kind=EventKind.DEFERRAL,
        key=_key("deferral", row, when),
        when=when,
        detail=text(row.get("Details")),
    )


def bounce(row: Record, telling: Telling) -> Event:
    """A bounce, a complaint, a deferral or an automatic answer: Postmark files all of them as bounces."""
    bounce_type = identifier(row.get("Type"))
    complaint = row.get("RecordType") == "SpamComplaint"
    kind = EventKind.COMPLAINT if complaint else BOUNCE_KINDS.get(bounce_type or "", EventKind.BOUNCE)
    word = "complaint" if kind is EventKind.COMPLAINT else "bounce"
    number = whole(row.get("ID"))
    return _event(
        row,
        telling,
        kind=kind,
        key=f"{word}:{number}" if number is not None else f"{word}:{fingerprint(redacted(row))}",
        when=moment(row.get("BouncedAt")),
        recipient=row.get("Email"),
        detail=text(row.get("Details")) or text(row.get("Description")),
        bounce_id=None if number is None else str(number),
        bounce_type=bounce_type,
        inactive=flag(row.get("Inactive")),
        can_activate=flag(row.get("CanActivate")),
    )


def opening(row: Record, telling: Telling, network: Network | None) -> Event:
    when, agent = moment(row.get("ReceivedAt")), text(row.get("UserAgent"))
    return _event(
        row,
        telling,
        kind=EventKind.OPEN,
        key=_key("open", row, when, agent),
        when=when,
        network=network,
        first_open=flag(row.get("FirstOpen")),
        read_seconds=whole(row.get("ReadSeconds")),
        **_reader(row, agent),
    )


def click(row: Record, telling: Telling, network: Network | None) -> Event:
    when, agent = moment(row.get("ReceivedAt")), text(row.get("UserAgent"))
    link, location = text(row.get("OriginalLink"), 4000), identifier(row.get("ClickLocation"))
    return _event(
        row,
        telling,
        kind=EventKind.CLICK,
        key=_key("click", row, when, agent, link, location),
        when=when,
        network=network,
        link=link,
        click_location=location,
        **_reader(row, agent),
    )


def subscription_change(row: Record, telling: Telling) -> Event:
    """An address suppressed or let in again, for one stream; it may name the message that caused it or none."""
    when = moment(row.get("ChangedAt"))
    recipient = address(row.get("Recipient"))
    stream = identifier(row.get("MessageStream")) or DEFAULT_STREAM
    reason, origin = identifier(row.get("SuppressionReason")), identifier(row.get("Origin"))
    suppressed = flag(row.get("SuppressSending"))
    if suppressed is None and reason is not None:
        suppressed = True
    kinds = {True: EventKind.SUPPRESSION, False: EventKind.REACTIVATION, None: EventKind.UNKNOWN}
    told = [recipient and recipient.shown.lower(), stream, suppressed, origin and origin.lower()]
    told.append(when.stamp if when else fingerprint(redacted(row)))
    return _event(
        row,
        telling,
        kind=kinds[suppressed],
        key=_hashed("subscription", told),
        when=when,
        stream=stream,
        reason=reason,
        origin=origin,
    )


def unknown(row: Record, telling: Telling) -> Event:
    """A record of a type nobody has told us about, kept with what it seems to say."""
    when = next(filter(None, (moment(row.get(name)) for name in _TIMES)), None)
    return _event(
        row,
        telling,
        kind=EventKind.UNKNOWN,
        key=f"unknown:{fingerprint(redacted(row))}",
        when=when,
        recipient=row.get("Recipient") or row.get("Email"),
    )


def arrival(event: Event, row: Record, telling: Telling) -> Arrival:
    """The event with its record, redacted, as the store takes it."""
    return Arrival(
        event=event,
        received_at=telling.received_at,
        raw=raw_text(with_network(redacted(row), event.network)),
    )


def arrival_of_open(row: Record, telling: Telling) -> Arrival:
    return arrival(opening(row, telling, network_of(row)), row, telling)


def arrival_of_click(row: Record, telling: Telling) -> Arrival:
    return arrival(click(row, telling, network_of(row)), row, telling)


def _event(
    row: Record,
    telling: Telling,
    *,
    kind: EventKind,
    key: str,
    when: Moment | None,
    recipient: object = None,
    stream: str | None = None,
    **rest: Any,  # noqa: ANN401 - fields of Event, which checks their names
) -> Event:
    to = address(recipient or row.get("Recipient"))
    return Event(
        key=key,
        kind=kind,
        at=when.at if when else telling.received_at,
        at_is_arrival=when is None,
        source=telling.source,
        server=telling.server,
        message_id=message_id(row.get("MessageID")),
        recipient=to.shown if to else None,
        recipient_key=to.key if to else None,
        stream=stream or identifier(row.get("MessageStream")),
        tag=text(row.get("Tag"), 1000),
        subject=header(row.get("Subject")),
        sender=text(row.get("From"), 1000),
        metadata=labels(row.get("Metadata")),
        **rest,
    )


def _reader(row: Record, agent: str | None) -> dict[str, str | None]:
    """The program that opened or clicked, in its own words (``agent``) and in Postmark's."""
    return {
        "user_agent": agent,
        "client": _family(row.get("Client")),
        "os": _family(row.get("OS")),
        "platform": _known(text(row.get("Platform"), 100)),
    }


def _family(value: object) -> str | None:
    return _known(text(part(value, "Family"), 200)) or _known(text(part(value, "Name"), 200))


def _known(words: str | None) -> str | None:
    return None if words is None or words.casefold() == "unknown" else words


def _key(word: str, row: Record, when: Moment | None, *parts: str | None) -> str:
    """The key of a record that names a message, a recipient and a time."""
    to = address(row.get("Recipient"))
    told = [message_id(row.get("MessageID")), to and to.shown.lower(), *parts]
    told.append(when.stamp if when else fingerprint(redacted(row)))
    return _hashed(word, told)


def _hashed(word: str, parts: list[Any]) -> str:
    """A key of even length, whatever long links and agents it stands for."""
    return f"{word}:{blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()}"
