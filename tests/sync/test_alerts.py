"""Alerts and sync together: nobody is alerted of a silence that was none, and whoever could not look says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox import Sandbox, readers
from bot.sandbox.slack import Slack
from bot.slack.scopes import NEEDED, OPTIONAL
from store import wanted
from store.database import Database
from tests.alerts.firm import NINE, Firm, said
from tests.sync.office import BEN, HOUR, MARIA, MINUTE, SECOND, TOKENS, Office

QUOTE = '<a href="https://portal.alder.example/q/1042">Quote</a>'


class Both:
    """A firm that hears of its emails by sync alone, and speaks up about quotes that stay without a sign."""

    def __init__(self, database: Database, sandbox: Sandbox, slack: Slack) -> None:
        self.sandbox, self.office, self.firm = sandbox, Office(database, sandbox), Firm(database, slack)
        self.firm.with_needs(
            unchecked_since=self.office.sync.unchecked_since,
            want=lambda connection, ids, now: wanted.want(connection, ids, now=now),
        )
        self.firm.rule(hours="Mon-Sun 00:00-24:00")

    def live(self, by: timedelta, *, sync: bool = True) -> None:
        until = self.office.now + by
        while self.office.now < until:
            self.sandbox.clock.forward(MINUTE)
            if sync:
                self.office.work()
            self.firm.tick(self.office.now)

    def alerted(self) -> str:
        return "\n".join(said(message) for message in self.firm.posts())


@pytest.fixture
def both(database: Database) -> Iterator[Both]:
    with Sandbox(now=NINE, servers=TOKENS) as sandbox, Slack(name="Alder") as slack:
        slack.app.scopes = {scope.value for scope in (*NEEDED, *OPTIONAL)}
        slack.add_person("rosa", "Rosa Lind")
        for name in ("office", "fallback"):
            slack.add_channel(name, "rosa", "seen")
        yield Both(database, sandbox, slack)


@pytest.mark.parametrize("outage", [30 * MINUTE, 12 * HOUR])
def test_no_false_alert_after_an_outage(both: Both, outage: timedelta) -> None:
    """A click during an outage is fetched before the silence is judged; the email nobody looked at is still told of."""
    sandbox = both.sandbox
    clicked = sandbox.send(MARIA, "Your quote for job 1042", tag="quote", html=QUOTE)
    silent = sandbox.send(BEN, "Your quote for job 1043", tag="quote", html=QUOTE)
    for message_id in (clicked, silent):
        sandbox.deliver(message_id, at=NINE + 4 * SECOND)
    both.live(100 * MINUTE)
    assert both.alerted() == ""
    sandbox.clock.forward(outage / 2)
    sandbox.click(clicked, MARIA, by=readers.PHONE)
    sandbox.clock.forward(outage / 2)
    both.firm.with_needs(began_at=both.office.now)
    for _ in range(3):  # Seen is back, and thinks before it has asked
        both.firm.tick(both.office.now)
    assert both.alerted() == ""
    both.live(3 * MINUTE)
    assert "1042" not in both.alerted()
    assert "1043" in both.alerted()


def test_an_alert_says_that_postmark_could_not_be_asked(both: Both) -> None:
    """While Postmark is down a silence is not judged; after two hours it is told of, with a word on that."""
    both.sandbox.send(MARIA, "Your quote for job 1042", tag="quote", html=QUOTE)
    both.live(90 * MINUTE)
    with both.sandbox.fault("500"):
        both.live(100 * MINUTE)
        assert both.alerted() == ""
        both.live(60 * MINUTE)
    assert "1042" in both.alerted()
    assert "haven't been able to ask Postmark since" in both.alerted()
