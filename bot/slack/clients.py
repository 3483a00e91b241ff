"""The ways to Slack's Web API, with everything said explicitly: nothing is taken from the environment."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http.client import RemoteDisconnected
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RateLimitErrorRetryHandler, RetryState
from slack_sdk.webhook import WebhookClient, WebhookResponse

LONGEST_WAIT = 60
"""Seconds of waiting that Slack may ask for; where it asks for more, the work fails instead of holding a thread."""
UNREACHED = (SlackClientError, URLError, RemoteDisconnected, OSError, TimeoutError)
"""What a call may raise when Slack was not reached, or did not do what was asked."""


LOST = (URLError, RemoteDisconnected, ConnectionError, TimeoutError)
"""What a call raises that Slack may have carried out all the same."""


def quiet_logger() -> logging.Logger:
    """For Bolt and the SDK. Their warnings and debug lines quote bodies, so only errors come through."""
    logger = logging.getLogger("seen.slack.library")
    logger.setLevel(logging.ERROR)
    return logger


class WaitWhenAsked(RateLimitErrorRetryHandler):
    """Waits as long as Slack says in a 429, and tries again, twice at most. For workers only: it sleeps.

    Nothing else is tried again: a message whose answer got lost may have been posted.
    """

    def __init__(self) -> None:
        super().__init__(max_retry_count=2)

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return super()._can_retry(state=state, request=request, response=response, error=error) and (
            response is not None and _asked_wait(response) <= LONGEST_WAIT
        )


def _asked_wait(response: HttpResponse) -> float:
    asked = next((value for name, value in response.headers.items() if name.lower() == "retry-after"), "1")
    word = asked[0] if isinstance(asked, list) else asked
    return int(word) if str(word).isdigit() else LONGEST_WAIT + 1


@dataclass(frozen=True, slots=True)
class Clients:
    """Slack, for those who have a moment and for those who have none.

    Args:
        token: the bot's.
        api_url: where Slack's API is.
        patience: seconds for one call.
    """

    token: str = field(repr=False)
    api_url: str = "https://slack.com/api"
    patience: int = 10

    def patient(self) -> WebClient:
        """For workers: waits when Slack says that there are too many calls."""
        return self._client([WaitWhenAsked()], self.patience)

    def prompt(self) -> WebClient:
        """For what is of use at once or never, such as opening a window: no second try."""
        return self._client([], min(self.patience, 3))

    def once(self, timeout: int) -> WebClient:
        """For what must not be tried twice: whoever calls decides what a failure means."""
        return self._client([], timeout)

    def _client(self, handlers: list[WaitWhenAsked], timeout: int) -> WebClient:
        return WebClient(
            token=self.token,
            base_url=f"{self.api_url.rstrip('/')}/",
            timeout=timeout,
            logger=quiet_logger(),
            retry_handlers=list(handlers),
        )

    def respond(self, url: str, message: dict[str, object]) -> WebhookResponse:
        """Sends a message to a ``response_url``. For workers."""
        hook = WebhookClient(url, timeout=self.patience, logger=quiet_logger(), retry_handlers=[WaitWhenAsked()])
        return hook.send_dict(message)
