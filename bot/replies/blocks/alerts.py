"""An alert as a message: while it is open with what can be done, and once it is over in a line or two.

The same message is changed in place for as long as the alert lives. Only the first post of it mentions somebody, and
never an update. ``bot.replies.blocks.alert_lists`` tells of many at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.naming import plain
from bot.replies import reasons
from bot.replies.alert_view import AlertView
from bot.replies.blocks import parts
from bot.replies.blocks.actions import Action, Snooze, Value, mark_of
from bot.replies.blocks.alert_words import BY_HAND, Spoken
from bot.replies.blocks.deeds import done
from bot.replies.blocks.entries import EMOJI
from bot.replies.blocks.moments import SlackClock, mention
from bot.replies.blocks.writing import Block, Reply, bullets, emoji, lines, message_text, quote, rich, section, words
from store.alert_records import AlertKind, Ending
from store.records import DeliveryState, Finding

SNOOZES = {
    Snooze.FOUR_HOURS: "4 hours",
    Snooze.TOMORROW: "Until tomorrow 9:00",
    Snooze.NEXT_BUSINESS_DAY: "Until the next business day",
    Snooze.UNTIL: "Until …",
}
_BY_CUSTOMER = frozenset({Ending.SEEN, Ending.REPLIED, Ending.PAID, Ending.VISITED})
_ELSEWHERE = "The buttons are on the message above."


def alert(view: AlertView, *, now: datetime) -> Reply:
    """The message of one alert, as it stands."""
    spoken = Spoken(view, SlackClock(now))
    return _open(spoken, first=_called(view)) if view.alert.is_open else _over(spoken)


def escalation(view: AlertView, *, now: datetime) -> Reply:
    """The same for those who are told because nobody has taken it up; it works like the alert itself."""
    spoken = Spoken(view, SlackClock(now))
    if not view.alert.is_open:
        return _over(spoken)
    return _open(
        spoken, notes=[f"Open since {spoken.clock.until(view.alert.began_at)}, and nobody has taken it up yet."]
    )


def reminder(view: AlertView, *, now: datetime, is_woken: bool = False) -> Reply:
    """A line for the alert's thread, because it is still open. ``is_woken``: somebody had put it off until now."""
    spoken = Spoken(view, SlackClock(now))
    first = spoken.told.headline
    counted = f"Reminder {max(view.alert.reminders, 1)} of {max(view.rule.again_at_most, view.alert.reminders, 1)}"
    number = "Back from its snooze" if is_woken else counted
    step = f"Next: {spoken.next_words()} {_ELSEWHERE}"
    blocks = rich(lines([*words(f"{number}: {first.label}. ", bold=True), *words(first.text)], words(step)))
    return Reply(message_text([f"{number}: {first}", step]), (blocks,))


def detail(view: AlertView, *, now: datetime) -> Reply | None:
    """The one thing about what happened that is worth a line in the alert's thread; ``None``: the alert says it all."""
    spoken = Spoken(view, SlackClock(now))
    told, ending = spoken.told, view.alert.ending
    if ending in _BY_CUSTOMER and told.why:
        said = [told.why[0], spoken.shown.next_words()]
    elif ending is Ending.OTHER_CONTACT and view.other is not None:
        others = Spoken(AlertView(alert=view.alert, rule=view.rule, entry=view.other), spoken.clock).told
        said = [*others.why[:1], f"If {spoken.person.contact} has to decide, ask all the same."]
    elif view.alert.is_open and _has_failed(view):
        said = [str(told.headline), spoken.shown.next_words()]
    elif view.alert.is_open and spoken.entry.verdict.automatic:
        newest = spoken.entry.verdict.automatic[-1]
        did = reasons.text(newest, spoken.person, spoken.thing, spoken.clock)
        said = [did, "That is no reliable sign, so the alert stays open."]
    else:
        return None
    return Reply(message_text(said), (rich(section(*words(" ".join(said)))),))


def _has_failed(view: AlertView) -> bool:
    verdict = view.entry.verdict
    return verdict.finding is Finding.NOT_DELIVERED or verdict.delivery.state is DeliveryState.COMPLAINED


# ── Open ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _called(view: AlertView) -> str:
    """Whom the first post calls, before its first sentence."""
    name = mention(view.mention) if view.mention else ""
    return f"{name} " if name else ""


def _open(spoken: Spoken, *, first: str = "", notes: Sequence[str] = ()) -> Reply:
    told, entry = spoken.told, spoken.entry
    notes = [*notes, *spoken.notes()]
    said = [[*words(f"{label}: ", bold=True), *words(" ".join(them))] for label, them in told.apart]
    why = spoken.why()
    step, snoozed = spoken.next_words(), spoken.snoozed()
    state = [*(done(deed, spoken.clock) for deed in spoken.view.done), *([snoozed] if snoozed else [])]
    head = section(
        *words(first),
        emoji(EMOJI[entry.verdict.finding]),
        *words(f" {told.headline.label}. ", bold=True),
        *words(told.headline.text),
    )
    blocks = [
        rich(head, *(quote(*words(note)) for note in notes)),
        *([rich(*([bullets(why)] if why else []), *([lines(*said)] if said else []))] if why or said else []),
        rich(section(*words("Next: ", bold=True), *words(step))),
        *(rich(section(*words(line))) for line in state),
        *_buttons(spoken, snoozed=bool(snoozed)),
        _foot(spoken),
    ]
    text = [
        f"{first}{told.headline}",
        *notes,
        *why,
        *(sentence for _, them in told.apart for sentence in them),
        f"Next: {step}",
        *state,
    ]
    return Reply(message_text(text), tuple(blocks))


def _foot(spoken: Spoken) -> Block:
    """Why it is told at all, and when its time was up."""
    alert, name = spoken.view.alert, plain(spoken.view.rule.name, 100)
    silent = alert.kind is AlertKind.SILENT
    up = (
        f"The time for a sign was up{spoken.when(alert.began_at)}." if silent else f"Told{spoken.when(alert.began_at)}."
    )
    return parts.context(up, f"Rule: {name}" if name else "")


def value_of(view: AlertView, action: Action | None = None, number: int | None = None) -> Value:
    """What the buttons of an alert remember."""
    message, recipient = view.entry.trail.message, view.entry.trail.recipient
    return Value(
        message_id=message.message_id,
        recipient=mark_of(recipient.key),
        about=mark_of(view.alert.key),
        action=action,
        number=number,
    )


def _buttons(spoken: Spoken, *, snoozed: bool) -> list[Block]:
    view, step = spoken.view, spoken.entry.next_step
    value = value_of(view)
    row = [
        parts.button("Called", Action.ALERT_CALLED, value, primary=True),
        parts.button("Handled", Action.HANDLED, value),
    ]
    if snoozed:
        row.append(parts.button("End snooze", Action.ALERT_WAKE, value))
    else:
        row += parts.select("Snooze …", Action.ALERT_SNOOZE, [_snooze(view, length) for length in Snooze])
    wished = [*([(Action.COPY_DRAFT, "Copy draft")] if step.draft else []), (Action.WHY, "Why?")]
    if spoken.shown.can_unblock:
        row.append(spoken.shown.unblock(value))
    else:
        action, text = wished.pop(0)
        row.append(parts.button(text, action, value))
    if spoken.shown.can_be_watched:
        wished.append((Action.WATCH, "Watch"))
    wished.append((Action.ALERT_NOT_IMPORTANT, "Not important"))
    return parts.actions(row, [parts.option(text, value_of(view, action)) for action, text in wished])


def _snooze(view: AlertView, length: Snooze) -> Block | None:
    return parts.option(SNOOZES[length], value_of(view, Action.ALERT_SNOOZE, int(length)))


# ── Over ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _over(spoken: Spoken) -> Reply:
    end = spoken.end()
    view = spoken.view
    below = [words(end.below)] if end.below else []
    blocks = [rich(lines([emoji(end.emoji), *words(f" {end.label} ", bold=True), *words(end.text)], *below))]
    if view.alert.ending in BY_HAND and view.alert.ended_by:
        blocks += parts.actions([parts.button("Undo", Action.ALERT_UNDO, value_of(view))])
    return Reply(message_text([f"{end.label} {end.text}", end.below]), tuple(blocks))
