"""What there is to say of an alert: everything its words are made of, gathered by ``bot.alerts``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.alert_records import Alert, Rule
from store.records import JudgedTrail

if TYPE_CHECKING:
    from bot.replies.blocks.deeds import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert with its email as it stands now."""

    alert: Alert
    rule: Rule
    entry: JudgedTrail
    siblings: Sequence[JudgedTrail] = ()
    """The same email's trails to others."""
    other: JudgedTrail | None = None
    """The other contact of the same reference who has seen it, where that ended the alert."""
    newer: JudgedTrail | None = None
    """The newer email that replaced this one, where that ended the alert."""
    done: Sequence[Deed] = ()
    """What people did about the email beside ending the alert: unblocked its address."""
    unchecked_since: datetime | None = None
    """Postmark could not be asked for what happened since; ``None``: it could."""
    mention: str | None = None
    """Whom the first post mentions: a user's or a user group's Slack id."""
    owner_gone: bool = False
    """Whom the email names is no longer in the workspace, so that nobody is mentioned."""
