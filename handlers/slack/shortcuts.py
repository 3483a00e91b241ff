"""Shortcuts: "Did the customer see it?" on any message, and a small form from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.replies.blocks import ask_subject, form_modal, not_understood
from bot.replies.blocks.actions import Shortcut
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Place, Whisper
from bot.slack.subjects import Spot, Unclear, typed, without_mentions, words_of
from handlers.slack.services import Services, user_of
from store.records import NotUnderstood, Question

CHECK, FORM = "message_shortcut", "form"


def register(app: App, services: Services) -> None:
    """Listens for both shortcuts."""

    @app.shortcut({"callback_id": Shortcut.CHECK_MESSAGE.value, "type": "message_action"})
    def check(ack: Ack, body: dict[str, Any]) -> None:
        message = body.get("message") or {}
        asker = Asker(user_of(body), (body.get("channel") or {}).get("id"))
        place = _beside(services, body, message, asker)
        services.hand_over(ack, lambda: check_message(services, asker, message, place), doing=CHECK, place=place)

    @app.shortcut({"callback_id": Shortcut.ASK.value, "type": "shortcut"})
    def form(ack: Ack, body: dict[str, Any]) -> None:
        open_form(services, ack, body)


def open_form(services: Services, ack: Ack, body: Mapping[str, Any]) -> None:
    """Opens the form for a question."""
    trigger = str(body.get("trigger_id") or "")
    place = services.whisper({"user": user_of(body)})

    def work() -> None:
        services.prompt.views_open(trigger_id=trigger, view=form_modal())

    services.hand_over(ack, work, doing=FORM, place=place)


def check_message(services: Services, asker: Asker, message: Mapping[str, Any], place: Place) -> None:
    """Answers about what a message names; where it names much, asks which; where nothing, what its thread is about."""
    text = without_mentions(words_of(message))
    if not services.lets_in(asker, way=CHECK, text="", place=place):
        return
    found = _question(services, asker, text, str(message.get("thread_ts") or message.get("ts") or ""))
    match found:
        case Question():
            services.desk.answer(Inquiry(question=found, who=asker.user, way=CHECK, channel=asker.channel), place)
        case Unclear(candidates=()):
            place.say(not_understood(found.understood))
        case Unclear():
            place.say(ask_subject(found.candidates, thread=place.thread))


def _question(services: Services, asker: Asker, text: str, thread: str) -> Question | Unclear:
    understood = services.reading.question(text)
    if isinstance(understood, Question):
        return understood
    if named := services.reading.named(text):
        return Unclear(tuple(map(typed, named)), _short(understood))
    return services.subjects.find("", Spot(asker.channel or "", thread), alone=asker.user)


def _short(understood: NotUnderstood) -> NotUnderstood:
    return NotUnderstood("", understood.understood, understood.example)


def _beside(services: Services, body: Mapping[str, Any], message: Mapping[str, Any], asker: Asker) -> Place:
    """For the asker alone; in the message's thread, where it has one. It is shared under the message in any case."""
    url = str(body.get("response_url") or "")
    if not url:
        return services.whisper(body)
    thread, ts = (str(message.get(name) or "") or None for name in ("thread_ts", "ts"))
    return Whisper(
        services.clients, url, thread=thread or ts, has_thread=thread is not None, can_share=not asker.is_alone
    )
