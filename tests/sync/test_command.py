"""``seen sync`` as people and programs use it."""

from __future__ import annotations

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.sync.office import LISTS
from tests.test_cli import Seen

NOW = datetime.now(UTC)
EMAILS = 2600


@pytest.fixture
def postmark() -> Iterator[Sandbox]:
    """Two servers; forty days of email on one of them."""
    begin = NOW - timedelta(days=40)
    with Sandbox(now=begin, servers={"office": "office-token", "shop": "shop-token"}) as sandbox:
        for number in range(EMAILS):
            at = begin + timedelta(days=39) * (number / EMAILS)
            address = f"c{number}@oakleaf.example"
            sent = sandbox.send(address, f"Your quote for job {number}", at=at, server="office")
            if number % 4 == 0:
                sandbox.open(sent, address, at=at + timedelta(minutes=5))
        sandbox.clock.move_to(max(sandbox.clock.now(), datetime.now(UTC)))
        yield sandbox


@pytest.fixture
def seen(tmp_path: Path, postmark: Sandbox) -> Seen:
    found = Seen(tmp_path)
    found.settings |= {"POSTMARK_API_URL": postmark.url, "POSTMARK_SERVER_TOKEN": "office=office-token,shop=shop-token"}
    return found


def lists_asked(postmark: Sandbox) -> int:
    return sum(request.path in LISTS for request in postmark.requests)


def test_all_is_fetched_and_a_second_run_is_cheap(seen: Seen, postmark: Sandbox) -> None:
    """It fetches everything, says how much that was, and asks next to nothing when it is run again."""
    run = seen("sync")
    assert run.returncode == 0, run.stderr
    assert f"office: {EMAILS:,} emails, {EMAILS // 4} opens, 0 clicks, 0 bounces in 45 days." in run.stdout
    assert "shop: 0 emails" in run.stdout
    assert "office: 100 %" in run.stdout
    assert "c42@oakleaf.example" in seen("ask", "42", "--offline").stdout
    pages = lists_asked(postmark)
    assert pages == 6 + 2 + 1 + 1 + len(LISTS)
    again = seen("sync", "--days", "40")
    assert again.returncode == 0, again.stderr
    assert lists_asked(postmark) - pages == 2 * len(LISTS)


def test_without_a_server(seen: Seen) -> None:
    """Where no token is set, it says what to set."""
    del seen.settings["POSTMARK_SERVER_TOKEN"]
    run = seen("sync")
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "POSTMARK_SERVER_TOKEN" in run.stderr


def test_a_wrong_token_does_not_stop_the_others(seen: Seen) -> None:
    """A server whose token is wrong is named with the setting to correct, and the other one is fetched."""
    seen.settings["POSTMARK_SERVER_TOKEN"] = "office=office-token,shop=an-old-token"
    run = seen("sync")
    assert run.returncode == 1
    assert f"office: {EMAILS:,} emails" in run.stdout
    assert "server “shop”" in run.stderr
    assert "POSTMARK_SERVER_TOKEN" in run.stderr
    assert "an-old-token" not in run.stdout + run.stderr
    seen.settings["POSTMARK_SERVER_TOKEN"] = "office=wrong"
    assert seen("sync").returncode == 4


def test_postmark_down(seen: Seen) -> None:
    """When Postmark can't be reached at all it tries for a while, says so in a sentence, and ends."""
    seen.settings["POSTMARK_API_URL"] = "http://127.0.0.1:9"
    seen.settings["POSTMARK_SERVER_TOKEN"] = "office-token"
    code = (
        "import sys, datetime, bot.sync.pace as pace; pace._FIRST_PAUSE = 0.05; "
        "sys.argv = ['seen', 'sync']; from bot.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=seen.folder, env=seen.environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 4, run.stderr
    assert "could not be reached" in run.stderr
    assert "Traceback" not in run.stderr


def _started(seen: Seen) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "sync"],
        cwd=seen.folder,
        env=seen.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def _under_way(seen: Seen, postmark: Sandbox) -> Iterator[subprocess.Popen[str]]:
    """A run that has read every page of emails, and waits for the first one of opens."""
    seen.settings["POSTMARK_SERVER_TOKEN"] = "office=office-token"
    with postmark.fault("hang", path="/messages/outbound/opens"), _started(seen) as running:
        latest = time.monotonic() + 60
        while lists_asked(postmark) < 6 + 1:
            assert time.monotonic() < latest, "it asked for nothing"
            time.sleep(0.05)
        yield running


def test_it_goes_on_where_it_was_killed(seen: Seen, postmark: Sandbox) -> None:
    """Killed in the middle and run again, it reads no page twice but the one under way."""
    with _under_way(seen, postmark) as running:
        running.send_signal(signal.SIGKILL)
        running.communicate()
    with sqlite3.connect(seen.folder / "seen.db") as database:  # half a minute later: what the dead one held is free
        database.execute("UPDATE sync_servers SET lease_until = '2026-11-01T00:00:00.000000+00:00'")
    run = seen("sync")
    assert run.returncode == 0, run.stderr
    assert lists_asked(postmark) <= 6 + 2 + 1 + 1 + 1 + len(LISTS)
    assert "c42@oakleaf.example" in seen("ask", "42", "--offline").stdout


def test_interrupted_by_hand(seen: Seen, postmark: Sandbox) -> None:
    """Ctrl-C ends it at once with a word that it can go on; the next run does, without waiting."""
    with _under_way(seen, postmark) as running:
        running.send_signal(signal.SIGINT)
        _, complaint = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "goes on from there" in complaint
    assert "Traceback" not in complaint
    again = seen("sync")
    assert again.returncode == 0
    assert "waiting" not in again.stdout


def test_a_bar_on_a_terminal(seen: Seen) -> None:
    """On a terminal it draws a bar for each server."""
    leader, follower = pty.openpty()
    environment = {**seen.environment, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "sync"], cwd=seen.folder, env=environment, stdout=follower, stderr=follower
    ) as running:
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                chunk = os.read(leader, 4096)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
    os.close(leader)
    assert running.returncode == 0, shown
    assert "━" in shown.decode()
    assert "100%" in shown.decode()
