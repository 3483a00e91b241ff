"""Bodies and rows as Postmark sends them, with invented people. Every function takes fields to change or leave out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

MESSAGE_ID = "c3a9d3c4-52f1-4d4e-9f57-08a2f6c1b7aa"
CUSTOMER = "ruth@millpond.example"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
LINK = "https://portal.birch.example/quotes/3107?key=k1"
READER_ADDRESS, READER_NETWORK = "198.51.100.23", "198.51.100.0/24"
COORDINATES = "48.137154,11.576124"

MISSING = object()
"""Stands for a field that is left out."""

Body = dict[str, Any]


def _changed(body: Body, changes: Body) -> Body:
    return {name: value for name, value in {**body, **changes}.items() if value is not MISSING}


def delivery(**changes: Any) -> Body:
    body: Body = {
        "RecordType": "Delivery",
        "ServerID": 990,
        "MessageStream": "outbound",
        "MessageID": MESSAGE_ID,
        "Recipient": CUSTOMER,
        "Tag": "quote",
        "DeliveredAt": "2026-11-20T08:00:04.1234567Z",
        "Details": "smtp;250 2.6.0 queued as 4F1B",
        "Metadata": {"job_id": "3107"},
    }
    return _changed(body, changes)


def bounce(**changes: Any) -> Body:
    body: Body = {
        "RecordType": "Bounce",
        "ID": 9007199254740993,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "ServerID": 990,
        "MessageStream": "outbound",
        "MessageID": MESSAGE_ID,
        "Tag": "quote",
        "Metadata": {"job_id": "3107"},
        "Description": "The mailbox does not exist.",
        "Details": "smtp;550 5.1.1 unknown user",
        "Email": CUSTOMER,
        "From": "office@birch.example",
        "BouncedAt": "2026-11-20T08:00:03.0000001Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Quote for job 3107",
        "Content": "Dear Ruth, the price is 900",
    }
    return _changed(body, changes)


def complaint(**changes: Any) -> Body:
    told: Body = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 100001, "CanActivate": False}
    return _changed(bounce(**told), changes)


def _reader(**changes: Any) -> Body:
    body: Body = {
        "MessageStream": "outbound",
        "MessageID": MESSAGE_ID,
        "Recipient": CUSTOMER,
        "Tag": "quote",
        "Metadata": {"job_id": "3107"},
        "ReceivedAt": "2026-11-20T09:15:30.7654321Z",
        "Platform": "Mobile",
        "UserAgent": IPHONE,
        "Client": {"Name": "Mobile Safari 18.1", "Company": "Apple", "Family": "Mobile Safari"},
        "OS": {"Name": "iOS 18", "Company": "Apple", "Family": "iOS"},
        "Geo": {
            "CountryISOCode": "DE",
            "Country": "Germany",
            "RegionISOCode": "BY",
            "Region": "Bavaria",
            "City": "Munich",
            "Zip": "80331",
            "Coords": COORDINATES,
            "IP": READER_ADDRESS,
        },
    }
    return _changed(body, changes)


def opening(**changes: Any) -> Body:
    return _changed(_reader(RecordType="Open", FirstOpen=True, ReadSeconds=4), changes)


def click(**changes: Any) -> Body:
    return _changed(_reader(RecordType="Click", OriginalLink=LINK, ClickLocation="HTML"), changes)


def subscription_change(**changes: Any) -> Body:
    body: Body = {
        "RecordType": "SubscriptionChange",
        "MessageID": MESSAGE_ID,
        "ServerID": 990,
        "MessageStream": "outbound",
        "ChangedAt": "2026-11-20T08:00:04Z",
        "Recipient": CUSTOMER,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "HardBounce",
        "Tag": "quote",
        "Metadata": {},
    }
    return _changed(body, changes)


def inbound(**changes: Any) -> Body:
    body: Body = {
        "FromName": "Ruth Amsel",
        "MessageStream": "inbound",
        "From": CUSTOMER,
        "FromFull": {"Email": CUSTOMER, "Name": "Ruth Amsel", "MailboxHash": ""},
        "To": "office@birch.example",
        "ToFull": [{"Email": "office@birch.example", "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": "b1f0@inbound.birch.example",
        "Subject": "Re: Quote for job 3107",
        "MessageID": "a7c1b9a2-1d2e-4a55-8d2f-60a8d43a1f20",
        "Date": "Fri, 20 Nov 2026 10:30:00 +0100",
        "TextBody": "We accept, please start on Monday.",
        "HtmlBody": "<p>We accept, please start on Monday.</p>",
        "StrippedTextReply": "We accept",
        "Headers": [
            {"Name": "Received", "Value": f"from phone ([{READER_ADDRESS}]) by mx.birch.example"},
            {"Name": "In-Reply-To", "Value": f"<{MESSAGE_ID}@mtasv.net>"},
        ],
        "Attachments": [{"Name": "plan.pdf", "Content": "JVBERi0xLjQ=", "ContentType": "application/pdf"}],
    }
    return _changed(body, changes)


ALL_SIX = (delivery, bounce, complaint, opening, click, subscription_change)


def search_row(**changes: Any) -> Body:
    body: Body = {
        "MessageID": MESSAGE_ID,
        "MessageStream": "outbound",
        "Tag": "quote",
        "To": [{"Email": CUSTOMER, "Name": "Ruth Amsel"}],
        "Cc": [{"Email": "site@millpond.example", "Name": None}],
        "Bcc": [{"Email": "archive@birch.example", "Name": None}],
        "Recipients": [CUSTOMER, "site@millpond.example", "archive@birch.example"],
        "ReceivedAt": "2026-11-20T03:00:01.2500000-05:00",
        "From": '"Birch Roofing" <office@birch.example>',
        "Subject": "Quote for job 3107",
        "Attachments": ["quote.pdf"],
        "Status": "Sent",
        "TrackOpens": True,
        "TrackLinks": "HtmlOnly",
        "Metadata": {"job_id": "3107"},
        "Sandboxed": False,
    }
    return _changed(body, changes)


def details(*entries: Body, **changes: Any) -> Body:
    body = search_row(
        TextBody="Dear Ruth",
        HtmlBody="<p>Dear Ruth</p>",
        Body="MIME-Version: 1.0\r\n\r\nDear Ruth",
        MessageEvents=list(entries),
    )
    return _changed(body, changes)


def entry(kind: str, received_at: str = "2026-11-20T03:00:04.1234567-05:00", **told: str) -> Body:
    """One of the ``MessageEvents`` of details."""
    return {"Recipient": CUSTOMER, "Type": kind, "ReceivedAt": received_at, "Details": told}
