"""What the firm and its people at Postmark do: send, switch addresses off and on, and let time pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox import sending
from bot.sandbox.clock import Clock
from bot.sandbox.rules import Json
from bot.sandbox.state import Account, Mail, Server
from bot.sandbox.suppressing import reactivate, suppress


class StoryError(ValueError):
    """A story that can't be: it names a message, a recipient or a link that isn't there."""


class Firm:
    """Drives one account: the verbs that need no recipient."""

    def __init__(self, account: Account) -> None:
        self.account = account

    @property
    def clock(self) -> Clock:
        """The time at the stand-in."""
        return self.account.clock

    def server(self, name: str | None = None) -> Server:
        """A server by its name, to read or change its settings; the only or first one without a name."""
        return self.account.servers[name] if name else next(iter(self.account.servers.values()))

    def send(
        self,
        to: str,
        subject: str,
        *,
        html: str | None = None,
        text: str | None = None,
        sender: str = "office@alder.example",
        cc: str | None = None,
        bcc: str | None = None,
        tag: str | None = None,
        metadata: Mapping[str, str] | None = None,
        stream: str = "outbound",
        track_opens: bool | None = None,
        track_links: str | None = None,
        server: str | None = None,
        at: datetime | None = None,
    ) -> str:
        """Sends an email as ``POST /email`` would and returns its message ID. Raises ``rules.Refusal``.

        Without any body it gets a short HTML one that holds no link.
        """
        body = {"HtmlBody": html, "TextBody": text} if html or text else {"HtmlBody": f"<p>{subject}</p>"}
        wanted: Json = {"From": sender, "To": to, "Cc": cc, "Bcc": bcc, "Subject": subject, "Tag": tag, **body}
        wanted |= {"Metadata": metadata, "MessageStream": stream, "TrackOpens": track_opens, "TrackLinks": track_links}
        with self.account.lock:
            self.clock.reach(at)
            return str(sending.accept(self.account, self.server(server), wanted)["MessageID"])

    def suppress(
        self,
        address: str,
        *,
        reason: str = "ManualSuppression",
        origin: str = "Customer",
        stream: str = "outbound",
        server: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Somebody switches an address off on a stream."""
        with self.account.lock:
            when = self.clock.reach(at)
            suppress(self.account, self.server(server), stream, address, reason=reason, origin=origin, at=when)

    def reactivate(
        self,
        address: str,
        *,
        origin: str = "Admin",
        stream: str = "outbound",
        server: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Somebody switches an address on again. Returns whether it was off."""
        with self.account.lock:
            when = self.clock.reach(at)
            return reactivate(self.account, self.server(server), stream, address, origin=origin, at=when)

    def age(self, days: float) -> None:
        """Lets days pass. What is older than its server's retention is gone then; suppressions stay."""
        with self.account.lock:
            self.clock.forward(timedelta(days=days))

    def forget(self, message_id: str) -> None:
        """Lets one message expire before its time."""
        with self.account.lock:
            self.find(message_id)[1].kept_until = self.clock.now()

    def hold(self, message_id: str) -> None:
        """Keeps a message in Postmark's own queue: its status says ``Queued`` until ``release``."""
        with self.account.lock:
            self.find(message_id)[1].status = "Queued"

    def release(self, message_id: str) -> None:
        """Lets a held message go out."""
        with self.account.lock:
            self.find(message_id)[1].status = "Sent"

    def find(self, message_id: str) -> tuple[Server, Mail]:
        """A message that was sent, expired or not, and its server. Raises ``StoryError``."""
        for server in self.account.servers.values():
            if mail := server.mails.get(message_id):
                return server, mail
        raise StoryError(f"No message {message_id} was sent.")
