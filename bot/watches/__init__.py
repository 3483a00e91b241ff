"""Watches: somebody wishes to be told when a customer looks, and is told once.

Of the first sign that a person left, of a failure, or at the end that nothing came. What machines do never ends a
watch. Whoever wished for it is told only while they may ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.lookup.matching import is_about
from bot.notices.content import Posted, Prepared
from bot.replies.blocks.watching import Watched, watch_told
from bot.slack.access import Access, Asker
from bot.slack.subjects import Reading
from bot.watches import meant
from store import notices, wanted, watches
from store.alert_records import Notice, NoticeKind, Watch, WatchEnd, trail_key
from store.database import Database
from store.records import Answer, JudgedTrail, PostmarkState, Question, Subject, SubjectKind

USUALLY = timedelta(days=14)
"""How long a watch lasts where nothing is said of it."""
AT_MOST = timedelta(days=45)
"""For as long as Postmark knows of an email."""
EACH = 50
"""Open watches of one person."""
_LOOKED_THROUGH = 50
"""The newest emails of a watch's subject that are looked at."""
_AT_ONCE = 20
_LEASE = timedelta(minutes=1)
_UNASKED = frozenset({PostmarkState.UNREACHABLE, PostmarkState.PARTIAL})


class AskEmails(Protocol):
    """What answers questions: ``bot.app.App.answer``."""

    def __call__(self, question: Question, *, now: datetime, offline: bool = False, limit: int = 10) -> Answer:
        """The answer as of now."""


# ── What comes of a wish ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begun:
    """It is watched now. ``shortened``: they wished for longer."""

    watched: Watched
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Already:
    """They watched it before."""

    watched: Watched


@dataclass(frozen=True, slots=True)
class Settled:
    """There is nothing to wait for: this email has been seen, or has failed."""

    entry: JudgedTrail


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A name that fits nobody, or several people."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class TooMany:
    """They watch as much as anybody may."""

    number: int


Outcome = Begun | Already | Settled | NotKnown | TooMany


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody's wish to be told."""

    question: Question
    who: str
    channel: str | None = None
    thread: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watches:
    """The service, and the words of ``NoticeKind.WATCH``. For workers: it looks emails up."""

    database: Database
    ask_emails: AskEmails
    reading: Reading
    access: Access
    now: Callable[[], datetime]

    # ── Wishing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, wish: Wish) -> Outcome:
        """Watches for somebody, unless there is nothing to wait for. Raises ``StoreError``."""
        now, question = self.now(), replace(wish.question, since=None, until=None)
        answer = self.ask_emails(question, now=now, limit=_LOOKED_THROUGH)
        if answer.candidates or (not answer.entries and meant.only_names(question)):
            return NotKnown(answer)
        found = meant.to_customers(answer)
        pending = [entry for entry in meant.newest_of_each(found) if not meant.is_settled(entry)]
        if found and not pending:
            return Settled(found[0])
        question = meant.named(question, pending)
        made = self._watch(wish, question, found, pending, now)
        standing = self._standing(wish.who, question, pending)
        if standing is not None:
            return Already(Watched(standing, pending))
        with self.database.write() as connection:
            number = watches.count_open(connection, wish.who)
            if number >= EACH:
                return TooMany(number)
            kept = watches.put(connection, made, meant.listens(question, pending))
            if kept is None:
                standing = watches.open_with_key(connection, made.key)
                return Already(Watched(standing or made, pending))
            wanted.want(connection, meant.to_ask_of(pending), now=now)
        return Begun(Watched(kept, pending), shortened=wish.until is not None and wish.until > kept.expires_at)

    def _watch(
        self,
        wish: Wish,
        question: Question,
        found: Sequence[JudgedTrail],
        pending: Sequence[JudgedTrail],
        now: datetime,
    ) -> Watch:
        sent = [entry.trail.message.sent_at for entry in pending]
        text = meant.as_typed(question)
        expires_at = min(wish.until or now + USUALLY, now + AT_MOST)
        return Watch(
            key=f"{wish.who}|{' '.join(sorted(text.casefold().split()))}",
            who=wish.who,
            question=text,
            began_at=now,
            expires_at=expires_at,
            channel=wish.channel,
            thread=wish.thread,
            since=min((at for at in sent if at), default=None) if all(sent) else None,
            settled=tuple(trail_key(entry.trail) for entry in found if entry not in pending),
            look_at=now,  # something may have come while they were wishing
        )

    def _standing(self, who: str, question: Question, pending: Sequence[JudgedTrail]) -> Watch | None:
        """A watch of theirs that covers this one."""
        facts = meant.facts_of(question, pending)
        with self.database.read() as connection:
            theirs = watches.of_somebody(connection, who, limit=EACH)
        for watch in theirs:
            asked = self.question(watch)
            document = asked.document
            kind = document is None or document == question.document
            kind = kind or bool(pending and all(is_about(one.trail.message, document or "") for one in pending))
            if set(asked.subjects) <= facts and kind and not asked.subject_words:
                return watch
        return None

    def end(self, who: str, watch_id: int) -> Watched | None:
        """Takes somebody's watch off; ``None``: it isn't theirs, or is over."""
        now = self.now()
        with self.database.write() as connection:
            watch = watches.of_id(connection, watch_id)
            if watch is None or watch.who != who or not watches.end(connection, watch_id, WatchEnd.UNWATCHED, now):
                return None
            watches.forget(connection, watch_id)
        return self._seen_now(watch, now)

    def end_of(self, who: str, question: Question) -> list[Watched]:
        """Takes off whatever of somebody's watches is about this."""
        wanted = set(question.subjects)
        with self.database.read() as connection:
            theirs = watches.of_somebody(connection, who, limit=EACH)
        about = [watch for watch in theirs if wanted & set(self.question(watch).subjects)]
        return [ended for watch in about if (ended := self.end(who, watch.watch_id))]

    def of(self, who: str) -> list[Watched]:
        """What somebody watches, newest first, as it stands by the own records."""
        now = self.now()
        with self.database.read() as connection:
            theirs = watches.of_somebody(connection, who, limit=EACH)
        return [self._seen_now(watch, now) for watch in theirs]

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self, now: datetime) -> bool:
        """Looks at a few watches of which there are news, or whose time is up; whether there may be more."""
        until = now + _LEASE
        with self.database.write() as connection:
            taken = watches.take(connection, now, until=until, limit=_AT_ONCE)
        for watch in taken:
            self._look(watch, now, until)
        return len(taken) == _AT_ONCE

    def _look(self, watch: Watch, now: datetime, taken_until: datetime) -> None:
        answer = self._answer(watch, now)
        end, entry = self._come(watch, answer)
        if end is None and watch.expires_at <= now:
            end = WatchEnd.EXPIRED
        with self.database.write() as connection:
            if end is None:
                watches.rest(connection, watch, taken_until=taken_until, look_at=watch.expires_at)
                wanted.want(connection, meant.to_ask_of(meant.waited(watch, answer)), now=now)
                return
            told = trail_key(entry.trail) if entry else None
            if watches.end(connection, watch.watch_id, end, now, told=told):
                notices.put(connection, _notice(watch, now))

    def _answer(self, watch: Watch, now: datetime, *, offline: bool = True) -> Answer:
        return self.ask_emails(self.question(watch), now=now, offline=offline, limit=_LOOKED_THROUGH)

    @staticmethod
    def _come(watch: Watch, answer: Answer) -> tuple[WatchEnd | None, JudgedTrail | None]:
        """What has come of it: the first sign of a person, else a failure; else the email it waits for."""
        waited = meant.waited(watch, answer)
        if seen := [entry for entry in waited if entry.verdict.finding in meant.LOOKED]:
            return WatchEnd.SEEN, seen[-1]
        if failed := [entry for entry in waited if meant.has_failed(entry)]:
            return WatchEnd.FAILED, failed[-1]
        return None, waited[0] if waited else None

    def _seen_now(self, watch: Watch, now: datetime) -> Watched:
        return Watched(watch, meant.waited(watch, self._answer(watch, now)))

    def question(self, watch: Watch) -> Question:
        """What a watch asks; one that can't be read any more asks for nothing that exists."""
        found = self.reading.question(watch.question)
        if isinstance(found, Question):
            return replace(found, since=None, until=None)
        return Question(text=watch.question, subjects=(Subject(SubjectKind.MESSAGE_ID, watch.question),))

    # ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self, claimed: Sequence[Notice], *, now: datetime) -> Prepared:
        """Looks again at one watch, and says what came of it; nothing to who may not ask any more."""
        notice = claimed[0]
        with self.database.read() as connection:
            watch = watches.of_id(connection, int(notice.about)) if notice.about.isdigit() else None
        if watch is None or watch.end in {None, WatchEnd.UNWATCHED} or not self._may_be_told(watch, notice, now):
            return Prepared(reply=None, cancelled=claimed)
        answer = self._answer(watch, now, offline=watch.end is not WatchEnd.EXPIRED)
        end, entry = self._come(watch, answer)
        if end is None and watch.end is not WatchEnd.EXPIRED:
            # What looked like a sign was none: a machine's second visit says so. It goes on.
            with self.database.write() as connection:
                watches.reopen(connection, watch.watch_id, now)
            return Prepared(reply=None, cancelled=claimed)
        reply = watch_told(
            Watched(watch, meant.waited(watch, answer)),
            now=now,
            entry=entry,
            unchecked=answer.postmark in _UNASKED,
            in_open=notice.channel != watch.who and not notice.channel.startswith("D"),
        )
        return Prepared(reply=reply, said=claimed)

    def elsewhere(self, notice: Notice) -> Notice | None:
        """What to say in a direct message, where a watch can't be told in its place. Raises ``StoreError``."""
        with self.database.read() as connection:
            watch = watches.of_id(connection, int(notice.about)) if notice.about.isdigit() else None
        if watch is None or notice.channel == watch.who:
            return None
        return Notice(
            key=f"{notice.key}|alone",
            kind=NoticeKind.WATCH,
            channel=watch.who,
            about=notice.about,
            due_at=notice.due_at,
            group=notice.group,
        )

    def sent(
        self,
        connection: Connection,
        said: Sequence[Notice],
        posted: Posted,
        *,
        prepared: Prepared | None,
        now: datetime,
    ) -> None:
        """Lets the watches that were told of listen no longer."""
        del posted, prepared, now
        for notice in said:
            watches.forget(connection, int(notice.about))

    def _may_be_told(self, watch: Watch, notice: Notice, now: datetime) -> bool:
        """Whether whoever wished for it may still ask there. Where only the place is to blame, they are told alone."""
        place = None if notice.channel == watch.who else notice.channel
        if self.access.refusal(Asker(watch.who, place), openly=place is not None, afresh=True) is None:
            return True
        alone = self.elsewhere(notice)
        if alone is not None and self.access.refusal(Asker(watch.who), openly=False) is None:
            with self.database.write() as connection:
                notices.put(connection, replace(alone, due_at=now))
        return False


def _notice(watch: Watch, now: datetime) -> Notice:
    """One for each end, so that a watch that went on can be told of later."""
    about = str(watch.watch_id)
    return Notice(
        key=f"watch|{about}|{now.isoformat()}",
        kind=NoticeKind.WATCH,
        channel=watch.channel or watch.who,
        thread=watch.thread,
        about=about,
        due_at=now,
        group=f"watch|{about}",
    )
