"""What one person's Home tab shows: their last questions, how the connections are, and what is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot import keeping_up
from bot.postmark.errors import PostmarkError
from bot.replies.blocks.home import QUESTIONS_A_PAGE, Asked, Connection, HomeView
from bot.replies.blocks.moments import SlackClock
from store import asked, cursors, events, syncing
from store.database import Database
from store.syncing import Standing

if TYPE_CHECKING:
    from bot.postmark.client import Postmark

_MOST = 200
_PATIENCE = 1.5
_SERVERS = 3


@dataclass(frozen=True, slots=True)
class HomeDesk:
    """Puts it together. For workers: it asks Postmark whether it answers."""

    database: Database
    postmark: Postmark | None
    settings: Sequence[tuple[str, str]]
    """What is set, for everybody alike."""
    now: Callable[[], datetime]
    schedule: Callable[[], str | None] | None = None
    """What is wrong with what is done unasked; ``None``: nothing is."""

    def view(self, who: str, *, page: int = 0) -> HomeView:
        """The Home of one person; ``page`` counts from 0, and one that isn't there is the last."""
        now = self.now()
        with self.database.read() as connection:
            questions = asked.different(connection, who, limit=_MOST)
            heard = events.last_webhook_at(connection)
            synced = cursors.get(connection, cursors.SYNC)
            known = syncing.standings(connection, self.postmark.servers if self.postmark else ())
        standings = list(known.values())
        pages = max(1, -(-len(questions) // QUESTIONS_A_PAGE))
        page = min(max(page, 0), pages - 1)
        shown = questions[page * QUESTIONS_A_PAGE : (page + 1) * QUESTIONS_A_PAGE]
        clock = SlackClock(now)
        return HomeView(
            now=now,
            questions=[Asked(text, at) for text, at in shown],
            page=page,
            pages=pages,
            connections=[
                *self._postmark(),
                _webhooks(heard, keeping_up.silent_since(standings, heard_at=heard, now=now), clock),
                *_sync(synced, standings, now, clock),
                *self._schedule(),
            ],
            settings=self.settings,
        )

    def _postmark(self) -> list[Connection]:
        servers = list(self.postmark.servers)[:_SERVERS] if self.postmark else []
        if self.postmark is None or not servers:
            return [Connection("Postmark", "not asked: no token is set, so I know only what came in here.", well=False)]
        return [self._server(self.postmark, server, alone=len(servers) == 1) for server in servers]

    def _schedule(self) -> list[Connection]:
        if self.schedule is None:
            return []
        trouble = self.schedule()
        return [Connection("Alerts and watches", f"{trouble or 'looked after every few seconds'}.", well=not trouble)]

    @staticmethod
    def _server(postmark: Postmark, server: str, *, alone: bool) -> Connection:
        name = "Postmark" if alone else f"Postmark, server “{server}”"
        try:
            postmark.settings(server, deadline=_PATIENCE)
        except PostmarkError as error:
            return Connection(name, f"{error} {error.advice}", well=False)
        return Connection(name, "answers.")


def _webhooks(heard: datetime | None, silent_since: datetime | None, clock: SlackClock) -> Connection:
    last = "none has come yet" if heard is None else f"the last one came {clock.when(heard)}"
    if silent_since is not None:
        found = f"although I found newer events by asking, the first {clock.when(silent_since)}"
        return Connection("Webhooks", f"{last}, {found}. `seen doctor` looks at them.", well=False)
    if heard is None:
        return Connection("Webhooks", f"{last}, so opens after the first are lost.", well=False)
    return Connection("Webhooks", f"{last}.")


def _sync(synced: datetime | None, standings: Sequence[Standing], now: datetime, clock: SlackClock) -> list[Connection]:
    """One line, and one for each server that is in trouble."""
    last = f"last ran {clock.when(synced)}" if synced else "has not run; emails are looked up when somebody asks"
    late = synced is not None and bool(keeping_up.stalled(standings, began_at=None, now=now))
    lines = [
        Connection("Sync", f"{last}; `seen doctor` says why it stands still." if late else f"{last}.", well=not late)
    ]
    for one in standings:
        if one.trouble is not None and one.trouble_since is not None:
            name = "Sync" if len(standings) == 1 else f"Sync, server “{one.server}”"
            lines.append(Connection(name, f"fails since {clock.when(one.trouble_since)}. {one.trouble}", well=False))
    return lines
