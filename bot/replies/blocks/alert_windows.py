"""Windows about alerts, and the short words beside one: until when to put it aside, one of many, over already."""

from __future__ import annotations

from datetime import datetime

from bot.replies.alert_view import AlertView
from bot.replies.blocks import alerts
from bot.replies.blocks.actions import Field, View
from bot.replies.blocks.alert_words import BY_HAND, Spoken
from bot.replies.blocks.modals import modal
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.writing import Block, Reply, lines, message_text, plain_text, rich, section, words


def alert_modal(view: AlertView, *, now: datetime, private_metadata: str = "") -> Block:
    """One alert of many, with its buttons."""
    return modal(View.ALERT, "One of them", alerts.alert(view, now=now).blocks, private_metadata)


def snooze_modal(view: AlertView, *, now: datetime, usual: datetime, private_metadata: str = "") -> Block:
    """Asks until when an alert is put aside; ``usual`` stands there at first."""
    what, whom, _ = Spoken(view, SlackClock(now)).line()
    picker: Block = {
        "type": "input",
        "block_id": Field.UNTIL.value,
        "label": plain_text("Until when?", 200),
        "hint": plain_text("I'll come back to it then, unless a sign comes first.", 200),
        "element": {
            "type": "datetimepicker",
            "action_id": Field.UNTIL.value,
            "initial_date_time": int(usual.timestamp()),
        },
    }
    head = rich(section(*words(f"{what} to {whom}")))
    return modal(View.SNOOZE, "Snooze", [head, picker], private_metadata, submit="Snooze", close="Cancel")


def already_over(view: AlertView, *, now: datetime) -> Reply:
    """Kindly, that somebody pressed a button of an alert that was over meanwhile; or that it isn't any more."""
    alert = view.alert
    if alert.is_open:
        first = "Somebody was a little faster: this one is open again."
        return Reply(message_text([first]), (rich(section(*words(first))),))
    faster = alert.ending in BY_HAND and alert.ended_by
    first = "Somebody was a little faster." if faster else "This one has settled itself in the meantime."
    end = Spoken(view, SlackClock(now)).end()
    blocks = rich(lines(words(first, bold=True), words(f"{end.label} {end.text}")))
    return Reply(message_text([first, f"{end.label} {end.text}"]), (blocks,))


def past_time() -> str:
    """What is wrong with a time that has passed, or is too far away."""
    return "Choose a time that is still to come, within the next 45 days."
