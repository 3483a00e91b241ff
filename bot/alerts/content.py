"""What is said of alerts: the alerts themselves, one or many in a post, and what follows in threads and elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.alerts import views
from bot.alerts.endings import Over, has_failed
from bot.alerts.needs import Needs
from bot.alerts.views import Seen, mark_of
from bot.notices.content import Posted, Prepared
from bot.notices.manners import BURST
from bot.replies import blocks
from bot.replies.alert_view import AlertView
from bot.replies.blocks.writing import Reply
from bot.rules.measure import tells_nothing
from bot.rules.timing import decent
from store import alerts, news, notices
from store.alert_records import Alert, AlertKind, Ending, Notice, NoticeKind, Rule

Say = Callable[[AlertView, Notice, datetime], Reply | None]


class AlertContent:
    """Alerts: asks Postmark once more, drops what has settled meanwhile, and says the rest."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        """Looks again, and says what is to be said."""
        seen = look_again(self._needs, notices, now)
        holding = [notice for notice in notices if _holds(seen.get(notice.about))]
        cancelled = [notice for notice in notices if not _holds(seen.get(notice.about))]
        told_at = {notice.key: self._told_at(seen[notice.about].view, now) for notice in holding}
        said = [notice for notice in holding if told_at[notice.key] <= now]
        wait_until = min((at for at in told_at.values() if at > now), default=None)
        if not said:
            return Prepared(reply=None, cancelled=cancelled, wait_until=wait_until)
        told = [self._calling(seen[notice.about].view) for notice in said]
        earlier, post = self._to_join(said, now)
        shown = [*earlier, *told]
        return Prepared(
            reply=rendered(shown, now),
            said=said,
            cancelled=cancelled,
            wait_until=wait_until,
            update=Posted(post[0].posted_in or post[0].channel, post[0].ts or "") if post else None,
            keys=[notice.key for notice in post],
            shown=mark_of(shown),
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
        """Notes what is shown, and has it looked at: something may have happened while it was posted.

        From then on somebody waits for a sign, so Postmark is to be asked for it.
        """
        del posted
        about = [notice.about for notice in notices]
        alerts.was_shown(connection, about, prepared.shown if prepared else None, look_at=now)
        known = alerts.load(connection, about).values()
        self._needs.want(connection, {alert.message_id for alert in known if alert.kind is AlertKind.SILENT}, now)

    def _told_at(self, view: AlertView, now: datetime) -> datetime:
        """A failure is told at any hour; a silence keeps until somebody is in."""
        return now if has_failed(view.entry) else decent(view.rule, now, self._needs.defaults)

    def _calling(self, view: AlertView) -> AlertView:
        """The alert with whom its first post mentions."""
        named = whom(view)
        if not named:
            return view
        found, gone = self._needs.find_owner(named)
        return replace(view, mention=found, owner_gone=gone)

    def _to_join(self, said: Sequence[Notice], now: datetime) -> tuple[list[AlertView], list[Notice]]:
        """The post of the same failure that these belong to, with the alerts it tells of, if there is one."""
        group = said[0].group
        if not group or any(notice.group != group for notice in said):
            return [], []
        since = now - self._needs.one_burst
        with self._needs.database.read() as connection:
            last = notices.newest_of_group(connection, said[0].channel, group, since=since)
            if last is None or last.posted_in is None or last.ts is None:
                return [], []
            post = notices.of_post(connection, last.posted_in, last.ts)
            known = views.look(self._needs, connection, [notice.about for notice in post], now)
        earlier = [one.view for one in known.values()]
        if len(post) + len(said) > BURST or not any(view.alert.is_open for view in earlier):
            return [], []
        return earlier, post


class Following:
    """What follows an alert: said as long as it holds, and not asked of Postmark again.

    ``say`` puts an alert into words; ``None`` from it: there is nothing worth saying. ``of_open``: only while the alert
    is open and not asleep.
    """

    def __init__(self, needs: Needs, say: Say, *, of_open: bool) -> None:
        self._needs, self._say, self._of_open = needs, say, of_open

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        """Says what still holds, as one message."""
        with self._needs.database.read() as connection:
            seen = views.look(self._needs, connection, [notice.about for notice in notices], now)
        replies: list[Reply] = []
        said: list[Notice] = []
        cancelled: list[Notice] = []
        later: list[datetime] = []
        for notice in notices:
            one = seen.get(notice.about)
            holds = one is not None and (not self._of_open or _is_wanted(one, notice, now))
            if one and holds and (told_at := self._told_at(one.view.rule, notice, now)) > now:
                later.append(told_at)
                continue
            reply = self._say(one.view, notice, now) if one and holds else None
            (said if reply else cancelled).append(notice)
            replies += [reply] if reply else []
        return Prepared(reply=_joined(replies), said=said, cancelled=cancelled, wait_until=min(later, default=None))

    def _told_at(self, rule: Rule, notice: Notice, now: datetime) -> datetime:
        """What Slack couldn't take by day keeps until somebody is in; who chose an hour of the night is told then."""
        if not self._of_open or decent(rule, notice.due_at, self._needs.defaults) > notice.due_at:
            return now
        return decent(rule, now, self._needs.defaults)

    def sent(
        self,
        connection: Connection,
        notices: Sequence[Notice],
        posted: Posted,
        *,
        prepared: Prepared | None,
        now: datetime,
    ) -> None:
        """Has the alert looked at: where the post tells of it all, it is kept up to date like the first one."""
        del posted, prepared
        alerts.look_soon(connection, [notice.about for notice in notices], now)


def contents(needs: Needs) -> dict[NoticeKind, AlertContent | Following]:
    """What says each kind of notice about alerts."""
    return {
        NoticeKind.ALERT: AlertContent(needs),
        NoticeKind.REMINDER: Following(needs, _reminder, of_open=True),
        NoticeKind.ESCALATION: Following(needs, lambda view, _, now: blocks.escalation(view, now=now), of_open=True),
        NoticeKind.DETAIL: Following(needs, lambda view, _, now: blocks.detail(view, now=now), of_open=False),
    }


def look_again(needs: Needs, some: Sequence[Notice], now: datetime) -> dict[str, Seen]:
    """The alerts of these notices as they stand after Postmark was asked once more; those that are over are ended.

    Those of which no sign can come, as is known only now, are looked at anew: their rule says what happens instead.
    """
    about = [notice.about for notice in some]
    with needs.database.read() as connection:
        standing = [alert for alert in alerts.load(connection, about).values() if alert.is_open]
    needs.refresh({alert.message_id for alert in standing}, now=now)
    needs.learn(now)
    with needs.database.read() as connection:
        seen = views.look(needs, connection, about, now)
    over = {key: end for key, one in seen.items() if (end := one.over or _moot(one, now))}
    if over:
        moot = [seen[key].view.alert.message_id for key, end in over.items() if end.ending is Ending.CANT_TELL]
        with needs.database.write() as connection:
            for key, end in sorted(over.items()):
                alerts.end(connection, key, end.ending, end.at, note=end.note)
            news.put(connection, moot)
    return {key: one for key, one in seen.items() if key not in over}


def _moot(seen: Seen, now: datetime) -> Over | None:
    view = seen.view
    is_silent = view.alert.is_open and view.alert.kind is AlertKind.SILENT
    return Over(ending=Ending.CANT_TELL, at=now) if is_silent and tells_nothing(view.rule, view.entry.verdict) else None


def rendered(shown: Sequence[AlertView], now: datetime) -> Reply:
    """One alert, or several together."""
    return blocks.alert(shown[0], now=now) if len(shown) == 1 else blocks.together(shown, now=now)


def whom(view: AlertView) -> str | None:
    """Whom to mention, as the email or the rule names them."""
    field = view.rule.mention_field
    named = view.entry.trail.message.metadata.get(field, "").strip() if field else ""
    return named or view.rule.mention


def _holds(seen: Seen | None) -> bool:
    return seen is not None and seen.view.alert.is_open and seen.speaks


def _is_wanted(seen: Seen, notice: Notice, now: datetime) -> bool:
    """Whether an open alert is to be brought to mind: its rule speaks, or somebody has asked for it until then."""
    alert = seen.view.alert
    return alert.is_open and not is_asleep(alert, now) and (seen.speaks or _is_woken(alert, notice))


def _reminder(view: AlertView, notice: Notice, now: datetime) -> Reply:
    return blocks.reminder(view, now=now, is_woken=_is_woken(view.alert, notice))


def _is_woken(alert: Alert, notice: Notice) -> bool:
    """Whether a reminder is the one that somebody asked for by putting the alert off until then."""
    return notice.due_at == alert.snoozed_until


def is_asleep(alert: Alert, now: datetime) -> bool:
    """Whether somebody has put it off, and that time isn't over."""
    return alert.snoozed_until is not None and alert.snoozed_until > now


def _joined(replies: Sequence[Reply]) -> Reply | None:
    if len(replies) < 2:
        return replies[0] if replies else None
    text = "\n".join(reply.text for reply in replies)
    return Reply(text, tuple(block for reply in replies for block in reply.blocks))
