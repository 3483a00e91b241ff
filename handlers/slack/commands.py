"""``/seen …``: acknowledged at once, answered for the asker alone."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.question.words import HELP
from bot.replies.blocks import help_, not_understood
from bot.replies.blocks.actions import COMMAND
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Whisper
from bot.slack.subjects import without_mentions
from handlers.slack import orders
from handlers.slack.orders import Ordered
from handlers.slack.services import Services
from store.records import NotUnderstood

WAY = "command"


def register(app: App, services: Services) -> None:
    """Listens for the command."""

    @app.command(COMMAND)
    def seen(ack: Ack, body: dict[str, Any]) -> None:
        asker = Asker(str(body.get("user_id") or ""), body.get("channel_id"))
        url = str(body.get("response_url") or "")
        place = Whisper(services.clients, url, can_share=not asker.is_alone) if url else services.whisper(body)
        text = without_mentions(str(body.get("text") or ""))
        ordered = Ordered(text, asker, place, str(body.get("trigger_id") or ""))
        services.hand_over(ack, lambda: ask(services, ordered), doing=WAY, place=place)


def ask(services: Services, ordered: Ordered) -> None:
    """Answers a command's text."""
    text, asker, place = ordered.text, ordered.asker, ordered.place
    if not services.lets_in(asker, way=WAY, text=text, place=place):
        return
    if is_help(text):
        place.say(help_())
        return
    if orders.obeyed(services, ordered):
        return
    question = services.reading.question(text)
    if isinstance(question, NotUnderstood):
        place.say(not_understood(question))
        return
    services.desk.answer(Inquiry(question=question, who=asker.user, way=WAY, channel=asker.channel), place)


def is_help(text: str) -> bool:
    """Whether somebody wants to know what can be asked."""
    return text.strip(" ?!.").casefold() in HELP
