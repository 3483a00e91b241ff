"""Asks Postmark everything one answer needs, side by side, inside one budget of time.

Whatever has arrived when the time is up is used; what has not is named. A server that is slow, broken or refuses us
never holds up what the others say.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.lookup.lifted import Unlisted
from bot.lookup.pool import Pool
from bot.postmark.errors import NotFound, PostmarkError, Refused, TimedOut, WrongToken
from store.addresses import normalise
from store.records import Arrival, EventKind, Message

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

log = logging.getLogger(__name__)

_EVER = datetime.min.replace(tzinfo=UTC)
_TOO_LITTLE = 0.02
"""Seconds that are not worth a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search for emails, to be made on every server that is asked."""

    recipient: str | None = None
    """An address, or ``@domain``."""
    metadata: tuple[str, str] | None = None
    tag: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    """How many of the newest are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that is to be asked for one answer."""

    servers: tuple[str, ...]
    """Those that are searched; the others have been a moment ago."""
    searches: tuple[Search, ...] = ()
    message_ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Whose suppressions are asked for."""
    streams: tuple[str, ...] = ("outbound",)
    known: tuple[Message, ...] = ()
    """What the own store has found."""
    limit: int
    """How many of the newest emails are looked up in full."""
    wanted: Callable[[Message], bool]
    """Whether an email that a search found answers the question."""
    stale: Callable[[Message], bool]
    """Whether what is known of an email is too old."""


@dataclass(slots=True)
class Gathered:
    """What Postmark said in time."""

    messages: dict[str, Message] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    unlisted: list[Unlisted] = field(default_factory=list)
    """Where Postmark lists no suppression of an address that was asked for."""
    looked_up: set[str] = field(default_factory=set)
    """Messages whose details are complete now."""
    forgotten: set[str] = field(default_factory=set)
    """Messages of which a server said that it does not know them, or not any more."""
    failed: set[str] = field(default_factory=set)
    """Messages of which a server did not tell everything."""
    answered: set[str] = field(default_factory=set)
    """Servers that said something of use."""
    unsearched: set[str] = field(default_factory=set)
    """Servers of which at least one search failed."""
    troubles: dict[str, PostmarkError] = field(default_factory=dict)
    """The first thing that went wrong with each server."""

    @property
    def checked(self) -> set[str]:
        """Messages of which everything there is to know is known now."""
        return self.looked_up | (self.forgotten - self.failed)

    @property
    def unfinished(self) -> set[str]:
        """Messages that could not be looked up in full."""
        return self.failed - self.looked_up


@dataclass(frozen=True, slots=True)
class _LookedUp:
    message: Message
    arrivals: tuple[Arrival, ...]
    trouble: PostmarkError | None


@dataclass(frozen=True, slots=True)
class _Job:
    server: str
    message_id: str | None
    handle: Callable[[Any], None]
    searches: bool = False


class Inquiry:
    """One round of asking. ``references`` finds the business numbers of an email; ``budget`` is in seconds."""

    def __init__(
        self,
        postmark: Postmark,
        pool: Pool,
        *,
        budget: float,
        references: Callable[[Message], tuple[str, ...]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._postmark, self._pool, self._references, self._clock = postmark, pool, references, clock
        self._ends = clock() + budget
        self._jobs: dict[Future[Any], _Job] = {}
        self._barred: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._candidates: dict[str, Message] = {}
        self._gathered = Gathered()

    def run(self, order: Order) -> Gathered:
        """Asks everything, follows up what the searches find, and returns when all is said or the time is up."""
        self._candidates = {message.message_id: message for message in order.known}
        for server in order.servers:
            for message_id in order.message_ids:
                self._look_up(server, message_id)
            for search in order.searches:
                work = partial(self._search, server, search)
                self._start(server, work, partial(self._listed, order), searches=True)
            for address in order.addresses:
                for stream in order.streams:
                    place = Unlisted(server, stream, normalise(address))
                    self._start(
                        server, partial(self._suppressions, server, stream, address), partial(self._told, place)
                    )
        self._follow_up(order)
        while self._jobs and (left := self._left()) > 0:
            done, _ = wait(self._jobs, timeout=left, return_when=FIRST_COMPLETED)
            for future in done:
                self._finish(future)
        for future in list(self._jobs):
            future.cancel()
            job = self._jobs.pop(future)
            self._failed(job, TimedOut("Postmark did not answer in time.", server=job.server))
        return self._gathered

    def _left(self) -> float:
        return self._ends - self._clock()

    # ── What is done in the threads ──────────────────────────────────────────────────────────────────────────────

    def _deadline(self, server: str) -> float:
        left = self._left()
        if left < _TOO_LITTLE:
            raise TimedOut("There was no time left to ask Postmark.", server=server)
        return left

    def _search(self, server: str, search: Search) -> list[Message]:
        return self._postmark.search(
            server,
            recipient=search.recipient,
            metadata=search.metadata,
            tag=search.tag,
            subject=search.subject,
            since=search.since,
            until=search.until,
            limit=search.limit,
            deadline=self._deadline(server),
        )

    def _suppressions(self, server: str, stream: str, address: str) -> list[Arrival]:
        return self._postmark.suppressions(server, stream, address, deadline=self._deadline(server))

    def _details(self, server: str, message_id: str) -> _LookedUp:
        """The details of a message, and in full what they only abridge: opens, clicks and bounces."""
        details = self._postmark.details(server, message_id, deadline=self._deadline(server))
        arrivals = list(details.arrivals)
        trouble: PostmarkError | None = None
        for kind, ask in (
            (EventKind.OPEN, partial(self._postmark.opens, server, message_id)),
            (EventKind.CLICK, partial(self._postmark.clicks, server, message_id)),
            (EventKind.BOUNCE, partial(self._postmark.bounces, server, message_id=message_id)),
        ):
            if not any(arrival.event.kind is kind for arrival in arrivals):
                continue
            try:
                whole = ask(deadline=self._deadline(server))
            except PostmarkError as error:
                trouble = error
                continue
            if whole:
                arrivals = [arrival for arrival in arrivals if arrival.event.kind is not kind] + whole
        return _LookedUp(details.message, tuple(arrivals), trouble)

    # ── What is done with the answers ────────────────────────────────────────────────────────────────────────────

    def _start(
        self,
        server: str,
        work: Callable[[], Any],
        handle: Callable[[Any], None],
        message_id: str | None = None,
        *,
        searches: bool = False,
    ) -> None:
        if server not in self._barred:
            self._jobs[self._pool.submit(work)] = _Job(server, message_id, handle, searches)

    def _look_up(self, server: str, message_id: str) -> None:
        if (server, message_id) not in self._asked:
            self._asked.add((server, message_id))
            self._start(server, partial(self._details, server, message_id), self._looked_up, message_id)

    def _finish(self, future: Future[Any]) -> None:
        job = self._jobs.pop(future)
        try:
            result = future.result()
        except PostmarkError as error:
            self._failed(job, error)
        else:
            self._gathered.answered.add(job.server)
            job.handle(result)

    def _failed(self, job: _Job, error: PostmarkError) -> None:
        if isinstance(error, NotFound) and not job.searches:
            # A message it does not know or has forgotten, a stream it does not have: that is an answer.
            if job.message_id is not None:
                self._gathered.answered.add(job.server)
                self._gathered.forgotten.add(job.message_id)
            return
        if isinstance(error, Refused) and not isinstance(error, WrongToken):
            log.warning("Postmark refused what was asked of server %s: %s", job.server, error)
            if job.message_id is None and not job.searches:
                return  # the emails are found without it
        self._gathered.troubles.setdefault(job.server, error)
        if isinstance(error, WrongToken):
            self._barred.add(job.server)
        if job.message_id is not None:
            self._gathered.failed.add(job.message_id)
        if job.message_id not in self._candidates:
            self._gathered.unsearched.add(job.server)

    def _listed(self, order: Order, found: list[Message]) -> None:
        for message in found:
            known = replace(message, references=self._references(message))
            self._gathered.messages.setdefault(known.message_id, known)
            if order.wanted(known):
                self._candidates[known.message_id] = _together(self._candidates.get(known.message_id), known)
        self._follow_up(order)

    def _told(self, place: Unlisted, arrivals: Iterable[Arrival]) -> None:
        listed = list(arrivals)
        self._gathered.arrivals.extend(listed)
        if not listed:
            self._gathered.unlisted.append(place)

    def _looked_up(self, result: _LookedUp) -> None:
        message = replace(result.message, references=self._references(result.message))
        self._gathered.messages[message.message_id] = message
        self._gathered.arrivals.extend(result.arrivals)
        if result.trouble is None:
            self._gathered.looked_up.add(message.message_id)
        else:
            self._gathered.failed.add(message.message_id)
            if message.server:
                self._gathered.troubles.setdefault(message.server, result.trouble)

    def _follow_up(self, order: Order) -> None:
        """Looks up the newest of what is found by now, where too little is known of it."""
        newest = sorted(self._candidates.values(), key=_age)[: order.limit]
        for message in newest:
            if order.stale(message):
                servers = (message.server,) if message.server in self._postmark.servers else self._postmark.servers
                for server in servers:
                    self._look_up(server, message.message_id)


def _age(message: Message) -> tuple[bool, float]:
    """Newest first; before them what nobody knows the time of: it was told of by an event, so it is there."""
    return (message.sent_at is not None, -(message.sent_at or _EVER).timestamp())


def _together(known: Message | None, told: Message) -> Message:
    """What a search said, with what only the own store knows."""
    return told if known is None else replace(told, checked_at=known.checked_at)
