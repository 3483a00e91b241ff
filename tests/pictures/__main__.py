"""``python -m tests.pictures [FOLDER]``: draws every reply anew, into docs/pictures unless told otherwise."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.replies import blocks
from tests.pictures.drawing import draw, missing
from tests.replies.blocks import shown
from tests.replies.situations import NOW, SITUATIONS, wrong_person_opened

NOTICES = ("help", "looking", "not understood", "whom", "trouble", "refused: guest", "refused: cannot_check")
ANSWERS = (
    "shared",
    "two recipients",
    "several emails",
    "forty recipients",
    "nothing found",
    "which one",
    "Postmark down",
)
DEEDS = ("marked as handled", "marked as wrong", "unblocked", "not unblocked")
WINDOWS = ("why", "draft", "handled", "form", "form again")


def file_name(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def pictures() -> Iterator[dict[str, Any]]:
    """What is drawn: every situation, the other answers, the notices, a thread, the windows, the Home tab."""
    messages, windows = shown.messages(), shown.modals()
    for name in (*SITUATIONS, *ANSWERS, *DEEDS, *NOTICES):
        reply = messages[name]
        yield {"name": file_name(name), "kind": "message", "private": name != "shared", "blocks": reply.blocks}
    for name in WINDOWS:
        yield {"name": f"window-{file_name(name)}", "kind": "modal", "view": windows[name]}
    yield {"name": "thread", "kind": "thread", "channel": "office", "messages": list(thread())}
    for name, view in shown.homes():
        if name != "full home":
            yield {"name": file_name(name), "kind": "home", "view": view}


def thread() -> Iterator[dict[str, Any]]:
    """A short talk in a thread."""
    at = int(NOW.timestamp())
    yield {"from": "Rosa", "text": "Maria called about job 1042, she wants to start next week.", "at": at - 300}
    yield {"from": "Tom", "text": "@seen did they see the quote for 1042?", "at": at - 60}
    first = blocks.answer(shown.of(SITUATIONS["person clicked"], "1042 quote"), now=NOW, private=False)
    yield {"from": "Seen", "blocks": first.blocks}
    yield {"from": "Tom", "text": "@seen and everybody else on it?", "at": at}
    second = blocks.answer(shown.asking(wrong_person_opened(), "1042"), now=NOW, private=False)
    yield {"from": "Seen", "blocks": second.blocks}


def main() -> None:
    """Draw them all."""
    if lack := missing():
        raise SystemExit(f"Nothing drawn: {lack}.")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    draw(list(pictures()), folder, now=int(NOW.timestamp()), users={shown.ROSA: "Rosa Lind"})


if __name__ == "__main__":
    main()
