"""Checks blocks and views against Slack's limits: which block may stand where, how many, how long."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bot.sandbox.slack import elements
from bot.sandbox.slack.rules import MAX_VIEW_BYTES, Json
from bot.sandbox.slack.texts import Problems

MOST = {"message": 50, "modal": 100, "home": 100}
EVERYWHERE = frozenset(MOST)

SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("section", "header", "context", "actions", "divider", "image", "input"), EVERYWHERE),
    **dict.fromkeys(("rich_text", "video"), EVERYWHERE),
    "table": frozenset({"message", "home"}),
    "markdown": frozenset({"message"}),
    "context_actions": frozenset({"message"}),
    "card": EVERYWHERE,
    **dict.fromkeys(("carousel", "container", "data_table", "data_visualization"), frozenset({"message", "home"})),
    "alert": frozenset({"modal"}),
    **dict.fromkeys(("task_card", "plan"), frozenset({"message"})),
    "file": frozenset({"message"}),
}
"""Where each type of block may stand."""


def check(blocks: object, surface: str) -> list[str]:
    """What Slack would find wrong with the blocks of a ``message``, ``modal`` or ``home``; nothing: they are fine."""
    problems = Problems()
    block_ids: set[str] = set()
    for number, block in enumerate(problems.many(blocks, "/blocks", MOST[surface], least=0)):
        at = f"/blocks/{number}"
        if not isinstance(block, dict):
            problems.note("must provide an object", at)
            continue
        _one(block, at, surface, problems)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in block_ids:
            problems.note(f"`block_id` {block_id} already exists", f"{at}/block_id")
        block_ids.add(str(block_id))
    _together([block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else [], problems)
    return problems


def check_view(view: object, kind: str) -> list[str]:
    """What Slack would find wrong with a view of this kind, ``modal`` or ``home``."""
    problems = Problems()
    if not isinstance(view, dict):
        return ["must provide an object [json-pointer:/view]"]
    if view.get("type") != kind:
        problems.note(f"must be a view of type {kind}", "/view/type")
        return problems
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        problems.note("view_too_large", "/view")
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        problems.field(view.get(name), f"/view/{name}", limit)
    if kind == "modal":
        for name in ("title", "submit", "close"):
            problems.text(view.get(name), f"/view/{name}", 24, plain=True, required=name == "title")
        has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or ())
        if has_input and not view.get("submit"):
            problems.note("missing required field", "/view/submit")
    if not isinstance(view.get("blocks"), list):
        problems.note("missing required field", "/view/blocks")
        return problems
    return [*problems, *(problem.replace(":/blocks", ":/view/blocks") for problem in check(view["blocks"], kind))]


def _one(block: Json, at: str, surface: str, problems: Problems) -> None:
    kind = str(block.get("type"))
    if surface not in SURFACES.get(kind, ()):
        problems.note(f"unsupported type: {kind}", f"{at}/type")
        return
    problems.field(block.get("block_id"), f"{at}/block_id", 255)
    if kind in _CHECKS:
        _CHECKS[kind](block, at, problems)


def _together(blocks: Sequence[Json], problems: Problems) -> None:
    """What counts for all blocks of a message at once."""
    tables = [number for number, block in enumerate(blocks) if block.get("type") in {"table", "data_table"}]
    for number in tables[1:]:
        problems.note("only one table allowed", f"/blocks/{number}")
    if sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown") > 12_000:
        problems.note("must be less than 12001 characters", "/blocks")


def _section(block: Json, at: str, problems: Problems) -> None:
    if block.get("text") is None and block.get("fields") is None:
        problems.note("missing required field", f"{at}/text")
    problems.text(block.get("text"), f"{at}/text", 3000, required=False)
    if block.get("fields") is not None:
        for number, text in enumerate(problems.many(block["fields"], f"{at}/fields", 10)):
            problems.text(text, f"{at}/fields/{number}", 2000)
    if block.get("accessory") is not None:
        elements.element(block["accessory"], f"{at}/accessory", problems, block="section")


def _header(block: Json, at: str, problems: Problems) -> None:
    problems.text(block.get("text"), f"{at}/text", 150, plain=True)


def _context(block: Json, at: str, problems: Problems) -> None:
    for number, given in enumerate(problems.many(block.get("elements"), f"{at}/elements", 10)):
        if isinstance(given, dict) and given.get("type") == "image":
            elements.picture(given, f"{at}/elements/{number}", problems)
        else:
            problems.text(given, f"{at}/elements/{number}", 3000)


def _actions(block: Json, at: str, problems: Problems) -> None:
    action_ids: set[str] = set()
    for number, given in enumerate(problems.many(block.get("elements"), f"{at}/elements", 25)):
        place = f"{at}/elements/{number}"
        action_id = elements.element(given, place, problems, block="actions")
        if action_id in action_ids:
            problems.note(f"`action_id` {action_id} already exists for this block", f"{place}/action_id")
        if action_id is not None:
            action_ids.add(action_id)


def _input(block: Json, at: str, problems: Problems) -> None:
    problems.text(block.get("label"), f"{at}/label", 2000, plain=True)
    problems.text(block.get("hint"), f"{at}/hint", 2000, plain=True, required=False)
    elements.element(block.get("element"), f"{at}/element", problems, block="input")


def _rich_text(block: Json, at: str, problems: Problems) -> None:
    elements.rich_text(block, at, problems)


def _table(block: Json, at: str, problems: Problems) -> None:
    shown = 0
    for row_number, row in enumerate(problems.many(block.get("rows"), f"{at}/rows", 100)):
        place = f"{at}/rows/{row_number}"
        for number, cell in enumerate(problems.many(row, place, 20)):
            shown += _cell(cell, f"{place}/{number}", problems)
    if shown > 10_000:
        problems.note("must be less than 10001 characters", f"{at}/rows")
    if block.get("column_settings") is not None:
        problems.many(block["column_settings"], f"{at}/column_settings", 20, least=0)


def _cell(cell: object, at: str, problems: Problems) -> int:
    if not isinstance(cell, dict):
        problems.note("must provide an object", at)
        return 0
    if cell.get("type") == "rich_text":
        return elements.rich_text(cell, at, problems)
    if cell.get("type") == "raw_number":
        if not isinstance(cell.get("value"), int | float):
            problems.note("must be a number", f"{at}/value")
        return len(str(cell.get("text") or cell.get("value")))
    if cell.get("type") != "raw_text":
        problems.note(f"unsupported type: {cell.get('type')}", f"{at}/type")
    problems.field(cell.get("text"), f"{at}/text", 10_000, required=True)
    return len(str(cell.get("text")))


def _alert(block: Json, at: str, problems: Problems) -> None:
    problems.text(block.get("text"), f"{at}/text", 200)


_CHECKS: dict[str, Callable[[Json, str, Problems], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": elements.picture,
    "rich_text": _rich_text,
    "table": _table,
    "alert": _alert,
}
