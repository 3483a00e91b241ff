"""``python -m tests.pictures [DOCS]``: draws every reply anew, into docs/pictures unless told otherwise."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.replies import blocks
from bot.replies import chart as charts
from tests.pictures.drawing import draw, missing
from tests.replies.blocks import alerting, digesting, ruling, shown
from tests.replies.situations import NOW, SITUATIONS, history_of_maria

ANSWERS = (
    "shared",
    "several emails",
    "two recipients",
    "forty recipients",
    "which one",
    "nothing found",
    "Postmark down",
)
DEEDS = ("shared by me", "marked as handled", "marked as wrong", "unblocked", "not unblocked")
DIGESTS = ("digest", "digest, nothing is due", "digest, Postmark down")
NOTICES = (
    "help",
    "looking",
    "not understood",
    "whom",
    "trouble",
    "unconfirmed",
    "refused: guest",
    "refused: cannot_check",
)
WINDOWS = ("why", "draft", "handled", "form", "form again")
NAMES = {
    shown.ROSA: "Rosa Lind",
    alerting.OWNER: "Tom Berg",
    ruling.BOSS: "Adam Lind",
    ruling.OFFICE: "office",
    "C0PORTAL": "portal",
}
ALERTS = (
    "alert",
    "alert: hides opens",
    "alert: can't tell",
    "alert: out of office",
    "alert: unchecked",
    "alert: snoozed",
    "alert: failed",
    "alert: suppressed, unblocked",
    "alert: escalation",
    "alert: seen",
    "alert: other contact",
    "alert: replaced",
    "alert: handled",
    "alert: called",
    "alert: not important",
    "alert: over already",
    "alerts: a burst",
    "alerts: many",
    "alerts: some settled",
    "alerts: all settled",
)
WATCHES = (
    "watch",
    "watch: in a thread",
    "watch: seen before",
    "watch: told",
    "watch: told of a failure",
    "watch: told at its end",
    "watches",
)
ALERT_WINDOWS = ("snooze", "one of them")
_PRIVATE = frozenset({"watch", "watch: seen before", "watches", "alert: over already"})
"""Of these, what only one person sees."""
RULES = ("rules", "rule", "rule kept", "rule tried", "who changed what")
HOMES = ("home", "home of a busy office", "first home", "refused home")


def file_name(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def pictures() -> Iterator[dict[str, Any]]:
    """What is drawn: every situation, the other answers, the notices, a thread, the windows, the Home tab."""
    messages, windows, homes = shown.messages(), shown.modals(), dict(shown.homes())
    for name in (*SITUATIONS, *ANSWERS, *DEEDS, *NOTICES, *DIGESTS, *ALERTS, *WATCHES):
        private = name in _PRIVATE or name not in {"shared", *DIGESTS, *ALERTS, *WATCHES}
        shown_blocks = [_loaded(block) for block in messages[name].blocks]
        yield {"name": file_name(name), "kind": "message", "private": private, "blocks": shown_blocks}
    for name in (*WINDOWS, *ALERT_WINDOWS, *RULES):
        yield {"name": f"window-{file_name(name)}", "kind": "modal", "view": windows[name]}
    yield {"name": "thread", "kind": "thread", "channel": "office", "messages": list(thread())}
    for name in HOMES:
        yield {"name": file_name(name), "kind": "home", "view": homes[name]}


def _loaded(block: dict[str, Any]) -> dict[str, Any]:
    """A picture that is a file at Slack, as a picture that the renderer can show."""
    if "slack_file" not in block:
        return block
    picture = base64.b64encode(charts.draw(digesting.chart())).decode()
    return {"type": "image", "alt_text": block["alt_text"], "image_url": f"data:image/png;base64,{picture}"}


def page() -> str:
    """The page of the docs that shows them."""
    chapters = {
        "Every situation": SITUATIONS,
        "Several emails, several people, none": ANSWERS,
        "After a button was pressed": DEEDS,
        "Alerts": (*ALERTS, *(f"window: {name}" for name in ALERT_WINDOWS)),
        "Watches": WATCHES,
        "The morning's digest": DIGESTS,
        "Beside the answers": NOTICES,
        "A thread": ("thread",),
        "Windows": [f"window: {name}" for name in WINDOWS],
        "Rules for alerts": [f"window: {name}" for name in RULES],
        "The Home tab": HOMES,
    }
    lines = ["# What Seen shows in Slack", "", _ABOUT]
    for title, names in chapters.items():
        lines += ["", f"## {title}"]
        for name in names:
            lines += ["", f"**{name[:1].upper()}{name[1:]}**", "", f"![{name}](pictures/{file_name(name)}.png)"]
    return "\n".join(lines) + "\n"


_ABOUT = """Each picture is the message or window that Seen hands to Slack, drawn by
[slack-blocks-to-jsx](https://github.com/themashcodee/slack-blocks-to-jsx), which isn't ours; Slack's own
programs differ a little. Everybody sees times in their own zone; here it is UTC, on a Monday at 10:15.
All customers are made up. `python -m tests.pictures` draws them, and writes this page, anew."""


def thread() -> Iterator[dict[str, Any]]:
    """A short talk in a thread."""
    at = int(NOW.timestamp())
    yield {"from": "Rosa", "text": "Maria called about job 1042, she wants to start next week.", "at": at - 300}
    yield {"from": "Tom", "text": "@seen did they see the quote for 1042?", "at": at - 60}
    first = blocks.answer(shown.of(SITUATIONS["person clicked"], "1042 quote"), now=NOW, private=False)
    yield {"from": "Seen", "blocks": first.blocks}
    yield {"from": "Tom", "text": "@seen and the invoice?", "at": at}
    second = blocks.answer(shown.of(history_of_maria().entries[1], "1042 invoice"), now=NOW, private=False)
    yield {"from": "Seen", "blocks": second.blocks}


def main() -> None:
    """Draw them all."""
    if lack := missing():
        raise SystemExit(f"Nothing drawn: {lack}.")
    docs = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder = docs / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    draw(list(pictures()), folder, now=int(NOW.timestamp()), users=NAMES)
    (docs / "pictures.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
