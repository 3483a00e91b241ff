"""Seen as it is served, speaking up by itself: real server, real ticker, stand-in Slack."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from store import events, messages, schema
from store.database import Database
from store.records import Arrival, Event, EventKind, Message, Recipient, Role
from tests.slack.office import HOUR, MARIA, Office, office, said

ALWAYS: dict[str, Any] = {"business_hours": "Mon-Sun 00:00-24:00", "alert_after": timedelta(seconds=1)}


def send(database: Database, message_id: str) -> None:
    """An important email goes out, and arrives."""
    now = datetime.now(UTC)
    quote = Message(
        message_id=message_id,
        sent_at=now,
        sender="office@alder.example",
        subject="Your quote for job 7007",
        tag="quote",
        stream="outbound",
        track_opens=True,
        track_links="HtmlOnly",
        has_html=True,
        recipients=(Recipient(MARIA, MARIA, "Maria Lopez", Role.TO),),
        checked_at=now,
    )
    with database.write() as connection:
        messages.save(connection, [quote])
    happens(database, EventKind.DELIVERY, message_id)


def happens(database: Database, kind: EventKind, message_id: str, **said: Any) -> None:
    """Something happens to an email. It is filed at once, for the server's writer knows nothing of it."""
    now = datetime.now(UTC)
    event = Event(
        key=f"{kind} {message_id}",
        kind=kind,
        at=now,
        message_id=message_id,
        recipient=MARIA,
        recipient_key=MARIA,
        **said,
    )
    with database.write() as connection:
        events.add(connection, [Arrival(event=event, received_at=now, raw=json.dumps({"of": message_id}))])
        events.file_new(connection, references=lambda _: ())


def posts(alder: Office) -> list[str]:
    return [said(message) for message in alder.slack.messages("office") if not message.in_thread]


def test_speaks_up_and_takes_it_back(database_url: str) -> None:
    """A served Seen tells the office of a quote without a sign, and changes the message when the customer looks."""
    with office(database_url, unasked=True, alert_channel="C00OFFICE", important_tags=("quote",), **ALWAYS) as alder:
        send(alder.database, "quote-7007")
        alder.until(lambda: posts(alder))
        assert "No reliable sign" in posts(alder)[0]
        happens(alder.database, EventKind.REPLY, "quote-7007")
        alder.until(lambda: "answered" in posts(alder)[0])
        assert len(posts(alder)) == 1
        ready = httpx.get(f"{alder.url}/readyz", timeout=60).json()
        assert {ready["checks"]["schedule"], ready["checks"]["notices"]} == {"ok"}
        alder.until(lambda: 'seen_unasked{what="notices"} 0.0' in alder.metrics())
        numbers = alder.metrics()
        assert 'seen_notices_said_total{kind="alert"} 1.0' in numbers
        assert 'seen_tick_age_seconds{step="plan"}' in numbers
        assert 'seen_notice_dwell_seconds_bucket{kind="alert",le="60.0"} 1.0' in numbers


def test_nobody_to_tell(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Slack nothing is watched over, and news of emails don't pile up."""
    monkeypatch.setattr("bot.unasked.DIGEST_TICK", timedelta(seconds=1))
    with office(sqlite_url, unasked=True, slack_bot_token=None, slack_signing_secret="") as alder:
        send(alder.database, "quote-7007")
        alder.until(lambda: 'seen_unasked{what="news"} 0.0' in alder.metrics())
        assert httpx.get(f"{alder.url}/readyz", timeout=60).json()["checks"]["schedule"] == "ok"


def test_an_alert_that_does_not_get_through(sqlite_url: str) -> None:
    """An alert that has been waiting for long shows in /readyz."""
    with office(sqlite_url, unasked=True, alert_channel="C00OFFICE", important_tags=("quote",), **ALWAYS) as alder:
        with alder.slack.fault("429", method="chat.", retry_after=1):
            send(alder.database, "quote-7007")
            alder.until(lambda: 'seen_notices_not_posted_total{word="ratelimited"}' in alder.metrics())
            with alder.database.write() as connection:
                connection.execute(schema.notices.update().values(due_at=datetime.now(UTC) - HOUR))
            checks = httpx.get(f"{alder.url}/readyz", timeout=60).json()["checks"]
        assert "has been waiting" in checks["notices"]
