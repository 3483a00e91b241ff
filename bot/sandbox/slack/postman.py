"""Tells the app of events, and tells those again that it did not take."""

from __future__ import annotations

import threading

from bot.sandbox.slack.rules import RETRY_AFTER, Json
from bot.sandbox.slack.state import Told, Workspace
from bot.sandbox.slack.wire import EVENTS, Delivery, Wire


class Postman:
    """The events on their way. Each goes out on a thread of its own, so that a slow app does not hold up Slack.

    What isn't taken is told again at once; later tries are made by ``flush``, when the clock has reached them.
    """

    def __init__(self, workspace: Workspace, wire: Wire) -> None:
        self._workspace, self._wire = workspace, wire
        self.held: list[Told] | None = None
        """While this is a list, events are put on it instead of being told (``hold``)."""
        self.log: list[Told] = []
        """Every event there was, in the order in which things happened."""
        self._lock = threading.Lock()

    def put(self, subscription: str, event: Json) -> Told | None:
        """Takes an event up if the app has subscribed to its kind."""
        workspace = self._workspace
        if subscription not in workspace.app.events or workspace.app.revoked:
            return None
        told = Told(body=self._envelope(event), due=workspace.clock.waited())
        with self._lock:
            self.log.append(told)
            if self.held is not None:
                told.held = True
                self.held.append(told)
                return told
        threading.Thread(target=self.tell, args=(told,), daemon=True, name="slack-event").start()
        return told

    def tell(self, told: Told) -> list[Delivery]:
        """Tells an event now, and once more at once if it isn't taken. The tries that were made."""
        made = [self._try(told)]
        if told.due is not None and told.due <= self._workspace.clock.waited():
            made.append(self._try(told))
        told.first_told.set()
        return made

    def tell_again(self, told: Told, *, reason: str = "http_timeout") -> Delivery:
        """Tells an event once more though it was taken: Slack does so when it hasn't heard the answer."""
        delivery = self._wire.send(EVENTS, told.body, retry=(1, reason))
        told.tries.append(delivery)
        return delivery

    def flush(self) -> list[Delivery]:
        """Makes the tries that are due by the clock."""
        with self._lock:
            late = [told for told in self.log if told.tries and told.due and told.due <= self._workspace.clock.waited()]
        return [self._try(told) for told in late]

    def _try(self, told: Told) -> Delivery:
        number = len(told.tries)
        retry = (number, told.tries[-1].failure or "unknown_error") if number else None
        delivery = self._wire.send(EVENTS, told.body, retry=retry)
        told.tries.append(delivery)
        told.due = None
        if not delivery.taken and number < len(RETRY_AFTER) and delivery.headers.get("x-slack-no-retry") != "1":
            told.due = self._workspace.clock.waited() + RETRY_AFTER[number]
        return delivery

    def _envelope(self, event: Json) -> Json:
        workspace = self._workspace
        app = workspace.app
        happened = float(event.get("event_ts") or workspace.clock.now().timestamp())
        return {
            "token": app.verification_token,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(happened),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": app.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(self._shared(event)),
            "event_context": f"4-{event['type']}",
        }

    def _shared(self, event: Json) -> tuple[str, ...]:
        channel = self._workspace.channels.get(str(event.get("channel")))
        return channel.shared_with if channel else ()
