"""Which messages and trails a question means: pure, for what comes from Postmark as for what comes from the store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.references import spellings
from bot.vocabulary import DOCUMENTS
from store.addresses import domain_of, fold_words
from store.records import Message, Question, Recipient, SubjectKind, Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A question, with its names resolved to the people they fit."""

    question: Question
    people: tuple[frozenset[str], ...] = ()
    """For each address and each known name: the keys that fit, one of which must be among a message's recipients."""
    unknown_names: tuple[str, ...] = ()
    """Names that fit nobody whom mail is known to have been sent to."""
    named: tuple[Recipient, ...] = ()
    """The people whom the names fit."""

    def values(self, kind: SubjectKind) -> tuple[str, ...]:
        """What the question says of one kind of subject."""
        return tuple(subject.value for subject in self.question.subjects if subject.kind is kind)

    @property
    def keys(self) -> frozenset[str]:
        """Every address that is asked about."""
        return frozenset().union(*self.people)

    @property
    def only_names(self) -> bool:
        """Whether nothing but names says whose emails are meant."""
        return all(subject.kind is SubjectKind.NAME for subject in self.question.subjects)

    @property
    def is_ambiguous(self) -> bool:
        """Whether a name fits several people and nothing else tells which of them is meant."""
        return len(self.question.subjects) == 1 and self.only_names and len(self.keys) > 1


def fits(message: Message, aim: Aim) -> bool:
    """Whether a message is one that is asked about; its kind (invoice, quote) is left out of it.

    The message carries its references. A number also fits in its other spellings.
    """
    question = aim.question
    keys = {recipient.key for recipient in message.recipients}
    ids = aim.values(SubjectKind.MESSAGE_ID)
    return (
        all(people & keys for people in aim.people)
        and all(any(_has_name(recipient, name) for recipient in message.recipients) for name in _needed_names(aim))
        and set(aim.values(SubjectKind.DOMAIN)) <= {domain_of(key) for key in keys}
        and all(_has_number(message, number, question.document) for number in aim.values(SubjectKind.REFERENCE))
        and (not ids or message.message_id in ids)
        and _in_time(message.sent_at, question)
        and _has_words(message.subject, question.subject_words)
    )


def shown(trails: Sequence[Trail], aim: Aim) -> list[Trail]:
    """Those trails of the messages found that answer the question: the people asked about, or else every customer.

    The firm's own copies count only when they are asked for, or when a message went to nobody else.
    """
    domains = set(aim.values(SubjectKind.DOMAIN))
    if aim.people or domains:
        return [t for t in trails if t.recipient.key in aim.keys or domain_of(t.recipient.key) in domains]
    to_customers = {trail.message.message_id for trail in trails if trail.is_customer}
    return [trail for trail in trails if trail.is_customer or trail.message.message_id not in to_customers]


def is_about(message: Message, document: str) -> bool:
    """Whether a message is of a kind: its subject, tag or metadata uses one of the words for it."""
    words = DOCUMENTS.get(document, {document})
    said = " ".join((message.subject or "", message.tag or "", *message.metadata, *message.metadata.values()))
    return not words.isdisjoint(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", said).lower()))


def narrowed(messages: Iterable[Message], question: Question) -> tuple[list[Message], bool]:
    """The messages of the kind asked for, and whether there were none of it, so that all are given instead."""
    everything = list(messages)
    document = question.document
    if document is None:
        return everything, False
    of_kind = [message for message in everything if is_about(message, document)]
    return (of_kind, False) if of_kind else (everything, bool(everything))


def _needed_names(aim: Aim) -> tuple[str, ...]:
    return aim.unknown_names if aim.only_names else ()


def _has_name(recipient: Recipient, name: str) -> bool:
    return set(fold_words(name)) <= set(fold_words(recipient.name or ""))


def _has_number(message: Message, number: str, document: str | None) -> bool:
    return not {number, *spellings(number, document)}.isdisjoint(message.references)


def _in_time(at: datetime | None, question: Question) -> bool:
    if at is None:
        return True
    return (question.since is None or at >= question.since) and (question.until is None or at < question.until)


def _has_words(subject: str | None, words: str | None) -> bool:
    there = fold_words(subject or "")
    return all(any(word.startswith(wanted) for word in there) for wanted in fold_words(words or ""))
