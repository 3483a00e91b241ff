"""Seen in a Slack that others wrote: installed by OAuth, told of events, answering through Slack's own SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.slack.emulated.emulator import missing
from tests.slack.emulated.workplace import Workplace, buttons, said, until, workplace
from tests.slack.office import MARIA

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "")


@pytest.fixture
def alder(sqlite_url: str) -> Iterator[Workplace]:
    """A workplace with the scopes that are needed, and no other."""
    with workplace(sqlite_url) as running:
        yield running


def test_a_mention_is_answered_in_its_thread(alder: Workplace) -> None:
    """Who mentions Seen is answered in the thread, for everybody; follow-ups there keep the subject."""
    office = alder.channel("office")
    asked = alder.says("rosa", "@seen did they see the quote for 1042?", office)
    first = alder.replies(office, asked, has="Maria Lopez")[-1]
    assert first["thread_ts"] == asked
    assert "clicked" in first["text"]
    assert (first["unfurl_links"], first["unfurl_media"], first["link_names"]) == (False, False, False)
    alder.says("nils", "@seen and the invoice?", office, thread=asked)
    second = alder.replies(office, asked, count=2, has="invoice for job 1042")[-1]
    assert "clicked" not in second["text"]


def test_without_a_mention_nothing_is_said(alder: Workplace) -> None:
    """What people say to each other is none of Seen's business: no message but the one that asks is answered."""
    office = alder.channel("office")
    talk = alder.says("rosa", "1042 is ready to go", office)
    alder.says("nils", f"I wrote to {MARIA}", office, thread=talk)
    asked = alder.says("rosa", "@seen 1042", office)
    alder.replies(office, asked, has="Maria Lopez")
    assert len(alder.client("rosa").conversations_replies(channel=office, ts=talk)["messages"]) == 2


def test_a_direct_message(alder: Workplace) -> None:
    """Direct messages are answered without a mention, once, and Seen never answers itself."""
    alder.says("rosa", MARIA, alder.bot())
    assert "Maria Lopez" in alder.direct("rosa")[-1]["text"]
    alder.says("rosa", "and the invoice?", alder.bot())
    talk = alder.direct("rosa", count=2)
    assert "INV-2207" in talk[-1]["text"]
    alder.says("rosa", "1043", alder.bot())
    talk = alder.direct("rosa", count=3)
    assert [message["user"] == alder.bot() for message in talk] == [False, True] * 3


def test_a_thread_is_read_only_where_that_was_granted(alder: Workplace) -> None:
    """Without the optional scope Seen asks back instead of reading the thread."""
    office = alder.channel("office")
    topic = alder.says("nils", f"{MARIA} called about her boiler", office)
    alder.says("rosa", "@seen did they see the quote?", office, thread=topic)
    assert "Whose email" in alder.replies(office, topic)[-1]["text"]


def test_with_the_optional_scope_the_thread_says_whom_it_is_about(sqlite_url: str) -> None:
    """Where reading was granted, an address written in the thread is enough."""
    with workplace(sqlite_url, with_optional=True) as alder:
        office = alder.channel("office")
        topic = alder.says("nils", f"{MARIA} called about her boiler", office)
        alder.says("rosa", "@seen did they see the quote?", office, thread=topic)
        assert "clicked" in alder.replies(office, topic, has="Maria Lopez")[-1]["text"]


def test_help_is_for_the_asker_alone(alder: Workplace) -> None:
    """Help asked for in a channel is shown to whoever asked, and to nobody else."""
    office = alder.channel("office")
    asked = alder.says("rosa", "@seen help", office)
    assert "/seen 1042" in said(alder.ephemeral("rosa", has="/seen 1042"))
    assert len(alder.client("rosa").conversations_replies(channel=office, ts=asked)["messages"]) == 1


def test_a_command_is_answered_privately_and_shared_on_request(alder: Workplace) -> None:
    """`/seen` is acknowledged without a word and answered at its response URL; Share shows it to the channel."""
    office = alder.channel("office")
    assert alder.command("rosa", "1043", office).content == b""
    private = alder.letter(has="Tom")
    assert private["response_type"] == "ephemeral"
    assert alder.client("rosa").conversations_history(channel=office)["messages"] == []
    share = buttons(private).get("share")
    assert share is not None
    alder.presses("rosa", share, {"ts": "1.1", "blocks": private["blocks"]}, office)
    shared = until(lambda: alder.client("nils").conversations_history(channel=office)["messages"])
    assert alder.user("rosa") in said(shared[0])


def test_a_message_shortcut(alder: Workplace) -> None:
    """The shortcut on a colleague's message answers about what it names, for the asker alone."""
    office = alder.channel("office")
    alder.says("nils", f"Has <mailto:{MARIA}|{MARIA}> seen it?", office)
    message = alder.client("rosa").conversations_history(channel=office)["messages"][0]
    alder.uses_shortcut("rosa", "check_message", on=message, channel=office)
    assert alder.letter(has="Maria Lopez")["response_type"] == "ephemeral"


def test_the_form(alder: Workplace) -> None:
    """The global shortcut opens a form, which says what it can't understand; the answer comes in direct messages."""
    form = alder.window("rosa", lambda: alder.uses_shortcut("rosa", "ask"), has="form_view")
    wrong = alder.submits("rosa", form, {"question": "the invoice since Monday"})
    assert wrong.json()["response_action"] == "errors"
    assert "question" in wrong.json()["errors"]
    assert alder.submits("rosa", form, {"question": "1042"}).content == b""
    assert "Maria Lopez" in alder.direct("rosa")[-1]["text"]


def test_why(alder: Workplace) -> None:
    """Why? opens a window with the reasons, over a message of a thread."""
    office = alder.channel("office")
    asked = alder.says("rosa", "@seen 1043", office)
    reply = alder.replies(office, asked, has="Tom")[-1]
    why = buttons(reply)["why"]
    window = alder.window("nils", lambda: alder.presses("nils", why, reply, office), has="why_view")
    assert "Tom" in json.dumps(window["blocks"])


def test_home(alder: Workplace) -> None:
    """Home is published for whoever opens it, with their own last questions."""
    alder.command("rosa", "1042", alder.channel("office"))
    alder.letter(has="Maria Lopez")
    alder.opens_home("rosa")
    assert "home_again" in json.dumps(alder.home("rosa", has="Postmark"))
    alder.opens_home("nils")
    assert "home_again" not in json.dumps(alder.home("nils", has="Postmark"))
