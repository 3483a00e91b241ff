"""The window in which a rule is typed, and what was typed into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.replies.blocks import parts
from bot.replies.blocks.actions import Action, Value, View
from bot.replies.blocks.sums import several_lines
from bot.replies.blocks.writing import Block, plain_text
from bot.rules import describing
from bot.rules.form import MOST_REMINDERS, RuleField, written
from bot.rules.parsing import duration_text
from bot.rules.timing import Defaults
from store.alert_records import CantTell, Match, Rule

ESCALATE_PERSON = "escalate_person"
"""The second field for whom to tell: Slack has no one field for channels and people."""
SINCE = "since"
_MOST = 2900
_MATCHES = {Match.ALL: "All of them must hold", Match.ANY: "One of them is enough"}
_CANT_TELL = {
    CantTell.DIGEST: "One line in the next digest",
    CantTell.ALERT: "An alert that says so",
    CantTell.NOTHING: "Nothing",
}
_NOW, _WEEK, _MONTH = "now", "7", "30"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about, as it comes back with it."""

    rule_id: str = ""
    """Empty: a rule that isn't kept yet."""
    edition: int = 0
    """Which edition of it was opened, so that nobody undoes what somebody else does meanwhile."""
    page: int = 0
    """Of the list below."""

    def encode(self) -> str:
        """For ``private_metadata``."""
        return json.dumps([self.rule_id, self.edition, self.page])


def subject_of(view: Mapping[str, Any]) -> Subject | None:
    """What a form is about; ``None``: it is none of this edition."""
    try:
        rule_id, edition, page = json.loads(view.get("private_metadata") or "")
        return Subject(str(rule_id), int(edition), int(page))
    except (ValueError, TypeError, RecursionError):
        return None


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────


def rule_modal(rule: Rule | None, defaults: Defaults, *, page: int = 0) -> Block:
    """The form for a new rule (``None``), or with what stands in one that is to be changed."""
    stands = written(rule) if rule else {}
    form = _Form(stands, defaults)
    about = Subject(rule.rule_id, rule.edition, page) if rule else Subject(page=page)
    fields = [
        form.line(RuleField.NAME, "Name", "Quotes and invoices", optional=False),
        parts.header("Which emails"),
        form.line(RuleField.TAGS, "Tags", "quote, invoice", "Postmark's tag of the email; with commas."),
        form.line(RuleField.METADATA, "Metadata", "important=true", _METADATA, several=True),
        form.line(RuleField.AMOUNTS, "Amount", "total>1000", "A metadata field that holds a number.", several=True),
        form.line(RuleField.SUBJECT, "Subject", "quote .* urgent", "A regular expression; plain words will do."),
        form.line(RuleField.DOMAINS, "Recipients' domains", "acme.example"),
        form.line(RuleField.STREAMS, "Message streams", "outbound"),
        form.choice(RuleField.MATCH, "These conditions", _MATCHES),
        parts.header("How long without a sign"),
        form.line(RuleField.AFTER, "Business time", _standing(defaults), "90m, 24h, 2 business days."),
        form.line(RuleField.HOURS, "Business hours", describing.hours_text(defaults.office.hours)),
        form.line(RuleField.TIMEZONE, "Time zone", defaults.office.timezone.key),
        form.line(
            RuleField.HOLIDAYS, "Public holidays", _holidays(defaults), "A country, with region: DE-BY; or none."
        ),
        form.line(
            RuleField.BELOW, "Counts as unseen while a look is less likely than", "empty: no reliable sign", _BELOW
        ),
        form.choice(RuleField.CANT_TELL, "Where no sign can come", _CANT_TELL),
        parts.header("Who is told"),
        form.channel(RuleField.CHANNEL, "Channel", "Empty: the one of the settings." if defaults.channel else ""),
        form.person(RuleField.MENTION, "Mention"),
        form.line(RuleField.MENTION_FIELD, "Mention whom this metadata field names", "owner"),
        form.line(RuleField.AGAIN_AFTER, "Remind after", "8h", "In the thread, while nobody has handled it."),
        form.line(RuleField.AGAIN_AT_MOST, "Reminders at most", "1", f"1 to {MOST_REMINDERS}."),
        form.line(RuleField.ESCALATE_AFTER, "If nobody handles it within", "2 business days"),
        form.channel(RuleField.ESCALATE_TO, "… tell this channel"),
        form.person(RuleField.ESCALATE_TO, "… or this person", block=ESCALATE_PERSON),
        parts.header("From when on"),
        _since(is_new=rule is None),
    ]
    blocks = [field for field in fields if field is not None]
    try_it = parts.button("Try before keeping", Action.RULES_TRY_FORM, Value(number=page))
    return {
        "type": "modal",
        "callback_id": View.RULE.value,
        "title": plain_text("Change a rule" if rule else "Add a rule", 24),
        "submit": plain_text("Keep", 24),
        "close": plain_text("Cancel", 24),
        "blocks": [*blocks, *parts.actions([try_it])],
        "private_metadata": about.encode(),
    }


_METADATA = "A field and its value, several in lines; a field alone is any value."
_BELOW = "Such as 50%. Empty: as long as there is no reliable sign."


def _standing(defaults: Defaults) -> str:
    return f"as set: {duration_text(defaults.after)}"


def _holidays(defaults: Defaults) -> str:
    kept = defaults.office.holidays
    return f"as set: {describing.holidays_text(kept)}" if kept else "as set: none"


def _since(*, is_new: bool) -> Block:
    new = {
        _NOW: "Mail sent from now on",
        _WEEK: "Also mail of the last 7 days",
        _MONTH: "Also mail of the last 30 days",
    }
    old = {_NOW: "What it newly fits: from now on", _WEEK: new[_WEEK], _MONTH: new[_MONTH]}
    return _input(SINCE, "It holds for", _select(SINCE, new if is_new else old, _NOW))


@dataclass(frozen=True, slots=True)
class _Form:
    """Makes fields that hold what stands in them."""

    stands: Mapping[RuleField, str]
    defaults: Defaults

    def line(
        self,
        field: RuleField,
        label: str,
        example: str,
        hint: str = "",
        *,
        several: bool = False,
        optional: bool = True,
    ) -> Block:
        """A field to type into."""
        element: Block = {
            "type": "plain_text_input",
            "action_id": field.value,
            "multiline": several,
            "max_length": _MOST,
            "placeholder": plain_text(example, 150),
        }
        if standing := self.stands.get(field, ""):
            element["initial_value"] = several_lines(standing, _MOST)
        return _input(field.value, label, element, hint=hint, optional=optional)

    def choice(self, field: RuleField, label: str, options: Mapping[Any, str]) -> Block:
        """A field to choose in."""
        standing = self.stands.get(field) or next(iter(options)).value
        return _input(
            field.value, label, _select(field.value, {str(key): text for key, text in options.items()}, standing)
        )

    def channel(self, field: RuleField, label: str, hint: str = "") -> Block:
        """A field for a channel of the workspace, that no other company can see."""
        element: Block = {
            "type": "conversations_select",
            "action_id": field.value,
            "placeholder": plain_text("Choose a channel", 150),
            "filter": {
                "include": ["public", "private"],
                "exclude_external_shared_channels": True,
                "exclude_bot_users": True,
            },
        }
        standing = self.stands.get(field, "")
        if standing[:1] in {"C", "G"}:
            element["initial_conversation"] = standing
        return _input(field.value, label, element, hint=hint, optional=True)

    def person(self, field: RuleField, label: str, *, block: str = "") -> Block:
        """A field for a person; where a user group stands, one to type its id into, for Slack has no menu of those."""
        standing = self.stands.get(field, "")
        if standing[:1] == "S" and not block:
            return self.line(field, f"{label} (ID)", "U0123456789", "Of a person or a user group.")
        element: Block = {
            "type": "users_select",
            "action_id": block or field.value,
            "placeholder": plain_text("Choose a person", 150),
        }
        if standing[:1] in {"U", "W"}:
            element["initial_user"] = standing
        return _input(block or field.value, label, element, optional=True)


def _input(block: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": plain_text(label, 200),
        "element": element,
    }
    return {**made, "hint": plain_text(hint, 200)} if hint else made


def _select(action: str, options: Mapping[str, str], standing: str) -> Block:
    offered = {value: {"text": plain_text(text, 75), "value": value} for value, text in options.items()}
    return {
        "type": "static_select",
        "action_id": action,
        "options": list(offered.values()),
        "initial_option": offered[standing],
    }


# ── What was typed ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a form that comes back."""

    typed: dict[RuleField, str]
    days_back: int = 0
    """Days of earlier mail that the rule is to hold for."""
    told_twice: bool = False
    """Both a channel and a person were chosen to be told; only one can be."""


def filled(view: Mapping[str, Any]) -> Filled:
    """Reads a form, as it is submitted or as it stands when a button in it is pressed."""
    values = (view.get("state") or {}).get("values") or {}
    typed = {field: _value(values, field.value) for field in RuleField}
    person = _value(values, ESCALATE_PERSON)
    twice = bool(person and typed[RuleField.ESCALATE_TO])
    typed[RuleField.ESCALATE_TO] = typed[RuleField.ESCALATE_TO] or person
    days = _value(values, SINCE)
    return Filled(typed, int(days) if days in {_WEEK, _MONTH} else 0, twice)


def _value(values: Mapping[str, Any], name: str) -> str:
    element = (values.get(name) or {}).get(name) or {}
    chosen = element.get("selected_option") or {}
    found = (element.get(key) for key in ("value", "selected_conversation", "selected_user"))
    return str(chosen.get("value") or next(filter(None, found), None) or "")


def errors(faults: Mapping[RuleField, str]) -> dict[str, str]:
    """Faults as Slack takes them, each at its field."""
    return {field.value: text for field, text in faults.items()}
