"""What goes into one post: mostly one notice; many alerts, or many failures of one kind, together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.notices.manners import Manners
from store.alert_records import Notice, NoticeKind

_LINES = frozenset({NoticeKind.REMINDER, NoticeKind.DETAIL})
"""What is a line or two in a thread: of those that are due in one thread, several go together."""
_LINES_AT_ONCE = 10


def choose(waiting: Sequence[Notice], manners: Manners) -> list[Notice]:
    """The notices that one post is to tell of, out of those that wait in a channel, the longest due first.

    Failures of one kind go together. Of other alerts more than ``at_once`` do: nobody reads ten messages in a row.
    """
    first = waiting[0]
    if first.kind in _LINES:
        mates = [notice for notice in waiting if (notice.kind, notice.thread) == (first.kind, first.thread)]
        return mates[:_LINES_AT_ONCE]
    if not _is_alert(first):
        return [first]
    if first.group:
        return [notice for notice in waiting if _is_alert(notice) and notice.group == first.group][: manners.burst]
    alerts = [notice for notice in waiting if _is_alert(notice)]
    single = [notice for notice in alerts if not notice.group]
    posts = len(single) + len({notice.group for notice in alerts if notice.group})
    return single[: manners.together] if posts > manners.at_once else [first]


def looked_at(manners: Manners) -> int:
    """How many of a channel's notices have to be looked at to choose among them."""
    return max(manners.burst, manners.together, manners.at_once + 1)


def _is_alert(notice: Notice) -> bool:
    return notice.kind is NoticeKind.ALERT and notice.thread is None
