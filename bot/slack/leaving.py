"""The end of Seen in a workspace: what people told it there is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import slack_team
from store.database import Database

LEEWAY = timedelta(minutes=1)
"""Slack's clock and ours may differ so much. Who installs Seen again takes longer than that."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Notes which workspace Seen is in, and forgets it in the end. Raises ``StoreError``."""

    database: Database

    def arrived(self, team: str) -> None:
        """Slack has said which workspace the token is for."""
        with self.database.write() as connection:
            slack_team.note(connection, team)

    def left(self, team: str, *, at: datetime) -> Mapping[str, int] | None:
        """Seen was taken off a workspace at a moment: how many rows of what were deleted; ``None``: not off ours."""
        with self.database.write() as connection:
            if team and slack_team.is_another(connection, team):
                return None
            return slack_team.forget(connection, before=at + LEEWAY)
