"""What the verbs of the stand-in make of an email."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Reader, Sandbox, StoryError, readers
from tests.sandbox.callers import BEN, LINKS, MARIA, Api, Endpoint
from tests.sandbox.conftest import MONDAY

HOUR = timedelta(hours=1)


def _kinds(api: Api, message_id: str) -> list[str]:
    return [event["Type"] for event in api.details(message_id)["MessageEvents"]]


def test_the_first_open_is_kept_and_every_open_is_told(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """The API keeps each recipient's first open only, while webhooks tell every one and which was first."""
    quote = postmark.send(f"{MARIA}, {BEN}", "Quote")
    postmark.open(quote, MARIA, by=readers.APPLE_PRIVACY)
    postmark.open(quote, MARIA, by=readers.PHONE, at=MONDAY + HOUR)
    postmark.open(quote, BEN.upper(), by=readers.OUTLOOK, at=MONDAY + HOUR)
    postmark.flush()
    kept = api.get(f"/messages/outbound/opens/{quote}", count=10, offset=0).json()
    assert kept["TotalCount"] == 2
    assert {(row["Recipient"], row["UserAgent"]) for row in kept["Opens"]} == {
        (MARIA, readers.APPLE_PRIVACY.agent),
        (BEN, readers.OUTLOOK.agent),
    }
    assert [(row["Recipient"], row["FirstOpen"]) for row in told.of("Open")] == [
        (MARIA, True),
        (MARIA, False),
        (BEN, True),
    ]
    assert _kinds(api, quote) == ["Opened", "Opened"]


def test_webhooks_can_be_limited_to_first_opens(postmark: Sandbox, endpoint: Endpoint) -> None:
    """A webhook with PostFirstOpenOnly is not told of later opens."""
    postmark.connect(endpoint.url, first_opens_only=True)
    quote = postmark.send(MARIA, "Quote")
    postmark.open(quote, MARIA)
    postmark.open(quote, MARIA, at=MONDAY + HOUR)
    postmark.flush()
    assert len(endpoint.of("Open")) == 1


@pytest.mark.parametrize(
    ("text", "tracked", "noticed"), [(None, True, True), (None, False, False), ("Your quote", True, False)]
)
def test_opens_need_a_picture(
    postmark: Sandbox, told: Endpoint, *, text: str | None, tracked: bool, noticed: bool
) -> None:
    """Nothing is recorded of the opening of a plain-text email, or of one whose opens are not tracked."""
    quote = postmark.send(MARIA, "Quote", text=text, track_opens=tracked)
    assert postmark.open(quote, MARIA) is noticed
    postmark.flush()
    assert len(told.of("Open")) == noticed


def test_a_link_is_clicked_once(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """A scanner's click on a link hides the same recipient's own later click on it, and nobody else's."""
    quote = postmark.send(f"{MARIA}, {BEN}", "Quote", html=LINKS)
    link = "https://portal.alder.example/q/1042"
    assert postmark.sweep_links(quote, MARIA) == 2
    assert not postmark.click(quote, MARIA, link, at=MONDAY + HOUR)
    assert postmark.click(quote, BEN, link, at=MONDAY + HOUR)
    postmark.flush()
    assert len(told.of("Click")) == 3
    assert api.get(f"/messages/outbound/clicks/{quote}", count=10, offset=0).json()["TotalCount"] == 3
    assert _kinds(api, quote) == ["LinkClicked"] * 3


@pytest.mark.parametrize(
    ("track_links", "in_html", "in_text"),
    [("None", False, False), ("HtmlOnly", True, False), ("TextOnly", False, True), ("HtmlAndText", True, True)],
)
def test_clicks_need_tracking(postmark: Sandbox, *, track_links: str, in_html: bool, in_text: bool) -> None:
    """A click is recorded only on links of the parts that TrackLinks names, and never on exempted ones."""
    html = '<a href="https://alder.example/html">a</a><a href="https://alder.example/off" data-pm-no-track>b</a>'
    quote = postmark.send(MARIA, "Quote", html=html, text="See https://alder.example/text.", track_links=track_links)
    assert postmark.click(quote, MARIA, "https://alder.example/html") is in_html
    assert postmark.click(quote, MARIA, "https://alder.example/text") is in_text
    assert not postmark.click(quote, MARIA, "https://alder.example/off")


def test_a_hard_bounce_switches_the_address_off(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """A hard bounce is told as bounce and as change of subscription, and later sends to the address are refused."""
    quote = postmark.send(BEN, "Quote")
    bounce_id = postmark.bounce(quote, BEN)
    postmark.flush()
    assert bounce_id > 2**53
    assert [body["ID"] for body in told.of("Bounce")] == [bounce_id]
    (change,) = told.of("SubscriptionChange")
    assert (change["SuppressSending"], change["SuppressionReason"], change["MessageID"]) == (True, "HardBounce", quote)
    refused = api.post("/email", {"From": "office@alder.example", "To": BEN, "TextBody": "Again"})
    assert (refused.status_code, refused.json()["ErrorCode"]) == (422, 406)
    assert f"Found inactive addresses: {BEN}." in refused.json()["Message"]
    assert len(api.search()) == 1
    bounced, changed = api.details(quote)["MessageEvents"]
    assert bounced["Details"]["BounceID"] == str(bounce_id)
    assert changed["Details"] == {"Origin": "Recipient", "SuppressSending": "True"}


def test_the_others_still_get_it(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """With one of several recipients suppressed the others get the email, and it still lists all of them."""
    postmark.suppress(BEN)
    sent = api.post("/email", {"From": "office@alder.example", "To": f"{MARIA}, {BEN}", "HtmlBody": "<p>Hi</p>"}).json()
    assert sent["ErrorCode"] == 0
    assert BEN in sent["Message"]
    postmark.deliver(sent["MessageID"])
    postmark.flush()
    assert api.details(sent["MessageID"])["Recipients"] == [MARIA, BEN]
    assert [body["Recipient"] for body in told.of("Delivery")] == [MARIA]
    assert not postmark.open(sent["MessageID"], BEN)


def test_a_complaint_cannot_be_lifted(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """A complaint is told twice, suppresses the address, and neither activation nor deletion lifts that."""
    quote = postmark.send(MARIA, "Quote")
    complaint = postmark.complain(quote, MARIA)
    postmark.flush()
    assert [body["RecordType"] for body in told.bodies] == ["SpamComplaint", "SubscriptionChange"]
    assert api.put(f"/bounces/{complaint}/activate").json()["ErrorCode"] == 1003
    path = "/message-streams/outbound/suppressions"
    (result,) = api.post(f"{path}/delete", {"Suppressions": [{"EmailAddress": MARIA}]}).json()["Suppressions"]
    assert result["Status"] == "Failed"
    (still,) = api.get(f"{path}/dump", EmailAddress=MARIA.upper()).json()["Suppressions"]
    assert still["SuppressionReason"] == "SpamComplaint"


def test_a_deferral_shows_in_the_details_only(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """A deferral is a Transient event with the other server's words, and no webhook tells it."""
    quote = postmark.send(MARIA, "Quote")
    postmark.defer(quote, MARIA, said="smtp;451 later")
    postmark.flush()
    (event,) = api.details(quote)["MessageEvents"]
    assert (event["Type"], event["Details"]["DeliveryMessage"]) == ("Transient", "smtp;451 later")
    assert told.bodies == []


def test_an_answer_arrives_as_inbound_mail(postmark: Sandbox, told: Endpoint) -> None:
    """A customer's answer names the message it answers, and an out-of-office note says that it is automatic."""
    quote = postmark.send(f"Maria Voss <{MARIA}>", "Quote")
    postmark.reply(quote, MARIA, text="Looks fine")
    postmark.reply(quote, MARIA, automatic=True)
    postmark.flush()
    answer, note = told.bodies
    headers = {header["Name"]: header["Value"] for header in answer["Headers"]}
    assert "RecordType" not in answer
    assert answer["FromFull"] == {"Email": MARIA, "Name": "Maria Voss", "MailboxHash": ""}
    assert headers["In-Reply-To"] == f"<{quote}@mtasv.net>"
    assert {"Name": "Auto-Submitted", "Value": "auto-replied"} in note["Headers"]
    assert told.credentials() == {"seen:let me in"}


def test_gmail_hides_place_and_system(postmark: Sandbox, told: Endpoint) -> None:
    """An open through Gmail's proxy has no place and no system, any other the address it came from."""
    quote = postmark.send(f"{MARIA}, {BEN}", "Quote")
    postmark.open(quote, MARIA, by=readers.GMAIL)
    postmark.open(quote, BEN, agent="", ip="203.0.113.9")
    postmark.open(quote, BEN, by=readers.APPLE_MAIL.seen_from("2001:db8::7"))
    postmark.flush()
    gmail, bare, apple = told.of("Open")
    assert (apple["Geo"]["IP"], apple["Client"]["Name"]) == ("2001:db8::7", "Apple Mail")
    assert (gmail["Geo"], gmail["Client"]["Family"], gmail["OS"]["Name"]) == ({}, "Gmail", "unknown")
    assert (bare["Geo"]["IP"], bare["UserAgent"], bare["Client"]["Name"]) == ("203.0.113.9", "", "unknown")


def test_retention_takes_the_message_and_leaves_the_suppression(postmark: Sandbox, api: Api, told: Endpoint) -> None:
    """After 45 days a message, its events and bounces are gone and nothing more is told, but suppressions stay."""
    quote = postmark.send(f"{MARIA}, {BEN}", "Quote", html=LINKS)
    postmark.open(quote, MARIA)
    bounce_id = postmark.bounce(quote, BEN)
    postmark.flush()
    before = len(told.bodies)
    postmark.age(45)
    assert not postmark.open(quote, MARIA)
    assert not postmark.click(quote, MARIA)
    postmark.deliver(quote)
    postmark.flush()
    assert len(told.bodies) == before
    assert api.search() == []
    assert api.get(f"/messages/outbound/{quote}/details").json()["ErrorCode"] == 701
    assert api.get(f"/messages/outbound/opens/{quote}", count=1, offset=0).json()["TotalCount"] == 0
    assert api.get(f"/bounces/{bounce_id}").json()["ErrorCode"] == 12
    assert len(api.get("/message-streams/outbound/suppressions/dump").json()["Suppressions"]) == 1


def test_retention_changes_count_from_then_on(postmark: Sandbox, api: Api) -> None:
    """A longer retention keeps what is sent afterwards, and does not save what was sent before."""
    before = postmark.send(MARIA, "Before")
    postmark.server("office").retention = timedelta(days=365)
    after = postmark.send(MARIA, "After")
    postmark.age(46)
    assert api.search() == [after]
    postmark.forget(after)
    assert api.search() == []
    assert before != after


def test_a_sandbox_server_pretends(postmark: Sandbox, api: Api) -> None:
    """Mail of a sandbox server says so, and has Delivered events although nothing was sent."""
    postmark.server("office").delivery_type = "Sandbox"
    quote = postmark.send(MARIA, "Quote")
    postmark.deliver(quote)
    assert api.details(quote)["Sandboxed"] is True
    assert _kinds(api, quote) == ["Delivered"]


def test_a_held_message_is_queued(postmark: Sandbox, api: Api) -> None:
    """A message can be kept in the queue, which its status and the status filter show."""
    quote = postmark.send(MARIA, "Quote")
    postmark.hold(quote)
    assert api.search(status="queued") == [quote]
    postmark.release(quote)
    assert api.search(status="queued") == []
    assert api.search(status="Sent") == [quote]


def test_impossible_stories_are_refused(postmark: Sandbox) -> None:
    """A story that names a stranger, a missing link, an unknown bounce or an impossible time stops with a sentence."""
    quote = postmark.send(MARIA, "Quote")
    with pytest.raises(StoryError, match=f"did not go to {BEN}"):
        postmark.open(quote, BEN)
    with pytest.raises(StoryError, match="does not hold that link"):
        postmark.click(quote, MARIA, "https://elsewhere.example")
    with pytest.raises(StoryError, match="complain"):
        postmark.bounce(quote, MARIA, type="SpamComplaint")
    with pytest.raises(StoryError, match="was sent at"):
        postmark.deliver(quote, at=MONDAY - HOUR)
    with pytest.raises(StoryError, match="No message"):
        postmark.deliver("nonsense")
    with pytest.raises(ValueError, match="time zone"):
        postmark.deliver(quote, at=MONDAY.replace(tzinfo=None))
    with pytest.raises(ValueError, match="does not run back"):
        postmark.clock.move_to(MONDAY - HOUR)


def test_every_named_reader_can_read(postmark: Sandbox, told: Endpoint) -> None:
    """Each of the named readers opens an email, with the agent it is known by and a platform Postmark knows."""
    named = [value for value in vars(readers).values() if isinstance(value, Reader)]
    quote = postmark.send(MARIA, "Quote")
    for reader in named:
        assert postmark.open(quote, MARIA, by=reader)
    postmark.flush()
    assert [row["UserAgent"] for row in told.of("Open")] == [reader.agent for reader in named]
    assert {row["Platform"] for row in told.of("Open")} == {"WebMail", "Desktop", "Mobile", "Unknown"}
