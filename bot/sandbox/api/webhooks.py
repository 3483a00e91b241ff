"""``/webhooks``: where events are told."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, entries
from bot.sandbox.hooks import Webhook
from bot.sandbox.rules import MAX_WEBHOOK_HEADERS, MAX_WEBHOOKS, Json, Refusal


def listed(ask: Ask) -> Json:
    """``GET /webhooks``, of one stream if asked."""
    stream = ask.query.get("messagestream")
    if stream is not None:
        ask.named_stream(stream)
    found = [hook for hook in ask.server.webhooks.values() if stream in {None, hook.stream}]
    return {"Webhooks": [rows.webhook(hook) for hook in found]}


def one(ask: Ask) -> Json:
    """``GET /webhooks/{id}``."""
    return rows.webhook(_named(ask))


def create(ask: Ask) -> Json:
    """``POST /webhooks``. Triggers that are not named stay off."""
    stream = ask.named_stream(str(ask.fields().get("MessageStream") or "outbound")).stream_id
    if sum(hook.stream == stream for hook in ask.server.webhooks.values()) >= MAX_WEBHOOKS:
        raise Refusal(422, 603, f"A stream has at most {MAX_WEBHOOKS} webhooks.")
    hook = Webhook(webhook_id=ask.account.new_id(), url=_checked_url(ask.fields().get("Url")), stream=stream)
    _change(hook, ask.fields())
    ask.server.webhooks[hook.webhook_id] = hook
    return rows.webhook(hook)


def edit(ask: Ask) -> Json:
    """``PUT /webhooks/{id}``: what is left out stays as it was."""
    hook, wanted = _named(ask), ask.fields()
    if "Url" in wanted:
        hook.url = _checked_url(wanted["Url"])
    _change(hook, wanted)
    return rows.webhook(hook)


def delete(ask: Ask) -> Json:
    """``DELETE /webhooks/{id}``."""
    hook = _named(ask)
    del ask.server.webhooks[hook.webhook_id]
    return {"ErrorCode": 0, "Message": f"Webhook {hook.webhook_id} removed."}


def _named(ask: Ask) -> Webhook:
    for hook in ask.server.webhooks.values():
        if str(hook.webhook_id) == ask.path["webhook_id"]:
            return hook
    raise Refusal(422, 12, "The webhook was not found on this server.")


def _checked_url(given: object) -> str:
    url = given if isinstance(given, str) else ""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise Refusal(422, 606, f"'{url}' is not a URL that webhooks can be posted to.")
    return url


def _change(hook: Webhook, wanted: Mapping[str, object]) -> None:
    auth = wanted.get("HttpAuth")
    if isinstance(auth, Mapping):
        hook.username, hook.password = str(auth.get("Username", "")), str(auth.get("Password", ""))
    if "HttpHeaders" in wanted:
        headers = tuple((str(entry.get("Name")), str(entry.get("Value"))) for entry in entries(wanted, "HttpHeaders"))
        if len(headers) > MAX_WEBHOOK_HEADERS:
            raise Refusal(422, 300, f"A webhook has at most {MAX_WEBHOOK_HEADERS} headers.")
        hook.headers = headers
    triggers = wanted.get("Triggers")
    for name, given in triggers.items() if isinstance(triggers, Mapping) else ():
        if isinstance(given, Mapping):
            settings = {str(key): bool(value) for key, value in given.items()}
            hook.triggers[str(name)] = hook.triggers.get(str(name), {}) | settings
