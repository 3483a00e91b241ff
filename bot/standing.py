"""How well the sending side stands: tracking switched off at a server, a sender's domain that is not verified.

Such things weaken every answer they touch, so answers say them. They change rarely: they are asked for beside an answer
when what is known is older than ``KEEP``, and kept in the store.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.replies.notes import Note
from store import facts
from store.addresses import domain_of, normalise, parse_mailbox
from store.database import Database
from store.errors import StoreError
from store.records import Message, Reason, Trail

if TYPE_CHECKING:
    from bot.postmark.answers import ServerSettings
    from bot.postmark.client import Postmark

KEEP = timedelta(hours=6)
PATIENCE = 0.25
"""Seconds an answer waits for what was asked beside it."""
_NAME = "standing"


class Standing(msgspec.Struct, frozen=True):
    """What is known of the sending side."""

    asked_at: datetime
    untracked: dict[str, str] = {}
    """By server: what is not tracked there unless an email asks for it: ``opens``, ``links`` or ``both``."""
    unverified: list[str] = []
    """Domains that Postmark has not verified."""


def remarks(standing: Standing, trails: Iterable[Trail]) -> Iterator[Reason]:
    """What the reader of these trails should know of the sending side."""
    messages = {trail.message.message_id: trail.message for trail in trails}.values()
    for server, off in sorted(standing.untracked.items()):
        if any(message.server == server and _depends_on(off, message) for message in messages):
            yield Reason(Note.SERVER_TRACKING_OFF, facts={"server": server, "what": off})
    senders = {domain_of(normalise(parse_mailbox(message.sender)[1])) for message in messages if message.sender}
    for domain in standing.unverified:
        if any(sender == domain or sender.endswith(f".{domain}") for sender in senders):
            yield Reason(Note.DOMAIN_UNVERIFIED, facts={"domain": domain})


def _depends_on(off: str, message: Message) -> bool:
    """Whether the server's switch decided for this email: one that asked for tracking itself was tracked."""
    opens = off != "links" and message.track_opens is not True
    return opens or (off != "opens" and message.track_links in {None, "None"})


class StandingDesk:
    """Keeps what is known of the sending side fresh, without holding an answer up. Safe to use from several threads."""

    def __init__(self, database: Database, postmark: Postmark | None, *, has_account: bool, deadline: float) -> None:
        self._database, self._postmark = database, postmark
        self._has_account, self._deadline = has_account, deadline
        self._asking: threading.Thread | None = None

    def begin(self, now: datetime) -> None:
        """Start asking Postmark, on a thread of its own, if what is known is old."""
        if self._postmark is None or (self._asking and self._asking.is_alive()):
            return
        known = self._known()
        if known is None or not timedelta() <= now - known.asked_at < KEEP:
            asking = threading.Thread(target=self._refresh, args=(now,), daemon=True, name="standing")
            asking.start()
            self._asking = asking  # only now: others wait for it, and nobody can wait for what has not begun

    def remarks(self, trails: Sequence[Trail]) -> Iterator[Reason]:
        """What is known to weaken an answer about these trails."""
        if self._asking:
            self._asking.join(PATIENCE)
        known = self._known()
        if known is not None:
            yield from remarks(known, trails)

    def _known(self) -> Standing | None:
        with self._database.read() as connection:
            kept = facts.get(connection, _NAME)
        try:
            return None if kept is None else msgspec.json.decode(kept, type=Standing)
        except msgspec.DecodeError:
            return None  # of another edition: asked anew

    def _refresh(self, now: datetime) -> None:
        standing = self._ask(now)
        if standing is None:
            return
        try:
            with self._database.write() as connection:
                facts.put(connection, _NAME, msgspec.json.encode(standing).decode())
        except StoreError:
            return  # the next answer tries again

    def _ask(self, now: datetime) -> Standing | None:
        """Asks every server; ``None`` when one does not answer: half of it would look like all is well."""
        from bot.postmark.errors import PostmarkError  # noqa: PLC0415 - loaded with the client, only where there is one

        assert self._postmark is not None  # noqa: S101 - for the type checker: `begin` looked
        try:
            settings = {name: self._postmark.settings(name, deadline=self._deadline) for name in self._postmark.servers}
            domains = self._postmark.domains(deadline=self._deadline) if self._has_account else []
        except PostmarkError:
            return None
        return Standing(
            asked_at=now,
            untracked={name: off for name, server in settings.items() if (off := _untracked(server))},
            unverified=[domain.name.casefold() for domain in domains if domain.dkim_verified is False],
        )


def _untracked(server: ServerSettings) -> str | None:
    opens, links = server.track_opens is False, server.track_links == "None"
    return "both" if opens and links else "opens" if opens else "links" if links else None
