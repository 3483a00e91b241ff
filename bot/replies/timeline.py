"""What happened to one email, in order, a line for each thing: when, what, and whether a person or a machine did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.evidence.codes import Sign
from bot.naming import link_name, plain
from bot.replies.reasons import server_words
from store.records import Actor, Event, EventKind, JudgedTrail, Signal

MOST_ROWS = 25
_WHO = {Actor.PERSON: "a person", Actor.AUTOMATIC: "a machine", Actor.UNKNOWN: "unclear"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the history."""

    at: datetime | None
    when: str
    what: str
    who: str = ""
    """``a person``, ``a machine``, ``unclear``; nothing where the question does not arise."""
    times: int = 1
    """How often it happened in a row, ``at`` being the first time."""


def rows(entry: JudgedTrail, clock: Clock) -> list[Row]:
    """The history of a trail, oldest first; a long one is cut in its middle and says so."""
    told = _joined(sorted((row for row in _rows(entry, clock) if row.what), key=_in_order))
    if len(told) <= MOST_ROWS:
        return told
    left_out = len(told) - MOST_ROWS + 1
    half = MOST_ROWS // 2
    return [*told[:half], Row(None, "", f"… {left_out} more …"), *told[len(told) - (MOST_ROWS - half - 1) :]]


def _in_order(row: Row) -> float:
    return row.at.timestamp() if row.at else 0.0


def _rows(entry: JudgedTrail, clock: Clock) -> Iterator[Row]:
    trail = entry.trail
    signals = {signal.event.key: signal for signal in entry.verdict.signals}
    sent_at, subject = trail.message.sent_at, plain(trail.message.subject or "", 80)
    if sent_at:
        yield Row(sent_at, clock.short(sent_at), f"Sent: “{subject}”" if subject else "Sent")
    shared = {event.key for event in trail.shared_events}
    events = {event.key: event for event in (*trail.address_events, *trail.shared_events, *trail.events)}
    for event in sorted(events.values(), key=lambda event: (event.at, event.key)):
        what = _what(event, signals.get(event.key))
        if event.key in shared and what:
            what += " (which of the recipients isn't recorded)"
        signal = signals.get(event.key)
        who = _WHO[signal.actor] if signal and event.kind in _ACTED else ""
        yield Row(event.at, clock.short(event.at), what, who)


def _joined(told: list[Row]) -> list[Row]:
    """Rows that say the same one after the other become one that says how often."""
    joined: list[Row] = []
    for row in told:
        last = joined[-1] if joined else None
        if last and (last.what, last.who) == (row.what, row.who):
            joined[-1] = Row(last.at, last.when, last.what, last.who, last.times + 1)
        else:
            joined.append(row)
    return joined


_ACTED = frozenset({EventKind.OPEN, EventKind.CLICK})


def _what(event: Event, signal: Signal | None) -> str:
    if event.kind in _ACTED:
        return _acted(event, signal)
    words = _PLAIN.get(event.kind, "")
    if event.kind is EventKind.DELIVERY and event.recipient_key:
        return f"Arrived at {plain(event.recipient_key.rpartition('@')[2], 80)}"
    if event.kind in {EventKind.DEFERRAL, EventKind.BOUNCE}:
        said = server_words(event.detail)
        return f"{words}: {said}" if said else words
    if event.kind is EventKind.SUPPRESSION:
        return f"{words} ({_HELD.get((event.reason or '').casefold(), 'no reason given')})"
    note = plain(event.note or "", 80)
    return f"{words}: “{note}”" if note and words else words


def _acted(event: Event, signal: Signal | None) -> str:
    code, vendor = (signal.code, plain(signal.vendor or "", 40)) if signal else ("", "")
    by = _machine(code, vendor) if signal and signal.actor is Actor.AUTOMATIC else ""
    if event.kind is EventKind.CLICK:
        name = link_name(event.link)
        return f"{name.capitalize()} followed by {by}" if by else f"{name.capitalize()} clicked"
    if by:
        return f"Pictures loaded by {by}"
    program = vendor or plain(event.client or "", 40)
    if signal and signal.actor is Actor.PERSON:
        return f"Opened in {program}" if program else "Opened"
    return "Pictures loaded"


def _machine(code: str, vendor: str) -> str:
    if code == Sign.APPLE_PRIVACY_OPEN:
        return "Apple's privacy service"
    if code == Sign.GMAIL_PREFETCH:
        return "Gmail, ahead of any look"
    if code == Sign.OWN_NETWORK:
        return "your own office"
    if code in {Sign.SCRIPT_OPEN, Sign.SCRIPT_CLICK}:
        return f"a program ({vendor})" if vendor else "a program"
    if code in {Sign.PREVIEW_OPEN, Sign.PREVIEW_CLICK}:
        return f"{vendor}, for a preview" if vendor else "a preview service"
    return f"{vendor}'s security check" if vendor else "a security check"


_PLAIN = {
    EventKind.DELIVERY: "Arrived",
    EventKind.DEFERRAL: "Put off by the other mail server",
    EventKind.BOUNCE: "Bounced",
    EventKind.COMPLAINT: "Reported as spam",
    EventKind.SUPPRESSION: "Postmark stopped sending to this address",
    EventKind.REACTIVATION: "Postmark sends to this address again",
    EventKind.REPLY: "Answered",
    EventKind.AUTO_REPLY: "The mailbox answered by itself",
    EventKind.PORTAL_VISIT: "Customer portal visited",
    EventKind.PAYMENT: "Payment came in",
    EventKind.HANDLED: "Marked as handled by the office",
}
_HELD = {
    "hardbounce": "an email bounced for good",
    "spamcomplaint": "reported as spam",
    "manualsuppression": "blocked by hand or unsubscribed",
}
