"""Seen is taken off the workspace, or its token is made invalid."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt import App

from bot.slack.inbox import sent_at
from handlers.slack.services import Services

log = structlog.get_logger(__name__)

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


def register(app: App, services: Services) -> None:
    """Listens for both ends."""

    @app.event(UNINSTALLED)
    def uninstalled(body: dict[str, Any]) -> None:
        team, at = str(body.get("team_id") or ""), sent_at(body) or services.now()

        def work() -> None:
            gone = services.leaving.left(team, at=at)
            if gone is not None:
                log.warning("slack app uninstalled: what people told it was deleted", **gone)

        services.hand_in(work, doing=UNINSTALLED, place=_NOBODY, event_id=str(body.get("event_id") or ""))

    @app.event(REVOKED)
    def revoked(body: dict[str, Any], event: dict[str, Any]) -> None:
        services.inbox.done(str(body.get("event_id") or ""))
        if (event.get("tokens") or {}).get("bot"):
            log.error("slack token revoked: install the app again, and set SLACK_BOT_TOKEN to its new token")


class _Nowhere:
    """Where nobody is any more to be told anything."""

    can_share = replaces = False
    thread = None

    def say(self, reply: object) -> None:
        """Says nothing."""
        del reply


_NOBODY = _Nowhere()
