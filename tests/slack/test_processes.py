"""Several Seens in one workspace, as real processes: each question answered once, also when one of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text, update

from bot.sandbox import Sandbox
from bot.sandbox.slack import Message, Person, Slack
from bot.serving import slack_side
from bot.settings import Settings
from bot.slack.inbox import Fate
from bot.slack.scopes import NEEDED
from handlers.slack.resuming import Resuming
from store import schema
from store.database import Database
from tests.slack.office import DAY, TOKEN, UNHURRIED, Office, people, said, send_mail


@dataclass
class Premises:
    """A workspace, some mail, and a database that processes share."""

    slack: Slack
    sandbox: Sandbox
    database: Database
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """One more Seen, once it is connected."""
        connected = self.slack.sockets.count
        command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.running.append(process)
        self.slack.until(lambda: self.slack.sockets.count > connected)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        self.slack.until(lambda: self.slack.sockets.count == sum(one.poll() is None for one in self.running))

    def answers(self, person: Person, asked: Message) -> list[Message]:
        return [one for one in person.thread(asked) if "Maria Lopez" in said(one) and "Looking" not in said(one)]

    def age(self, by: timedelta) -> None:
        """Lets events have been taken so much earlier."""
        with self.database.write() as connection:
            connection.execute(update(schema.slack_events).values(taken_at=datetime.now(UTC) - by))


@pytest.fixture
def premises(sqlite_url: str) -> Iterator[Premises]:
    """The premises, with nobody at work yet."""
    now = datetime.now(UTC)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(now=now - 20 * DAY, servers={"office": TOKEN}))
        send_mail(sandbox, now)
        slack = stack.enter_context(Slack(name="Alder"))
        slack.app.scopes = {scope.value for scope in NEEDED}
        slack.app.answer_within = UNHURRIED
        people(slack)
        ours = {name.upper() for name in Settings.model_fields}
        given = {
            "DATABASE_URL": sqlite_url,
            "POSTMARK_SERVER_TOKEN": f"office={TOKEN}",
            "POSTMARK_API_URL": sandbox.url,
            "SLACK_BOT_TOKEN": slack.app.bot_token,
            "SLACK_APP_TOKEN": slack.app.app_token,
            "SLACK_API_URL": slack.api_url.rstrip("/"),
            "ANSWER_BUDGET": str(UNHURRIED.total_seconds()),
            "PYTHONPATH": str(Path.cwd()),
        }
        environment = {name: value for name, value in os.environ.items() if name not in ours} | given
        database = Database(sqlite_url)
        stack.callback(database.dispose)
        there = Premises(slack, sandbox, database, environment)
        try:
            yield there
        finally:
            for process in there.running:
                process.kill()
                process.wait(60)


def test_two_at_once(premises: Premises) -> None:
    """Two Seens that share a database answer every mention and command once, whichever of them is asked."""
    premises.start()
    premises.start()
    rosa = premises.slack.person("rosa")
    asked = [rosa.says("@seen did they see the quote for 1042?", "office").message for _ in range(8)]
    for _ in range(8):
        rosa.command("/seen", "1042 quote", "office")
    premises.slack.until(lambda: all(premises.answers(rosa, one) for one in asked))
    premises.slack.until(lambda: sum(one.only_for is not None for one in rosa.sees("office")) == 8)
    assert [len(rosa.thread(one)) for one in asked] == [1] * 8


def test_a_question_outlives_the_process_that_took_it(premises: Premises) -> None:
    """Killed between a mention and its answer, Seen answers once it runs again: once, and nothing twice."""
    first = premises.start()
    rosa = premises.slack.person("rosa")
    answered = rosa.says("@seen 1042 quote", "office").message
    premises.slack.until(lambda: premises.answers(rosa, answered))
    premises.slack.fault("slow", seconds=8, method="users.info")
    asked = premises.slack.person("nils").says("@seen 1042 quote", "office").message
    premises.slack.until(lambda: _under_way(premises.database))
    premises.kill(first)
    premises.slack.heal()
    assert premises.answers(rosa, asked) == []
    premises.age(timedelta(minutes=1))
    premises.start()
    premises.slack.until(lambda: premises.answers(rosa, asked))
    premises.slack.until(lambda: not _under_way(premises.database))
    assert [len(rosa.thread(one)) for one in (answered, asked)] == [1, 1]


def _under_way(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM slack_events WHERE body IS NOT NULL")).scalar() or 0)


def test_what_may_have_been_answered_is_left_alone(alder: Office, rosa: Person) -> None:
    """What died while it was answering, or is being worked on, is not taken up again; what Slack sent isn't kept on."""
    with alder.slack.holding_events() as held:
        asked = rosa.says("@seen 1042", "office").message
    mention = next(event for event in held if event.body["event"]["type"] == "app_mention")
    side = slack_side(alder.app, CollectorRegistry())
    assert side is not None
    inbox, resuming = side.services.inbox, Resuming(side.app, side.services.inbox)
    assert inbox.take(mention.event_id, sent_at=None, body='{"type": "event_callback"}') is Fate.WORK
    resuming.look()
    assert rosa.thread(asked) == []
    inbox.answering(mention.event_id)
    with alder.database.write() as connection:
        connection.execute(text("UPDATE slack_events SET taken_at = '2020-01-01T00:00:00.000000+00:00'"))
    resuming.look()
    alder.tell(mention)
    assert 'fate="ignore"} 1.0' in alder.metrics()
    assert rosa.thread(asked) == []
    assert not _under_way(alder.database)
