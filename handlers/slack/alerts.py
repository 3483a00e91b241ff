"""The buttons of alerts. What is done stands in the store first; then every post of the alert is changed to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack

from bot.alerts.acting import LONGEST
from bot.replies import blocks
from bot.replies.alert_view import AlertView
from bot.replies.blocks import Refusal, refusal
from bot.replies.blocks.actions import Action, Field, Snooze, Value
from bot.replies.blocks.alert_lists import ROWS
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Place, Post
from handlers.slack.clicks import Click, Origin, metadata
from handlers.slack.presses import open_window, update_window
from handlers.slack.services import Services, user_of
from store.alert_records import Alert
from store.records import Question

SNOOZE = "snooze"


# ── Showing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def show(services: Services, value: Value) -> None:
    """Brings the posts of a button's alert up to date."""
    alert = services.acting.find(value)
    show_all(services, [alert.key] if alert else [])


def show_all(services: Services, keys: Iterable[str]) -> None:
    """The same for several alerts."""
    if services.alerts is not None:
        for key in keys:
            services.alerts.show(key, services.now())


def say_over(services: Services, value: Value, place: Place) -> None:
    """Says to somebody that the alert they acted on was over already, and why."""
    view = _view(services, services.acting.find(value))
    place.say(blocks.already_over(view, now=services.now()) if view else refusal(Refusal.GONE))


def _view(services: Services, alert: Alert | None) -> AlertView | None:
    if alert is None or services.alerts is None:
        return None
    return services.alerts.view(alert.key, services.now())


def page_of(services: Services, page: int, rows: int) -> tuple[int, list[AlertView], int]:
    """A page of the open alerts, newest first, counted from 0, and how many there are; behind the last is the last."""
    if services.alerts is None:
        return 0, [], 0
    found, total = services.acting.open_ones(rows, skip=page * rows)
    if not found and total:
        page = (total - 1) // rows
        found, total = services.acting.open_ones(rows, skip=page * rows)
    views = (_view(services, alert) for alert in found)
    return page, [view for view in views if view], total


def show_open(services: Services, place: Place) -> None:
    """Shows somebody the important emails that need a look."""
    _, views, total = page_of(services, 0, ROWS)
    place.say(blocks.open_alerts(views, now=services.now(), total=total))


def open_one(services: Services, asker: Asker, value: Value, trigger: str, place: Place) -> None:
    """Opens an alert in a window, from where there is no message of it."""
    click = Click(Action.ALERT_OPEN, value, asker, Origin(), trigger, None, place)
    _open(services, click, value)


# ── Acting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _acts(
    do: Callable[[Services, Alert, Click], bool],
) -> Callable[[Services, Click, Value], None]:
    """A button that does something to its alert; who comes second is told kindly what came first."""

    def act(services: Services, click: Click, value: Value) -> None:
        alert = _alert(services, click, value)
        if alert is None:
            return
        if not do(services, alert, click):
            say_over(services, value, click.aside)
        _show_done(services, click, value)

    return act


def _alert(services: Services, click: Click, value: Value) -> Alert | None:
    """The alert of a button, recorded; where it has gone, whoever pressed is told so."""
    alert = services.acting.find(value)
    text = f"{alert.message_id} {alert.recipient_key}" if alert else value.message_id or ""
    way = click.action.value if click.action else "button"
    asked = Question(text=text, subjects=())
    services.desk.record(Inquiry(question=asked, who=click.asker.user, way=way, channel=click.asker.channel))
    if alert is None:
        click.aside.say(refusal(Refusal.GONE))
    return alert


def _show_done(services: Services, click: Click, value: Value) -> None:
    """Changes the posts, and the window that the button may have been in."""
    show(services, value)
    view = _view(services, services.acting.find(value)) if click.is_in_window else None
    if view is not None:
        now, remembered = services.now(), click.origin.encode(value)
        update_window(services, click, blocks.alert_modal(view, now=now, private_metadata=remembered))


def _snooze(services: Services, click: Click, value: Value) -> None:
    alert = _alert(services, click, value)
    if alert is None:
        return
    length = Snooze(value.number) if value.number in set(Snooze) else Snooze.TOMORROW
    until = services.acting.until(alert, length, services.access.zone(click.asker.user))
    if length is Snooze.UNTIL and alert.is_open:
        _ask_until(services, click, value, alert, until)
        return
    if not services.acting.snooze(alert, until, click.asker.user):
        say_over(services, value, click.aside)
    _show_done(services, click, value)


def _ask_until(services: Services, click: Click, value: Value, alert: Alert, usual: datetime) -> None:
    view = _view(services, alert)
    if view is None:
        click.aside.say(refusal(Refusal.GONE))
        return
    remembered = click.origin.encode(value)
    window = blocks.snooze_modal(view, now=services.now(), usual=usual, private_metadata=remembered)
    open_window(services, click, window)


def snoozed(services: Services, ack: Ack, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    """Takes the window that asked until when."""
    until = _chosen(view)
    now = services.now()
    if until is None or not now < until <= now + LONGEST:
        ack(response_action="errors", errors={Field.UNTIL.value: blocks.past_time()})
        return
    origin, value = metadata(view)
    asker = Asker(user_of(body), origin.channel)
    place = Post(services.client, asker.user)

    def work() -> None:
        text = value.message_id or "" if value else ""
        if not services.lets_in(asker, way=SNOOZE, text=text, place=place, openly=origin.is_open, afresh=True):
            return
        alert = services.acting.find(value) if value else None
        if alert is None or value is None:
            place.say(refusal(Refusal.GONE))
            return
        if not services.acting.snooze(alert, until, asker.user):
            say_over(services, value, place)
        show_all(services, [alert.key])

    services.hand_over(ack, work, doing=SNOOZE, place=place)


def _chosen(view: Mapping[str, Any]) -> datetime | None:
    values = (view.get("state") or {}).get("values") or {}
    chosen = ((values.get(Field.UNTIL.value) or {}).get(Field.UNTIL.value) or {}).get("selected_date_time")
    try:
        return datetime.fromtimestamp(chosen, UTC) if isinstance(chosen, int) else None
    except (ValueError, OverflowError, OSError):
        return None


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────


def _open(services: Services, click: Click, value: Value) -> None:
    """Opens one of the alerts that a message tells of, in a window."""
    view = _view(services, _alert(services, click, value))
    if view is not None:
        remembered = click.origin.encode(value)
        open_window(services, click, blocks.alert_modal(view, now=services.now(), private_metadata=remembered))


def _all_handled(services: Services, click: Click, value: Value) -> None:
    """Marks every open email of a message as handled."""
    del value
    channel, ts = click.origin.channel, click.origin.ts
    told = services.acting.of_post(channel, ts) if channel else []
    asked = Question(text=f"{len(told)} alerts", subjects=())
    way = Action.ALERTS_HANDLED.value
    services.desk.record(Inquiry(question=asked, who=click.asker.user, way=way, channel=channel))
    ended: dict[str, None] = {}
    for alert in told:
        if alert.is_open and alert.key not in ended:
            _, keys = services.acting.handled((alert.message_id, alert.recipient_key), click.asker.user)
            ended.update(dict.fromkeys(keys))
    if not told:
        click.aside.say(refusal(Refusal.GONE))
    show_all(services, ended)


DO: Mapping[Action, Callable[[Services, Click, Value], None]] = {
    Action.ALERT_CALLED: _acts(lambda services, alert, click: services.acting.called(alert, click.asker.user)),
    Action.ALERT_NOT_IMPORTANT: _acts(
        lambda services, alert, click: services.acting.not_important(alert, click.asker.user)
    ),
    Action.ALERT_UNDO: _acts(lambda services, alert, click: services.acting.undo(alert, click.asker.user)),
    Action.ALERT_WAKE: _acts(lambda services, alert, _: services.acting.wake(alert)),
    Action.ALERT_SNOOZE: _snooze,
    Action.ALERT_OPEN: _open,
    Action.ALERTS_HANDLED: _all_handled,
}
"""What the buttons of alerts do; those they share with answers are ``handlers.slack.buttons``'."""
