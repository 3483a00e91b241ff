"""Says what is due, exactly once, one post at a time.

One step does this, and any number of processes and threads may do it at once:

1. takes the turn of a channel, and claims what one post is to tell of
2. where somebody claimed it before, looks in Slack whether it was posted: that one may have died before noting it
3. has the content look again, and cancels what no longer holds
4. prolongs the claim, which fails if somebody else has taken over, posts, and notes where

What is not certain to be unsaid is not said again before the lease is over, and then only after such a look. Two holes
remain, and are counted or closed as far as they can be: where Slack doesn't let us look, a post may repeat
(``Observer.may_repeat``); and a process that is frozen in the very moment between its last look at the clock and the
request can't know it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.notices import choosing, troubles
from bot.notices.content import Content, Prepared
from bot.notices.manners import Manners
from bot.slack.posting import PLACE, TOKEN, CantLook, Later, NotPosted, Posted, Posting, Refused, Unsure
from store import notices
from store.alert_records import Notice, NoticeKind
from store.database import Database
from store.errors import StoreError

log = structlog.get_logger(__name__)

_CHANNELS = 8
"""Channels that are tried for a free turn in one step."""
_TOKEN_DELAY = timedelta(minutes=5)
"""Until a token that Slack refused is tried again."""
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
"""Words by which Slack says that a post can't be changed, because it isn't there any more."""


Elsewhere = Callable[[Notice], Notice | None]
"""What to say in another place instead; ``None``: there is none. May raise ``StoreError``."""


class Observer(Protocol):
    """Who wants to know what is said: the metrics."""

    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None:
        """A post told of so many notices, ``dwell`` seconds after the first fell due; it took ``seconds``."""

    def not_posted(self, word: str) -> None:
        """A post failed, for now or for good; ``word`` is Slack's, or ours."""

    def cancelled(self, kind: NoticeKind, *, notices: int) -> None:
        """So many notices no longer held."""

    def may_repeat(self, notices: int) -> None:
        """So many are posted again without knowing whether they were before."""


class _Nobody:
    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None: ...

    def not_posted(self, word: str) -> None: ...

    def cancelled(self, kind: NoticeKind, *, notices: int) -> None: ...

    def may_repeat(self, notices: int) -> None: ...


class _Overtaken(Exception):  # noqa: N818 - its name says what happened
    """The claim is somebody else's by now, or too old to act on, or we are to stop: nothing was posted."""


@dataclass(slots=True)
class _Turn:
    """One turn in one channel."""

    channel: str
    worker: str
    began: datetime
    """When its step began, by the clock on the wall."""
    clock: Callable[[], float]
    started: float
    """The same by a clock that only grows."""
    spoke: bool = False
    """Whether a request to post was made."""
    wait: timedelta = timedelta()
    """How long Slack asks everybody to wait."""

    @property
    def now(self) -> datetime:
        """The present: the step's moment, and what has passed since."""
        return self.began + timedelta(seconds=self.clock() - self.started)


class Notices:
    """Safe to use from several threads.

    Args:
        database: the own store, up to date (``store.migrate``).
        posting: the way to Slack.
        contents: what says the notices of each kind. A kind that has none is left to others.
        manners: the limits.
        fallback: where to tell of a channel that can't be spoken in; ``None``: nowhere but in the log.
        observer: is told of every post.
        elsewhere: by kind, where to say instead what Slack won't take in its place; a kind without it fails there.
        clock: seconds that only grow, for intervals.
    """

    def __init__(
        self,
        database: Database,
        posting: Posting,
        contents: Mapping[NoticeKind, Content],
        *,
        manners: Manners | None = None,
        fallback: str | None = None,
        observer: Observer | None = None,
        elsewhere: Mapping[NoticeKind, Elsewhere] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._posting, self._clock = database, posting, clock
        self._contents = {NoticeKind.TROUBLE: troubles.Troubles(), **contents}
        self._manners, self._fallback = manners or Manners(), fallback
        self._observer: Observer = observer or _Nobody()
        self._elsewhere = elsewhere or {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Claims nothing more; what is claimed and not being posted yet is given back."""
        self._stopping.set()

    def post(self, now: datetime) -> bool:
        """Says something in one channel, if something is due; is there perhaps more? Raises ``StoreError``."""
        started = self._clock()
        if self._stopping.is_set():
            return False
        with self._database.read() as connection:
            channels = notices.channels_waiting(connection, now, limit=_CHANNELS)
        for channel in channels:
            turn = _Turn(channel, secrets.token_hex(8), now, self._clock, started)
            claimed = self._claim(turn)
            if claimed is not None:
                try:
                    self._say(turn, claimed)
                finally:
                    self._end(turn)
                return True
        return False

    # ── The turn ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _claim(self, turn: _Turn) -> list[Notice] | None:
        """Takes the turn, and what one post is to tell of; ``None``: somebody else has it."""
        now, until = turn.began, turn.began + self._manners.lease
        with self._database.write() as connection:
            if not notices.take_turn(connection, turn.channel, turn.worker, now, until=until):
                return None
            waiting = notices.waiting_in(connection, turn.channel, now, limit=choosing.looked_at(self._manners))
            chosen = choosing.choose(waiting, self._manners) if waiting else []
            return notices.claim(connection, chosen, turn.worker, now, until=until)

    def _end(self, turn: _Turn) -> None:
        now = turn.now
        free_at = now + max(self._manners.pace, turn.wait) if turn.spoke else now + turn.wait
        try:
            with self._database.write() as connection:
                notices.end_turn(connection, turn.channel, turn.worker, free_at=free_at)
        except StoreError as error:
            log.warning("a turn could not be ended; it ends by itself", error=type(error).__name__)

    def _say(self, turn: _Turn, claimed: list[Notice]) -> None:
        left = self._look_back(turn, claimed)
        if not left:
            return
        try:
            prepared = self._prepare(turn, left)
        except Exception as error:  # noqa: BLE001 - one notice that can't be prepared must not hold up the others
            # Never with its text or a traceback, which may show a customer.
            log.error("a notice could not be prepared", kind=left[0].kind, error=type(error).__name__)  # noqa: TRY400
            if self._is_too_old(turn, left):
                self._fail(turn, left, "not_prepared")
            else:
                self._put_off(turn, left)
            return
        if prepared.reply is not None and prepared.said:
            self._post(turn, prepared)

    def _prepare(self, turn: _Turn, claimed: Sequence[Notice]) -> Prepared:
        content = self._contents.get(claimed[0].kind)
        if content is None:
            self._put_off(turn, claimed)
            return Prepared(reply=None)
        prepared = content.prepare(claimed, now=turn.now)
        settled = {notice.key for notice in (*prepared.said, *prepared.cancelled)}
        if prepared.cancelled:
            with self._database.write() as connection:
                cancelled = notices.mark_cancelled(connection, prepared.cancelled)
            self._observer.cancelled(claimed[0].kind, notices=len(cancelled))
        left = [each for each in claimed if each.key not in settled]
        if prepared.wait_until is None:
            self._put_off(turn, left)
        elif left:
            with self._database.write() as connection:
                notices.postpone(connection, left, until=prepared.wait_until)
        return prepared

    # ── What somebody may have said before ───────────────────────────────────────────────────────────────────────

    def _look_back(self, turn: _Turn, claimed: list[Notice]) -> list[Notice]:
        """Looks for what was claimed before in Slack; gives what was certainly, or for all we know, not said yet."""
        doubtful = [notice for notice in claimed if notice.attempts > 1]
        if not doubtful:
            return claimed
        try:
            found = self._find(turn.channel, doubtful)
        except CantLook as error:
            log.warning("may repeat: Slack can't be asked what was posted", why=str(error), channel=turn.channel)
            self._observer.may_repeat(len(doubtful))
            return claimed
        except Later as error:
            self._observer.not_posted(error.word)
            self._retry(turn, claimed, error)
            return []
        for posted, some in _by_post(doubtful, found).items():
            self._mark(turn, some, posted, None)
        return [notice for notice in claimed if notice.key not in found]

    def _find(self, channel: str, doubtful: Sequence[Notice]) -> dict[str, Posted]:
        since = min(notice.first_claimed_at or notice.due_at for notice in doubtful)
        return self._posting.find(
            self._place(channel), [notice.key for notice in doubtful], since=since, thread=doubtful[0].thread
        )

    def _place(self, channel: str) -> str:
        """The channel as Slack lists messages by it: a person's direct conversation has an id of its own."""
        if not channel.startswith(("U", "W")):
            return channel
        with self._database.read() as connection:
            known = notices.last_posted_in(connection, channel)
        return known[0] if known else self._posting.conversation_with(channel)

    # ── Posting ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _post(self, turn: _Turn, prepared: Prepared) -> None:
        said = list(prepared.said)
        dwell = (turn.now - min(notice.due_at for notice in said)).total_seconds()
        began = self._clock()
        try:
            posted = self._speak(turn, prepared)
        except _Overtaken:
            with self._database.write() as connection:
                notices.give_back(connection, said, not_before=turn.now)
        except NotPosted as error:
            self._observer.not_posted(error.word)
            self._not_posted(turn, said, error)
        else:
            self._observer.posted(said[0].kind, notices=len(said), dwell=dwell, seconds=self._clock() - began)
            self._mark(turn, said, posted, prepared)

    def _speak(self, turn: _Turn, prepared: Prepared) -> Posted:
        """The request itself. Raises ``NotPosted`` or ``_Overtaken``."""
        reply, said = prepared.reply, prepared.said
        assert reply is not None  # noqa: S101 - for the type checker: the caller has looked
        keys = list(dict.fromkeys([*prepared.keys, *(notice.key for notice in said)]))
        self._hold(turn, said)
        turn.spoke = True
        if prepared.update is not None:
            try:
                self._posting.update(prepared.update, reply, keys)
            except Refused as error:
                if error.word not in _GONE:
                    raise
            else:
                return prepared.update
        try:
            return self._posting.post(turn.channel, reply, keys, thread=said[0].thread)
        except Refused as error:
            if error.word != "thread_not_found" or said[0].kind is NoticeKind.DETAIL:
                raise
        return self._posting.post(turn.channel, reply, keys)  # what it answered is gone: it stands for itself

    def _hold(self, turn: _Turn, said: Sequence[Notice]) -> None:
        """Makes sure that the claim is ours and long enough, at the last moment before a post."""
        since = self._clock()
        if not self._stopping.is_set():
            with self._database.write() as connection:
                ours = notices.renew(connection, said, until=turn.now + self._manners.lease)
                held = len(ours) == len(said) and notices.prolong_turn(
                    connection, turn.channel, turn.worker, until=turn.now + self._manners.lease
                )
            if held and self._clock() - since <= self._manners.lease.total_seconds() / 2:
                return
        raise _Overtaken

    def _mark(self, turn: _Turn, said: Sequence[Notice], posted: Posted, prepared: Prepared | None) -> None:
        """Notes that something was said. Where that fails, whoever claims it next finds the post in Slack."""
        now = turn.now
        try:
            with self._database.write() as connection:
                marked = notices.mark_sent(connection, said, posted_in=posted.channel, ts=posted.ts, now=now)
                content = self._contents.get(said[0].kind)
                if marked and content is not None:
                    content.sent(connection, marked, posted, prepared=prepared, now=now)
                since = now - self._manners.revived
                notices.revive(connection, turn.channel, PLACE, since=since, now=now)
        except StoreError as error:
            log.warning("a post could not be noted", kind=said[0].kind, error=type(error).__name__)

    # ── What went wrong ──────────────────────────────────────────────────────────────────────────────────────────

    def _not_posted(self, turn: _Turn, said: Sequence[Notice], error: NotPosted) -> None:
        if isinstance(error, Refused) and error.word == "thread_not_found":
            with self._database.write() as connection:
                notices.mark_cancelled(connection, said)  # what it would be a detail of is gone
        elif isinstance(error, Refused) and error.word in PLACE and self._is_moved(said):
            log.warning("said elsewhere: Slack will not have it there", why=error.word, channel=turn.channel)
        elif isinstance(error, Refused) and error.word not in TOKEN:
            self._fail(turn, said, error.word)
        elif self._is_too_old(turn, said):
            self._fail(turn, said, f"gave_up_{error.word}")
        elif isinstance(error, Unsure):
            # It may be in Slack, or arrive there yet. Nobody looks or tries before our lease would have been over.
            log.warning("nobody knows whether a post arrived", kind=said[0].kind, why=error.word)
            not_before = turn.now + max(self._manners.lease, self._manners.delay(turn.now, said))
            with self._database.write() as connection:
                notices.release(connection, said, not_before=not_before)
        else:
            if error.word in TOKEN:
                self._tell(turn, error.word, said)
            self._retry(turn, said, error)

    def _is_moved(self, said: Sequence[Notice]) -> bool:
        """Has it said elsewhere, where its kind knows of such a place."""
        find = self._elsewhere.get(said[0].kind)
        moved = [instead for notice in said if find and (instead := find(notice))]
        if moved:
            with self._database.write() as connection:
                notices.put_all(connection, moved)
                notices.mark_cancelled(connection, said)
        return bool(moved)

    def _retry(self, turn: _Turn, said: Sequence[Notice], error: NotPosted) -> None:
        """Tries again later what certainly was not posted."""
        if isinstance(error, Later) and error.wait:
            turn.wait = min(timedelta(seconds=error.wait), self._manners.longest_delay)
        self._put_off(turn, said, at_least=_TOKEN_DELAY if error.word in TOKEN else turn.wait)

    def _is_too_old(self, turn: _Turn, said: Sequence[Notice]) -> bool:
        return turn.now - max(notice.due_at for notice in said) > self._manners.patience

    def _fail(self, turn: _Turn, said: Sequence[Notice], word: str) -> None:
        with self._database.write() as connection:
            notices.mark_failed(connection, said, word)
        self._tell(turn, word, said)

    def _tell(self, turn: _Turn, word: str, said: Sequence[Notice]) -> None:
        """Tells of a trouble: the log, and the fallback once for as long as it lasts."""
        log.error("Slack will not take what is to be said", why=word, channel=turn.channel, kind=said[0].kind)
        if self._fallback is None or self._fallback == turn.channel or said[0].kind is NoticeKind.TROUBLE:
            return
        with self._database.write() as connection:
            troubles.put(connection, turn.channel, word, to=self._fallback, now=turn.now)

    def _put_off(self, turn: _Turn, some: Sequence[Notice], *, at_least: timedelta = timedelta()) -> None:
        """Gives back what was not posted, as if it had not been claimed, to be tried again in a while."""
        if some:
            not_before = turn.now + max(at_least, self._manners.delay(turn.now, some))
            with self._database.write() as connection:
                notices.give_back(connection, some, not_before=not_before)


def _by_post(doubtful: Sequence[Notice], found: Mapping[str, Posted]) -> Mapping[Posted, list[Notice]]:
    posts: dict[Posted, list[Notice]] = defaultdict(list)
    for notice in doubtful:
        if notice.key in found:
            posts[found[notice.key]].append(notice)
    return posts
