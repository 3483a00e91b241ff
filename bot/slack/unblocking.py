"""Asks Postmark to send to an address again, and tells what it said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.postmark.errors import PostmarkError
from store import deeds
from store.database import Database
from store.deeds import Did, Done
from store.records import JudgedTrail

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

_STREAM = "outbound"
_UNSET = "Postmark can't be asked: no token is set (POSTMARK_SERVER_TOKEN)."


@dataclass(frozen=True, slots=True)
class Unblocking:
    """What the button "Unblock address" does. It never asks twice: Postmark counts such requests."""

    database: Database
    postmark: Postmark | None
    now: Callable[[], datetime]

    def unblock(self, entry: JudgedTrail, *, who: str) -> Done:
        """Asks for the address of an email, on the server and stream it went out on. For workers. ``StoreError``."""
        removed, said = self._ask(entry)
        done = Done(
            at=self.now(),
            who=who,
            what=Did.UNBLOCKED if removed else Did.NOT_UNBLOCKED,
            message_id=entry.trail.message.message_id,
            recipient_key=entry.trail.recipient.key,
            note=said,
        )
        with self.database.write() as connection:
            deeds.put(connection, done)
        return done

    def _ask(self, entry: JudgedTrail) -> tuple[bool, str]:
        """Whether Postmark did it, and its own words."""
        message = entry.trail.message
        servers = tuple(self.postmark.servers) if self.postmark else ()
        named = [message.server] if message.server in servers else list(servers[:1])
        if self.postmark is None or not named:
            return False, _UNSET
        try:
            removal = self.postmark.remove_suppression(
                str(named[0]), message.stream or _STREAM, entry.trail.recipient.address
            )
        except PostmarkError as error:
            return False, str(error)
        return removal.removed, removal.message or ("Deleted" if removal.removed else "")
