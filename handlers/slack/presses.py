"""What a press of a button needs: which email it is about, by which question, and a window to open."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.replies.blocks import Refusal, refusal
from bot.replies.blocks.actions import Action, Value
from bot.replies.blocks.answers import ROWS
from bot.slack.desk import Inquiry
from bot.slack.trouble import word_of
from handlers.slack.clicks import Click
from handlers.slack.services import Services
from store.records import Answer, JudgedTrail, NotUnderstood, Question, Subject, SubjectKind


def open_window(services: Services, click: Click, view: dict[str, Any]) -> None:
    """Opens a window; Slack wants it within three seconds of the click."""
    try:
        services.prompt.views_open(trigger_id=click.trigger, view=view)
    except SlackApiError as error:
        if word_of(error) not in {"expired_trigger_id", "exchanged_trigger_id"}:
            raise
        click.aside.say(refusal(Refusal.BUSY))


def update_window(services: Services, click: Click, view: dict[str, Any]) -> None:
    """Shows a window anew; nothing happens where it was closed, or changed by another click."""
    old = click.view or {}
    try:
        services.prompt.views_update(view_id=old.get("id"), hash=old.get("hash"), view=view)
    except SlackApiError as error:
        if word_of(error) not in {"not_found", "hash_conflict"}:
            raise


def inquiry_of(services: Services, click: Click, value: Value) -> Inquiry | None:
    """The question that a button's message answered; ``None``: it can't be told any more."""
    text = value.question or click.origin.question
    question: Question | NotUnderstood | None = services.reading.question(text) if text else None
    if not isinstance(question, Question):
        if value.message_id is None:
            return None
        question = Question(text="", subjects=(Subject(SubjectKind.MESSAGE_ID, value.message_id),))
    spot, at = click.origin.spot, services.now()

    def remember(answer: Answer) -> None:
        if spot is not None:
            services.subjects.remember(spot, answer, at=at)

    return Inquiry(
        question=question,
        who=click.asker.user,
        way=click.action.value if click.action else "button",
        channel=click.asker.channel,
        rows=min(value.number, 99) if value.number else ROWS,
        found=remember if click.action is Action.PICK else lambda _answer: None,
    )


def entry_of(services: Services, click: Click, value: Value) -> tuple[Answer, JudgedTrail] | None:
    """The email that a button is about, looked up and recorded; where it has gone, whoever pressed is told so."""
    inquiry = inquiry_of(services, click, value)
    if inquiry:
        services.desk.record(inquiry)
    found = services.desk.entry(value)
    if found is None:
        click.aside.say(refusal(Refusal.GONE))
    return found
