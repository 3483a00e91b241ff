"""Switching addresses off and on again, whoever asks for it: a bounce, a reader, the API, or an admin."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox import payloads
from bot.sandbox.state import Account, Mail, MailEvent, Server, Suppression
from bot.sandbox.telling import tell


def suppress(
    account: Account,
    server: Server,
    stream: str,
    email: str,
    *,
    reason: str,
    origin: str,
    at: datetime,
    mail: Mail | None = None,
) -> None:
    """Stops sending to an address on one stream, and tells it. A suppressed address stays as it is."""
    key = (stream, email.lower())
    if key in server.suppressions:
        return
    entry = Suppression(email=email, reason=reason, origin=origin, at=at)
    server.suppressions[key] = entry
    if mail is not None:
        told = {"Origin": origin, "SuppressSending": "True"}
        mail.events.append(MailEvent(recipient=email, type="SubscriptionChanged", at=at, details=told))
    tell(account, server, stream, payloads.changed(server, stream, entry, mail, suppress=True))


def reactivate(account: Account, server: Server, stream: str, email: str, *, origin: str, at: datetime) -> bool:
    """Allows sending again, marks the address's bounces, and tells it. Returns whether it was suppressed."""
    entry = server.suppressions.pop((stream, email.lower()), None)
    if entry is None:
        return False
    for bounce in server.bounces.values():
        if bounce.mail.stream == stream and bounce.email.lower() == email.lower():
            bounce.inactive = False
    told = Suppression(email=entry.email, reason=entry.reason, origin=origin, at=at)
    tell(account, server, stream, payloads.changed(server, stream, told, None, suppress=False))
    return True


def may_remove(entry: Suppression) -> bool:
    """Whether the API may lift it: hard bounces, and what the customer's own people have switched off."""
    if entry.reason == "HardBounce":
        return entry.origin == "Recipient"
    return entry.reason == "ManualSuppression" and entry.origin == "Customer"
