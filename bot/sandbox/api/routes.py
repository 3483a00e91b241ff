"""Which address does what, and which token it needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.sandbox.api import bounces, messages, senders, sending, settings, suppressions, webhooks
from bot.sandbox.api.asking import Ask
from bot.sandbox.port import Request
from bot.sandbox.rules import Refusal
from bot.sandbox.state import Account, Server

Endpoint = Callable[[Ask], object]

_SERVER_ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/email", sending.one),
    ("POST", "/email/batch", sending.batch),
    ("POST", "/email/withTemplate", sending.from_template),
    ("POST", "/email/batchWithTemplates", sending.batch_from_templates),
    ("GET", "/messages/outbound", messages.search),
    ("GET", "/messages/outbound/opens", messages.opens),
    ("GET", "/messages/outbound/opens/{message_id}", messages.opens),
    ("GET", "/messages/outbound/clicks", messages.clicks),
    ("GET", "/messages/outbound/clicks/{message_id}", messages.clicks),
    ("GET", "/messages/outbound/{message_id}/details", messages.details),
    ("GET", "/messages/outbound/{message_id}/dump", messages.dump),
    ("GET", "/deliverystats", bounces.statistics),
    ("GET", "/bounces", bounces.search),
    ("GET", "/bounces/{bounce_id}", bounces.one),
    ("GET", "/bounces/{bounce_id}/dump", bounces.dump),
    ("PUT", "/bounces/{bounce_id}/activate", bounces.activate),
    ("GET", "/message-streams", settings.streams),
    ("GET", "/message-streams/{stream}", settings.stream),
    ("GET", "/message-streams/{stream}/suppressions/dump", suppressions.dump),
    ("POST", "/message-streams/{stream}/suppressions", suppressions.create),
    ("POST", "/message-streams/{stream}/suppressions/delete", suppressions.delete),
    ("GET", "/webhooks", webhooks.listed),
    ("POST", "/webhooks", webhooks.create),
    ("GET", "/webhooks/{webhook_id}", webhooks.one),
    ("PUT", "/webhooks/{webhook_id}", webhooks.edit),
    ("DELETE", "/webhooks/{webhook_id}", webhooks.delete),
    ("GET", "/server", settings.server),
    ("PUT", "/server", settings.edit_server),
)
_ACCOUNT_ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/domains", senders.domains),
    ("GET", "/domains/{domain_id}", senders.domain),
    ("PUT", "/domains/{domain_id}/verifyDkim", senders.domain),
    ("PUT", "/domains/{domain_id}/verifyReturnPath", senders.domain),
    ("GET", "/senders", senders.senders),
)


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    endpoint: Endpoint
    of_account: bool


def _compiled(routes: tuple[tuple[str, str, Endpoint], ...], *, of_account: bool) -> list[_Route]:
    # Postmark takes paths in any case; the named pieces keep theirs.
    return [
        _Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path), re.IGNORECASE), endpoint, of_account)
        for method, path, endpoint in routes
    ]


ROUTES = (*_compiled(_SERVER_ROUTES, of_account=False), *_compiled(_ACCOUNT_ROUTES, of_account=True))


def server_of(account: Account, request: Request) -> Server | None:
    """The server whose token a request shows; ``None`` for none."""
    token = request.headers.get("x-postmark-server-token", "")
    return next((server for server in account.servers.values() if _same(server.token, token)), None)


def answer(account: Account, request: Request) -> tuple[int, object]:
    """Answers a request: the HTTP status and the JSON body."""
    try:
        with account.lock:
            return 200, _answer(account, request)
    except Refusal as refusal:
        return refusal.status, refusal.body()


def _answer(account: Account, request: Request) -> object:
    fitting = [(route, found) for route in ROUTES if (found := route.pattern.fullmatch(request.path))]
    if not fitting:
        raise Refusal(404, 12, f"There is nothing at {request.path}.")
    matches = [(route, found) for route, found in fitting if route.method == request.method]
    if not matches:
        raise Refusal(405, 12, f"{request.path} does not take {request.method}.")
    route, found = matches[0]
    server = server_of(account, request)
    if route.of_account:
        shown = request.headers.get("x-postmark-account-token", "")
        if account.token is None or not _same(account.token, shown):
            raise Refusal(401, 10, "The request holds no account token, or a wrong one.")
    elif server is None:
        raise Refusal(401, 10, "The request holds no server token, or a wrong one.")
    ask = Ask(
        account=account,
        known_server=server,
        path={name: unquote(value) for name, value in found.groupdict().items()},
        query={name.lower(): value for name, value in parse_qsl(urlsplit(request.target).query)},
        body=_body(request) if request.method in {"POST", "PUT"} and request.body else None,
    )
    return route.endpoint(ask)


def _body(request: Request) -> object:
    if "json" not in request.headers.get("content-type", ""):
        raise Refusal(422, 409, "The content type must be application/json.")
    try:
        return json.loads(request.body)
    except ValueError:
        raise Refusal(422, 402, "The body is not JSON.") from None


def _same(token: str, shown: str) -> bool:
    return compare_digest(token.encode(), shown.encode())
