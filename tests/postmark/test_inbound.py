from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.postmark import webhooks
from store.records import Event, EventKind
from tests.postmark import samples
from tests.postmark.samples import MESSAGE_ID, MISSING, NOW

OTHER = "11111111-2222-4333-8444-555555555555"


def parse(**changes: Any) -> Event:
    return webhooks.parse(samples.inbound(**changes), received_at=NOW).event


def headers(**named: str) -> list[dict[str, str]]:
    return [{"Name": name.replace("_", "-"), "Value": value} for name, value in named.items()]


ANSWER = {"In_Reply_To": f"<{MESSAGE_ID}@mtasv.net>"}


def test_an_answer_is_a_reply_of_its_sender() -> None:
    """A customer's answer counts for the email it answers, for the address that answered, at the time it was sent."""
    event = parse()
    assert (event.kind, event.message_id, event.recipient_key) == (EventKind.REPLY, MESSAGE_ID, samples.CUSTOMER)
    assert event.at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert event.key == "inbound:a7c1b9a2-1d2e-4a55-8d2f-60a8d43a1f20"


@pytest.mark.parametrize(
    ("named", "message_id"),
    [
        ({"References": f"<a@b.example> <{OTHER}@mtasv.net> <{MESSAGE_ID}@mtasv.net>"}, MESSAGE_ID),
        ({"References": f"<{OTHER}@mtasv.net>", "In_Reply_To": f"<{MESSAGE_ID}@mtasv.net>"}, MESSAGE_ID),
        ({"References": f"<{MESSAGE_ID}@mtasv.net>", "In_Reply_To": "<abc@mail.millpond.example>"}, MESSAGE_ID),
        ({"in_reply_to": f"<{MESSAGE_ID.upper()}@MTASV.NET>"}, MESSAGE_ID),
    ],
)
def test_the_email_answered_is_found(named: dict[str, str], message_id: str) -> None:
    """In-Reply-To names the email answered; where it does not, the newest of References does."""
    event = parse(Headers=headers(**named))
    assert (event.kind, event.message_id) == (EventKind.REPLY, message_id)


@pytest.mark.parametrize(
    "value", [[], None, "x", headers(In_Reply_To="<abc@mail.millpond.example>"), [None, {"Name": 3}]]
)
def test_an_email_that_answers_none_of_ours_is_no_reply(value: object) -> None:
    """Other incoming email is kept as a record and is no evidence of anything."""
    event = parse(Headers=value)
    assert (event.kind, event.message_id) == (EventKind.UNKNOWN, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"Headers": headers(**ANSWER, Auto_Submitted="auto-replied")},
        {"Headers": headers(**ANSWER, Precedence="bulk")},
        {"Headers": headers(**ANSWER, X_Autoreply="yes")},
        {"Headers": headers(**ANSWER, Return_Path="<>")},
        {"Subject": "Automatic reply: Quote for job 3107"},
        {"Subject": "Out of Office: back on Monday"},
        {"Subject": "Abwesenheitsnotiz"},
        {"Subject": "Réponse automatique : devis"},
    ],
)
def test_an_out_of_office_note_is_no_reply(changes: dict[str, Any]) -> None:
    """What a program answered while its owner was away is told apart from an answer."""
    assert parse(**changes).kind is EventKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"Subject": "Automatic reply: out of office until 3 December"}, "until 3 December"),
        (
            {"Subject": "Automatic reply", "TextBody": "I'm in Spain until 3 December. My PIN is 1234."},
            "until 3 December",
        ),
        ({"Subject": "Automatic reply", "TextBody": "My PIN is 1234."}, None),
        ({"Subject": "Re: quote", "TextBody": "I'm away until 3 December"}, None),
    ],
)
def test_of_an_out_of_office_note_only_the_day_is_kept(changes: dict[str, Any], kept: str | None) -> None:
    """Until when somebody is away is kept, in their words, and nothing else of the note; of an answer, nothing."""
    assert parse(**changes).detail == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"Headers": headers(**ANSWER, Auto_Submitted="no")},
        {"Subject": "Re: Automatic garage door, quote 3107"},
        {"Subject": "We were out of office, yes please"},
        {"Subject": None},
    ],
)
def test_a_persons_answer_is_not_taken_for_a_programs(changes: dict[str, Any]) -> None:
    """Words that only look like an automatic note don't turn a customer's answer into one."""
    assert parse(**changes).kind is EventKind.REPLY


@pytest.mark.parametrize(
    "changes",
    [
        {"Headers": headers(**ANSWER, Content_Type="multipart/report; report-type=delivery-status")},
        {"FromFull": {"Email": "MAILER-DAEMON@mx.millpond.example"}},
    ],
)
def test_a_mail_servers_report_is_no_answer_at_all(changes: dict[str, Any]) -> None:
    """A mail server that reports a failure is neither the customer nor a working mailbox."""
    assert parse(**changes).kind is EventKind.UNKNOWN


@pytest.mark.parametrize(
    "date", [MISSING, None, "yesterday", "Fri, 99 Nov 2026 10:30:00 +0100", "1 Jan 1985 00:00 +0000", 5]
)
def test_an_answer_without_a_date_counts_when_it_came(date: object) -> None:
    """An answer whose date cannot be read counts at the time it arrived, and says so."""
    event = parse(Date=date)
    assert (event.at, event.at_is_arrival) == (NOW, True)


def test_the_senders_name_may_hide_the_address() -> None:
    """The answering address is found in ``From`` where Postmark's own field lacks it."""
    assert parse(FromFull={}, From="Ruth Amsel <Ruth@Millpond.example>").recipient_key == samples.CUSTOMER
    assert parse(FromFull=None, From=None).recipient is None
