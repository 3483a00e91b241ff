"""What makes an alert needless: the customer acted, another contact did, a newer email went out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.reading import Surroundings
from bot.rules.measure import counts_as_unseen
from store.alert_records import AlertKind, Ending, Rule
from store.records import Actor, DeliveryState, Event, EventKind, Finding, JudgedTrail, Signal

FAILURES = frozenset({DeliveryState.BOUNCED, DeliveryState.SUPPRESSED, DeliveryState.COMPLAINED})
"""Where an email got that has to be told at once, whatever the rule waits for."""
_SEEN = frozenset({Finding.SEEN, Finding.PROBABLY_SEEN})
_ACTS = {
    EventKind.PAYMENT: Ending.PAID,
    EventKind.REPLY: Ending.REPLIED,
    EventKind.PORTAL_VISIT: Ending.VISITED,
}
"""What a customer does beside opening and clicking; the first that fits names the ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """Why there is nothing to tell, or no longer."""

    ending: Ending
    at: datetime
    """When that happened, as far as it is known."""
    note: str | None = None


def has_failed(entry: JudgedTrail) -> bool:
    """Whether it did not arrive, or was reported as spam."""
    return entry.verdict.delivery.state in FAILURES


def first_sign_at(entry: JudgedTrail) -> datetime | None:
    """When the customer first looked, as far as that is known."""
    verdict = entry.verdict
    persons = [signal.event.at for signal in verdict.signals if signal.actor is Actor.PERSON]
    unclear = [signal.event.at for signal in verdict.signals if signal.actor is Actor.UNKNOWN and signal.weight > 0]
    return min(persons or unclear, default=None)


def is_over(
    kind: AlertKind,
    rule: Rule,
    entry: JudgedTrail,
    around: Surroundings,
    siblings: Sequence[JudgedTrail],
    *,
    since: datetime,
) -> Over | None:
    """Why an alert of this kind is needless; ``None``: it is not. ``since``: when its rule came true."""
    return (
        _handled(entry, since)
        or (_seen(rule, entry) if kind is AlertKind.SILENT else _mended(entry, since))
        or _replaced(kind, entry, around, since)
        or (_seen_by_another(entry, around, siblings) if kind is AlertKind.SILENT else None)
    )


def _seen(rule: Rule, entry: JudgedTrail) -> Over | None:
    if has_failed(entry):
        return None
    acts = list(_acts(entry))
    paid = [event for event in entry.trail.shared_events if event.kind is EventKind.PAYMENT]
    if not counts_as_unseen(rule, entry.verdict):
        return _acted(acts or paid) or Over(ending=Ending.SEEN, at=first_sign_at(entry) or _sent(entry))
    return _acted(paid)  # somebody of this job has paid, whoever it was


def _mended(entry: JudgedTrail, since: datetime) -> Over | None:
    """A failure is over when the customer acts all the same, or when the email arrives after all."""
    delivery = entry.verdict.delivery
    if delivery.state is DeliveryState.DELIVERED:
        return Over(ending=Ending.DELIVERED, at=delivery.at or since)
    failed_at = delivery.at or since
    return _acted([event for event in _acts(entry) if event.at > failed_at])


def _acts(entry: JudgedTrail) -> Iterable[Event]:
    signals: Iterable[Signal] = entry.verdict.signals
    return (signal.event for signal in signals if signal.actor is Actor.PERSON and signal.event.kind in _ACTS)


def _acted(events: Sequence[Event]) -> Over | None:
    for kind, ending in _ACTS.items():
        at = min((event.at for event in events if event.kind is kind), default=None)
        if at is not None:
            return Over(ending=ending, at=at)
    return None


def _handled(entry: JudgedTrail, since: datetime) -> Over | None:
    """The office has told so through its own records."""
    told = [event for event in entry.trail.events if event.kind is EventKind.HANDLED and event.at >= _sent(entry)]
    if not told:
        return None
    last = max(told, key=lambda event: event.at)
    return Over(ending=Ending.HANDLED, at=max(last.at, since), note=last.note)


def _replaced(kind: AlertKind, entry: JudgedTrail, around: Surroundings, since: datetime) -> Over | None:
    """A newer one went to the same address or, after a failure, to whichever they took instead."""
    key = entry.trail.recipient.key
    for later in around.later:
        same = later.recipient_key == key
        if (same and kind is AlertKind.SILENT) or (kind is AlertKind.FAILED and later.at > _failed_at(entry, since)):
            return Over(ending=Ending.REPLACED, at=later.at, note=later.message_id)
    return None


def _failed_at(entry: JudgedTrail, since: datetime) -> datetime:
    return entry.verdict.delivery.at or since


def _seen_by_another(entry: JudgedTrail, around: Surroundings, siblings: Sequence[JudgedTrail]) -> Over | None:
    sent = _sent(entry)
    for other in (*siblings, *around.others):
        at = first_sign_at(other)
        if other.trail.is_customer and other.verdict.finding in _SEEN and not has_failed(other) and at and at > sent:
            return Over(ending=Ending.OTHER_CONTACT, at=at, note=other.trail.recipient.key)
    return None


def _sent(entry: JudgedTrail) -> datetime:
    message = entry.trail.message
    return message.sent_at or min((event.at for event in entry.trail.events), default=_EPOCH)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
