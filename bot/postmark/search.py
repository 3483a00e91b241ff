"""Searching emails: what Postmark leaves out of its searches, or nobody says of them, made up for.

Postmark lists 10,000 emails at most, reads dates in its own way, and whether it compares addresses as a whole is
nowhere written. So a search goes on where the list ends, asks for a little too much, and looks at every row again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.postmark import rows
from bot.postmark.connection import REACH, Connection
from bot.postmark.dates import window
from bot.postmark.errors import OddAnswer
from bot.postmark.faults import named
from store.addresses import domain_of, normalise, normalise_domain
from store.records import Message


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; everything given must fit. The fields are those of ``Postmark.search``."""

    recipient: str | None = None
    tag: str | None = None
    subject: str | None = None
    metadata: tuple[str, str] | None = None
    stream: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def run(self, connection: Connection, server: str, *, page: int, expires: float | None) -> Iterator[Message]:
        """The emails that fit, newest first, each once; pages are asked for as they are wanted."""
        seen: set[str] = set()
        span = self
        while True:
            listed, oldest = 0, span.until
            for row in connection.rows("messages/outbound", "Messages", expires, page=page, **span.query()):
                listed += 1
                message = rows.message(row, server=server)
                if message is None:
                    continue
                if message.sent_at is not None:
                    oldest = min(oldest or message.sent_at, message.sent_at)
                if message.message_id not in seen and span.fits(message):
                    seen.add(message.message_id)
                    yield message
            if listed < REACH:
                return
            if oldest == span.until:
                raise OddAnswer(f"{named(server)} has more emails of one moment than it lists.", server=server)
            span = replace(span, until=oldest)

    def query(self) -> dict[str, str]:
        """The search fields as Postmark names them."""
        fields = {
            "recipient": self.recipient,
            "tag": self.tag,
            "subject": self.subject,
            "messagestream": self.stream,
            **window(self.since, self.until),
        }
        if self.metadata is not None:
            fields[f"metadata_{self.metadata[0]}"] = self.metadata[1]
        return {name: value for name, value in fields.items() if value is not None}

    def fits(self, message: Message) -> bool:
        """Whether an email is really one of those looked for, as far as its row tells."""
        at = message.sent_at
        in_time = at is None or ((self.since is None or self.since <= at) and (self.until is None or at <= self.until))
        return in_time and (self.recipient is None or self._goes_to(self.recipient, message))

    @staticmethod
    def _goes_to(recipient: str, message: Message) -> bool:
        if recipient.startswith("@"):
            wanted = normalise_domain(recipient)
            return any(domain_of(to.key) == wanted for to in message.recipients)
        return any(to.key == normalise(recipient) for to in message.recipients)
