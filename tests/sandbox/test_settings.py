"""Bounces, suppressions, webhooks, streams and domains through the stand-in's API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.rules import BOUNCE_TYPES
from tests.sandbox.callers import BEN, MARIA, Api, Endpoint
from tests.sandbox.conftest import MONDAY

SUPPRESSIONS = "/message-streams/outbound/suppressions"


@pytest.mark.parametrize("kind", sorted(BOUNCE_TYPES.keys() - {"SpamComplaint"}))
def test_every_bounce_can_happen(postmark: Sandbox, api: Api, told: Endpoint, kind: str) -> None:
    """Each of Postmark's bounce types is told and listed; of these only a hard bounce suppresses the address."""
    quote = postmark.send(MARIA, "Quote")
    bounce_id = postmark.bounce(quote, MARIA, type=kind, said="smtp;…")
    postmark.flush()
    (body,) = told.of("Bounce")
    row = api.get(f"/bounces/{bounce_id}").json()
    assert body["Type"] == row["Type"] == kind
    assert row["TypeCode"] == BOUNCE_TYPES[kind].code
    assert row["Inactive"] is row["CanActivate"] is (kind == "HardBounce")
    assert len(told.of("SubscriptionChange")) == (kind == "HardBounce")


def test_some_bounces_are_told_bare(postmark: Sandbox, told: Endpoint) -> None:
    """An unsubscribe request can be told without address, time and texts, as it was seen in the wild."""
    quote = postmark.send(MARIA, "Quote")
    postmark.bounce(quote, MARIA, type="Unsubscribe", bare=True)
    postmark.flush()
    assert not {"Email", "BouncedAt", "Details", "From", "Subject", "Inactive"} & told.of("Bounce")[0].keys()


def test_bounces_can_be_searched(postmark: Sandbox, api: Api) -> None:
    """Bounces are found by type, address, message, tag, activity and Eastern dates; one message's need no page."""
    quote, invoice = (
        postmark.send(f"{MARIA}, {BEN}", "Quote", tag="quote"),
        postmark.send(BEN, "Invoice", tag="invoice"),
    )
    hard = postmark.bounce(quote, BEN)
    soft = postmark.bounce(invoice, BEN, type="SoftBounce", at=MONDAY + timedelta(hours=1))

    def found(**query: Any) -> list[int]:
        rows = api.get("/bounces", **({"count": 10, "offset": 0} | query)).json()["Bounces"]
        return [row["ID"] for row in rows]

    assert found() == [soft, hard]
    assert found(type="HardBounce") == found(inactive="true") == found(tag="quote") == [hard]
    assert found(emailFilter="BEN@") == [soft, hard]
    assert found(emailFilter="maria") == found(messagestream="broadcast") == []
    assert found(fromdate="2026-11-09T09:30:00") == found(inactive="false") == [soft]
    assert [row["ID"] for row in api.get("/bounces", messageID=quote).json()["Bounces"]] == [hard]
    assert api.get("/bounces", count=1, offset=0, inactive="True").status_code == 422
    statistics = api.get("/deliverystats").json()
    assert statistics["InactiveMails"] == 1
    assert {row["Type"]: row["Count"] for row in statistics["Bounces"]} == {"All": 2, "HardBounce": 1, "SoftBounce": 1}


def test_a_dump_lasts_thirty_days(postmark: Sandbox, api: Api) -> None:
    """The returned email can be had for 30 days and is empty afterwards."""
    bounce_id = postmark.bounce(postmark.send(MARIA, "Quote"), MARIA)
    assert "Subject: Quote" in api.get(f"/bounces/{bounce_id}/dump").json()["Body"]
    postmark.age(30)
    assert api.get(f"/bounces/{bounce_id}/dump").json() == {"Body": ""}
    assert api.get(f"/bounces/{bounce_id}").json()["DumpAvailable"] is False


@pytest.mark.parametrize("way", ["activate", "delete"])
def test_a_hard_bounce_can_be_lifted(postmark: Sandbox, api: Api, told: Endpoint, way: str) -> None:
    """Activating the bounce and deleting the suppression do the same: the address works again, and it is told."""
    quote = postmark.send(MARIA, "Quote")
    bounce_id = postmark.bounce(quote, MARIA)
    if way == "activate":
        assert api.put(f"/bounces/{bounce_id}/activate").json()["Bounce"]["Inactive"] is False
    else:
        answer = api.post(f"{SUPPRESSIONS}/delete", {"Suppressions": [{"EmailAddress": MARIA}]}).json()
        assert answer["Suppressions"][0]["Status"] == "Deleted"
    postmark.flush()
    change = told.of("SubscriptionChange")[-1]
    assert (change["SuppressSending"], change["SuppressionReason"], change["MessageID"]) == (False, None, None)
    assert api.get(f"/bounces/{bounce_id}").json()["Inactive"] is False
    assert api.put(f"/bounces/{bounce_id}/activate").json()["ErrorCode"] == 1003
    assert postmark.send(MARIA, "Again")


def test_suppressions_are_changed_one_by_one(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """The API suppresses and reactivates by hand, answering for each address, bad ones too, with HTTP 200."""
    wanted = [{"EmailAddress": MARIA}, {"EmailAddress": "nonsense"}, {"EmailAddress": BEN}]
    results = api.post(SUPPRESSIONS, {"Suppressions": wanted}).json()["Suppressions"]
    assert [result["Status"] for result in results] == ["Suppressed", "Failed", "Suppressed"]
    (row,) = api.get(f"{SUPPRESSIONS}/dump", EmailAddress=MARIA).json()["Suppressions"]
    assert (row["SuppressionReason"], row["Origin"]) == ("ManualSuppression", "Customer")
    assert len(api.get(f"{SUPPRESSIONS}/dump", origin="customer").json()["Suppressions"]) == 2
    assert api.get(f"{SUPPRESSIONS}/dump", SuppressionReason="HardBounce").json()["Suppressions"] == []
    postmark.suppress("zoe@harbor.example", origin="Admin")
    wanted = [{"EmailAddress": MARIA}, {"EmailAddress": "zoe@harbor.example"}]
    results = api.post(f"{SUPPRESSIONS}/delete", {"Suppressions": wanted}).json()["Suppressions"]
    assert [result["Status"] for result in results] == ["Deleted", "Failed"]
    assert api.post(SUPPRESSIONS, {"Suppressions": [{"EmailAddress": MARIA}] * 51}).status_code == 422
    postmark.flush()
    assert [body["SuppressSending"] for body in told.of("SubscriptionChange")] == [True, True, True, False]


def test_suppressing_twice_tells_once(postmark: Sandbox, told: Endpoint) -> None:
    """An address that is off already stays as it is, and switching on one that is on says so and tells nothing."""
    postmark.suppress(MARIA, reason="HardBounce", origin="Recipient")
    postmark.suppress(MARIA)
    assert postmark.reactivate(MARIA)
    assert not postmark.reactivate(MARIA)
    postmark.flush()
    changes = [(body["SuppressSending"], body["Origin"]) for body in told.bodies]
    assert changes == [(True, "Recipient"), (False, "Admin")]


def test_webhooks_are_kept(api: Api) -> None:
    """A webhook can be made, read with its password, changed without losing what is left out, and removed."""
    wanted = {
        "Url": "https://seen.example/hook",
        "HttpAuth": {"Username": "seen", "Password": "secret"},
        "HttpHeaders": [{"Name": "X-Stage", "Value": "live"}],
        "Triggers": {"Open": {"Enabled": True, "PostFirstOpenOnly": True}, "Bounce": {"Enabled": True}},
    }
    made = api.post("/webhooks", wanted).json()
    assert (made["MessageStream"], made["HttpAuth"]["Password"]) == ("outbound", "secret")
    assert made["Triggers"]["Click"] == {"Enabled": False}
    path = f"/webhooks/{made['ID']}"
    changed = api.put(path, {"Triggers": {"Click": {"Enabled": True}}}).json()
    assert changed["Triggers"]["Click"] == {"Enabled": True}
    assert {name: changed[name] for name in made if name != "Triggers"} == {
        name: made[name] for name in made if name != "Triggers"
    }
    assert changed["Triggers"]["Open"] == {"Enabled": True, "PostFirstOpenOnly": True}
    assert api.get("/webhooks", MessageStream="outbound").json()["Webhooks"] == [changed]
    assert api.get("/webhooks", MessageStream="broadcast").json() == {"Webhooks": []}
    assert api.client.delete(path).json()["ErrorCode"] == 0
    assert api.get(path).json()["ErrorCode"] == 12


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"Url": "nonsense"}, 606),
        ({}, 606),
        ({"Url": "ftp://seen.example"}, 606),
        ({"Url": "https://seen.example", "MessageStream": "nowhere"}, 1226),
        ({"Url": "https://seen.example", "HttpHeaders": [{"Name": "X", "Value": "1"}] * 31}, 300),
    ],
)
def test_useless_webhooks_are_refused(api: Api, wanted: dict[str, Any], code: int) -> None:
    """A webhook with an unusable URL, an unknown stream or too many headers is refused with its code."""
    assert api.post("/webhooks", wanted).json()["ErrorCode"] == code
    assert api.get("/webhooks").json() == {"Webhooks": []}


def test_a_stream_has_ten_webhooks_at_most(api: Api) -> None:
    """The eleventh webhook of a stream is refused."""
    answers = [api.post("/webhooks", {"Url": f"https://seen.example/{number}"}) for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [422]


def test_streams_are_listed(postmark: Sandbox, api: Api) -> None:
    """A server lists its streams by type, archived ones when asked for, and an unknown one is an error."""
    postmark.server("office").streams["broadcast"].archived_at = MONDAY

    def streams(**query: Any) -> list[str]:
        return [row["ID"] for row in api.get("/message-streams", **query).json()["MessageStreams"]]

    assert streams() == ["outbound", "inbound"]
    assert streams(IncludeArchivedStreams="true") == ["outbound", "broadcast", "inbound"]
    assert streams(MessageStreamType="Inbound") == ["inbound"]
    assert api.get("/message-streams/outbound").json()["MessageStreamType"] == "Transactional"
    assert api.get("/message-streams/nowhere").json()["ErrorCode"] == 1226
    assert api.get("/message-streams/nowhere/suppressions/dump").json()["ErrorCode"] == 1226
    assert api.get("/messages/outbound", count=1, offset=0, messagestream="nowhere").json()["ErrorCode"] == 1226


def test_domains_and_senders_are_the_accounts(postmark: Sandbox) -> None:
    """The account lists its domains with their DNS records, and its sender signatures."""
    account = Api(postmark.url, account_token="account-token")
    postmark.add_domain("alder.example", dkim_verified=False)
    sender_id = postmark.add_sender("office@alder.example", "Alder Heating")
    (row,) = account.get("/domains", count=10, offset=0).json()["Domains"]
    assert (row["Name"], row["DKIMVerified"]) == ("alder.example", False)
    details = account.get(f"/domains/{row['ID']}").json()
    assert details["DKIMPendingHost"].endswith("._domainkey.alder.example")
    assert account.put(f"/domains/{row['ID']}/verifyDkim").json() == details
    assert account.get("/domains/1").json()["ErrorCode"] == 510
    (sender,) = account.get("/senders", count=10, offset=0).json()["SenderSignatures"]
    assert (sender["ID"], sender["Domain"], sender["Confirmed"]) == (sender_id, "alder.example", True)


def test_settings_tell_whether_mail_is_really_sent(postmark: Sandbox, api: Api) -> None:
    """GET /server says the delivery type, the tracking, and whether only first opens are posted."""
    postmark.server("office").delivery_type = "Sandbox"
    api.put("/server", {"PostFirstOpenOnly": True, "InboundHookUrl": "https://seen.example"})
    row = api.get("/server").json()
    assert (row["Name"], row["DeliveryType"], row["TrackOpens"]) == ("office", "Sandbox", True)
    assert (row["PostFirstOpenOnly"], row["InboundHookUrl"]) == (True, "https://seen.example")
    assert api.put("/server", {"TrackLinks": "Yes"}).status_code == 422


def test_unknown_addresses_are_not_there(api: Api) -> None:
    """A path nobody serves is 404, and a method a path does not take is 405."""
    assert api.get("/nowhere").status_code == 404
    assert api.client.delete("/server").status_code == 405
