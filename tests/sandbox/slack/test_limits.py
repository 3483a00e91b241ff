"""Slack's limits on what may be posted."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import Person


def plain(text: str) -> dict[str, Any]:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    """A section with a text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> dict[str, Any]:
    """A row with one button."""
    element = {"type": "button", "action_id": "go", "text": plain("Go"), **more}
    return {"type": "actions", "elements": [element]}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    """A rich text of one paragraph."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def table(rows: int, columns: int, text: str = "x") -> dict[str, Any]:
    """A table, filled with one text."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def options(count: int) -> list[dict[str, Any]]:
    """So many things to choose from."""
    return [{"text": plain(str(number)), "value": str(number)} for number in range(count)]


DATE = {"type": "date", "timestamp": 1763894400, "format": "{date} at {time}", "fallback": "Nov 23, 2026 11:00 UTC"}
FINE = [
    pytest.param([section("x" * 3000)], id="a section of 3000"),
    pytest.param([{"type": "header", "text": plain("x" * 150)}], id="a header of 150"),
    pytest.param([section("x")] * 50, id="50 blocks"),
    pytest.param([button(value="x" * 2000)], id="a value of 2000"),
    pytest.param([rich({"type": "text", "text": "Opened "}, DATE)], id="rich text with a date"),
    pytest.param([table(100, 4)], id="a table of 100 rows"),
    pytest.param([{"type": "context", "elements": [plain("x")] * 10}], id="10 pieces of context"),
]
WRONG = [
    pytest.param([section("x" * 3001)], "/blocks/0/text/text", id="a section of 3001"),
    pytest.param([section("&" * 601)], "/blocks/0/text/text", id="a text that is too long once it is escaped"),
    pytest.param([section("")], "/blocks/0/text/text", id="an empty text"),
    pytest.param([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text", id="a header of 151"),
    pytest.param(
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type", id="markup in a header"
    ),
    pytest.param([section("x")] * 51, "/blocks", id="51 blocks"),
    pytest.param([{"type": "alert", "text": plain("x")}], "/blocks/0/type", id="an alert in a message"),
    pytest.param([{"type": "sectoin"}], "/blocks/0/type", id="a misspelt block"),
    pytest.param([button(value="x" * 2001)], "/blocks/0/elements/0/value", id="a value of 2001"),
    pytest.param([button(text=plain("x" * 76))], "/blocks/0/elements/0/text/text", id="a label of 76"),
    pytest.param([button(style="green")], "/blocks/0/elements/0/style", id="a style there isn't"),
    pytest.param(
        [{"type": "actions", "elements": [button()["elements"][0]] * 2}],
        "/blocks/0/elements/1/action_id",
        id="two alike",
    ),
    pytest.param(
        [{"type": "actions", "elements": [{"type": "overflow", "action_id": "o", "options": options(6)}]}],
        "/blocks/0/elements/0/options",
        id="an overflow of six",
    ),
    pytest.param([table(101, 2)], "/blocks/0/rows", id="a table of 101 rows"),
    pytest.param([table(2, 21)], "/blocks/0/rows/0", id="a table of 21 columns"),
    pytest.param([table(2, 2), table(2, 2)], "/blocks/1", id="two tables"),
    pytest.param([table(2, 2, "")], "/blocks/0/rows/0/0/text", id="an empty cell"),
    pytest.param([table(100, 1, "x" * 101)], "/blocks/0/rows", id="a table of more than 10,000 characters"),
    pytest.param([{"type": "context", "elements": [plain("x")] * 11}], "/blocks/0/elements", id="11 pieces of context"),
    pytest.param([rich({"type": "text", "text": ""})], "/blocks/0/elements/0/elements/0/text", id="an empty piece"),
    pytest.param([{**section("x"), "block_id": "a"}] * 2, "/blocks/1/block_id", id="one ID twice"),
    pytest.param([section("x"), "text"], "/blocks/1", id="something that is no block"),
]


@pytest.mark.parametrize("blocks", FINE)
def test_what_slack_takes_is_taken(client: WebClient, blocks: list[Any]) -> None:
    """Blocks up to the limit are posted."""
    assert client.chat_postMessage(channel="office", text="x", blocks=blocks)["ok"]


@pytest.mark.parametrize(("blocks", "at"), WRONG)
def test_what_slack_refuses_is_refused(client: WebClient, blocks: list[Any], at: str) -> None:
    """Blocks beyond a limit are refused, with the place of what is wrong."""
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_postMessage(channel="office", text="x", blocks=blocks)
    said = excinfo.value.response
    assert said["error"] == "invalid_blocks"
    assert f"[json-pointer:{at}]" in said["errors"][0]


MODAL = {"type": "modal", "title": plain("Why?"), "blocks": [section("x")]}
FIELD = {"type": "input", "label": plain("Note"), "element": {"type": "plain_text_input", "action_id": "note"}}


@pytest.mark.parametrize(
    ("change", "at"),
    [
        pytest.param({"title": plain("x" * 25)}, "/view/title/text", id="a title of 25"),
        pytest.param({"title": None}, "/view/title", id="no title"),
        pytest.param({"blocks": [FIELD]}, "/view/submit", id="fields without a way to send them"),
        pytest.param({"blocks": [table(2, 2)]}, "/view/blocks/0/type", id="a table in a modal"),
        pytest.param({"blocks": [section("x")] * 101}, "/view/blocks", id="101 blocks"),
        pytest.param({"private_metadata": "x" * 3001}, "/view/private_metadata", id="metadata of 3001"),
        pytest.param({"type": "home"}, "/view/type", id="a home for a modal"),
    ],
)
def test_modals_have_limits_of_their_own(client: WebClient, rosa: Person, change: dict[str, Any], at: str) -> None:
    """A modal beyond a limit is refused, and its trigger is not used up by it."""
    trigger = rosa.workspace.new_trigger(rosa.user.user_id)
    with pytest.raises(SlackApiError) as excinfo:
        client.views_open(trigger_id=trigger, view={**MODAL, **change})
    assert excinfo.value.response["error"] == "invalid_arguments"
    assert f"[json-pointer:{at}]" in excinfo.value.response["errors"][0]
    assert client.views_open(trigger_id=trigger, view=MODAL)["ok"]
