"""The bodies that Postmark's web page posts when somebody presses "send test"."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.sandbox import payloads
from bot.sandbox.parts import Link, Mailbox
from bot.sandbox.readers import BROWSER
from bot.sandbox.rules import Json
from bot.sandbox.state import Account, Bounce, Look, Mail, Server, Suppression

JOHN = "john@example.com"


def bodies(account: Account, server: Server, stream: str) -> list[Json]:
    """One of each type: a message ID of zeros, John's address, the ID 42, and times without a fraction."""
    now = account.clock.now().replace(microsecond=0)
    mail = Mail(
        message_id="00000000-0000-0000-0000-000000000000",
        stream=stream,
        received_at=now,
        sender="sender@example.com",
        subject="Test subject",
        to=(Mailbox(JOHN, None),),
        tag="Test",
        metadata={"a_key": "a_value"},
        kept_until=now,
    )
    bounce = Bounce(bounce_id=42, mail=mail, type="HardBounce", email=JOHN, at=now, said="Test", inactive=True)
    look = Look(recipient=JOHN, at=now, reader=BROWSER, read_seconds=5)
    click = replace(look, link=Link("https://example.com", "HTML", tracked=True), read_seconds=None)
    change = Suppression(email=JOHN, reason="HardBounce", origin="Recipient", at=now)
    told = [
        payloads.delivery(server, mail, JOHN, at=now, said="Test delivery webhook details"),
        payloads.bounce(account, server, bounce),
        payloads.bounce(account, server, replace(bounce, type="SpamComplaint")),
        payloads.opened(mail, look),
        payloads.clicked(mail, click),
        payloads.changed(server, stream, change, mail, suppress=True),
    ]
    return [{name: _without_fraction(value) for name, value in body.items()} for body in told]


def _without_fraction(value: object) -> object:
    return re.sub(r"(T\d\d:\d\d:\d\d)\.\d{7}Z$", r"\1Z", value) if isinstance(value, str) else value
