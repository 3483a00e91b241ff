"""The buttons under an answer. Whoever presses one is asked for their right to it again, however old the button is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import marks
from bot.replies.blocks import Deed, Refusal, What, draft_modal, handled_modal, refusal, why_modal
from bot.replies.blocks.actions import Action, Value
from bot.slack.desk import SLACK, Inquiry
from bot.slack.places import NotTold, Post
from bot.slack.subjects import Spot
from bot.slack.trouble import word_of
from handlers.slack import alerts, watching
from handlers.slack.clicks import Click, read
from handlers.slack.presses import entry_of, inquiry_of, open_window, update_window
from handlers.slack.services import Services
from store.deeds import Did, Done
from store.marks import Said
from store.records import Answer, JudgedTrail

_MARKS = {Action.RIGHT: Said.RIGHT, Action.WRONG: Said.WRONG}
_DID = {What.HANDLED: Did.HANDLED, What.CALLED: Did.CALLED}
_DOUBLE_CLICK = timedelta(seconds=10)
_UNBLOCKING = timedelta(seconds=30)
"""How long Postmark may be at it."""
_NOT_SHARED = {
    "not_in_channel": Refusal.NOT_IN_CHANNEL,
    "channel_not_found": Refusal.NOT_IN_CHANNEL,
    "is_archived": Refusal.CLOSED_CHANNEL,
    "restricted_action": Refusal.CLOSED_CHANNEL,
    "restricted_action_read_only_channel": Refusal.CLOSED_CHANNEL,
    "restricted_action_thread_locked": Refusal.CLOSED_CHANNEL,
    "thread_not_found": Refusal.CLOSED_CHANNEL,
}
"""What Slack says to a post, and what mends it."""
_OPENLY = {Action.SHARE}
"""Buttons whose answer is seen by everybody, wherever they stand."""


def register(app: App, services: Services) -> None:
    """Listens for every button; those of the Home tab and of rules have doors of their own."""

    @app.action(re.compile(r"^(?!home_|rules_).*"))
    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        click = read(services, body)
        way = click.action.value if click.action else "unknown_button"
        services.hand_over(ack, lambda: press(services, click), doing=way, place=click.aside)


def press(services: Services, click: Click) -> None:
    """Does what a button says. For workers."""
    action, value = click.action, click.value
    do = _DO.get(action) if action else None
    if do is None or action is None or value is None:
        click.aside.say(refusal(Refusal.STALE))
        return
    openly = click.origin.is_open or action in _OPENLY
    text = value.question or value.message_id or ""
    if services.lets_in(click.asker, way=action.value, text=text, place=click.aside, openly=openly, afresh=True):
        do(services, click, value)


# ── The answer as a whole ────────────────────────────────────────────────────────────────────────────────────────


def _ask_again(services: Services, click: Click, value: Value) -> None:
    """Refresh, Show more, and the choice among candidates: the answer takes the message's place."""
    inquiry, place = inquiry_of(services, click, value), click.origin.over(services.clients)
    if inquiry is None or place is None:
        click.aside.say(refusal(Refusal.STALE))
    else:
        services.desk.answer(inquiry, place)


def _share(services: Services, click: Click, value: Value) -> None:
    inquiry, channel = inquiry_of(services, click, value), click.origin.channel
    if inquiry is None or channel is None:
        click.aside.say(refusal(Refusal.STALE))
        return
    pressed = f"share {channel} {click.origin.ts} {click.asker.user}"
    if not services.inbox.is_first(pressed, within=_DOUBLE_CLICK):
        return
    try:
        ts = _post(services, click, inquiry, channel)
    except NotTold as error:
        services.inbox.free(pressed)
        why = _NOT_SHARED.get(str(error))
        if why is None:
            raise
        click.aside.say(refusal(why))
    else:
        _show_again(services, click, inquiry, shared=ts)


def _undo_share(services: Services, click: Click, value: Value) -> None:
    inquiry, channel = inquiry_of(services, click, value), click.origin.channel
    if inquiry is None or channel is None or value.deed is None:
        click.aside.say(refusal(Refusal.STALE))
        return
    try:
        services.client.chat_delete(channel=channel, ts=value.deed)
    except SlackApiError as error:
        if word_of(error) != "message_not_found":  # somebody has deleted it already
            raise
    _show_again(services, click, inquiry)


def _post(services: Services, click: Click, inquiry: Inquiry, channel: str) -> str | None:
    reply, answer = services.desk.shared(inquiry)
    thread = click.origin.thread
    ts = Post(services.client, channel, thread=thread or None).say(reply)
    services.subjects.remember(Spot(channel, thread or ts or ""), answer, at=services.now())
    return ts


# ── One email to somebody ────────────────────────────────────────────────────────────────────────────────────────


def _why(services: Services, click: Click, value: Value) -> None:
    found = entry_of(services, click, value)
    if found:
        open_window(services, click, _why_view(services, click, value, found))


def _why_view(services: Services, click: Click, value: Value, found: tuple[Answer, JudgedTrail]) -> dict[str, Any]:
    answer, entry = found
    done = [deed for some in services.desk.done([entry]).values() for deed in some]
    return why_modal(
        entry,
        now=services.now(),
        weighing=services.lay_out(entry.trail, services.now()),
        siblings=answer.everyone,
        question=click.origin.question,
        done=done,
        private_metadata=click.origin.encode(value),
    )


def _window(build: Callable[[Services, JudgedTrail, str], dict[str, Any]]) -> Callable[[Services, Click, Value], None]:
    """A button that opens a window about its email."""

    def open_it(services: Services, click: Click, value: Value) -> None:
        found = entry_of(services, click, value)
        if found:
            open_window(services, click, build(services, found[1], click.origin.encode(value)))

    return open_it


def _draft_view(services: Services, entry: JudgedTrail, remembered: str) -> dict[str, Any]:
    return draft_modal(entry, now=services.now(), private_metadata=remembered)


def _handled_view(_: Services, entry: JudgedTrail, remembered: str) -> dict[str, Any]:
    return handled_modal(entry, private_metadata=remembered)


def _mark(services: Services, click: Click, value: Value) -> None:
    found = entry_of(services, click, value)
    if found and click.action:
        said = _MARKS[click.action]
        marks.mark(services.database, found[1], said, who=click.asker.user, way=SLACK, at=services.now())
        _done(services, click, value, found)


def _undo_mark(services: Services, click: Click, value: Value) -> None:
    found = entry_of(services, click, value)
    if found:
        for deed in _standing(services, found[1], value, What.RIGHT, What.WRONG):
            marks.take_back(services.database, found[1], at=services.now(), who=deed.who)
        _done(services, click, value, found)


def _undo_handled(services: Services, click: Click, value: Value) -> None:
    found = entry_of(services, click, value)
    if found:
        trail = found[1].trail
        for deed in _standing(services, found[1], value, *_DID):
            done = Done(
                at=deed.at,
                who=deed.who,
                what=_DID[deed.what],
                message_id=trail.message.message_id,
                recipient_key=trail.recipient.key,
            )
            alerts.show_all(services, services.acting.undo_done(done, click.asker.user))
        _done(services, click, value, found)


def _standing(services: Services, entry: JudgedTrail, value: Value, *what: What) -> list[Deed]:
    """What an Undo is about, if it stands: the button may be old, and something else may have been done since."""
    standing = (deed for some in services.desk.done([entry]).values() for deed in some if deed.what in what)
    return [deed for deed in standing if value.deed in {None, deed.mark}]


def _unblock(services: Services, click: Click, value: Value) -> None:
    refused = services.access.unblocking_refusal(click.asker)
    if refused:
        services.refuse(refused, click.asker, way=Action.UNBLOCK.value, text=value.question or "", place=click.aside)
        return
    found = entry_of(services, click, value)
    if found is None:
        return
    if not _standing(services, found[1], Value(), What.UNBLOCKED):
        pressed = f"unblock {value.message_id} {value.recipient}"
        if not services.inbox.is_first(pressed, within=_UNBLOCKING):
            click.aside.say(refusal(Refusal.UNDER_WAY))
            return
        try:
            services.unblocking.unblock(found[1], who=click.asker.user)
        finally:
            services.inbox.free(pressed)
    _done(services, click, value, found)


def _watch(services: Services, click: Click, value: Value) -> None:
    found = entry_of(services, click, value)
    if found:
        spot = click.origin.spot if click.origin.thread and not value.about else None
        watching.watch_email(services, found[1], click.asker.user, spot=spot, place=click.aside)


def _unwatch(services: Services, click: Click, value: Value) -> None:
    watching.unwatch(services, click.asker.user, value, place=click.aside, over=click.origin.over(services.clients))


def _done(services: Services, click: Click, value: Value, found: tuple[Answer, JudgedTrail]) -> None:
    """Shows what was done where the button was: in the message, and in the window that it may have been in."""
    if click.is_in_window:
        update_window(services, click, _why_view(services, click, value, found))
    if value.about:
        alerts.show(services, value)
        return
    inquiry = inquiry_of(services, click, value)
    if inquiry:
        _show_again(services, click, inquiry)


def _show_again(services: Services, click: Click, inquiry: Inquiry, *, shared: str | None = None) -> None:
    place = click.origin.over(services.clients)
    if place is None:
        return
    try:
        services.desk.again(inquiry, place, shared=shared)
    except NotTold:
        return  # the message is too old to be changed: what was done stands all the same


_DO: Mapping[Action, Callable[[Services, Click, Value], None]] = {
    Action.REFRESH: _ask_again,
    Action.MORE: _ask_again,
    Action.PICK: _ask_again,
    Action.SHARE: _share,
    Action.UNDO_SHARE: _undo_share,
    Action.WHY: _why,
    Action.COPY_DRAFT: _window(_draft_view),
    Action.HANDLED: _window(_handled_view),
    Action.UNDO_HANDLED: _undo_handled,
    Action.RIGHT: _mark,
    Action.WRONG: _mark,
    Action.UNDO_MARK: _undo_mark,
    Action.UNBLOCK: _unblock,
    **alerts.DO,
    Action.WATCH: _watch,
    Action.UNWATCH: _unwatch,
}
