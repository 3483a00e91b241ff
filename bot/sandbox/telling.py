"""What webhooks say: one JSON body for each kind of event, handed to every webhook that asked for it."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from bot.sandbox import rows
from bot.sandbox.parts import Mailbox
from bot.sandbox.rules import Json
from bot.sandbox.state import Account, Bounce, Look, Mail, Server, Suppression
from bot.sandbox.times import zulu

_BARE_BOUNCE = ("ID", "Type", "TypeCode", "Name", "Tag", "MessageID", "ServerID", "MessageStream", "Description")


def delivery(account: Account, server: Server, mail: Mail, recipient: str, *, at: datetime, said: str) -> None:
    """Tells that the other server took the message for one recipient."""
    body: Json = {
        "RecordType": "Delivery",
        "ServerID": server.server_id,
        "MessageStream": mail.stream,
        "MessageID": mail.message_id,
        "Recipient": recipient,
        "Tag": mail.tag,
        "DeliveredAt": zulu(at),
        "Details": said,
        "Metadata": dict(mail.metadata),
    }
    _tell(account, server, mail.stream, body)


def bounce(account: Account, server: Server, entry: Bounce) -> None:
    """Tells a bounce or a complaint."""
    mail = entry.mail
    record_type = "SpamComplaint" if entry.type == "SpamComplaint" else "Bounce"
    row = rows.bounce(account, server, entry)
    if entry.bare:
        body = {"RecordType": record_type, **{name: row[name] for name in _BARE_BOUNCE}}
    else:
        body = {"RecordType": record_type, **row, "BouncedAt": zulu(entry.at), "Metadata": dict(mail.metadata)}
    _tell(account, server, mail.stream, body, content=rows.source(mail))


def opened(account: Account, server: Server, mail: Mail, look: Look) -> None:
    """Tells an opening; later ones too, where a webhook wants them."""
    body = {**rows.opened(mail, look), "FirstOpen": look.first}
    if look.read_seconds is not None:
        body["ReadSeconds"] = look.read_seconds
    _tell(account, server, mail.stream, {**body, "ReceivedAt": zulu(look.at), "Metadata": dict(mail.metadata)})


def clicked(account: Account, server: Server, mail: Mail, look: Look) -> None:
    """Tells a click."""
    body = rows.clicked(mail, look)
    _tell(account, server, mail.stream, {**body, "ReceivedAt": zulu(look.at), "Metadata": dict(mail.metadata)})


def suppressed(account: Account, server: Server, stream: str, entry: Suppression, mail: Mail | None) -> None:
    """Tells that nothing is sent to an address any more."""
    _changed(account, server, stream, entry, mail, suppress=True)


def reactivated(account: Account, server: Server, stream: str, entry: Suppression) -> None:
    """Tells that an address may be written to again; ``entry.origin`` says who wished it, and ``entry.at`` when."""
    _changed(account, server, stream, entry, None, suppress=False)


def reply(
    account: Account, server: Server, mail: Mail, author: Mailbox, *, at: datetime, text: str, automatic: bool
) -> None:
    """Hands over a customer's answer as inbound mail. It goes to the server's inbound hook, if there is one."""
    if not server.inbound_hook_url:
        return
    headers = {
        "Message-ID": f"<{account.new_message_id()}@{author.address.rpartition('@')[2]}>",
        "In-Reply-To": f"<{mail.message_id}@mtasv.net>",
        "References": f"<{mail.message_id}@mtasv.net>",
    }
    if automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Autoreply": "yes"}
    body = inbound_body(
        account,
        author,
        to=rows.sender_address(mail),
        subject=f"{'Automatic reply' if automatic else 'Re'}: {mail.subject}",
        at=at,
        text=text,
        headers=headers,
    )
    account.outbox.put(server.inbound_hook_url, "Inbound", body)


def inbound_body(
    account: Account, author: Mailbox, *, to: str, subject: str, at: datetime, text: str, headers: dict[str, str]
) -> Json:
    """An incoming email as Postmark hands it over: without a ``RecordType``, with everything that was written."""
    receiver: Json = {"Email": to, "Name": "", "MailboxHash": ""}
    return {
        "FromName": author.name or "",
        "MessageStream": "inbound",
        "From": author.address,
        "FromFull": {"Email": author.address, "Name": author.name or "", "MailboxHash": ""},
        "To": to,
        "ToFull": [receiver],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": to,
        "Subject": subject,
        "MessageID": account.new_message_id(),
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": format_datetime(at),
        "TextBody": text,
        "HtmlBody": "",
        "StrippedTextReply": text,
        "Tag": "",
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
        "Attachments": [],
    }


def _changed(
    account: Account, server: Server, stream: str, entry: Suppression, mail: Mail | None, *, suppress: bool
) -> None:
    body: Json = {
        "RecordType": "SubscriptionChange",
        "MessageID": mail.message_id if mail else None,
        "ServerID": server.server_id,
        "MessageStream": stream,
        "ChangedAt": zulu(entry.at),
        "Recipient": entry.email,
        "Origin": entry.origin,
        "SuppressSending": suppress,
        "SuppressionReason": entry.reason if suppress else None,
        "Tag": mail.tag if mail else None,
        "Metadata": dict(mail.metadata) if mail else {},
    }
    _tell(account, server, stream, body)


def _tell(account: Account, server: Server, stream: str, body: Json, *, content: str = "") -> None:
    record_type = str(body["RecordType"])
    kind = server.streams[stream].type
    if kind == "Broadcasts" and record_type in {"Bounce", "SpamComplaint"}:
        return  # not offered there: the change of subscription says it
    for hook in server.webhooks.values():
        if hook.stream != stream or not hook.wants(record_type):
            continue
        if record_type == "Open" and hook.first_opens_only() and not body["FirstOpen"]:
            continue
        told = {**body, "Content": content} if hook.with_content(record_type) else body
        account.outbox.put(
            hook.url, record_type, told, username=hook.username, password=hook.password, headers=hook.headers
        )
