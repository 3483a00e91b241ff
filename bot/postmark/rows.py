"""The rows of Postmark's API: emails from searches and details, and events from everything that lists them.

What a webhook tells too is turned into that webhook's shape and goes through `bot.postmark.events`, so both ways give
the same event with the same key. Message details are poorer than the other lists (an open without its network, a
bounce without its type): what they tell of opens, clicks, bounces and suppressions gets keys of its own, so that it
never keeps the full record out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from bot.postmark import events
from bot.postmark.events import DEFAULT_STREAM, Record, Telling
from bot.untrusted import address, flag, header, identifier, labels, message_id, moment, part, text
from store.records import Arrival, Event, Message, Recipient, Role, Source

ABRIDGED = "abridged/"
"""What the key of an event begins with that message details tell in short. It sorts before the full one's."""

_OPENED_WITH = re.compile(r"Email opened with (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Details:
    """One email with what its details tell of it."""

    message: Message
    arrivals: tuple[Arrival, ...]


def message(row: Record, *, server: str | None = None) -> Message | None:
    """An email as a search lists it; ``None`` for a row without a message ID, which nothing could be filed under."""
    number = message_id(row.get("MessageID"))
    if number is None:
        return None
    sent = moment(row.get("ReceivedAt"))
    return Message(
        message_id=number,
        server=server,
        stream=identifier(row.get("MessageStream")) or DEFAULT_STREAM,
        sent_at=sent.at if sent else None,
        sender=text(row.get("From"), 1000),
        subject=header(row.get("Subject")),
        tag=text(row.get("Tag"), 1000),
        metadata=labels(row.get("Metadata")),
        status=identifier(row.get("Status")),
        track_opens=flag(row.get("TrackOpens")),
        track_links=identifier(row.get("TrackLinks")),
        has_html=_has_html(row),
        sandboxed=flag(row.get("Sandboxed")),
        recipients=tuple(_recipients(row)),
    )


def details(row: Record, *, received_at: datetime, server: str | None = None) -> Details | None:
    """An email's details; ``None`` without a message ID. The email bodies in them are looked at for one thing only:
    whether there is an HTML part, which alone can carry a tracking picture. A row without a list of events is no answer
    to what became of the email.
    """
    found = message(row, server=server)
    if found is None:
        return None
    telling = Telling(received_at, Source.API, server)
    entries = row.get("MessageEvents")
    return Details(
        message=replace(found, checked_at=received_at) if isinstance(entries, list) else found,
        arrivals=tuple(
            _told_in_details(entry, found, telling)
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict)
        ),
    )


def open_(row: Record, *, received_at: datetime, server: str | None = None) -> Arrival:
    """A row of ``/messages/outbound/opens``."""
    return events.arrival_of_open(row, Telling(received_at, Source.API, server))


def click(row: Record, *, received_at: datetime, server: str | None = None) -> Arrival:
    """A row of ``/messages/outbound/clicks``."""
    return events.arrival_of_click(row, Telling(received_at, Source.API, server))


def bounce(row: Record, *, received_at: datetime, server: str | None = None) -> Arrival:
    """A row of ``/bounces``, where complaints stand too."""
    telling = Telling(received_at, Source.API, server)
    return events.arrival(events.bounce(row, telling), row, telling)


def suppression(row: Record, *, stream: str, received_at: datetime, server: str | None = None) -> Arrival:
    """A row of a stream's suppressions: an address that Postmark does not send to now."""
    telling = Telling(received_at, Source.API, server)
    told = {
        "Recipient": row.get("EmailAddress"),
        "ChangedAt": row.get("CreatedAt"),
        "Origin": row.get("Origin"),
        "SuppressionReason": row.get("SuppressionReason"),
        "SuppressSending": True,
        "MessageStream": stream,
    }
    return events.arrival(events.subscription_change(told, telling), {**row, "MessageStream": stream}, telling)


def _told_in_details(entry: Record, found: Message, telling: Telling) -> Arrival:
    """One of an email's ``MessageEvents``."""
    told = entry.get("Details")
    row: dict[str, Any] = {
        "MessageID": found.message_id,
        "MessageStream": found.stream,
        "Recipient": entry.get("Recipient"),
        "ReceivedAt": entry.get("ReceivedAt"),
        "Details": part(told, "DeliveryMessage") or part(told, "Summary"),
    }
    match entry.get("Type"):
        case "Delivered":
            event = events.delivery({**row, "DeliveredAt": row["ReceivedAt"]}, telling)
        case "Transient":
            event = events.deferral(row, telling)
        case "Opened":
            agent = _OPENED_WITH.match(text(part(told, "Summary")) or "")
            event = _abridged(events.opening({**row, "UserAgent": agent and agent[1]}, telling, None))
        case "LinkClicked":
            link = {"OriginalLink": part(told, "Link"), "ClickLocation": part(told, "ClickLocation")}
            event = _abridged(events.click({**row, **link}, telling, None))
        case "Bounced":
            number = {"ID": part(told, "BounceID"), "Email": row["Recipient"], "BouncedAt": row["ReceivedAt"]}
            event = _abridged(events.bounce({**row, **number}, telling))
        case "SubscriptionChanged":
            change = {name: part(told, name) for name in ("Origin", "SuppressSending", "SuppressionReason")}
            event = _abridged(events.subscription_change({**row, **change, "ChangedAt": row["ReceivedAt"]}, telling))
        case _:
            event = events.unknown({**entry, "MessageID": found.message_id}, telling)
    return events.arrival(event, {"MessageID": found.message_id, **entry}, telling)


def _abridged(event: Event) -> Event:
    return msgspec.structs.replace(event, key=f"{ABRIDGED}{event.key}")


def _recipients(row: Record) -> Iterator[Recipient]:
    """Everybody an email went to. An address on two lines counts once, for the first of them."""
    met: set[str] = set()
    lines: list[tuple[Role | None, object]] = [(role, row.get(role.value.capitalize())) for role in Role]
    for role, line in [*lines, (None, row.get("Recipients"))]:
        for entry in line if isinstance(line, list) else ():
            found = address(part(entry, "Email") if isinstance(entry, dict) else entry)
            if found is not None and found.key not in met:
                met.add(found.key)
                name = header(part(entry, "Name"), 200) or found.name
                yield Recipient(address=found.shown, key=found.key, name=name, role=role)


def _has_html(row: Record) -> bool | None:
    """Whether there is an HTML part; not known where no body came along, as after its time or in a search."""
    if text(row.get("HtmlBody")) is not None:
        return True
    return False if text(row.get("TextBody")) is not None else None
