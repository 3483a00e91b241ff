"""A firm with a stand-in Postmark and a database of its own, where questions can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.evidence.habits import Habits
from bot.lookup import Lookup
from bot.postmark.client import Postmark
from bot.question import parse
from bot.references import DEFAULT_PATTERN, of_message
from bot.sandbox import Sandbox
from store import events
from store.database import Database
from store.records import (
    Answer,
    Arrival,
    Delivery,
    DeliveryState,
    EventKind,
    Finding,
    Message,
    NextStep,
    Question,
    Trackable,
    Trail,
    Verdict,
)

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
KEYS = ("job_id", "invoice_id")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def numbers(message: Message) -> tuple[str, ...]:
    return of_message(message, keys=KEYS, pattern=DEFAULT_PATTERN)


def judge(trail: Trail, now: datetime, _habits: Habits) -> tuple[Verdict, NextStep]:
    """A judge who believes every click and every delivery: how trails are weighed is not what is tested here."""
    assert all(event.at <= now for event in trail.events)
    kinds = {event.kind for event in trail.events}
    state = DeliveryState.DELIVERED if EventKind.DELIVERY in kinds else DeliveryState.SENT
    finding = Finding.SEEN if EventKind.CLICK in kinds else Finding.NO_SIGN
    verdict = Verdict(finding=finding, probability=0.5, delivery=Delivery(state), trackable=Trackable(None, None))
    return verdict, NextStep("none", "Nothing to do.")


@dataclass
class House:
    """Where questions are asked. It has the Postmark servers whose tokens it knows."""

    database: Database
    sandbox: Sandbox
    tokens: Mapping[str, str]
    now: datetime = NOW
    url: str | None = None
    """Where Postmark is, if not at the stand-in."""

    @property
    def postmark(self) -> Postmark | None:
        if not self.tokens:
            return None
        return Postmark(self.tokens, api_url=self.url or self.sandbox.url, sleep=lambda _: None, now=lambda: self.now)

    def lookup(self, **options: Any) -> Lookup:
        settings = {
            "judge": judge,
            "references": numbers,
            "metadata_keys": KEYS,
            "budget": 10.0,
            **options,
        }
        return Lookup(self.database, self.postmark, **settings)

    def ask(self, text: str, *, lookup: Lookup | None = None, **options: Any) -> Answer:
        question = parse(text, now=options.get("at") or self.now, timezone=ZoneInfo("UTC"))
        assert isinstance(question, Question), question
        return (lookup or self.lookup()).answer(question, now=self.now, **options)

    def receive(self, *arrivals: Arrival) -> None:
        """Events come in, as webhooks and the firm's own tracking tell them."""
        with self.database.write() as connection:
            events.add(connection, arrivals)

    def wait(self, by: timedelta) -> None:
        self.now += by

    def asked(self) -> int:
        """How many requests have reached Postmark."""
        return len(self.sandbox.requests)


def shown(answer: Answer) -> list[tuple[str | None, str]]:
    """The subject and recipient of each trail of an answer."""
    return [(entry.trail.message.subject, entry.trail.recipient.address) for entry in answer.entries]


def codes(answer: Answer) -> list[str]:
    return [note.code for note in answer.notes]


def facts(answer: Answer, code: str) -> dict[str, str]:
    return next(dict(note.facts) for note in answer.notes if note.code == code)
