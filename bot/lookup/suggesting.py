"""What to offer when nothing was found, or when a name fits several people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from bot import references
from bot.lookup import own
from bot.lookup.matching import Aim
from bot.lookup.notes import NOT_TOGETHER, OUTSIDE_TIME, SUPPRESSED_ADDRESS
from store import events, messages
from store.addresses import display_domain, fold_words
from store.messages import Wanted
from store.records import EventKind, Question, Reason, Recipient, Subject, SubjectKind

_OFFERED = 3


def candidates(people: Iterable[Recipient]) -> tuple[str, ...]:
    """The people a name fits, each as ``Name <address>``."""
    return tuple(f"{one.name} <{one.address}>" if one.name else one.address for one in people)


def suggestions(connection: Connection, question: Question) -> tuple[str, ...]:
    """Addresses, domains and numbers that mail was sent to or about, and that look like what was asked for."""
    offered = (offer for subject in question.subjects for offer in _like(connection, subject))
    return tuple(dict.fromkeys(islice(offered, _OFFERED)))


def near_misses(connection: Connection, aim: Aim, *, until: datetime) -> Iterator[Reason]:
    """Why nothing was found although what was asked for is known."""
    question = aim.question
    if question.since is not None or question.until is not None:
        newest, count = _any(connection, replace(question, since=None, until=None), until)
        if count:
            yield Reason(OUTSIDE_TIME, newest, facts={"count": str(count)})
    if len(question.subjects) == 2:
        each = [replace(question, subjects=(subject,), document=None) for subject in question.subjects]
        alone = [_any(connection, one, until)[1] for one in each]
        if all(alone):
            yield Reason(NOT_TOGETHER, facts={"first": str(alone[0]), "second": str(alone[1])})
    for event in [event for event in events.of_addresses(connection, aim.keys) if event.at <= until][-1:]:
        if event.kind is EventKind.SUPPRESSION:
            facts = {"address": event.recipient or "", "reason": event.reason or ""}
            yield Reason(SUPPRESSED_ADDRESS, event.at, facts=facts)


def _any(connection: Connection, question: Question, until: datetime) -> tuple[datetime | None, int]:
    """When the newest email that fits was sent, and how many fit."""
    there = own.seek(connection, own.aim_at(connection, question), until=until, limit=1)
    return (there.messages[0].sent_at if there.messages else None), len(there.messages) + there.more


def _like(connection: Connection, subject: Subject) -> Iterable[str]:
    from bot.spelling import look_alikes  # noqa: PLC0415 - only needed when nothing was found

    match subject.kind:
        case SubjectKind.EMAIL:
            return look_alikes(subject.value, messages.addresses_like(connection, subject.value))
        case SubjectKind.DOMAIN:
            alike = look_alikes(subject.value, messages.domains_known(connection))
            return [f"@{display_domain(domain)}" for domain in alike]
        case SubjectKind.REFERENCE:
            return _numbers_near(connection, subject.value)
        case SubjectKind.NAME:
            return _domains_called(connection, subject.value)
        case SubjectKind.MESSAGE_ID:
            return ()


def _numbers_near(connection: Connection, number: str) -> Iterator[str]:
    """Known numbers that one slip of the fingers turns into this one."""
    for near in references.neighbours(number):
        if messages.find(connection, Wanted(references=(near,), limit=1)).ids:
            yield near


def _domains_called(connection: Connection, name: str) -> list[str]:
    """The domains that begin with a word of the name: who asks for "Oakleaf" may mean ``@oakleaf.example``."""
    words = tuple(word for word in fold_words(name) if len(word) >= 4)
    together = "".join(fold_words(name))
    known = messages.domains_known(connection) if words else []
    named = [domain for domain in known if domain.startswith(words) or domain.startswith(together)]
    return [f"@{display_domain(domain)}" for domain in named]
