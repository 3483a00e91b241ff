"""What Seen says of watches: that it watches, that there is nothing to wait for, what has come, what one watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import count
from bot.naming import person_of, plain, thing_of
from bot.replies import words as say
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, Action, Value
from bot.replies.blocks.entries import EMOJI, Entry
from bot.replies.blocks.moments import SlackClock, colleague, mention
from bot.replies.blocks.writing import Block, Reply, emoji, lines, message_text, plain_text, quote, rich, section, words
from bot.rules.measure import can_show
from store.alert_records import Watch, WatchEnd
from store.records import Finding, JudgedTrail

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch with the emails it is about, as they stand now."""

    watch: Watch
    entries: Sequence[JudgedTrail] = ()
    """The newest first; none: nothing has been sent yet, as far as is known."""


def watching(
    watched: Watched, *, now: datetime, already: bool = False, shortened: bool = False, in_open: bool = False
) -> Reply:
    """That somebody will be told.

    ``already``: they watched it before. ``shortened``: they wished for longer than Seen watches. ``in_open``: others
    read this, too.
    """
    watch, clock = watched.watch, SlackClock(now)
    where = "in a thread" if watch.thread else "in a channel" if watch.channel else "in a direct message"
    where = "here" if in_open and not already else where
    whom = colleague(watch.who) if in_open else "you"
    subject, begins = _subject(watched), "already watch" if already else "watch"
    first = f"I {begins} {subject} for {whom}."
    second = (
        f"I'll say so {where} as soon as somebody opens or clicks it, answers or pays, or if it doesn't arrive; "
        f"and if nothing comes, {clock.when(watch.expires_at)}."
    )
    more = ["That is as long as I watch anything."] if shortened else []
    if not watched.entries:
        more.append("I know of no such email yet; the next one counts.")
    elif not any(can_show(entry.verdict) for entry in watched.entries):
        more.append("An open or a click can't show here, so I'd hear of an answer or a payment only.")
    blocks = (
        rich(lines([emoji("bell"), *words(f" {first}", bold=True)], words(" ".join([second, *more])))),
        *parts.actions([_unwatch(watch)]),
    )
    return Reply(message_text([first, second, *more]), blocks)


def nothing_to_wait_for(entry: JudgedTrail, *, now: datetime, question: str) -> Reply:
    """That what somebody wished to watch has been seen already, or can't be any more."""
    clock = SlackClock(now)
    shown = Entry(entry, say.tell(entry, clock), clock, question)
    failed = entry.verdict.finding is Finding.NOT_DELIVERED
    first = (
        "There is nothing to wait for: it did not arrive." if failed else "No need to watch: there is a sign already."
    )
    row = parts.actions([*shown.buttons(primary=True)[:3], shown.why()])
    return Reply(message_text([first, *shown.text()]), (rich(section(*words(first))), *shown.blocks(), *row))


def watch_what() -> Reply:
    """The question back where nobody said what to watch."""
    first = "Whose email, or which number, shall I watch?"
    second = f"This works: {COMMAND} watch 1042, or {COMMAND} watch maria@example.com until Friday."
    return Reply(message_text([first, second]), (rich(lines(words(first, bold=True), words(second))),))


def too_many_watches(number: int) -> Reply:
    """That somebody watches as much as anybody may."""
    first = f"You watch {count(number, 'email')} already, and that is as many as I can keep."
    second = f"Take one off with {COMMAND} watches, then try again."
    return Reply(message_text([first, second]), (rich(lines(words(first, bold=True), words(second))),))


def watch_told(
    watched: Watched, *, now: datetime, entry: JudgedTrail | None, unchecked: bool = False, in_open: bool = False
) -> Reply:
    """What has come of a watch: the first sign, a failure, or nothing till its end.

    ``entry``: the email that it ended with, or the one it waited for. ``unchecked``: Postmark couldn't be asked.
    ``in_open``: others read it too, so that whoever wished for it is called.
    """
    watch, clock = watched.watch, SlackClock(now)
    called = f"{mention(watch.who)} " if in_open and mention(watch.who) else ""
    expired = watch.end is WatchEnd.EXPIRED
    first = f"The time is up: I watched {_subject(watched)} for you." if expired else "You wanted to know."
    if expired and entry is not None and entry.verdict.finding in {Finding.SEEN, Finding.PROBABLY_SEEN}:
        first = "You wanted to know."
    notes = ["I couldn't ask Postmark just now, so something may be missing here."] if unchecked else []
    if entry is None:
        notes.append("No such email has gone out since, as far as I know.")
        blocks = [rich(section(*words(f"{called}{first}", bold=True)), *(quote(*words(note)) for note in notes))]
        return Reply(message_text([f"{called}{first}", *notes]), tuple(blocks))
    shown = Entry(entry, say.tell(entry, clock), clock, "")
    told = [f"{called}{first}", *shown.text()]
    row = [*shown.buttons(primary=True)[:3], shown.why()]
    menu = [shown.line("Watch again", Action.WATCH)] if expired else []
    blocks = [rich(section(*words(f"{called}{first}"))), *shown.blocks(notes), *parts.actions(row, menu)]
    return Reply(message_text([told[0], told[1], *notes, *told[2:]]), tuple(blocks))


def unwatched(*off: Watched) -> Reply:
    """That watches are off."""
    told = [f"I no longer watch {_subject(watched)} for you." for watched in off]
    return Reply(message_text(told), (rich(section(emoji("no_bell"), *words(f" {' '.join(told)}"))),))


def not_watched(subject: str = "") -> Reply:
    """That there was nothing to take off."""
    about = f" “{plain(subject, 100)}”" if subject else " that"
    sentence = f"You don't watch{about}: there is nothing to take off. {COMMAND} watches shows what you do."
    return Reply(message_text([sentence]), (rich(section(*words(sentence))),))


def watches(watched: Sequence[Watched], *, now: datetime, more: int = 0) -> Reply:
    """What somebody watches, each with a button that takes it off."""
    if not watched:
        first = "You watch nothing at the moment."
        second = f"Try {COMMAND} watch 1042, or press Watch under an answer."
        return Reply(message_text([first, second]), (rich(lines(words(first, bold=True), words(second))),))
    shown = watched[:MOST_LISTED]
    left = len(watched) - len(shown) + more
    first = f"You watch {count(len(watched) + more, 'thing')}."
    told = [f"{_subject(one)}: until {SlackClock(now).until(one.watch.expires_at)}" for one in shown]
    blocks = [rich(section(*words(first, bold=True)))]
    blocks += [line for number, one in enumerate(shown) for line in watch_line(one, number, now=now)]
    if left:
        others = "watch" if left == 1 else "watches"
        blocks.append(parts.context(f"{left} further {others} left out: {COMMAND} unwatch 1042 takes one off by name."))
    return Reply(message_text([first, *told]), tuple(blocks))


def watch_line(watched: Watched, number: int, *, now: datetime, action: Action = Action.UNWATCH) -> list[Block]:
    """A watch in a list, with its button; ``number`` tells several in a row apart."""
    clock, watch = SlackClock(now), watched.watch
    value = Value(about=str(watch.watch_id), number=number)
    subject = _subject(watched)
    line = {
        "type": "section",
        "text": plain_text(subject[:1].upper() + subject[1:], 200),
        "accessory": parts.button("Unwatch", action, value, number=number),
    }
    until = f"until {clock.until(watch.expires_at)}"
    if not watched.entries:
        return [line, rich(section(*words(f"Nothing sent yet · {until}")))]
    newest = watched.entries[0]
    stands = f" {say.line(newest, clock)[2]} · {until}"
    return [line, rich(section(emoji(EMOJI[newest.verdict.finding]), *words(stands, most=300)))]


def _unwatch(watch: Watch) -> Block:
    return parts.button("Unwatch", Action.UNWATCH, Value(about=str(watch.watch_id)))


def _subject(watched: Watched) -> str:
    """What is watched: the email where it is one, else as it was typed."""
    typed = plain(watched.watch.question, 150)
    emails = {(entry.trail.message.message_id, entry.trail.recipient.key) for entry in watched.entries}
    if len(emails) != 1:
        return f"“{typed}”"
    trail = watched.entries[0].trail
    return f"{thing_of(trail.message).called} to {person_of(trail.recipient).target}"
