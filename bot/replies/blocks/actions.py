"""The names by which Slack tells us what was pressed, and what a button remembers.

A value is visible to whoever has the message, and may come back long after a permission ended: it says what was meant,
never what is allowed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from hashlib import blake2b

COMMAND = "/seen"
SHORTCUT_NAME = "Did the customer see it?"
"""The message shortcut's name: 24 characters, Slack's limit."""

_VERSION = 1
_LONGEST_VALUE = 2000
_LONGEST_OPTION = 150
_LONGEST_NAME = 250
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}", re.ASCII)


class Action(StrEnum):
    """What a button, or an option of the menu beside the buttons, asks for."""

    # Of an answer. The value says which question, and for the second group which email to whom.
    REFRESH = "refresh"
    SHARE = "share"
    UNDO_SHARE = "undo_share"  # deed: the ts of what was shared
    MORE = "more"  # number: how many emails to show
    PICK = "pick"  # question: the one this candidate stands for
    COPY_DRAFT = "copy_draft"
    HANDLED = "handled"
    UNDO_HANDLED = "undo_handled"
    RIGHT = "right"
    WRONG = "wrong"
    UNDO_MARK = "undo_mark"
    UNBLOCK = "unblock"
    WHY = "why"
    MENU = "menu"  # the menu itself; what was chosen stands in the chosen option's value
    WATCH = "watch"  # also of an alert

    # Of an alert, which ``about`` tells. Why, Copy draft, Handled and Unblock are those of an answer.
    ALERT_CALLED = "alert_called"
    ALERT_SNOOZE = "alert_snooze"  # number: a `Snooze`
    ALERT_WAKE = "alert_wake"
    ALERT_NOT_IMPORTANT = "alert_not_important"
    ALERT_UNDO = "alert_undo"

    # Of a message that tells of many alerts.
    ALERT_OPEN = "alert_open"  # a menu: the window of one of them
    ALERTS_HANDLED = "alerts_handled"

    # Of a watch, which ``about`` tells.
    UNWATCH = "unwatch"

    # Of the window of rules. The value's ``rule`` says which, ``number`` which page of the list, from 0.
    RULES_PAGE = "rules_page"
    RULES_ADD = "rules_add"
    RULES_CHANGE = "rules_change"
    RULES_TRY = "rules_try"
    RULES_TRY_FORM = "rules_try_form"  # what is typed into the form, before it is kept
    RULES_PAUSE = "rules_pause"
    RULES_RESUME = "rules_resume"
    RULES_REMOVE = "rules_remove"
    RULES_HISTORY = "rules_history"

    # Of the Home tab.
    HOME_PAGE = "home_page"  # number: which page, from 0
    HOME_ASK = "home_ask"  # opens the form
    HOME_AGAIN = "home_again"  # question: the one to ask again
    HOME_REFRESH = "home_refresh"
    HOME_RULES = "home_rules"
    HOME_ALERTS = "home_alerts"  # number: which page of the open alerts, from 0; about: that of the questions
    HOME_ALERT = "home_alert"  # the window of an alert
    HOME_UNWATCH = "home_unwatch"  # about: the watch

    def pattern(self) -> re.Pattern[str]:
        """What an ``action_id`` of this action looks like: the name alone, or with a number behind it."""
        return re.compile(rf"{self.value}(?::\d+)?")

    def numbered(self, number: int) -> str:
        """The ``action_id`` of one of several such buttons in a row, which may not share one."""
        return f"{self.value}:{number}"

    @classmethod
    def of(cls, action_id: str) -> Action | None:
        """The action an ``action_id`` names; ``None`` for one that isn't ours."""
        name = action_id.partition(":")[0]
        return next((action for action in cls if action == name), None)


class Snooze(IntEnum):
    """How long an alert is put aside: the ``number`` of a choice."""

    FOUR_HOURS = 0
    TOMORROW = 1
    NEXT_BUSINESS_DAY = 2
    UNTIL = 3
    """A window asks until when."""


class Shortcut(StrEnum):
    """The ``callback_id`` of a shortcut."""

    CHECK_MESSAGE = "check_message"
    ASK = "ask"


class View(StrEnum):
    """The ``callback_id`` of a modal."""

    WHY = "why_view"
    DRAFT = "draft_view"
    HANDLED = "handled_view"
    FORM = "form_view"
    RULES = "rules_view"
    RULE = "rule_view"
    ALERT = "alert_view"
    SNOOZE = "snooze_view"


class Field(StrEnum):
    """A field of a modal: its ``block_id`` and its ``action_id`` at once."""

    QUESTION = "question"
    NOTE = "note"
    WORDS = "words"
    UNTIL = "until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a button remembers of where it stood."""

    question: str | None = None
    """As it was typed. ``None`` where it did not fit: then ask about ``message_id``."""
    message_id: str | None = None
    recipient: str | None = None
    """``mark_of`` of the recipient's key: short, and no address in a place that is never looked at."""
    number: int | None = None
    thread: str | None = None
    """The message under which the answer is shared, where it isn't shared to the channel: by its ``ts``."""
    about: str | None = None
    """``mark_of`` the key of the alert or watch that it belongs to."""
    deed: str | None = None
    """What an Undo takes back: ``Deed.mark``, so that it takes back nothing that was done since; or a message's ts."""
    rule: str | None = None
    """The rule's id."""
    action: Action | None = None
    """Only in options of the menu, where the ``action_id`` is the menu's own."""

    def encode(self) -> str:
        """For a button's ``value`` or a modal's ``private_metadata``."""
        return self._fitted(_LONGEST_VALUE)

    def encode_option(self) -> str | None:
        """For the ``value`` of a menu's option, which is far shorter; ``None`` where nothing useful fits."""
        fitted = self._fitted(_LONGEST_OPTION)
        return fitted if len(fitted) <= _LONGEST_OPTION else None

    def _fitted(self, limit: int) -> str:
        written = _written(self)
        return written if len(written) <= limit else _written(replace(self, question=None))


def _written(value: Value) -> str:
    parts = {
        "v": _VERSION,
        "a": value.action,
        "q": value.question,
        "m": value.message_id if len(value.message_id or "") <= _LONGEST_NAME else None,
        "r": value.recipient,
        "n": value.number,
        "t": value.thread,
        "k": value.about,
        "d": value.deed,
        "i": value.rule,
    }
    # Letters as they are: an emoji spelt out takes twelve characters of the few that a button has.
    kept = {name: part for name, part in parts.items() if part is not None}
    written = json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode(errors="replace").decode()
    # Spelt so, Slack finds nothing to escape, and what comes back is what was sent.
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def decode(text: str | None) -> Value | None:
    """What ``Value.encode`` wrote; ``None`` for anything else, such as a button of a later or earlier Seen."""
    try:
        parts = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, dict) or parts.get("v") != _VERSION:
        return None
    number = parts.get("n")
    action = _text(parts.get("a"))
    return Value(
        question=_text(parts.get("q")),
        message_id=_text(parts.get("m")),
        recipient=_text(parts.get("r")),
        number=number if type(number) is int and 0 <= number < 10**6 else None,
        thread=_thread(parts.get("t")),
        about=_text(parts.get("k")),
        deed=_text(parts.get("d")),
        rule=_text(parts.get("i")),
        action=Action.of(action) if action else None,
    )


def _text(part: object) -> str | None:
    return part if isinstance(part, str) and part else None


def _thread(part: object) -> str | None:
    return part if isinstance(part, str) and _TS.fullmatch(part) else None


def mark_of(key: str) -> str:
    """16 hexadecimal digits that stand for a key: compare with ``Value.recipient`` and ``Value.about``."""
    return blake2b(key.encode(errors="replace"), digest_size=8).hexdigest()
