"""What a rule would have done about mail that went out before: the outcome of trying it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.alert_records import AlertKind
from store.records import Trail, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """An alert that would have been."""

    trail: Trail
    """As it stands now."""
    kind: AlertKind
    at: datetime
    """When the rule would have spoken."""
    now: Verdict
    """What is known of the email today."""


@dataclass(slots=True, kw_only=True)
class Tried:
    """What a rule would have done."""

    since: datetime
    """Mail sent from here on was looked at."""
    until: datetime
    is_whole: bool = True
    """False: there was more mail than is looked at, and ``since`` is later than was asked for."""
    looked_at: int = 0
    """Messages."""
    fitting: int = 0
    """Emails to somebody that the rule fits."""
    fired: list[Fired] = field(default_factory=list)
    """Newest first."""
    seen: int = 0
    """Seen in time."""
    settled: int = 0
    """Settled otherwise in time: somebody else of the job looked, a newer email went out, the office handled it."""
    cant_tell: int = 0
    """Silent when due, where no sign could come."""
    waiting: int = 0
    """Not due yet."""
