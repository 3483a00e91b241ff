"""Whether an open or a click of a trail could have shown at all."""

from datetime import datetime, timedelta

from bot.evidence.codes import WhyNot
from bot.evidence.habits import Habits
from store.records import EventKind, Source, Trackable, Trail

TOLD_AT_ONCE = frozenset({Source.WEBHOOK, Source.IMPORT})
"""Where events come from by themselves as they happen: webhooks, and files of webhooks."""


def trackable(trail: Trail, now: datetime, habits: Habits) -> Trackable:
    """What could have shown, from the message's own settings; an event that did show beats any setting."""
    message = trail.message
    kinds = {event.kind for event in trail.events}
    if message.sandboxed:
        return Trackable(opens=False, clicks=False, why_not=WhyNot.SANDBOX)
    if _expired(trail, now, timedelta(seconds=habits.retention)):
        return Trackable(opens=None, clicks=None, why_not=WhyNot.EXPIRED)
    opens = True if EventKind.OPEN in kinds else _opens(trail)
    clicks = True if EventKind.CLICK in kinds else _clicks(trail)
    return Trackable(opens=opens, clicks=clicks, why_not=_why_not(trail, opens=opens, clicks=clicks))


def _opens(trail: Trail) -> bool | None:
    if trail.message.has_html is False:
        return False
    return trail.message.track_opens


def _clicks(trail: Trail) -> bool | None:
    words = trail.message.track_links
    return None if words is None else words.lower() != "none"


def _why_not(trail: Trail, *, opens: bool | None, clicks: bool | None) -> WhyNot | None:
    if opens is False and trail.message.has_html is False and trail.message.track_opens is not False:
        return WhyNot.PLAIN_TEXT
    if opens is False and clicks is False:
        return WhyNot.TRACKING_OFF
    if opens is False:
        return WhyNot.OPENS_OFF
    return WhyNot.LINKS_OFF if clicks is False else None


def _expired(trail: Trail, now: datetime, retention: timedelta) -> bool:
    """Whether Postmark has forgotten what happened, and nobody wrote it down here while it knew."""
    sent, checked = trail.message.sent_at, trail.message.checked_at
    if sent is None or now <= sent + retention:
        return False
    recorded_here = any(event.source in TOLD_AT_ONCE for event in trail.events)
    asked_in_time = checked is not None and checked <= sent + retention
    return not recorded_here and not asked_in_time
