"""The Slack side of a running Seen: put together from what it needs, started and stopped with the server."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import CollectorRegistry
from slack_bolt import App

from bot.alerts.acting import Acting, Showing
from bot.evidence import Weighing
from bot.rulebook import Rulebook
from bot.rules.timing import Defaults
from bot.slack import trouble
from bot.slack.access import Access, Rules
from bot.slack.clients import UNREACHED, Clients
from bot.slack.desk import AskEmails, Desk
from bot.slack.home import HomeDesk
from bot.slack.inbox import Inbox
from bot.slack.leaving import Leaving
from bot.slack.signatures import Signatures, real_now
from bot.slack.subjects import Reading, Subjects
from bot.slack.unblocking import Unblocking
from bot.slack.work import Work
from bot.watches import Watches
from handlers.slack.app import create_app
from handlers.slack.door import SlackDoor
from handlers.slack.metrics import SlackMetrics
from handlers.slack.resuming import Resuming
from handlers.slack.services import Services
from handlers.slack.socket import Socket
from store.database import Database
from store.errors import StoreError
from store.records import Trail

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

log = structlog.get_logger(__name__)

PROMPT_THREADS, PROMPT_WAITING = 16, 500
"""For what reads the own store and speaks to Slack."""
SLOW_THREADS, SLOW_WAITING = 12, 500
"""For what waits for Postmark."""
LAST_WORK = 5.0
"""Seconds for which a stop waits for answers under way."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the Slack side is made of."""

    database: Database
    ask_emails: AskEmails
    lay_out: Callable[[Trail, datetime], Weighing]
    """The sum behind a verdict."""
    postmark: Postmark | None
    clients: Clients
    rules: Rules
    """Who may ask."""
    rulebook: Rulebook
    """The rules for alerts."""
    timezone: ZoneInfo
    pattern: re.Pattern[str]
    registry: CollectorRegistry
    now: Callable[[], datetime]
    signed_now: Callable[[], datetime] = real_now
    """The real time, which Slack's signatures carry, whatever time it is otherwise."""
    signing_secrets: Sequence[str] = field(default=(), repr=False)
    app_token: str | None = field(default=None, repr=False)
    """With it Slack is reached by Socket Mode."""
    defaults: Defaults
    """What rules leave to the settings."""
    alerts: Showing | None = None
    schedule: Callable[[], str | None] | None = None
    """What is wrong with what is done unasked; without it nothing is."""
    shown_settings: Sequence[tuple[str, str]] = ()
    """What the Home tab says is set."""


class SlackSide:
    """Everything for Slack. ``door`` is what ``POST /slack/events`` leads to."""

    def __init__(self, needs: Needs) -> None:
        self._slow = Work("slack-slow", threads=SLOW_THREADS, waiting=SLOW_WAITING)
        self._work = Work("slack-work", threads=PROMPT_THREADS, waiting=PROMPT_WAITING)
        self.metrics = SlackMetrics(needs.registry)
        self.services = _services(needs, self._work, self._slow, self.metrics)
        self.app: App = create_app(self.services)
        self.door = SlackDoor(self.app, Signatures(needs.signing_secrets, now=needs.signed_now), self.metrics)
        token, url = needs.app_token, needs.clients.api_url
        self._resuming = Resuming(self.app, self.services.inbox)
        self.socket = Socket(self.app, token=token, api_url=url) if token else None
        self.metrics.watch_queue("prompt", lambda: self._work.waiting)
        self.metrics.watch_queue("slow", lambda: self._slow.waiting)

    def start(self) -> None:
        """Begins to listen, and tries the token in the background: Seen starts while Slack is down."""
        threading.Thread(target=self._try_token, name="slack-token", daemon=True).start()
        self._resuming.start()
        if self.socket:
            self.socket.start()

    def stop(self) -> None:
        """Takes nothing more, and gives answers under way a moment."""
        if self.socket:
            self.socket.stop()
        self._resuming.stop()
        if not (self._work.close(LAST_WORK) and self._slow.close(LAST_WORK)):
            log.warning("slack answers left unfinished", waiting=self._work.waiting + self._slow.waiting)
        self.door.close()
        self.app.listener_runner.listener_executor.shutdown(wait=False)

    def probe(self) -> str | None:
        """For ``/readyz``: whether Slack can reach us by Socket Mode."""
        return "not connected to Slack" if self.socket and not self.socket.is_connected else None

    def _try_token(self) -> None:
        try:
            us = self.services.client.auth_test()
            self.services.leaving.arrived(str(us.get("team_id") or ""))
        except (*UNREACHED, StoreError) as error:
            trouble.report(error, doing="trying SLACK_BOT_TOKEN")


def _services(needs: Needs, work: Work, slow: Work, metrics: SlackMetrics) -> Services:
    database, now, client = needs.database, needs.now, needs.clients.patient()
    reading = Reading(needs.timezone, needs.pattern, now)

    def broken(error: BaseException) -> None:
        metrics.failed("refining")
        trouble.report(error, doing="refining an answer")

    access = Access(client, needs.rules)
    return Services(
        database=database,
        clients=needs.clients,
        client=client,
        prompt=needs.clients.prompt(),
        access=access,
        inbox=Inbox(database, now=now),
        desk=Desk(database, needs.ask_emails, needs.postmark is not None, slow, now, broken),
        subjects=Subjects(database, client, reading, is_us=access.is_us),
        reading=reading,
        unblocking=Unblocking(database, needs.postmark, now),
        home=HomeDesk(database, needs.postmark, needs.shown_settings, now, needs.schedule),
        rulebook=needs.rulebook,
        watches=Watches(database, needs.ask_emails, reading, access, now),
        acting=Acting(database, needs.defaults, now),
        alerts=needs.alerts,
        leaving=Leaving(database),
        lay_out=needs.lay_out,
        work=work,
        metrics=metrics,
        now=now,
    )
