"""What strangers write into an email reaches Slack as words, on the whole way from Postmark to the message."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.sandbox.slack import Message, Person
from tests.replies.blocks.checking import check_message, check_view
from tests.replies.blocks.test_hostile import HOSTILE, nothing_hidden, nothing_is_interpreted
from tests.slack.office import HOUR, Office


def test_hostile_emails(alder: Office, rosa: Person) -> None:
    """Markup, mentions, links, endless text in an email's subject, name, tag and bounce: shown by no answer as anything
    but words, within every limit.
    """
    for number, word in enumerate(HOSTILE.values(), start=7001):
        send(alder, str(number), word)
    for number, kind in enumerate(HOSTILE, start=7001):
        rosa.command("/seen", str(number), "office")
        count = number - 7000
        alder.until(lambda count=count: len(rosa.sees("office")) >= count)  # type: ignore[misc]
        message = alder.answer(rosa, "office", has=f"job {number}")
        is_harmless(message)
        assert "did not arrive" in message.text.lower(), kind
        rosa.presses("why", on=message)
        window = alder.until(rosa.modal)
        check_view(window.given)
        nothing_is_interpreted(window.blocks)
        rosa.closes()
    assert rosa.sees("owners") == []


def send(alder: Office, number: str, word: str) -> None:
    """An email with the word wherever somebody else's words can stand."""
    at = datetime.now(UTC) - 2 * HOUR
    name = re.sub(r'[\s"\\]+', " ", word)[:200].strip()
    address = f"someone{number}@birch.example"
    sent = alder.sandbox.send(
        f'"{name}" <{address}>' if name else address,
        word[:2000],
        tag=word[:1000] or None,
        metadata={"job_id": number, "note": word[:80]},
        at=at,
    )
    alder.sandbox.bounce(sent, address, said=word, at=at)


def is_harmless(message: Message) -> None:
    check_message(message.blocks, message.text)
    nothing_is_interpreted(message.blocks)
    assert not re.search(r"[<>]", message.text)
    nothing_hidden(message.text)
