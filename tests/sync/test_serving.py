"""``seen serve`` behind a firewall: Slack in Socket Mode, no webhook, and everything works by asking Postmark."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot import app as application
from bot.sandbox import Sandbox, readers
from bot.sandbox.slack import Slack
from bot.settings import Settings
from bot.slack.scopes import NEEDED, OPTIONAL
from store import cursors
from tests.slack.office import UNHURRIED, Office, people, said, serving

MARIA, TOM = "maria@oakleaf.example", "tom@reed.example"


@pytest.fixture
def alder(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Seen as it runs without webhooks, sweeping every second instead of every two minutes."""
    monkeypatch.setattr("bot.sync.pace.SHORTEST", timedelta(seconds=1))
    monkeypatch.setattr("bot.unasked.SYNC_TICK", timedelta(seconds=0.5))
    monkeypatch.setattr("store.wanted.GRACE", timedelta(seconds=1))
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(now=datetime.now(UTC) - timedelta(days=1), servers={"office": "token"}))
        _send_a_quote(sandbox)
        slack = stack.enter_context(Slack(name="Alder"))
        slack.app.scopes = {scope.value for scope in (*NEEDED, *OPTIONAL)}
        slack.app.answer_within = UNHURRIED
        people(slack)
        slacks = {
            "slack_bot_token": slack.app.bot_token,
            "slack_api_url": slack.api_url.rstrip("/"),
            "slack_app_token": slack.app.app_token,
            "answer_budget": UNHURRIED.total_seconds(),
            "alert_channel": slack.workspace.place("office").channel_id,
            "important_tags": ("quote",),
        }
        seen = stack.enter_context(application.build(_settings(sqlite_url, sandbox, **slacks)))
        url = stack.enter_context(serving(seen, unasked=True))
        yield Office(slack, sandbox, seen.database, url, seen)


def _settings(url: str, sandbox: Sandbox, **more: object) -> Settings:
    given = {"database_url": url, "postmark_server_token": "office=token", "postmark_api_url": sandbox.url, **more}
    return Settings.model_validate(given)


def _send_a_quote(sandbox: Sandbox) -> None:
    """One that Maria has clicked before Seen starts."""
    now = datetime.now(UTC)
    link = '<a href="https://portal.alder.example/q/1042">Quote</a>'
    quote = sandbox.send(MARIA, "Your quote for job 1042", tag="quote", html=link, at=now - timedelta(hours=5))
    sandbox.deliver(quote, at=now - timedelta(hours=5, seconds=-4))
    sandbox.click(quote, MARIA, by=readers.PHONE, at=now - timedelta(hours=2))


def _synced(alder: Office) -> bool:
    with alder.database.read() as connection:
        return cursors.get(connection, cursors.SYNC) is not None


def test_behind_a_firewall(alder: Office) -> None:
    """A bounce is told in Slack, an answer knows the click, and all shows well, though no webhook comes."""
    alder.until(lambda: _synced(alder))
    alder.sandbox.clock.move_to(datetime.now(UTC))
    lost = alder.sandbox.send(TOM, "Your quote for job 1043", tag="quote")
    alder.sandbox.bounce(lost, TOM)

    def alert() -> bool:
        return any("1043" in said(message) for message in alder.slack.messages("office"))

    alder.until(alert)
    rosa = alder.person("rosa")
    rosa.command("/seen", "1042", "office")
    assert "clicked" in said(alder.answer(rosa, "office", has="1042"))
    ready = httpx.get(f"{alder.url}/readyz", timeout=60)
    assert ready.status_code == 200, ready.text
    assert ready.json()["checks"]["sync"] == "ok"
    numbers = alder.metrics()
    assert 'seen_sync_requests_total{asked="messages",server="office"}' in numbers
    assert 'seen_sync_lag_seconds{server="office"}' in numbers
    rosa.opens_home()
    assert alder.until(lambda: (view := rosa.home()) and "last ran" in str(view.blocks))


def test_a_stalled_sync_shows(alder: Office) -> None:
    """When Postmark's lists can't be fetched, the numbers, Home and the doctor's sentence say so."""
    alder.until(lambda: _synced(alder))
    with alder.sandbox.fault("500", path="/messages/outbound"):
        alder.until(lambda: 'seen_sync_failing{server="office"} 0.0' not in alder.metrics())
        assert 'cause="ServerFault"' in alder.metrics()
        rosa = alder.person("rosa")
        rosa.opens_home()
        assert alder.until(lambda: (view := rosa.home()) and "fails since" in str(view.blocks))


def test_stopped_in_the_middle_of_a_sweep(sqlite_url: str) -> None:
    """A server that is stopped while it asks Postmark leaves the rest to others at once, with no wait for its lease."""
    with (
        Sandbox(now=datetime.now(UTC), servers={"office": "token"}) as sandbox,
        application.build(_settings(sqlite_url, sandbox)) as seen,
    ):
        assert seen.sync is not None
        with sandbox.fault("slow", path="/messages/outbound", seconds=1.5), serving(seen, unasked=True):
            ends = time.monotonic() + 60
            while seen.sync.standings()["office"].worker is None:
                assert time.monotonic() < ends
                time.sleep(0.01)
        standing = seen.sync.standings()["office"]
        assert standing.goal is not None  # it was in the middle
        assert standing.worker is None
