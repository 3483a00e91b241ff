"""The official SDK, ``postmark-python``, reads the stand-in's answers: its models are strict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from postmark import AccountClient, ServerClient
from postmark.exceptions import InactiveRecipientException, InvalidAPIKeyException, PostmarkAPIException

from bot.sandbox import Sandbox, readers
from bot.sandbox.rules import BOUNCE_TYPES
from tests.sandbox.callers import BEN, LINKS, MARIA
from tests.sandbox.conftest import MONDAY

Asked = Callable[[Any], Coroutine[Any, Any, Any]]

MAIL = {"sender": "office@alder.example", "to": MARIA, "subject": "Quote", "html_body": LINKS, "metadata": {"job": "1"}}


@pytest.fixture
def ask(postmark: Sandbox) -> Callable[[Asked], Any]:
    """Asks the stand-in through the SDK, with the office's token."""
    return _asker(lambda: ServerClient("office-token", retries=0, base_url=postmark.url))


@pytest.fixture
def ask_account(postmark: Sandbox) -> Callable[[Asked], Any]:
    """Asks the stand-in through the SDK, with the account's token."""
    return _asker(lambda: AccountClient("account-token", retries=0, base_url=postmark.url))


def _asker(client: Callable[[], Any]) -> Callable[[Asked], Any]:
    async def run(question: Asked) -> Any:
        async with client() as found:
            return await question(found)

    return lambda question: asyncio.run(run(question))


def test_the_sdk_sends(ask: Callable[[Asked], Any]) -> None:
    """What the SDK sends, alone and in a batch, is accepted and found by its metadata."""
    sent = ask(lambda client: client.outbound.send(MAIL))
    assert sent.success
    several = ask(lambda client: client.outbound.send_batch([MAIL, MAIL]))
    assert all(answer.success for answer in several)
    page = ask(lambda client: client.outbound.list(metadata={"job": "1"}, message_stream="outbound"))
    assert page.total == 3
    assert page.items[-1].message_id == sent.message_id


def test_the_sdk_reads_a_whole_history(postmark: Sandbox, ask: Callable[[Asked], Any]) -> None:
    """The SDK's models take details with every kind of event, and opens and clicks by every named reader."""
    quote = postmark.send(f'"Voss, Maria" <{MARIA}>', "Quote", cc=BEN, html=LINKS, text="Hello")
    postmark.defer(quote)
    postmark.deliver(quote, at=MONDAY + timedelta(seconds=4))
    for name, reader in vars(readers).items():
        if isinstance(reader, readers.Reader):
            message_id = postmark.send(MARIA, name, html=LINKS)
            assert postmark.open(message_id, MARIA, by=reader)
            assert postmark.click(message_id, MARIA, by=reader)
    postmark.open(quote, MARIA)
    postmark.sweep_links(quote, MARIA)
    postmark.bounce(quote, BEN)
    details = ask(lambda client: client.outbound.get(quote))
    assert {event.type.value for event in details.message_events} == {
        "Transient",
        "Delivered",
        "Opened",
        "LinkClicked",
        "Bounced",
        "SubscriptionChanged",
    }
    assert ask(lambda client: client.outbound.list_opens()).total == len(
        ask(lambda client: client.outbound.list()).items
    )
    assert ask(lambda client: client.outbound.list_message_clicks(quote)).total == 2
    assert ask(lambda client: client.outbound.list_clicks(platform="Mobile")).total == 2
    assert "Subject: Quote" in ask(lambda client: client.outbound.get_dump(quote)).body


def test_the_sdk_reads_every_bounce(postmark: Sandbox, ask: Callable[[Asked], Any]) -> None:
    """The SDK's models take bounces of every type, complaints, dumps, statistics and activation."""
    for kind in BOUNCE_TYPES.keys() - {"SpamComplaint"}:
        postmark.bounce(postmark.send(f"{kind}@oakleaf.example", kind), f"{kind}@oakleaf.example", type=kind)
    postmark.complain(postmark.send(MARIA, "Quote"), MARIA)
    page = ask(lambda client: client.bounces.list())
    assert {bounce.type.value for bounce in page.items} == BOUNCE_TYPES.keys()
    (hard,) = [bounce for bounce in page.items if bounce.can_activate]
    assert ask(lambda client: client.bounces.get(hard.id)).email == "HardBounce@oakleaf.example"
    assert ask(lambda client: client.bounces.get_dump(hard.id)).body
    assert ask(lambda client: client.bounces.activate(hard.id)).bounce.inactive is False
    assert ask(lambda client: client.bounces.get_delivery_stats()).inactive_mails == 1


def test_the_sdk_manages_a_server(postmark: Sandbox, ask: Callable[[Asked], Any]) -> None:
    """The SDK's models take suppressions, webhooks, streams and settings, read and changed."""
    assert [row.status for row in ask(lambda c: c.suppressions.create("outbound", [MARIA]))] == ["Suppressed"]
    assert [row.email_address for row in ask(lambda c: c.suppressions.dump("outbound", email_address=MARIA))] == [MARIA]
    assert [row.status for row in ask(lambda c: c.suppressions.delete("outbound", [MARIA]))] == ["Deleted"]
    made = ask(lambda c: c.webhooks.create("https://seen.example", http_auth={"Username": "a", "Password": "b"}))
    assert ask(lambda c: c.webhooks.edit(made.id, triggers={"Open": {"Enabled": True}})).triggers.open.enabled
    assert [hook.id for hook in ask(lambda c: c.webhooks.list("outbound"))] == [made.id]
    assert ask(lambda c: c.webhooks.delete(made.id)).error_code == 0
    assert ask(lambda c: c.stream.list(include_archived=True)).total == 3
    assert ask(lambda c: c.stream.get("outbound")).id == "outbound"
    assert ask(lambda c: c.server.get()).track_opens is True


def test_the_sdk_reads_the_account(postmark: Sandbox, ask_account: Callable[[Asked], Any]) -> None:
    """The SDK's models take domains with their details, and sender signatures."""
    domain_id = postmark.add_domain("alder.example")
    postmark.add_sender("office@alder.example", "Alder Heating")
    assert [row.name for row in ask_account(lambda client: client.domain.list()).items] == ["alder.example"]
    assert ask_account(lambda client: client.domain.get(domain_id)).dkim_verified is True
    assert ask_account(lambda client: client.domain.verify_return_path(domain_id)).id == domain_id
    assert [row.confirmed for row in ask_account(lambda client: client.signature.list()).items] == [True]


def test_the_sdk_knows_the_errors(postmark: Sandbox, ask: Callable[[Asked], Any]) -> None:
    """The SDK reads suppressed addresses out of a refusal, and tells a wrong token and an expired message."""
    postmark.suppress(MARIA)
    with pytest.raises(InactiveRecipientException) as refused:
        ask(lambda client: client.outbound.send(MAIL))
    assert refused.value.inactive_recipients == [MARIA]
    with pytest.raises(PostmarkAPIException) as missing:
        ask(lambda client: client.outbound.get("00000000-0000-0000-0000-000000000000"))
    assert (missing.value.error_code, missing.value.http_status) == (701, 422)
    with pytest.raises(InvalidAPIKeyException):
        _asker(lambda: ServerClient("wrong", retries=0, base_url=postmark.url))(lambda client: client.server.get())
