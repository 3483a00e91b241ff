"""Whether a text wishes to be told later ("tell me when they open it"), or no longer ("stop watching 1042")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What somebody wishes."""

    WATCH = "watch"
    UNWATCH = "unwatch"
    LIST = "list"
    """To see what they watch."""


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish, and the text without the words that said it."""

    wish: Wish
    rest: str


_WHEN = r"(?:when(?:ever)?|if|once|as\s+soon\s+as)"
_OPENS = (
    r"(?:\s+(?:and\s+when\s+)?(?:they|he|she|it|this|that|somebody|someone|anybody|anyone|the\s+customer)"
    r"(?:['’](?:s|ve)|\s+is|\s+has|\s+have|\s+gets?)?)?"
    r"(?:\s+(?:opens?|opened|clicks?|clicked|seen|sees?|reads?|looks?|looked|replies|reply|replied|answers?|arrives?"
    r"|arrived|bounces?|bounced|fails?)(?:\s+(?:it|this|that|at\s+it|on\s+it))?)?"
)
_PATTERNS: tuple[tuple[Wish, re.Pattern[str]], ...] = tuple(
    (wish, re.compile(expression, re.IGNORECASE))
    for wish, expression in (
        (Wish.LIST, r"^\W*(?:show\s+)?(?:my\s+)?watches\W*$|^\W*what\s+(?:am\s+i|do\s+i)\s+watch(?:ing)?\W*$"),
        (Wish.UNWATCH, r"\bunwatch\b|\bstop\s+watching\b|\bdon'?t\s+watch\b|\bno\s+longer\s+watch\b"),
        (
            Wish.WATCH,
            (
                rf"\b(?:please\s+)?(?:tell|let|notify|ping|alert|message|remind)\s+(?:me|us)(?:\s+know)?\s+{_WHEN}\b{_OPENS}"
                r"|^\W*(?:please\s+)?(?:watch|keep\s+(?:an\s+)?eye\s+on|keep\s+watching)\b(?:\s+(?:this|it|that)\b(?!\s+\w))?"
            ),
        ),
    )
)


def find(text: str) -> Wished | None:
    """The wish in a text; ``None``: it asks a plain question, or nothing."""
    for wish, pattern in _PATTERNS:
        if match := pattern.search(text):
            return Wished(wish, " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()))
    return None
