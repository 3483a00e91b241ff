"""What the tests of notices share: a stand-in Slack with channels, a plain content, and notices to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.notices import Manners, Notices
from bot.notices.content import Posted, Prepared
from bot.replies.blocks.writing import Reply, rich, section, words
from bot.sandbox.slack import Message, Slack
from bot.slack.clients import Clients
from bot.slack.posting import Posting
from store import notices
from store.alert_records import Notice, NoticeKind
from store.database import Database

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
QUICK = Manners(pace=timedelta(seconds=1))
"""The usual manners, with a pace that fits whole seconds."""


def seconds(count: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=count)


class Plain:
    """A content that says each notice's key, and remembers what it was told."""

    def __init__(self) -> None:
        self.before: Callable[[Sequence[Notice]], object] = lambda some: None
        """What happens just before something is said."""
        self.needless: set[str] = set()
        self.update: Posted | None = None
        self.sent_keys: list[str] = []

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        self.before(notices)
        said = [notice for notice in notices if notice.key not in self.needless]
        text = " ".join(notice.key for notice in said)
        return Prepared(
            reply=Reply(text, (rich(section(*words(text))),)) if said else None,
            said=said,
            cancelled=[notice for notice in notices if notice.key in self.needless],
            update=self.update,
        )

    def sent(
        self,
        connection: Connection,
        notices: Sequence[Notice],
        posted: Posted,
        *,
        prepared: Prepared | None,
        now: datetime,
    ) -> None:
        self.sent_keys += [notice.key for notice in notices]


class Counting:
    """An observer that remembers what it was told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.dwells: list[float] = []
        self.repeats = 0
        self.needless = 0

    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None:
        self.dwells.append(dwell)

    def not_posted(self, word: str) -> None:
        self.words.append(word)

    def cancelled(self, kind: NoticeKind, *, notices: int) -> None:
        self.needless += notices

    def may_repeat(self, notices: int) -> None:
        self.repeats += notices


def posting_of(slack: Slack, *, timeout: int = 10) -> Posting:
    """The way to a stand-in Slack."""
    return Posting(Clients(slack.app.bot_token, slack.api_url), timeout=timeout)


def put(database: Database, *keys: str, channel: str, due_at: datetime = NOON, **said: Any) -> None:
    """Has something said in a channel for each key."""
    given = {"kind": NoticeKind.ALERT, "channel": channel, "due_at": due_at, **said}
    with database.write() as connection:
        for key in keys:
            assert notices.put(connection, Notice(key=key, about=f"about {key}", **given))


def drain(service: Notices, now: datetime, *, most: int = 1000) -> int:
    """Lets everything be said that can be by now; how many steps that took."""
    for count in range(most):
        if not service.post(now):
            return count
    raise AssertionError("it never ends")


def keys_of(message: Message) -> list[str]:
    """The keys that a post carries."""
    return list((message.metadata or {}).get("event_payload", {}).get("keys", []))


def said_in(slack: Slack, channel: str) -> list[list[str]]:
    """The keys of each post in a channel, oldest first."""
    return [keys_of(message) for message in slack.messages(channel)]


def counted(slack: Slack) -> Counter[str]:
    """How often each key was posted in the whole workspace."""
    everywhere = [key for channel in slack.workspace.channels for some in said_in(slack, channel) for key in some]
    return Counter(everywhere)


def state_of(database: Database, key: str) -> Notice:
    """A notice as it stands."""
    with database.read() as connection:
        return notices.load(connection, [key])[key]
