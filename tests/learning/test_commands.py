"""Habits through the commands: kept by one, used by the next."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store import migrate
from store.database import Database
from store.records import Trail
from tests.evidence.history import firm
from tests.learning.firm import fill, lately, with_id
from tests.test_cli import Seen

FEW = firm(7, people=6)
MANY = [trail for mark in range(6) for trail in with_id(FEW, f"{mark}/")]


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    """The command, in a folder with a database of its own."""
    return Seen(tmp_path)


def keep(seen: Seen, trails: list[Trail]) -> None:
    database = Database(f"sqlite:///{seen.folder / 'seen.db'}")
    migrate.upgrade(database)
    fill(database, lately(trails))
    database.dispose()


def expected(seen: Seen, who: str) -> dict[str, Any]:
    ran = seen("habits", who, "--json")
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def looks(told: dict[str, Any]) -> float:
    return float(sum(kind["expected"]["looks"] for kind in told["kinds"]) / len(told["kinds"]))


def test_feedback_informs_what_is_expected(seen: Seen) -> None:
    """What is said of somebody's emails with feedback shows in their habits, and undo takes it back."""
    keep(seen, MANY)
    who = next(trail.recipient.key for trail in FEW if len(trail.events) == 1)
    before = expected(seen, who)
    assert before["learned"] is True
    assert before["learned_from"]["emails"] == len(MANY)
    mine = [trail.message.message_id for trail in MANY if trail.recipient.key == who][:4]
    for message_id in mine:
        assert seen("feedback", message_id, who, "seen").returncode == 0
    assert looks(expected(seen, who)) > looks(before)
    for message_id in mine:
        assert seen("feedback", message_id, who, "undo").returncode == 0
    assert looks(expected(seen, who)) == pytest.approx(looks(before), abs=0.005)


def test_asking_uses_what_was_learned(seen: Seen) -> None:
    """An answer in the terminal, its sum, and the habits shown for the same person agree with each other."""
    keep(seen, FEW)
    who = FEW[0].recipient.key
    (trail, *_) = json.loads(seen("ask", who, "--offline", "--why", "--json").stdout)["trails"]
    told = expected(seen, who)
    assert told["learned_from"]["emails"] == len(FEW)
    published = {kind["kind"]: kind["published"]["looks"] for kind in told["kinds"]}
    assert trail["why"]["prior"]["ever"] != pytest.approx(published[trail["tag"]], abs=1e-4)


def test_a_server_learns_when_it_starts(seen: Seen) -> None:
    """Serve looks at what is there before it listens, so that its first answers know the customers."""
    keep(seen, MANY)
    at_leisure = (  # on a busy machine its seconds may pass without anything being learned
        "import sys, bot.cli as cli; cli._LEARNS_AT_START = 60.0; "
        "sys.argv = ['seen', 'serve', '--port', '0']; cli.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", at_leisure],
        cwd=seen.folder,
        env=seen.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        while "Listening on" not in process.stderr.readline():
            assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    database = Database(f"sqlite:///{seen.folder / 'seen.db'}")
    with database.read() as connection:
        from store import learned

        kept = learned.newest(connection)
    database.dispose()
    assert kept
    assert kept.emails == len(MANY)
