"""The form of a rule, sent off: checked at once, kept by a worker, and answered in its own window."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

from slack_bolt import Ack

from bot.clock import Clock
from bot.replies import rules as say
from bot.replies.blocks import Refusal, refusal
from bot.replies.blocks import rules as blocks
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.rule_form import Filled, Subject, errors, filled, subject_of
from bot.replies.blocks.writing import Block, Reply
from bot.rulebook import Overtaken
from bot.rules.form import Faults, RuleField
from bot.rules.timing import channel_of
from bot.slack import rooms
from bot.slack.access import Asker
from handlers.slack.rule_windows import list_of, note, update
from handlers.slack.services import Services, user_of
from store.alert_records import Rule
from store.errors import StoreError

WAY = "rules_keep"
SOON = 2.0
"""Seconds for which the answer to a form waits for its outcome. Slack waits three."""
_SETTLES = 1.0
"""Seconds after which an answer has certainly changed the window, so that nothing said later is overwritten by it."""
_TWICE = "Choose a channel or a person: only one of them is told."


class Outcome:
    """What became of a form: a view, in place of the form. As a place, it is where refusals and troubles are told."""

    can_share = False
    replaces = True
    thread = None

    def __init__(self) -> None:
        self.view: Future[Block] = Future()

    def say(self, reply: Reply) -> str | None:
        """Makes a reply the outcome."""
        self.show(blocks.window("Rules", reply.blocks))
        return None

    def show(self, view: Block) -> None:
        """Makes a view the outcome; the first one counts."""
        if not self.view.done():
            self.view.set_result(view)


def sent(services: Services, ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    """Answers with what is wrong, field by field; or has the rule kept, and answers with what became of it."""
    form, about = filled(view), subject_of(view)
    faults = _faults(services, form, about)
    if faults:
        ack(response_action="errors", errors=errors(faults))
        return
    asker, outcome = Asker(user_of(body)), Outcome()

    def full(**busy: Any) -> None:  # noqa: ANN401 - what Bolt's acknowledgement takes
        if busy:
            outcome.show(blocks.notice("Rules", str(busy["text"]).splitlines()))

    def work() -> None:
        if about is None:
            outcome.say(refusal(Refusal.STALE))
            return
        _keep(services, asker, form, about, outcome)
        update(services, str(view.get("root_view_id") or ""), list_of(services, asker, about.page))

    services.hand_over(full, work, doing=WAY, place=outcome)  # type: ignore[arg-type]  # it is called as an Ack is
    _answer(services, ack, outcome, str(view.get("id") or ""))


def _answer(services: Services, ack: Ack, outcome: Outcome, view_id: str) -> None:
    """Answers with the outcome or, when it takes too long, that it will come."""
    try:
        ack(response_action="update", view=outcome.view.result(SOON))
    except NotYet:
        ack(response_action="update", view=blocks.notice("Rules", ["Keeping the rule …"]))
        answered = monotonic()

        def late(done: Future[Block]) -> None:
            sleep(max(0.0, answered + _SETTLES - monotonic()))
            update(services, view_id, done.result())

        outcome.view.add_done_callback(late)


def _faults(services: Services, form: Filled, about: Subject | None) -> dict[RuleField, str]:
    faults = {RuleField.ESCALATE_TO: _TWICE} if form.told_twice else {}
    with suppress(StoreError):  # the name is looked at again when the rule is kept
        try:
            services.rulebook.vetted(form.typed, about.rule_id if about else "")
        except Faults as found:
            faults = {**found.faults, **faults}
    return faults


def _keep(services: Services, asker: Asker, form: Filled, about: Subject, outcome: Outcome) -> None:
    name = form.typed[RuleField.NAME]
    if not services.lets_in(asker, way=WAY, text=name, place=outcome, afresh=True):
        return
    if refused := services.access.rules_refusal(asker):
        services.refuse(refused, asker, way=WAY, text=name, place=outcome)
        return
    note(services, asker, WAY, name)
    try:
        rule = _kept(services, asker, form, about)
    except Overtaken as passed:
        outcome.show(blocks.notice("Not kept", overtaken(passed, SlackClock(services.now()))))
        return
    except Faults as faults:
        outcome.show(blocks.notice("Not kept", list(faults.faults.values())))
        return
    defaults = services.rulebook.defaults
    where = channel_of(rule, defaults)
    warnings = rooms.warnings(services.client, where) if where else []
    outcome.show(blocks.kept_modal(rule, defaults, now=services.now(), warnings=warnings))


def _kept(services: Services, asker: Asker, form: Filled, about: Subject) -> Rule:
    """The rule as it is kept. Raises ``Overtaken`` and ``Faults``."""
    book, now = services.rulebook, services.now()
    since = now - timedelta(days=form.days_back) if form.days_back else None
    if not about.rule_id:
        return book.add(form.typed, who=asker.user, now=now, since=since)
    rule = book.of(about.rule_id)
    if rule is None or rule.edition != about.edition:
        raise Overtaken(next(iter(book.changes(about.rule_id, limit=1)), None))
    return book.change(rule, form.typed, who=asker.user, now=now, since=since)


def overtaken(passed: Overtaken, clock: Clock) -> list[str]:
    """What to tell the second of two people who change a rule at once."""
    first = say.changed(passed.change, clock, blocks.NAMES) if passed.change else "Somebody else has changed this rule."
    return [first, "So that nobody's change is lost, yours was not kept. Open the rule again to see what it says now."]
