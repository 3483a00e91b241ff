"""An office that keeps in step with a stand-in Postmark, on a database of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import evidence
from bot.postmark.client import Postmark
from bot.postmark.webhooks import parse
from bot.references import DEFAULT_PATTERN, of_message
from bot.sandbox import Sandbox
from bot.sync import Sync
from bot.trails import assemble
from store import events, messages
from store.database import Database
from store.records import Message, Trail

MONDAY = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MARIA, BEN = "maria@oakleaf.example", "ben@harbor.example"
TOKENS = {"office": "token-of-office"}
LISTS = ("/messages/outbound", "/messages/outbound/opens", "/messages/outbound/clicks", "/bounces")


def references(message: Message) -> tuple[str, ...]:
    return of_message(message, keys=("job_id",), pattern=DEFAULT_PATTERN)


@dataclass
class Office:
    """Its clock is the stand-in's."""

    database: Database
    sandbox: Sandbox
    tokens: Mapping[str, str] = field(default_factory=lambda: TOKENS)
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sync = self.another()

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def seconds(self) -> float:
        return self.now.timestamp()

    def another(self, **options: Any) -> Sync:
        """One more process on the same database."""
        timeout = options.pop("timeout", (3.0, 10.0))
        postmark = Postmark(
            self.tokens,
            api_url=self.sandbox.url,
            now=self.sandbox.clock.now,
            clock=self.seconds,
            timeout=timeout,
        )
        wanted = {"references": references, "sleep": lambda _: None, "random": lambda: 0.5, **self.options, **options}
        return Sync(self.database, postmark, **wanted)

    def work(self, sync: Sync | None = None, *, most: int = 200) -> int:
        """Steps until nothing is due; how many there were."""
        steps = 0
        while (sync or self.sync).step(self.now):
            steps += 1
            assert steps < most, "there is no end to it"
        return steps

    def live(self, by: timedelta, *, tick: timedelta = MINUTE) -> None:
        """Lets time pass with the steps that a schedule makes of it."""
        until = self.now + by
        while self.now < until:
            self.sandbox.clock.move_to(min(self.now + tick, until))
            self.work()

    def asked(self) -> Counter[str]:
        """How many requests have reached Postmark, by what they were for."""
        return Counter(_kind(request.path) for request in self.sandbox.requests)

    def lists_asked(self) -> int:
        return sum(self.asked()[path] for path in LISTS)

    def hear(self, bodies: list[Any]) -> None:
        """Webhooks come in."""
        arrivals = [parse(body, received_at=self.now) for body in bodies]
        with self.database.write() as connection:
            events.add(connection, arrivals)
            while events.file_new(connection, references=references):
                pass

    def trails(self, *ids: str) -> list[Trail]:
        with self.database.read() as connection:
            known = messages.load(connection, ids)
            keys = [recipient.key for message in known for recipient in message.recipients]
            told = [*events.of_messages(connection, ids), *events.of_addresses(connection, keys)]
        return assemble(known, told, until=self.now)

    def verdicts(self, *ids: str) -> list[tuple[str, str, str, float]]:
        """Who, what was found, how it arrived, how probably they saw it."""
        found = [(trail, evidence.weigh(trail, self.now)) for trail in self.trails(*ids)]
        return sorted(
            (trail.recipient.key, verdict.finding.value, verdict.delivery.state.value, round(verdict.probability, 6))
            for trail, verdict in found
        )


def _kind(path: str) -> str:
    return "details" if path.endswith("/details") else path
