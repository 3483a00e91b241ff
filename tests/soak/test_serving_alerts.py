"""The whole server killed over its posts: what Postmark knows comes, is judged, and stands in Slack once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Slack
from store import rules
from store.alert_records import Rule, RuleChange, RuleDeed
from store.database import Database
from tests.soak.alerting import channels_of, pending, posts, workspace
from tests.soak.servers import Server

LEASE = 60.0
"""Seconds for which what a killed server had claimed waits: as in real life."""


@contextmanager
def postmark(tags: list[str], emails: int) -> Iterator[Sandbox]:
    """A stand-in that knows so many emails, an hour old, that nobody has opened."""
    now = datetime.now(UTC)
    with Sandbox(now=now - timedelta(hours=1), servers={"office": "token"}) as sandbox:
        for number in range(emails):
            address = f"customer{number}@firm{number}.example"
            sandbox.deliver(sandbox.send(address, f"Your quote {number}", tag=tags[number % len(tags)]))
        sandbox.clock.move_to(now)
        yield sandbox


def add_rules(database: Database, channels: list[str]) -> None:
    """A rule for each channel, for the emails that bear its name as a tag."""
    now = datetime.now(UTC)
    with database.write() as connection:
        for channel in channels:
            rule = Rule(rule_id=channel, name=channel, tags=(channel,), channel=channel)
            change = RuleChange(at=now, who="cli", rule_id=channel, deed=RuleDeed.ADDED, before=None, after=rule)
            assert rules.put(connection, rule, change)


def posted(slack: Slack) -> int:
    return sum(len(there) for there in list(slack.workspace.messages.values()))


def alerts_of(database: Database) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM alerts").scalar_one())


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_killed_over_their_posts(database_url: str, tmp_path: Path) -> None:
    """Two servers on one database, killed eight times while they post a thousand alerts: each stands there once."""
    emails, kills, draw, database = 1000, 8, random.Random(3), Database(database_url)
    with ExitStack() as stack:
        slack = stack.enter_context(workspace(100))
        channels = channels_of(slack)
        add_rules(database, channels)
        sandbox = stack.enter_context(postmark(channels, emails))
        settings = {
            "POSTMARK_SERVER_TOKEN": "office=token", "POSTMARK_API_URL": sandbox.url,
            "SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_API_URL": slack.api_url,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret, "ALERT_CHANNEL": channels[0],
            "BUSINESS_HOURS": "Mon-Sun 00:00-24:00", "ALERT_AFTER": "1m", "ALERTS_AT_ONCE": "50", "DIGEST": "false",
        }  # fmt: skip
        servers = [Server(database_url, tmp_path, **settings) for _ in range(2)]
        try:
            for server in servers:
                server.start()
            for kill in range(kills):
                while posted(slack) < emails * 0.9 * (kill + draw.random()) / kills:
                    time.sleep(0.01)
                time.sleep(draw.uniform(0, 0.3))
                victim = draw.choice(servers)
                victim.kill()
                victim.start()
            ends = time.monotonic() + 5 * LEASE + emails
            while pending(database) or alerts_of(database) < emails:
                assert time.monotonic() < ends, f"{pending(database)} are still not said"
                time.sleep(1)
        finally:
            for server in servers:
                server.stop()
        told = Counter(key for some in posts(slack).values() for _, keys in some for key in keys)
    database.dispose()
    lost, doubled = emails - len(told), sum(count - 1 for count in told.values())
    print(f"{emails} alerts, {kills} servers killed: {lost} lost, {doubled} doubled")  # noqa: T201 - the figures
    assert (lost, doubled) == (0, 0)
