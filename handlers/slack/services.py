"""What every Slack door uses: the services, and how a door hands its work over and says that something broke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.alerts.acting import Acting, Showing
from bot.evidence import Weighing
from bot.replies.blocks import Refusal, refusal, trouble, unconfirmed
from bot.rulebook import Rulebook
from bot.slack import trouble as troubles
from bot.slack.access import Access, Asker, Refused
from bot.slack.clients import LOST, Clients
from bot.slack.desk import Desk, Inquiry
from bot.slack.home import HomeDesk
from bot.slack.inbox import Inbox
from bot.slack.leaving import Leaving
from bot.slack.places import Place, Post, Whisper
from bot.slack.subjects import Reading, Subjects
from bot.slack.unblocking import Unblocking
from bot.slack.work import TooMuch, Work
from bot.watches import Watches
from handlers.slack.metrics import SlackMetrics
from store.database import Database
from store.records import Question, Trail

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything behind the doors."""

    database: Database
    clients: Clients
    client: WebClient
    """For workers: it waits when Slack asks it to."""
    prompt: WebClient
    """For windows, which Slack opens within three seconds or never."""
    access: Access
    inbox: Inbox
    desk: Desk
    subjects: Subjects
    reading: Reading
    unblocking: Unblocking
    home: HomeDesk
    watches: Watches
    rulebook: Rulebook
    acting: Acting
    alerts: Showing | None
    """``None``: nothing speaks up here."""
    leaving: Leaving
    lay_out: Callable[[Trail, datetime], Weighing]
    """The sum behind a verdict."""
    work: Work
    metrics: SlackMetrics
    now: Callable[[], datetime]

    # ── Handing over ─────────────────────────────────────────────────────────────────────────────────────────────

    def hand_over(self, ack: Ack, job: Callable[[], None], *, doing: str, place: Place) -> None:
        """Answers "I've got it", and has the job done by a worker. ``place`` is where its troubles are told.

        When there is too much to do, the answer says so instead.
        """
        try:
            self.work.submit(lambda: self._do(job, doing, place))
        except TooMuch:
            self.metrics.refused(doing, "busy")
            ack(**busy())
        else:
            ack()

    def hand_in(self, job: Callable[[], None], *, doing: str, place: Place, event_id: str) -> None:
        """The same for an event, which is answered already: it is marked as done afterwards."""

        def whole() -> None:
            try:
                self._do(job, doing, place)
            finally:
                self.inbox.done(event_id)

        try:
            self.work.submit(whole)
        except TooMuch:
            self.metrics.refused(doing, "busy")
            self.inbox.done(event_id)

    def _do(self, job: Callable[[], None], doing: str, place: Place) -> None:
        began = perf_counter()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user must hear of it
            self.metrics.failed(doing)
            reference = troubles.report(error, doing=doing)
            with suppress(Exception):  # it may be Slack itself that broke
                place.say(unconfirmed(reference) if isinstance(error, LOST) else trouble(reference))
        else:
            self.metrics.done(doing, perf_counter() - began)

    # ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────

    def lets_in(
        self, asker: Asker, *, way: str, text: str, place: Place, openly: bool = False, afresh: bool = False
    ) -> bool:
        """Whether somebody may have an answer; if not, they are told why, for themselves, and it is recorded."""
        refused = self.access.refusal(asker, openly=openly and not asker.is_alone, afresh=afresh)
        if refused is None:
            return True
        self.refuse(refused, asker, way=way, text=text, place=place)
        return False

    def refuse(self, refused: Refused, asker: Asker, *, way: str, text: str, place: Place) -> None:
        """Says no, kindly, and records it."""
        self.metrics.refused(way, refused.why.value)
        asked = Inquiry(question=Question(text=text, subjects=()), who=asker.user, way=way, channel=asker.channel)
        self.desk.record(asked, refused=refused.why.value)
        place.say(refusal(refused.why, **refused.facts))

    # ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────

    def whisper(self, body: Body, *, thread: str | None = None) -> Place:
        """For the one who asked: by the request's ``response_url``, or, where it has none, in direct messages."""
        url = body.get("response_url")
        user = user_of(body)
        if not url:
            return Post(self.client, user)
        return Whisper(self.clients, str(url), thread=thread)


def busy() -> dict[str, Any]:
    """What is said instead of "I've got it"."""
    said = refusal(Refusal.BUSY)
    return {"text": said.text, "blocks": list(said.blocks), "response_type": "ephemeral"}


def user_of(body: Body) -> str:
    """Who sent a command, pressed a button or submitted a window."""
    user = body.get("user")
    found = user.get("id") if isinstance(user, Mapping) else (user or body.get("user_id"))
    return str(found or "")
