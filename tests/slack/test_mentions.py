"""Mentions in threads, and direct messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.slack import Person
from tests.slack.office import MARIA, TOM, Office, actions, said


def test_a_mention_is_answered_in_its_thread(alder: Office, rosa: Person) -> None:
    """Who mentions Seen with a number gets the answer under that message, where everybody sees it."""
    asked = rosa.says("@seen did they see the quote for 1042?", "office").message
    reply = alder.reply(rosa, asked, has="Maria Lopez")
    assert reply.only_for is None
    assert "clicked" in reply.text
    assert "share" not in actions(reply)
    assert alder.record()[-1].way == "mention"


def test_a_thread_keeps_its_subject(alder: Office, rosa: Person) -> None:
    """Follow-ups in a thread need not say again whom they are about, whoever asks them."""
    asked = rosa.says("@seen did they see the quote for 1042?", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    alder.person("nils").says("@seen and the invoice?", to=asked)
    assert "clicked" not in alder.reply(rosa, asked, count=3, has="nvoice for job 1042").text


def test_another_subject_takes_the_place_of_the_first(alder: Office, rosa: Person) -> None:
    """A follow-up that names another customer is about that one, and so is what comes after."""
    asked = rosa.says("@seen 1042", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    rosa.says(f"@seen what about {TOM}?", to=asked)
    alder.reply(rosa, asked, count=3, has="Tom")
    rosa.says("@seen did they get it?", to=asked)
    assert "Tom" in alder.reply(rosa, asked, count=5, has="Tom").text


def test_an_answer_that_was_shared_has_a_subject_too(alder: Office, rosa: Person) -> None:
    """A question under a shared answer is about what was shared."""
    rosa.command("/seen", "1042", "office")
    private = alder.answer(rosa, "office", has="Maria Lopez")
    rosa.presses("share", on=private)
    shared = alder.answer(alder.person("nils"), "office", has="Shared by")
    alder.finished("share")
    rosa.says("@seen and the invoice?", to=shared)
    assert "clicked" not in alder.reply(rosa, shared, count=2, has="nvoice for job 1042").text


def test_what_was_written_in_the_thread_is_read_only_where_allowed(alder: Office, rosa: Person) -> None:
    """With the optional scope the thread's own messages say whom it is about; without it Seen asks."""
    topic = rosa.says(f"{MARIA} wants to know about her boiler", "office").message
    rosa.says("@seen did they see the quote?", to=topic)
    assert "Whose email" in alder.reply(rosa, topic, count=2).text
    alder.slack.app.scopes.add("channels:history")
    rosa.says("@seen did they see the quote?", to=topic)
    assert "clicked" in alder.reply(rosa, topic, count=4, has="Maria Lopez").text


def test_a_thread_with_several_candidates_is_asked_back(alder: Office, rosa: Person) -> None:
    """Where a thread names several customers, Seen asks with a button for each, and the answer takes its place."""
    alder.slack.app.scopes.add("channels:history")
    topic = rosa.says(f"Who calls {MARIA} and {TOM}?", "office").message
    rosa.says("@seen did they see it?", to=topic)
    asked = alder.reply(rosa, topic, count=2, has="Whose email")
    assert {MARIA, TOM} <= set(said(asked).replace('"', " ").split())
    alder.person("nils").presses("pick:0", on=asked)
    alder.until(lambda: "Whose email" not in said(rosa.thread(topic)[-1]))
    assert len(rosa.thread(topic)) == 2
    rosa.says("@seen and now?", to=topic)
    alder.reply(rosa, topic, count=4)
    assert "Whose email" not in said(rosa.thread(topic)[-1])


def test_a_question_about_nobody(alder: Office, rosa: Person) -> None:
    """A mention that names nobody, in no thread, is answered with an example."""
    asked = rosa.says("@seen did they see the invoice?", "office").message
    assert "This works" in alder.reply(rosa, asked).text


@pytest.mark.parametrize("words", ["thanks!", "Thank you so much", "ok, great 👍"])
def test_thanks_are_no_question(alder: Office, rosa: Person, words: str) -> None:
    """Who only says thank you is not given the same answer again, in a thread or in direct messages."""
    asked = rosa.says("@seen 1042", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    rosa.says(f"@seen {words}", to=asked)
    rosa.says("1042")
    alder.answer(rosa, has="Maria Lopez")
    rosa.says(words)
    alder.finished("mention", 2)
    alder.finished("direct_message", 2)
    assert (len(rosa.thread(asked)), len(rosa.sees())) == (2, 3)


def test_direct_messages_work_like_mentions(alder: Office, rosa: Person) -> None:
    """In a direct message nobody has to be mentioned, answers stand in the conversation, and the subject is kept."""
    rosa.says("did they see the quote for 1042?")
    alder.answer(rosa, has="Maria Lopez")
    rosa.says("and the invoice?")
    answer = alder.answer(rosa, has="nvoice for job 1042")
    assert not answer.in_thread
    assert "share" not in actions(answer)
    rosa.says("help")
    alder.answer(rosa, has="/seen 1042")


def test_in_direct_messages_earlier_questions_are_offered(alder: Office, rosa: Person) -> None:
    """Who asks about nobody in a direct message is offered what they asked about before; in a channel never."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    rosa.says("did they see it?")
    asked = alder.answer(rosa, has="Whose email")
    rosa.presses("pick:0", on=asked)
    alder.answer(rosa, has="Maria Lopez")
    public = rosa.says("@seen did they see it?", "office").message
    assert "1042" not in said(alder.reply(rosa, public)).replace("/seen 1042", "").replace("job 1042", "")


def test_bots_and_changes_are_no_questions(alder: Office, rosa: Person) -> None:
    """Seen answers neither itself nor messages that were changed; whatever it posts starts nothing."""
    rosa.says("1042")
    alder.answer(rosa, has="Maria Lopez")
    alder.finished("direct_message")
    assert len(rosa.sees()) == 2


def test_an_event_told_twice_is_answered_once(alder: Office, rosa: Person) -> None:
    """The same event, sent again while the first is being worked on or after, gets no second answer."""
    with alder.slack.holding_events() as held:
        asked = rosa.says("@seen 1042", "office").message
    for event in [*held, *held]:
        alder.tell(event)
    alder.reply(rosa, asked, has="Maria Lopez")
    alder.tell(held[0])
    alder.finished("mention")
    assert len(rosa.thread(asked)) == 1


def test_events_out_of_order(alder: Office, rosa: Person) -> None:
    """Questions that arrive in another order are each answered once, and the thread is about the latest one."""
    alder.slack.app.events.discard("message.channels")
    topic = rosa.says("Two customers today", "office").message
    with alder.slack.holding_events() as held:
        rosa.says("@seen 1042", to=topic)
        rosa.says(f"@seen {TOM}", to=topic)
    for event in reversed(held):
        alder.tell(event)
        alder.until(lambda: all("Looking" not in said(one) for one in rosa.thread(topic)))
    alder.finished("mention", 2)
    assert len(rosa.thread(topic)) == 4
    rosa.says("@seen did they get it?", to=topic)
    assert "Tom" in alder.reply(rosa, topic, count=6, has="Tom").text


def test_an_event_of_an_hour_ago_is_left_alone(alder: Office, rosa: Person) -> None:
    """A question that reaches Seen an hour late is acknowledged, and nobody is bothered with an answer."""
    with alder.slack.holding_events() as held:
        asked = rosa.says("@seen 1042", "office", at=datetime.now(UTC) - timedelta(hours=1)).message
        late = rosa.says("@seen 1042", "office").message
    held[0].body["event_time"] = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
    for event in held:
        alder.tell(event)
    alder.reply(rosa, late, has="Maria Lopez")
    assert rosa.thread(asked) == []
    assert 'seen_slack_events_total{fate="ignore"} 1.0' in alder.metrics()


def test_hostile_words_are_only_words(alder: Office, rosa: Person) -> None:
    """What people write into a mention calls nobody and links nowhere in the answer."""
    asked = rosa.says("@seen did <!channel> <https://evil.example|Bank> see *_~ \u202e 1099?", "office").message
    reply = alder.reply(rosa, asked)
    assert "<!channel>" not in said(reply)
    assert "<https:" not in said(reply)


def test_questions_are_kept_as_people_wrote_them(alder: Office, rosa: Person) -> None:
    """What Slack wraps around addresses and links isn't in the record, nor on Home."""
    asked = rosa.says(f"@seen did {MARIA} open & click?", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    written = rosa.says(f"Ask {TOM}.", "office").message
    rosa.uses_shortcut("check_message", on=written)
    alder.answer(rosa, "office", has="Tom")
    assert "<mailto:" in written.text
    assert [line.question for line in alder.record()] == [
        f"did {MARIA} open & click?",
        f"Ask {TOM}.",
    ]
