"""One email to one recipient, told in full, with the buttons that fit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.replies import words as say
from bot.replies.blocks import deeds
from bot.replies.blocks.actions import Action, Value, mark_of
from bot.replies.blocks.deeds import Deed
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.parts import button, confirmation, option
from bot.replies.blocks.writing import Block, bullets, emoji, lines, quote, rich, section, words
from bot.rules.measure import can_show
from store.records import Finding, JudgedTrail

EMOJI = {
    Finding.SEEN: "white_check_mark",
    Finding.PROBABLY_SEEN: "eyes",
    Finding.NO_SIGN: "grey_question",
    Finding.NOT_DELIVERED: "warning",
    Finding.IN_TRANSIT: "hourglass_flowing_sand",
}
"""Beside the words, never instead of them."""

_WATCH = "Watch"
_UNBLOCK = "Unblock address"
_SEND_AGAIN = "Send it again: Postmark takes this address now."
_OPEN = frozenset({Finding.NO_SIGN, Finding.IN_TRANSIT})
_NOTHING_TO_DO = frozenset({"none"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One email to one recipient about to be shown."""

    judged: JudgedTrail
    told: say.Told
    clock: SlackClock
    question: str
    deeds: Sequence[Deed] = ()
    thread: str | None = None
    """Under which message the answer would be shared."""

    @property
    def value(self) -> Value:
        """What its buttons remember."""
        return value_of(self.judged, self.question, thread=self.thread)

    def text(self) -> list[str]:
        """In words alone."""
        return [
            str(self.told.headline),
            *self.told.why,
            *(sentence for _, sentences in self.told.apart for sentence in sentences),
            f"Next: {self.next_words()}",
            *(deeds.done(deed, self.clock) for deed in self.deeds),
        ]

    def blocks(self, notes: Sequence[str] = ()) -> list[Block]:
        """The headline with ``notes`` under it, why, what to do next, and what was done. No buttons."""
        return [
            *self.verdict(notes),
            rich(section(*words("Next: ", bold=True), *words(self.next_words()))),
            *(rich(section(*words(deeds.done(deed, self.clock)))) for deed in self.deeds),
        ]

    def verdict(self, notes: Sequence[str] = ()) -> list[Block]:
        """The headline with ``notes`` under it, and why."""
        first = self.told.headline
        sign = emoji(EMOJI[self.judged.verdict.finding])
        headline = section(sign, *words(f" {first.label}. ", bold=True), *words(first.text))
        return [rich(headline, *(quote(*words(note)) for note in notes)), *self._reasons()]

    def next_words(self) -> str:
        """What to do next."""
        text = say.step(self.judged.next_step, self.clock)
        if self.judged.next_step.code == "wait" and self.can_be_watched:
            sign = "clicks it" if self.judged.verdict.trackable.opens is False else "opens it"
            return f"{text} Press “{_WATCH}”, and I'll tell you if somebody {sign}."
        if self.judged.next_step.code != "unblock":
            return text
        return f"{text} “{_UNBLOCK}” below does that." if self.can_unblock else _SEND_AGAIN

    @property
    def can_unblock(self) -> bool:
        """Whether unblocking the address is what the advice asks for, and nobody has done it."""
        return self.judged.next_step.code == "unblock" and Action.UNBLOCK not in deeds.taken(self.deeds)

    @property
    def can_be_watched(self) -> bool:
        """Whether there is a sign to wait for, and somebody who would want it."""
        verdict, handled = self.judged.verdict, Action.HANDLED in deeds.taken(self.deeds)
        return self.judged.trail.is_customer and verdict.finding in _OPEN and can_show(verdict) and not handled

    def _reasons(self) -> Iterator[Block]:
        told = self.told.apart
        apart = [[*words(f"{label}: ", bold=True), *words(" ".join(sentences))] for label, sentences in told]
        parts = [*([bullets(self.told.why)] if self.told.why else []), *([lines(*apart)] if apart else [])]
        if parts:
            yield rich(*parts)

    # ── Buttons ──────────────────────────────────────────────────────────────────────────────────────────────────

    def buttons(self, *, primary: bool) -> list[Block]:
        """What the advice asks for, foremost first, and how to take back what was done."""
        gone = deeds.taken(self.deeds)
        step = self.judged.next_step
        made = deeds.undoing(self.deeds, self.value)
        if step.code == "wait" and self.can_be_watched:
            made.append(button(_WATCH, Action.WATCH, self.value))
        if step.draft and Action.UNBLOCK not in gone:
            first = primary and Action.HANDLED not in gone
            made.append(button("Copy draft", Action.COPY_DRAFT, self.value, primary=first))
        if self.can_unblock:
            made.append(self.unblock(self.value))
        if step.code not in _NOTHING_TO_DO and Action.HANDLED not in gone:
            made.append(button("Handled", Action.HANDLED, self.value))
        return made

    def why(self) -> Block:
        """The button that opens the reasons and the sum behind them."""
        return button("Why?", Action.WHY, self.value)

    def opinions(self) -> list[Block | None]:
        """Lines of the menu that tell whether the answer was right."""
        if deeds.taken(self.deeds) & {Action.RIGHT, Action.WRONG}:
            return []
        return [self.line("This was right", Action.RIGHT), self.line("This was wrong", Action.WRONG)]

    def watch(self) -> list[Block | None]:
        """The line of the menu that has the email watched, where no button does."""
        if self.judged.next_step.code == "wait" or not self.can_be_watched:
            return []
        return [self.line(_WATCH, Action.WATCH)]

    def line(self, text: str, action: Action) -> Block | None:
        """A line of the menu."""
        return option(text, value_of(self.judged, self.question, action, thread=self.thread))

    def unblock(self, value: Value) -> Block:
        """The button that has the address unblocked, after a question."""
        address = self.judged.trail.recipient.address
        sure = confirmation(
            "Unblock this address?",
            f"Postmark will send to {address} again. If the mailbox still refuses email, it is blocked anew.",
            "Unblock",
            "Leave it blocked",
        )
        return button(_UNBLOCK, Action.UNBLOCK, value, confirm=sure)


def value_of(judged: JudgedTrail, question: str, action: Action | None = None, *, thread: str | None = None) -> Value:
    """What a button about this trail remembers."""
    trail = judged.trail
    return Value(
        question=question or None,
        message_id=trail.message.message_id,
        recipient=mark_of(trail.recipient.key),
        thread=thread,
        action=action,
    )
