"""Answers a question in Slack: from the own records at once, then, in the same place, with what Postmark adds.

Two groups of threads work here. The first reads the own store and speaks to Slack; the second waits for Postmark. So a
Postmark that is slow, or gone, holds up nobody's first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.replies.blocks import answer as answer_reply
from bot.replies.blocks import looking
from bot.replies.blocks.actions import Value, mark_of
from bot.replies.blocks.answers import ROWS
from bot.replies.blocks.deeds import Deed, Deeds, What
from bot.replies.blocks.writing import Reply
from bot.replies.notes import Note
from bot.slack.places import Place
from bot.slack.work import TooMuch, Work
from store import asked, deeds, marks
from store.asked import Asked
from store.database import Database
from store.deeds import Did
from store.marks import Said
from store.records import Answer, JudgedTrail, Question, Subject, SubjectKind

SOON = 0.5
"""Seconds for which the own records wait for Postmark, so that most answers come once and whole."""
SOON_ENOUGH = 1.0
"""The same where a second answer would stand below the first."""
SLACK = "slack"
"""The way of the marks that were made here."""
_OF_NOBODY_ASKED = {Note.OFFLINE, Note.DEMO}
_FIRST = 3
"""Emails told in full, beside the lines of the table."""
_DID = {
    Did.HANDLED: What.HANDLED,
    Did.CALLED: What.CALLED,
    Did.UNBLOCKED: What.UNBLOCKED,
    Did.NOT_UNBLOCKED: What.NOT_UNBLOCKED,
}
_SAID = {Said.RIGHT: What.RIGHT, Said.SEEN: What.RIGHT, Said.WRONG: What.WRONG, Said.NOT_SEEN: What.WRONG}


class AskEmails(Protocol):
    """What answers questions: ``bot.app.App.answer``."""

    def __call__(self, question: Question, *, now: datetime, offline: bool = False, limit: int = 10) -> Answer:
        """The answer as of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question, by somebody, somewhere."""

    question: Question
    who: str
    way: str
    channel: str | None = None
    rows: int = ROWS
    found: Callable[[Answer], None] = field(default=lambda _answer: None)
    """Is called with every answer just before it is shown."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered. ``broken`` is told what went wrong after the first answer was given."""

    database: Database
    ask_emails: AskEmails
    asks_postmark: bool
    """Whether there is a Postmark to ask at all."""
    slow: Work
    now: Callable[[], datetime]
    broken: Callable[[BaseException], None]
    patience: float = 4.0
    """Seconds for which somebody who shares an answer waits for Postmark."""

    def answer(self, inquiry: Inquiry, place: Place) -> None:
        """Answers in a place. For workers. Raises ``StoreError``, ``NotTold`` and what the SDK raises."""
        self.record(inquiry)
        asking = self._ask_postmark(inquiry)
        if asking is None:
            self._tell(inquiry, self._look_up(inquiry, offline=self.asks_postmark), place)
            return
        local = self._look_up(inquiry, offline=True)
        try:
            whole = asking.result(self._patience(place))
        except NotYet:
            place.say(self._meanwhile(inquiry, local, place))
            asking.add_done_callback(lambda done: self._refine(inquiry, done, local, place))
        else:
            self._tell(inquiry, whole, place)

    def again(self, inquiry: Inquiry, place: Place, *, shared: str | None = None) -> None:
        """Shows the own records' answer once more, because something was done about it.

        ``shared``: it stands in a message for everybody since a moment, which has this ``ts``.
        """
        found = self._look_up(inquiry, offline=self.asks_postmark)
        self._tell(inquiry, _quiet(found) if self.asks_postmark else found, place, shared=shared)

    def shared(self, inquiry: Inquiry) -> tuple[Reply, Answer]:
        """The answer as everybody may see it, from the one who shares it. For workers: waits for Postmark a while."""
        self.record(inquiry)
        asking = self._ask_postmark(inquiry)
        try:
            found = asking.result(self.patience) if asking else self._look_up(inquiry, offline=self.asks_postmark)
        except NotYet:
            found = self._look_up(inquiry, offline=True)
        done = self.done(found.entries)
        return answer_reply(found, now=self.now(), shared_by=inquiry.who, rows=inquiry.rows, deeds=done), found

    def record(self, inquiry: Inquiry, *, refused: str | None = None) -> None:
        """Notes who asked what, where and when. Nothing is looked up for anybody before it stands there."""
        with self.database.write() as connection:
            asked.record(
                connection,
                Asked(
                    at=self.now(),
                    who=inquiry.who,
                    way=inquiry.way,
                    question=inquiry.question.text,
                    place=inquiry.channel,
                    refused=refused,
                ),
            )

    def entry(self, value: Value) -> tuple[Answer, JudgedTrail] | None:
        """The email to somebody that a button is about, as it stands now; ``None``: it isn't there any more."""
        if value.message_id is None:
            return None
        question = Question(text="", subjects=(Subject(SubjectKind.MESSAGE_ID, value.message_id),))
        found = self.ask_emails(question, now=self.now(), offline=True, limit=1)
        of_it = (one for one in found.everyone if mark_of(one.trail.recipient.key) == value.recipient)
        entry = next(of_it, None)
        return (found, entry) if entry else None

    def done(self, entries: Iterable[JudgedTrail]) -> Deeds:
        """What people did about these emails, as it is shown with them."""
        trails = [(one.trail.message.message_id, one.trail.recipient.key) for one in entries]
        with self.database.read() as connection:
            did, said = deeds.of_trails(connection, trails), marks.of_trails(connection, trails)
        found: dict[tuple[str, str], list[Deed]] = {}
        for deed in did:
            shown = Deed(what=_DID[deed.what], who=deed.who, at=deed.at, note=deed.note)
            found.setdefault((deed.message_id, deed.recipient_key), []).append(shown)
        for mark in (mark for mark in said if mark.way == SLACK):
            shown = Deed(what=_SAID[mark.said], who=mark.who, at=mark.at)
            found.setdefault((mark.message_id, mark.recipient_key), []).append(shown)
        return {trail: sorted(some, key=lambda deed: deed.at) for trail, some in found.items()}

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _patience(self, place: Place) -> float:
        if self.slow.is_crowded:
            return 0.0
        return SOON if place.replaces else SOON_ENOUGH

    def _look_up(self, inquiry: Inquiry, *, offline: bool) -> Answer:
        limit = inquiry.rows + _FIRST
        return self.ask_emails(inquiry.question, now=self.now(), offline=offline, limit=limit)

    def _ask_postmark(self, inquiry: Inquiry) -> Future[Answer] | None:
        """``None``: there is nobody to ask, or too many are waiting to."""
        if not self.asks_postmark:
            return None
        try:
            return self.slow.submit(lambda: self._look_up(inquiry, offline=False))
        except TooMuch:
            return None

    def _meanwhile(self, inquiry: Inquiry, local: Answer, place: Place) -> Reply:
        """What the own records say, and that the search goes on."""
        going_on = looking(inquiry.question)
        if not local.entries:
            return going_on
        inquiry.found(local)
        shown = self._reply(inquiry, _quiet(local), place)
        return Reply(f"{going_on.text}\n{shown.text}", (*shown.blocks, going_on.blocks[0]))

    def _refine(self, inquiry: Inquiry, done: Future[Answer], local: Answer, place: Place) -> None:
        """Puts the whole answer in the place of the first; when it failed, the first one without "looking"."""
        try:
            error = done.exception()
            if error is not None:
                self.broken(error)
            self._tell(inquiry, local if error is not None else done.result(), place)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self.broken(error)

    def _tell(self, inquiry: Inquiry, found: Answer, place: Place, *, shared: str | None = None) -> None:
        inquiry.found(found)
        place.say(self._reply(inquiry, found, place, shared=shared))

    def _reply(self, inquiry: Inquiry, found: Answer, place: Place, *, shared: str | None = None) -> Reply:
        return answer_reply(
            found,
            now=self.now(),
            private=place.can_share,
            rows=inquiry.rows,
            deeds=self.done(found.entries),
            thread=place.thread if place.can_share else None,
            shared=shared,
        )


def _quiet(local: Answer) -> Answer:
    """Without the word that Postmark was not asked: it is being asked, or was a moment ago."""
    return replace(local, notes=tuple(note for note in local.notes if note.code not in _OF_NOBODY_ASKED))
