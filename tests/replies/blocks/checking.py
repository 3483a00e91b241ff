"""What Slack would accept, by rules that others wrote down: slackblocks' limits and surfaces, Slack's own SDK."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import slackblocks._limits as most
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import RichTextBlock, TableBlock
from slackblocks._surfaces import validate_surface_blocks

Surface = Literal["message", "modal", "home"]

_TEXTS = {
    ("button", "text"): most.BUTTON_TEXT_MAX_LENGTH,
    ("header", "text"): 150,
    ("option", "text"): most.OPTION_TEXT_MAX_LENGTH,
    ("confirm", "title"): most.CONFIRMATION_TITLE_MAX_LENGTH,
    ("confirm", "text"): most.CONFIRMATION_TEXT_MAX_LENGTH,
    ("confirm", "confirm"): most.CONFIRMATION_CONFIRM_MAX_LENGTH,
    ("confirm", "deny"): most.CONFIRMATION_DENY_MAX_LENGTH,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("plain_text_input", "placeholder"): most.PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
}
_VALUES = {
    ("button", "value"): most.BUTTON_VALUE_MAX_LENGTH,
    ("option", "value"): most.OPTION_VALUE_MAX_LENGTH,
    ("modal", "private_metadata"): 3000,
    ("plain_text_input", "initial_value"): most.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX,
}


def check_message(blocks: Sequence[dict[str, Any]], text: str) -> None:
    """A message that Slack takes."""
    assert text.strip()
    assert len(text) <= 3000
    assert 1 <= len(blocks) <= 50
    check(blocks, "message")


def check_view(view: dict[str, Any]) -> None:
    """A modal or a Home tab that Slack takes."""
    assert 1 <= len(view["blocks"]) <= 100
    surface: Surface = "modal" if view["type"] == "modal" else "home"
    check(view["blocks"], surface)
    if surface == "modal":
        _check_node("modal", view)
        assert len(view["callback_id"]) <= 255
        assert "submit" in view or not any(block["type"] == "input" for block in view["blocks"])


def check(blocks: Sequence[dict[str, Any]], surface: Surface) -> None:
    """Blocks that Slack takes on that surface."""
    validate_surface_blocks(list(blocks), surface)
    assert sum(block["type"] == "table" for block in blocks) <= 1
    assert surface == "home" or sum(len(text) for text in texts(blocks)) <= 12_000
    for block in blocks:
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        if not isinstance(parsed, RichTextBlock | TableBlock):  # what these hold is checked below
            parsed.validate_json()
        _check_block(block)
    inputs = [block["block_id"] for block in blocks if block["type"] == "input"]
    assert len(inputs) == len(set(inputs))


def _check_block(block: dict[str, Any]) -> None:
    for kind, node in nodes(block):
        _check_node(kind, node)
    match block["type"]:
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            assert 1 <= len(ids) <= most.ACTIONS_ELEMENTS_MAX_ITEMS
            assert len(set(ids)) == len(ids)
        case "context":
            assert 1 <= len(block["elements"]) <= most.CONTEXT_ELEMENTS_MAX_ITEMS
        case "table":
            _check_table(block)


def _check_table(block: dict[str, Any]) -> None:
    assert 1 <= len(block["rows"]) <= most.TABLE_ROWS_MAX_ITEMS
    widths = {len(row) for row in block["rows"]}
    assert len(widths) == 1
    assert widths.pop() <= most.TABLE_COLUMNS_MAX_ITEMS
    assert len(block["column_settings"]) <= most.TABLE_COLUMN_SETTINGS_MAX_ITEMS
    assert sum(len(html.escape(text, quote=False)) for text in texts([block])) <= 10_000


def _check_node(kind: str, node: dict[str, Any]) -> None:
    for (where, name), limit in _TEXTS.items():
        if kind == where and isinstance(node.get(name), dict):
            assert node[name]["type"] == "plain_text", (kind, name)
            assert 1 <= len(html.escape(node[name]["text"], quote=False)) <= limit, (kind, name)
    for (where, name), limit in _VALUES.items():
        if kind == where and name in node:
            assert len(html.escape(node[name], quote=False)) <= limit, (kind, name)
    if kind == "overflow":
        assert 1 <= len(node["options"]) <= most.OVERFLOW_OPTIONS_MAX_ITEMS
    if kind in {"text", "raw_text", "mrkdwn", "plain_text"}:
        assert 1 <= len(html.escape(node["text"], quote=False)) <= most.TEXT_MAX_LENGTH
    if "action_id" in node:
        assert 1 <= len(node["action_id"]) <= most.ACTION_ID_MAX_LENGTH
    if kind == "date":
        assert node["timestamp"] > 0
        assert node["fallback"]
    if kind.startswith("rich_text"):
        assert node["elements"]


def nodes(part: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a block with what it is: its type, else the name it stands under."""
    if isinstance(part, dict):
        yield part.get("type") or {"options": "option"}.get(name, name), part
        for key, inner in part.items():
            yield from nodes(inner, key)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from nodes(inner, name)


def texts(blocks: Any) -> Iterator[str]:
    """Every text a reader sees, dates by their fallback."""
    for kind, node in nodes(list(blocks)):
        if kind == "date":
            yield node["fallback"]
        elif isinstance(node.get("text"), str):
            yield node["text"]
