"""Builds events and messages for the store's tests, naming only what a test is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from store.addresses import normalise
from store.records import Arrival, Event, EventKind, Message, Recipient, Role

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def event(key: str, **said: Any) -> Event:
    if "recipient" in said:
        said.setdefault("recipient_key", normalise(said["recipient"]))
    return Event(**{"key": key, "kind": EventKind.OPEN, "at": NOON, **said})


def arrival(key: str, *, received_at: datetime = NOON, raw: str | None = None, **said: Any) -> Arrival:
    return Arrival(event=event(key, **said), received_at=received_at, raw=raw or json.dumps({"key": key}))


def to(address: str, name: str | None = None, role: Role | None = Role.TO) -> Recipient:
    return Recipient(address, normalise(address), name, role)


def message(message_id: str, *addresses: str, **said: Any) -> Message:
    recipients = tuple(to(address) for address in addresses)
    return Message(**{"message_id": message_id, "sent_at": NOON, "recipients": recipients, **said})


def job_of(message: Message) -> tuple[str, ...]:
    """A plain way to find references: the metadata field ``job``."""
    return (message.metadata["job"],) if "job" in message.metadata else ()
