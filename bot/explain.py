"""A file of evidence, judged without a database: what ``seen explain`` reads.

A line is one JSON object: the body of a Postmark webhook, a row of Postmark's message search, the details of a message,
or a tracking record. Order and repeats don't matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from bot import tracking, trails
from bot.evidence.beside import Beside
from bot.evidence.habits import Habits, expected
from bot.evidence.hearing import heard
from bot.evidence.lesson import learn_from
from bot.postmark import rows, webhooks
from store.records import Arrival, Event, EventKind, JudgedTrail, Message, NextStep, Source, Trail, Verdict


class UnusableLine(Exception):  # noqa: N818 - its name says what it is
    """A line that is no record at all. The text says which line, why, and what a line should be."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")


@dataclass(slots=True)
class Evidence:
    """What a file holds."""

    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    """Records of a type nobody has told us about, by that type."""
    tests: int = 0
    """Postmark's own test bodies, which are never evidence."""


def read(lines: Iterable[bytes], *, received_at: datetime) -> Evidence:
    """The records of a file, in the order they stand there.

    ``received_at`` stands in where a record names no time of its own. Raises ``UnusableLine``.
    """
    evidence = Evidence()
    for number, line in enumerate(lines, start=1):
        for record in _records(number, line):
            try:
                _take(record, evidence, received_at)
            except tracking.BadRecord as error:
                raise UnusableLine(number, str(error)) from None
    return evidence


def _records(number: int, line: bytes) -> Iterator[dict[str, object]]:
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnusableLine(number, f"not JSON ({error}); each line should be one JSON object") from None
    for record in value if isinstance(value, list) else [value]:
        if not isinstance(record, dict):
            raise UnusableLine(number, "not a JSON object; each line should be one webhook body, search row or record")
        yield record


def _take(record: dict[str, object], evidence: Evidence, received_at: datetime) -> None:
    if "RecordType" not in record and "Recipients" in record:
        found = rows.details(record, received_at=received_at)
        if found:
            evidence.messages.append(found.message)
            evidence.events.extend(arrival.event for arrival in found.arrivals)
            return
    event = _arrival(record, received_at).event
    if event.kind is EventKind.UNKNOWN:
        evidence.unknown[str(record.get("RecordType") or record.get("type") or "none")[:60]] += 1
    elif event.kind is EventKind.TEST:
        evidence.tests += 1
    evidence.events.append(event)


def _arrival(record: dict[str, object], received_at: datetime) -> Arrival:
    if "RecordType" not in record and record.get("type") in tracking.KINDS:
        return tracking.parse(record, received_at=received_at)
    return webhooks.parse(record, received_at=received_at, source=Source.IMPORT)


# ── What it adds up to ───────────────────────────────────────────────────────────────────────────────────────────


def judge(
    evidence: Evidence,
    *,
    now: datetime,
    references: Callable[[Message], tuple[str, ...]],
    judge: Callable[[Trail, datetime, Habits | None], tuple[Verdict, NextStep]],
    learn: bool = True,
    own_networks: Container[str] = frozenset(),
) -> list[JudgedTrail]:
    """Every trail in the evidence as it stood at ``now``, newest first.

    With ``learn``, the recipients' habits are learned from the evidence first; what lies after ``now`` has no part.
    Whether webhooks came at all is looked at in any case: it is nobody's habit. What came from ``own_networks`` teaches
    nothing.
    """
    told = [event for event in evidence.events if event.at <= now]
    messages = [
        replace(message, references=tuple(dict.fromkeys((*message.references, *references(message)))))
        for message in trails.complete(evidence.messages, told)
    ]
    found = trails.assemble(messages, told, until=now)
    hearing = heard(told, now, messages)
    learned = learn_from(found, now, hearing, Beside(own_networks=own_networks)) if learn else None

    def habits(trail: Trail) -> Habits:
        return learned.habits(trail) if learned else hearing.of(expected(trail))

    return [JudgedTrail(trail, *judge(trail, now, habits(trail))) for trail in found]


def by_message(entries: Iterable[JudgedTrail]) -> dict[str, list[JudgedTrail]]:
    """The trails of each message."""
    found: dict[str, list[JudgedTrail]] = defaultdict(list)
    for entry in entries:
        found[entry.trail.message.message_id].append(entry)
    return found


def remarks(evidence: Evidence, entries: Sequence[JudgedTrail]) -> list[str]:
    """What the reader of the verdicts should know about the file itself, a sentence each."""
    sentences = []
    for kind, times in sorted(evidence.unknown.items()):
        sentences.append(f"Left out: {times} of a record type I don't know ({kind!r}).")
    if evidence.tests:
        sentences.append(f"Left out: {evidence.tests} of Postmark's own test bodies.")
    if not entries:
        sentences.append(
            "No email in this file had been sent by then." if evidence.events else "No record in this file."
        )
    return sentences
