"""Which emails a watch is about, and what it listens for: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.references import spellings
from bot.replies.notes import Note
from bot.slack.subjects import typed
from store.addresses import domain_of
from store.alert_records import SubjectOf, TrailKey, Watch, trail_key
from store.records import Answer, DeliveryState, Finding, JudgedTrail, Question, Role, Subject, SubjectKind

LOOKED = frozenset({Finding.SEEN, Finding.PROBABLY_SEEN})


def as_typed(question: Question) -> str:
    """A question in the words that are understood as the same."""
    said = [typed(subject) for subject in question.subjects]
    if question.document:
        said.append("portal link" if question.document == "portal" else question.document)
    if question.subject_words:
        said.append(f'subject "{question.subject_words}"')
    return " ".join(said)


def only_names(question: Question) -> bool:
    return all(subject.kind is SubjectKind.NAME for subject in question.subjects)


def named(question: Question, pending: Sequence[JudgedTrail]) -> Question:
    """The question with a name's address in its place, where it turned out to be one person."""
    keys = {entry.trail.recipient.key for entry in pending}
    if len(keys) != 1:
        return question
    person = Subject(SubjectKind.EMAIL, next(iter(keys)))
    subjects = (person if subject.kind is SubjectKind.NAME else subject for subject in question.subjects)
    return replace(question, subjects=tuple(dict.fromkeys(subjects)))


def to_customers(answer: Answer) -> list[JudgedTrail]:
    """The emails to customers that an answer is about; those of another kind than was asked for aren't meant."""
    if any(note.code == Note.WIDENED for note in answer.notes):
        return []
    return [one for one in answer.entries if one.trail.is_customer and one.trail.recipient.role is not Role.BCC]


def newest_of_each(entries: Sequence[JudgedTrail]) -> list[JudgedTrail]:
    newest: dict[str, JudgedTrail] = {}
    for entry in entries:
        newest.setdefault(entry.trail.recipient.key, entry)
    return list(newest.values())


def waited(watch: Watch, answer: Answer) -> list[JudgedTrail]:
    """The emails that a watch waits for, newest first."""
    settled: set[TrailKey] = set(watch.settled)
    return [
        entry
        for entry in to_customers(answer)
        if trail_key(entry.trail) not in settled and _is_since(entry, watch.since)
    ]


def _is_since(entry: JudgedTrail, since: datetime | None) -> bool:
    sent_at = entry.trail.message.sent_at
    return since is None or sent_at is None or sent_at >= since


def has_failed(entry: JudgedTrail) -> bool:
    verdict = entry.verdict
    return verdict.finding is Finding.NOT_DELIVERED or verdict.delivery.state is DeliveryState.COMPLAINED


def is_settled(entry: JudgedTrail) -> bool:
    return entry.verdict.finding in LOOKED or has_failed(entry)


def to_ask_of(entries: Sequence[JudgedTrail]) -> list[str]:
    """Those of which Postmark may have more to tell."""
    return [entry.trail.message.message_id for entry in entries if not is_settled(entry)]


def facts_of(question: Question, pending: Sequence[JudgedTrail]) -> set[Subject]:
    """Everything that a question about these emails says or could say."""
    facts = set(question.subjects)
    if len(pending) == 1:
        trail = pending[0].trail
        facts |= {
            Subject(SubjectKind.EMAIL, trail.recipient.key),
            Subject(SubjectKind.DOMAIN, domain_of(trail.recipient.key)),
            Subject(SubjectKind.MESSAGE_ID, trail.message.message_id),
            *(Subject(SubjectKind.REFERENCE, reference) for reference in trail.message.references),
        }
    return facts


_KINDS = {
    SubjectKind.EMAIL: SubjectOf.ADDRESS,
    SubjectKind.DOMAIN: SubjectOf.DOMAIN,
    SubjectKind.REFERENCE: SubjectOf.REFERENCE,
    SubjectKind.MESSAGE_ID: SubjectOf.MESSAGE,
}


def listens(question: Question, pending: Sequence[JudgedTrail]) -> set[tuple[SubjectOf, str]]:
    """What a watch is woken by: what it names, in every spelling, and the emails that it waits for."""
    heard = {(SubjectOf.MESSAGE, entry.trail.message.message_id) for entry in pending}
    for subject in question.subjects:
        if subject.kind in _KINDS:
            heard.add(
                (
                    _KINDS[subject.kind],
                    subject.value.lstrip("@") if subject.kind is SubjectKind.DOMAIN else subject.value,
                )
            )
        if subject.kind is SubjectKind.REFERENCE:
            heard |= {(SubjectOf.REFERENCE, other) for other in spellings(subject.value, question.document)}
    return heard
