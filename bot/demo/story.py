"""What happened at the firm in two weeks: who was sent what, and what became of it.

Only what customers, their mailboxes and their mail servers do is written down. What can be known of it, and how surely,
is for the engine to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from bot.demo.letters import Kind, Letter
from bot.demo.people import Person
from bot.sandbox import Reader


class Act(StrEnum):
    """Something a customer, their mailbox or their mail server did with an email."""

    DELIVERED = "delivered"
    PUT_OFF = "put off"
    BOUNCED = "bounced"
    LOADED_AHEAD = "loaded ahead"
    """Apple Mail loaded the pictures, whether anybody looked or not."""
    SCANNED = "scanned"
    """A security check followed every link."""
    LOOKED = "looked"
    """Somebody looked, and nothing of it can be noticed: their program shows no pictures, or loaded them before."""
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    OUT_OF_OFFICE = "out of office"
    COMPLAINED = "complained"
    VISITED = "visited"
    """Their visit is in the records of the firm's own portal."""
    PAID = "paid"
    """The payment is in the firm's books, under the number of the invoice."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act, by whom or whose mailbox, and when."""

    act: Act
    who: Person
    at: datetime
    by: Reader | None = None
    """With which program it was opened or clicked."""
    said: str = ""
    """The mail server's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One email of the firm, and everything that came of it."""

    kind: Kind
    sent_at: datetime
    to: Person
    copy_to: Person | None = None
    job: str
    invoice: str
    letter: Letter
    plain: bool = False
    """Text alone, without any picture."""
    track_opens: bool = True
    track_links: bool = True
    deeds: tuple[Deed, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody it went to."""
        return (self.to, self.copy_to) if self.copy_to else (self.to,)

    def acts(self, who: Person) -> frozenset[Act]:
        """Everything one of them did with it."""
        return frozenset(deed.act for deed in self.deeds if deed.who == who)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the office, and which email of whom it is about."""

    situation: str
    text: str
    email: Email | None
    who: Person | None


@dataclass(frozen=True, slots=True)
class Story:
    """A history of two weeks, and the questions it raises."""

    seed: int
    zone: tzinfo
    """Where the firm is."""
    began: datetime
    emails: tuple[Email, ...]
    """In the order they were sent."""
    asked: tuple[Asked, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Every customer, in the order of their first email."""
        return tuple({person.address: person for email in self.emails for person in email.people}.values())
