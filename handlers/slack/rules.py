"""The windows of rules: opened from Home or by ``/seen rules``, and everything that is pressed in them.

Everybody who gets answers may look at rules and try them. Whoever changes one is asked for their right to it at every
click, and again when they send off the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.replies import rules as say
from bot.replies.blocks import Refusal, refusal
from bot.replies.blocks import rules as blocks
from bot.replies.blocks.actions import Action, Value, View, decode
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.rule_form import Filled, filled, rule_modal
from bot.rulebook import Overtaken
from bot.rules.form import Faults
from bot.slack.access import Asker
from bot.slack.places import Place
from bot.slack.trouble import word_of
from handlers.slack import rule_forms
from handlers.slack.rule_windows import Pushed, list_of, note, update
from handlers.slack.services import Services, user_of
from store.alert_records import Rule

WAY = "rules"


def register(app: App, services: Services) -> None:
    """Listens for the buttons of the windows, and for the form."""

    @app.action(re.compile(r"^rules_.*"))
    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        press = read(services, body)
        way = press.action.value if press.action else "unknown_button"
        services.hand_over(ack, lambda: do(services, press), doing=way, place=press.over)

    @app.view(View.RULE.value)
    def sent(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        rule_forms.sent(services, ack, body, view)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, and the window it was in."""

    action: Action | None
    value: Value
    asker: Asker
    view: Mapping[str, Any]
    over: Pushed
    """A window above, for what there is to say."""


def read(services: Services, body: Mapping[str, Any]) -> Press:
    """The button that a ``block_actions`` request tells of."""
    pressed = (body.get("actions") or [{}])[0]
    user = user_of(body)
    return Press(
        action=Action.of(str(pressed.get("action_id") or "")),
        value=decode(pressed.get("value")) or Value(),
        asker=Asker(user),
        view=body.get("view") or {},
        over=Pushed(services, str(body.get("trigger_id") or ""), user),
    )


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def open_list(services: Services, asker: Asker, trigger: str, place: Place) -> None:
    """Opens the list of rules. For workers; the trigger lasts three seconds. ``place`` is where a refusal is told."""
    if not services.lets_in(asker, way=WAY, text=WAY, place=place, afresh=True):
        return
    note(services, asker, WAY, "")
    try:
        services.prompt.views_open(trigger_id=trigger, view=list_of(services, asker))
    except SlackApiError as error:
        if word_of(error) not in {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}:
            raise
        place.say(refusal(Refusal.BUSY))


def _draw(services: Services, press: Press) -> None:
    """Shows the list anew, in the window in which the button was."""
    update(services, str(press.view.get("id") or ""), list_of(services, press.asker, press.value.number or 0))


# ── What is pressed ──────────────────────────────────────────────────────────────────────────────────────────────


def do(services: Services, press: Press) -> None:
    """Does what a button says. For workers."""
    deed = _DO.get(press.action) if press.action else None
    if deed is None or press.action is None:
        press.over.say(refusal(Refusal.STALE))
        return
    rule = services.rulebook.of(press.value.rule) if press.value.rule else None
    about = rule.name if rule else press.value.rule or ""
    if not services.lets_in(press.asker, way=press.action.value, text=about, place=press.over, afresh=True):
        return
    if press.action in _CHANGES and (refused := services.access.rules_refusal(press.asker)):
        services.refuse(refused, press.asker, way=press.action.value, text=about, place=press.over)
        return
    note(services, press.asker, press.action.value, about)
    if press.value.rule and rule is None:
        press.over.show(blocks.notice("Gone", ["Somebody has removed this rule in the meantime."]))
        _draw(services, press)
        return
    deed(services, press, rule)


Deed = Callable[[Services, Press, Rule | None], None]


def _page(services: Services, press: Press, _: Rule | None) -> None:
    _draw(services, press)


def _form(services: Services, press: Press, rule: Rule | None) -> None:
    view = rule_modal(rule, services.rulebook.defaults, page=press.value.number or 0)
    if not press.over.show(view):
        press.over.say(refusal(Refusal.BUSY))


def _history(services: Services, press: Press, _: Rule | None) -> None:
    changes = services.rulebook.changes(limit=blocks.MOST_CHANGES)
    press.over.show(blocks.history_modal(changes, now=services.now()))


def _try(services: Services, press: Press, rule: Rule | None) -> None:
    if rule is not None:
        _tried(services, press, rule)


def _try_form(services: Services, press: Press, _: Rule | None) -> None:
    """Tries what is typed into the form; a fault in it is said in its stead."""
    try:
        rule = services.rulebook.checked(_nameless(filled(press.view)))
    except Faults as faults:
        told = [f"{say.CALLED[field].capitalize()}: {text}" for field, text in faults.faults.items()]
        press.over.show(blocks.notice("Not yet", told))
        return
    _tried(services, press, rule)


def _nameless(form: Filled) -> Mapping[Any, str]:
    """What is typed, with a name where there is none yet: it can be tried before it is called anything."""
    return {field: text or ("–" if field == "name" else "") for field, text in form.typed.items()}


def _tried(services: Services, press: Press, rule: Rule) -> None:
    """Shows at once that it is being worked on, for looking through the mail takes a while."""
    if not press.over.show(blocks.notice("Would have fired", ["Looking through the mail of the last 30 days …"])):
        press.over.say(refusal(Refusal.BUSY))
        return
    now = services.now()
    press.over.show(blocks.tried_modal(rule.name, services.rulebook.tried(rule, now=now), now=now))


def _hold(services: Services, press: Press, rule: Rule | None) -> None:
    """Pause and Resume; pressing one twice is pressing it once."""
    pausing = press.action is Action.RULES_PAUSE
    if rule is not None and rule.paused is not pausing:
        change = services.rulebook.pause if pausing else services.rulebook.resume
        _unless_overtaken(services, press, lambda: change(rule, who=press.asker.user, now=services.now()))
    _draw(services, press)


def _remove(services: Services, press: Press, rule: Rule | None) -> None:
    if rule is not None:
        removing = services.rulebook.remove
        _unless_overtaken(services, press, lambda: removing(rule, who=press.asker.user, now=services.now()))
    _draw(services, press)


def _unless_overtaken(services: Services, press: Press, change: Callable[[], object]) -> None:
    try:
        change()
    except Overtaken as overtaken:
        told = rule_forms.overtaken(overtaken, SlackClock(services.now()))
        press.over.show(blocks.notice("Not done", told))


_CHANGES = frozenset(
    {
        Action.RULES_ADD,
        Action.RULES_CHANGE,
        Action.RULES_PAUSE,
        Action.RULES_RESUME,
        Action.RULES_REMOVE,
    }
)
_DO: Mapping[Action, Deed] = {
    Action.RULES_PAGE: _page,
    Action.RULES_ADD: _form,
    Action.RULES_CHANGE: _form,
    Action.RULES_TRY: _try,
    Action.RULES_TRY_FORM: _try_form,
    Action.RULES_PAUSE: _hold,
    Action.RULES_RESUME: _hold,
    Action.RULES_REMOVE: _remove,
    Action.RULES_HISTORY: _history,
}
