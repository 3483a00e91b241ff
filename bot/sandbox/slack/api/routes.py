"""Which method does what, and which token and scopes it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from bot.sandbox.faults import Answer
from bot.sandbox.port import Request
from bot.sandbox.slack.api import app, chat, conversations, files, users, views
from bot.sandbox.slack.api.asking import Call, arguments_of
from bot.sandbox.slack.rules import Json, Refusal
from bot.sandbox.slack.state import Workspace

PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it does, and the scopes of which one must be held."""

    do: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()


METHODS = {
    "auth.test": Method(app.test),
    "bots.info": Method(app.bot, ("users:read",)),
    "team.info": Method(app.team, ("team:read",)),
    "chat.postMessage": Method(chat.post, ("chat:write",)),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.permalink),
    "files.getUploadURLExternal": Method(files.upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(files.complete, ("files:write",)),
    "files.info": Method(files.info, ("files:read",)),
    "conversations.info": Method(conversations.info),
    "conversations.members": Method(conversations.members),
    "conversations.open": Method(conversations.opened, ("im:write",)),
    "conversations.history": Method(conversations.history),
    "conversations.replies": Method(conversations.replies),
    "users.info": Method(users.info, ("users:read",)),
    "users.lookupByEmail": Method(users.by_email, ("users:read.email",)),
    "usergroups.users.list": Method(users.members_of_group, ("usergroups:read",)),
    "views.open": Method(views.opened),
    "views.push": Method(views.pushed),
    "views.update": Method(views.updated),
    "views.publish": Method(views.published),
}
CONNECT = "apps.connections.open"


def answer(workspace: Workspace, request: Request, connect: Callable[[], str]) -> Answer:
    """Answers a call of the Web API. ``connect`` gives the address of a new Socket Mode connection."""
    name = request.path.removeprefix(PREFIX).strip("/")
    try:
        with workspace.lock:
            told = {"ok": True, **_answer(workspace, name, request, connect)}
    except Refusal as refusal:
        told = refusal.body()
    accepted = METHODS[name].scopes if name in METHODS else ()
    scopes = {"x-oauth-scopes": ",".join(sorted(workspace.app.scopes)), "x-accepted-oauth-scopes": ",".join(accepted)}
    return Answer.of(200, told, scopes)


def _answer(workspace: Workspace, name: str, request: Request, connect: Callable[[], str]) -> Json:
    if name == "api.test":
        return {}
    if name not in METHODS and name != CONNECT:
        raise Refusal("unknown_method", req_method=name)
    call = Call(workspace, arguments_of(request))
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip() or call.text("token")
    if not token:
        raise Refusal("not_authed")
    of_app = _same(token, workspace.app.app_token)
    if not of_app and not _same(token, workspace.app.bot_token):
        raise Refusal("invalid_auth")
    if workspace.app.revoked:
        raise Refusal("account_inactive")
    if of_app != (name == CONNECT):
        raise Refusal("not_allowed_token_type")
    if name == CONNECT:
        held = workspace.app.app_scopes
        if "connections:write" not in held:
            raise Refusal("missing_scope", needed="connections:write", provided=",".join(sorted(held)))
        return {"url": connect()}
    call.require(*METHODS[name].scopes)
    return METHODS[name].do(call)


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())
