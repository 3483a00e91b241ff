"""What people and their mailboxes do with an email, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.diary import Diary
from bot.demo.people import Person
from bot.demo.story import Act, Deed

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

NO_SUCH_MAILBOX = (
    "smtp;550 5.1.1 The email account that you tried to reach does not exist",
    "smtp;550 5.1.1 User unknown in virtual mailbox table",
    "smtp;550 5.5.0 Requested action not taken: mailbox unavailable",
)
SWITCHED_OFF = (
    "smtp;550 5.2.1 The email account that you tried to reach is disabled",
    "smtp;550 5.2.1 This mailbox is inactive and has been disabled",
)
NOT_NOW = (
    "smtp;452 4.2.2 The recipient's mailbox is full",
    "smtp;421 4.7.0 Try again later, closing connection",
    "smtp;451 4.7.1 Greylisting in action, please come back later",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """Draws deeds. Each method takes the person and when the email was sent."""

    diary: Diary

    def arrives(self, who: Person, sent_at: datetime) -> list[Deed]:
        """It is delivered, and the mailbox does what it does with every email."""
        delivered = sent_at + self.diary.some(2 * SECOND, 15 * SECOND)
        deeds = [Deed(Act.DELIVERED, who, delivered, said=who.mailbox.accepts)]
        if who.mailbox.loads_ahead:
            deeds.append(Deed(Act.LOADED_AHEAD, who, delivered + self.diary.some(40 * SECOND, 15 * MINUTE)))
        if who.mailbox.scans:
            at = delivered + self.diary.some(20 * SECOND, 70 * SECOND)
            deeds.append(Deed(Act.SCANNED, who, at, by=who.mailbox.scans))
        return deeds

    def looks(self, who: Person, sent_at: datetime) -> list[Deed]:
        """They look at it; what is noticed of that depends on their mailbox."""
        at = self.diary.looked(sent_at, who.usually_after)
        return [Deed(Act.OPENED if who.opens else Act.LOOKED, who, at, by=who.opens)]

    def clicks(self, who: Person, sent_at: datetime) -> list[Deed]:
        """They look at it and follow its link."""
        looked = self.looks(who, sent_at)
        if who.clicks is None:
            return looked
        return [*looked, Deed(Act.CLICKED, who, self.soon_after(looked), by=who.clicks)]

    def bounces(self, who: Person, sent_at: datetime, why: tuple[str, ...]) -> list[Deed]:
        """Their mail server refuses it for good."""
        said = self.diary.random.choice(why)
        return [Deed(Act.BOUNCED, who, sent_at + self.diary.some(3 * SECOND, 40 * SECOND), said=said)]

    def is_put_off(self, who: Person, sent_at: datetime) -> list[Deed]:
        """Their mail server asks to try later, again and again."""
        said = self.diary.random.choice(NOT_NOW)
        waits = (4 * SECOND, 16 * MINUTE, 47 * MINUTE)
        return [Deed(Act.PUT_OFF, who, sent_at + wait, said=said) for wait in waits]

    def usual(self, who: Person, sent_at: datetime) -> list[Deed]:
        """What becomes of most emails: people look, and every other time they click."""
        random = self.diary.random
        deeds = self.arrives(who, sent_at)
        if random.random() < 0.88:
            looked = self.clicks(who, sent_at) if random.random() < 0.5 else self.looks(who, sent_at)
            deeds += looked
            if who.opens and random.random() < 0.2:
                again = self.diary.awake(looked[0].at + self.diary.some(3 * HOUR, 2 * DAY))
                deeds.append(Deed(Act.OPENED, who, again, by=who.opens))
        return deeds

    def soon_after(self, deeds: list[Deed]) -> datetime:
        """A moment after the last of them, while the email is still open."""
        return deeds[-1].at + self.diary.some(15 * SECOND, 100 * SECOND)
