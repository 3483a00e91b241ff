"""How a payload gets to the app: signed and posted to its URL, or through one of its Socket Mode connections."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.sockets import NobodyThere, Sockets
from bot.sandbox.slack.state import Installed

EVENTS, COMMANDS, INTERACTIONS = "events_api", "slash_commands", "interactive"
"""What a payload is, by the names that Socket Mode has for it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one try to reach the app went."""

    kind: str
    payload: Json
    status: int | None
    """Of the answer; ``None`` when there was none. What a socket acknowledged counts as 200."""
    body: bytes
    seconds: float
    failure: str | None = None
    """``http_timeout``, ``connection_failed`` or ``http_error``, as Slack calls them."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Whether the app has taken it."""
        return self.failure is None

    def answer(self) -> Any:  # noqa: ANN401 - JSON of whatever shape
        """What the app answered: JSON, or text; ``None`` for nothing."""
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode(errors="replace")


def signed(secret: str, body: bytes, *, at: float) -> dict[str, str]:
    """The two headers by which an app knows that Slack speaks. ``at``: seconds since 1970."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """A payload as it is posted, and its content type."""
    if kind == EVENTS:
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == COMMANDS else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class Wire:
    """The way to the app. Without a ``url`` its Socket Mode connections are used."""

    def __init__(self, app: Installed, sockets: Sockets) -> None:
        self._app, self._sockets = app, sockets
        self.url: str | None = None

    def send(self, kind: str, payload: Json, *, retry: tuple[int, str] | None = None) -> Delivery:
        """Tries once, and waits for the answer as long as Slack does. ``retry``: the how-manieth, and why."""
        began = time.monotonic()
        status, body, failure, headers = (self._post if self.url else self._through_socket)(kind, payload, retry)
        return Delivery(kind, payload, status, body, time.monotonic() - began, failure, headers)

    def _post(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> _Outcome:
        parts = urlsplit(self.url or "")
        body, content_type = encoded(kind, payload)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed(self._app.signing_secret, body, at=time.time()),
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        connection = HTTPConnection(parts.netloc, timeout=self._app.answer_within.total_seconds())
        try:
            connection.request("POST", parts.path or "/", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except TimeoutError:
            return None, b"", "http_timeout", {}
        except (OSError, HTTPException):
            return None, b"", "connection_failed", {}
        finally:
            connection.close()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, text, None if 200 <= answer.status < 300 else "http_error", told

    def _through_socket(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> _Outcome:
        try:
            answer = self._sockets.ask(kind, payload, retry)
        except NobodyThere:
            return None, b"", "connection_failed", {}
        except TimeoutError:
            return None, b"", "http_timeout", {}
        return 200, b"" if answer is None else json.dumps(answer).encode(), None, {}


_Outcome = tuple[int | None, bytes, str | None, Mapping[str, str]]
