"""The demo's office in a stand-in Slack, with a page to talk to Seen on: the same doors, reached by signed requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.demo.clock import FirmClock
from bot.demo.days import IMPORTANT, Chore, Doing
from bot.demo.letters import FIRM, Kind
from bot.demo.living import Firm
from bot.demo.page import Offer, Page, Tip
from bot.demo.story import Email, Story
from bot.replies.blocks.actions import COMMAND, Action
from bot.sandbox.slack import NotPossible, Role, Slack
from bot.slack.manifest import manifest
from bot.unasked import Unasked
from store import events, notices
from store.addresses import domain_of, normalise
from store.database import Database

ALERTS = "important-emails"
"""The channel of alerts."""
_FILED_WITHIN = 2.0
_PATIENCE = timedelta(seconds=30)
"""For so long this Slack waits for Seen: a machine that is busy with the whole firm is no fault to be shown."""
USUAL_PORT = 8420
"""Where the page is, unless somebody else is there."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the firm's day is seen: its Slack, and its time."""

    slack: Slack
    clock: FirmClock
    database: Database
    _seen: list[Unasked] = field(default_factory=list)

    def take(self, unasked: Unasked) -> None:
        """Takes over what Seen does by itself."""
        self._seen.append(unasked)

    def look(self, *, learning: bool = False) -> bool:
        """Has Seen look at whatever is due by the firm's clock, once it has filed what came in."""
        patience = time.monotonic() + _FILED_WITHIN
        while self._is_filing() and time.monotonic() < patience:
            time.sleep(0.005)
        for unasked in self._seen:
            unasked.schedule.round(without=() if learning else ("learn",))
        with self.database.read() as connection:
            return notices.count_pending(connection) > 0

    def _is_filing(self) -> bool:
        with self.database.read() as connection:
            return events.are_waiting(connection)


@contextmanager
def scene(database: Database, timezone: str, begins_at: datetime) -> Iterator[Scene]:
    """The firm's workspace: its people and channels, with Seen installed."""
    clock = FirmClock(begins_at)
    with Slack(name=FIRM, now=clock.now) as slack:
        slack.install(manifest())
        slack.app.answer_within = _PATIENCE
        slack.add_person("rosa", "Rosa Lind", timezone=timezone)
        slack.add_person("adam", "Adam Fern", Role.ADMIN, timezone=timezone)
        slack.add_person("gus", "Gus Oakes", Role.GUEST, timezone=timezone)
        slack.add_person("sten", "Sten Ahl", Role.STRANGER, timezone=timezone)
        slack.add_channel("office", "rosa", "adam", "gus", "seen")
        slack.add_channel(ALERTS, "rosa", "adam", "seen")
        slack.add_channel("owners", "rosa", "adam", private=True)
        slack.add_channel("pump-supplier", "rosa", "adam", "sten", "seen", shared=True)
        yield Scene(slack, clock, database)


def settings_for(scene: Scene | None) -> Mapping[str, Any]:
    """The settings with which Seen works in this workspace, over HTTP. Without one it works in none."""
    if scene is None:
        return {"slack_bot_token": None, "slack_app_token": None, "slack_signing_secret": ()}
    slack = scene.slack
    return {
        "business_hours": "Mon-Fri 08:00-18:00",
        "holidays": None,
        "alert_channel": slack.workspace.place(ALERTS).channel_id,
        "important_tags": tuple(kind.value for kind in IMPORTANT),
        "alert_after": timedelta(hours=24),
        "digest": True,
        "slack_bot_token": SecretStr(slack.app.bot_token),
        "slack_app_token": None,
        "slack_signing_secret": (SecretStr(slack.app.signing_secret),),
        "slack_api_url": slack.api_url.rstrip("/"),
        "seen_allowed_channels": (),  # whoever is named in the settings is of another workspace
        "seen_allowed_users": (),
        "seen_unblock_users": (),
        "seen_rule_users": (),
        "seen_allow_guests": False,
        "seen_allow_shared_channels": False,
    }


def do(slack: Slack, doing: Doing) -> None:
    """Lets a colleague do a chore. Raises ``NotPossible``."""
    person, email = slack.person(doing.who), doing.email
    match doing.chore:
        case Chore.WATCHES:
            person.command(COMMAND, f"watch {email.job}", "office")
        case Chore.CALLED:
            about = email.invoice or email.job
            alerts = [
                each for each in person.sees(ALERTS) if about in each.text and Action.ALERT_CALLED in str(each.blocks)
            ]
            if not alerts:
                raise NotPossible(f"There is no alert about {about}.")
            person.presses(Action.ALERT_CALLED.value, on=alerts[-1])


def talk(slack: Slack, story: Story, now: datetime) -> None:
    """What the office said this morning, before the reader came."""
    quote = _latest(story, Kind.QUOTE)
    invoice = _latest(story, Kind.INVOICE)
    adam, rosa = slack.person("adam"), slack.person("rosa")
    lines = (
        (adam, "office", f"The quote for job {quote.job} went out to {quote.to.address}. Did they see it?"),
        (rosa, "office", f"And {invoice.to.name} says there never was an invoice {invoice.invoice}."),
        (adam, "pump-supplier", "Morning! The pumps are on their way to us."),
    )
    for number, (person, channel, text) in enumerate(lines):
        person.says(text, channel, at=now - timedelta(minutes=30 - 4 * number))


def offer(story: Story) -> Offer:
    """What people find of Seen in this workspace, and what to try first."""
    quote = _latest(story, Kind.QUOTE)
    domain = domain_of(normalise(story.people[0].address))
    first = next(asked.email for asked in story.asked if asked.email)
    short = [asked for asked in story.asked if len(asked.text) < 20 and " job" not in f" {asked.text}"]
    tips = [
        Tip(f"{COMMAND} {first.job}", "everything about one job"),
        *(Tip(f"{COMMAND} {asked.text}", asked.situation) for asked in short[:3]),
        Tip(f"{COMMAND} @{domain}", "everybody with such an address"),
        Tip(f"@seen was the quote for {quote.job} seen?", "asked in the open, answered in a thread"),
        Tip(COMMAND, "what can be asked"),
    ]
    return Offer.of(manifest(), tips)


@contextmanager
def page(scene: Scene, story: Story, firm: Firm) -> Iterator[Page]:
    """The page of the workspace, with the firm's day going on."""
    talk(scene.slack, story, scene.clock.now())
    scene.clock.run()
    with firm, Page(scene.slack, offer(story), first="rosa", port=USUAL_PORT, firm=firm) as opened:
        yield opened


def _latest(story: Story, kind: Kind) -> Email:
    return next(email for email in reversed(story.emails) if email.kind is kind)
