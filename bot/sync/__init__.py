"""Keeps the own store in step with Postmark, so that webhooks are a convenience and not a necessity.

Each server's lists are swept again and again, from a little before what is known to the present; after an outage, of
ours or of the webhooks, the sweeps go on where they were. Deliveries stand in no list: an email's details tell, and are
asked for where somebody wants to know. Suppressions are not swept: Postmark lists them one address at a time or all at
once, so they are looked up when somebody asks about an address; those after bounces and complaints come with these.

Any number of processes may do this on one database. For each server one of them is at work at a time, and what is due
stands in the database, so two of them ask no more than one.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import random
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.postmark.errors import PostmarkError
from bot.postmark.listing import Listing
from bot.sync import details as detailing
from bot.sync import pace, sweeping
from bot.sync.keeping import References
from bot.sync.work import Nobody, Observer, Overtaken, Work
from store import syncing, wanted
from store.database import Database
from store.syncing import Coverage, Standing
from store.wanted import Wanted

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

__all__ = ["Observer", "Sync"]

LEASE = timedelta(seconds=30)
"""How long a process has a server to itself without a sign of life: longer than any request may take."""


class Sync:
    """One process' part in it. Its steps are called by one thread; the rest is safe from any.

    Args:
        database: the own store, up to date (``store.migrate``).
        postmark: Postmark's servers.
        references: the business numbers of an email.
        webhooks: whether Postmark's are taken; where none tells, emails that somebody waits for are asked about.
        back_to: how far back every list is to be read, beside keeping up; ``None``: no further than it is.
        up_to: up to when it is to be read without a rest; ``None``: as sweeps fall due.
        details: whether details that are wanted are asked for, too.
        observer: is told of every request.
        sleep, clock, random: for tests; ``clock`` gives seconds that only grow, ``random`` 0 to 1.
    """

    def __init__(
        self,
        database: Database,
        postmark: Postmark,
        *,
        references: References,
        webhooks: bool = False,
        back_to: datetime | None = None,
        up_to: datetime | None = None,
        details: bool = True,
        observer: Observer | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random,
    ) -> None:
        self._database, self._postmark = database, postmark
        self._back_to, self._up_to, self._asks_details = back_to, up_to, details
        self._work = Work(
            database=database,
            postmark=postmark,
            references=references,
            webhooks=webhooks,
            worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            observer=observer or Nobody(),
            sleep=sleep,
            clock=clock,
            random=random,
        )
        self._turn = 0
        self._begun = False

    # ── Working ──────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self, now: datetime, *, without: Collection[str] = ()) -> bool:
        """Asks Postmark for one page, or for a few emails' details, where something is due; is there perhaps more?

        One server's trouble never holds up the others. Those of ``without`` are left alone. Raises ``StoreError``.
        """
        if not self._begun:
            # What failed before this process began may be mended by now: a token, a network.
            with self._database.write() as connection:
                syncing.forgive(connection, self._postmark.servers)
            self._begun = True
        self._turn += 1
        servers = [server for server in self._postmark.servers if server not in without]
        return any(self._serve(servers[(self._turn + place) % len(servers)], now) for place in range(len(servers)))

    def observe(self, observer: Observer) -> None:
        """From now on this one is told of every request."""
        self._work.observer = observer

    def release(self) -> None:
        """Leaves the servers to other processes: this one does no further step."""
        with self._database.write() as connection:
            syncing.release(connection, worker=self._work.worker)

    def want(self, message_ids: Iterable[str], now: datetime) -> None:
        """Somebody needs to know whether these emails arrived: their details are asked for, the newest need first.

        Within a transaction use ``store.wanted.want``.
        """
        with self._database.write() as connection:
            wanted.want(connection, message_ids, now=now)

    def _serve(self, server: str, now: datetime) -> bool:
        """Does what is due for a server; False when nothing is, or another process is at it."""
        with self._database.read() as connection:
            standing = sweeping.begun(syncing.standings(connection, [server])[server], now, self._up_to)
            if not self._may_ask(standing, now):
                return False
            lists = sweeping.known(connection, server)
            if not sweeping.due(standing, lists, self._back_to) and not self._wanted(connection, standing, now):
                return False
        with self._database.write() as connection:
            taken = syncing.take(connection, server, worker=self._work.worker, now=now, until=now + LEASE)
            if taken is None:
                return False
            standing, lists = sweeping.begun(taken, now, self._up_to), sweeping.known(connection, server)
            emails = self._wanted(connection, standing, now)
        try:
            if (reading := sweeping.due(standing, lists, self._back_to)) is not None:
                sweeping.read(self._work, standing, lists, *reading)
            else:
                detailing.ask(self._work, standing, emails, now)
        except PostmarkError as error:
            self._fail(server, error, now)
        except Overtaken:
            pass
        return True

    def _wanted(self, connection: Connection, standing: Standing, now: datetime) -> Sequence[Wanted]:
        return detailing.due(connection, standing, now) if self._asks_details else ()

    def _may_ask(self, standing: Standing, now: datetime) -> bool:
        taken = standing.worker not in {None, self._work.worker}
        if taken and standing.lease_until is not None and standing.lease_until > now:
            return False
        return standing.retry_at is None or standing.retry_at <= now

    def _fail(self, server: str, error: PostmarkError, now: datetime) -> None:
        self._work.observer.failed(server, error)
        with self._database.write() as connection:
            standing = syncing.standings(connection, [server])[server]
            failed = pace.failed(standing, error, now=now, random=self._work.random)
            syncing.keep(connection, replace(failed, worker=None), None, worker=self._work.worker)

    # ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def covered_until(self, server: str | None, now: datetime) -> datetime | None:
        """Up to when everything that a server lists was fetched; ``None``: not all of its lists were yet.

        Without a server's name: of all servers. Never later than ``now``.
        """
        with self._database.read() as connection:
            ends = [_covered(sweeping.known(connection, name)) for name in self._named(server)]
        return None if not ends or None in ends else min(now, *(end for end in ends if end is not None))

    def unchecked_since(self, server: str | None, now: datetime) -> datetime | None:
        """From when on Postmark may know more than we do, because sweeps are behind; ``None``: they are in step.

        Whoever is about to judge a silence waits while this is a moment, though not for ever: Postmark may be down.
        Without a server's name: of all servers.
        """
        with self._database.read() as connection:
            standings = syncing.standings(connection, self._named(server))
            behind = [
                sweeping.behind_since(standing, _covered(sweeping.known(connection, name)), now)
                for name, standing in standings.items()
            ]
        return min((since for since in behind if since is not None), default=None)

    def standings(self) -> Mapping[str, Standing]:
        """Where each server stands."""
        with self._database.read() as connection:
            return syncing.standings(connection, self._postmark.servers)

    def coverages(self, server: str) -> Mapping[Listing, Coverage]:
        """What is known of each list of a server."""
        with self._database.read() as connection:
            return sweeping.known(connection, server)

    def _named(self, server: str | None) -> tuple[str, ...]:
        return (server,) if server in self._postmark.servers and server is not None else self._postmark.servers


def _covered(lists: sweeping.Known) -> datetime | None:
    ends = [coverage.until for coverage in lists.values()]
    return None if None in ends else min(end for end in ends if end is not None)
