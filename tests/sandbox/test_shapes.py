"""The shape of the stand-in's answers and webhooks, field by field.

The tables below are the field names and kinds of Postmark's published API description (Swagger, version 1.0.0) and of
the community's AsyncAPI description of its webhooks (version 1.0.0), written down by hand. Both are older than what
Postmark answers today, so a row must have every field they know and may have more. Three fields differ on purpose: a
bounce's ID is a number (the description says text), ``FirstOpen`` stands in webhooks only, and a bounce's ``Content``
only in webhooks that ask for it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox import Sandbox, readers
from tests.sandbox.callers import BEN, LINKS, MARIA, Api, Endpoint

_KINDS: dict[str, type] = {"text": str, "number": int, "flag": bool, "list": list, "object": dict}
_NAMED = {"Name": "text", "Company": "text", "Family": "text"}
_GEO = ("CountryISOCode", "Country", "RegionISOCode", "Region", "City", "Zip", "Coords", "IP")


def _shape(**fields: str) -> dict[str, str]:
    """Field names by kind: ``_shape(text="Tag Subject", flag="TrackOpens")``."""
    return {name: kind for kind, names in fields.items() for name in names.split()}


_LOOK = _shape(
    text="Platform UserAgent MessageID ReceivedAt Tag Recipient MessageStream RecordType", object="Client OS Geo"
)
_CLICK = {**_LOOK, **_shape(text="ClickLocation OriginalLink")}
_BOUNCE = _shape(
    text="Type Name Tag MessageID Description Details Email BouncedAt Subject",
    number="ID TypeCode",
    flag="DumpAvailable Inactive CanActivate",
)
_MESSAGE = _shape(
    text="Tag MessageID ReceivedAt From Subject Status TrackLinks",
    list="To Cc Bcc Recipients Attachments",
    flag="TrackOpens",
)
_DETAILS = {**_MESSAGE, **_shape(text="TextBody HtmlBody Body", list="MessageEvents")}
_SERVER = _shape(
    text="Name ServerLink Color InboundAddress DeliveryHookUrl InboundHookUrl BounceHookUrl OpenHookUrl TrackLinks "
    "ClickHookUrl InboundDomain InboundHash",
    number="ID InboundSpamThreshold",
    flag="RawEmailEnabled SmtpApiActivated PostFirstOpenOnly TrackOpens",
    list="ApiTokens",
)

_BOUNCE_HOOK = {**_BOUNCE, **_shape(text="RecordType MessageStream From", number="ServerID", object="Metadata")}
_HOOKS = {
    "Delivery": _shape(
        text="RecordType MessageStream MessageID Recipient DeliveredAt Details Tag",
        number="ServerID",
        object="Metadata",
    ),
    "Bounce": {**_BOUNCE_HOOK, "Content": "text"},
    "SpamComplaint": {**_BOUNCE_HOOK, "Content": "text"},
    "Open": {**_LOOK, **_shape(flag="FirstOpen", object="Metadata")},
    "Click": {**_CLICK, "Metadata": "object"},
    "SubscriptionChange": _shape(
        text="RecordType MessageID MessageStream ChangedAt Recipient Origin SuppressionReason Tag",
        number="ServerID",
        flag="SuppressSending",
        object="Metadata",
    ),
}
_INBOUND = _shape(
    text="FromName MessageStream From To Cc Bcc OriginalRecipient Subject MessageID ReplyTo MailboxHash Date TextBody "
    "HtmlBody StrippedTextReply Tag",
    object="FromFull",
    list="ToFull CcFull BccFull Headers Attachments",
)


def _check(row: dict[str, Any], shape: dict[str, str]) -> None:
    assert not shape.keys() - row.keys()
    for name, kind in shape.items():
        assert type(row[name]) is _KINDS[kind], f"{name} is {row[name]!r}, not {kind}"


def _check_reader(row: dict[str, Any]) -> None:
    _check(row["Client"], _NAMED)
    _check(row["OS"], _NAMED)
    assert row["Geo"].keys() <= set(_GEO)


@pytest.fixture
def history(postmark: Sandbox, api: Api, told: Endpoint) -> str:
    """A message to which everything has happened, and every webhook posted, with content. Returns its ID."""
    for hook in api.get("/webhooks").json()["Webhooks"]:
        content = {"IncludeContent": True}
        api.put(f"/webhooks/{hook['ID']}", {"Triggers": {"Bounce": content, "SpamComplaint": content}})
    quote = postmark.send(f"Maria <{MARIA}>", "Quote", cc=BEN, html=LINKS, tag="quote", metadata={"job_id": "1042"})
    postmark.defer(quote)
    postmark.deliver(quote)
    postmark.open(quote, MARIA, by=readers.PHONE)
    postmark.click(quote, MARIA, by=readers.BROWSER)
    postmark.reply(quote, MARIA)
    postmark.complain(quote, MARIA)
    postmark.bounce(quote, BEN)
    postmark.flush()
    return quote


def test_rows_have_every_published_field(api: Api, history: str) -> None:
    """Messages, events, opens, clicks, bounces and settings have every field of Postmark's own description."""
    page = {"count": 10, "offset": 0}
    (found,) = api.get("/messages/outbound", **page).json()["Messages"]
    _check(found, _MESSAGE)
    _check(found["To"][0], _shape(text="Email Name"))
    details = api.details(history)
    _check(details, _DETAILS)
    for event in details["MessageEvents"]:
        _check(event, _shape(text="Recipient Type ReceivedAt", object="Details"))
        assert all(type(value) is str for value in event["Details"].values())
    (opened,) = api.get("/messages/outbound/opens", **page).json()["Opens"]
    (clicked,) = api.get("/messages/outbound/clicks", **page).json()["Clicks"]
    _check(opened, _LOOK)
    _check(clicked, _CLICK)
    _check_reader(opened)
    _check_reader(clicked)
    bounces = api.get("/bounces", **page).json()
    _check(bounces, _shape(number="TotalCount", list="Bounces"))
    for bounce in bounces["Bounces"]:
        _check(bounce, _BOUNCE)
    statistics = api.get("/deliverystats").json()
    _check(statistics["Bounces"][0], _shape(text="Name Type", number="Count"))
    _check(api.get("/server").json(), _SERVER)


def test_webhooks_have_every_published_field(told: Endpoint, history: str) -> None:
    """Webhooks of all six types, and inbound mail, have every field of the published description of webhooks."""
    assert {body.get("RecordType", "Inbound") for body in told.bodies} == {*_HOOKS, "Inbound"}
    for body in told.bodies:
        _check(body, _HOOKS.get(body.get("RecordType"), _INBOUND))
        assert body.get("RecordType") is None or body["MessageID"] == history


def test_times_are_written_as_postmark_writes_them(api: Api, told: Endpoint, history: str) -> None:
    """Every time has seven digits: in the API with New York's offset, in webhooks with a Z."""
    times = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]+)"', api.get(f"/messages/outbound/{history}/details").text)
    assert times
    assert all(re.fullmatch(r"2026-11-09T09:\d\d:\d\d\.\d{7}-05:00", time) for time in times)
    hooked = re.findall(rb'"(\d{4}-\d\d-\d\dT[^"]+)"', b"".join(told.raw))
    assert hooked
    assert all(re.fullmatch(rb"2026-11-09T14:\d\d:\d\d\.\d{7}Z", time) for time in hooked)


def test_summer_has_another_offset(api: Api, postmark: Sandbox) -> None:
    """In summer the API writes the other offset of New York."""
    quote = postmark.send(MARIA, "Quote", at=datetime(2027, 7, 1, 12, 0, 0, 120034, tzinfo=UTC))
    assert api.details(quote)["ReceivedAt"] == "2027-07-01T08:00:00.1200342-04:00"


def test_a_webhook_and_the_row_of_its_event_agree(api: Api, told: Endpoint, history: str) -> None:
    """A webhook and the API's row of the same open, click or bounce say the same in every field they share."""
    page = {"count": 10, "offset": 0}
    rows = [
        *api.get("/messages/outbound/opens", **page).json()["Opens"],
        *api.get("/messages/outbound/clicks", **page).json()["Clicks"],
        *api.get("/bounces", **page).json()["Bounces"],
    ]
    assert len(rows) == 4
    for row in rows:
        kind = row.get("RecordType") or ("SpamComplaint" if row["Type"] == "SpamComplaint" else "Bounce")
        (body,) = told.of(kind)
        for name in row.keys() & body.keys():
            same = _moment(row[name]) == _moment(body[name]) if name.endswith("At") else row[name] == body[name]
            assert same, f"{name}: {row[name]!r} and {body[name]!r}"


def _moment(text: str) -> tuple[datetime, str]:
    return datetime.fromisoformat(text), text[19:27]
