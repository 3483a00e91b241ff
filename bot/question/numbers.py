"""Business numbers in a question: ``#1042``, "job 1042", "quote no. 77", ``INV-2207``, or a number by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from bot.question.addresses import Named
from bot.question.marks import FILL, cross_out
from bot.question.words import KINDS
from bot.references import ABBREVIATIONS, MONEY, NOT_A_NUMBER, NUMBER, NUMBERED, match_number, normalise

_STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court|ct|boulevard|blvd|close|place|pl|square|sq|terrace|crescent"
    r"|gardens|row|highway|hwy|parkway|pkwy"
)
_COUNTED = (
    r"e-?mails?|messages?|mails?|times?|people|persons?|recipients?|customers?|clients?|others?|copies|links?|clicks?|opens?"
    r"|years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?"
)
_NOT_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w#-])\+\d[\d\s()./-]{6,}\d",  # +49 170 1234567
        r"(?<![\w#-])\(\d{2,5}\)[\s./-]?\d[\d\s./-]{4,}\d",  # (555) 123-4567
        r"(?<![\w#/-])\d{3}[-.\s]\d{3}[-.\s]\d{4}(?![\w-])",  # 555-123-4567
        r"(?<![\w#/-])0\d{2,5}[\s/-]\d{3,}(?:[\s-]\d{2,})*(?![\w-])",  # 0170 1234567
        r"(?<![\w#/-])\d{2,4}(?:[\s.]\d{2,4}){3,}(?![\w-])",  # 01 23 45 67 89
        r"(?:\b(?:tel|phone|mobile|cell|fax|call|text|ext|extension|room|floor|unit|apt|suite|zip|plz)\b\.?:?)\s*\d[\d\s()./-]*",
        rf"(?:[€$£¥]|\b{MONEY})\s?\d[\d.,']*",
        rf"(?<![\w#-])\d[\d.,']*\s?(?:[€$£¥%]|{MONEY})",
        r"(?<![\w#-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w-])",  # 1,200.00
        rf"(?<![\w#-])\d{{1,5}}[a-z]?\s+(?:[^\W\d_]+\.?\s+){{0,3}}?(?:{_STREET})\b",  # 12 Oak Street
        r"\b[^\W\d_]{0,40}(?:straße|strasse|str\.|weg|gasse|allee|platz)\s+\d{1,5}[a-z]?\b",  # Hauptstraße 12
        rf"(?<![\w#-])\d{{1,5}}\s+(?:{_COUNTED})\b",  # 40 recipients
        r"(?<![\w@-])(?:v|version\s)\d+(?:\.\d+)*",
    )
)
_ANNOUNCED = re.compile(rf"(?P<noun>{NUMBERED})({NUMBER}){NOT_A_NUMBER}", re.IGNORECASE)
_ONE_MORE = re.compile(rf"\s*(?:,|&|\band\b|\bor\b)\s*#?(\d{{2,20}}(?:[-/]\d+)*){NOT_A_NUMBER}", re.IGNORECASE)
_HASHED = re.compile(rf"(?<![\w&])(?:\#|(?:no|nr|num|number)\b[.:]?)\s?({NUMBER}){NOT_A_NUMBER}", re.IGNORECASE)
_LETTERED = re.compile(
    r"(?<![\w@./-])((?:[A-Z]{1,6}[-/_]\d{2,20}|[A-Z]{1,6}\d{3,20}|(?:inv|po|wo|quo|est)\.?\s?\d{2,20})(?:[-/_]\d{1,12}){0,3})"
    rf"{NOT_A_NUMBER}",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?<![\w@.,:/#+'-])(\d{{3,20}}|\d{{2,12}}(?:[-/]\d{{2,12}}){{1,3}}){NOT_A_NUMBER}(?!-\w)")
_WHOLE = re.compile(rf"\W*({NUMBER})\W*", re.IGNORECASE)
_KNOWN_LETTERS = frozenset(chain.from_iterable(ABBREVIATIONS.values()))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The business numbers of a question."""

    found: tuple[Named, ...] = ()
    document: str | None = None
    """The kind of document whose number one of them is: ``invoice`` for "invoice 2207"."""


def find(text: str, pattern: re.Pattern[str]) -> tuple[Numbers, str]:
    """The business numbers of a text, and the text with them crossed out.

    ``text`` has its addresses and times crossed out already. ``pattern`` is the firm's own for numbers in subjects.
    """
    if match := _WHOLE.fullmatch(text):
        return Numbers((Named(normalise(match[1]), match.start(1)),)), cross_out(text, 0, len(text))
    found: list[Named] = []
    document: str | None = None
    for match in _ANNOUNCED.finditer(text):
        document = document or KINDS.get(re.split(r"[^a-z]", match["noun"].lower())[0])
        found.append(Named(normalise(match[2]), match.start()))
        text = cross_out(text, match.start(), match.end())
        end = match.end()
        while more := _ONE_MORE.match(text, end):  # "jobs 1042 and 1043"
            found.append(Named(normalise(more[1]), more.start(1)))
            end = more.end()
            text = cross_out(text, more.start(), end)
    text = _take(_HASHED, text, found)
    for other in _NOT_NUMBERS:
        text = other.sub(lambda match: FILL * len(match[0]), text)
    text = _take(_LETTERED, text, found)
    text = _take(pattern, text, found)
    text = _take(_ALONE, text, found)
    return Numbers(tuple(found), document), text


def _take(pattern: re.Pattern[str], text: str, found: list[Named]) -> str:
    for match in pattern.finditer(text):
        written, start, end = match_number(match)
        number = normalise(written)
        if number and FILL not in written:
            found.append(Named(number, start, sure=_is_sure(pattern, written)))
            text = cross_out(text, start, end)
    return text


def _is_sure(pattern: re.Pattern[str], written: str) -> bool:
    """A number by itself may be anything, and so may ``top-10``; ``INV-2207`` is plain."""
    if pattern is _LETTERED:
        return written.isupper() or normalise(written).partition("-")[0] in _KNOWN_LETTERS
    return pattern is not _ALONE
