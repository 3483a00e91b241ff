"""Words ready to use: what to say on the phone, what to text, what to write. The reader fills in nothing but a voice.

A draft never tells the customer that opens or clicks are recorded; it asks whether the email has come.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.naming import Person, Thing


@dataclass(frozen=True, slots=True)
class Draft:
    """Whom a draft speaks to, about which email, sent when, in whose name."""

    person: Person
    thing: Thing
    sent: str
    """The day it was sent, as it stands in a sentence: ``yesterday``, ``on Tuesday``."""
    company: str | None = None

    @property
    def it(self) -> str:
        """The email as one tells somebody of it: ``the quote for job 1042``, ``an email “Hello”``."""
        return self.thing.called if self.thing.kind else "an email" + self.thing.called.removeprefix("the email")

    @property
    def _hello(self) -> str:
        name = self.person.first_name or (
            None if self.person.is_role or "@" in self.person.called else self.person.called
        )
        return f"Hi {name}," if name else "Hello,"

    @property
    def _caller(self) -> str:
        return f"this is (your name) from {self.company}" if self.company else "this is (your name)"

    @property
    def _signed(self) -> str:
        return f" – {self.company}" if self.company else ""

    def call(self) -> str:
        """A short call script, to ask whether it came."""
        return (
            f"{self._hello} {self._caller}. We sent you {self.it} {self.sent}, to {self.person.address}. "
            "Did it reach you? If it isn't in your inbox, it may be in the spam folder. "
            "Is there anything about it I can help you with right now?"
        )

    def stuck(self) -> str:
        """A short call script, for an email that has not come through."""
        return (
            f"{self._hello} {self._caller}. We tried to send {self.it} to {self.person.address} {self.sent}, "
            "but it hasn't come through. Is there another way you would like to have it?"
        )

    def text(self) -> str:
        """A text message, to ask whether it came."""
        return (
            f"{self._hello} we sent you {self.it} {self.sent}. Did it reach you? "
            f"If not, please look in your spam folder, or tell us a better address.{self._signed}"
        )

    def follow_up(self) -> str:
        """A friendly follow-up email to somebody who has the first one."""
        return (
            f"Subject: Any questions about {self.it}?\n\n{self._hello}\n\n"
            f"We sent you {self.it} {self.sent}. Is anything unclear about it, or about the price? "
            f"Just answer this email or give us a ring.\n\nKind regards\n{self.company or ''}"
        ).rstrip()

    def ask_address(self) -> str:
        """A text message, to ask for an address that works."""
        return (
            f"{self._hello} we couldn't deliver {self.it} to {self.person.address}. "
            f"Which address should we use?{self._signed}"
        )

    def ask_spelling(self, meant: str) -> str:
        """A text message, to ask whether an address is spelt so."""
        return (
            f"{self._hello} we want to send you {self.it} and may have your address wrong. Is it {meant}?{self._signed}"
        )

    def complained(self) -> str:
        """A short call script for somebody who reported an email as spam."""
        return (
            f"{self._hello} {self._caller}. One of our emails ended up marked as spam on your side, so our emails "
            "can't reach you any more. Was that meant? How shall we send you such things from now on?"
        )

    def unsubscribed(self) -> str:
        """A short call script for somebody who wanted no more emails."""
        return (
            f"{self._hello} {self._caller}. You asked us for no more emails, so {self.it} didn't go out to you. "
            "How shall we send you such things from now on?"
        )

    def blocked(self) -> str:
        """A short call script for somebody whose mail system turns us away."""
        domain = self.person.address.rpartition("@")[2]
        return (
            f"{self._hello} {self._caller}. Your mail system at {domain} turned away {self.it}. "
            "Could whoever looks after it let our emails through? Until then, which other way suits you?"
        )
