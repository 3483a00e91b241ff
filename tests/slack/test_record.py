"""``seen audit`` and ``seen feedback`` on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from store import asked, marks
from store.asked import Asked
from store.database import Database
from store.marks import Said

Run = Callable[..., subprocess.CompletedProcess[str]]
NOW = datetime.now(UTC).replace(microsecond=0)
ID = "5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11"
MARIA = "maria@oakleaf.example"


@pytest.fixture
def seen(sqlite_url: str, tmp_path: Path) -> Run:
    """Runs the command in a folder of its own, on the database."""
    names = {field.upper() for field in Settings.model_fields}
    clean = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in names}

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**clean, "DATABASE_URL": sqlite_url, "PYTHONPATH": str(Path.cwd()), **settings}
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def store(sqlite_url: str) -> Database:
    """The database of the command."""
    return Database(sqlite_url)


def test_audit(seen: Run, store: Database) -> None:
    """`seen audit` shows who asked what, where and when, and who was refused, newest first."""
    assert "Nobody has asked" in seen("audit").stdout
    with store.write() as connection:
        for hours, who, refused in ((400 * 24, "UOLD", None), (2, "UROSA", None), (1, "UGUS", "guest")):
            line = Asked(
                at=NOW - timedelta(hours=hours), who=who, way="command", question="1042\x1b[31m", refused=refused
            )
            asked.record(connection, line)
    ran = seen("audit")
    assert ran.returncode == 0
    assert ran.stdout.index("UGUS") < ran.stdout.index("UROSA")
    assert "refused: guest" in ran.stdout
    assert "UOLD" not in ran.stdout
    assert "\x1b" not in ran.stdout
    (line,) = [json.loads(one) for one in seen("audit", "--who", "UROSA", "--json").stdout.splitlines()]
    assert line == {
        "at": (NOW - timedelta(hours=2)).isoformat().replace("+00:00", "Z"),
        "who": "UROSA",
        "where": None,
        "how": "command",
        "what": "1042\x1b[31m",
        "refused": None,
    }


def _know_an_email(store: Database) -> None:
    from bot.postmark.rows import message
    from store import messages

    row = {
        "MessageID": ID,
        "MessageStream": "outbound",
        "To": [{"Email": MARIA, "Name": "Maria Voss"}],
        "Recipients": [MARIA],
        "ReceivedAt": (NOW - timedelta(hours=5)).isoformat(),
        "Subject": "Your quote for job 1042",
    }
    known = message(row, server="office")
    assert known is not None
    with store.write() as connection:
        messages.save(connection, [known])


@pytest.mark.parametrize(("word", "said"), [("seen", Said.SEEN), ("not-seen", Said.NOT_SEEN)])
def test_feedback(seen: Run, store: Database, word: str, said: Said) -> None:
    """`seen feedback` keeps what somebody knows of an email, with the verdict as it is."""
    _know_an_email(store)
    ran = seen("feedback", ID, "Maria Voss <MARIA@oakleaf.example>", word)
    assert ran.returncode == 0, ran.stderr
    assert "Kept" in ran.stdout
    with store.read() as connection:
        (mark,) = marks.standing(connection)
    assert (mark.message_id, mark.recipient_key, mark.said, mark.seen) == (ID, MARIA, said, said is Said.SEEN)
    assert (mark.way, mark.verdict.value) == ("command_line", "in_transit")


def test_feedback_on_what_nobody_knows(seen: Run, store: Database) -> None:
    """Feedback on an unknown email, or on somebody who did not get it, ends with 3."""
    assert seen("feedback", ID, MARIA, "seen").returncode == 3
    _know_an_email(store)
    assert seen("feedback", ID, "tom@reed.example", "seen").returncode == 3


def test_feedback_that_says_nothing(seen: Run) -> None:
    """Anything but seen and not-seen ends with 2, and says what to write."""
    ran = seen("feedback", ID, MARIA, "maybe")
    assert ran.returncode == 2
    assert "not-seen" in ran.stderr
