"""Whose mailboxes a domain has: asked in DNS, kept in the store, and asked again when that has grown old.

Never on the way of an answer: learning asks, a few domains at a time. Off the network nothing is known, and nothing is
held up for longer than a look-up's patience.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from bot.evidence.mailboxes import Mailbox, mailbox_behind, mailbox_of
from bot.trails import FREE_MAIL
from store import mail_servers
from store.database import Database

KEEPS = timedelta(days=7)
"""For so long what DNS said is not asked again. Firms change their mail servers once in years."""
AT_ONCE = 30
"""So many domains are asked about between two lessons."""
_GIVES_UP_AFTER = 2
"""So many look-ups that failed one after the other, and DNS is taken to be out of reach."""


class AsksForServers(Protocol):
    """What looks names up."""

    def mx(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred first. Raises ``NotLookedUp``."""
        ...


class Servers:
    """What the mail servers of domains tell. ``resolver`` makes what asks; without, only what is kept is known."""

    def __init__(self, database: Database, resolver: Callable[[], AsksForServers] | None) -> None:
        self._database, self._makes_resolver = database, resolver

    def known(self, domains: Collection[str]) -> dict[str, Mailbox]:
        """The kinds of mailboxes of those domains whose mail servers tell. Raises ``StoreError``."""
        with self._database.read() as connection:
            found = mail_servers.known(connection, domains)
        return {domain: Mailbox(kind) for domain, (kind, _) in found.items() if kind in _KINDS}

    def ask(self, domains: Collection[str], now: datetime) -> Iterator[None]:
        """Asks about domains of which nothing recent is kept, pausing after each. Raises ``StoreError``."""
        wanted = self._wanted(domains, now) if self._makes_resolver else []
        if not wanted or self._makes_resolver is None:
            return
        from bot.dns import NotLookedUp  # noqa: PLC0415 - an answer starts without it

        resolver, failed = self._makes_resolver(), 0
        for domain in wanted:
            try:
                mailbox = mailbox_behind(resolver.mx(domain))
            except NotLookedUp:
                failed += 1
                if failed == _GIVES_UP_AFTER:
                    return
            else:
                failed = 0
                with self._database.write() as connection:
                    mail_servers.note(connection, domain, mailbox, at=now)
            yield

    def _wanted(self, domains: Collection[str], now: datetime) -> list[str]:
        """The domains to ask about: those never asked about first, then those asked about longest ago."""
        firms = {domain for domain in domains if _is_a_firms(domain)}
        with self._database.read() as connection:
            kept = mail_servers.known(connection, firms)
        old = sorted((at, domain) for domain, (_, at) in kept.items() if not timedelta() <= now - at < KEEPS)
        return [*sorted(firms - kept.keys()), *(domain for _, domain in old)][:AT_ONCE]


_KINDS = frozenset(Mailbox)
_RESERVED = frozenset(
    {
        *("alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"),
        *("example.com", "example.net", "example.org"),
    }
)
"""Names that are nobody's in the world's DNS (RFC 2606, 6761, 9476)."""


def _is_a_firms(domain: str) -> bool:
    """Whether a domain may be one firm's, and is one that the world's DNS can know."""
    if not domain or domain in FREE_MAIL or mailbox_of(domain) is not Mailbox.OTHER:
        return False
    labels = domain.split(".")
    return len(labels) > 1 and labels[-1] not in _RESERVED and ".".join(labels[-2:]) not in _RESERVED
