"""Tells a fallback, once for as long as it lasts, that Slack will not take what is to be said somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bot.notices.content import Posted, Prepared
from bot.replies.blocks.troubles import cant_speak
from store import notices
from store.alert_records import Notice, NoticeKind
from store.storable import digest


class _About(msgspec.Struct, frozen=True):
    """What a trouble is about."""

    channel: str
    word: str
    since: datetime


def put(connection: Connection, channel: str, word: str, *, to: str, now: datetime) -> bool:
    """Has the fallback told; False: it was told already, and nothing could be said in that channel since."""
    last = notices.last_posted_in(connection, channel)
    key = digest(f"{channel}|{word}|{last[1].isoformat() if last else ''}")[:24]
    about = msgspec.json.encode(_About(channel, word, now)).decode()
    notice = Notice(key=f"{NoticeKind.TROUBLE}:{key}", kind=NoticeKind.TROUBLE, channel=to, about=about, due_at=now)
    return notices.put(connection, notice)


class Troubles:
    """The content of such notices."""

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        """What is wrong where, and what mends it."""
        about = msgspec.json.decode(notices[0].about, type=_About)
        return Prepared(reply=cant_speak(about.channel, about.word, since=about.since, now=now), said=notices[:1])

    def sent(
        self,
        connection: Connection,
        notices: Sequence[Notice],
        posted: Posted,
        *,
        prepared: Prepared | None,
        now: datetime,
    ) -> None:
        """There is nothing to note."""
