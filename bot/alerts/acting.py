"""What people do about alerts: called, handled, put aside, not important; and taking it back.

Each is decided by one conditional change, so that of two who press at once one does it, and the other is told. What was
done about an email is one thing, whether it is done under an answer or under an alert: it ends every alert of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol

from sqlalchemy import Connection

from bot.replies.alert_view import AlertView
from bot.replies.blocks.actions import Snooze, Value, mark_of
from bot.rules.timing import Defaults, office_of
from store import alerts, deeds, notices, rules
from store.alert_records import Alert, Ending, TrailKey
from store.database import Database
from store.deeds import Did, Done

LONGEST = timedelta(days=45)
"""How long an alert may be put aside: for as long as Postmark knows of its email."""
_MORNING = time(9)
_BY_HAND: Mapping[Ending, Did | None] = {
    Ending.HANDLED: Did.HANDLED,
    Ending.CALLED: Did.CALLED,
    Ending.NOT_IMPORTANT: None,
}


class Showing(Protocol):
    """What shows alerts: ``bot.alerts.Alerts``."""

    def view(self, key: str, now: datetime) -> AlertView | None:
        """All there is to say of an alert."""

    def show(self, key: str, now: datetime) -> None:
        """Brings an alert's posts up to date."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Does it. Every method raises ``StoreError``."""

    database: Database
    defaults: Defaults
    now: Callable[[], datetime]

    # ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, value: Value) -> Alert | None:
        """The alert that a button is of, as it stands now."""
        if value.message_id is None or value.about is None:
            return None
        with self.database.read() as connection:
            about = alerts.of_messages(connection, [value.message_id])
        return next((alert for alert in about if mark_of(alert.key) == value.about), None)

    def of_post(self, channel: str, ts: str) -> list[Alert]:
        """The alerts that a post tells of, in its order."""
        with self.database.read() as connection:
            told = [notice.about for notice in notices.of_post(connection, channel, ts)]
            known = alerts.load(connection, told)
        return [known[key] for key in dict.fromkeys(told) if key in known]

    def open_ones(self, limit: int, *, skip: int = 0) -> tuple[list[Alert], int]:
        """The newest open alerts without the first few, and how many there are in all."""
        with self.database.read() as connection:
            return alerts.newest_open(connection, limit, skip=skip), alerts.count_open(connection)

    # ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────

    def called(self, alert: Alert, who: str) -> bool:
        """Somebody has called the customer; False: the alert was over already."""
        return self._end(alert, Ending.CALLED, who)

    def not_important(self, alert: Alert, who: str) -> bool:
        """The email isn't worth an alert; False: the alert was over already."""
        return self._end(alert, Ending.NOT_IMPORTANT, who)

    def handled(self, trail: TrailKey, who: str, note: str = "") -> tuple[Done, list[str]]:
        """Somebody has handled an email to somebody: that deed, and the keys of the alerts that it ended."""
        done = _done(trail, Did.HANDLED, who, self.now(), note)
        with self.database.write() as connection:
            deeds.put(connection, done)
            return done, _end_all(connection, trail, Ending.HANDLED, done)

    def _end(self, alert: Alert, ending: Ending, who: str) -> bool:
        now, trail = self.now(), (alert.message_id, alert.recipient_key)
        with self.database.write() as connection:
            if not alerts.end(connection, alert.key, ending, now, by=who):
                return False
            did = _BY_HAND[ending]
            if did is not None:
                done = _done(trail, did, who, now)
                deeds.put(connection, done)
                _end_all(connection, trail, ending, done)
        return True

    # ── Taking back ──────────────────────────────────────────────────────────────────────────────────────────────

    def undo(self, alert: Alert, who: str) -> bool:
        """Takes back what a colleague did; False: somebody has, or it ended by itself."""
        if alert.ending is None or alert.ending not in _BY_HAND or alert.ended_by is None:
            return False
        did, trail = _BY_HAND[alert.ending], (alert.message_id, alert.recipient_key)
        with self.database.write() as connection:
            if not alerts.reopen(connection, alert.key, self.now()):
                return False
            if did is not None:
                self._take_back(connection, trail, did, alert, who)
        return True

    def undo_done(self, done: Done, who: str) -> list[str]:
        """Takes back what was done under an answer: the keys of the alerts that are open again."""
        trail = done.message_id, done.recipient_key
        with self.database.write() as connection:
            if not deeds.undo(connection, done, who=who, at=self.now()):
                return []
            return _reopen_all(connection, trail, done.what, done.who, self.now())

    def _take_back(self, connection: Connection, trail: TrailKey, did: Did, alert: Alert, who: str) -> None:
        for done in deeds.of_trails(connection, [trail]):
            if done.what is did and done.who == alert.ended_by:
                deeds.undo(connection, done, who=who, at=self.now())
        _reopen_all(connection, trail, did, alert.ended_by or "", self.now())

    # ── Putting aside ────────────────────────────────────────────────────────────────────────────────────────────

    def snooze(self, alert: Alert, until: datetime, who: str) -> bool:
        """Puts an alert aside until then; False: it is over already."""
        with self.database.write() as connection:
            return alerts.snooze(connection, alert.key, until, who, self.now())

    def wake(self, alert: Alert) -> bool:
        """Takes an alert up again before its time; False: it isn't put aside."""
        with self.database.write() as connection:
            return alerts.wake(connection, alert.key, self.now())

    def until(self, alert: Alert, length: Snooze, zone: tzinfo | None) -> datetime:
        """Until when a choice puts an alert aside; ``zone`` is that of whoever chooses."""
        now = self.now()
        if length is Snooze.FOUR_HOURS:
            return now + timedelta(hours=4)
        with self.database.read() as connection:
            rule = rules.load(connection, [alert.rule_id]).get(alert.rule_id)
        office = office_of(rule, self.defaults) if rule else self.defaults.office
        there = zone or office.timezone
        if length is Snooze.NEXT_BUSINESS_DAY:
            tomorrow = now.astimezone(office.timezone).date() + timedelta(days=1)
            return office.next_opening(datetime.combine(tomorrow, time.min, tzinfo=office.timezone))
        return datetime.combine(now.astimezone(there).date() + timedelta(days=1), _MORNING, tzinfo=there)


def _done(trail: TrailKey, did: Did, who: str, at: datetime, note: str = "") -> Done:
    message_id, recipient_key = trail
    return Done(at=at, who=who, what=did, message_id=message_id, recipient_key=recipient_key, note=note)


def _end_all(connection: Connection, trail: TrailKey, ending: Ending, done: Done) -> list[str]:
    """Ends every open alert about an email to somebody: those that were still open."""
    still = [alert for alert in alerts.of_trail(connection, trail) if alert.is_open]
    note = done.note or None
    return [alert.key for alert in still if alerts.end(connection, alert.key, ending, done.at, by=done.who, note=note)]


def _reopen_all(connection: Connection, trail: TrailKey, did: Did, who: str, at: datetime) -> list[str]:
    ended = (
        alert
        for alert in alerts.of_trail(connection, trail)
        if alert.ending is not None and _BY_HAND.get(alert.ending) is did and alert.ended_by == who
    )
    return [alert.key for alert in ended if alerts.reopen(connection, alert.key, at)]
