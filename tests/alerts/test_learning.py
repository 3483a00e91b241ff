"""Judging many emails of a young firm learns its customers' habits once, and not for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot import app as application
from bot.app import App
from bot.sandbox.slack import Slack
from bot.settings import Settings
from store.alert_records import Notice, NoticeKind
from tests.alerts.firm import DAY, NINE, Firm, at


@pytest.fixture
def app(small_firm: Firm, sqlite_url: str, slack: Slack) -> Iterator[App]:
    """Seen itself, for a firm whose rule has a dozen emails that are due."""
    small_firm.rule(after=timedelta(hours=1), hours="Mon-Sun 00:00-24:00")
    for number in range(12):
        small_firm.send(f"m{number}", f"p{number}@firm{number}.example", when=NINE - DAY)
    settings = Settings.model_validate(
        {
            "database_url": sqlite_url,
            "slack_bot_token": slack.app.bot_token,
            "slack_api_url": slack.api_url.rstrip("/"),
            "alert_channel": small_firm.channel("office"),
        }
    )
    with application.build(settings) as seen:
        assert seen.alerts is not None
        while seen.alerts.enroll(NINE):
            pass
        yield seen


def _decide(app: App) -> None:
    assert app.alerts is not None
    app.alerts.plan(NINE)


def _prepare(app: App) -> None:
    assert app.alerts is not None
    notice = Notice(key="n", kind=NoticeKind.ALERT, channel="C0OFFICE", about="none", due_at=NINE)
    app.alerts.content[NoticeKind.ALERT].prepare([notice], now=at("9:01"))


@pytest.mark.parametrize("step", [_decide, _prepare])
def test_habits_are_learned_before_anything_is_judged(app: App, step: Callable[[App], None]) -> None:
    """Deciding about alerts, and looking again before they are told, use what was learned and kept once."""
    assert app.learning.lesson() is None
    step(app)
    assert app.learning.lesson() is not None
