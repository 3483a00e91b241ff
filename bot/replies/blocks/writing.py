"""Words as Slack takes them: rich text that is never parsed, plain text, and escaped text, each cut with a "…".

Foreign words are inside many of these sentences. They go into rich-text and plain-text fields only, where nothing is
interpreted; markup is written for our own words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.naming import plain
from bot.replies.blocks.moments import Moment, Room, split, spoken

Block = dict[str, Any]
"""A block, or a part of one, as Slack's JSON has it."""

LONGEST_TEXT = 3000
"""Of a message's own text. Slack takes more, but can't change a text beyond about 4,000 any more."""
_LONGEST_SENTENCE = 900
_BLANK: Block = {"type": "text", "text": " "}
_BREAK: Block = {"type": "text", "text": "\n"}
_COMMAND = re.compile(r"`(seen [a-z ]{1,40})`")  # so the sentences name a command of our own


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
    """A message's own text: a line for each sentence, times in UTC, escaped; what has no room is left out, and said."""
    lines_: list[str] = []
    room = LONGEST_TEXT - 2
    for sentence in sentences:
        line = _message_line(sentence, room)
        if len(line) > room:
            return "\n".join([*lines_, "…"])
        if line:
            lines_.append(line)
            room -= len(line) + 1
    return "\n".join(lines_) or "…"


def _message_line(sentence: str, most: int) -> str:
    written = ""
    for part in split(sentence):
        if isinstance(part, str):
            written += escaped(tidy(part, min(_LONGEST_SENTENCE, max(most // 3, 1))))
        else:
            written += part.fallback if isinstance(part, Moment) else part.markup
    return written.strip()


# ── Rich text ────────────────────────────────────────────────────────────────────────────────────────────────────


def words(sentence: str, *, most: int = _LONGEST_SENTENCE, **style: bool) -> list[Block]:
    """A sentence as elements of rich text: its words untouched, its times in the reader's zone.

    ``most``: characters of a stretch of words, after which it is cut.
    """
    elements: list[Block] = []
    for part in split(sentence):
        if isinstance(part, str):
            elements += _spelt(part, most, style)
        elif isinstance(part, Moment):
            elements.append(_styled(_date(part), style))
        elif isinstance(part, Room):
            elements.append({"type": "channel", "channel_id": part.channel_id})
        elif part.is_group:
            elements.append({"type": "usergroup", "usergroup_id": part.user_id})
        else:
            elements.append({"type": "user", "user_id": part.user_id})
    return elements


def _date(moment: Moment) -> Block:
    return {
        "type": "date",
        "timestamp": moment.timestamp,
        "format": moment.format,
        "fallback": moment.fallback,
    }


def _spelt(text: str, most: int, style: dict[str, bool]) -> Iterator[Block]:
    """Words as they are, commands of ours in the letters of one."""
    for number, stretch in enumerate(_COMMAND.split(tidy(text, most))):
        if stretch:
            yield _styled({"type": "text", "text": stretch}, {**style, "code": True} if number % 2 else style)


def _styled(element: Block, style: dict[str, bool]) -> Block:
    return {**element, "style": dict(style)} if style else element


def code(text: str) -> Block:
    """Something to be typed."""
    return {"type": "text", "text": tidy(text), "style": {"code": True}}


def emoji(name: str) -> Block:
    """One of Slack's own emoji."""
    return {"type": "emoji", "name": name}


def section(*elements: Block) -> Block:
    """A paragraph of rich text. Slack takes no empty one."""
    return {"type": "rich_text_section", "elements": list(elements) or [_BLANK]}


def lines(*paragraphs: Sequence[Block]) -> Block:
    """Paragraphs below one another. Slack breaks no line between two sections, so they share one."""
    elements: list[Block] = []
    for paragraph in paragraphs:
        elements += [*([_BREAK] if elements else []), *paragraph]
    return section(*elements)


def bullets(sentences: Iterable[str]) -> Block:
    """A list, a point for each sentence."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(*words(sentence)) for sentence in sentences],
    }


def quote(*elements: Block) -> Block:
    """A paragraph set apart by a bar."""
    return {"type": "rich_text_quote", "elements": list(elements) or [_BLANK]}


def fixed(lines: Iterable[str]) -> Block:
    """Lines in letters of one width."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "\n".join(lines)}]}


def rich(*parts: Block) -> Block:
    """A block of rich text from paragraphs, lists and quotes."""
    return {"type": "rich_text", "elements": list(parts)}
