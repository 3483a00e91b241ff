from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.replies import blocks
from bot.replies.blocks import Deeds
from bot.replies.blocks.actions import Action, Value, decode, mark_of
from store.records import Answer
from tests.replies.blocks import shown
from tests.replies.blocks.checking import nodes
from tests.replies.situations import NOW, SITUATIONS, history_of_maria

MESSAGES = shown.messages()


def pressed(found: Sequence[dict[str, Any]]) -> list[str]:
    """What the buttons say, in order."""
    return [node["text"]["text"] for kind, node in nodes(list(found)) if kind == "button"]


def menu(found: Sequence[dict[str, Any]]) -> list[str]:
    """What the menus say."""
    return [node["text"]["text"] for kind, node in nodes(list(found)) if kind == "option"]


def values(found: Sequence[dict[str, Any]]) -> list[Value | None]:
    return [decode(node["value"]) for kind, node in nodes(list(found)) if kind in {"button", "option"}]


def shown_for(name: str, *, private: bool = True, deeds: Deeds | None = None) -> tuple[dict[str, Any], ...]:
    return blocks.answer(shown.of(SITUATIONS[name]), now=NOW, private=private, deeds=deeds or {}).blocks


@pytest.mark.parametrize("name", MESSAGES)
def test_buttons_stay_few(name: str) -> None:
    """No row has more than four buttons beside its menu, and no message more than one that stands out."""
    rows = [block["elements"] for block in MESSAGES[name].blocks if block["type"] == "actions"]
    assert all(sum(element["type"] == "button" for element in row) <= 4 for row in rows)
    assert sum(element.get("style") == "primary" for row in rows for element in row) <= 1


@pytest.mark.parametrize("name", MESSAGES)
def test_every_button_can_be_understood_later(name: str) -> None:
    """Every button and menu line says what it was for in a form that Seen knows again."""
    found = MESSAGES[name].blocks
    assert None not in values(found)
    names = [node["action_id"] for kind, node in nodes(list(found)) if kind in {"button", "overflow"}]
    assert all(Action.of(action_id) for action_id in names)


def test_a_seen_email_asks_for_nothing() -> None:
    """When a person has seen it, there is nothing to handle: share, look behind, refresh."""
    found = shown_for("person clicked")
    assert pressed(found) == ["Share to channel", "Why?", "Refresh"]
    assert menu(found) == ["This was right", "This was wrong"]


def test_a_silent_email_brings_the_words_to_use() -> None:
    """When somebody should call, the draft stands first and out; nothing of the rest is lost, only moved."""
    found = shown_for("silent where opens show")
    assert pressed(found) == ["Copy draft", "Handled", "Share to channel", "Why?"]
    assert menu(found) == ["Refresh", "Watch", "This was right", "This was wrong"]


def test_an_unblocking_is_confirmed() -> None:
    """The address is unblocked only after a question that names it and says what follows."""
    found = shown_for("suppressed after a bounce")
    button = next(node for kind, node in nodes(list(found)) if kind == "button" and node["action_id"] == "unblock")
    assert "maria@example.com" in button["confirm"]["text"]["text"]
    assert "style" not in button
    assert any("“Unblock address” below does that." in text for text in sentences(found))


@pytest.mark.parametrize(
    "name", ["suppressed after a complaint", "unsubscribed", "blocked by Postmark", "person clicked"]
)
def test_nothing_else_can_be_unblocked(name: str) -> None:
    """Where only the customer or Postmark can unblock, there is no button for it."""
    assert "Unblock address" not in pressed(shown_for(name))


def test_only_a_private_answer_can_be_shared() -> None:
    """What everybody sees already offers no sharing."""
    assert "Share to channel" not in pressed(shown_for("person clicked", private=False)) + pressed(
        MESSAGES["shared"].blocks
    )


def test_a_used_button_is_replaced_by_what_was_done() -> None:
    """After "Handled" the reply says by whom and when, with the note, and offers to undo it."""
    found = MESSAGES["marked as handled"].blocks
    assert pressed(found)[0] == "Undo “handled”"
    assert "Handled" not in pressed(found)
    assert any("“called him”" in text for text in sentences(found))
    assert [node["user_id"] for kind, node in nodes(list(found)) if kind == "user"] == [shown.ROSA]
    assert "Handled by <@U0ROSA> on 23 Nov 2026 at 10:05 UTC: “called him”" in MESSAGES["marked as handled"].text


def test_an_opinion_is_given_once() -> None:
    """After "wrong" the menu asks no more, and the mark can be taken back."""
    found = MESSAGES["marked as wrong"].blocks
    assert not menu(found)
    assert "Undo “wrong”" in pressed(found)


def test_an_unblocking_cannot_be_undone() -> None:
    """Once Postmark has unblocked the address, there is nothing to press for it any more."""
    found = MESSAGES["unblocked"].blocks
    assert not [text for text in pressed(found) if "nblock" in text or "Undo" in text]
    assert "Unblock address" in pressed(MESSAGES["not unblocked"].blocks)


def test_buttons_know_their_email_and_question() -> None:
    """Of several emails, each row of buttons is about its own email, and all keep the question."""
    answer = shown.asking(history_of_maria(), "maria@example.com")
    rows = [b for b in blocks.answer(answer, now=NOW).blocks if b["type"] == "actions"]
    for entry, row in zip(answer.entries, rows[:3], strict=False):
        for value in values([row]):
            assert value is not None
            assert value.message_id == entry.trail.message.message_id
            assert value.recipient == mark_of("maria@example.com")
            assert value.question == "maria@example.com"


def test_a_question_too_long_for_a_button_is_kept_in_short() -> None:
    """A question of a thousand words is kept as what was understood of it, so that Refresh still works."""
    found = blocks.answer(shown.of(SITUATIONS["person clicked"], "did maria " * 500), now=NOW).blocks
    refresh = next(node for kind, node in nodes(list(found)) if kind == "button" and node["action_id"] == "refresh")
    assert decode(refresh["value"]) == Value(
        question="maria@example.com",
        message_id=None,
    )


def test_show_more_asks_for_more_until_there_is_no_more_room() -> None:
    """The button for more says how many are left and asks for a longer list; a full list says how to narrow down."""
    answer = shown.many_emails()
    found = blocks.answer(answer, now=NOW).blocks
    assert "Show more (490)" in pressed(found)
    more = next(node for kind, node in nodes(list(found)) if kind == "button" and node["action_id"] == "more")
    assert decode(more["value"]) == Value(question="@example.com", number=35)
    longest = blocks.answer(answer, now=NOW, rows=99).blocks
    assert not [text for text in pressed(longest) if "more" in text]
    assert any("narrow it down" in text for text in sentences(longest))


def test_a_short_list_offers_no_more() -> None:
    """Where everything is shown, nothing asks for more."""
    answer: Answer = replace(history_of_maria(), more=0)
    assert not [text for text in pressed(blocks.answer(answer, now=NOW).blocks) if "more" in text]


def test_candidates_are_buttons() -> None:
    """When a name fits several people, pressing one asks about that address."""
    found = MESSAGES["which one"].blocks
    assert pressed(found)[0] == "Maria Lopez · maria@example.com"
    assert [value.question for value in values(found) if value] == [
        "maria@example.com",
        "m.ruiz@oakleaf.example",
        "ana@birch.example",
    ]


def sentences(found: Sequence[dict[str, Any]]) -> list[str]:
    return [node["text"] for _, node in nodes(list(found)) if isinstance(node.get("text"), str)]
