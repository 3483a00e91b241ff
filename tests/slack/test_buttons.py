"""The buttons under an answer, in windows too, and what stands where they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.replies.blocks.actions import Value, mark_of
from bot.sandbox.slack import Message, Person, Role
from store import deeds, marks
from store.marks import Said
from store.records import Question, Subject, SubjectKind
from tests.slack.office import MARIA, TOM, Office, actions, choose, office, options, said

ANN = "ann@fir.example"


@pytest.fixture
def seen(alder: Office, rosa: Person) -> Message:
    """A private answer: Maria has clicked."""
    rosa.command("/seen", "quote 1042", "office")
    return alder.answer(rosa, "office", has="clicked")


@pytest.fixture
def refused(alder: Office, rosa: Person) -> Message:
    """A private answer: Tom's mailbox refused the email."""
    rosa.command("/seen", "1043", "office")
    return alder.answer(rosa, "office", has="Tom")


def test_refresh(alder: Office, rosa: Person, seen: Message) -> None:
    """The button "Refresh" asks again, and the answer takes the place of the old one."""
    choose(rosa, seen, "refresh", "Refresh")
    alder.finished("refresh")
    assert len(rosa.sees("office")) == 1
    assert alder.record()[-1].way == "refresh"


def test_why(alder: Office, rosa: Person, seen: Message) -> None:
    """The button "Why?" opens a window with the reasons and the sum behind the answer."""
    rosa.presses("why", on=seen)
    view = alder.until(rosa.modal)
    assert "Safari" in str(view.given)
    assert view.given["title"]["text"] == "Why?"


def test_copy_draft(alder: Office, rosa: Person, refused: Message) -> None:
    """The button "Copy draft" opens a window with the ready words."""
    rosa.presses("copy_draft", on=refused)
    view = alder.until(rosa.modal)
    assert "Tom" in view.blocks[-1]["element"]["initial_value"]


def test_handled_with_a_note(alder: Office, rosa: Person, refused: Message) -> None:
    """The button "Handled" asks for a note, and gives way to who did it, when and how; that can be undone."""
    rosa.presses("handled", on=refused)
    alder.until(rosa.modal)
    rosa.submits({"note": "Called <!channel> him"})
    done = alder.answer(rosa, "office", has="Handled by")
    assert done.ts == refused.ts
    assert "handled" not in actions(done)
    assert rosa.user.user_id in said(done)
    assert "<!channel>" not in done.text
    nils = alder.person("nils")
    nils.command("/seen", "1043", "office")
    theirs = alder.answer(nils, "office", has="Handled by")
    nils.presses("undo_handled", on=theirs)
    again = alder.answer(nils, "office", has="Tom", lacks="Handled by")
    assert "handled" in actions(again)


def test_the_draft_can_be_marked_as_handled(alder: Office, rosa: Person, refused: Message) -> None:
    """Who sends the window with the draft marks the email as handled."""
    rosa.presses("copy_draft", on=refused)
    alder.until(rosa.modal)
    rosa.submits()
    alder.answer(rosa, "office", has="Handled by")


def test_handled_twice_is_handled_once(alder: Office, rosa: Person, refused: Message) -> None:
    """When two people mark the same email as handled, the first one stands."""
    rosa.presses("handled", on=refused)
    alder.until(rosa.modal)
    nils = alder.person("nils")
    nils.command("/seen", "1043", "office")
    nils.presses("handled", on=alder.answer(nils, "office", has="Tom"))
    alder.until(nils.modal)
    rosa.submits({"note": "first"})
    alder.answer(rosa, "office", has="first")
    nils.submits({"note": "second"})
    assert "second" not in said(alder.answer(nils, "office", has="first"))


def _handle(alder: Office, person: Person, message: Message, note: str) -> Message:
    person.presses("handled", on=message)
    alder.until(person.modal)
    person.submits({"note": note})
    return alder.answer(person, "office", has=note)


def test_a_window_that_stayed_open_for_an_hour(alder: Office, rosa: Person) -> None:
    """A note written into a window that was open for long still changes the message of the thread, and nothing more."""
    asked = rosa.says("@seen 1043", "office").message
    reply = alder.reply(rosa, asked, has="Tom")
    rosa.presses("handled", on=reply)
    alder.until(rosa.modal)
    alder.slack.forward(timedelta(hours=1))
    rosa.submits({"note": "Called him."})
    assert alder.reply(alder.person("nils"), asked, has="Called him.").ts == reply.ts
    alder.finished("handled", 2)
    assert rosa.sees() == []


@pytest.mark.parametrize("words", ["видел ли клиент смету " * 20, "é" * 280, "🙂" * 280, "&<>" * 90, '"\\' * 140])
def test_questions_in_any_letters(alder: Office, rosa: Person, words: str) -> None:
    """However long a question is and whatever its letters, windows open over its answer and buttons keep working."""
    rosa.command("/seen", f"1043 {words}"[:300], "office")
    message = alder.answer(rosa, "office", has="Tom")
    for action in ("why", "copy_draft", "handled"):
        rosa.presses(action, on=message)
        alder.until(rosa.modal)
        if action != "handled":
            rosa.closes()
    rosa.submits({"note": "Called."})
    alder.answer(rosa, "office", has="Handled by")


def test_an_old_undo_takes_back_nothing_newer(alder: Office, rosa: Person, refused: Message) -> None:
    """Undo is about what stood beside it: pressed again later, it leaves alone what somebody has done since."""
    nils = alder.person("nils")
    done = _handle(alder, rosa, refused, "Left a message.")
    old = Message(ts=done.ts, channel=done.channel, user=done.user, blocks=done.blocks, only_for=done.only_for)
    theirs = _answer(alder, nils, "1043", "Left a message.")
    nils.presses("undo_handled", on=theirs)
    free = alder.answer(nils, "office", has="Tom", lacks="Handled by")
    _handle(alder, nils, free, "Called him.")
    done.blocks = old.blocks
    rosa.presses("undo_handled", on=done)
    alder.finished("undo_handled", 2)
    assert "Called him." in said(alder.answer(rosa, "office", has="Tom"))
    with alder.database.read() as connection:
        (standing,) = deeds.of_trails(connection, [_trail(alder, TOM, "1043")])
    assert standing.note == "Called him."


def test_two_opinions_are_taken_back_one_by_one(alder: Office, rosa: Person, seen: Message) -> None:
    """When two people disagree about an answer, both are shown, and each Undo takes back its own."""
    nils = alder.person("nils")
    theirs = _answer(alder, nils, "did maria see the quote", "clicked")
    old = options(theirs)["This was wrong"]
    rosa.chooses("menu", options(seen)["This was right"], on=seen)
    alder.answer(rosa, "office", has="Marked as right by")
    nils.chooses("menu", old, on=theirs)
    both = alder.answer(nils, "office", has="Marked as wrong by")
    assert "Marked as right by" in said(both)
    nils.presses("undo_mark:1", on=both)
    alder.answer(nils, "office", has="Marked as right by", lacks="Marked as wrong by")
    with alder.database.read() as connection:
        assert [mark.said for mark in marks.standing(connection)] == [Said.RIGHT]


@pytest.mark.parametrize(("line", "what"), [("This was right", Said.RIGHT), ("This was wrong", Said.WRONG)])
def test_right_and_wrong(alder: Office, rosa: Person, seen: Message, line: str, what: Said) -> None:
    """A word on an answer is kept with the verdict as it was, shown in its place, and can be taken back."""
    rosa.chooses("menu", options(seen)[line], on=seen)
    marked = alder.answer(rosa, "office", has=f"Marked as {what.value} by")
    assert line not in options(marked)
    with alder.database.read() as connection:
        (mark,) = marks.standing(connection)
    assert (mark.said, mark.seen, mark.recipient_key, mark.way) == (what, what is Said.RIGHT, MARIA, "slack")
    assert mark.probability > 0.9
    assert mark.version
    assert "person_click" in mark.evidence
    rosa.presses("undo_mark", on=marked)
    alder.answer(rosa, "office", has="clicked", lacks="Marked as")
    with alder.database.read() as connection:
        assert list(marks.standing(connection)) == []


def test_right_in_the_window(alder: Office, rosa: Person, seen: Message) -> None:
    """The window "Why?" asks for the same, and both it and the message show what was said."""
    rosa.presses("why", on=seen)
    alder.until(rosa.modal)
    rosa.presses("right")
    alder.answer(rosa, "office", has="Marked as right by")
    alder.until(lambda: "undo_mark" in str(rosa.modal().blocks))  # type: ignore[union-attr]
    assert "Marked as right by" in str(rosa.modal().blocks)  # type: ignore[union-attr]
    rosa.presses("undo_mark")
    alder.until(lambda: "undo_mark" not in str(rosa.modal().blocks))  # type: ignore[union-attr]
    alder.answer(rosa, "office", has="clicked", lacks="Marked as right by")


def _complained(alder: Office) -> None:
    """An email that Ann has reported as spam: nobody but her can undo that."""
    message_id = alder.sandbox.send(f"Ann Fir <{ANN}>", "Your offer", metadata={"job_id": "1044"})
    alder.sandbox.deliver(message_id)
    alder.sandbox.complain(message_id, ANN)


def _answer(alder: Office, person: Person, number: str, has: str) -> Message:
    person.command("/seen", number, "office")
    return alder.answer(person, "office", has=has)


def _unblock(value: Value, person: Person, message: Message) -> None:
    """Presses "Unblock address", which may not be offered."""
    message.blocks = [
        *message.blocks,
        {
            "type": "actions",
            "block_id": "unblock",
            "elements": [
                {
                    "type": "button",
                    "action_id": "unblock",
                    "text": {"type": "plain_text", "text": "Unblock address"},
                    "value": value.encode(),
                }
            ],
        },
    ]
    person.presses("unblock", on=message)


def _value(alder: Office, address: str, number: str) -> Value:
    question = Question(text=number, subjects=(Subject(SubjectKind.REFERENCE, number),))
    entry = alder.app.answer(question, now=datetime.now(UTC), offline=True).entries[0]
    assert entry.trail.recipient.key == address
    return Value(question=number, message_id=entry.trail.message.message_id, recipient=mark_of(address))


def _trail(alder: Office, address: str, number: str) -> tuple[str, str]:
    return str(_value(alder, address, number).message_id), address


def _asked_to_unblock(alder: Office) -> int:
    return len([one for one in alder.sandbox.requests if one.path.endswith("/suppressions/delete")])


def test_only_those_who_may_unblock(alder: Office, rosa: Person) -> None:
    """A member who is no admin can't have an address unblocked, and is told so; Postmark hears nothing of it."""
    message = _answer(alder, rosa, "1043", "Tom")
    _unblock(_value(alder, TOM, "1043"), rosa, message)
    alder.answer(rosa, "office", has="unblocking an address")
    assert _asked_to_unblock(alder) == 0


def test_unblocking(alder: Office) -> None:
    """An admin has an address unblocked, Postmark is asked once, and who did it stands in the button's place."""
    adam = alder.person("adam")
    message = _answer(alder, adam, "1043", "Tom")
    value = _value(alder, TOM, "1043")
    _unblock(value, adam, message)
    done = alder.answer(adam, "office", has="Address unblocked by")
    assert done.ts == message.ts
    _unblock(value, adam, done)
    alder.finished("unblock", 2)
    assert _asked_to_unblock(alder) == 1


def test_two_people_unblock_at_once(alder: Office) -> None:
    """When two people press at the same moment, Postmark is asked once, and the second hears that it is being done."""
    adam, rosa = alder.person("adam"), alder.person("rosa")
    rosa.user.role = Role.ADMIN
    pairs = [(person, _answer(alder, person, "1043", "Tom")) for person in (adam, rosa)]
    value = _value(alder, TOM, "1043")

    def told(words: str) -> int:
        return sum(words in said(message) for person, _ in pairs for message in person.sees("office"))

    with alder.sandbox.fault("hang"), ThreadPoolExecutor(2) as both:
        list(both.map(lambda pair: _unblock(value, *pair), pairs))
        alder.until(lambda: told("it is being done"))
    alder.finished("unblock", 2)
    assert _asked_to_unblock(alder) == 1
    assert told("Address unblocked by") == 1
    assert told("it is being done") == 1


def test_postmark_says_no(alder: Office) -> None:
    """Where Postmark refuses to unblock, its own words are shown."""
    _complained(alder)
    adam = alder.person("adam")
    message = _answer(alder, adam, "1044", "Ann")
    _unblock(_value(alder, ANN, "1044"), adam, message)
    assert "authority to change this suppression" in alder.answer(adam, "office", has="did not unblock").text


def test_named_people_may_unblock(sqlite_url: str) -> None:
    """SEEN_UNBLOCK_USERS names who may, and then admins who aren't named may not."""
    with office(sqlite_url, seen_unblock_users="rosa") as alder:
        adam, rosa = alder.person("adam"), alder.person("rosa")
        message = _answer(alder, adam, "1043", "Tom")
        value = _value(alder, TOM, "1043")
        _unblock(value, adam, message)
        alder.answer(adam, "office", has="unblocking an address")
        _unblock(value, rosa, _answer(alder, rosa, "1043", "Tom"))
        alder.answer(rosa, "office", has="Address unblocked by")


def test_a_button_outlives_no_permission(alder: Office, rosa: Person, seen: Message) -> None:
    """Who has become a guest since gets a kind no from every button, and nothing changes."""
    rosa.user.role = Role.GUEST
    before = said(seen)
    for press in ("why", "refresh", "share"):
        if press in actions(seen):
            rosa.presses(press, on=seen)
            alder.until(lambda: "full members" in said(rosa.sees("office")[-1]))
    assert rosa.modal() is None
    assert said(rosa.sees("office")[0]) == before
    assert {line.refused for line in alder.record()[1:]} == {"guest"}


def test_buttons_of_another_edition(alder: Office, rosa: Person, seen: Message) -> None:
    """A button that can't be read any more, or is about an email that has gone, says so and does nothing."""
    elements = [
        {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "Old"}, "value": value}
        for action, value in (("why", "old"), ("snooze", "{}"), ("handled", '{"v":1,"m":"gone","r":"0"}'))
    ]
    seen.blocks = [{"type": "actions", "block_id": "old", "elements": elements}]
    rosa.presses("why", on=seen)
    alder.answer(rosa, "office", has="too old")
    rosa.presses("snooze", on=seen)
    alder.until(lambda: sum("too old" in said(message) for message in rosa.sees("office")) == 2)
    rosa.presses("handled", on=seen)
    alder.answer(rosa, "office", has="don't find that email")
    with alder.database.read() as connection:
        assert deeds.of_trails(connection, [("gone", "0")]) == []


def test_buttons_work_after_a_restart(sqlite_url: str) -> None:
    """Everything a button needs is in it: one that was posted before a restart works after it."""
    with office(sqlite_url) as alder:
        rosa = alder.person("rosa")
        asked = rosa.says("@seen 1043", "office").message
        reply = alder.reply(rosa, asked, has="Tom")
        blocks = reply.blocks
    with office(sqlite_url) as alder:
        rosa = alder.person("rosa")
        message = rosa.says("an answer of yesterday", "office").message
        message.blocks = blocks
        rosa.presses("handled", on=message)
        alder.until(rosa.modal)
        rosa.submits({"note": ""})
        assert "Handled by" in said(alder.answer(rosa, "office", has="Handled by"))
