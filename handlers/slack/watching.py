"""Watches: asked for by a command, in a thread or by a button, shown, and taken off."""

from __future__ import annotations

from dataclasses import dataclass

from bot.question import deadlines, wishes
from bot.question.calendar import Calendar
from bot.question.wishes import Wish
from bot.replies import blocks
from bot.replies.blocks import ask_subject, not_understood
from bot.replies.blocks.actions import Value
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import NotTold, Place
from bot.slack.subjects import Spot, Unclear
from bot.watches import Already, Begun, NotKnown, Settled, TooMany
from bot.watches import Wish as Wished
from handlers.slack.services import Services
from store.records import JudgedTrail, NotUnderstood, Question, Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Wishing:
    """Somebody's words, and where they stand."""

    text: str
    asker: Asker
    way: str
    place: Place
    spot: Spot | None = None
    """The thread, or the direct conversation; ``None``: only the asker sees the answer."""
    begins: bool = False

    @property
    def in_open(self) -> bool:
        """Whether others read the answer."""
        return self.spot is not None and not self.asker.is_alone


def wished(services: Services, wishing: Wishing) -> bool:
    """Does what a message wishes; False: it wishes nothing, but asks. For workers."""
    found = wishes.find(wishing.text)
    if found is None:
        return False
    services.desk.record(_inquiry(wishing, Question(text=wishing.text, subjects=())))
    rest = Wishing(found.rest, wishing.asker, wishing.way, wishing.place, wishing.spot, begins=wishing.begins)
    match found.wish:
        case Wish.WATCH:
            watch(services, rest)
        case Wish.UNWATCH:
            unwatch_text(services, rest)
        case Wish.LIST:
            show(services, wishing.asker.user, wishing.place)
    return True


def watch(services: Services, wishing: Wishing) -> None:
    """Watches what the words name, or what their thread is about."""
    deadline = deadlines.find(wishing.text, Calendar(services.now(), services.reading.timezone))
    question = _question(services, wishing, deadline.rest)
    if question is None:
        return
    spot = wishing.spot
    outcome = services.watches.begin(
        Wished(
            question=question,
            who=wishing.asker.user,
            channel=spot.channel if spot else None,
            thread=(spot.thread or None) if spot else None,
            until=deadline.until,
        )
    )
    _tell(services, outcome, question, wishing.place, in_open=wishing.in_open)


def watch_email(services: Services, entry: JudgedTrail, who: str, *, spot: Spot | None, place: Place) -> None:
    """Watches one email to somebody: told in the thread of ``spot``, or in a direct message."""
    message, recipient = entry.trail.message, entry.trail.recipient
    subjects = (Subject(SubjectKind.EMAIL, recipient.key), Subject(SubjectKind.MESSAGE_ID, message.message_id))
    question = Question(text="", subjects=subjects)
    channel, thread = (spot.channel, spot.thread or None) if spot else (None, None)
    outcome = services.watches.begin(Wished(question=question, who=who, channel=channel, thread=thread))
    _tell(services, outcome, question, place, in_open=False)


def _tell(
    services: Services,
    outcome: Begun | Already | Settled | NotKnown | TooMany,
    question: Question,
    place: Place,
    *,
    in_open: bool,
) -> None:
    now = services.now()
    match outcome:
        case Begun(watched, shortened):
            place.say(blocks.watching(watched, now=now, shortened=shortened, in_open=in_open))
        case Already(watched):
            place.say(blocks.watching(watched, now=now, already=True, in_open=in_open))
        case Settled(entry):
            place.say(blocks.nothing_to_wait_for(entry, now=now, question=question.text))
        case NotKnown(answer):
            place.say(blocks.answer(answer, now=now, private=place.can_share))
        case TooMany(number):
            place.say(blocks.too_many_watches(number))


def unwatch_text(services: Services, wishing: Wishing) -> None:
    """Takes off what the words name, or what their thread is about."""
    question = _question(services, wishing, wishing.text)
    if question is None:
        return
    ended = services.watches.end_of(wishing.asker.user, question)
    wishing.place.say(blocks.unwatched(*ended) if ended else blocks.not_watched(wishing.text))


def unwatch(services: Services, who: str, value: Value, *, place: Place, over: Place | None) -> None:
    """Takes off the watch of a button; one of a list is shown without it, one by itself gives way to that."""
    about = value.about or ""
    ended = services.watches.end(who, int(about)) if about.isdigit() else None
    if ended is None:
        place.say(blocks.not_watched())
        return
    shown = blocks.unwatched(ended)
    if value.number is not None:
        shown = blocks.watches(services.watches.of(who), now=services.now())
    try:
        (over or place).say(shown)
    except NotTold:
        place.say(blocks.unwatched(ended))  # the message is too old to be changed


def show(services: Services, who: str, place: Place) -> None:
    """Shows somebody what they watch."""
    place.say(blocks.watches(services.watches.of(who), now=services.now()))


def _question(services: Services, wishing: Wishing, text: str) -> Question | None:
    """What is meant; where that isn't clear, it is asked back."""
    if wishing.spot is None:
        found = services.reading.question(text)
        if isinstance(found, NotUnderstood):
            wishing.place.say(not_understood(found) if text else blocks.watch_what())
            return None
        return found
    alone = wishing.asker.user if wishing.asker.is_alone else None
    known = services.subjects.find(text, wishing.spot, alone=alone, begins=wishing.begins)
    if isinstance(known, Unclear):
        wishing.place.say(ask_subject(known.candidates) if known.candidates else blocks.watch_what())
        return None
    return known


def _inquiry(wishing: Wishing, question: Question) -> Inquiry:
    return Inquiry(question=question, who=wishing.asker.user, way=wishing.way, channel=wishing.asker.channel)
