"""Business numbers: the job, quote and invoice numbers by which an office knows its emails.

A number has one spelling here, so that what stands in metadata, in a subject and in a question can be compared:
``#1042``, ``1042`` and ``job 1042`` are ``1042``; ``inv 2207``, ``INV2207`` and ``inv–2207`` are ``INV-2207``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from store.records import Message

NOUNS = (
    "job",
    "quote",
    "quotation",
    "estimate",
    "proposal",
    "offer",
    "invoice",
    "bill",
    "order",
    "work order",
    "purchase order",
    "booking",
    "appointment",
    "visit",
    "project",
    "contract",
    "ticket",
    "case",
    "claim",
    "reference",
    "ref",
)
"""What an office calls the things it numbers. Such a word before a number is not part of the number."""

ABBREVIATIONS = {
    "invoice": ("INV",),
    "quote": ("Q", "QU", "QUO", "EST"),
    "job": ("J",),
    "order": ("PO", "SO", "WO"),
}
"""Letters that firms put before the number of such a thing."""

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)

NUMBER = r"(?:[a-z]{1,6}[-_/]?)?\d{1,20}(?:[-/_]\d{1,12}){0,3}(?:-?[a-z])?"
"""A number as firms write it: ``1042``, ``INV-2207``, ``2026-014``, ``77b``. Case does not count."""

MONEY = r"(?:eur|usd|gbp|chf|cad|aud|euros?|dollars?|pounds?)\b"
NOT_A_NUMBER = (
    r"(?!\w|[.,]\d|[-:/]\d|\s*(?:[%€$£¥]|(?:st|nd|rd|th|am|pm|days?|weeks?|hours?|minutes?)\b"
    rf"|{MONTH}\b|{MONEY}))"
)
"""What must not follow a number for it to be one: the rest of a date, a time, a price, a duration."""

NOUN = rf"(?:{'|'.join(noun.replace(' ', r'[ _-]') for noun in sorted(NOUNS, key=len, reverse=True))})s?"
NUMBERED = rf"(?<![^\W_]){NOUN}[\s_:#-]{{0,3}}(?:\b(?:no|nr|num|number|id)\b\.?)?[\s_:#-]{{0,3}}"
"""A noun that announces a number, up to where the number begins."""

DEFAULT_PATTERN: re.Pattern[str] = re.compile(
    rf"(?:{NUMBERED}|(?<![\w&])\#\s?|(?<![\w-])(?=inv-?\d))({NUMBER}){NOT_A_NUMBER}", re.IGNORECASE
)
"""Finds the numbers in a subject when nobody has set ``REFERENCE_PATTERN``; its first group is the number."""

_LONGEST = 80  # the longest value that Postmark's metadata can hold
_MOST = 20
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """The one spelling of a business number; ``""`` when the text holds none.

    In: as written, with or without ``#`` and the noun before it. Out: upper case, without ``#`` and spaces, its letters
    parted from its digits by a hyphen. Anything is accepted; at most 80 characters are kept.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text[:500]) if unicodedata.category(c) not in _INVISIBLE)
    plain = re.sub(r"[‐-―−]", "-", plain).strip(" \t#.,:;'\"()[]")
    plain = re.sub(rf"^{NUMBERED}(?=[\w#-]*\d)", "", plain, flags=re.IGNORECASE).lstrip("# ").upper()
    plain = re.sub(r"\s+", "-", plain)
    return re.sub(r"^([A-Z]{1,6})[-_.]*(\d[\d/-]*[A-Z]?)$", r"\1-\2", plain)[:_LONGEST]


def of_message(message: Message, *, keys: Sequence[str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The numbers a message belongs to, the surest first: from metadata, then the tag, then the subject.

    ``keys`` are the metadata fields that hold numbers, compared without regard to case; ``pattern`` finds numbers in
    text, its first matching group (or else the whole match) being the number. A tag that is only a number is one.
    """
    metadata = {key.casefold(): value for key, value in message.metadata.items()}
    found: dict[str, None] = {}
    for value in (metadata.get(key.casefold(), "") for key in keys):
        found.setdefault(normalise(value))
    tag = (message.tag or "").strip()
    if re.fullmatch(rf"#?{NUMBER}", tag, re.IGNORECASE):
        found.setdefault(normalise(tag))
    for text in (tag, message.subject or ""):
        for number in in_text(text, pattern):
            found.setdefault(number)
    found.pop("", None)
    return tuple(found)[:_MOST]


def in_text(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """The numbers that a pattern finds in a text, in one spelling."""
    for match in pattern.finditer(text[:2000]):
        yield normalise(match_number(match)[0])


def match_number(match: re.Match[str]) -> tuple[str, int, int]:
    """The number of a match and where it stands: its first group that took part, or else the whole match."""
    group = next((n for n, value in enumerate(match.groups(), 1) if value is not None), 0)
    return match[group], match.start(group), match.end(group)


def spellings(reference: str, document: str | None = None) -> tuple[str, ...]:
    """Other numbers that may be meant by this one, the likeliest first; the reference itself is not among them.

    Who asks for "invoice 2207" may mean ``INV-2207``, and the other way round; a zero in front is often left off.
    """
    letters, digits = _parts(reference)
    if not digits:
        return ()
    prefixes = ABBREVIATIONS.get(document or "") or tuple(chain.from_iterable(ABBREVIATIONS.values()))
    others = [digits] if letters else [f"{prefix}-{digits}" for prefix in prefixes]
    bare = digits.lstrip("0")
    if not letters and bare and bare != digits:
        others.append(bare)
    return tuple(others)


def neighbours(reference: str) -> tuple[str, ...]:
    """Numbers that one slip of the fingers turns into this one: a digit wrong, missing, doubled, or two swapped."""
    if not 3 <= len(reference) <= 20:
        return ()
    slips: dict[str, None] = {}
    for at, character in enumerate(reference):
        before, after = reference[:at], reference[at + 1 :]
        if at + 1 < len(reference):
            slips.setdefault(before + reference[at + 1] + character + reference[at + 2 :])
        if character.isdigit():
            slips.setdefault(before + after)
            slips.update(dict.fromkeys(f"{before}{digit}{after}" for digit in "0123456789"))
            slips.update(dict.fromkeys(f"{before}{digit}{character}{after}" for digit in "0123456789"))
    slips.update(dict.fromkeys(reference + digit for digit in "0123456789"))
    slips.pop(reference, None)
    return tuple(slips)


def _parts(reference: str) -> tuple[str, str]:
    match = re.fullmatch(r"([A-Z]{1,6})-(\d[\w/-]*)", reference)
    if match:
        return match[1], match[2]
    return "", reference if reference[:1].isdigit() else ""
