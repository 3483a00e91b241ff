"""Lets a story happen: emails go out through the stand-in's API, customers act, and both ends are told over HTTP.

Everything happens in its order of time. At the end of each day the stand-in posts the day's webhooks to our endpoint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import groupby

from bot.demo.calls import Caller, CallFailed
from bot.demo.letters import SENDER, portal_link
from bot.demo.story import Act, Deed, Email
from bot.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Day:
    """What went on in one day."""

    date: date
    emails: int
    webhooks: int
    records: int
    """Of the firm's own: portal visits and payments."""


@dataclass(slots=True)
class Play:
    """A story while it is played.

    Args:
        postmark: the stand-in; it tells its webhooks wherever it is connected to.
        mailer: calls the stand-in's API as the firm's software does.
        tracker: calls our own tracking door.
        noted: is told every message ID before anything about that message is told to anybody.
    """

    postmark: Sandbox
    mailer: Caller
    tracker: Caller
    noted: Callable[[str], None]
    message_ids: dict[int, str] = field(default_factory=dict)
    """The message ID of each email, by its number."""
    webhooks: int = 0
    """How many have been told."""

    def days(
        self, steps: Iterable[Step], zone: tzinfo, *, before: Callable[[datetime], None] = lambda _at: None
    ) -> Iterator[Day]:
        """Plays steps, which come in their order, day by day. ``before`` is called ahead of each, with its moment."""
        for day, some in groupby(steps, key=lambda step: step.at.astimezone(zone).date()):
            counted: Counter[str] = Counter()
            told = self.webhooks
            for step in some:
                before(step.at)
                counted[self.make(step)] += 1
            self.tell_webhooks()
            yield Day(day, counted["email"], self.webhooks - told, counted["record"])

    def make(self, step: Step) -> str:
        """Lets one step happen, and says what it was: an ``email``, a ``record`` of the firm's own, or a ``deed``."""
        self.postmark.clock.reach(step.at)  # a sweep of links just before may have taken a moment longer
        if step.deed is None:
            answer = self.mailer.post("/email", _as_posted(step.email))
            self.message_ids[step.number] = answer["MessageID"]
            self.noted(answer["MessageID"])
            return "email"
        message_id = self.message_ids[step.number]
        if record := _record(message_id, step.email, step.deed):
            self._tell(record)
            return "record"
        self._do(message_id, step.email, step.deed)
        return "deed"

    def tell_webhooks(self) -> None:
        """Has the stand-in post the webhooks that are due by now."""
        attempts = self.postmark.flush(at_once=8)
        self.webhooks += len(attempts)
        if refused := [attempt for attempt in attempts if not attempt.taken]:
            raise CallFailed(f"{len(refused)} of {len(attempts)} webhooks were not taken; the log says why.")

    def _tell(self, record: dict[str, str]) -> None:
        (outcome,) = self.tracker.post("/tracking", record)["records"]
        if not outcome["accepted"]:
            raise CallFailed(f"The tracking door refused a record: {outcome['error']}")

    def _do(self, message_id: str, email: Email, deed: Deed) -> None:
        postmark, to, at = self.postmark, deed.who.address, deed.at
        match deed.act:
            case Act.DELIVERED:
                postmark.deliver(message_id, to, at=at, said=deed.said)
            case Act.PUT_OFF:
                postmark.defer(message_id, to, at=at, said=deed.said)
            case Act.BOUNCED:
                postmark.bounce(message_id, to, at=at, said=deed.said)
            case Act.LOADED_AHEAD:
                postmark.apple_proxy(message_id, to, at=at)
            case Act.SCANNED if deed.by:
                postmark.sweep_links(message_id, to, by=deed.by, at=at)
            case Act.OPENED if deed.by:
                postmark.open(message_id, to, by=deed.by, at=at)
            case Act.CLICKED if deed.by:
                link = portal_link(email.kind, job=email.job, invoice=email.invoice)
                postmark.click(message_id, to, link, by=deed.by, at=at)
            case Act.REPLIED | Act.OUT_OF_OFFICE:
                postmark.reply(message_id, to, automatic=deed.act is Act.OUT_OF_OFFICE, at=at)
            case Act.COMPLAINED:
                postmark.complain(message_id, to, at=at)
            case _:
                pass  # they looked, and nothing of it can be noticed


@dataclass(frozen=True, slots=True)
class Step:
    """An email going out, or a deed of somebody who got it."""

    at: datetime
    number: int
    email: Email
    deed: Deed | None = None


def steps_of(emails: Iterable[tuple[int, Email]]) -> list[Step]:
    """Everything that happens with these emails, in the order of time. Each email has a number."""
    sent = [Step(email.sent_at, number, email) for number, email in emails]
    done = [Step(deed.at, step.number, step.email, deed) for step in sent for deed in step.email.deeds]
    return sorted([*sent, *done], key=lambda step: step.at)


def _as_posted(email: Email) -> dict[str, object]:
    """The email as Postmark's API takes it."""
    bodies = {"TextBody": email.letter.text} | ({} if email.plain else {"HtmlBody": email.letter.html})
    return {
        "From": SENDER,
        "To": email.to.written,
        "Cc": email.copy_to.written if email.copy_to else "",
        "Subject": email.letter.subject,
        "Tag": str(email.kind),
        "Metadata": email.letter.metadata,
        "TrackOpens": email.track_opens,
        "TrackLinks": "HtmlAndText" if email.track_links else "None",
        "MessageStream": "outbound",
        **bodies,
    }


def _record(message_id: str, email: Email, deed: Deed) -> dict[str, str] | None:
    """What the firm's own portal or books tell of a deed; ``None`` when they know nothing of it."""
    told = {"at": deed.at.isoformat(), "id": f"{deed.act}-{message_id}"}
    if deed.act is Act.VISITED:
        link = portal_link(email.kind, job=email.job, invoice=email.invoice)
        return told | {
            "type": "portal_visit",
            "message_id": message_id,
            "reference": email.job,
            "recipient": deed.who.address,
            "link": link,
        }
    if deed.act is Act.PAID:
        return told | {"type": "payment", "reference": email.invoice, "note": "bank transfer"}
    return None
