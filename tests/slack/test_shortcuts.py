"""The message shortcut, and the form."""

from __future__ import annotations

import pytest

from bot.replies.blocks.actions import Shortcut
from bot.sandbox.slack import Message, Person
from tests.slack.office import MARIA, TOM, Office, choose, said

CHECK, ASK = Shortcut.CHECK_MESSAGE.value, Shortcut.ASK.value


@pytest.fixture
def office_talk(alder: Office) -> Message:
    """A colleague's message that nobody has answered."""
    return alder.person("nils").says("Has the customer of job 1042 seen our quote yet?", "office").message


def test_the_shortcut_answers_about_what_a_message_names(alder: Office, rosa: Person) -> None:
    """On a message with a number, the shortcut answers privately about that number."""
    written = alder.person("nils").says("Has the customer of job 1042 seen our quote yet?", "office").message
    assert rosa.uses_shortcut(CHECK, on=written).taken
    answer = alder.answer(rosa, "office", has="Maria Lopez")
    assert answer.only_for == rosa.user.user_id


def test_in_a_thread_it_answers_there(alder: Office, rosa: Person) -> None:
    """On a message of a thread, the private answer stands in that thread, and is shared into it."""
    topic = rosa.says("Customers", "office").message
    written = rosa.says("What about 1043?", to=topic).message
    rosa.uses_shortcut(CHECK, on=written)
    private = alder.reply(rosa, topic, count=2, has="Tom")
    assert private.only_for == rosa.user.user_id
    rosa.presses("share", on=private)
    nils = alder.person("nils")
    assert alder.reply(nils, topic, count=2, has="Tom").only_for is None


@pytest.mark.parametrize("between", [None, "refresh", "This was right"])
def test_it_is_shared_under_the_message_it_is_about(
    alder: Office, rosa: Person, office_talk: Message, between: str | None
) -> None:
    """On a message that nobody has answered yet, Share begins its thread, whatever was pressed before."""
    rosa.uses_shortcut(CHECK, on=office_talk)
    private = alder.answer(rosa, "office", has="Share to thread")
    assert not private.in_thread
    if between:
        choose(rosa, private, between, between)
        alder.finished("refresh" if between == "refresh" else "right")
        private = alder.answer(rosa, "office", has="Share to thread")
    choose(rosa, private, "share", "Share to thread")
    shared = alder.reply(alder.person("nils"), office_talk, has="Maria Lopez")
    assert shared.only_for is None
    assert [message.ts for message in alder.person("nils").sees("office")] == [office_talk.ts]


def test_who_is_chosen_is_shared_there_too(alder: Office, rosa: Person) -> None:
    """An answer about one of several customers in a message is shared under that message as well."""
    written = rosa.says(f"{MARIA}, {TOM} and ann@fir.example", "office").message
    rosa.uses_shortcut(CHECK, on=written)
    rosa.presses("pick:1", on=alder.answer(rosa, "office", has="Whose email"))
    private = alder.answer(rosa, "office", has="Tom", lacks="Whose email")
    choose(rosa, private, "share", "Share to thread")
    assert "Shared by" in said(alder.reply(alder.person("nils"), written, has="Tom"))


def test_several_customers_in_a_message(alder: Office, rosa: Person) -> None:
    """A message that names more than can be asked about at once is asked back, with a button for each."""
    written = rosa.says(f"{MARIA}, {TOM} and ann@fir.example", "office").message
    rosa.uses_shortcut(CHECK, on=written)
    asked = alder.answer(rosa, "office", has="Whose email")
    rosa.presses("pick:1", on=asked)
    alder.answer(rosa, "office", has="Tom", lacks="Whose email")


def test_a_message_about_nobody(alder: Office, rosa: Person) -> None:
    """On a message without an address or number, the shortcut says what works."""
    written = rosa.says("ok, thanks!", "office").message
    rosa.uses_shortcut(CHECK, on=written)
    alder.answer(rosa, "office", has="This works")


def test_a_bots_message_is_read_in_its_blocks(alder: Office, rosa: Person) -> None:
    """The shortcut finds what a message says in its blocks alone, as other programs' messages do."""
    written = rosa.says("A new job", "office").message
    written.blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Invoice for <mailto:tom@reed.example|Tom>"}}
    ]
    rosa.uses_shortcut(CHECK, on=written)
    alder.answer(rosa, "office", has="Tom")


def test_the_form(alder: Office, rosa: Person) -> None:
    """The global shortcut opens a form; its answer comes in direct messages."""
    rosa.uses_shortcut(ASK)
    alder.until(rosa.modal)
    assert rosa.submits({"question": "1042"}).taken
    assert rosa.modal() is None
    alder.answer(rosa, has="Maria Lopez")
    assert alder.record()[-1].place is None


def test_the_form_says_what_it_did_not_understand(alder: Office, rosa: Person) -> None:
    """A form that can't be understood stays open, and says under the field what works."""
    rosa.uses_shortcut(ASK)
    alder.until(rosa.modal)
    rosa.submits({"question": "the invoice"})
    view = rosa.modal()
    assert view is not None
    assert "This works" in view.given["errors"]["question"]


def test_the_form_is_refused_to_guests(alder: Office) -> None:
    """A guest may open the form, and gets a kind no for an answer."""
    gus = alder.person("gus")
    gus.uses_shortcut(ASK)
    alder.until(gus.modal)
    gus.submits({"question": "1042"})
    assert "1042" not in said(alder.answer(gus, has="full members"))
