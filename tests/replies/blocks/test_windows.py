from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot import evidence
from bot.replies import blocks
from bot.replies.blocks import What
from bot.replies.blocks.actions import Action, Field, Value, View, decode
from tests.replies.blocks import shown
from tests.replies.blocks.checking import check, check_message, check_view, nodes, texts
from tests.replies.situations import NOW, SITUATIONS


def text_of(view: Mapping[str, Any]) -> str:
    return "\n".join(texts(view["blocks"]))


def buttons(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["action_id"]: node for kind, node in nodes(view["blocks"]) if kind == "button"}


# ── Why? ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_sum_can_be_checked_by_hand(name: str) -> None:
    """The lines of the sum add up to its total, and the total is the chance that is shown."""
    weighing = evidence.lay_out(SITUATIONS[name].trail, NOW)
    table = next(
        node for kind, node in nodes(shown.why(SITUATIONS[name])["blocks"]) if kind == "rich_text_preformatted"
    )
    lines = table["elements"][0]["text"].replace("−", "-").splitlines()
    rule = next(number for number, line in enumerate(lines) if set(line) == {"─"})
    total = float(lines[rule + 1].split()[-1].replace("∞", "inf"))
    parts = [float(line.split()[-1].replace("∞", "inf")) for line in lines[:rule]]
    assert len(parts) == len(weighing.sum.lines)
    assert sum(parts) == pytest.approx(total, abs=0.01 * len(parts))
    assert {len(line) for line in lines} == {len(lines[rule])}
    chance = re.search(r"(under|over)? ?(\d+) %", lines[-1])
    assert chance
    assert int(chance[2]) / 100 == pytest.approx(weighing.sum.probability, abs=0.0101)


def test_why_shows_what_happened_and_what_each_sign_is_worth() -> None:
    """The reasons come with the history, every sign's worth and what marked it, and what was to be expected."""
    told = text_of(shown.why(shown.clicked_on_a_phone()))
    assert "Portal link clicked" in told
    assert "a click · a person · +4.00 · an ordinary browser" in told
    assert "pictures loaded ahead by Apple Mail · a machine" in told
    assert re.search(r"of 100 such emails \d+ are ever looked at, and \d+ by now", told)


def test_no_number_of_likelihood_outside_why() -> None:
    """How sure is said in words in every message; only the window behind "Why?" holds numbers."""
    for reply in shown.messages().values():
        assert not re.search(r"\d ?%|\bchance\b|\bprobab", "\n".join(texts(reply.blocks)))


def test_without_the_sum_the_reasons_stand_alone() -> None:
    """Where no sum is at hand the window shows reasons and history all the same."""
    told = text_of(blocks.why_modal(SITUATIONS["person clicked"], now=NOW))
    assert "What happened" in told
    assert "The sum" not in told


def test_an_opinion_is_asked_for_where_the_reasons_stand() -> None:
    """The window asks whether the answer was right, until somebody has said so: then it says who, with Undo."""
    judged = SITUATIONS["person clicked"]
    asked = blocks.why_modal(judged, now=NOW, question="1042")
    assert set(buttons(asked)) == {Action.RIGHT, Action.WRONG}
    value = decode(buttons(asked)[Action.WRONG]["value"])
    assert value is not None
    assert (value.question, value.message_id) == ("1042", judged.trail.message.message_id)
    (deed,) = next(iter(shown.deed_on(judged, What.RIGHT).values()))
    assert set(buttons(blocks.why_modal(judged, now=NOW, done=[deed]))) == {Action.UNDO_MARK}


# ── Words, handled, form ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_ready_words_can_be_copied_as_they_are() -> None:
    """The draft stands in a field, line by line as it was written, and says that Seen sends nothing itself."""
    judged = SITUATIONS["opened in Gmail yesterday"]
    view = blocks.draft_modal(judged, now=NOW, private_metadata="where it was pressed")
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == judged.next_step.draft
    assert "\n\n" in field["element"]["initial_value"]
    assert "I send nothing to customers" in field["hint"]["text"]
    assert view["private_metadata"] == "where it was pressed"
    assert view["callback_id"] == View.DRAFT


def test_handled_asks_for_a_note_but_takes_none() -> None:
    """The note of "handled" may be left out, and the window names the email and its recipient."""
    view = blocks.handled_modal(SITUATIONS["silent where opens show"])
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["optional"] is True
    assert field["block_id"] == field["element"]["action_id"] == Field.NOTE
    assert "the quote for job 1042 to tom.reed@gmail.com" in text_of(view)


def test_a_form_that_failed_keeps_what_was_typed() -> None:
    """A question that could not be answered stands in the form again, with the reason above it."""
    view = blocks.form_modal(question="the quote", error="I see no number in that.")
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == "the quote"
    assert "I see no number in that." in text_of(view)


# ── Home ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_home_says_how_the_connections_are() -> None:
    """Home tells of every connection in words, and of the reader's questions and settings."""
    told = text_of(blocks.home(shown.home_view()))
    assert "Webhooks: \nthe last one came \non 23 Nov 2026 at 10:03 UTC\n." in told
    assert "“1042 quote”" in told
    assert "Europe/Berlin" in told


def test_home_turns_its_pages() -> None:
    """The first page leads to older questions, the last to newer ones, one between to both."""
    pages = [buttons(blocks.home(shown.home_view(8, pages=3, page=page))) for page in range(3)]
    turned = [
        [decode(button["value"]) for name, button in page.items() if Action.of(name) is Action.HOME_PAGE]
        for page in pages
    ]
    assert turned == [[Value(number=1)], [Value(number=0), Value(number=2)], [Value(number=1)]]


def test_home_asks_again() -> None:
    """Each of the last questions can be asked again with one press."""
    found = buttons(blocks.home(shown.home_view()))
    again = [decode(button["value"]) for name, button in found.items() if Action.of(name) is Action.HOME_AGAIN]
    assert [value.question for value in again if value] == ["1042 quote", "1043 quote", "1044 quote"]


def test_home_of_somebody_who_may_not_ask_shows_nothing_but_help() -> None:
    """Who gets no answers sees why, and no questions, connections or settings."""
    view = blocks.home(replace(shown.home_view(), refused="I answer full members only."))
    assert "I answer full members only." in text_of(view)
    assert "1042 quote" not in text_of(view)
    assert not buttons(view)


# ── The checks themselves ────────────────────────────────────────────────────────────────────────────────────────

_LINE = {"type": "divider"}
_BUTTON = {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "x", "emoji": False}}


@pytest.mark.parametrize(
    "wrong",
    [
        [{"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}],
        [_LINE] * 51,
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "&" * 31}}],
        [{"type": "actions", "elements": [_BUTTON, _BUTTON]}],
        [{"type": "actions", "elements": [{**_BUTTON, "value": "x" * 2001}]}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101, "column_settings": []}],
        [],
    ],
)
def test_the_checks_find_what_slack_would_refuse(wrong: list[dict[str, Any]]) -> None:
    """A wrong block, one too many, or a text too long is found, so that passing the checks means something."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - each rule has an error of its own
        check_message(wrong, "text")


def test_the_checks_find_wrong_windows() -> None:
    """A window with a table in it, or without a button for its field, is found."""
    form = shown.modals()["form"]
    check_view(form)
    with pytest.raises(AssertionError):
        check_view({name: part for name, part in form.items() if name != "submit"})
    with pytest.raises(Exception, match="modal"):
        check([{"type": "table", "rows": []}], "modal")
