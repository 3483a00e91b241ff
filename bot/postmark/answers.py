"""What Postmark says of servers, streams, webhooks and domains, as far as anybody here needs it.

Its own answers hold secrets in clear text (API tokens, webhook passwords); these records don't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.untrusted import flag, part, text, whole

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """A server. ``None`` is "Postmark did not say"."""

    name: str | None
    track_opens: bool | None
    track_links: str | None
    """``None`` (the text), ``HtmlAndText``, ``HtmlOnly`` or ``TextOnly``: what holds for emails that don't say."""
    post_first_open_only: bool | None
    """For the webhooks of old that are set on the server itself; each modern webhook has its own."""
    sandbox: bool | None
    """True: emails go nowhere, though Postmark calls them delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A message stream. Postmark's ``kind`` is ``Transactional``, ``Broadcasts`` or ``Inbound``."""

    id: str
    name: str | None
    kind: str | None
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Postmark posts a stream's events, and which of them."""

    id: str
    url: str
    """Without a user and password that it may hold, and without its query."""
    stream: str | None
    has_credentials: bool
    """Basic auth is set, in its own fields or in the URL."""
    has_headers: bool
    """Custom headers are set; one of them may be a secret."""
    triggers: frozenset[str]
    """Those that are on: ``Open``, ``Click``, ``Delivery``, ``Bounce``, ``SpamComplaint``, ``SubscriptionChange``."""
    post_first_open_only: bool | None
    """True: opens after the first are not told, and Postmark keeps them nowhere else."""
    include_content: bool
    """True: bounces and complaints come with the email's body, which is not ours to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderDomain:
    """A domain that the account sends from, and the DNS records it needs."""

    id: str
    name: str
    dkim_verified: bool | None
    """Postmark's word, which never goes back to False: look the record up as well."""
    weak_dkim: bool | None
    dkim_host: str | None
    dkim_value: str | None
    """What the TXT record at ``dkim_host`` must hold."""
    dkim_pending_host: str | None
    dkim_pending_value: str | None
    return_path_domain: str | None
    return_path_value: str | None
    """What the CNAME record of ``return_path_domain`` must point to."""
    return_path_verified: bool | None


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of asking Postmark to send to an address again."""

    removed: bool
    message: str | None = None
    """Postmark's reason where it did not."""


def server_settings(row: Row) -> ServerSettings:
    delivery = text(row.get("DeliveryType"))
    return ServerSettings(
        name=text(row.get("Name")),
        track_opens=flag(row.get("TrackOpens")),
        track_links=text(row.get("TrackLinks")),
        post_first_open_only=flag(row.get("PostFirstOpenOnly")),
        sandbox=None if delivery is None else delivery.casefold() == "sandbox",
    )


def stream(row: Row) -> Stream | None:
    identity = text(row.get("ID"))
    if identity is None:
        return None
    return Stream(
        id=identity,
        name=text(row.get("Name")),
        kind=text(row.get("MessageStreamType")),
        archived=text(row.get("ArchivedAt")) is not None,
    )


def webhook(row: Row) -> Webhook | None:
    url, identity = text(row.get("Url"), 4000), text(row.get("ID"))
    if url is None or identity is None:
        return None
    shown, secret_in_url = _without_secrets(url)
    triggers = row.get("Triggers")
    names = triggers if isinstance(triggers, dict) else {}
    return Webhook(
        id=identity,
        url=shown,
        stream=text(row.get("MessageStream")),
        has_credentials=secret_in_url or text(part(row.get("HttpAuth"), "Username")) is not None,
        has_headers=bool(row.get("HttpHeaders")),
        triggers=frozenset(name for name, trigger in names.items() if flag(part(trigger, "Enabled"))),
        post_first_open_only=flag(part(part(triggers, "Open"), "PostFirstOpenOnly")),
        include_content=any(flag(part(trigger, "IncludeContent")) for trigger in names.values()),
    )


def sender_domain(row: Row) -> SenderDomain | None:
    name, number = text(row.get("Name")), whole(row.get("ID"))
    if name is None or number is None:
        return None
    return SenderDomain(
        id=str(number),
        name=name,
        dkim_verified=flag(row.get("DKIMVerified")),
        weak_dkim=flag(row.get("WeakDKIM")),
        dkim_host=text(row.get("DKIMHost")),
        dkim_value=text(row.get("DKIMTextValue")),
        dkim_pending_host=text(row.get("DKIMPendingHost")),
        dkim_pending_value=text(row.get("DKIMPendingTextValue")),
        return_path_domain=text(row.get("ReturnPathDomain")),
        return_path_value=text(row.get("ReturnPathDomainCNAMEValue")),
        return_path_verified=flag(row.get("ReturnPathDomainVerified")),
    )


def removal(row: Row, address_key: str) -> Removal:
    """The answer for one address, of those that were asked for."""
    entries = row.get("Suppressions")
    for entry in entries if isinstance(entries, list) else ():
        if (text(part(entry, "EmailAddress")) or "").casefold() == address_key.casefold():
            removed = (text(part(entry, "Status")) or "").casefold() == "deleted"
            return Removal(removed, None if removed else text(part(entry, "Message")))
    return Removal(removed=False, message=text(row.get("Message")))


def _without_secrets(url: str) -> tuple[str, bool]:
    """A URL to show, and whether it held a user or a password."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=host, query="", fragment="").geturl(), "@" in parts.netloc
    except ValueError:
        return "(unreadable)", False
