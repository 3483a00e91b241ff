"""What webhooks say: one JSON body for each kind of event."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from bot.sandbox import rows
from bot.sandbox.parts import Mailbox
from bot.sandbox.rules import Json
from bot.sandbox.state import Account, Bounce, Look, Mail, Server, Suppression
from bot.sandbox.times import zulu

_BARE_BOUNCE = ("ID", "Type", "TypeCode", "Name", "Tag", "MessageID", "ServerID", "MessageStream", "Description")


def delivery(server: Server, mail: Mail, recipient: str, *, at: datetime, said: str) -> Json:
    """The other server took the message for one recipient."""
    return {
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


def bounce(account: Account, server: Server, entry: Bounce) -> Json:
    """A bounce or a complaint."""
    record_type = "SpamComplaint" if entry.type == "SpamComplaint" else "Bounce"
    row = rows.bounce(account, server, entry)
    if entry.bare:
        return {"RecordType": record_type, **{name: row[name] for name in _BARE_BOUNCE}}
    return {"RecordType": record_type, **row, "BouncedAt": zulu(entry.at), "Metadata": dict(entry.mail.metadata)}


def opened(mail: Mail, look: Look) -> Json:
    """An opening, the first of its recipient or a later one."""
    row = {**rows.opened(mail, look), "ReceivedAt": zulu(look.at), "Metadata": dict(mail.metadata)}
    seconds: Json = {} if look.read_seconds is None else {"ReadSeconds": look.read_seconds}
    return {**row, "FirstOpen": look.first, **seconds}


def clicked(mail: Mail, look: Look) -> Json:
    """A click."""
    return {**rows.clicked(mail, look), "ReceivedAt": zulu(look.at), "Metadata": dict(mail.metadata)}


def changed(server: Server, stream: str, entry: Suppression, mail: Mail | None, *, suppress: bool) -> Json:
    """An address was switched off (``suppress``) or on again; ``entry`` says by whom and when."""
    return {
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


def reply(account: Account, mail: Mail, author: Mailbox, *, at: datetime, text: str, automatic: bool) -> Json:
    """A customer's answer to a message, or the out-of-office note that answers for them."""
    headers = {
        "Message-ID": f"<{account.new_message_id()}@{author.address.rpartition('@')[2]}>",
        "In-Reply-To": f"<{mail.message_id}@mtasv.net>",
        "References": f"<{mail.message_id}@mtasv.net>",
    }
    if automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Autoreply": "yes"}
    return inbound(
        account,
        author,
        to=rows.sender_address(mail),
        subject=f"{'Automatic reply' if automatic else 'Re'}: {mail.subject}",
        at=at,
        text=text,
        headers=headers,
    )


def inbound(
    account: Account, author: Mailbox, *, to: str, subject: str, at: datetime, text: str, headers: dict[str, str]
) -> Json:
    """An incoming email as Postmark hands it over: without a ``RecordType``, with everything that was written."""
    return {
        "FromName": author.name or "",
        "MessageStream": "inbound",
        "From": author.address,
        "FromFull": {"Email": author.address, "Name": author.name or "", "MailboxHash": ""},
        "To": to,
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": ""}],
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
