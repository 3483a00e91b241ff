"""The own store's part of an answer: who is meant, and which messages fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.lookup.matching import Aim, fits, narrowed
from bot.references import spellings
from store import messages
from store.messages import Wanted
from store.records import Message, Question, Recipient, SubjectKind

_SCANNED = 300
"""How many messages are looked through for what the indexes do not hold: a kind of email, a second address."""
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sought:
    """The messages of the own store that fit a question."""

    aim: Aim
    messages: tuple[Message, ...] = ()
    """Newest first."""
    more: int = 0
    """How many further messages fit."""
    widened: bool = False
    """There was none of the kind asked for ("invoice"), so these are of any kind."""


def aim_at(connection: Connection, question: Question) -> Aim:
    """The question, with its names looked up among the people mail was sent to."""
    people: list[frozenset[str]] = []
    unknown: list[str] = []
    named: list[Recipient] = []
    for subject in question.subjects:
        if subject.kind is SubjectKind.EMAIL:
            people.append(frozenset({subject.value}))
        elif subject.kind is SubjectKind.NAME:
            found = _people(connection, subject.value)
            named += found
            if found:
                people.append(frozenset(recipient.key for recipient in found))
            else:
                unknown.append(subject.value)
    return Aim(question=question, people=tuple(people), unknown_names=tuple(unknown), named=tuple(named))


def seek(connection: Connection, aim: Aim, *, until: datetime, limit: int) -> Sought:
    """The newest messages that fit, at most ``limit`` of them; nothing while it isn't clear who is meant."""
    if aim.is_ambiguous or (aim.only_names and aim.unknown_names):
        return Sought(aim)
    found, total = _found(connection, aim, until, limit)
    if not found and aim.values(SubjectKind.REFERENCE):
        found, total = _found_otherwise_spelled(connection, aim, until, limit)
    chosen, widened = narrowed(found, aim.question)
    more = total - limit if len(chosen) == len(found) else len(chosen) - limit
    return Sought(aim, tuple(chosen[:limit]), max(0, more), widened)


def _people(connection: Connection, name: str) -> list[Recipient]:
    """The people a name fits: by their display names, or else by what stands before the ``@`` of their addresses."""
    without_initials = " ".join(word for word in name.split() if len(word.rstrip(".")) > 1)
    for said in (name, without_initials, name.removesuffix("s")):  # "J. Smith"; "did the Petersons see it?"
        if found := messages.people_named(connection, said):
            return found
    words = name.lower().replace(".", " ").split()
    locals_ = dict.fromkeys(joint.join(words) for joint in (".", "", "_", "-"))
    known = (key for local in locals_ for key in messages.addresses_like(connection, f"{local}@"))
    return [Recipient(key, key) for key in dict.fromkeys(known) if key.rpartition("@")[0] in locals_]


def _found(connection: Connection, aim: Aim, until: datetime, limit: int) -> tuple[list[Message], int]:
    """The messages that fit in everything but their kind, and how many there are in all."""
    wants = list(_wanted(aim, until))
    indexed = len(wants) == 1 and _is_indexed(aim)
    scanned = limit if indexed and aim.question.document is None else max(limit, _SCANNED)
    ids: dict[str, None] = {}
    total = 0
    for wanted in wants:
        found = messages.find(connection, replace(wanted, limit=scanned))
        ids.update(dict.fromkeys(found.ids))
        total += found.total
    loaded = messages.load(connection, ids)
    if indexed:
        return loaded, total
    fitting = [message for message in loaded if fits(message, aim)]
    fitting.sort(key=lambda message: message.sent_at or _EVER, reverse=True)
    return fitting, len(fitting)


def _wanted(aim: Aim, until: datetime) -> Iterator[Wanted]:
    """What to look for, in as many searches as it takes; what they cannot say is looked at afterwards."""
    question = aim.question
    if question.until is not None:
        until = min(until, question.until - timedelta(microseconds=1))  # the store's end counts, a question's does not
    domains, ids = aim.values(SubjectKind.DOMAIN), aim.values(SubjectKind.MESSAGE_ID)
    base = Wanted(
        domain=domains[0] if domains else None,
        references=aim.values(SubjectKind.REFERENCE),
        since=question.since,
        until=until,
        subject_words=question.subject_words,
    )
    people = min(aim.people, key=len, default=frozenset())
    keys = sorted(people) if len(people) == 1 or not (domains or base.references or ids) else []
    for message_id in ids or (None,):
        for key in keys or (None,):
            yield replace(base, message_id=message_id, address=key)


def _is_indexed(aim: Aim) -> bool:
    """Whether one search of the store says everything that the question does."""
    return (
        all(len(people) == 1 for people in aim.people)
        and len(aim.people) <= 1
        and len(aim.values(SubjectKind.DOMAIN)) <= 1
    )


def _found_otherwise_spelled(
    connection: Connection, aim: Aim, until: datetime, limit: int
) -> tuple[list[Message], int]:
    """What fits when one of the numbers is taken in its other spellings: ``INV-2207`` for "invoice 2207"."""
    found: dict[str, Message] = {}
    total = 0
    subjects = aim.question.subjects
    for at, subject in enumerate(subjects):
        if subject.kind is not SubjectKind.REFERENCE:
            continue
        for other in spellings(subject.value, aim.question.document):
            changed = (*subjects[:at], replace(subject, value=other), *subjects[at + 1 :])
            some, count = _found(
                connection, replace(aim, question=replace(aim.question, subjects=changed)), until, limit
            )
            found.update((message.message_id, message) for message in some)
            total += count
    newest = sorted(found.values(), key=lambda message: message.sent_at or _EVER, reverse=True)
    return newest, total
