"""``/seen …`` as people type it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from prometheus_client import CollectorRegistry
from slack_bolt import BoltRequest

from bot.sandbox.slack import Message, Person
from bot.serving import slack_side
from tests.slack.office import MARIA, Office, actions, choose, office, said


def test_a_number_is_answered_for_the_asker_alone(alder: Office, rosa: Person) -> None:
    """`/seen 1042` is acknowledged without a word, and answered so that only who asked sees it."""
    delivery = rosa.command("/seen", "1042", "office")
    assert delivery.taken
    assert delivery.answer() is None
    message = alder.answer(rosa, "office", has="Maria Lopez")
    assert message.only_for == rosa.user.user_id
    assert "clicked" in message.text
    assert alder.person("nils").sees("office") == []


def test_it_works_where_the_bot_is_no_member(alder: Office, rosa: Person) -> None:
    """The command is answered in channels that nobody has invited Seen to."""
    rosa.command("/seen", MARIA, "general")
    assert alder.answer(rosa, "general", has="Maria Lopez").only_for == rosa.user.user_id


@pytest.mark.parametrize("text", ["", "help", "Hello!"])
def test_help(alder: Office, rosa: Person, text: str) -> None:
    """`/seen` alone and `/seen help` show examples."""
    rosa.command("/seen", text, "office")
    message = alder.answer(rosa, "office", has="/seen 1042")
    assert message.only_for == rosa.user.user_id
    assert alder.record() == []


def test_what_is_not_understood(alder: Office, rosa: Person) -> None:
    """What can't be understood is answered with what was understood, and an example that works."""
    rosa.command("/seen", "the invoice since Monday", "office")
    message = alder.answer(rosa, "office", has="This works")
    assert "invoice" in message.text


def test_nothing_found_says_what_was_searched(alder: Office, rosa: Person) -> None:
    """For an unknown address the answer says where it looked, and offers the address that was meant."""
    rosa.command("/seen", MARIA, "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    rosa.command("/seen", "maria@oakleaf.exmaple", "office")
    message = alder.answer(rosa, "office", has="couldn't find")
    assert MARIA in said(message)
    rosa.presses("pick:0", on=message)
    assert "clicked" in alder.answer(rosa, "office", has="Maria Lopez").text


def test_every_question_is_recorded(alder: Office, rosa: Person) -> None:
    """Who asked what, where and when, stands in the record; so does whoever was refused, and why."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    alder.person("gus").command("/seen", "1043", "office")
    alder.answer(alder.person("gus"), "office", has="full members")
    first, second = alder.record()
    assert (first.who, first.place, first.way, first.question, first.refused) == (
        rosa.user.user_id,
        alder.channel("office"),
        "command",
        "1042",
        None,
    )
    assert (second.question, second.refused) == ("1043", "guest")


def test_a_name_that_fits_several_people(alder: Office, rosa: Person) -> None:
    """A name that fits two people is asked back with a button for each; pressing one answers in the same place."""
    alder.sandbox.send("Maria Lund <m.lund@birch.example>", "Your booking", metadata={"job_id": "7"})
    for known, name in ((MARIA, "Maria Lopez"), ("m.lund@birch.example", "Maria Lund")):
        rosa.command("/seen", known, "office")
        alder.answer(rosa, "office", has=name)
    count = len(rosa.sees("office"))
    rosa.command("/seen", "Maria", "office")
    asked = alder.answer(rosa, "office", has="Which one")
    assert {"pick:0", "pick:1"} <= set(actions(asked))
    rosa.presses("pick:0", on=asked)
    alder.until(lambda: "Which one" not in said(rosa.sees("office")[-1]))
    assert len(rosa.sees("office")) == count + 1


def test_share(alder: Office, rosa: Person) -> None:
    """The button "Share to channel" shows the answer to everybody, says who shared it, and can't be pressed twice."""
    rosa.command("/seen", "1043", "office")
    private = alder.answer(rosa, "office", has="Tom")
    choose(rosa, private, "share", "Share to channel")
    nils = alder.person("nils")
    shared = alder.answer(nils, "office", has="Tom")
    assert shared.only_for is None
    assert f"<@{rosa.user.user_id}>" in said(shared)
    alder.until(lambda: "Share to channel" not in said(_private(rosa)))
    assert "Shared to the channel" in _private(rosa).text
    assert alder.record()[-1].way == "share"


def test_sharing_can_be_undone(alder: Office, rosa: Person) -> None:
    """Who has shared an answer takes it back with one click, and may share it again."""
    rosa.command("/seen", "1043", "office")
    choose(rosa, alder.answer(rosa, "office", has="Tom"), "share", "Share to channel")
    nils = alder.person("nils")
    alder.answer(nils, "office", has="Tom")
    alder.until(lambda: "Undo sharing" in said(_private(rosa)))
    rosa.presses("undo_share", on=_private(rosa))
    alder.until(lambda: nils.sees("office") == [])
    alder.until(lambda: "Share to channel" in said(_private(rosa)))


def test_two_clicks_share_once(alder: Office, rosa: Person) -> None:
    """Who clicks Share twice in haste, or while Slack is slow, shares once."""
    rosa.command("/seen", "1042", "office")
    private = alder.answer(rosa, "office", has="Share to channel")
    with alder.slack.fault("slow", seconds=0.3, method="chat.postMessage"), ThreadPoolExecutor(4) as fingers:
        list(fingers.map(lambda _: rosa.presses("share", on=private), range(4)))
        alder.finished("share", 4)
    assert sum("Shared by" in said(message) for message in alder.person("nils").sees("office")) == 1


def test_sharing_where_nobody_may_write(alder: Office, rosa: Person) -> None:
    """In a channel that was archived since, sharing says so instead of failing."""
    rosa.command("/seen", "1042", "office")
    private = alder.answer(rosa, "office", has="Share to channel")
    alder.slack.workspace.place("office").archived = True
    rosa.presses("share", on=private)
    alder.answer(rosa, "office", has="write there any more")


def test_sharing_where_the_bot_is_no_member_says_what_to_do(alder: Office, rosa: Person) -> None:
    """Where Seen isn't in the channel, sharing says that it has to be invited, and the answer stays."""
    rosa.command("/seen", "1043", "general")
    private = alder.answer(rosa, "general", has="Tom")
    choose(rosa, private, "share", "Share to channel")
    alder.answer(rosa, "general", has="/invite")
    assert alder.person("nils").sees("general") == []


def test_show_more(alder: Office, rosa: Person) -> None:
    """Beyond ten lines there is "Show more", which shows them in the same message."""
    for number in range(20):
        alder.sandbox.send(f"Maria Lopez <{MARIA}>", f"Reminder {number}", metadata={"job_id": "900"})
    rosa.command("/seen", "900", "office")
    short = alder.answer(rosa, "office", has="Show more")
    shown, lines = short.ts, short.text.count("\nReminder")
    rosa.presses("more", on=short)
    longer = alder.answer(rosa, "office", has="Reminder", lacks="Show more")
    assert longer.ts == shown
    assert longer.text.count("\nReminder") > lines == 10


def test_many_at_once_while_postmark_hangs(sqlite_url: str) -> None:
    """Fifty commands at once, with a Postmark that doesn't answer: each is acknowledged without waiting for it, and
    answered from the own records.
    """
    with office(sqlite_url) as alder:
        rosa = alder.person("rosa")
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Maria Lopez")
        with alder.sandbox.fault("hang"), ThreadPoolExecutor(50) as crowd:
            numbers = ["1042" if number % 2 else MARIA for number in range(50)]
            deliveries = list(crowd.map(lambda text: rosa.command("/seen", text, "office"), numbers))
            assert [delivery.status for delivery in deliveries] == [200] * 50
            alder.until(lambda: len(rosa.sees("office")) >= 51)
            assert all("Maria Lopez" in said(message) for message in rosa.sees("office"))
        alder.until(lambda: sum("Looking" not in said(message) for message in rosa.sees("office")) == 51)


def test_slow_postmark(alder: Office, rosa: Person) -> None:
    """While Postmark is slow, an unknown number shows "Looking"; then comes the answer."""
    with alder.sandbox.fault("hang"):
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Looking", lacks="")
    assert "clicked" in alder.answer(rosa, "office", has="1042").text


def test_the_own_records_answer_first(alder: Office, rosa: Person) -> None:
    """What is known here is shown while Postmark is still asked; then comes the whole answer."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    with alder.sandbox.fault("hang"):
        rosa.command("/seen", "did maria see the invoice", "office")
        first = alder.answer(rosa, "office", has="INV-2207", lacks="")
        assert "Looking" in said(first)
    alder.answer(rosa, "office", has="INV-2207")


def test_a_quick_postmark_is_answered_in_one_message(alder: Office, rosa: Person) -> None:
    """As long as Postmark is quick, a question gets one message, and nothing is said twice."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    alder.finished("command")
    assert len(rosa.sees("office")) == 1


def test_when_too_much_is_going_on_it_says_so(alder: Office, rosa: Person) -> None:
    """What can't be taken any more is answered at once with the advice to ask again."""
    side = slack_side(alder.app, CollectorRegistry())
    assert side is not None
    side.services.work.close(5)
    url = alder.slack.workspace.new_response_url(rosa.user.user_id, alder.channel("office"))
    body = urlencode({"command": "/seen", "text": "1042", "user_id": rosa.user.user_id, "response_url": url})
    answer = side.app.dispatch(BoltRequest(body=body))
    assert answer.status == 200
    assert "Ask again in a minute" in json.loads(answer.body)["text"]


def _private(rosa: Person) -> Message:
    return next(message for message in rosa.sees("office") if message.only_for)
