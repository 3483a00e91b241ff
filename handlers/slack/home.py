"""The Home tab: drawn when somebody opens it, and again when they press something on it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App

from bot.replies.blocks import HomeView, Refusal, form_modal, home, refusal
from bot.replies.blocks.actions import Action, Value, decode, mark_of
from bot.replies.blocks.home import ALERTS_A_PAGE
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Place, Post
from handlers.slack import alerts, rules
from handlers.slack.services import Services, user_of
from store.records import Question

WAY = "home"
OPENED = "app_home_opened"
_DOUBLE_CLICK = timedelta(seconds=5)


def register(app: App, services: Services) -> None:
    """Listens for the tab being opened, and for its buttons."""

    @app.event(OPENED)
    def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        event_id, asker = str(body.get("event_id") or ""), Asker(str(event.get("user") or ""))
        if event.get("tab", "home") != "home" or not asker.user:
            services.inbox.done(event_id)
            return
        place = Post(services.client, asker.user)
        services.hand_in(lambda: draw(services, asker), doing=WAY, place=place, event_id=event_id)

    @app.action(re.compile(r"^home_.*"))
    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        asker, place = Asker(user_of(body)), Post(services.client, user_of(body))
        services.hand_over(ack, lambda: press(services, asker, body, place), doing=WAY, place=place)


def draw(services: Services, asker: Asker, page: int = 0, alerts_page: int = 0) -> None:
    """Shows somebody their Home; who gets no answers sees why. For workers."""
    refused = services.access.refusal(asker, openly=False, afresh=True)
    if refused:
        services.metrics.refused(WAY, refused.why.value)
        said = refusal(refused.why, **refused.facts).text.replace("\n", " ")
        view = HomeView(refused=said)
    else:
        view = services.home.view(asker.user, page=page)
        alerts_page, open_alerts, total = alerts.page_of(services, alerts_page, ALERTS_A_PAGE)
        view = replace(
            view,
            watches=services.watches.of(asker.user),
            alerts=open_alerts,
            alerts_page=alerts_page,
            open_alerts=total,
        )
    services.client.views_publish(user_id=asker.user, view=home(view))


def press(services: Services, asker: Asker, body: dict[str, Any], place: Place) -> None:
    """Does what a button of the tab says. For workers."""
    pressed = (body.get("actions") or [{}])[0]
    value = decode(pressed.get("value"))
    match Action.of(str(pressed.get("action_id") or "")):
        case Action.HOME_ASK:
            services.prompt.views_open(trigger_id=str(body.get("trigger_id") or ""), view=form_modal())
        case Action.HOME_RULES:
            rules.open_list(services, asker, str(body.get("trigger_id") or ""), place)
        case Action.HOME_AGAIN:
            _again(services, asker, (value.question if value else None) or "", place)
        case Action.HOME_PAGE | Action.HOME_REFRESH:
            draw(services, asker, *_pages(value))
        case Action.HOME_ALERTS:
            draw(services, asker, *reversed(_pages(value)))
        case Action.HOME_UNWATCH:
            about = (value.about if value else None) or ""
            services.watches.end(asker.user, int(about) if about.isdigit() else 0)
            draw(services, asker)
        case Action.HOME_ALERT:
            _open(services, asker, value or Value(), str(body.get("trigger_id") or ""), place)
        case _:
            place.say(refusal(Refusal.STALE))


def _pages(value: Value | None) -> tuple[int, int]:
    """The page that a button turns to, and that of the other list."""
    about = (value.about if value else None) or ""
    return (value.number if value else None) or 0, int(about) if about.isdigit() and len(about) < 6 else 0


def _open(services: Services, asker: Asker, value: Value, trigger: str, place: Place) -> None:
    if services.lets_in(asker, way=WAY, text=value.message_id or "", place=place, afresh=True):
        alerts.open_one(services, asker, value, trigger, place)


def _again(services: Services, asker: Asker, text: str, place: Place) -> None:
    question = services.reading.question(text)
    if not isinstance(question, Question):
        place.say(refusal(Refusal.STALE))
    elif services.inbox.is_first(f"home {asker.user} {mark_of(text)}", within=_DOUBLE_CLICK) and services.lets_in(
        asker, way=WAY, text=text, place=place, afresh=True
    ):
        services.desk.answer(Inquiry(question=question, who=asker.user, way=WAY), place)
