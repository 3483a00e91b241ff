"""The firm's days as they go on: what is sent, what customers do with it, and what colleagues do about it.

The first hour of the first day is written down, so that whoever looks sees each thing that Seen does by itself: emails
that fall due, one that is opened then, one somebody calls about, a firm that takes nothing any more, a watch. All else
is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from random import Random

from bot.demo.diary import Diary
from bot.demo.habits import MINUTE, SECOND, Habits
from bot.demo.letters import BILLING, Kind, write
from bot.demo.people import (
    APPLE,
    COMPANY,
    GMAIL,
    OUTLOOK,
    OWN_SERVER,
    YAHOO,
    Mailbox,
    Person,
    Townspeople,
    mistype_domain,
)
from bot.demo.situations import Does, clicks, does_not_look, is_refused, looks
from bot.demo.story import Act, Deed, Email, Story

FORTNIGHT = 10
"""Business days before the first day."""
REGULARS = 34
_A_DAY = 6
_YESTERDAY = 14
_KINDS = (Kind.QUOTE, Kind.INVOICE, Kind.QUOTE, Kind.PAYMENT_REMINDER)
IMPORTANT = (Kind.QUOTE, Kind.INVOICE, Kind.PAYMENT_REMINDER)
"""What the firm wants to be told about."""
MOVED = Mailbox(("gorsefield-homes.example",), "smtp;250 2.0.0 Ok: queued")
"""A company whose mailboxes are gone."""


class Chore(StrEnum):
    """Something a colleague does in Slack."""

    WATCHES = "watches"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Doing:
    """One chore, by whom, when, and about which email."""

    at: datetime
    who: str
    chore: Chore
    email: Email


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the firm."""

    opens_at: datetime
    closes_at: datetime
    emails: Sequence[Email]
    """That are sent on it."""
    doings: Sequence[Doing] = ()


@dataclass(slots=True)
class Days:
    """Draws the days of a firm whose last two weeks are told already; its customers are others. Of one seed."""

    random: Random
    zone: tzinfo
    town: Townspeople
    regulars: list[Person]
    job: int
    invoice: int

    @classmethod
    def after(cls, story: Story) -> Days:
        """The days after a story."""
        invoices = [int(email.invoice.rpartition("-")[2]) for email in story.emails if email.invoice]
        random = Random(f"days {story.seed}")
        town = Townspeople(random, others=True)
        boxes = (GMAIL, GMAIL, GMAIL, YAHOO, OWN_SERVER, OWN_SERVER, APPLE, OUTLOOK)
        return cls(
            random=random,
            zone=story.zone,
            town=town,
            regulars=[town.somebody(boxes[number % len(boxes)]) for number in range(REGULARS)],
            job=max(int(email.job) for email in story.emails) + 1,
            invoice=max(invoices, default=2200) + 1,
        )

    # ── The two weeks before ─────────────────────────────────────────────────────────────────────────────────────

    def before(self, day: date) -> list[Email]:
        """What was sent to the regular customers in the two weeks before a day, in the order of time."""
        emails = []
        days = [self._business_day(day, -number) for number in range(FORTNIGHT, 0, -1)]
        turns = iter(range(10_000))
        for each in days:
            count = _YESTERDAY if each == days[-1] else _A_DAY
            # The afternoon of three days ago is left to the emails that fall due in the first hour.
            latest = 13 * 60 if each == days[-3] else 17 * 60
            moments = sorted(self.random.sample(range(8 * 60 + 10, latest), count))
            for minute in moments:
                turn = next(turns)
                who = self.regulars[turn % len(self.regulars)]
                kind = _KINDS[(turn // len(self.regulars)) % len(_KINDS)]
                emails.append(self._sent(kind, who, self._at(each, minute)))
        return emails

    # ── The first day ────────────────────────────────────────────────────────────────────────────────────────────

    def first(self, day: date) -> tuple[list[Email], Day]:
        """The emails of the days before that fall due in the first hour, and the day itself."""
        due, doings = self._falling_due(day)
        hour, more = self._first_hour(day)
        rest = self._drawn(day, earliest=9 * 60)
        return due, self._day(day, [*hour, *rest], [*doings, *more])

    def _falling_due(self, day: date) -> tuple[list[Email], list[Doing]]:
        """24 hours of business before: from the afternoon of three days ago on."""
        then, opens_at = self._business_day(day, -3), self._at(day, 8 * 60)
        opener, caller, away, silent = (self.town.somebody(box) for box in (GMAIL, APPLE, OWN_SERVER, OUTLOOK))
        self.regulars += [opener, caller, away]
        seen_before = [
            self._sent(kind, opener, self._at(self._business_day(day, -back), 10 * 60), looks)
            for kind, back in ((Kind.PORTAL, 8), (Kind.BOOKING, 6), (Kind.QUOTE, 5))
        ]
        clicked_before = [
            self._sent(kind, caller, self._at(self._business_day(day, -back), 11 * 60), clicks)
            for kind, back in ((Kind.QUOTE, 8), (Kind.BOOKING, 6))
        ]
        opened = self._sent(Kind.QUOTE, opener, self._at(then, 14 * 60 + 8), does_not_look)
        opened = _and(opened, Deed(Act.OPENED, opener, opens_at + 16 * MINUTE, by=opener.opens))
        called = self._sent(Kind.INVOICE, caller, self._at(then, 14 * 60 + 18), does_not_look)
        gone = self._sent(Kind.QUOTE, away, self._at(then, 14 * 60 + 38), does_not_look)
        gone = _and(gone, Deed(Act.OUT_OF_OFFICE, away, gone.sent_at + 40 * SECOND))
        gone = _and(gone, Deed(Act.CLICKED, away, opens_at + 95 * MINUTE, by=away.clicks))
        blind = self._sent(Kind.INVOICE, silent, self._at(self._business_day(day, -4), 15 * 60), does_not_look)
        blind = replace(blind, track_opens=False, track_links=False)
        slip = mistype_domain(self.town.somebody(GMAIL), self.random)
        mistyped = self._sent(Kind.INVOICE, slip, self._at(self._business_day(day, -1), 15 * 60 + 20), is_refused)
        emails = [*seen_before, *clicked_before, opened, called, gone, blind, mistyped]
        return emails, [Doing(opens_at + 34 * MINUTE, "adam", Chore.CALLED, called)]

    def _first_hour(self, day: date) -> tuple[list[Email], list[Doing]]:
        def at(minute: float) -> datetime:
            return self._at(day, 8 * 60 + minute)

        watched_by, paying, scanned = (self.town.somebody(box) for box in (OUTLOOK, OWN_SERVER, COMPANY))
        watched = self._sent(Kind.QUOTE, watched_by, at(3), does_not_look)
        watched = _and(watched, Deed(Act.CLICKED, watched_by, at(28), by=watched_by.clicks))
        paid = self._sent(Kind.INVOICE, paying, at(6), does_not_look)
        paid = _and(paid, Deed(Act.OPENED, paying, at(19), by=paying.opens), Deed(Act.PAID, paying, at(47)))
        slip = mistype_domain(self.town.somebody(YAHOO), self.random)
        emails = [
            watched,
            paid,
            self._sent(Kind.BOOKING, self.random.choice(self.regulars), at(11)),
            self._sent(Kind.QUOTE, slip, at(17), is_refused),
            *(
                self._sent(Kind.PAYMENT_REMINDER, self.town.somebody(MOVED), at(24 + number / 10), is_refused)
                for number in range(5)
            ),
            self._sent(Kind.QUOTE, scanned, at(38), does_not_look),
            self._sent(Kind.PORTAL, self.random.choice(self.regulars), at(43)),
            self._sent(Kind.INVOICE, self.random.choice(self.regulars), at(52)),
        ]
        return emails, [Doing(at(5), "adam", Chore.WATCHES, watched)]

    # ── Any other day ────────────────────────────────────────────────────────────────────────────────────────────

    def next(self, day: date) -> Day:
        """A day like any other."""
        return self._day(day, self._drawn(day, earliest=8 * 60 + 5))

    def _drawn(self, day: date, *, earliest: int) -> list[Email]:
        """Every twenty minutes or so an email to somebody, of whatever kind."""
        emails = []
        minute = earliest + self.random.randint(3, 20)
        while minute < 17 * 60 + 30:
            who, kind = self.random.choice(self.regulars), self.random.choice(list(Kind))
            emails.append(self._sent(kind, who, self._at(day, minute)))
            minute += self.random.randint(9, 34)
        return emails

    def _day(self, day: date, emails: Sequence[Email], doings: Sequence[Doing] = ()) -> Day:
        opens_at, closes_at = self._at(day, 8 * 60), self._at(day, 18 * 60)
        return Day(opens_at, closes_at, sorted(emails, key=lambda email: email.sent_at), doings)

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def afternoon_before(self, day: date) -> datetime:
        """Of three business days before, from when on emails fall due on the day's morning."""
        return self._at(self._business_day(day, -3), 13 * 60 + 30)

    def is_day(self, at: datetime) -> bool:
        """Whether anybody at the firm may be awake and at work: what falls due does so then."""
        local = at.astimezone(self.zone)
        return local.weekday() < 5 and time(7) <= local.time() <= time(19)

    def following(self, day: date) -> date:
        """The next day on which the firm is open."""
        return self._business_day(day, 1)

    def _business_day(self, day: date, number: int) -> date:
        step = 1 if number > 0 else -1
        while number:
            day += timedelta(days=step)
            number -= step if day.weekday() < 5 else 0
        return day

    def _at(self, day: date, minute: float) -> datetime:
        hour, rest = divmod(minute, 60)
        clock = time(int(hour), int(rest))
        return datetime.combine(day, clock, self.zone).astimezone(UTC) + timedelta(minutes=rest - int(rest))

    def _sent(self, kind: Kind, to: Person, sent_at: datetime, does: Does = Habits.usual) -> Email:
        """An email, and what becomes of it."""
        deeds = does(Habits(Diary(self.random, sent_at, self.zone)), to, sent_at)
        job, invoice = str(self.job), f"INV-{self.invoice}" if kind in BILLING else ""
        self.job += 1
        self.invoice += 1 if invoice else 0
        return Email(
            kind=kind,
            sent_at=sent_at,
            to=to,
            job=job,
            invoice=invoice,
            letter=write(kind, first_name=to.first_name, job=job, invoice=invoice),
            deeds=tuple(sorted(deeds, key=lambda deed: deed.at)),
        )


def _and(email: Email, *deeds: Deed) -> Email:
    """The email with what else became of it."""
    return replace(email, deeds=tuple(sorted([*email.deeds, *deeds], key=lambda deed: deed.at)))


def first_day(now: datetime, zone: tzinfo) -> date:
    """The day whose morning comes next: today's before it opens, else that of the next business day."""
    local = now.astimezone(zone)
    day = local.date()
    if local.weekday() < 5 and local.time() < time(7, 30):
        return day
    return next(each for each in _days_after(day) if each.weekday() < 5)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a firm whose two weeks are told still has before it."""

    days: Days
    earlier: Sequence[Email]
    """Of the two weeks, too, or sent since: to the regular customers."""
    first: Day
    closely_from: datetime
    """From when on it matters when Seen hears of an email: what falls due in the first hour went out then."""

    @classmethod
    def of(cls, story: Story, now: datetime) -> Ahead:
        """The day that begins next, and what leads up to it."""
        days = Days.after(story)
        day = first_day(now, story.zone)
        before = days.before(day)
        due, first = days.first(day)
        earlier = sorted([*before, *due], key=lambda email: email.sent_at)
        return cls(days, earlier, first, days.afternoon_before(day))

    @property
    def emails(self) -> Sequence[Email]:
        """All that are known by now."""
        return [*self.earlier, *self.first.emails]
