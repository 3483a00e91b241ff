"""Webhook bodies as Postmark sends them, with invented people; one history of one email."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
_READER: Body = {
    "Platform": "Mobile",
    "UserAgent": PHONE,
    "Client": {"Name": "Mobile Safari 18.1", "Company": "Apple", "Family": "Mobile Safari"},
    "OS": {"Name": "iOS 18", "Company": "Apple", "Family": "iOS"},
    "Geo": {
        "CountryISOCode": "DE",
        "Country": "Germany",
        "City": "Hamburg",
        "Coords": "53.55,10.00",
        "IP": "203.0.113.77",
    },
}


def history(number: int = 1) -> list[Body]:
    """The six types of record, once each, about one email to one person; another number makes another email."""
    common: Body = {
        "ServerID": 4711,
        "MessageStream": "outbound",
        "MessageID": f"{number:08x}-8a77-4c1e-9d0e-2f6f3f0a9e11",
        "Tag": "quote",
        "Metadata": {"job_id": "1042"},
    }
    person = f"maria{number:08x}@oakleaf.example"
    bounce: Body = {"Email": person, "From": "office@alder.example", "Subject": "Your quote for job 1042"}
    return [
        {
            "RecordType": "Bounce",
            "ID": 7350918264410000000 + number,
            "Type": "Transient",
            "TypeCode": 2,
            **common,
            **bounce,
        }
        | {"Name": "Delayed", "Details": "smtp;451 4.7.1 busy", "BouncedAt": "2026-11-20T14:00:07.3141592Z"}
        | {"Inactive": False, "CanActivate": True, "DumpAvailable": True},
        {"RecordType": "Delivery", "Recipient": person, "DeliveredAt": "2026-11-20T14:02:44.0000000Z", **common}
        | {"Details": "smtp;250 2.0.0 OK 1795183364 k9-20 - gsmtp"},
        {"RecordType": "Open", "Recipient": person, "ReceivedAt": "2026-11-20T14:41:30.5000000Z", **common, **_READER}
        | {"FirstOpen": True, "ReadSeconds": 7},
        {"RecordType": "Click", "Recipient": person, "ReceivedAt": "2026-11-20T14:43:02.2718281Z", **common, **_READER}
        | {"ClickLocation": "HTML", "OriginalLink": "https://portal.alder.example/q/1042"},
        {"RecordType": "SpamComplaint", "ID": 8350918264410000000 + number, "Type": "SpamComplaint", **common, **bounce}
        | {"TypeCode": 100001, "BouncedAt": "2026-11-21T08:15:00Z", "Inactive": True, "CanActivate": False},
        {"RecordType": "SubscriptionChange", "Recipient": person, "ChangedAt": "2026-11-21T08:15:01Z", **common}
        | {"Origin": "Recipient", "SuppressSending": True, "SuppressionReason": "SpamComplaint"},
    ]


def delivery(number: int = 1) -> Body:
    """A delivery of the email with that number."""
    return history(number)[1]
