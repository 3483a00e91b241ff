"""An hour of the firm's day, minute by minute: the real Seen says what is to be said, changes it, and closes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.demo import tour, web
from bot.demo.days import Ahead, Chore
from bot.demo.drawing import draw
from bot.demo.living import Firm
from bot.demo.story import Act, Email
from bot.sandbox.slack import Message, Slack
from bot.settings import Settings
from tests.browser import Browser
from tests.demo.hour import THE_DAY_BEFORE, Watcher, show, watch_the_beginning

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
PICTURES = Path(__file__).parents[1] / "output" / "hour"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is set."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)


@dataclass
class Morning:
    """A firm just before it opens."""

    firm: Firm
    slack: Slack
    ahead: Ahead

    def go_on(self, minutes: int) -> None:
        """Lets so many minutes pass, one by one."""
        for _ in range(minutes):
            self.firm.clock.jump(self.firm.clock.now() + MINUTE)
            self.firm.live_on()

    def go_to(self, minute: int) -> None:
        """Goes to a minute after the opening."""
        self.go_on(round((self.ahead.first.opens_at + minute * MINUTE - self.firm.clock.now()) / MINUTE))

    def alerts(self, email: Email) -> list[Message]:
        """The posts about an email in the channel of alerts, its thread left out."""
        about = email.invoice or email.job
        mine = [each for each in self.slack.messages(web.ALERTS) if about in each.text and not each.in_thread]
        return [each for each in mine if "out of time today" not in each.text and "gone out since" not in each.text]

    def due_first(self) -> Email:
        """The email of the days before that is opened in the hour."""
        return next(email for email in self.ahead.earlier if self._in_the_hour(email, Act.OPENED))

    def _in_the_hour(self, email: Email, act: Act) -> bool:
        opens_at = self.ahead.first.opens_at
        return any(deed.act is act and opens_at < deed.at < opens_at + 60 * MINUTE for deed in email.deeds)


@contextmanager
def morning(url: str, seed: int = 1) -> Iterator[Morning]:
    """Two weeks have passed, with Seen looking on."""
    story = draw(seed, NOW)
    ahead = Ahead.of(story, NOW)
    with (
        build(Settings(database_url=SecretStr(url))) as app,
        tour.scene_of(app, story, ahead) as scene,
        tour.playing(app, story, tour.take(app, story, *ahead.emails), NOW, scene) as (_, play),
    ):
        firm = tour.firm_of(scene, play, ahead)
        for _ in tour.past(story, play, NOW, firm, ahead):
            pass
        firm.begin(ahead.first)
        yield Morning(firm, scene.slack, ahead)


def test_an_hour_of_the_day(sqlite_url: str) -> None:
    """The digest comes with the opening; alerts appear when emails fall due, change when somebody looks or calls, and
    are one where one firm refuses five; who watches an email is told; nothing is said twice.
    """
    with morning(sqlite_url) as day:
        before = len(day.slack.messages(web.ALERTS))
        day.go_to(2)
        (digest,) = day.slack.messages(web.ALERTS)[before:]
        assert "out of time today" in digest.text
        assert "image" in {block["type"] for block in digest.blocks}

        day.go_to(6)
        adam = day.slack.person("adam")
        day.slack.until(lambda: any("I watch" in message.text for message in adam.sees("office")))

        due = day.due_first()
        day.go_to(12)
        (alert,) = day.alerts(due)
        assert alert.text.startswith("No reliable sign")
        assert alert.edited_ts is None
        day.go_to(18)
        (changed,) = day.alerts(due)
        assert changed.ts == alert.ts
        assert changed.text.startswith(("Seen.", "Very likely seen."))
        assert changed.edited_ts is not None

        day.go_to(30)
        burst = [each for each in day.slack.messages(web.ALERTS) if each.text.startswith("5 emails to")]
        assert len(burst) == 1
        day.go_to(36)
        called = next(doing.email for doing in day.ahead.first.doings if doing.chore is Chore.CALLED)
        day.slack.until(lambda: ["called" in each.text.lower() for each in day.alerts(called)] == [True])
        watched = next(doing.email for doing in day.ahead.first.doings if doing.chore is Chore.WATCHES)
        told = [message for message in adam.sees() if watched.job in message.text]
        assert len(told) == 1
        assert "clicked" in told[0].text

        day.go_to(60)
        keys = [key for message in day.slack.messages(web.ALERTS) for key in _keys(message)]
        assert len(set(keys)) == len(keys)


def test_somebody_watches_it(browser: Browser, sqlite_url: str) -> None:
    """On the page the firm's clock can be held and let run; the digest with its picture comes by itself, then an alert,
    and it is changed in place when the customer opens the email.
    """
    watcher = Watcher(browser, PICTURES)
    visited: list[str] = []

    def visit(url: str) -> None:
        watch_the_beginning(watcher, url)
        assert browser.complaints == []
        visited.append(url)

    show(sqlite_url, THE_DAY_BEFORE, visit)
    assert len(visited) == 1


def test_a_night_is_jumped_over(sqlite_url: str) -> None:
    """After closing the firm goes on with the next business day's morning, and its digest."""
    with morning(sqlite_url) as day:
        day.go_to(2)
        day.firm.reach(day.ahead.first.closes_at + 45 * MINUTE)
        before = len(day.slack.messages(web.ALERTS))
        day.firm.live_on()
        assert day.firm.clock.now() == day.ahead.first.opens_at + timedelta(days=1) - 3 * MINUTE
        day.go_on(15)  # what fell due in the evening is said first
        digests = [each for each in day.slack.messages(web.ALERTS)[before:] if "gone out since" in each.text]
        assert len(digests) == 1


def _keys(message: Message) -> list[str]:
    """The keys of the notices that a post tells of."""
    return list((message.metadata or {}).get("event_payload", {}).get("keys", ()))
