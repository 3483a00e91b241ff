"""Windows that open over Slack: why, the ready words, "handled" with a note, and the form for a question.

Each gives the whole view for ``views.open`` or ``views.update``. ``private_metadata`` is the caller's own, at most
3,000 characters; it comes back with whatever is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.evidence import Weighing
from bot.naming import thing_of
from bot.replies import words as say
from bot.replies.blocks import deeds, parts, sums
from bot.replies.blocks.actions import Action, Field, View
from bot.replies.blocks.deeds import Deed, What
from bot.replies.blocks.entries import Entry
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.writing import Block, lines, plain_text, quote, rich, section, words
from store.records import JudgedTrail

_LONGEST_DRAFT = 2900


def why_modal(
    judged: JudgedTrail,
    *,
    now: datetime,
    weighing: Weighing | None = None,
    siblings: Sequence[JudgedTrail] = (),
    question: str = "",
    done: Sequence[Deed] = (),
    private_metadata: str = "",
) -> Block:
    """The reasons for one verdict, what happened in order, and, with ``weighing``, the sum behind it."""
    clock = SlackClock(now)
    entry = Entry(judged, say.tell(judged, clock, siblings=siblings), clock, question, done)
    blocks = [*entry.verdict(), *_opinion(entry, done), *sums.history(judged, clock)]
    if weighing:
        blocks += [parts.divider(), *sums.evidence(weighing, clock)]
    return modal(View.WHY, "Why?", blocks[:100], private_metadata, close="Close")


def _opinion(entry: Entry, done: Sequence[Deed]) -> list[Block]:
    """Asks whether the answer was right; where somebody has said so, who, and how to take it back."""
    given = [deed for deed in done if deed.what in {What.RIGHT, What.WRONG}]
    if given:
        told = lines(*(words(deeds.done(deed, entry.clock)) for deed in given))
        return [rich(told), *parts.actions(deeds.undoing(given, entry.value))]
    buttons = [parts.button("Right", Action.RIGHT, entry.value), parts.button("Wrong", Action.WRONG, entry.value)]
    return [parts.context("Was this answer right? It helps to say so."), *parts.actions(buttons)]


def draft_modal(judged: JudgedTrail, *, now: datetime, private_metadata: str = "") -> Block:
    """The ready words of the next step, in a field from which they can be copied, changed or not.

    Sending the window marks the email as handled: a field needs such a button, and this one saves a step.
    """
    draft = judged.next_step.draft or ""
    email = thing_of(judged.trail.message).called
    field: Block = {
        "type": "input",
        "block_id": Field.WORDS.value,
        "optional": True,
        "label": plain_text("Ready to copy", 200),
        "hint": plain_text("Copy it and send it yourself: I send nothing to customers.", 200),
        "element": {
            "type": "plain_text_input",
            "action_id": Field.WORDS.value,
            "multiline": True,
            "initial_value": sums.several_lines(draft, _LONGEST_DRAFT),
        },
    }
    step = say.step(judged.next_step, SlackClock(now))
    head = rich(section(*words(f"About {email} to {judged.trail.recipient.address}. {step}")))
    return modal(View.DRAFT, "Words to use", [head, field], private_metadata, submit="Mark as handled")


def handled_modal(judged: JudgedTrail, *, private_metadata: str = "") -> Block:
    """Asks for a note before an email is marked as handled."""
    email = thing_of(judged.trail.message).called
    head = rich(section(*words(f"Mark {email} to {judged.trail.recipient.address} as handled?")))
    return modal(
        View.HANDLED,
        "Handled",
        [head, _input(Field.NOTE, "What did you do?", "Called; they'll look tonight.", most=200, optional=True)],
        private_metadata,
        submit="Mark as handled",
        close="Cancel",
    )


def form_modal(*, question: str = "", error: str | None = None, private_metadata: str = "") -> Block:
    """Asks for a question. ``error`` says why the one in it could not be answered."""
    field = _input(Field.QUESTION, "Address, number or name", "1042, or maria@example.com quote", most=300)
    if question:
        field["element"]["initial_value"] = sums.several_lines(question, 300)
    blocks = [rich(quote(*words(error)))] if error else []
    blocks += [field, parts.context("I answer privately, in our direct messages.")]
    return modal(View.FORM, "Did they see it?", blocks, private_metadata, submit="Ask", close="Cancel")


def notice_modal(title: str, sentences: Sequence[str], *, private_metadata: str = "") -> Block:
    """A few sentences in a window: that something loads, was refused, or is gone."""
    return modal(View.WHY, title, [rich(lines(*map(words, sentences)))], private_metadata)


def _input(field: Field, label: str, example: str, *, most: int, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": field.value,
        "optional": optional,
        "label": plain_text(label, 200),
        "element": {
            "type": "plain_text_input",
            "action_id": field.value,
            "max_length": most,
            "placeholder": plain_text(example, 150),
        },
    }


def modal(
    view: View, title: str, blocks: Sequence[Block], private_metadata: str, *, submit: str = "", close: str = "Close"
) -> Block:
    """A window of these blocks; ``submit`` names the button that sends it, if there is one."""
    made: Block = {
        "type": "modal",
        "callback_id": view.value,
        "title": plain_text(title, 24),
        "close": plain_text(close, 24),
        "blocks": list(blocks),
        "private_metadata": private_metadata,
    }
    if submit:
        made["submit"] = plain_text(submit, 24)
    return made
