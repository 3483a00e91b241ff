"""Order and repetition change nothing: every order of a history, every webhook three times."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from itertools import permutations

from bot import trails
from bot.evidence import weigh
from handlers.http.app import create_app
from store import events, messages
from store.database import Database
from tests.http import rows
from tests.http.bodies import Body, history
from tests.http.serving import doors, serving
from tests.soak.servers import Client

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ORDERS = list(permutations(range(6)))
CLIENTS = 16


def story(number: int) -> list[Body]:
    """The history of one email in the order with that number, told three times over."""
    told = history(number)
    return [told[place] for place in ORDERS[number]] * 3


async def post_all(port: int) -> None:
    """Posts every story in its own order, several stories side by side."""
    waiting = iter(range(len(ORDERS)))

    async def one_after_the_other() -> None:
        client = Client(port)
        for number in waiting:
            for body in story(number):
                assert await client.post(body) == 200
        client.close()

    await asyncio.gather(*(one_after_the_other() for _ in range(CLIENTS)))


def anonymous(text: str, number: int) -> str:
    """The text without what tells this email from the others."""
    text = re.sub(r"(?<=[a-z]:)[0-9a-f]{32}", "KEY", text)
    bounce, complaint = 7350918264410000000 + number, 8350918264410000000 + number
    return text.replace(f"{number:08x}", "N").replace(str(bounce), "BOUNCE").replace(str(complaint), "COMPLAINT")


def test_every_order_three_times(database: Database) -> None:
    """All 720 orders of six events, each event three times, give the same rows, the same trail and the same verdict."""
    with serving(create_app(doors(database))) as url:
        asyncio.run(post_all(int(url.rpartition(":")[2])))
        rows.wait_until_filed(database, seconds=60)

    stored: dict[str, list[str]] = {}
    for row in rows.everything(database):
        number = int(row["message_id"][:8], 16)
        kept = {name: value for name, value in row.items() if name not in {"id", "received_at"}}
        stored.setdefault(row["message_id"], []).append(anonymous(repr(kept), number))
    assert len(stored) == 720
    assert {tuple(sorted(lines)) for lines in stored.values()} == {tuple(sorted(next(iter(stored.values()))))}
    assert {len(lines) for lines in stored.values()} == {6}

    judged, known = set(), set()
    for message_id in stored:
        number = int(message_id[:8], 16)
        with database.read() as connection:
            (message,) = messages.load(connection, [message_id])
            told = events.of_messages(connection, [message_id])
        (trail,) = trails.assemble([message], told, until=NOW)
        assert len({event.kind for event in (*trail.events, *trail.address_events)}) == 6
        known.add(anonymous(repr(trail), number))
        judged.add(anonymous(repr(weigh(trail, NOW)), number))
    assert len(known) == 1
    assert len(judged) == 1
