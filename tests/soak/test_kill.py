"""What was acknowledged is in the store: servers killed without warning, and several servers on one database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests import databases
from tests.http import rows
from tests.http.bodies import Body, history
from tests.soak.servers import Client, Server

CLIENTS = 4


def bodies(count: int) -> list[Body]:
    """So many different webhooks of all types."""
    return [body for number in range(-(-count // 6)) for body in history(number)][:count]


class Story:
    """Clients post while a server is killed again and again; afterwards the store is asked for everything."""

    def __init__(self, server: Server, database: Database, posts: list[Body], *, kills: int, seed: int) -> None:
        self._server = server
        self._database = database
        self._posts = posts
        self._random = random.Random(seed)
        # Moments spread over the whole story, so that every kill hits clients in the middle of posting.
        step = len(posts) / (kills + 1)
        self._moments = [step * (number + 1) + self._random.uniform(-0.4, 0.4) * step for number in range(kills)]
        self.acknowledged: list[str] = []
        self.kills = 0

    async def run(self) -> None:
        shares = [self._posts[number::CLIENTS] for number in range(CLIENTS)]
        await asyncio.gather(*(self._client(share) for share in shares), self._killer())

    async def _client(self, share: list[Body]) -> None:
        client = Client(self._server.port)
        for body in share:
            await client.post_until_taken(body)
            self.acknowledged.append(_mark(body))
        client.close()

    async def _killer(self) -> None:
        for moment in self._moments:
            while len(self.acknowledged) < moment:  # noqa: ASYNC110 - four clients write to it
                await asyncio.sleep(0.001)
            await asyncio.sleep(self._random.uniform(0, 0.01))
            self._server.kill()
            await asyncio.sleep(0.01)  # answers that were on their way
            told = set(self.acknowledged)
            self.kills += 1
            assert told <= stored(self._database)
            await asyncio.to_thread(self._server.start)


def _mark(body: Body) -> str:
    """What tells a body from the others."""
    return f"{body['RecordType']} {body['MessageID']}"


def stored(database: Database) -> set[str]:
    """The marks of all bodies in the store."""
    words = {
        "deferral": "Bounce",
        "delivery": "Delivery",
        "open": "Open",
        "click": "Click",
        "complaint": "SpamComplaint",
        "suppression": "SubscriptionChange",
    }
    return {f"{words[row['kind']]} {row['message_id']}" for row in rows.everything(database)}


def check_kills(url: str, folder: Path, *, posts: int, kills: int, seed: int) -> None:
    server, database = Server(url, folder), Database(url)
    everything = bodies(posts)
    story = Story(server, database, everything, kills=kills, seed=seed)
    server.start()
    try:
        asyncio.run(story.run())
    finally:
        server.kill()
    assert story.kills == kills
    assert sorted(story.acknowledged) == sorted(map(_mark, everything))
    server.start()  # after one more kill: nothing may be lost by starting either
    try:
        assert stored(database) == set(story.acknowledged)
        assert rows.count(database) == posts
        rows.wait_until_filed(database, seconds=120)
    finally:
        server.stop()
        database.dispose()


def test_killed_while_clients_post(database_url: str, tmp_path: Path) -> None:
    """A server killed three times while four clients post loses nothing that it acknowledged, and doubles nothing."""
    check_kills(database_url, tmp_path, posts=600, kills=3, seed=1)


@pytest.fixture
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database whose commits wait for the disk, as in real life."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'soak.db'}"
        return
    with databases.postgres(durable=True) as server:
        yield server.empty()


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("durable_url", ["sqlite", "postgres"], indirect=True)
def test_killed_for_a_long_time(durable_url: str, tmp_path: Path) -> None:
    """Twenty-five kills and six thousand webhooks: nothing acknowledged is lost, nothing is doubled."""
    check_kills(durable_url, tmp_path, posts=6_000, kills=25, seed=2)


def test_two_servers_on_one_database(database_url: str, tmp_path: Path) -> None:
    """Two server processes that get every webhook at the same time answer 200 to all and store each once."""
    servers = [Server(database_url, tmp_path), Server(database_url, tmp_path)]
    everything = bodies(600)

    async def client(share: list[Body]) -> list[int]:
        clients = [Client(server.port) for server in servers]
        statuses: list[int] = []
        for body in share:
            statuses += await asyncio.gather(*(one.post(body) for one in clients))
        for one in clients:
            one.close()
        return statuses

    async def story() -> list[int]:
        answers = await asyncio.gather(*(client(everything[number::CLIENTS]) for number in range(CLIENTS)))
        return [status for statuses in answers for status in statuses]

    database = Database(database_url)
    for server in servers:
        server.start()
    try:
        assert asyncio.run(story()) == [200] * 1200
        assert rows.count(database) == 600
        rows.wait_until_filed(database)
    finally:
        for server in servers:
            server.stop()
        database.dispose()
