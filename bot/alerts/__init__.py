"""Speaks up in time: notices important emails, waits for a sign as long as their rule says, tells, and follows.

The way of an alert, each step small, its own transaction, and safe to be taken by any number of processes at once:

    enrolling   news of emails → vigils: which rule keeps an eye on which email to whom, and when it looks
    planning    looks at what is due (deciding: what a look finds) → alerts and their notices, once
    content     the words of a notice: asks Postmark once more, drops what has settled, joins what belongs together
    following   alerts that were told → their posts kept true, reminders, escalation, the end (endings: why)

``reading`` reads emails and has them judged, ``views`` gathers all there is to say of an alert, ``keys`` names things
that may exist once only, ``needs`` is what all of it is made of. ``bot.notices`` does the posting.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.alerts import views
from bot.alerts.content import AlertContent, Following, contents
from bot.alerts.enrolling import enroll
from bot.alerts.following import Follower, follow
from bot.alerts.needs import Needs
from bot.alerts.planning import plan
from bot.replies.alert_view import AlertView
from bot.slack.posting import Posting
from store import alerts
from store.alert_records import Alert, NoticeKind, TrailKey

__all__ = ["Alerts", "Needs"]


class Alerts:
    """The steps, and what others want of alerts. Safe to use from several threads."""

    def __init__(self, needs: Needs, posting: Posting) -> None:
        self._needs, self._posting = needs, posting
        self.content: Mapping[NoticeKind, AlertContent | Following] = contents(needs)
        """What says the notices about alerts."""

    def enroll(self, now: datetime) -> bool:
        """Takes up news of emails; is there perhaps more? Raises ``StoreError``."""
        return enroll(self._needs, now)

    def plan(self, now: datetime) -> bool:
        """Decides what is to be told; is there perhaps more? Raises ``StoreError``."""
        return plan(self._needs, now)

    def follow(self, now: datetime) -> bool:
        """Brings alerts that were told up to date; is there perhaps more? Raises ``StoreError``."""
        return follow(self._needs, self._posting, now)

    def begin(self, now: datetime) -> None:
        """Has what was not told yet told where the settings say by now. Raises ``StoreError``."""
        with self._needs.database.write() as connection:
            alerts.look_at_untold(connection, now)

    def view(self, key: str, now: datetime) -> AlertView | None:
        """All there is to say of an alert; ``None``: there is none of that key, or its email is gone."""
        with self._needs.database.read() as connection:
            seen = views.look(self._needs, connection, [key], now).get(key)
        return seen.view if seen else None

    def of_trail(self, trail: TrailKey) -> list[Alert]:
        """Every alert about an email to somebody, oldest first."""
        with self._needs.database.read() as connection:
            return alerts.of_trail(connection, trail)

    def show(self, key: str, now: datetime) -> None:
        """Brings an alert's posts up to date at once, because somebody has just changed it. For workers.

        Where Slack can't be reached, ``follow`` does it later. Raises ``StoreError``.
        """
        until = now + self._needs.look_lease + timedelta(microseconds=secrets.randbelow(1_000_000))
        with self._needs.database.write() as connection:
            alerts.hold(connection, key, until)
        wait = Follower(self._needs, self._posting).look([key], until, now)
        if wait is not None:
            with self._needs.database.write() as connection:
                alerts.put_off(connection, [key], taken_until=until, to=now + wait)
