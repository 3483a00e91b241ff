"""Bolt's application, with everything passed explicitly, and every door registered.

Bolt would read tokens and secrets from the environment, switch to OAuth when it finds a client id there, and ask Slack
at once who it is. None of it happens here: it starts while Slack is down, and does what the settings say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.context import BoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.replies.blocks import Refusal, refusal, trouble
from bot.slack import trouble as troubles
from bot.slack.clients import quiet_logger
from bot.slack.inbox import Fate, sent_at
from handlers.slack import buttons, commands, home, leaving, mentions, modals, rules, shortcuts
from handlers.slack.services import Services, busy
from store.errors import StoreError

log = structlog.get_logger(__name__)

LISTENERS = 32
"""Threads that acknowledge. They hand everything else over, so that each is back at once."""


class _AsOurselves(Authorize):
    """Every request is for the one workspace whose token is set. Who may ask is decided by ``bot.slack.access``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        """Who we are. Our own messages are told apart by their ``bot_id``, like those of every bot."""
        del context, actor_enterprise_id, actor_team_id, actor_user_id
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=self._token)


def create_app(services: Services) -> App:
    """The application, which takes requests by ``dispatch``: from the HTTP door, or from Socket Mode."""
    clients = services.clients
    app = App(
        name="seen",
        logger=quiet_logger(),
        client=WebClient(base_url=f"{clients.api_url.rstrip('/')}/", logger=quiet_logger(), retry_handlers=[]),
        authorize=_AsOurselves(clients.token),
        signing_secret="",  # the door has checked the signature, with every secret that is valid
        request_verification_enabled=False,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="slack-listener"),
    )
    app.use(_once(services))
    for door in (commands, mentions, shortcuts, buttons, modals, home, rules, leaving):
        door.register(app, services)
    app.error(_broken)
    return app


def dispatch(app: App, request: BoltRequest) -> BoltResponse:
    """What the application says to a request; whatever Bolt itself can't read is acknowledged and reported."""
    try:
        return app.dispatch(request)
    except Exception as error:  # noqa: BLE001 - Bolt's own reading fails in many ways, and Slack would only try again
        troubles.report(error, doing="reading a request")
        return BoltResponse(status=200, body="")


def _once(services: Services) -> Callable[..., BoltResponse | None]:
    """Lets every event through once; commands and clicks always."""

    def once(req: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        event_id = req.body.get("event_id")
        if req.body.get("type") != "event_callback" or not isinstance(event_id, str):
            return next()
        if services.work.is_full:
            fate = Fate.LATER
        else:
            try:
                at = None if _never_late(req.body) else sent_at(req.body)
                fate = services.inbox.take(event_id, sent_at=at, body=_kept(req.body))
            except StoreError as error:
                log.warning("slack event not taken", error=type(error).__name__)
                fate = Fate.LATER
        services.metrics.event(fate.value)
        if fate is Fate.WORK:
            return next()
        return BoltResponse(status=200 if fate is Fate.IGNORE else 503, body="")

    return once


def _kept(body: dict[str, Any]) -> str | None:
    """What of an event is kept until it is done; nothing of Home's, which is drawn anew by whoever opens it."""
    is_home = (body.get("event") or {}).get("type") == home.OPENED
    return None if is_home else json.dumps(body)


def _never_late(body: dict[str, Any]) -> bool:
    """Whether an event is to be heard however old it is: what people told us is deleted late rather than never."""
    return (body.get("event") or {}).get("type") == leaving.UNINSTALLED


def _broken(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What Slack hears when a listener failed, or none was there: always a sentence, never what went wrong in it."""
    is_command = "command" in body
    if isinstance(error, BoltUnhandledRequestError):
        if not is_command:
            return BoltResponse(status=200, body="")  # an event or a button that is none of ours
        said = refusal(Refusal.STALE)
    else:
        said = trouble(troubles.report(error, doing=str(body.get("type") or "command")))
    if not is_command:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body={**busy(), "text": said.text, "blocks": list(said.blocks)})
