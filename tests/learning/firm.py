"""A firm whose history lies in the store, as webhooks and Postmark told it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msgspec import structs

from bot.app import App
from bot.dns import Resolver
from bot.evidence.own import OwnNetworks
from bot.judgement import Judgement
from bot.learning import Learning
from bot.learning.lessons import EMAILS
from bot.settings import Settings
from store import events, learned, messages
from store.database import Database
from store.records import Arrival, Question, Subject, SubjectKind, Trail
from tests.evidence.history import NOW, firm

HISTORY = firm(7, people=25)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def fill(database: Database, trails: Iterable[Trail]) -> None:
    """The emails and what came of them, as they happened."""
    some = list(trails)
    with database.write() as connection:
        messages.save(connection, [trail.message for trail in some])
        told = [event for trail in some for event in trail.events]
        arrivals = [Arrival(event=one, received_at=one.at, raw=json.dumps({"key": one.key})) for one in told]
        events.add(connection, arrivals)
        while events.file_new(connection, references=lambda _: ()):
            pass


def app(database: Database, **settings: object) -> App:
    made = Settings.model_validate(settings)
    return App(made, database, Judgement(made))


def learning(
    database: Database,
    *,
    own: OwnNetworks | None = None,
    port: int | None = None,
    patience: float = 30.0,
    emails: int = EMAILS,
) -> Learning:
    """What learns; with a ``port``, it asks a name server there, and waits so many seconds for each answer."""

    def resolver() -> Resolver:
        return Resolver(nameservers=("127.0.0.1",), port=port or 0, patience=patience)

    return Learning(database, own or OwnNetworks(()), resolver if port else None, emails=emails)


def learn(database: Database, now: datetime = NOW, *, emails: int = EMAILS) -> None:
    """Learn from everything that is there."""
    learning(database, emails=emails).finish(now, patience=60)


def about(address: str) -> Question:
    return Question(text=address, subjects=(Subject(SubjectKind.EMAIL, address),))


def with_id(trails: Sequence[Trail], mark: str) -> list[Trail]:
    """The same emails again, as other ones."""
    return [
        replace(
            trail,
            message=replace(trail.message, message_id=f"{mark}{trail.message.message_id}"),
            events=tuple(
                structs.replace(event, key=f"{mark}{event.key}", message_id=f"{mark}{event.message_id}")
                for event in trail.events
            ),
        )
        for trail in trails
    ]


def lately(trails: Sequence[Trail]) -> list[Trail]:
    """The same emails whole weeks later, up to the real present: commands look at their own clock."""
    by = timedelta(weeks=(datetime.now(UTC) - NOW) // timedelta(weeks=1))
    return [
        replace(
            trail,
            message=replace(trail.message, sent_at=trail.message.sent_at + by if trail.message.sent_at else None),
            events=tuple(structs.replace(event, at=event.at + by) for event in trail.events),
        )
        for trail in trails
    ]


def lesson(database: Database) -> learned.Lesson | None:
    with database.read() as connection:
        return learned.newest(connection)
