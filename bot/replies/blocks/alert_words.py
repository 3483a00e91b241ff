"""The sentences of alerts: what stands first, how sure it is, what was done, why one is over.

What tells of the email itself is said as in an answer (``bot.replies.words``); here stands what only an alert says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.naming import Person, Thing, person_of, plain, thing_of
from bot.replies import words as say
from bot.replies.alert_view import AlertView
from bot.replies.blocks.entries import EMOJI, Entry
from bot.replies.blocks.moments import SlackClock, colleague
from bot.rules.measure import can_show
from store.alert_records import AlertKind, Ending
from store.records import DeliveryState, Finding, JudgedTrail, Verdict

BY_HAND = frozenset({Ending.HANDLED, Ending.CALLED, Ending.NOT_IMPORTANT})
"""The ends that somebody in the office made; those with a name can be undone."""
_LOOKED = frozenset({Finding.SEEN, Finding.PROBABLY_SEEN})
_NOTE = 300


@dataclass(frozen=True, slots=True)
class End:
    """How an alert ended: its sign, what stands first, and the line below."""

    emoji: str
    label: str
    text: str
    below: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """An alert about to be told."""

    view: AlertView
    clock: SlackClock

    @property
    def entry(self) -> JudgedTrail:
        """Its email as it stands now."""
        return self.view.entry

    @property
    def person(self) -> Person:
        """Whom the email went to."""
        return person_of(self.entry.trail.recipient)

    @property
    def thing(self) -> Thing:
        """What was sent."""
        return thing_of(self.entry.trail.message)

    @property
    def told(self) -> say.Told:
        """The email in words."""
        return say.tell(self.entry, self.clock, siblings=self.view.siblings)

    @property
    def shown(self) -> Entry:
        """The email as an answer would show it."""
        return Entry(self.entry, self.told, self.clock, "", self.view.done)

    def line(self) -> tuple[str, str, str]:
        """For a list: what was sent, to whom, how it stands."""
        what, whom, how = say.line(self.entry, self.clock)
        return what[:1].upper() + what[1:], whom, self._done() if self.view.alert.ending in BY_HAND else how

    # ── While it is open ─────────────────────────────────────────────────────────────────────────────────────────

    def notes(self) -> list[str]:
        """What the reader must know of the alert itself."""
        view, told = self.view, []
        if view.unchecked_since:
            since = self.clock.until(view.unchecked_since)
            told.append(
                f"I haven't been able to ask Postmark since {since}, so what happened after that may be missing here."
            )
        if view.owner_gone:
            told.append("The colleague this email names isn't in this workspace any more, so I tell everybody here.")
        return told

    def why(self) -> list[str]:
        """The reasons, and what they come to."""
        sure = how_sure(self.entry.verdict) if self.view.alert.kind is AlertKind.SILENT else None
        return [*self.told.why[:2], sure] if sure else [*self.told.why]

    def next_words(self) -> str:
        """What to do next: never just to wait, where the rule's own time is up, and nothing that the alert does."""
        step = self.entry.next_step
        if step.code != "wait":
            return self.shown.next_words()
        if step.until is None or step.until_words is None or self.entry.verdict.finding is not Finding.NO_SIGN:
            return say.step(step, self.clock)
        until = self.clock.until(step.until)
        return f"If it can't wait, call {self.person.contact}. A sign may still come: many take until {until}."

    def snoozed(self) -> str | None:
        """That it is put aside, by whom, until when."""
        alert = self.view.alert
        if alert.snoozed_until is None or alert.snoozed_until <= self.clock.now:
            return None
        by = f" by {colleague(alert.snoozed_by)}" if alert.snoozed_by else ""
        return f"Snoozed{by}. I'll come back to it {self.clock.when(alert.snoozed_until)}, unless a sign comes first."

    # ── When it is over ──────────────────────────────────────────────────────────────────────────────────────────

    def end(self) -> End:
        """Why it is over."""
        ending = self.view.alert.ending or Ending.HANDLED
        if ending in BY_HAND:
            what, whom, how = say.line(self.entry, self.clock)
            label, _, text = self._done().partition(" ")
            return End(_SIGNS[ending], label, text, f"{what[:1].upper()}{what[1:]} to {whom} · {how}")
        if ending is Ending.OTHER_CONTACT:
            return self._other_contact()
        if ending is Ending.REPLACED:
            return self._replaced()
        if ending is Ending.DELIVERED:
            arrived = self.when(self.entry.verdict.delivery.at)
            text = f"{self.thing.starting} to {self.person.target} failed at first, and reached them{arrived}."
            return End(EMOJI[Finding.SEEN], "Arrived after all.", text, "")
        if ending is Ending.CANT_TELL:
            text = f"No sign of {self.thing.called} to {self.person.target} can come, so its silence says nothing."
            return End(EMOJI[Finding.NO_SIGN], "Can't tell.", text, "")
        return self._customer(ending)

    def _done(self) -> str:
        """``Handled by Rosa today at 10:03: “called him”``, its first word standing for itself."""
        alert = self.view.alert
        verb = _VERBS[alert.ending or Ending.HANDLED]
        by = f" by {colleague(alert.ended_by)}" if alert.ended_by else ", says a record of your own,"
        note = plain(alert.ending_note or "", _NOTE)
        return f"{verb}{by}{self.when(alert.ended_at)}{f': “{note}”' if note else '.'}"

    def _customer(self, ending: Ending) -> End:
        """The customer did something."""
        if self.entry.verdict.finding in _LOOKED:
            first = self.told.headline
            return End(
                EMOJI[self.entry.verdict.finding],
                f"{first.label}.",
                first.text,
                say.step(self.entry.next_step, self.clock),
            )
        did = _DID.get(ending, "gave a sign")
        text = f"{self.person.starting} {did}{self.when(self.view.alert.ended_at)}. It was about {self.thing.called}."
        return End(EMOJI[Finding.SEEN], "Settled.", text, "")

    def _other_contact(self) -> End:
        same = self.thing.reference or "the same number"
        other = self.view.other
        if other is not None:
            text = say.tell(other, self.clock).headline.text
        else:
            who = plain(self.view.alert.ending_note or "", 80) or "somebody else"
            text = f"{who[:1].upper()}{who[1:]} has, on {same}."
        is_one = other is not None and other.trail.message.message_id == self.entry.trail.message.message_id
        shared = "both got the same email" if is_one else f"both are about {same}"
        below = f"{self.thing.starting} to {self.person.target} has no sign of its own; {shared}."
        return End("busts_in_silhouette", "Another contact has looked.", text, below)

    def _replaced(self) -> End:
        newer = self.view.newer
        below = f"So I stopped waiting for a sign of the one sent{self.when(self.entry.trail.message.sent_at)}."
        if newer is None:
            text = f"{self.thing.starting} went out to {self.person.target} once more."
        else:
            thing, sent = thing_of(newer.trail.message), self.when(newer.trail.message.sent_at)
            text = f"{thing.starting} went out to {person_of(newer.trail.recipient).target}{sent}; that one counts now."
        return End("arrows_counterclockwise", "A newer email took its place.", text, below)

    def when(self, at: datetime | None) -> str:
        """A blank and the time; nothing where it is not known."""
        return f" {self.clock.when(at)}" if at else ""


_VERBS: Mapping[Ending, str] = {
    Ending.HANDLED: "Handled",
    Ending.CALLED: "Called",
    Ending.NOT_IMPORTANT: "Dismissed as not important",
}
_SIGNS: Mapping[Ending, str] = {
    Ending.HANDLED: "ballot_box_with_check",
    Ending.CALLED: "telephone_receiver",
    Ending.NOT_IMPORTANT: "no_bell",
}
_DID: Mapping[Ending, str] = {
    Ending.REPLIED: "answered",
    Ending.PAID: "paid",
    Ending.VISITED: "visited the customer portal",
    Ending.SEEN: "looked",
}


def how_sure(verdict: Verdict) -> str | None:
    """What the silence comes to, in words; nothing where it isn't silence that tells.

    The bounds are ours: a reader takes "very unlikely" for less than one in ten.
    """
    if verdict.delivery.state is DeliveryState.COMPLAINED:
        return None
    if verdict.finding is Finding.PROBABLY_SEEN:
        return "This rule asks for a surer sign than that."
    if verdict.finding is not Finding.NO_SIGN:
        return None
    if not can_show(verdict):
        return "Its silence says nothing: somebody may have looked, or nobody."
    return next(said for most, said in _CHANCES if verdict.probability < most)


_CHANCES = (
    (0.1, "It is very unlikely that somebody has looked at it."),
    (0.35, "It is unlikely, but possible, that somebody has looked at it."),
    (0.65, "The chances that somebody has looked at it are about even."),
    (2.0, "Somebody may well have looked at it without a trace."),
)
