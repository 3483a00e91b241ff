"""Alerts exactly once, counted at Slack's side: processes killed without warning, and several at the same minute."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.sandbox.slack import Slack
from store import migrate
from store.database import Database
from tests import databases
from tests.soak.alerting import Moods, Nursery, channels_of, decide, fill, posts, wait_until_said, workspace

LEASE = 5.0
LATENESS = 1.5
"""Seconds by which Slack accepts or answers late: more than a worker waits, less than its lease."""


def moments(emails: int, kills: int, draw: random.Random) -> list[float]:
    """After how many posts to kill somebody: a few times while alerts are decided, then spread over all posts."""
    early = kills // 10
    step = emails * 0.97 / (kills - early)
    return [0.0] * early + [step * (number + draw.random()) for number in range(kills - early)]


def posted(slack: Slack) -> int:
    """How many posts stand in the whole workspace."""
    return sum(len(there) for there in list(slack.workspace.messages.values()))


def check_kills(url: str, folder: Path, *, emails: int, kills: int, seed: int) -> None:
    draw, database = random.Random(seed), Database(url)
    with workspace(30) as slack:
        fill(database, channels_of(slack), emails)
        nursery = Nursery(url, slack, folder, lease=LEASE)
        try:
            with Moods(slack, random.Random(seed), longest=LATENESS):
                nursery.begin(4)
                for moment in moments(emails, kills, draw):
                    while posted(slack) < moment:
                        time.sleep(0.002)
                    time.sleep(draw.uniform(0, 0.1))
                    nursery.kill(draw)
            wait_until_said(database, seconds=120 + emails)
            time.sleep(LATENESS + 0.5)  # what was accepted late may still appear
        finally:
            nursery.close()
        told = Counter(key for some in posts(slack).values() for _, keys in some for key in keys)
    lost, doubled = emails - len(told), sum(count - 1 for count in told.values())
    noted = Counter(line.split()[0] for line in nursery.log())
    print(  # noqa: T201 - the figures are what it is run for
        f"{emails} alerts, {kills} kills: {lost} lost, {doubled} doubled; workers noted {dict(noted)}"
    )
    assert (lost, doubled) == (0, 0)
    assert noted["may_repeat"] == 0
    database.dispose()


def test_killed_over_their_posts(database_url: str, tmp_path: Path) -> None:
    """Four processes killed at random over their posts, and a Slack that is late: each alert stands there once."""
    check_kills(database_url, tmp_path, emails=80, kills=18, seed=1)


@pytest.fixture
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database whose commits wait for the disk, as in real life."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'soak.db'}"
        _migrate(url)
        yield url
        return
    with databases.postgres(durable=True) as server:
        yield server.ready()


def _migrate(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("durable_url", ["sqlite", "postgres"], indirect=True)
def test_killed_for_a_long_time(durable_url: str, tmp_path: Path) -> None:
    """Fifteen hundred alerts and two hundred kills: none lost, none doubled."""
    check_kills(durable_url, tmp_path, emails=1500, kills=200, seed=2)


def check_same_minute(url: str, folder: Path, *, channels: int, each: int, expected: int) -> None:
    """Three processes, so many alerts at once in each channel; ``expected``: how many posts a channel gets."""
    database = Database(url)
    with workspace(channels) as slack:
        fill(database, channels_of(slack), channels * each)
        decide(database)
        nursery = Nursery(url, slack, folder, lease=60.0, pace=1.05, at_once=5, timeout=10)
        try:
            nursery.begin(3)
            wait_until_said(database, seconds=120 + channels * each)
        finally:
            nursery.close()
        found = posts(slack)
    told = Counter(key for some in found.values() for _, keys in some for key in keys)
    assert len(told) == channels * each
    assert set(told.values()) == {1}
    assert {len(some) for some in found.values()} == {expected}
    gaps = [later - earlier for some in found.values() for (earlier, _), (later, _) in pairwise(some)]
    count = sum(map(len, found.values()))
    print(f"{len(told)} alerts in {count} posts; least gap {min(gaps, default=0):.3f} s")  # noqa: T201 - the same
    assert min(gaps, default=1.0) >= 1.0
    database.dispose()


def test_in_the_same_minute(database_url: str, tmp_path: Path) -> None:
    """Above the limit alerts come as one post that carries every key, whoever of three processes posts it."""
    check_same_minute(database_url, tmp_path, channels=6, each=10, expected=1)


def test_one_by_one(database_url: str, tmp_path: Path) -> None:
    """Below the limit they come one by one, each once, never two within a second in one channel."""
    check_same_minute(database_url, tmp_path, channels=6, each=4, expected=4)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("durable_url", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize(("each", "expected"), [(10, 1), (5, 5)])
def test_a_thousand_in_the_same_minute(durable_url: str, tmp_path: Path, each: int, expected: int) -> None:
    """A thousand alerts over a hundred channels in the same minute, and five hundred one by one: each once."""
    check_same_minute(durable_url, tmp_path, channels=100, each=each, expected=expected)
