"""Patterns for subjects: regular expressions that can't take long, whatever the subject.

Python's own engine tries one way through a pattern after the other, and some patterns have more ways through a short
subject than there is time. So the ways are counted before a pattern is taken: literals have one, ``a|b`` has as many as
its parts together, what follows one another multiplies, and a repetition has all of its counts. The count is an upper
bound, and a subject is looked at for ``SUBJECT_LOOKED_AT`` characters only.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable
from re import _parser  # type: ignore[attr-defined]  # the only one who understands every pattern that re does
from typing import Any

from bot.rules.matching import SUBJECT_LOOKED_AT

LONGEST = 200
_MOST_WAYS = 50_000_000
"""A fraction of a second at the very worst."""
_OUTER = (re.compile(r"^\^?\.\*\??(?![+*?{])"), re.compile(r"(?<!\\)\.\*\??\$?$"))
"""“Anything” before or after the rest, which a search doesn't need."""


def checked(text: str) -> str:
    """A pattern that may be kept, without what it doesn't need.

    Raises ``ValueError`` with a sentence that says what is wrong and what to write instead.
    """
    pattern = text.strip()
    for outer in _OUTER:
        pattern = outer.sub("", pattern)
    if len(pattern) > LONGEST:
        raise ValueError(f"The pattern is longer than {LONGEST} characters; a few words of the subject will do.")
    if not pattern:
        raise ValueError("The pattern fits every subject; leave it empty instead, or write a word such as quote.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about spellings that a later Python may read otherwise
            parsed = _parser.parse(pattern, re.IGNORECASE)
            re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(
            f"The pattern is no regular expression ({error}); plain words such as quote will do, with a backslash "
            "before signs like ( or + that are meant as they stand."
        ) from None
    if _ways(parsed) * SUBJECT_LOOKED_AT > _MOST_WAYS:
        raise ValueError(
            "The pattern could take very long over a subject: it repeats too many parts, or repeats within what is "
            "repeated. Two parts such as .* or \\d+ are fine, three are not."
        )
    return pattern


def _ways(parsed: Iterable[tuple[Any, Any]]) -> float:
    """How many ways through a pattern there are at most; infinity where nobody would want to know."""
    return math.prod(_ways_of(operator.name, operand) for operator, operand in parsed)


def _ways_of(operator: str, operand: Any) -> float:  # noqa: ANN401 - whatever the parser of re gives
    if operator.endswith("REPEAT"):
        least, most, repeated = operand
        return _repeated(_ways(repeated), int(least), int(most))
    match operator:
        case "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
            return _ways(operand[-1])
        case "BRANCH":
            return sum(map(_ways, operand[1]))
        case "ATOMIC_GROUP":
            return _ways(operand)
        case "GROUPREF_EXISTS":
            return _ways(operand[1]) + (_ways(operand[2]) if operand[2] else 1)
    return 1


def _repeated(ways: float, least: int, most: int) -> float:
    """All counts from ``least`` to ``most``; a subject has no room for more than its length."""
    most = min(most, SUBJECT_LOOKED_AT)
    least = min(least, most)
    if ways <= 1:
        return most - least + 1
    return math.inf if most * math.log(ways) > math.log(_MOST_WAYS) else sum(ways**n for n in range(least, most + 1))
