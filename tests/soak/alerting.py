"""Due alerts by the hundred, workers that are killed, and a Slack that counts."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.alerts.enrolling import enroll
from bot.alerts.planning import plan
from bot.sandbox.slack import Slack
from bot.slack.scopes import NEEDED, OPTIONAL
from store import events, messages, notices, rules
from store.alert_records import Rule, RuleChange, RuleDeed
from store.database import Database
from store.records import Arrival, Event, EventKind, Message, Recipient, Role
from tests.notices.saying import keys_of
from tests.soak.nursery import needs_of

_HOME = Path(__file__).parents[2]
SENT = timedelta(hours=1)
"""How long ago the emails went out."""


@contextmanager
def workspace(channels: int) -> Iterator[Slack]:
    """A stand-in Slack with so many channels that Seen is in."""
    with Slack(name="Alder") as slack:
        slack.app.scopes = {scope.value for scope in (*NEEDED, *OPTIONAL)}
        for number in range(channels):
            slack.add_channel(f"room{number}", "seen")
        yield slack


def channels_of(slack: Slack) -> list[str]:
    return [channel.channel_id for channel in slack.workspace.channels.values() if channel.name.startswith("room")]


def fill(database: Database, channels: Sequence[str], emails: int) -> None:
    """A rule for each channel, and so many emails, all due and silent, each of which some rule fits."""
    now = datetime.now(UTC)
    with database.write() as connection:
        for channel in channels:
            rule = Rule(rule_id=channel, name=channel, tags=(channel,), channel=channel)
            change = RuleChange(at=now, who="cli", rule_id=channel, deed=RuleDeed.ADDED, before=None, after=rule)
            assert rules.put(connection, rule, change)
        messages.save(connection, [_email(number, channels[number % len(channels)], now) for number in range(emails)])
        events.add(connection, [_delivery(number, now) for number in range(emails)])
        while events.file_new(connection, references=lambda message: ()):
            pass
    while enroll(needs_of(database), now):
        pass


def decide(database: Database) -> None:
    """Decides what is to be told of them."""
    while plan(needs_of(database), datetime.now(UTC)):
        pass


def _address(number: int) -> str:
    return f"customer{number}@firm{number}.example"


def _email(number: int, channel: str, now: datetime) -> Message:
    return Message(
        message_id=f"m{number}",
        sent_at=now - SENT,
        sender="office@alder.example",
        subject=f"Your quote {number}",
        tag=channel,
        stream="outbound",
        track_opens=True,
        track_links="HtmlOnly",
        has_html=True,
        recipients=(Recipient(_address(number), _address(number), None, Role.TO),),
    )


def _delivery(number: int, now: datetime) -> Arrival:
    event = Event(
        key=f"d{number}",
        kind=EventKind.DELIVERY,
        at=now - SENT + timedelta(seconds=4),
        message_id=f"m{number}",
        recipient=_address(number),
        recipient_key=_address(number),
    )
    return Arrival(event=event, received_at=now, raw=json.dumps({"n": number}))


class Nursery:
    """Workers that run the steps of alerts; any of them can be killed at any time, and another one takes its place."""

    def __init__(self, url: str, slack: Slack, folder: Path, **more: Any) -> None:
        self._log = folder / "workers.log"
        settings = {
            "database": url, "token": slack.app.bot_token, "api": slack.api_url, "log": str(self._log),
            "lease": 5.0, "pace": 0.0, "at_once": 10**6, "timeout": 1, "steps": ["plan", "post"], **more,
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.nursery", json.dumps(settings)],
            cwd=_HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._read() == "ready"
        self.workers: list[int] = []

    def begin(self, count: int) -> None:
        """Lets so many more workers begin."""
        for _ in range(count):
            assert self._process.stdin is not None
            self._process.stdin.write("\n")
            self._process.stdin.flush()
            self.workers.append(int(self._read()))

    def kill(self, draw: random.Random) -> None:
        """Kills a worker, whatever it is at, and lets another begin."""
        victim = self.workers.pop(draw.randrange(len(self.workers)))
        os.kill(victim, signal.SIGKILL)
        self.begin(1)

    def log(self) -> list[str]:
        """What workers have noted."""
        return self._log.read_text().splitlines() if self._log.exists() else []

    def close(self) -> None:
        for worker in self.workers:
            os.kill(worker, signal.SIGKILL)
        self._process.kill()
        self._process.wait(30)

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Moods:
    """Makes a Slack of changing moods: quick, late with accepting, late with answering, or gone before it answers."""

    def __init__(self, slack: Slack, draw: random.Random, *, longest: float) -> None:
        self._slack, self._draw, self._longest = slack, draw, longest
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._over.is_set():
            name = self._draw.choice(["", "late", "late", "slow", "slow", "cut", "500", "429"])
            if not name:
                self._over.wait(0.1)
                continue
            seconds = self._draw.uniform(0.02, self._longest)
            with self._slack.fault(name, method="chat.", seconds=seconds, retry_after=0.1):
                self._over.wait(self._draw.uniform(0.05, 0.2))


def pending(database: Database) -> int:
    """How many notices are not said yet, and how many emails nobody has decided about."""
    with database.read() as connection:
        undecided = connection.exec_driver_sql("SELECT count(*) FROM vigils WHERE look_at IS NOT NULL").scalar_one()
        return notices.count_pending(connection) + int(undecided)


def wait_until_said(database: Database, *, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while pending(database):
        assert time.monotonic() < ends, f"{pending(database)} are still not said"
        time.sleep(0.2)


def posts(slack: Slack) -> dict[str, list[tuple[float, list[str]]]]:
    """The posts of each channel as Slack has them: when, and which keys."""
    return {
        channel: [(float(message.ts), keys_of(message)) for message in slack.messages(channel)]
        for channel in channels_of(slack)
    }
