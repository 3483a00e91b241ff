"""Bodies gone wrong: the door neither breaks nor says "stored" of what it does not store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.postmark import webhooks
from bot.untrusted import read_json
from store import events
from store.database import Database
from tests.http import rows
from tests.http.bodies import delivery
from tests.http.serving import client, doors
from tests.soak import mutations


def check(database: Database, seeds: range) -> Counter[int]:
    """Posts a body for each seed; gives how often each status was answered."""
    statuses: Counter[int] = Counter()
    expected: set[str] = set()
    with client(doors(database)) as talking:
        for seed in seeds:
            content = mutations.body(seed)
            status = talking.post("/webhooks/postmark", content=content).status_code
            statuses[status] += 1
            assert status in {200, 400}, f"seed {seed} was answered {status}"
            if status == 200:
                # The same body gives the same key, whenever it comes.
                told = webhooks.parse(read_json(content), received_at=datetime(2026, 11, 23, tzinfo=UTC)).event
                expected.add(told.key)
                assert rows.has(database, told.key), f"seed {seed} was acknowledged, but is not in the store"
        assert talking.post("/webhooks/postmark", json=delivery(999_999)).status_code == 200
        rows.wait_until_filed(database)
    assert rows.count(database) == len(expected) + 1
    with database.read() as connection:  # whatever was stored can be read back
        named = {row["message_id"] for row in rows.everything(database)} - {None}
        assert events.of_messages(connection, named)
    return statuses


def test_mutated_bodies(database: Database) -> None:
    """Three hundred bodies gone wrong in values and bytes: no 5xx, and nothing that was acknowledged is lost."""
    statuses = check(database, range(300))
    assert statuses[200] > 200, "most of the bodies should still be JSON objects"
    assert statuses[400] > 10, "some should not"


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_many_mutated_bodies(database: Database) -> None:
    """The same with five thousand."""
    check(database, range(1000, 6000))
