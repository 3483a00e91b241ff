"""Asking Postmark: searches, details, opens, clicks, bounces, lists, suppressions, and how its servers are set.

Reads are repeated a few times where that can help. Every method may raise a `PostmarkError` (``bot.postmark.errors``);
``deadline`` is the number of seconds, from the call on, after which it gives up with `TimedOut`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import random
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from bot.postmark import answers, listing, rows
from bot.postmark.answers import Removal, SenderDomain, ServerSettings, Stream, Webhook
from bot.postmark.connection import PAGE, Connection, Manners
from bot.postmark.dates import window
from bot.postmark.errors import NotFound, OddAnswer, WrongToken
from bot.postmark.faults import named
from bot.postmark.listing import Listing, Page
from bot.postmark.rows import Details
from bot.postmark.search import Search
from bot.postmark.transport import Token
from store.addresses import normalise
from store.records import Arrival, Message

_T = TypeVar("_T")

API_URL = "https://api.postmarkapp.com"


class Postmark:
    """Postmark's API for one or several servers, each with its token. Safe to use from several threads.

    Args:
        servers: our name of each server, with its token.
        account_token: for `domains` only.
        api_url: where Postmark is; another one in tests.
        timeout: seconds to connect, and seconds to wait for each part of an answer.
        retries: how often a read is tried again.
        sleep, random, clock, now: for tests; ``random`` gives 0 to 1, ``clock`` seconds that only grow.
    """

    def __init__(
        self,
        servers: Mapping[str, str],
        *,
        account_token: str | None = None,
        api_url: str = API_URL,
        timeout: tuple[float, float] = (3.0, 10.0),
        retries: int = 2,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        _check_url(api_url)
        manners = Manners(
            connect=timeout[0], read=timeout[1], retries=retries, sleep=sleep, random=random, clock=clock, now=now
        )
        self._now = now
        self._connections = {
            name: Connection(api_url=api_url, server=name, token=_token(token, name), manners=manners)
            for name, token in servers.items()
        }
        self._account: Connection | None = None
        if account_token is not None:
            token = _token(account_token, None)
            self._account = Connection(api_url=api_url, server=None, token=token, manners=manners)

    def __repr__(self) -> str:
        return f"Postmark(servers={list(self.servers)!r}, account={self._account is not None})"

    @property
    def servers(self) -> tuple[str, ...]:
        """Our names of the servers."""
        return tuple(self._connections)

    @property
    def skew(self) -> timedelta | None:
        """How far our clock is ahead of Postmark's, as its last answers told; ``None`` until one came."""
        told = (connection.skew for connection in self._connections.values())
        return next((skew for skew in told if skew is not None), None)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        if self._account:
            self._account.close()

    # ── Emails ───────────────────────────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        server: str,
        *,
        recipient: str | None = None,
        tag: str | None = None,
        subject: str | None = None,
        metadata: tuple[str, str] | None = None,
        stream: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        deadline: float | None = None,
    ) -> list[Message]:
        """The newest ``limit`` emails that fit everything given, newest first; not found may mean "not yet listed".

        ``recipient`` is an address, or ``@domain``; ``metadata`` one field and its value; ``since`` and ``until`` are
        aware and count the moment when Postmark accepted the email. Goes on past the 10,000 emails that Postmark lists.
        """
        connection = self._connections[server]
        query = Search(recipient, tag, subject, metadata, stream, since, until)
        found = query.run(connection, server, page=min(max(limit, 1), PAGE), expires=connection.expires(deadline))
        return list(islice(found, limit))

    def details(
        self, server: str, message_id: str, *, deadline: float | None = None, tries: int | None = None
    ) -> Details:
        """An email and what became of it. Raises `NotFound` once Postmark has forgotten it.

        What it tells of opens, clicks, bounces and suppressions is abridged; `opens`, `clicks`, `bounces` and
        `suppressions` tell the whole. Later opens than the first per recipient are told by webhooks only.
        """
        connection = self._connections[server]
        row = connection.read(f"messages/outbound/{_piece(message_id)}/details", connection.expires(deadline), tries)
        found = rows.details(row, received_at=self._now(), server=server)
        if found is None:
            raise OddAnswer(f"{named(server)} sent details without a message ID.", server=server)
        return found

    def opens(self, server: str, message_id: str, *, deadline: float | None = None) -> list[Arrival]:
        """The first open by each recipient of an email."""
        found = self._events(server, f"messages/outbound/opens/{_piece(message_id)}", "Opens", deadline)
        return [rows.open_(row, received_at=self._now(), server=server) for row in found]

    def clicks(self, server: str, message_id: str, *, deadline: float | None = None) -> list[Arrival]:
        """The first click by each recipient on each link of an email."""
        found = self._events(server, f"messages/outbound/clicks/{_piece(message_id)}", "Clicks", deadline)
        return [rows.click(row, received_at=self._now(), server=server) for row in found]

    def bounces(
        self,
        server: str,
        *,
        recipient: str | None = None,
        message_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = PAGE,
        deadline: float | None = None,
    ) -> list[Arrival]:
        """The newest ``limit`` bounces that fit, complaints and automatic answers among them."""
        query = {"emailFilter": recipient, "messageID": message_id, **window(since, until)}
        key = None if recipient is None else normalise(recipient)
        found = (
            rows.bounce(row, received_at=self._now(), server=server)
            for row in self._events(server, "bounces", "Bounces", deadline, page=min(limit, PAGE), **query)
        )
        # Postmark's address filter also finds longer addresses that contain this one.
        return list(islice((arrival for arrival in found if key in (None, arrival.event.recipient_key)), limit))

    def page(
        self,
        server: str,
        which: Listing,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        offset: int = 0,
        deadline: float | None = None,
    ) -> Page:
        """One page of everything a server lists, newest first, ``offset`` rows from the list's beginning.

        With ``since`` and ``until`` it may hold rows from outside all the same (``bot.postmark.listing``). Asked once:
        whoever goes through whole lists has a patience of its own.
        """
        connection = self._connections[server]
        answer = connection.read(
            listing.path(which),
            connection.expires(deadline),
            1,
            count=PAGE,
            offset=offset,
            **window(since, until),
        )
        found = listing.page(which, answer, received_at=self._now(), server=server)
        if found is None:
            raise OddAnswer(f"{named(server)} sent no list of {which}.", server=server)
        return found

    # ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────

    def suppressions(self, server: str, stream: str, address: str, *, deadline: float | None = None) -> list[Arrival]:
        """Why Postmark does not send to an address on a stream now; empty when it does."""
        connection = self._connections[server]
        path = f"message-streams/{_piece(stream)}/suppressions/dump"
        answer = connection.read(path, connection.expires(deadline), EmailAddress=address)
        found = _objects(answer, "Suppressions", server)
        told = (rows.suppression(row, stream=stream, received_at=self._now(), server=server) for row in found)
        return [arrival for arrival in told if arrival.event.recipient_key == normalise(address)]

    def remove_suppression(self, server: str, stream: str, address: str) -> Removal:
        """Asks Postmark to send to an address again. Never repeated; a complaint cannot be removed."""
        connection = self._connections[server]
        body = {"Suppressions": [{"EmailAddress": address}]}
        answer = connection.change(f"message-streams/{_piece(stream)}/suppressions/delete", body, None)
        return answers.removal(answer, address)

    # ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────

    def settings(self, server: str, *, deadline: float | None = None) -> ServerSettings:
        connection = self._connections[server]
        return answers.server_settings(connection.read("server", connection.expires(deadline)))

    def streams(self, server: str, *, deadline: float | None = None) -> list[Stream]:
        connection = self._connections[server]
        answer = connection.read("message-streams", connection.expires(deadline))
        return _known(answers.stream, _objects(answer, "MessageStreams", server))

    def webhooks(self, server: str, stream: str, *, deadline: float | None = None) -> list[Webhook]:
        connection = self._connections[server]
        answer = connection.read("webhooks", connection.expires(deadline), MessageStream=stream)
        return _known(answers.webhook, _objects(answer, "Webhooks", server))

    def domains(self, *, deadline: float | None = None) -> list[SenderDomain]:
        """The account's domains with the DNS records they need. Raises `WrongToken` without an account token."""
        connection = self._account
        if connection is None:
            raise WrongToken(
                "There is no token to ask Postmark about the account's domains.",
                advice="Set POSTMARK_ACCOUNT_TOKEN (Postmark: Account → API Tokens).",
            )
        expires = connection.expires(deadline)
        listed = _known(answers.sender_domain, connection.rows("domains", "Domains", expires))
        return _known(answers.sender_domain, [connection.read(f"domains/{domain.id}", expires) for domain in listed])

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _events(
        self, server: str, path: str, name: str, deadline: float | None, *, page: int = PAGE, **query: object
    ) -> Iterator[dict[str, Any]]:
        connection = self._connections[server]
        return connection.rows(path, name, connection.expires(deadline), page=page, **query)


def _objects(answer: Mapping[str, Any], name: str, server: str) -> list[dict[str, Any]]:
    listed = answer.get(name)
    if not isinstance(listed, list):
        raise OddAnswer(f"{named(server)} sent no list of {name}.", server=server)
    return [row for row in listed if isinstance(row, dict)]


def _known(read: Callable[[Mapping[str, Any]], _T | None], listed: Iterable[Mapping[str, Any]]) -> list[_T]:
    return [record for row in listed if (record := read(row)) is not None]


def _piece(word: str) -> str:
    """A word as one piece of a path. Nothing at Postmark has a name that would climb to another path."""
    if word.strip(".") == "":
        raise NotFound("Postmark has nothing of that name.")
    return quote(word, safe="")


def _token(token: str, server: str | None) -> Token:
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        whose = f"server “{server}”" if server else "account"
        raise ValueError(f"The token of Postmark's {whose} is empty or holds a space or a sign no token has.")
    return Token(token)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise ValueError("Postmark's address must look like https://api.postmarkapp.com.")
