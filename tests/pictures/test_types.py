"""Slack publishes types of every block; its own compiler says whether ours are what they should be."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.pictures.drawing import HERE, missing_packages, node
from tests.replies.blocks import shown

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=missing_packages() or "")
_OPTIONS = ("--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext")


def complaints(folder: Path, named: dict[str, tuple[str, Any]]) -> str:
    """What TypeScript says about values of the types named: nothing when all is well."""
    lines = ['import type {KnownBlock, View} from "@slack/types";']
    for number, (name, (kind, value)) in enumerate(named.items()):
        lines.append(f"/* {name} */ export const value{number}: {kind} = {json.dumps(value)};")
    source = folder / "shown.ts"
    source.write_text("\n".join(lines), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(HERE / "node_modules")
    compiler = HERE / "node_modules" / "typescript" / "bin" / "tsc"
    ran = subprocess.run(
        [str(node()), str(compiler), *_OPTIONS, str(source)], check=False, capture_output=True, text=True, timeout=120
    )
    return ran.stdout + ran.stderr


def test_everything_shown_is_of_slacks_own_types(tmp_path: Path) -> None:
    """Every message, window and Home tab satisfies Slack's published types, checked strictly."""
    messages = {name: ("KnownBlock[]", reply.blocks) for name, reply in shown.messages().items()}
    views = {name: ("View", view) for name, view in [*shown.modals().items(), *shown.homes()]}
    assert complaints(tmp_path, {**messages, **views}) == ""


@pytest.mark.parametrize("fault", ["style", "header", "key"])
def test_the_check_finds_faults(tmp_path: Path, fault: str) -> None:
    """A wrong button style, markup in a header and a misspelt key are all found, so silence means something."""
    found = deepcopy(list(shown.messages()["person clicked"].blocks))
    faults: dict[str, dict[str, Any]] = {
        "style": {"type": "button", "text": {"type": "plain_text", "text": "x"}, "style": "blue"},
        "header": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "key": {"type": "divider", "blok_id": "x"},
    }
    broken = faults[fault]
    found.append({"type": "actions", "elements": [broken]} if fault == "style" else broken)
    assert "error TS" in complaints(tmp_path, {fault: ("KnownBlock[]", found)})
