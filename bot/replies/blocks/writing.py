"""Words as Slack takes them: rich text that is never parsed, plain text, and escaped text, each cut with a "…".

Foreign words are inside many of these sentences. They go into rich-text and plain-text fields only, where nothing is
interpreted; markup is written for our own words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.naming import plain
from bot.replies.blocks.moments import Moment, split, spoken

Block = dict[str, Any]
"""A block, or a part of one, as Slack's JSON has it."""

LONGEST_TEXT = 3000
"""Of a message's own text. Slack takes more, but can't change a text beyond about 4,000 any more."""
_LONGEST_SENTENCE = 900
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: its blocks, and the same in words for notifications and screen readers."""

    text: str
    """Complete and already escaped: to be sent with ``mrkdwn`` off."""
    blocks: tuple[Block, ...]


def escaped(text: str) -> str:
    """Text in which Slack finds no markup of links, mentions and dates."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Text whose escaped form, which is what Slack counts, has at most ``limit`` characters."""
    if len(escaped(text)) <= limit:
        return text
    room, kept = limit - 1, []
    for character in text:
        room -= len(escaped(character))
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def tidy(text: str, limit: int = _LONGEST_SENTENCE) -> str:
    """One line of visible words; blanks at the ends are kept, as they part a word from what follows."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    line = cut(plain(text, limit), limit)
    return f"{before}{line}{after}" if line else before


def plain_text(text: str, limit: int) -> Block:
    """A plain-text object: no dates, no markup, no emoji codes."""
    return {"type": "plain_text", "text": cut(plain(spoken(text), limit), limit) or "–", "emoji": False}


def own_markup(text: str) -> Block:
    """A markup object for words of our own, which may hold mentions and marks of time. Nothing foreign, ever."""
    written = "".join(part if isinstance(part, str) else part.markup for part in split(text))
    return {"type": "mrkdwn", "text": written}


def message_text(sentences: Iterable[str]) -> str:
    """A message's own text: a line for each sentence, times in UTC, escaped and cut."""
    lines = (plain(spoken(sentence), _LONGEST_SENTENCE) for sentence in sentences)
    return escaped(cut("\n".join(line for line in lines if line), LONGEST_TEXT))


# ── Rich text ────────────────────────────────────────────────────────────────────────────────────────────────────


def words(sentence: str, **style: bool) -> list[Block]:
    """A sentence as elements of rich text: its words untouched, its times in the reader's zone."""
    elements = []
    for part in split(sentence):
        element: Block
        if isinstance(part, Moment):
            element = {
                "type": "date",
                "timestamp": part.timestamp,
                "format": part.format,
                "fallback": part.fallback,
            }
        else:
            element = {"type": "text", "text": tidy(part)}
            if not element["text"]:
                continue
        elements.append({**element, "style": dict(style)} if style else element)
    return elements


def emoji(name: str) -> Block:
    """One of Slack's own emoji."""
    return {"type": "emoji", "name": name}


def user(user_id: str) -> Block:
    """Somebody of the workspace, by name as Slack shows it. An id that can't be one is nobody in particular."""
    return {"type": "user", "user_id": user_id} if _USER.fullmatch(user_id) else {"type": "text", "text": "somebody"}


def mention(user_id: str) -> str:
    """The same as markup."""
    return f"<@{user_id}>" if _USER.fullmatch(user_id) else "somebody"


def section(*elements: Block) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def bullets(sentences: Iterable[str]) -> Block:
    """A list, a point for each sentence."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(*words(sentence)) for sentence in sentences],
    }


def quote(*elements: Block) -> Block:
    """A paragraph set apart by a bar."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def fixed(lines: Iterable[str]) -> Block:
    """Lines in letters of one width."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "\n".join(lines)}]}


def rich(*parts: Block) -> Block:
    """A block of rich text from paragraphs, lists and quotes."""
    return {"type": "rich_text", "elements": list(parts)}
