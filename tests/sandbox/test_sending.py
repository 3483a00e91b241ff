"""Sending through the stand-in's API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.callers import BEN, MARIA, Api

GOOD: dict[str, Any] = {
    "From": "Alder Heating <office@alder.example>",
    "To": f'"Voss, Maria" <{MARIA}>',
    "Subject": "Your quote for job 1042",
    "HtmlBody": '<p>Here is your <a href="https://portal.alder.example/q/1042">quote</a>.</p>',
}


def test_an_email_comes_back_as_it_was_sent(api: Api) -> None:
    """What is sent is found again with its names, tag, metadata, stream, attachments and tracking."""
    sent = api.post(
        "/email",
        {
            **GOOD,
            "Cc": BEN,
            "Bcc": "archive@alder.example",
            "Tag": "quote",
            "Metadata": {"job_id": 1042},
            "TrackOpens": False,
            "TrackLinks": "None",
            "Attachments": [{"Name": "quote.pdf", "Content": "", "ContentType": "application/pdf"}],
        },
    ).json()
    assert (sent["ErrorCode"], sent["Message"]) == (0, "OK")
    row = api.details(sent["MessageID"])
    assert row["To"] == [{"Email": MARIA, "Name": "Voss, Maria"}]
    assert (row["Cc"], row["Recipients"]) == (
        [{"Email": BEN, "Name": None}],
        [MARIA, BEN, "archive@alder.example"],
    )
    assert (row["Tag"], row["Metadata"], row["Attachments"]) == ("quote", {"job_id": "1042"}, ["quote.pdf"])
    assert (row["TrackOpens"], row["TrackLinks"], row["MessageStream"]) == (False, "None", "outbound")
    assert (row["From"], row["Status"], row["Sandboxed"]) == (GOOD["From"], "Sent", False)
    assert sent["SubmittedAt"] == row["ReceivedAt"] == "2026-11-09T09:00:00.0000000-05:00"
    assert GOOD["HtmlBody"] == row["HtmlBody"]


def test_many_may_send_at_once(api: Api) -> None:
    """Emails sent side by side are all kept, each once."""
    with ThreadPoolExecutor(4) as pool:
        sent = set(pool.map(lambda _: api.post("/email", GOOD).json()["MessageID"], range(60)))
    assert len(sent) == 60
    assert sent == set(api.search())


def test_a_message_without_its_own_word_is_tracked_as_the_server_says(postmark: Sandbox, api: Api) -> None:
    """TrackOpens and TrackLinks come from the server's settings unless the message has its own."""
    api.put("/server", {"TrackOpens": False, "TrackLinks": "HtmlOnly"})
    (row,) = [api.details(api.post("/email", GOOD).json()["MessageID"])]
    assert (row["TrackOpens"], row["TrackLinks"]) == (False, "HtmlOnly")
    assert api.get("/server").json()["TrackLinks"] == "HtmlOnly"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"From": "nobody"}, 300),
        ({"From": None}, 300),
        ({"To": ""}, 300),
        ({"To": "maria"}, 300),
        ({"To": ", ".join(f"reader{number}@oakleaf.example" for number in range(51))}, 300),
        ({"HtmlBody": ""}, 300),
        ({"Metadata": {"a_name_of_over_twenty_letters": "1"}}, 300),
        ({"Metadata": {"job": "x" * 81}}, 300),
        ({"Metadata": {"job": "1", "JOB": "2"}}, 300),
        ({"Metadata": {str(number): "" for number in range(11)}}, 300),
        ({"Metadata": "1042"}, 403),
        ({"Tag": "x" * 1001}, 300),
        ({"Subject": 7}, 403),
        ({"TrackLinks": "Yes"}, 300),
        ({"MessageStream": "nowhere"}, 1235),
        ({"MessageStream": "inbound"}, 1235),
        ({"Attachments": [{"Name": "quote.exe"}]}, 411),
    ],
)
def test_what_postmark_would_refuse_is_refused(api: Api, change: dict[str, Any], code: int) -> None:
    """An email that breaks one of Postmark's rules is refused with its error code, and leaves nothing behind."""
    answer = api.post("/email", {**GOOD, **change})
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)
    assert api.search() == []


def test_the_body_must_be_json(postmark: Sandbox, api: Api) -> None:
    """A body that is not JSON, not said to be, or not of the right kind, gets the code for it."""
    url = f"{postmark.url}/email"
    assert api.client.post(url, content=b"{", headers={"Content-Type": "application/json"}).json()["ErrorCode"] == 402
    assert api.client.post(url, content=b"{}").json()["ErrorCode"] == 409
    assert api.post("/email", [GOOD]).json()["ErrorCode"] == 403
    assert api.post("/email/batch", GOOD).json()["ErrorCode"] == 403
    assert api.post("/email/batch", [GOOD] * 501).json()["ErrorCode"] == 410


def test_a_batch_is_answered_one_by_one(api: Api) -> None:
    """One bad email of a batch is refused alone; the others are sent."""
    good, bad, also_good = api.post("/email/batch", [GOOD, {**GOOD, "To": "x"}, GOOD]).json()
    assert (good["ErrorCode"], bad["ErrorCode"], also_good["ErrorCode"]) == (0, 300, 0)
    assert api.search() == [also_good["MessageID"], good["MessageID"]]


def test_templates_are_filled(postmark: Sandbox, api: Api) -> None:
    """A template's places are filled from the model, in a single send and in a batch."""
    template_id = postmark.add_template(
        "quote", subject="Quote {{job}}", html="<p>Dear {{customer.name}}{{missing}}</p>", text="Job {{ job }}"
    )
    model = {"job": 1042, "customer": {"name": "Maria"}}
    wanted = {"From": GOOD["From"], "To": MARIA, "TemplateModel": model}
    sent = api.post("/email/withTemplate", {**wanted, "TemplateAlias": "quote"}).json()
    row = api.details(sent["MessageID"])
    assert (row["Subject"], row["HtmlBody"], row["TextBody"]) == ("Quote 1042", "<p>Dear Maria</p>", "Job 1042")
    batch = {"Messages": [{**wanted, "TemplateId": template_id}, {**wanted, "TemplateAlias": "none"}]}
    codes = [answer["ErrorCode"] for answer in api.post("/email/batchWithTemplates", batch).json()]
    assert codes == [0, 1101]


def test_only_known_senders_may_send(postmark: Sandbox, api: Api) -> None:
    """Once the account has domains or signatures, From must be one of them, and a signature confirmed."""
    postmark.add_domain("alder.example")
    postmark.add_sender("owner@gmail.example", confirmed=False)
    assert api.post("/email", GOOD).json()["ErrorCode"] == 0
    assert api.post("/email", {**GOOD, "From": "me@elsewhere.example"}).json()["ErrorCode"] == 400
    assert api.post("/email", {**GOOD, "From": "owner@gmail.example"}).json()["ErrorCode"] == 401


def test_all_recipients_suppressed_is_refused(postmark: Sandbox, api: Api) -> None:
    """Suppressions hold per stream: all recipients suppressed there is 406, on another stream it is sent."""
    postmark.suppress(MARIA.upper())
    postmark.suppress(BEN)
    refused = api.post("/email", {**GOOD, "To": MARIA, "Cc": BEN})
    assert (refused.status_code, refused.json()["ErrorCode"]) == (422, 406)
    assert f"Found inactive addresses: {MARIA}, {BEN}." in refused.json()["Message"]
    assert api.post("/email", {**GOOD, "To": MARIA, "MessageStream": "broadcast"}).json()["ErrorCode"] == 0
