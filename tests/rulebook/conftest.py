"""A rulebook on a database of each kind, and mail to try rules on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.evidence import weigh
from bot.rulebook import Rulebook
from bot.rules.form import RuleField, Typed
from store import events, messages
from store.database import Database
from store.records import EventKind, JudgedTrail, Message, NextStep, Trail
from tests.rules.making import defaults
from tests.store.making import arrival, job_of, message

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday."""
SETTINGS = defaults(zone=ZoneInfo("UTC"), tags=("quote",))


def judging(
    _connection: Connection, _trails: Sequence[Trail], _now: datetime
) -> Callable[[Trail, datetime], JudgedTrail]:
    """Judges by published averages."""
    return lambda trail, at: JudgedTrail(trail, weigh(trail, at), NextStep("none", ""))


class Office:
    """An office with a rulebook and a history of mail."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.book = Rulebook(database, SETTINGS, judging)

    def sent(self, message_id: str, to: str = "maria@example.com", *, at: datetime, **said: Any) -> Message:
        """An email that arrived at once, tracked and tagged "quote" unless said otherwise."""
        told = {"sent_at": at, "tag": "quote", "track_opens": True, "track_links": "HtmlAndText", "has_html": True}
        email = message(message_id, to, **{**told, "stream": "outbound", "sender": "office@alder.example", **said})
        with self.database.write() as connection:
            messages.save(connection, [email])
        self.happened(message_id, EventKind.DELIVERY, to, at=at + timedelta(seconds=5))
        return email

    def happened(
        self, message_id: str, kind: EventKind, to: str = "maria@example.com", *, at: datetime, **said: Any
    ) -> None:
        """Something that was heard of an email."""
        told = arrival(f"{message_id} {kind} {at}", kind=kind, message_id=message_id, recipient=to, at=at, **said)
        with self.database.write() as connection:
            events.add(connection, [told])
            events.file_new(connection, references=job_of)

    def opened(self, message_id: str, to: str = "maria@example.com", *, at: datetime) -> None:
        """A person clicked, which leaves no doubt."""
        told = {
            "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",
            "link": "https://alder.example/q",
        }
        self.happened(message_id, EventKind.CLICK, to, at=at, **told)


@pytest.fixture
def office(database: Database) -> Office:
    """An office, once on each kind of database."""
    return Office(database)


def quotes(**said: str) -> Typed:
    """What is typed for a rule about quotes."""
    return {RuleField.NAME: "Quotes", RuleField.TAGS: "quote", **{RuleField(name): text for name, text in said.items()}}
