"""The demo's office in a stand-in Slack, with a page to talk to Seen on: the same doors, reached by signed requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.demo.letters import FIRM, Kind
from bot.demo.page import Offer, Page, Tip
from bot.demo.story import Email, Story
from bot.replies.blocks.actions import COMMAND
from bot.sandbox.slack import Role, Slack
from bot.slack.manifest import manifest
from store.addresses import domain_of, normalise

USUAL_PORT = 8420
"""Where the page is, unless somebody else is there."""


@contextmanager
def office_slack(timezone: str) -> Iterator[Slack]:
    """The firm's workspace: its people and channels, with Seen installed."""
    with Slack(name=FIRM) as slack:
        slack.install(manifest())
        slack.add_person("rosa", "Rosa Lind", timezone=timezone)
        slack.add_person("adam", "Adam Fern", Role.ADMIN, timezone=timezone)
        slack.add_person("gus", "Gus Oakes", Role.GUEST, timezone=timezone)
        slack.add_person("sten", "Sten Ahl", Role.STRANGER, timezone=timezone)
        slack.add_channel("office", "rosa", "adam", "gus", "seen")
        slack.add_channel("owners", "rosa", "adam", private=True)
        slack.add_channel("pump-supplier", "rosa", "adam", "sten", "seen", shared=True)
        yield slack


def settings_for(slack: Slack | None) -> Mapping[str, Any]:
    """The settings with which Seen works in this workspace, over HTTP. Without one it works in none."""
    if slack is None:
        return {"slack_bot_token": None, "slack_app_token": None, "slack_signing_secret": ()}
    return {
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
def page(slack: Slack, story: Story, now: datetime) -> Iterator[Page]:
    """The page of the workspace."""
    talk(slack, story, now)
    with Page(slack, offer(story), first="rosa", port=USUAL_PORT) as opened:
        yield opened


def _latest(story: Story, kind: Kind) -> Email:
    return next(email for email in reversed(story.emails) if email.kind is kind)
