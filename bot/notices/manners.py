"""How Seen behaves where nobody asked it: how often, how long, how many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.alert_records import Notice

AT_ONCE = 5
TOGETHER = 25
BURST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The limits of posting. Whatever time is measured here is measured in real time, not in business time."""

    lease: timedelta = timedelta(seconds=60)
    """How long a claim holds. It has to be far longer than Slack takes to accept and show a post, and four times what
    the clocks of two processes may be apart."""
    pace: timedelta = timedelta(seconds=1.05)
    """Between two posts of one channel: Slack's documented limit is one a second, and machines hesitate."""
    at_once: int = AT_ONCE
    """Alerts that are told one by one in a channel when they fall due together; more of them come as one post."""
    together: int = TOGETHER
    """Alerts that one such post tells of at most: as many as its table has rows."""
    burst: int = BURST
    """Failures of the same kind that one post tells of at most: as many keys as its metadata holds."""
    first_delay: timedelta = timedelta(seconds=5)
    longest_delay: timedelta = timedelta(minutes=10)
    """Before something is tried again: the first delay, about twice as long each time, at most the longest."""
    patience: timedelta = timedelta(days=2)
    """How long a notice is tried; then it counts as failed."""
    revived: timedelta = timedelta(days=7)
    """How old a notice may be that is said after all, once its channel can be spoken in again."""

    def at_speed(self, speed: int) -> Manners:
        """The same where so many seconds of the clock pass in a real one: what is real time stays so."""
        names = ("lease", "pace", "first_delay", "longest_delay")
        return replace(self, **{name: getattr(self, name) * speed for name in names})

    def delay(self, now: datetime, notices: Sequence[Notice]) -> timedelta:
        """How long to wait before these are tried again: about as long as they have been tried."""
        tried = now - min(notice.first_claimed_at or now for notice in notices)
        return min(max(tried, self.first_delay), self.longest_delay)
