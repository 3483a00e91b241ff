"""A digest in Slack: one message with its picture, however many processes say it and whatever happens to them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.notices import Notices
from bot.replies import chart as charts
from bot.sandbox.slack import Slack
from bot.slack.clients import Clients
from bot.slack.pictures import Pictures
from bot.slack.posting import Posting
from store.alert_records import NoticeKind, Rest
from store.database import Database
from store.records import EventKind
from tests.digest.desk import CHANNEL, DAY, HOUR, MONDAY, Desk
from tests.rules.making import defaults

FRIDAY = MONDAY - 3 * DAY


class Clock:
    """The time at which everything here lives."""

    now = MONDAY

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[Slack]:
    with Slack(name="Alder", now=lambda: clock.now) as slack:
        slack.app.scopes |= {"files:write", "files:read", "channels:history"}
        slack.add_person("rosa", "Rosa Lind")
        slack.add_channel("office", "rosa", "seen")
        yield slack


class Process:
    """One process that looks and speaks."""

    def __init__(self, database: Database, slack: Slack) -> None:
        clients = Clients(slack.app.bot_token, slack.api_url)
        pictures = Pictures(clients.prompt())
        channel = slack.workspace.place("office").channel_id
        self.desk = Desk(database, {"defaults": defaults(channel=channel), "pictures": pictures})
        self._notices = Notices(database, Posting(clients), {NoticeKind.DIGEST: self.desk.digest})

    def tick(self, now: datetime) -> None:
        while self.desk.digest.plan(now):
            pass
        while self._notices.post(now):
            pass


@pytest.fixture
def processes(database: Database, slack: Slack) -> list[Process]:
    """Three of them, and a firm with enough mail for a curve."""
    made = [Process(database, slack) for _ in range(3)]
    desk = made[0].desk
    desk.rule()
    for number in range(charts.ENOUGH_BEFORE):
        sent = FRIDAY - (number % 20 + 1) * DAY
        desk.email(sent, EventKind.DELIVERY, rest=Rest.SEEN, sign=sent + 2 * HOUR)
    for _ in range(charts.ENOUGH):
        desk.email(FRIDAY + HOUR, EventKind.DELIVERY, due=MONDAY + 2 * HOUR)
    return made


def test_one_message_with_its_picture(processes: list[Process], slack: Slack) -> None:
    """Three processes that look at once say one digest; its picture can be seen, and it carries the digest's key."""
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda process: process.tick(MONDAY), processes))
    (message,) = slack.messages("office")
    assert message.text.startswith("10 important emails have no reliable sign yet and run out of time today.")
    (image,) = (block for block in message.blocks if block["type"] == "image")
    body = slack.workspace.files[image["slack_file"]["id"]].body
    assert body is not None
    assert body.startswith(b"\x89PNG")
    assert image["alt_text"].startswith("Share of emails")
    assert message.metadata is not None
    channel = slack.workspace.place("office").channel_id
    assert message.metadata["event_payload"]["keys"] == [f"digest|{channel}|2026-11-23"]


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
def test_words_alone_without_the_scope(processes: list[Process], slack: Slack, scope: str) -> None:
    """Where the app may not handle files, the digest comes all the same and says what the picture would have shown."""
    slack.app.scopes.discard(scope)
    processes[0].tick(MONDAY)
    (message,) = slack.messages("office")
    assert "image" not in {block["type"] for block in message.blocks}
    assert "usually it is about 10" in message.text


def test_a_digest_whose_answer_got_lost_is_not_said_twice(processes: list[Process], slack: Slack, clock: Clock) -> None:
    """When the connection breaks right after Slack took it, another process finds it and says nothing more."""
    slack.fault("cut", times=1, method="chat.postMessage")
    for minute in range(30):
        processes[minute % 3].tick(MONDAY + timedelta(minutes=minute))
        clock.pass_by(60)
    assert len(slack.messages("office")) == 1


def test_slack_down_at_the_opening(processes: list[Process], slack: Slack, clock: Clock) -> None:
    """While Slack is down at the opening it is tried again, and the digest comes once, later in the morning."""
    fault = slack.fault("503", method="chat.postMessage")
    for minute in range(0, 60, 10):
        processes[0].tick(MONDAY + timedelta(minutes=minute))
        clock.pass_by(600)
    fault.heal()
    for minute in range(60, 120, 10):
        processes[1].tick(MONDAY + timedelta(minutes=minute))
        clock.pass_by(600)
    assert len(slack.messages("office")) == 1


def test_the_next_morning_goes_on(processes: list[Process], slack: Slack) -> None:
    """A digest that was said is the beginning of the next one's stretch."""
    processes[0].tick(MONDAY)
    processes[1].desk.email(MONDAY + HOUR, EventKind.DELIVERY, due=MONDAY + 9 * DAY)
    processes[1].tick(MONDAY + DAY)
    first, second = slack.messages("office")
    assert "10 important emails have gone out" in first.text
    assert "1 important email has gone out since 23 Nov 2026 06:59 UTC" in second.text
    assert CHANNEL not in second.text
