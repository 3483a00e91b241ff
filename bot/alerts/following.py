"""Follows alerts that were told: keeps their posts true, ends them, reminds, escalates, and wakes what was put off."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts import views
from bot.alerts.content import is_asleep, rendered
from bot.alerts.endings import has_failed
from bot.alerts.keys import notice_key
from bot.alerts.needs import Needs
from bot.alerts.views import Seen, mark_of
from bot.replies import blocks
from bot.replies.alert_view import AlertView
from bot.rules.timing import Defaults, add, channel_of, decent
from bot.slack.posting import TOKEN, Later, NotPosted, Posted, Posting, Refused
from store import alerts, notices
from store.alert_records import Alert, AlertKind, Ending, Notice, NoticeKind, NoticeState, Rule
from store.records import Finding

log = structlog.get_logger(__name__)

_AT_ONCE = 25
"""Alerts that are looked at in one step."""
_DETAILED = frozenset(
    {Ending.SEEN, Ending.REPLIED, Ending.PAID, Ending.VISITED, Ending.OTHER_CONTACT, Ending.REPLACED, Ending.DELIVERED}
)
"""The endings that nobody in the channel has made, so that they may want to know more."""
_POSTS = frozenset({NoticeKind.ALERT, NoticeKind.ESCALATION})
"""What is kept up to date."""
_AFTER_FAILURE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Next:
    """What follows for an alert by now, and when to look next."""

    alert: Alert
    tell: Sequence[Notice]
    look_at: datetime | None
    unsaid: tuple[str, str] | None = None
    """The key of what was to tell of it and is not on its way any more, and the channel that it belongs in."""


def follow(needs: Needs, posting: Posting, now: datetime) -> bool:
    """Looks at some of the alerts that want it; is there perhaps more? Raises ``StoreError``."""
    # No two looks have the same end, so that what one of them finds is never noted in the other's name.
    until = now + needs.look_lease + timedelta(microseconds=secrets.randbelow(1_000_000))
    with needs.database.read() as connection:
        if not alerts.are_waiting(connection, now):
            return False
    with needs.database.write() as connection:
        taken = alerts.take(connection, now, until=until, limit=_AT_ONCE)
    needs.learn(now)
    wait = Follower(needs, posting).look([alert.key for alert in taken], until, now)
    if wait is not None:
        _put_off(needs, taken, until, now + wait)
        return False
    return len(taken) >= _AT_ONCE


def _put_off(needs: Needs, taken: Sequence[Alert], until: datetime, to: datetime) -> None:
    with needs.database.write() as connection:
        alerts.put_off(connection, [alert.key for alert in taken], taken_until=until, to=to)


@dataclass(frozen=True, slots=True)
class _Followed:
    """An alert that is being looked at, and what was posted of it."""

    following: _Next
    posts: Sequence[Notice]

    @property
    def key(self) -> str:
        return self.following.alert.key

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Its first post, which others may share."""
        first = self.posts[0] if self.posts else None
        return (first.posted_in, first.ts) if first else (None, None)


class Follower:
    """Looks at alerts, at those of one post together."""

    def __init__(self, needs: Needs, posting: Posting) -> None:
        self._needs, self._posting = needs, posting

    def look(self, keys: Sequence[str], until: datetime, now: datetime) -> timedelta | None:
        """Brings alerts up to date. ``None``, or how long to leave Slack alone. Raises ``StoreError``.

        ``until`` is what the looks were taken with.
        """
        of_place: dict[tuple[str | None, str | None], list[_Followed]] = defaultdict(list)
        for one in self._followed(keys, until, now):
            of_place[one.place].append(one)
        for together in of_place.values():
            try:
                shown = self._show(together, now)
            except NotPosted as error:
                log.warning("an alert could not be brought up to date", why=error.word)
                return timedelta(seconds=error.wait or 0) if isinstance(error, Later) and error.wait else _AFTER_FAILURE
            with self._needs.database.write() as connection:
                for one in together:
                    alert, look_at = one.following.alert, one.following.look_at
                    alerts.note(connection, alert, taken_until=until, look_at=look_at, shown=shown[one.key])
        return None

    def _followed(self, keys: Sequence[str], until: datetime, now: datetime) -> list[_Followed]:
        """The alerts as they stand, with what follows for them put on its way."""
        seen = self._settled(keys, now)
        said: dict[str, list[Notice]] = defaultdict(list)
        with self._needs.database.read() as connection:
            for notice in notices.of_subjects(connection, seen):
                said[notice.about].append(notice)
        following = {key: _following(one, said[key], self._needs.defaults, now) for key, one in seen.items()}
        with self._needs.database.write() as connection:
            notices.put_all(connection, [notice for each in following.values() for notice in each.tell])
            for each in following.values():
                if each.unsaid:
                    notices.anew(connection, *each.unsaid, now)
            # Of an alert whose email is gone nothing is shown any more.
            alerts.put_off(connection, set(keys).difference(seen), taken_until=until, to=None)
        return [_Followed(each, _posts(said[key])) for key, each in sorted(following.items())]

    def _settled(self, keys: Sequence[str], now: datetime) -> dict[str, Seen]:
        """The alerts as they stand, those ended that are needless."""
        with self._needs.database.read() as connection:
            seen = views.look(self._needs, connection, keys, now)
        over = {key: one.over for key, one in sorted(seen.items()) if one.over}
        if not over:
            return seen
        with self._needs.database.write() as connection:
            for key, end in over.items():
                alerts.end(connection, key, end.ending, end.at, note=end.note, keep_look=True)
        with self._needs.database.read() as connection:
            return {**seen, **views.look(self._needs, connection, over, now)}

    # ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, together: Sequence[_Followed], now: datetime) -> dict[str, str | None]:
        """Changes the posts that tell of alerts, until they show how these stand; a mark of what they show, for each.

        They share their first post. While posts are being changed nothing is noted of what they show, so that whoever
        looks at the same moment, because something else has happened, changes them as well. Raises ``NotPosted``.
        """
        shown = {one.key: one.following.alert.shown for one in together}
        if not together[0].posts:
            return shown
        for _ in range(3):  # what happens while one is changed is shown in the next round
            mark = mark_of(view for _, view in self._told(together[0].posts[0], now))
            stale = [one for one in together if shown[one.key] != mark]
            if not stale:
                break
            with self._needs.database.write() as connection:
                alerts.is_changing(connection, [one.key for one in stale])
            for post in {(post.posted_in, post.ts): post for one in stale for post in one.posts}.values():
                self._change(post, now)
            shown |= dict.fromkeys((one.key for one in stale), mark)
        return shown

    def _told(self, post: Notice, now: datetime) -> list[tuple[Notice, AlertView]]:
        """Every alert that a post tells of."""
        with self._needs.database.read() as connection:
            together = notices.of_post(connection, post.posted_in or "", post.ts or "")
            known = views.look(self._needs, connection, [notice.about for notice in together], now)
        return [(notice, known[notice.about].view) for notice in together if notice.about in known]

    def _change(self, post: Notice, now: datetime) -> None:
        told = self._told(post, now)
        if not told:
            return
        shown = [view for _, view in told]
        reply = blocks.escalation(shown[0], now=now) if post.kind is NoticeKind.ESCALATION else rendered(shown, now)
        try:
            self._posting.update(Posted(post.posted_in or "", post.ts or ""), reply, [notice.key for notice, _ in told])
        except Refused as error:
            if error.word in TOKEN:
                raise  # nothing can be changed until that is mended, and then this is
            self._gone(told, error, now)

    def _gone(self, told: Sequence[tuple[Notice, AlertView]], error: Refused, now: datetime) -> None:
        """A post that is gone from Slack is posted anew for what is open; what else can't be changed stays."""
        log.warning("a post of alerts can't be changed", why=error.word)
        if error.word != "message_not_found":
            return
        still = [notice.key for notice, view in told if view.alert.is_open]
        with self._needs.database.write() as connection:
            notices.again(connection, still, now)


def _posts(said: Sequence[Notice]) -> list[Notice]:
    """What is kept up to date of what was said of an alert; the alert itself comes first."""
    posts = [one for one in said if one.kind in _POSTS and one.state is NoticeState.SENT and one.posted_in]
    return sorted(posts, key=lambda one: one.kind is not NoticeKind.ALERT)


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────────


def _following(seen: Seen, said: Sequence[Notice], defaults: Defaults, now: datetime) -> _Next:
    """What is due for an alert by now. Pure."""
    alert = seen.view.alert
    first = next((one for one in said if one.kind is NoticeKind.ALERT), None)
    if first is None or first.state is not NoticeState.SENT or first.sent_at is None:
        # Once it is told, it is looked at again.
        return _Next(alert, (), None, _unsaid(seen, first, defaults))
    tell = [_detail(seen.view, first, which, now) for which in _details(seen.view, first)]
    if not alert.is_open:
        return _Next(alert, tell, None)
    if is_asleep(alert, now):
        return _Next(alert, tell, alert.snoozed_until)
    if alert.snoozed_until is not None:
        tell.append(_reminder(alert, first, f"awake {alert.snoozed_until.isoformat()}", alert.snoozed_until))
    if not seen.speaks:
        return _Next(alert, tell, None)
    more = _brought_to_mind(alert, seen.view.rule, said, defaults, now)
    return replace(more, tell=[*tell, *more.tell])


def _brought_to_mind(alert: Alert, rule: Rule, said: Sequence[Notice], defaults: Defaults, now: datetime) -> _Next:
    """The reminder and the escalation that are due by now for an open alert that was told."""
    first = next(one for one in said if one.kind is NoticeKind.ALERT)
    told_at = first.sent_at or first.due_at
    tell: list[Notice] = []
    times: list[datetime] = []
    last = _last_said(alert, first, said)
    if rule.again_after and alert.reminders < rule.again_at_most:
        due = _in_hours(rule, add(rule, last, rule.again_after, defaults), defaults, now)
        if due <= now:
            alert = replace(alert, reminders=alert.reminders + 1)
            tell.append(_reminder(alert, first, str(alert.reminders), due))
            due = add(rule, now, rule.again_after, defaults)
        if alert.reminders < rule.again_at_most:
            times.append(due)
    if rule.escalate_to and rule.escalate_after and not alert.escalated:
        due = add(rule, max(told_at, alert.snoozed_until or told_at), rule.escalate_after, defaults)
        due = _in_hours(rule, due, defaults, now)
        if due <= now:
            alert = replace(alert, escalated=True)
            tell.append(_escalation(alert, rule, due))
        else:
            times.append(due)
    return _Next(alert, tell, min(times, default=None))


def _unsaid(seen: Seen, first: Notice | None, defaults: Defaults) -> tuple[str, str] | None:
    """What has to be set going again: the alert is open after all, or its rule speaks elsewhere by now."""
    channel = channel_of(seen.view.rule, defaults)
    if first is None or channel is None or not (seen.speaks and seen.view.alert.is_open):
        return None
    return (first.key, channel) if first.state is NoticeState.CANCELLED or channel != first.channel else None


def _in_hours(rule: Rule, due: datetime, defaults: Defaults, now: datetime) -> datetime:
    """When to say what was due then: at once, or when the office opens."""
    return due if due > now else decent(rule, now, defaults)


def _last_said(alert: Alert, first: Notice, said: Sequence[Notice]) -> datetime:
    """When the alert was last brought to mind."""
    reminded = [one.sent_at or one.due_at for one in said if one.kind is NoticeKind.REMINDER]
    return max([first.sent_at or first.due_at, *reminded, *([alert.snoozed_until] if alert.snoozed_until else [])])


def _reminder(alert: Alert, first: Notice, which: str, due: datetime) -> Notice:
    return _in_thread(NoticeKind.REMINDER, alert, first, which, due)


def _detail(view: AlertView, first: Notice, which: str, now: datetime) -> Notice:
    return _in_thread(NoticeKind.DETAIL, view.alert, first, which, now)


def _in_thread(kind: NoticeKind, alert: Alert, first: Notice, which: str, due: datetime) -> Notice:
    return Notice(
        key=notice_key(kind, alert.key, which),
        kind=kind,
        channel=first.posted_in or first.channel,
        about=alert.key,
        due_at=due,
        thread=first.ts,
    )


def _escalation(alert: Alert, rule: Rule, due: datetime) -> Notice:
    return Notice(
        key=notice_key(NoticeKind.ESCALATION, alert.key),
        kind=NoticeKind.ESCALATION,
        channel=rule.escalate_to or "",
        about=alert.key,
        due_at=due,
    )


def _details(view: AlertView, first: Notice) -> list[str]:
    """What has happened since the alert was told that may deserve a line in its thread, each once."""
    alert, told_at = view.alert, first.sent_at or first.due_at
    if alert.ending in _DETAILED and alert.ended_by is None:
        return [str(alert.ending)]
    if alert.is_open and alert.kind is AlertKind.SILENT and has_failed(view.entry):
        return ["failed"]  # nobody hears of a message that is only changed in place
    newest = max((reason.at for reason in view.entry.verdict.automatic if reason.at), default=None)
    is_silent = alert.kind is AlertKind.SILENT and view.entry.verdict.finding is Finding.NO_SIGN
    return ["automatic"] if alert.is_open and is_silent and newest and newest > told_at else []
