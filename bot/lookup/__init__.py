"""Answers a question: the own store first, then Postmark for what is missing or old, then every trail is judged.

All requests of one answer share one budget of time and go out side by side; whatever happens to them, the store's
answer comes, and says how fresh it is:

* ``live``: Postmark has answered everything it was asked; ``cached``: it had answered the same a moment ago
* ``partial``: some of it is missing; a note names the servers that failed, or says that the time ran out
* ``unreachable``: no server answered; ``offline``: nobody asked; ``not_configured``: there is no server to ask

The limit counts emails. An email to many people is never cut in the middle: every trail that answers the question is
there. Evidence about one recipient never speaks for another; where somebody else acted on the same email, that trail
is among the answer's ``siblings``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.evidence.habits import Habits, expected
from bot.lookup import finding, lifted, notes, own, recent
from bot.lookup.asking import Gathered, Inquiry, Order
from bot.lookup.finding import Found
from bot.lookup.matching import fits
from bot.lookup.own import Sought
from bot.lookup.plan import searches, streams
from bot.lookup.pool import Pool
from bot.lookup.suggesting import candidates, near_misses, suggestions
from bot.replies.notes import Note
from store import cursors, events, facts, messages
from store.database import Database
from store.errors import StoreError
from store.records import (
    Answer,
    Arrival,
    JudgedTrail,
    Message,
    NextStep,
    PostmarkState,
    Question,
    Reason,
    SubjectKind,
    Trail,
    Verdict,
)

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

__all__ = ["Lookup"]

log = logging.getLogger(__name__)

Judge = Callable[[Trail, datetime, Habits], tuple[Verdict, NextStep]]
Expect = Callable[[Trail], Habits]
Expectations = Callable[[Connection, Sequence[Trail], datetime], Expect]
References = Callable[[Message], tuple[str, ...]]
Remarks = Callable[[Sequence[Trail]], Iterable[Reason]]

RETENTION = timedelta(days=45)
"""How long Postmark keeps an email unless the server pays for more (its support article on retention)."""
_WORKERS = 8
_SIBLINGS = 50
_LISTED = 50
_LOOKED_UP = 50
"""How many emails Postmark is asked about one by one for one answer, however many are wanted."""
_FILINGS = 5
"""How many times a thousand new events are filed before an answer; the server files all of them on its own time."""


def averages(_: Connection, __: Sequence[Trail], ___: datetime) -> Expect:
    """Nothing is known of anybody's habits."""
    return expected


def _no_remarks(_trails: Sequence[Trail]) -> Iterable[Reason]:
    return ()


class Lookup:
    """The service that answers questions. Safe to use from several threads.

    Args:
        database: the own store, up to date (``store.migrate``).
        postmark: Postmark's servers; ``None``: none is configured.
        judge: what a trail adds up to at a moment, with what was expected of it, and the next step.
        expectations: what was to be expected of emails at a moment. Called once for all trails of an answer.
        references: the business numbers of a message.
        metadata_keys: the metadata fields that hold such numbers; each costs one search for a question about a number.
        budget: seconds that Postmark may take for one answer.
        fresh_for: seconds for which what Postmark said is not asked again.
        retention: how long Postmark keeps emails; older ones are not looked up.
        remarks: notes about the sending side, made of the trails found: tracking that is off on a server, a sender's
            domain that is not verified. Called for every answer, so it must be quick.
    """

    def __init__(
        self,
        database: Database,
        postmark: Postmark | None,
        *,
        judge: Judge,
        references: References,
        metadata_keys: Sequence[str],
        budget: float = 2.5,
        fresh_for: float = 60.0,
        retention: timedelta = RETENTION,
        remarks: Remarks = _no_remarks,
        expectations: Expectations = averages,
    ) -> None:
        self._database, self._postmark, self._judge, self._references = database, postmark, judge, references
        self._metadata_keys, self._budget, self._fresh_for = tuple(metadata_keys), budget, timedelta(seconds=fresh_for)
        self._retention, self._remarks, self._expectations = retention, remarks, expectations
        self._pool = Pool(_WORKERS)

    def answer(
        self, question: Question, *, now: datetime, offline: bool = False, limit: int = 10, at: datetime | None = None
    ) -> Answer:
        """What is known of the emails a question is about.

        ``now`` (aware) is the present. With ``at``, the answer is the one of that moment: only what had happened by
        then counts. ``limit`` is how many emails are shown. Raises ``StoreError`` when the own store cannot be read.
        """
        run = _Run(question=question, now=now, as_of=at or now, limit=max(1, limit))
        self.file_new()
        with self._database.read() as connection:
            sought = run.seek(connection)
        gathered, state = self._ask(run, sought, offline=offline)
        saved = gathered is None or self._save(run, gathered)
        with self._database.read() as connection:
            if gathered is not None and saved:
                sought = run.seek(connection)
            found = finding.read(connection, sought, until=run.as_of, unsaved=None if saved else gathered)
            told = list(self._notes(connection, run, sought, found, gathered=gathered, state=state))
            offers = () if found.shown or sought.aim.is_ambiguous else suggestions(connection, question)
            others = found.others[:_SIBLINGS]
            expect = self._expectations(connection, [*found.shown, *others], run.as_of)
        entries = tuple(self._judged(trail, run.as_of, expect) for trail in found.shown)
        return Answer(
            question=question,
            as_of=run.as_of,
            postmark=state,
            entries=entries,
            more=sought.more,
            notes=(*told, *self._remarks(found.shown), *([] if saved else [Reason(notes.NOT_SAVED)])),
            candidates=candidates(sought.aim.named) if sought.aim.is_ambiguous else (),
            suggestions=offers,
            siblings=tuple(self._judged(trail, run.as_of, expect) for trail in others),
            unanswerable=not entries
            and not sought.aim.is_ambiguous
            and state in {PostmarkState.UNREACHABLE, PostmarkState.NOT_CONFIGURED},
        )

    def refresh(self, message_ids: Collection[str], *, now: datetime, budget: float | None = None) -> frozenset[str]:
        """Asks Postmark about emails it wasn't asked about a moment ago, and keeps what it says.

        The ids of those of which everything is known now that there is to know; the others could not be asked for in
        time. ``budget``: seconds that it may take. Raises ``StoreError`` when the own store cannot be read.
        """
        self.file_new()
        with self._database.read() as connection:
            known = messages.load(connection, sorted(message_ids))
        stale = [message for message in known if self._is_stale(message, now)]
        fresh = {message.message_id for message in known}.difference(message.message_id for message in stale)
        if not stale or self._postmark is None or not self._postmark.servers:
            return frozenset(fresh)
        order = Order(servers=(), known=tuple(stale), limit=len(stale), wanted=lambda _: False, stale=lambda _: True)
        inquiry = Inquiry(self._postmark, self._pool, budget=budget or self._budget, references=self._references)
        gathered = inquiry.run(order)
        saved = self._keep(gathered, now)
        return frozenset(fresh | (gathered.checked if saved else set()))

    def _judged(self, trail: Trail, as_of: datetime, expect: Expect) -> JudgedTrail:
        return JudgedTrail(trail, *self._judge(trail, as_of, expect(trail)))

    def file_new(self) -> None:
        """Files what came in since the last time. When the store is busy, somebody else is doing it."""
        try:
            for _ in range(_FILINGS):
                with self._database.read() as connection:
                    if not events.are_waiting(connection):
                        return
                with self._database.write() as connection:
                    if events.file_new(connection, references=self._references, limit=1000) < 1000:
                        return
        except StoreError as error:
            log.warning("new events could not be filed before an answer: %s", error)

    # ── Postmark ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, run: _Run, sought: Sought, *, offline: bool) -> tuple[Gathered | None, PostmarkState]:
        """Asks Postmark for what is missing or old; ``None`` when there is nothing to ask, or nobody."""
        if offline:
            return None, PostmarkState.OFFLINE
        if self._postmark is None or not self._postmark.servers:
            return None, PostmarkState.NOT_CONFIGURED
        order = self._order(run, sought, self._postmark.servers)
        if not order.servers and not any(order.stale(message) for message in sought.messages):
            return None, PostmarkState.CACHED
        inquiry = Inquiry(self._postmark, self._pool, budget=self._budget, references=self._references)
        gathered = inquiry.run(order)
        return gathered, notes.state_of(gathered)

    def _order(self, run: _Run, sought: Sought, servers: Sequence[str]) -> Order:
        aim = sought.aim
        with self._database.read() as connection:
            fresh = recent.fresh(connection, run.digest, servers, now=run.now, within=self._fresh_for)
        known = {message.message_id for message in sought.messages}
        past = run.as_of if run.as_of < run.now else None
        made = searches(aim, self._metadata_keys, depth=run.depth, known=bool(known), at=past)
        wanted = tuple(one for one in aim.values(SubjectKind.MESSAGE_ID) if one not in known)
        anything = made or wanted
        return Order(
            servers=tuple(server for server in servers if server not in fresh) if anything else (),
            searches=made,
            message_ids=wanted,
            addresses=() if aim.is_ambiguous else tuple(sorted(aim.keys)),
            streams=streams(sought.messages),
            known=sought.messages,
            limit=min(run.limit, _LOOKED_UP),
            wanted=lambda message: fits(message, aim),
            stale=lambda message: self._is_stale(message, run.now),
        )

    def _is_stale(self, message: Message, now: datetime) -> bool:
        if message.sent_at is not None and now - message.sent_at > self._retention:
            return False  # Postmark has forgotten it
        checked = message.checked_at
        return checked is None or not timedelta() <= now - checked <= self._fresh_for

    def _save(self, run: _Run, gathered: Gathered) -> bool:
        """Keeps what Postmark said to a question; says whether that went well."""
        whole = gathered.answered - gathered.unsearched

        def more(connection: Connection) -> None:
            recent.note(connection, run.digest, whole, now=run.now, within=self._fresh_for)

        return self._keep(gathered, run.now, more)

    def _keep(self, gathered: Gathered, now: datetime, more: Callable[[Connection], None] | None = None) -> bool:
        """Keeps what Postmark said; says whether that went well. ``more`` happens in the same transaction."""
        try:
            with self._database.write() as connection:
                messages.save(connection, gathered.messages.values())
                events.add(connection, [*gathered.arrivals, *self._lifted(connection, gathered, now)])
                events.file_new(connection, references=self._references)
                messages.mark_checked(connection, gathered.checked, now)
                if more is not None:
                    more(connection)
        except StoreError as error:
            log.warning("what Postmark said could not be stored: %s", error)
            return False
        return True

    @staticmethod
    def _lifted(connection: Connection, gathered: Gathered, now: datetime) -> Iterable[Arrival]:
        known = events.of_addresses(connection, {place.key for place in gathered.unlisted})
        return lifted.reactivations(gathered.unlisted, known, now=now)

    # ── What is said beside the trails ───────────────────────────────────────────────────────────────────────────

    def _notes(
        self,
        connection: Connection,
        run: _Run,
        sought: Sought,
        found: Found,
        *,
        gathered: Gathered | None,
        state: PostmarkState,
    ) -> Iterable[Reason]:
        aim = sought.aim
        told = [at for at in (events.last_webhook_at(connection), cursors.get(connection, cursors.SYNC)) if at]
        is_demo = facts.get(connection, facts.DEMO) is not None
        yield from notes.of_freshness(
            state, gathered, sought.messages, last_told_at=max(told, default=None), is_demo=is_demo
        )
        if aim.is_ambiguous:
            return
        yield from notes.of_widening(aim, widened=sought.widened)
        yield from notes.of_trails(found.shown, aim)
        if not found.shown:
            yield from notes.of_nothing(aim, state, until=run.now, retention=self._retention)
            yield from near_misses(connection, aim, until=run.as_of)
        elif run.question.since is not None and run.question.since < run.now - self._retention:
            yield Reason(Note.TOO_OLD, facts={"days": str(self._retention.days)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One question being answered."""

    question: Question
    now: datetime
    as_of: datetime
    limit: int

    def seek(self, connection: Connection) -> Sought:
        """What the own store holds for the question by now."""
        return own.seek(connection, own.aim_at(connection, self.question), until=self.as_of, limit=self.limit)

    @property
    def depth(self) -> int:
        """How many of the newest emails a search of Postmark lists: more than are shown, for some will not fit."""
        return max(_LISTED, self.limit)

    @property
    def digest(self) -> str:
        """The same for questions that ask Postmark the same."""
        until = self.as_of if self.as_of < self.now else self.question.until
        asked = (self.question.subjects, self.question.document, self.question.since, until, self.depth)
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:24]
