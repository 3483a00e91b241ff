"""A customer's name in a question: what is left when everything else has been understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.question.words import AMBIGUOUS, FILLER, TITLES

_PIECES = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?|\S")
_SURNAME_FIRST = re.compile(r"\s*([^\W\d_][\w'-]*),\s*([^\W\d_][\w'.-]*(?:\s+[^\W\d_][\w'.-]*)?)\W*")
_ONLY_CAPITALS = re.compile(r"\s*(?:[^\W\d_a-z][^\W\d_]+\s*){2,3}")  # "May Smith" asks for her; "May she" does not
_MOST_WORDS = 4
_TOO_MANY = 6
"""More unknown words than this in small letters are a story, not a name."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    starts_sentence: bool

    @property
    def telling(self) -> bool:
        """Written with a capital that does not come from where it stands ("Chasing maria")."""
        return self.text[:1].isupper() and not self.starts_sentence


def find(text: str) -> tuple[str, ...]:
    """The names a text holds, the likeliest first; ``text`` has everything else crossed out."""
    if (match := _SURNAME_FIRST.fullmatch(text)) and not {match[1].casefold(), match[2].casefold()} & FILLER:
        return (f"{match[2]} {match[1]}",)  # "Lopez, Maria"
    runs = _runs(text)
    telling = [run for run in runs if any(word.telling for word in run)]
    if not telling and sum(map(len, runs)) > _TOO_MANY:
        return ()
    names = (" ".join(word.text for word in run) for run in telling or runs if len(run) <= _MOST_WORDS)
    return tuple(dict.fromkeys(names))


def _runs(text: str) -> list[list[_Word]]:
    """The words that stand side by side, without those that no name is made of."""
    runs: list[list[_Word]] = [[]]
    first = not _ONLY_CAPITALS.fullmatch(text)
    for match in _PIECES.finditer(text):
        word, piece = _bare(match[0]), match[0]
        if word.rstrip(".").casefold() in TITLES:
            continue
        if not word[:1].isalpha() or _is_filler(word, first=first):
            runs.append([])
        else:
            runs[-1].append(_Word(word, first))
        ends = piece.endswith(".") and not word.endswith(".") and not text[match.end() : match.end() + 1].isalpha()
        if ends or piece.lower().rstrip(".").endswith("'s"):
            runs.append([])  # "… for Maria. Thanks", "Maria's quote"
        first = False
    return [run for run in runs if any(len(word.text.rstrip(".")) > 1 for word in run)]


def _bare(word: str) -> str:
    """A word without its possessive; a full stop stays on an initial only."""
    word = re.sub(r"'s\.?$", "", word, flags=re.IGNORECASE)
    return word if len(word) == 2 and word.endswith(".") else word.rstrip(".'")


def _is_filler(word: str, *, first: bool) -> bool:
    folded = word.casefold()
    if folded in AMBIGUOUS:
        # "Will Maria see it" asks; "did Will see it" names.
        return first or not word[:1].isupper()
    return folded in FILLER or (first and len(folded) > 5 and folded.endswith("ing"))  # "Chasing maria"
