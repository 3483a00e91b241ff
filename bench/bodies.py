"""Webhook bodies to measure with: every one different, in about the mixture that a small firm's mail makes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

USER, PASSWORD = "bench", "bench-password"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

_START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_MIXTURE = ("Delivery", "Open", "Delivery", "Open", "Click", "Delivery", "Open", "Delivery", "Click", "Bounce")
_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
_READER: dict[str, object] = {
    "Platform": "Mobile",
    "UserAgent": _PHONE,
    "Client": {"Name": "Mobile Safari 18.1", "Company": "Apple", "Family": "Mobile Safari"},
    "OS": {"Name": "iOS 18", "Company": "Apple", "Family": "iOS"},
}
_GEO = {
    "CountryISOCode": "DE",
    "Country": "Germany",
    "RegionISOCode": "HH",
    "Region": "Hamburg",
    "City": "Hamburg",
    "Zip": "20095",
    "Coords": "53.55,10.00",
}


def body(number: int) -> bytes:
    """The body with that number: the same one every time, and no other number's."""
    kind = _MIXTURE[number % len(_MIXTURE)]
    at = (_START + timedelta(microseconds=number * 1_370)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
    message, address = f"{number // 4:08x}-8a77-4c1e-9d0e-2f6f3f0a9e11", f"customer{number // 8 % 5000}@oakleaf.example"
    record: dict[str, object] = {
        "RecordType": kind,
        "ServerID": 4711,
        "MessageStream": "outbound",
        "MessageID": message,
        "Tag": "quote",
        "Metadata": {"job_id": str(1000 + number // 8)},
    }
    if kind == "Delivery":
        record |= {"Recipient": address, "DeliveredAt": at, "Details": "smtp;250 2.0.0 OK 1795183364 k9-20 - gsmtp"}
    elif kind == "Bounce":
        record |= {
            "ID": 7350918264410000000 + number,
            "Type": "SoftBounce",
            "TypeCode": 4096,
            "Name": "Soft bounce",
            "Description": "The mailbox did not take it this time.",
            "Details": "smtp;452 4.2.2 mailbox full",
            "Email": address,
            "From": "office@alder.example",
            "BouncedAt": at,
            "DumpAvailable": True,
            "Inactive": False,
            "CanActivate": True,
            "Subject": f"Your quote for job {1000 + number // 8}",
        }
    else:
        record |= {"Recipient": address, "ReceivedAt": at, **_READER, "Geo": {**_GEO, "IP": f"203.0.{number % 200}.77"}}
        if kind == "Open":
            record |= {"FirstOpen": True, "ReadSeconds": 3}
        else:
            record |= {"ClickLocation": "HTML", "OriginalLink": f"https://portal.alder.example/q/{1000 + number // 8}"}
    return json.dumps(record).encode()


def request(number: int, path: str) -> bytes:
    """That body as the whole HTTP request Postmark would send."""
    content = body(number)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Postmark\r\nAuthorization: {AUTHORIZATION}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
