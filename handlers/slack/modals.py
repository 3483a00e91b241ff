"""What comes back from windows: the form for a question, and "handled" with a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.replies import words as say
from bot.replies.blocks import Deed, Refusal, SlackClock, What, done_line, refusal
from bot.replies.blocks.actions import COMMAND, Field, Value, View
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import NotTold, Place, Post
from handlers.slack import alerts
from handlers.slack.clicks import Origin, metadata
from handlers.slack.services import Services, user_of
from handlers.slack.shortcuts import FORM
from store.alert_records import trail_key
from store.records import NotUnderstood, Question

HANDLED = "handled"


def register(app: App, services: Services) -> None:
    """Listens for submitted windows."""

    @app.view(View.FORM.value)
    def asked(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        question = services.reading.question(_typed(view, Field.QUESTION))
        if isinstance(question, NotUnderstood):
            error = " ".join(say.not_understood(question, command=COMMAND))
            ack(response_action="errors", errors={Field.QUESTION.value: error})
            return
        asker = Asker(user_of(body))
        place = Post(services.client, asker.user)
        services.hand_over(ack, lambda: answer(services, asker, question, place), doing=FORM, place=place)

    @app.view(View.HANDLED.value)
    def handled(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        mark_as_handled(services, ack, body, view, _typed(view, Field.NOTE))

    @app.view(View.SNOOZE.value)
    def snoozed(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        alerts.snoozed(services, ack, body, view)

    @app.view(View.DRAFT.value)
    def drafted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        mark_as_handled(services, ack, body, view, "")


def answer(services: Services, asker: Asker, question: Question, place: Place) -> None:
    """Answers the form's question in direct messages. For workers."""
    if services.lets_in(asker, way=FORM, text=question.text, place=place, afresh=True):
        services.desk.answer(Inquiry(question=question, who=asker.user, way=FORM), place)


def mark_as_handled(services: Services, ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any], note: str) -> None:
    """Notes who handled an email, and shows it where the button was."""
    origin, value = metadata(view)
    asker = Asker(user_of(body), origin.channel)
    place = Post(services.client, asker.user)

    def work() -> None:
        text = value.question or value.message_id or "" if value else ""
        if services.lets_in(asker, way=HANDLED, text=text, place=place, openly=origin.is_open, afresh=True):
            _handle(services, asker, origin, value, note)

    services.hand_over(ack, work, doing=HANDLED, place=place)


def _handle(services: Services, asker: Asker, origin: Origin, value: Value | None, note: str) -> None:
    direct = Post(services.client, asker.user)
    found = services.desk.entry(value) if value else None
    if value is None or found is None:
        direct.say(refusal(Refusal.GONE))
        return
    done, ended = services.acting.handled(trail_key(found[1].trail), asker.user, note)
    alerts.show_all(services, ended)
    if value.about:
        if not ended:
            alerts.say_over(services, value, direct)
    elif not _shown(services, asker, origin, value):
        deed = Deed(what=What.HANDLED, who=done.who, at=done.at, note=done.note)
        direct.say(done_line(deed, clock=SlackClock(services.now()), value=value))


def _shown(services: Services, asker: Asker, origin: Origin, value: Value) -> bool:
    """Whether the message that the button was on could be changed: Slack allows it for half an hour."""
    place, text = origin.over(services.clients), value.question or origin.question
    question = services.reading.question(text) if text else None
    if place is None or not isinstance(question, Question):
        return False
    try:
        services.desk.again(Inquiry(question=question, who=asker.user, way=HANDLED, channel=origin.channel), place)
    except NotTold:
        return False
    return True


def _typed(view: Mapping[str, Any], field: Field) -> str:
    values = (view.get("state") or {}).get("values") or {}
    return str(((values.get(field.value) or {}).get(field.value) or {}).get("value") or "")
