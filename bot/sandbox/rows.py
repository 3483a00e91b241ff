"""What the API answers with: messages, their events, opens, clicks, bounces and suppressions as JSON."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.hooks import Webhook
from bot.sandbox.parts import Mailbox
from bot.sandbox.rules import BOUNCE_TYPES, DUMP_RETENTION, Json
from bot.sandbox.state import Account, Bounce, Domain, Look, Mail, Sender, Server, Stream, Suppression
from bot.sandbox.times import eastern

_YOUNGER_FIELDS = ("MessageStream", "TrackOpens", "TrackLinks", "Metadata", "Sandboxed")


def message(account: Account, mail: Mail) -> Json:
    """A message as a search lists it."""
    row: Json = {
        "Tag": mail.tag,
        "MessageID": mail.message_id,
        "MessageStream": mail.stream,
        "To": [_mailbox(box) for box in mail.to],
        "Cc": [_mailbox(box) for box in mail.cc],
        "Bcc": [_mailbox(box) for box in mail.bcc],
        "Recipients": [box.address for box in mail.recipients],
        "ReceivedAt": eastern(mail.received_at),
        "From": mail.sender,
        "Subject": mail.subject,
        "Attachments": list(mail.attachments),
        "Status": mail.status,
        "TrackOpens": mail.track_opens,
        "TrackLinks": mail.track_links,
        "Metadata": dict(mail.metadata),
        "Sandboxed": mail.sandboxed,
    }
    if account.quirks.old_rows:
        return {name: value for name, value in row.items() if name not in _YOUNGER_FIELDS}
    return row


def details(account: Account, mail: Mail) -> Json:
    """A message with its bodies and everything that happened to it."""
    events: list[Json] = [
        {
            "Recipient": event.recipient,
            "Type": event.type,
            "ReceivedAt": told_at(account, event.at),
            "Details": {**event.details},
        }
        for event in mail.events
    ]
    if account.quirks.unknown_event:
        told: Json = {"Recipient": mail.recipients[0].address, "Type": "Teleported", "Details": {"Summary": "beamed"}}
        events.append({**told, "ReceivedAt": eastern(mail.received_at)})
    if account.quirks.shuffled_events:
        account.random.shuffle(events)
    bodies: Json = {"TextBody": mail.text or "", "HtmlBody": mail.html or "", "Body": source(mail)}
    return {**message(account, mail), **bodies, "MessageEvents": events}


def source(mail: Mail) -> str:
    """The message as it went over the wire, or near enough."""
    to = ", ".join(box.address for box in mail.to)
    return f"From: {mail.sender}\r\nTo: {to}\r\nSubject: {mail.subject}\r\n\r\n{mail.text or mail.html or ''}\r\n"


def opened(mail: Mail, look: Look) -> Json:
    """One opening. Whether it was the first, and how long it lasted, only the webhook says."""
    return {"RecordType": "Open", **_look(mail, look)}


def clicked(mail: Mail, look: Look) -> Json:
    """One click."""
    link = look.link
    return {
        "RecordType": "Click",
        **_look(mail, look),
        "ClickLocation": link.location if link else "",
        "OriginalLink": link.url if link else "",
    }


def bounce(account: Account, server: Server, entry: Bounce) -> Json:
    """One bounce or complaint."""
    kind = BOUNCE_TYPES[entry.type]
    return {
        "ID": entry.bounce_id,
        "Type": entry.type,
        "TypeCode": kind.code,
        "Name": kind.name,
        "Tag": entry.mail.tag,
        "MessageID": entry.mail.message_id,
        "ServerID": server.server_id,
        "MessageStream": entry.mail.stream,
        "Description": kind.description,
        "Details": entry.said,
        "Email": entry.email,
        "From": sender_address(entry.mail),
        "BouncedAt": told_at(account, entry.at),
        "DumpAvailable": has_dump(account, entry),
        "Inactive": entry.inactive,
        "CanActivate": can_activate(entry),
        "Subject": entry.mail.subject,
    }


def told_at(account: Account, at: datetime) -> str:
    """When something happened, as the API tells it."""
    return eastern(at.replace(microsecond=0) if account.quirks.whole_seconds else at)


def has_dump(account: Account, entry: Bounce) -> bool:
    """Whether the returned email itself is still kept."""
    return account.clock.now() < entry.at + DUMP_RETENTION


def can_activate(entry: Bounce) -> bool:
    """Whether the address may be written to again on request. Never after a complaint."""
    return entry.inactive and entry.type != "SpamComplaint"


def sender_address(mail: Mail) -> str:
    """The bare address of the sender."""
    return mail.sender.rpartition("<")[2].rstrip("> ")


def suppression(entry: Suppression) -> Json:
    """One suppressed address."""
    return {
        "EmailAddress": entry.email,
        "SuppressionReason": entry.reason,
        "Origin": entry.origin,
        "CreatedAt": eastern(entry.at),
    }


def webhook(hook: Webhook) -> Json:
    """One webhook, its password in clear text, as Postmark shows it."""
    triggers: Json = {}
    for name in ("Open", "Click", "Delivery", "Bounce", "SpamComplaint", "SubscriptionChange"):
        triggers[name] = {"Enabled": hook.wants(name)}
    triggers["Open"] = {"Enabled": hook.wants("Open"), "PostFirstOpenOnly": hook.first_opens_only()}
    for name in ("Bounce", "SpamComplaint"):
        triggers[name] = {"Enabled": hook.wants(name), "IncludeContent": hook.with_content(name)}
    auth: Json | None = {"Username": hook.username, "Password": hook.password or ""} if hook.username else None
    return {
        "ID": hook.webhook_id,
        "Url": hook.url,
        "MessageStream": hook.stream,
        "HttpAuth": auth,
        "HttpHeaders": [{"Name": name, "Value": value} for name, value in hook.headers],
        "Triggers": triggers,
    }


def server_settings(server: Server) -> Json:
    """A server's settings, its token in clear text, as Postmark shows it."""
    return {
        "ID": server.server_id,
        "Name": server.name,
        "ApiTokens": [server.token],
        "Color": "Blue",
        "SmtpApiActivated": True,
        "RawEmailEnabled": False,
        "DeliveryType": server.delivery_type,
        "ServerLink": f"https://account.postmarkapp.example/servers/{server.server_id}/streams",
        "InboundAddress": f"{server.server_id:032x}@inbound.postmarkapp.example",
        "InboundHookUrl": server.inbound_hook_url,
        "BounceHookUrl": "",
        "OpenHookUrl": "",
        "DeliveryHookUrl": "",
        "ClickHookUrl": "",
        "PostFirstOpenOnly": server.post_first_open_only,
        "InboundDomain": "",
        "InboundHash": f"{server.server_id:032x}",
        "InboundSpamThreshold": 5,
        "TrackOpens": server.track_opens,
        "TrackLinks": server.track_links,
        "IncludeBounceContentInHook": False,
        "EnableSmtpApiErrorHooks": False,
    }


def stream(server: Server, entry: Stream) -> Json:
    """One message stream."""
    return {
        "ID": entry.stream_id,
        "ServerID": server.server_id,
        "Name": entry.stream_id.capitalize(),
        "Description": "",
        "MessageStreamType": entry.type,
        "CreatedAt": eastern(entry.created_at),
        "UpdatedAt": None,
        "ArchivedAt": eastern(entry.archived_at) if entry.archived_at else None,
        "ExpectedPurgeDate": None,
        "SubscriptionManagementConfiguration": {
            "UnsubscribeHandlingType": "Postmark" if entry.type == "Broadcasts" else "None"
        },
    }


def domain(entry: Domain) -> Json:
    """A sender domain as a list shows it."""
    return {
        "ID": entry.domain_id,
        "Name": entry.name,
        "SPFVerified": True,
        "DKIMVerified": entry.dkim_verified,
        "WeakDKIM": entry.weak_dkim,
        "ReturnPathDomainVerified": entry.return_path_verified,
    }


def domain_details(entry: Domain) -> Json:
    """A sender domain with the DNS records it needs."""
    selector = f"20261101._domainkey.{entry.name}"
    record = "k=rsa;p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN"
    waiting = not entry.dkim_verified
    return {
        **domain(entry),
        "SPFHost": entry.name,
        "SPFTextValue": "v=spf1 a mx include:spf.mtasv.net ~all",
        "DKIMHost": "" if waiting else selector,
        "DKIMTextValue": "" if waiting else record,
        "DKIMPendingHost": selector if waiting else "",
        "DKIMPendingTextValue": record if waiting else "",
        "DKIMRevokedHost": "",
        "DKIMRevokedTextValue": "",
        "SafeToRemoveRevokedKeyFromDNS": False,
        "DKIMUpdateStatus": "Pending" if waiting else "Verified",
        "ReturnPathDomain": f"pm-bounces.{entry.name}",
        "ReturnPathDomainCNAMEValue": "pm.mtasv.net",
    }


def sender(entry: Sender) -> Json:
    """A sender signature."""
    return {
        "ID": entry.sender_id,
        "Domain": entry.address.rpartition("@")[2],
        "EmailAddress": entry.address,
        "ReplyToEmailAddress": "",
        "Name": entry.name,
        "Confirmed": entry.confirmed,
    }


def _look(mail: Mail, look: Look) -> Json:
    return {
        **look.reader.as_told(),
        "MessageID": mail.message_id,
        "MessageStream": mail.stream,
        "ReceivedAt": eastern(look.at),
        "Tag": mail.tag,
        "Recipient": look.recipient,
    }


def _mailbox(box: Mailbox) -> Json:
    return {"Email": box.address, "Name": box.name}
