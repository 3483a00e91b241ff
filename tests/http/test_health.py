"""Alive, ready, numbers: what a monitor relies on."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import health
from bot.ingest import Writer
from handlers.http import app
from store import cursors, syncing
from store.database import Database
from tests.http.bodies import delivery, history
from tests.http.serving import TOKEN, client, doors, references
from tests.test_ingest import held


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()


def numbers(talking: httpx.Client) -> dict[str, float]:
    """All samples by name and labels."""
    answer = talking.get("/metrics")
    assert answer.status_code == 200
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_alive(sqlite: Database) -> None:
    """The process says that it is alive, without credentials."""
    with client(doors(sqlite)) as talking:
        talking.auth = httpx.Auth()
        assert talking.get("/healthz").status_code == 200
        assert talking.head("/healthz").status_code == 200


def test_ready(sqlite: Database) -> None:
    """Ready means that every check is well; each is named."""
    given = dataclasses.replace(doors(sqlite), probes={"database": lambda: None, "schema": lambda: None})
    with client(given) as talking:
        answer = talking.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok"}}


def test_not_ready(sqlite: Database) -> None:
    """One check that fails, raises or does not come back makes it 503, and the others are still told."""

    def raises() -> str | None:
        raise RuntimeError("password=secret")

    release = threading.Event()

    def hangs() -> str | None:
        release.wait(20)
        return None

    probes: dict[str, health.Probe] = {
        "database": lambda: None,
        "schema": lambda: "older than this program: run `seen migrate`",
        "schedule": raises,
        "sync": hangs,
    }
    with client(dataclasses.replace(doors(sqlite), probes=probes)) as talking:
        answer = talking.get("/readyz")
        release.set()
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["database"], checks["schema"]) == ("ok", "older than this program: run `seen migrate`")
    assert checks["schedule"] == "failed"
    assert checks["sync"].startswith("no answer")
    assert "secret" not in answer.text


def test_seens_own_probes(sqlite: Database, tmp_path: Path) -> None:
    """Seen's own checks are well on a current database with a running writer, and each tells when its part is not."""
    given = doors(sqlite)
    probes = {
        "database": health.database_answers(sqlite),
        "schema": health.schema_is_current(sqlite),
        "writer": health.writer_runs(given.writer),
    }
    with client(dataclasses.replace(given, probes=probes)) as talking:
        assert talking.get("/readyz").json()["checks"] == {"database": "ok", "schema": "ok", "writer": "ok"}
    assert "restart" in str(probes["writer"]())
    nowhere, empty = Database(f"sqlite:///{tmp_path}/no/folder/x.db"), Database(f"sqlite:///{tmp_path}/empty.db")
    assert health.database_answers(nowhere)() is not None
    assert "migrate" in str(health.schema_is_current(empty)())


def test_numbers(sqlite: Database) -> None:
    """The metrics count webhooks by kind and outcome, commits with their size and duration, and tracking records."""
    with client(doors(sqlite)) as talking:
        for body in (*history(), history()[0]):
            talking.post("/webhooks/postmark", json=body)
        talking.post("/webhooks/postmark", json=delivery(), auth=("nobody", "nothing"))
        talking.post("/webhooks/postmark", content=b"not json")
        talking.post(
            "/tracking",
            json=[{"type": "payment", "reference": "7", "id": "1"}, {"type": "?"}],
            headers={"Authorization": f"Bearer {TOKEN}"},
            auth=httpx.Auth(),
        )
        counted = numbers(talking)
    assert counted["seen_webhooks_total open stored"] == 1
    assert counted["seen_webhooks_total deferral stored"] == 2
    assert counted["seen_webhooks_total none refused"] == 1
    assert counted["seen_webhooks_total none unreadable"] == 1
    assert counted["seen_tracking_records_total accepted"] == 1
    assert counted["seen_tracking_records_total refused"] == 1
    assert (counted["seen_events_total new"], counted["seen_events_total known"]) == (7, 1)
    assert counted["seen_commit_events_sum"] == 8
    assert counted["seen_commit_seconds_count"] >= 1
    assert counted["seen_ingest_queue"] == 0


def test_a_store_that_fails(database: Database, database_url: str) -> None:
    """While the database cannot be written webhooks and records are answered 503 with a time to come again."""
    impatient = Database(database_url, busy_timeout=0.2)
    with client(doors(database, writer=Writer(impatient, references=references))) as talking:
        with held(database):
            answers = [
                talking.post("/webhooks/postmark", json=delivery()),
                talking.post(
                    "/tracking",
                    json={"type": "payment", "reference": "7"},
                    headers={"Authorization": f"Bearer {TOKEN}"},
                    auth=httpx.Auth(),
                ),
            ]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert all(answer.headers["Retry-After"] == str(app.COME_AGAIN) for answer in answers)
        assert talking.post("/webhooks/postmark", json=delivery()).status_code == 200
        assert numbers(talking)["seen_webhooks_total delivery failed"] == 1
    impatient.dispose()


def test_remarks_do_not_make_anybody_unready(sqlite: Database) -> None:
    """What a remark says is told, and Seen stays ready all the same."""
    given = dataclasses.replace(doors(sqlite), probes={"database": lambda: None}, remarks={"webhooks": lambda: "late"})
    with client(given) as talking:
        answer = talking.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"webhooks": "late", "database": "ok"}}


def test_a_stalled_sync_and_silent_webhooks(sqlite: Database) -> None:
    """Lists that nobody has fetched for over an hour, and webhooks that don't tell what happens, are named."""
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    hour = timedelta(hours=1)
    with sqlite.write() as connection:
        standing = syncing.take(connection, "office", worker="me", now=now, until=now)
        assert standing is not None
        swept = dataclasses.replace(standing, swept_at=now - 2 * hour, unheard_since=now - hour)
        assert syncing.keep(connection, swept, None, worker="me")
    stalled = health.sync_keeps_up(sqlite, ["office"], began_at=now - 3 * hour, now=lambda: now)
    fresh = health.sync_keeps_up(sqlite, ["office"], began_at=now - hour, now=lambda: now)
    assert "office" in (stalled() or "")
    assert fresh() is None
    silent = health.webhooks_come(sqlite, ["office"], now=lambda: now)
    assert "no webhook has come yet" in (silent() or "")
    with sqlite.write() as connection:
        cursors.put(connection, cursors.LAST_WEBHOOK, now - 90 * timedelta(minutes=1))
    assert "the last webhook came" in (silent() or "")
    with sqlite.write() as connection:
        cursors.put(connection, cursors.LAST_WEBHOOK, now)
    assert silent() is None
