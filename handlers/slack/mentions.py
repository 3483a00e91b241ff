"""``@seen did they see the quote?``: answered in that thread. Direct messages work alike, without the mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App

from bot.question.words import BESIDE_THANKS, THANKS
from bot.replies.blocks import ask_subject, help_, not_understood
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Aside, Foretold, Place, Post
from bot.slack.subjects import Spot, Unclear, without_mentions
from handlers.slack import watching
from handlers.slack.commands import is_help
from handlers.slack.services import Body, Services
from handlers.slack.watching import Wishing
from store.records import Answer

MENTION, DIRECT_MESSAGE = "mention", "direct_message"
_TYPED = {None, "file_share", "thread_broadcast", "me_message"}
"""Kinds of messages that somebody has written: not changed, deleted, joined …"""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message to Seen."""

    asker: Asker
    text: str
    spot: Spot
    begins: bool
    """Whether it is the first of its thread."""
    at: datetime
    way: str

    @property
    def thread(self) -> str | None:
        """Where the answer goes; ``None``: into a direct conversation itself."""
        return self.spot.thread or None


def register(app: App, services: Services) -> None:
    """Listens for mentions and for direct messages."""

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], event: dict[str, Any]) -> None:
        take(services, body, event, MENTION)

    @app.event("message")
    def written(body: dict[str, Any], event: dict[str, Any]) -> None:
        take(services, body, event, DIRECT_MESSAGE)


def take(services: Services, body: Body, event: Mapping[str, Any], way: str) -> None:
    """Has a message answered, unless it is nobody's question."""
    event_id = str(body.get("event_id") or "")
    heard = hear(body, event, way)
    if heard is None:
        services.inbox.done(event_id)
        return
    aside = _aside(services, heard)
    place = Foretold(_openly(services, heard), lambda: services.inbox.answering(event_id))
    services.hand_in(lambda: answer(services, heard, place, aside), doing=way, place=aside, event_id=event_id)


def hear(body: Body, event: Mapping[str, Any], way: str) -> Heard | None:
    """The message, if somebody asks Seen with it; bots ask nothing, and channels are heard by mentions alone."""
    channel, user, ts = (str(event.get(name) or "") for name in ("channel", "user", "ts"))
    direct = channel.startswith("D")
    if not channel or not user or event.get("bot_id") or event.get("subtype") not in _TYPED:
        return None
    if direct is not (way == DIRECT_MESSAGE):
        return None
    thread = str(event.get("thread_ts") or ("" if direct else ts))
    shared = body.get("is_ext_shared_channel")
    return Heard(
        asker=Asker(user, channel, shared if isinstance(shared, bool) else None),
        text=str(event.get("text") or ""),
        spot=Spot(channel, thread),
        begins=thread == ts,
        at=_moment(ts),
        way=way,
    )


def answer(services: Services, heard: Heard, place: Place, aside: Place) -> None:
    """Answers a message, in a place that all see; ``aside`` is for whoever asked alone. For workers."""
    text = without_mentions(heard.text)
    # Slack marks a bot's messages as such, but not every one.
    if is_thanks(text) or services.access.is_machine(heard.asker):
        return
    if not services.lets_in(heard.asker, way=heard.way, text=text, place=aside, openly=True):
        return
    if is_help(text):
        aside.say(help_())
        return
    if watching.wished(services, Wishing(text, heard.asker, heard.way, place, heard.spot, begins=heard.begins)):
        return
    alone = heard.asker.user if heard.asker.is_alone else None
    found = services.subjects.find(text, heard.spot, alone=alone, begins=heard.begins)
    if isinstance(found, Unclear):
        begins = heard.begins or not heard.thread
        wants_example = begins and not found.candidates
        place.say(not_understood(found.understood) if wants_example else ask_subject(found.candidates))
        return

    def remember(answer: Answer) -> None:
        services.subjects.remember(heard.spot, answer, at=heard.at)

    inquiry = Inquiry(question=found, who=heard.asker.user, way=heard.way, channel=heard.spot.channel, found=remember)
    services.desk.answer(inquiry, place)


def is_thanks(text: str) -> bool:
    """Whether somebody only says thank you: nobody wants the same answer once more for that."""
    said = {word.strip(" !.,;:)(").casefold() for word in text.split()} - {""}
    return bool(said & THANKS) and said <= THANKS | BESIDE_THANKS


def _openly(services: Services, heard: Heard) -> Place:
    return Post(services.client, heard.spot.channel, thread=heard.thread)


def _aside(services: Services, heard: Heard) -> Place:
    if heard.asker.is_alone:
        return _openly(services, heard)
    return Aside(services.client, heard.spot.channel, heard.asker.user, thread=None if heard.begins else heard.thread)


def _moment(ts: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
