"""What happens to emails: the verbs that demo and tests tell their stories with.

Each verb names a message and one of its recipients, does what Postmark would make of it (and no more: a picture that
was never in the email can't be loaded), and queues the webhooks. ``at`` is when it happened: ``None`` for now, a
moment to come moves the clock there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox import payloads
from bot.sandbox.firm import Firm, StoryError
from bot.sandbox.parts import Link, Mailbox
from bot.sandbox.readers import APPLE_PRIVACY, BROWSER, PHONE, SAFE_LINKS, Reader
from bot.sandbox.rules import BOUNCE_TYPES, DEACTIVATING, Json
from bot.sandbox.state import Bounce, Look, Mail, MailEvent, Server
from bot.sandbox.suppressing import suppress
from bot.sandbox.telling import hand_over, tell


class Story(Firm):
    """Drives one account's mail."""

    # ── The other mail server ────────────────────────────────────────────────────────────────────────────────────

    def deliver(
        self,
        message_id: str,
        recipient: str | None = None,
        *,
        at: datetime | None = None,
        said: str = "smtp;250 2.0.0 OK",
    ) -> None:
        """The recipient's server takes the message; without a recipient, everybody's. Suppressed ones get nothing."""
        with self.account.lock:
            server, mail = self.find(message_id)
            when = self._when(mail, at)
            for box in self._reached(mail, recipient):
                mail.events.append(_smtp_event("Delivered", box, when, said))
                self._tell(server, mail, payloads.delivery(server, mail, box.address, at=when, said=said))

    def defer(
        self,
        message_id: str,
        recipient: str | None = None,
        *,
        at: datetime | None = None,
        said: str = "smtp;451 4.7.1 busy, come back later",
    ) -> None:
        """The recipient's server can't take it for now. Only the message's details tell; there is no webhook."""
        with self.account.lock:
            _, mail = self.find(message_id)
            when = self._when(mail, at)
            mail.events += [_smtp_event("Transient", box, when, said) for box in self._reached(mail, recipient)]

    def bounce(
        self,
        message_id: str,
        recipient: str,
        *,
        type: str = "HardBounce",  # noqa: A002 - Postmark's own word for it
        at: datetime | None = None,
        said: str = "smtp;550 5.1.1 no such mailbox",
        bare: bool = False,
    ) -> int:
        """The message comes back. Returns the bounce's ID.

        A hard bounce also suppresses the address. ``bare`` tells it without address, time and texts, as some
        unsubscribe requests came.
        """
        if type not in BOUNCE_TYPES or type == "SpamComplaint":
            raise StoryError(f"{type} is no bounce that Postmark knows; complaints are told with complain().")
        with self.account.lock:
            server, mail = self.find(message_id)
            entry = self._returned(server, mail, recipient, type, at=self._when(mail, at), said=said)
            entry.bare = bare
            told = {"Summary": said, "BounceID": str(entry.bounce_id)}
            mail.events.append(MailEvent(recipient=entry.email, type="Bounced", at=entry.at, details=told))
            self._tell(server, mail, payloads.bounce(self.account, server, entry))
            if entry.inactive:
                self._suppressed_by(server, entry, "HardBounce")
            return entry.bounce_id

    # ── The customer ─────────────────────────────────────────────────────────────────────────────────────────────

    def complain(self, message_id: str, recipient: str, *, at: datetime | None = None) -> int:
        """The recipient marks it as spam, which suppresses the address for good. Returns the complaint's ID."""
        with self.account.lock:
            server, mail = self.find(message_id)
            entry = self._returned(server, mail, recipient, "SpamComplaint", at=self._when(mail, at))
            self._tell(server, mail, payloads.bounce(self.account, server, entry))
            self._suppressed_by(server, entry, "SpamComplaint")
            return entry.bounce_id

    def open(
        self,
        message_id: str,
        recipient: str,
        *,
        by: Reader = PHONE,
        agent: str | None = None,
        ip: str | None = None,
        read_seconds: int | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Somebody or something loads the picture. Returns whether Postmark noticed.

        It notices nothing in a plain-text email, or where opens were not tracked. ``by`` is one of ``readers``;
        ``agent`` and ``ip`` change single things about it.
        """
        with self.account.lock:
            server, mail = self.find(message_id)
            box, when = self._boxes(mail, recipient)[0], self._when(mail, at)
            if not (mail.html and mail.track_opens and self._reaches(mail, box)):
                return False
            first = all(look.recipient.lower() != box.key for look in mail.opens)
            reader = _changed(by, agent, ip)
            look = Look(recipient=box.address, at=when, reader=reader, first=first, read_seconds=read_seconds)
            if first:
                mail.opens.append(look)
                told = {"Summary": f"Email opened with {reader.agent}"}
                mail.events.append(MailEvent(recipient=box.address, type="Opened", at=when, details=told))
            self._tell(server, mail, payloads.opened(mail, look))
            return True

    def click(
        self,
        message_id: str,
        recipient: str,
        link: str | None = None,
        *,
        by: Reader = BROWSER,
        agent: str | None = None,
        ip: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Somebody or something follows a link; the first one without naming it. Returns whether Postmark noticed.

        It notices tracked links only, and each link once for each recipient: a scanner's click hides the person's.
        """
        with self.account.lock:
            server, mail = self.find(message_id)
            box, when, target = self._boxes(mail, recipient)[0], self._when(mail, at), _link(mail, link)
            before = any(
                look.recipient.lower() == box.key and look.link and look.link.url == target.url for look in mail.clicks
            )
            if before or not target.tracked or not self._reaches(mail, box):
                return False
            look = Look(recipient=box.address, at=when, reader=_changed(by, agent, ip), link=target)
            mail.clicks.append(look)
            summary = f"Tracked Link '{target.url}' was clicked from the {_PART[target.location]}."
            told = {"Summary": summary, "Link": target.url, "ClickLocation": target.location}
            mail.events.append(MailEvent(recipient=box.address, type="LinkClicked", at=when, details=told))
            self._tell(server, mail, payloads.clicked(mail, look))
            return True

    def reply(
        self,
        message_id: str,
        recipient: str,
        *,
        text: str = "Thank you!",
        automatic: bool = False,
        at: datetime | None = None,
    ) -> None:
        """The recipient answers (or, ``automatic``, their out-of-office note does) to where inbound mail is read."""
        with self.account.lock:
            server, mail = self.find(message_id)
            box, when = self._boxes(mail, recipient)[0], self._when(mail, at)
            body = payloads.reply(self.account, mail, box, at=when, text=text, automatic=automatic)
            hand_over(self.account, server, body)

    # ── Machines ─────────────────────────────────────────────────────────────────────────────────────────────────

    def apple_proxy(self, message_id: str, recipient: str, *, at: datetime | None = None) -> bool:
        """Apple Mail loads the picture by itself, whether anybody looks or not. Returns whether Postmark noticed."""
        return self.open(message_id, recipient, by=APPLE_PRIVACY, at=at)

    def sweep_links(
        self,
        message_id: str,
        recipient: str,
        *,
        by: Reader = SAFE_LINKS,
        pause: timedelta = timedelta(milliseconds=180),
        picture: bool = False,
        at: datetime | None = None,
    ) -> int:
        """A security gateway follows every link, one ``pause`` after the other, with the ``picture`` first if asked.

        Returns how many clicks Postmark noticed.
        """
        with self.account.lock:
            _, mail = self.find(message_id)
            when = self._when(mail, at)
            if picture:
                self.open(message_id, recipient, by=by, at=when)
            urls = dict.fromkeys(link.url for link in mail.links)
            return sum(
                self.click(message_id, recipient, url, by=by, at=when + number * pause)
                for number, url in enumerate(urls, start=1 if picture else 0)
            )

    # ── Helpers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _when(self, mail: Mail, at: datetime | None) -> datetime:
        when = self.clock.reach(at)
        if when < mail.received_at:
            raise StoryError(f"'{mail.subject}' was sent at {mail.received_at:%Y-%m-%d %H:%M:%S}, after {when}.")
        return when

    def _boxes(self, mail: Mail, recipient: str | None) -> list[Mailbox]:
        if recipient is None:
            return list(mail.recipients)
        boxes = [box for box in mail.recipients if box.key == recipient.lower()]
        if not boxes:
            named = ", ".join(box.address for box in mail.recipients)
            raise StoryError(f"'{mail.subject}' did not go to {recipient}, but to {named}.")
        return boxes[:1]

    def _reached(self, mail: Mail, recipient: str | None) -> list[Mailbox]:
        return [box for box in self._boxes(mail, recipient) if self._reaches(mail, box)]

    def _reaches(self, mail: Mail, box: Mailbox) -> bool:
        """Whether anything of this recipient is still recorded: it was sent to them, and isn't past retention."""
        return box.key not in mail.inactive and self.account.holds(mail)

    def _tell(self, server: Server, mail: Mail, body: Json) -> None:
        tell(self.account, server, mail.stream, body, mail)

    def _returned(
        self, server: Server, mail: Mail, recipient: str, kind: str, *, at: datetime, said: str = ""
    ) -> Bounce:
        box = self._boxes(mail, recipient)[0]
        if box.key in mail.inactive:
            raise StoryError(f"'{mail.subject}' was never sent to {box.address}, which was suppressed by then.")
        entry = Bounce(
            bounce_id=self.account.new_bounce_id(),
            mail=mail,
            type=kind,
            email=box.address,
            at=at,
            said=said,
            inactive=kind in DEACTIVATING or kind == "SpamComplaint",
        )
        server.bounces[entry.bounce_id] = entry
        return entry

    def _suppressed_by(self, server: Server, entry: Bounce, reason: str) -> None:
        mail = entry.mail
        suppress(
            self.account, server, mail.stream, entry.email, reason=reason, origin="Recipient", at=entry.at, mail=mail
        )


_PART = {"HTML": "HTMLBody", "Text": "TextBody"}


def _smtp_event(kind: str, box: Mailbox, at: datetime, said: str) -> MailEvent:
    host = f"mx.{box.key.rpartition('@')[2]} (192.0.2.25)"
    told = {"DeliveryMessage": said, "DestinationServer": host, "DestinationIP": "192.0.2.25"}
    return MailEvent(recipient=box.address, type=kind, at=at, details=told)


def _changed(reader: Reader, agent: str | None, ip: str | None) -> Reader:
    return Reader(reader.agent if agent is None else agent, reader.ip if ip is None else ip, reader.place)


def _link(mail: Mail, url: str | None) -> Link:
    fitting = [link for link in mail.links if url is None or link.url == url]
    if not fitting:
        there = ", ".join(link.url for link in mail.links) or "none"
        raise StoryError(f"'{mail.subject}' does not hold that link ({url or 'any'}); its links: {there}.")
    return next((link for link in fitting if link.tracked), fitting[0])
