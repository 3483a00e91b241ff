"""The situations an office asks about, one part of the story each: who plays it, what they were sent, what they did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.habits import DAY, HOUR, NO_SUCH_MAILBOX, SWITCHED_OFF, Habits
from bot.demo.letters import Kind
from bot.demo.people import (
    APPLE,
    COMPANY,
    GATEWAY,
    GMAIL,
    OUTLOOK,
    OWN_SERVER,
    PROTON,
    YAHOO,
    Mailbox,
    Person,
)
from bot.demo.story import Act, Deed

AT_HOME = (GMAIL, YAHOO, OUTLOOK, APPLE, OWN_SERVER)
QUOTE, BOOKING, PORTAL = Kind.QUOTE, Kind.BOOKING, Kind.PORTAL

Does = Callable[[Habits, Person, datetime], list[Deed]]
"""What becomes of an email that was sent to somebody at that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the story."""

    situation: str
    question: str
    """As somebody in the office types it; the places in braces are filled in."""
    played_by: tuple[Mailbox, ...]
    sent: tuple[Kind, ...]
    """The emails they got; the question is about the last."""
    does: Does
    """What became of the last one."""
    before: Does = Habits.usual
    """What became of those before it."""
    oldest: timedelta = 4 * DAY
    youngest: timedelta = 20 * HOUR
    """How long ago the last one was sent."""
    copy_to: tuple[Mailbox, ...] = ()
    """The last one went to a second member of the family too, with such a mailbox."""
    copy_does: Does = Habits.usual
    mistyped: bool = False
    """Somebody in the office wrote the address down wrongly."""
    plain: bool = False
    track_opens: bool = True
    at_any_hour: bool = False
    """The last one was sent by a program, by itself."""


def clicks(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return habits.arrives(who, sent_at) + habits.clicks(who, sent_at)


def looks(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return habits.arrives(who, sent_at) + habits.looks(who, sent_at)


def does_not_look(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return habits.arrives(who, sent_at)


def is_refused(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return habits.bounces(who, sent_at, NO_SUCH_MAILBOX)


def _has_closed_the_mailbox(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return habits.bounces(who, sent_at, SWITCHED_OFF)


def _gets_nothing(_habits: Habits, _who: Person, _sent_at: datetime) -> list[Deed]:
    return []


PARTS = (
    Part(
        situation="Clicked by a person",
        question="did {address} see the quote for job {job}?",
        played_by=(GMAIL, OUTLOOK, APPLE, OWN_SERVER),
        sent=(PORTAL, QUOTE),
        does=clicks,
        oldest=3 * DAY,
        youngest=3 * HOUR,
    ),
    Part(
        situation="Opened by a person",
        question="{name}",
        played_by=(GMAIL, YAHOO, OWN_SERVER),
        sent=(PORTAL, BOOKING, QUOTE),
        does=looks,
        youngest=5 * HOUR,
    ),
    Part(
        situation="Opened only by Apple's privacy service",
        question="has {address} opened the invoice?",
        played_by=(APPLE,),
        sent=(QUOTE, BOOKING, Kind.INVOICE),
        does=does_not_look,
    ),
    Part(
        situation="Clicked only by a security scanner",
        question="job {job}",
        played_by=(COMPANY, GATEWAY),
        sent=(PORTAL, QUOTE),
        does=does_not_look,
        oldest=2 * DAY,
        youngest=2 * HOUR,
    ),
    Part(
        situation="Delivered, and silent in a mailbox that hides opens",
        question="{address}",
        played_by=(PROTON,),
        sent=(PORTAL, QUOTE, BOOKING),
        does=does_not_look,
        before=clicks,
        youngest=26 * HOUR,
    ),
    Part(
        situation="Delivered, and silent in a mailbox that normally shows opens",
        question="did {name} open the invoice?",
        played_by=(GMAIL, YAHOO),
        sent=(PORTAL, QUOTE, BOOKING, Kind.INVOICE),
        does=does_not_look,
        before=looks,
        oldest=6 * DAY,
        youngest=50 * HOUR,
    ),
    Part(
        situation="Bounced: the address was mistyped",
        question="#{job}",
        played_by=(GMAIL, YAHOO, OUTLOOK),
        sent=(QUOTE,),
        does=is_refused,
        youngest=HOUR,
        mistyped=True,
    ),
    Part(
        situation="Put off by the other mail server",
        question="{invoice}",
        played_by=(OWN_SERVER,),
        sent=(BOOKING, Kind.INVOICE, Kind.PAYMENT_REMINDER),
        does=Habits.is_put_off,
        oldest=5 * HOUR,
        youngest=2 * HOUR,
        at_any_hour=True,
    ),
    Part(
        situation="Postmark doesn't send to this address any more",
        question="did {address} get the booking?",
        played_by=(GMAIL, OWN_SERVER),
        sent=(QUOTE, BOOKING),
        does=_gets_nothing,
        before=_has_closed_the_mailbox,
        copy_to=(GMAIL, YAHOO, OUTLOOK),
    ),
    Part(
        situation="Sent without open tracking",
        question="invoice {digits}",
        played_by=AT_HOME,
        sent=(BOOKING, Kind.INVOICE),
        does=looks,
        track_opens=False,
    ),
    Part(
        situation="A plain-text email",
        question="what about {address}?",
        played_by=(GMAIL, YAHOO, OUTLOOK, OWN_SERVER),
        sent=(BOOKING, Kind.VISIT_REMINDER),
        does=looks,
        plain=True,
        youngest=8 * HOUR,
    ),
    Part(
        situation="Two recipients, and the other one opened it",
        question="has {address} seen the quote for job {job}?",
        played_by=(OUTLOOK, OWN_SERVER),
        sent=(PORTAL, QUOTE),
        does=does_not_look,
        copy_to=(GMAIL, YAHOO),
        copy_does=looks,
        youngest=8 * HOUR,
    ),
)


def _replies(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    deeds = looks(habits, who, sent_at)
    return [*deeds, Deed(Act.REPLIED, who, habits.soon_after(deeds) + habits.diary.some(HOUR / 30, HOUR / 4))]


def _is_away(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    deeds = habits.arrives(who, sent_at)
    return [*deeds, Deed(Act.OUT_OF_OFFICE, who, deeds[0].at + habits.diary.some(HOUR / 900, HOUR / 60))]


def _complains(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    return [*habits.arrives(who, sent_at), Deed(Act.COMPLAINED, who, habits.diary.looked(sent_at, 2 * HOUR))]


def _visits(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    deeds = clicks(habits, who, sent_at)
    return [*deeds, Deed(Act.VISITED, who, habits.soon_after(deeds))]


def _pays(habits: Habits, who: Person, sent_at: datetime) -> list[Deed]:
    deeds = looks(habits, who, sent_at)
    return [*deeds, Deed(Act.PAID, who, habits.diary.awake(habits.soon_after(deeds) + habits.diary.some(HOUR, DAY)))]


OTHERS: tuple[tuple[tuple[Mailbox, ...], tuple[Kind, ...], Does], ...] = (
    ((GMAIL, OWN_SERVER), (PORTAL, QUOTE, BOOKING), _replies),
    ((OUTLOOK, OWN_SERVER, COMPANY), (QUOTE, BOOKING, Kind.VISIT_REMINDER), _is_away),
    ((YAHOO, GMAIL), (BOOKING, Kind.INVOICE, Kind.PAYMENT_REMINDER), _complains),
    ((APPLE, COMPANY), (QUOTE, PORTAL, BOOKING), _visits),
    (AT_HOME, (BOOKING, Kind.VISIT_REMINDER, Kind.INVOICE), _pays),
    (AT_HOME, (PORTAL, QUOTE, BOOKING, Kind.VISIT_REMINDER), Habits.usual),
    (AT_HOME, (PORTAL, QUOTE, BOOKING), Habits.usual),
    ((GATEWAY,), (QUOTE, BOOKING, Kind.VISIT_REMINDER, Kind.INVOICE), Habits.usual),
    ((COMPANY,), (PORTAL, QUOTE, BOOKING), Habits.usual),
    ((GMAIL,), (QUOTE, BOOKING, Kind.VISIT_REMINDER), Habits.usual),
)
"""The firm's other customers, of whom nobody asks: their mailboxes, their emails, and what became of the last one."""
