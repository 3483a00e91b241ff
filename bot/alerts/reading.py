"""Reads what is known of emails and has it judged, many at once in few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.alerts.needs import Judge
from bot.evidence.mailkinds import kind_of
from bot.trails import assemble
from store import events, messages, related
from store.alert_records import TrailKey, trail_key
from store.records import JudgedTrail, Message, Trail
from store.related import Related

BEFORE = timedelta(hours=4)
"""How much earlier an email to another contact may have gone out, so that its being seen tells of ours."""
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is of an email's business numbers, of the same kind."""

    others: Sequence[JudgedTrail] = ()
    """To others, around the same time or later."""
    later: Sequence[Related] = ()
    """What went out after it, newest first."""


class Known:
    """Emails as they stand at a moment."""

    def __init__(self, entries: Iterable[JudgedTrail] = ()) -> None:
        self.entries = {trail_key(entry.trail): entry for entry in entries}
        self._of_message: dict[str, list[JudgedTrail]] = defaultdict(list)
        for entry in self.entries.values():
            self._of_message[entry.trail.message.message_id].append(entry)

    def siblings(self, entry: JudgedTrail) -> list[JudgedTrail]:
        """The same email's trails to others."""
        mates = self._of_message[entry.trail.message.message_id]
        return [one for one in mates if one.trail.recipient.key != entry.trail.recipient.key]


def read(connection: Connection, judge: Judge, ids: Collection[str], now: datetime) -> Known:
    """Every trail of these messages, judged."""
    return Known(judge(connection, trails_of(connection, ids, now), now))


def trails_of(connection: Connection, ids: Collection[str], now: datetime) -> list[Trail]:
    """Every trail of these messages."""
    if not ids:
        return []
    about = messages.load(connection, sorted(ids))
    known = [
        *events.of_messages(connection, [message.message_id for message in about]),
        *events.of_addresses(connection, {recipient.key for message in about for recipient in message.recipients}),
        *events.of_references(connection, {number for message in about for number in message.references}),
    ]
    wanted = {message.message_id for message in about}
    return [trail for trail in assemble(about, known, until=now) if trail.message.message_id in wanted]


def surroundings(
    connection: Connection, judge: Judge, entries: Iterable[JudgedTrail], now: datetime
) -> dict[TrailKey, Surroundings]:
    """What surrounds each of these emails."""
    about = [entry.trail for entry in entries]
    numbers = {number for trail in about for number in trail.message.references}
    if not numbers:
        return {}
    since = min((sent_at(trail.message) for trail in about if trail.message.references), default=_EVER)
    of_number: dict[str, list[Related]] = defaultdict(list)
    for one in related.of_references(connection, numbers, since=_before(since)):
        of_number[one.reference].append(one)
    around = {trail_key(trail): _around(trail, of_number) for trail in about}
    ids = {one.message_id for trail in about for one in around[trail_key(trail)] if _is_to_another(one, trail)}
    judged: dict[str, list[JudgedTrail]] = defaultdict(list)
    for entry in judge(connection, trails_of(connection, ids, now), now):
        judged[entry.trail.message.message_id].append(entry)
    return {trail_key(trail): _surroundings(trail, around[trail_key(trail)], judged) for trail in about}


def sent_at(message: Message) -> datetime:
    """When it went out; while that is unknown, before everything."""
    return message.sent_at or _EVER


def _before(at: datetime) -> datetime:
    return at - BEFORE if at > _EVER + BEFORE else at


def _around(trail: Trail, of_number: Mapping[str, Sequence[Related]]) -> list[Related]:
    """The emails of the same kind and number, but for itself; newest first."""
    message, kind = trail.message, kind_of(trail.message)
    earliest = _before(sent_at(message))
    found = {
        (one.message_id, one.recipient_key): one
        for number in message.references
        for one in of_number.get(number, ())
        if one.message_id != message.message_id and one.at >= earliest and _kind(one) == kind
    }
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _kind(one: Related) -> str:
    return kind_of(Message(message_id=one.message_id, stream=one.stream, tag=one.tag))


def _is_to_another(one: Related, trail: Trail) -> bool:
    return one.recipient_key != trail.recipient.key


def _surroundings(trail: Trail, around: Sequence[Related], judged: Mapping[str, Sequence[JudgedTrail]]) -> Surroundings:
    others = [
        entry
        for message_id in dict.fromkeys(one.message_id for one in around if _is_to_another(one, trail))
        for entry in judged.get(message_id, ())
        if entry.trail.is_customer and entry.trail.recipient.key != trail.recipient.key
    ]
    return Surroundings(others, [one for one in around if one.at > sent_at(trail.message)])
