"""Whether Seen keeps up with Postmark: sweeps that come to no end, and webhooks that don't come. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from store.syncing import Standing

STALLED_AFTER = timedelta(minutes=75)
"""Sweeps of the busiest server lie forty minutes apart; whoever is this late is not at work."""
SILENT_AFTER = timedelta(minutes=30)
"""How long webhooks may not tell what sweeps have found. Postmark tries most of them for 21 minutes."""


def stalled(standings: Iterable[Standing], *, began_at: datetime | None, now: datetime) -> list[Standing]:
    """The servers whose last complete sweep is too long ago.

    ``began_at`` is when somebody began to sweep, who needs a little time; ``None``: long ago.
    """
    late = now - STALLED_AFTER
    fresh = began_at is not None and began_at > late
    return [one for one in standings if not fresh and (one.swept_at is None or one.swept_at < late)]


def silent_since(standings: Iterable[Standing], *, heard_at: datetime | None, now: datetime) -> datetime | None:
    """When the first thing happened that a webhook should have told of by now, and none has come since.

    ``heard_at`` is when the last webhook came; ``None``: none ever did. ``None``: webhooks come, or nothing happened.
    """
    found = [one.unheard_since for one in standings if one.unheard_since is not None]
    missed = [at for at in found if (heard_at is None or at > heard_at) and now - at > SILENT_AFTER]
    return min(missed, default=None)
