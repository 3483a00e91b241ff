"""Events are told as Slack tells them: again when they were not taken, sometimes twice, sometimes late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.faults import Answer
from bot.sandbox.port import Port, Request
from bot.sandbox.slack import Person, Slack
from tests.sandbox.slack import tiny


class Listener:
    """An app that writes down what it is told, and answers with what it was given to answer."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.answers: list[Answer] = []

    def __call__(self, request: Request) -> Answer:
        self.heard.append(request)
        return self.answers.pop(0) if self.answers else Answer(200, b"")

    def retries(self) -> list[str | None]:
        """Which try each request said it was."""
        return [request.headers.get("x-slack-retry-num") for request in self.heard]


@pytest.fixture
def listener(slack: Slack) -> Iterator[Listener]:
    listener = Listener()
    port = Port(listener)
    port.open()
    slack.connect(f"{port.url}/slack/events")
    yield listener
    port.close()


def test_what_is_not_taken_is_told_three_times_more(slack: Slack, rosa: Person, listener: Listener) -> None:
    """A failed event comes again at once, after one minute and after five, with its number and reason, then no more."""
    listener.answers = [Answer(500, b"")] * 5
    (told,) = rosa.says("@seen 1042", "office").told
    assert listener.retries() == [None, "1"]
    slack.forward(timedelta(minutes=1))
    slack.forward(timedelta(minutes=4))
    assert listener.retries() == [None, "1", "2"]
    slack.forward(timedelta(minutes=1))
    slack.forward(timedelta(hours=1))
    assert listener.retries() == [None, "1", "2", "3"]
    assert {request.headers.get("x-slack-retry-reason") for request in listener.heard[1:]} == {"http_error"}
    assert {request.body for request in listener.heard} == {listener.heard[0].body}
    assert told.due is None


def test_an_app_can_ask_not_to_be_told_again(rosa: Person, listener: Listener) -> None:
    """X-Slack-No-Retry on a refusal ends the tries."""
    listener.answers = [Answer(401, b"", {"X-Slack-No-Retry": "1"})]
    rosa.says("@seen 1042", "office")
    assert listener.retries() == [None]


def test_an_event_can_come_twice(slack: Slack, rosa: Person, listener: Listener) -> None:
    """An event that was taken can be told once more, by the same ID."""
    (told,) = rosa.says("@seen 1042", "office").told
    slack.events.tell_again(told)
    assert listener.retries() == [None, "1"]
    assert listener.heard[0].body == listener.heard[1].body


def test_events_can_be_held_back_and_told_in_another_order(slack: Slack, rosa: Person, listener: Listener) -> None:
    """Held events arrive when and in which order the test wishes."""
    with slack.holding_events() as held:
        rosa.says("@seen first", "office")
        rosa.says("@seen second", "office")
        assert listener.heard == []
    for told in reversed(held):
        slack.events.tell(told)
    assert [b"second" in request.body for request in listener.heard] == [True, False]


def test_an_event_can_be_an_hour_old(slack: Slack, rosa: Person, listener: Listener) -> None:
    """A message written an hour ago says so in its event."""
    hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    (told,) = rosa.says("@seen 1042", "office", at=hour_ago).told
    assert told.body["event_time"] == hour_ago.timestamp()


def test_only_what_was_subscribed_is_told(slack: Slack, rosa: Person, listener: Listener) -> None:
    """Channel messages reach an app that subscribed to them, and no other."""
    assert rosa.says("hello", "office").told == ()
    slack.app.events.add("message.channels")
    assert len(rosa.says("hello", "office").told) == 1


def test_the_address_of_an_app_is_verified(slack: Slack, listener: Listener) -> None:
    """Slack believes an address only when it repeats the challenge; Bolt does."""
    assert not slack.verify_url()
    with tiny.serving(slack, tiny.bolt(slack)):
        assert slack.verify_url()
