"""Text as people and Slack paste it, made plain: visible characters, one kind of quote and dash, no wrapping."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

LONGEST = 20_000
"""How much of a text is read; nobody asks a longer question."""

_LOOK_ALIKES = str.maketrans(
    dict.fromkeys("‘’‚‛`´′‹›＇", "'")
    | dict.fromkeys("“”„‟«»″〝〞＂「」『』", '"')
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | dict.fromkeys("—―", " - ")
    | dict.fromkeys("。｡", ".")
    | dict.fromkeys("〈《", "<")
    | dict.fromkeys("〉》", ">")
)
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u2800\u3164\ufe00-\ufe0f\uffa0]"
)  # invisible, yet letters or marks by category
_ENDLESS_ENTITY = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)  # no character has such a number
_WRAPPED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MAILTO = re.compile(r"mailto:\s*([^\s<>|?]+)(?:\?[^\s<>|]*)?", re.IGNORECASE)
_LINK = re.compile(r"\bhttps?://(?:[^\s/?#@<>|]*@)?([^\s/?#:<>|\"']+)([^\s<>|\"']*)", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s/?&=#@]+@[^\s/?&=#@]+\.[^\s/?&=#@]+")


def tidy(text: str) -> str:
    """The text with everything undone that a chat, a mail program or a keyboard wraps around what somebody meant.

    Entities become characters; full-width and other compatibility forms ordinary ones; invisible and direction marks
    go; quotes and dashes get one form; ``<mailto:a@b|a@b>`` becomes the address, a link its host, its Postmark message
    ID or its label. Accents and case stay. The result is one line without control characters.
    """
    text = _characters(_entities(text[:LONGEST]))
    text = _WRAPPED.sub(_unwrapped, text)
    text = _MAILTO.sub(lambda match: f" {_decoded(match[1])} ", text)
    return _LINK.sub(lambda match: f" {_of_link(match)} ", text)


def unwrapped(text: str) -> str:
    """The text as people see it in Slack, on one line: addresses and links without what Slack wraps around them."""
    text = _WRAPPED.sub(_seen, text[:LONGEST])
    return " ".join(_unescaped(_MAILTO.sub(lambda match: match[1], text)).split())


def _seen(match: re.Match[str]) -> str:
    """What stands between ``<`` and ``>``, kept apart from letters that stand close to it."""
    inside, text = _unwrapped(match).strip(), match.string
    before = " " if text[: match.start()][-1:].isalnum() else ""
    after = " " if text[match.end() : match.end() + 1].isalnum() else ""
    return f"{before}{inside}{after}"


def _entities(text: str) -> str:
    # Twice, because a text that was escaped on its way into Slack is escaped by Slack once more.
    return _unescaped(_unescaped(text))


def _unescaped(text: str) -> str:
    return html.unescape(_ENDLESS_ENTITY.sub(" ", text))


def _characters(text: str) -> str:
    # Before NFKC, which takes some quotes apart into a space and an accent; and after it, for what it unfolds.
    text = unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKES)).translate(_LOOK_ALIKES)
    return _UNSEEN.sub("", "".join(map(_visible, text)))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cf", "Cs"} else character


def _unwrapped(match: re.Match[str]) -> str:
    """What stands between ``<`` and ``>``: Slack's mentions and links, or a plain address in angle brackets."""
    target, label = match[1].strip(), (match[2] or "").strip()
    if target[:1] in {"@", "#", "!"} and "." not in target:
        return " "  # a colleague, a channel, everybody: never a customer
    if target.lower().startswith("tel:"):
        return " "
    link = _LINK.fullmatch(target)
    if link and label and not _says_the_same(label, target) and not _MESSAGE_ID.search(target):
        return f" {label} "
    # The label of a mailto can differ from where it leads; where it leads is where mail goes.
    return f" {target or label} "


def _says_the_same(label: str, target: str) -> bool:
    return label.lower().removeprefix("http://").removeprefix("https://").rstrip("/…. ") in target.lower()


def _of_link(match: re.Match[str]) -> str:
    """The part of a link that can be asked about; numbers in its path are no business numbers."""
    rest = _decoded(match[2])
    inside = _MESSAGE_ID.search(rest) or _ADDRESS.search(rest)
    return inside[0] if inside else match[1].lower().removeprefix("www.")


def _decoded(text: str) -> str:
    return _characters(unquote(text, errors="replace"))
