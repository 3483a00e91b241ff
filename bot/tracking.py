"""Local records: what the firm's own programs know of a customer, which Postmark cannot know.

A portal visit, a payment, the firm's own pixel or link, a reply in another mailbox, "handled" by the office, or only
which message belongs to which number. Unlike Postmark's webhooks these come from programs that somebody near us wrote,
so a record that cannot be used is sent back with a sentence that says what to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.evidence.networks import classify
from bot.references import normalise
from bot.untrusted import Address, Moment, address, fingerprint, identifier, message_id, moment, raw_text, text
from store.records import Arrival, Event, EventKind, Network, Source

KINDS = {
    "message": EventKind.REGISTRATION,
    "open": EventKind.OPEN,
    "click": EventKind.CLICK,
    "portal_visit": EventKind.PORTAL_VISIT,
    "reply": EventKind.REPLY,
    "payment": EventKind.PAYMENT,
    "handled": EventKind.HANDLED,
}
"""The types of a record, and what each is here."""


class BadRecord(ValueError):  # noqa: N818 - its name says what it is
    """A record that cannot be used; the text says what to change."""


def parse(record: object, *, received_at: datetime) -> Arrival:
    """The event that a local record tells of.

    Args:
        record: decoded JSON: ``type`` (one of `KINDS`), ``message_id`` or ``reference`` or both, and if known ``at``,
            ``recipient``, ``user_agent``, ``ip``, ``link``, ``note``, ``id``. Other fields are left out.
        received_at: when it came (aware, UTC); it stands in for ``at`` where that is missing.

    The same ``id`` twice is one record. Without an ``id`` two records are one when they say the same and name a time.

    Raises:
        BadRecord: something about it is unusable.
    """
    if not isinstance(record, dict):
        raise BadRecord('A record must be a JSON object such as {"type": "portal_visit", "reference": "1042"}.')
    kind = _kind(record.get("type"))
    when = _when(record.get("at"))
    recipient = _recipient(record.get("recipient"))
    message = _message_id(record.get("message_id"))
    reference = _reference(record.get("reference"))
    _check_subject(kind, message, reference)
    network = _network(record.get("ip"))
    own_id = _own_id(record.get("id"))
    told = {
        "type": text(record.get("type")),
        "id": own_id,
        "at": when.stamp if when else None,
        "recipient": recipient.shown if recipient else None,
        "message_id": message,
        "reference": reference,
        "user_agent": text(record.get("user_agent")),
        "link": text(record.get("link"), 4000),
        "note": text(record.get("note")),
    }
    return Arrival(
        event=Event(
            key=_key(told, own_id, when, received_at),
            kind=kind,
            at=when.at if when else received_at,
            at_is_arrival=when is None,
            source=Source.TRACKING,
            message_id=message,
            recipient=recipient.shown if recipient else None,
            recipient_key=recipient.key if recipient else None,
            reference=reference,
            user_agent=told["user_agent"],
            network=network,
            link=told["link"],
            note=told["note"],
        ),
        received_at=received_at,
        raw=raw_text(_kept(told, network)),
    )


def _key(told: Mapping[str, object], own_id: str | None, when: Moment | None, received_at: datetime) -> str:
    """One key for one record, however often it is sent. Where neither an id nor a time tells two alike records apart,
    each arrival is a record of its own: two visits are worth more than a repeat is harmful.
    """
    if own_id is not None:
        return f"tracking:{fingerprint(['id', own_id])}"
    return f"tracking:{fingerprint([told, None if when else received_at.isoformat()])}"


def _kept(told: Mapping[str, object], network: Network | None) -> dict[str, object]:
    kept = {name: value for name, value in told.items() if value is not None}
    if network is not None:
        kept["network"] = msgspec.to_builtins(network)
    return kept


# ── The fields ───────────────────────────────────────────────────────────────────────────────────────────────────


def _kind(value: object) -> EventKind:
    kind = KINDS.get(value) if isinstance(value, str) else None
    if kind is None:
        given = "is missing" if value is None else f"{_quoted(value)} is not known"
        raise BadRecord(f'"type" {given}: it must be one of {", ".join(KINDS)}.')
    return kind


def _when(value: object) -> Moment | None:
    if value is None:
        return None
    when = moment(value)
    if when is None or not when.has_offset:
        raise BadRecord(
            f'"at" {_quoted(value)} is no time that can be used: write ISO 8601 with an offset, '
            'such as "2026-11-23T10:15:00Z" or "2026-11-23T11:15:00+01:00", or leave it out for "now".'
        )
    return when


def _recipient(value: object) -> Address | None:
    if value is None or value == "":
        return None
    found = address(value)
    if found is None:
        raise BadRecord(
            f'"recipient" {_quoted(value)} is no email address: write one such as "maria@example.com", or leave it out.'
        )
    return found


def _message_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    found = message_id(value)
    if found is None:
        raise BadRecord(f'"message_id" {_quoted(value)} is no Postmark message ID: copy it as Postmark gave it.')
    return found


def _reference(value: object) -> str | None:
    if value is None or value == "":
        return None
    words = text(value, 200)
    reference = normalise(words) if words else ""
    if not reference:
        raise BadRecord(f'"reference" {_quoted(value)} holds no number: write one such as "1042" or "INV-2207".')
    return reference


def _own_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    found = identifier(value)
    if found is None:
        raise BadRecord(
            f'"id" {_quoted(value)} cannot be used: it must be a text or a number of at most 200 characters.'
        )
    return found


def _network(value: object) -> Network | None:
    ip = text(value, 100)
    return classify(ip) if ip is not None else None


def _check_subject(kind: EventKind, message: str | None, reference: str | None) -> None:
    if kind is EventKind.REGISTRATION and not (message and reference):
        raise BadRecord('A "message" record needs both "message_id" and "reference": it says which belongs to which.')
    if not (message or reference):
        raise BadRecord('The record names no email: it needs "message_id" or "reference" (or both).')


def _quoted(value: object) -> str:
    """What was given, short enough to show it."""
    words = text(value, 80)
    return f'"{words}"' if words is not None else "as given"
