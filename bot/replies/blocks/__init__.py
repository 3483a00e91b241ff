"""Replies as Slack shows them: pure functions from records to Block Kit, in the words of ``bot.replies``.

``actions`` names buttons, shortcuts, modals and fields, and what a button remembers. ``answers``, ``notices``,
``modals`` and ``home`` build what is shown, ``alerts``, ``alert_lists`` and ``digest`` what is said unasked,
``watching`` what there is to say of watches; ``deeds`` tells what was done with a button. Beneath them: ``alert_words``
(an alert in sentences), ``moments`` (times in the reader's zone), ``writing`` (text that nothing foreign can break out
of), ``parts`` (buttons, tables), ``entries`` (one email in full) and ``sums`` (the history and the sum behind a
verdict).
"""

from bot.replies.blocks.alert_lists import open_alerts, together
from bot.replies.blocks.alert_windows import alert_modal, already_over, past_time, snooze_modal
from bot.replies.blocks.alerts import alert, detail, escalation, reminder
from bot.replies.blocks.answers import answer
from bot.replies.blocks.deeds import Deed, Deeds, What
from bot.replies.blocks.home import Asked, Connection, HomeView, home
from bot.replies.blocks.modals import draft_modal, form_modal, handled_modal, notice_modal, why_modal
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.notices import (
    Refusal,
    ask_subject,
    done_line,
    help_,
    looking,
    not_understood,
    refusal,
    trouble,
    unconfirmed,
)
from bot.replies.blocks.watching import (
    Watched,
    not_watched,
    nothing_to_wait_for,
    too_many_watches,
    unwatched,
    watch_told,
    watch_what,
    watches,
    watching,
)
from bot.replies.blocks.writing import Block, Reply

__all__ = [
    "Asked",
    "Block",
    "Connection",
    "Deed",
    "Deeds",
    "HomeView",
    "Refusal",
    "Reply",
    "SlackClock",
    "Watched",
    "What",
    "alert",
    "alert_modal",
    "already_over",
    "answer",
    "ask_subject",
    "detail",
    "done_line",
    "draft_modal",
    "escalation",
    "form_modal",
    "handled_modal",
    "help_",
    "home",
    "looking",
    "not_understood",
    "not_watched",
    "nothing_to_wait_for",
    "notice_modal",
    "open_alerts",
    "past_time",
    "refusal",
    "reminder",
    "snooze_modal",
    "together",
    "too_many_watches",
    "trouble",
    "unconfirmed",
    "unwatched",
    "watch_told",
    "watch_what",
    "watches",
    "watching",
    "why_modal",
]
