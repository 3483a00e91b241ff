"""Whether Seen's parts are well: one probe each, for ``/readyz``.

A probe gives ``None`` when all is well, else a few words that name no customer and no secret. It may block, and it may
raise: whoever asks counts that as not well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import text

from bot import keeping_up
from bot.ingest import Writer
from store import events, migrate, syncing
from store.database import Database
from store.errors import StoreError

Probe = Callable[[], str | None]


def database_answers(database: Database) -> Probe:
    """The database can be reached and read."""

    def probe() -> str | None:
        try:
            with database.read() as connection:
                connection.execute(text("SELECT 1"))
        except StoreError as error:
            return error.advice
        return None

    return probe


def schema_is_current(database: Database) -> Probe:
    """The tables are of this program's edition."""

    def probe() -> str | None:
        try:
            return None if migrate.is_current(database) else "the tables are of another edition: run `seen migrate`"
        except StoreError as error:
            return error.advice

    return probe


def writer_runs(writer: Writer) -> Probe:
    """Events are taken and stored."""
    return lambda: None if writer.running else "events are not being stored: restart Seen"


def sync_keeps_up(
    database: Database, servers: Collection[str], *, began_at: datetime, now: Callable[[], datetime]
) -> Probe:
    """Every server's lists were fetched from Postmark not long ago, by this process or another."""

    def probe() -> str | None:
        with database.read() as connection:
            standings = syncing.standings(connection, servers)
        late = keeping_up.stalled(standings.values(), began_at=began_at, now=now())
        if not late:
            return None
        names = ", ".join(f"“{standing.server}”" for standing in late)
        return f"Postmark's lists were not fetched for over an hour (server {names}): `seen doctor` says why"

    return probe


def webhooks_come(database: Database, servers: Collection[str], *, now: Callable[[], datetime]) -> Probe:
    """Webhooks tell what sweeps have found."""

    def probe() -> str | None:
        with database.read() as connection:
            standings = syncing.standings(connection, servers)
            heard = events.last_webhook_at(connection)
        since = keeping_up.silent_since(standings.values(), heard_at=heard, now=now())
        if since is None:
            return None
        last = f"the last webhook came {heard:%d %b, %H:%M} UTC" if heard else "no webhook has come yet"
        return f"{last}, although sync found events since {since:%d %b, %H:%M} UTC: `seen doctor` looks at webhooks"

    return probe
