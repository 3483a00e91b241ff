"""Who is told: a webhook's body goes to every webhook of its stream that asked for its kind."""

from __future__ import annotations

from bot.sandbox import rows
from bot.sandbox.rules import Json
from bot.sandbox.state import Account, Mail, Server


def tell(account: Account, server: Server, stream: str, body: Json, mail: Mail | None = None) -> None:
    """Queues one event for the webhooks of a stream. Of a message past its retention nothing is told any more."""
    record_type = str(body["RecordType"])
    if mail is not None and not account.holds(mail):
        return
    if server.streams[stream].type == "Broadcasts" and record_type in {"Bounce", "SpamComplaint"}:
        return  # not offered there: the change of subscription says it
    for hook in server.webhooks.values():
        if hook.stream != stream or not hook.wants(record_type):
            continue
        if record_type == "Open" and hook.first_opens_only() and not body["FirstOpen"]:
            continue
        told = {**body, "Content": rows.source(mail)} if mail and hook.with_content(record_type) else body
        account.outbox.put(
            hook.url, record_type, told, username=hook.username, password=hook.password, headers=hook.headers
        )


def hand_over(account: Account, server: Server, body: Json) -> None:
    """Queues one incoming email for the server's inbound hook, if there is one."""
    if server.inbound_hook_url:
        account.outbox.put(server.inbound_hook_url, "Inbound", body)
