"""What Postmark was asked a moment ago, so that the same question is not asked of it twice in a minute.

One small note in the database holds it, for every process that shares the database. Two that write at the same time
may lose one entry; then Postmark is asked once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from store import facts

_NOTE = "asked of Postmark"


def fresh(
    connection: Connection, question: str, servers: Iterable[str], *, now: datetime, within: timedelta
) -> set[str]:
    """The servers that answered this question (a digest of it) not longer ago than ``within``."""
    asked = _read(connection)
    return {server for server in servers if _is_recent(asked.get(f"{server} {question}"), now, within)}


def note(connection: Connection, question: str, servers: Iterable[str], *, now: datetime, within: timedelta) -> None:
    """Notes that these servers have answered this question, and drops what is no longer fresh."""
    asked = _read(connection) | {f"{server} {question}": now.isoformat() for server in servers}
    kept = {name: at for name, at in asked.items() if _is_recent(at, now, within)}
    facts.put(connection, _NOTE, json.dumps(kept))


def _read(connection: Connection) -> dict[str, str]:
    note = facts.get(connection, _NOTE)
    return dict(json.loads(note)) if note else {}


def _is_recent(at: str | None, now: datetime, within: timedelta) -> bool:
    return at is not None and timedelta() <= now - datetime.fromisoformat(at) <= within
