"""One form in which email addresses are compared, and the pieces people and headers wrap around them.

Addresses are stored and shown as they were sent. They are compared by their *key*: composed (NFC), without regard to
case, with an international domain in its ASCII form. Mail servers may tell ``Maria@`` from ``maria@``; none does.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PLAIN = re.compile(r"[a-z0-9._%+'\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+").fullmatch
_COMMENT_AT_END = re.compile(r"\s*\(([^()]*)\)\s*$")
_ESCAPED = re.compile(r"\\(.)")


@lru_cache(maxsize=8192)
def normalise(address: str) -> str:
    """The key of an address: what is compared and indexed.

    Takes the address alone or in any of the forms ``parse_mailbox`` reads. Never raises: what is no address is
    trimmed and folded all the same, so that two spellings of it still meet.
    """
    folded = address.lower()
    if _PLAIN(folded):
        return folded
    _, bare = parse_mailbox(address)
    local, at, domain = bare.rpartition("@")
    if not at:
        return _fold(bare)
    return f"{_fold(local)}@{normalise_domain(domain)}"


def normalise_domain(domain: str) -> str:
    """The key of a domain: lower case, without a leading ``@`` or a trailing dot, international names as A-labels."""
    domain = domain.strip().lstrip("@").rstrip(". ")
    if domain.isascii():
        return domain.lower()
    import idna  # noqa: PLC0415  (needed for the few international domains only)

    try:
        return idna.encode(domain, uts46=True).decode("ascii").rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFC", domain.lower())


def domain_of(key: str) -> str:
    """The domain of an address key; empty when there is none."""
    return key.rpartition("@")[2] if "@" in key else ""


def display_domain(domain: str) -> str:
    """A domain key as people write it: ``xn--mller-kva.example`` becomes ``müller.example``."""
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415  (as above)

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def parse_mailbox(text: str) -> tuple[str | None, str]:
    """The display name, if any, and the address of a mailbox as headers and people write it.

    Reads ``maria@x.example``, ``<maria@x.example>``, ``mailto:maria@x.example``, ``Maria Voss <maria@x.example>``,
    ``"Voss, Maria" <maria@x.example>`` and ``maria@x.example (Maria Voss)``. Never raises: text without an address
    comes back as the address, trimmed.
    """
    text = text.strip()
    name = ""
    if text.endswith(">") and "<" in text:
        name, _, text = text[:-1].rpartition("<")
    elif (comment := _COMMENT_AT_END.search(text)) and "@" in text[: comment.start()]:
        name, text = comment[1], text[: comment.start()]
    text = text.strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0].strip()
    return _unquoted(name) or None, text


def _unquoted(name: str) -> str:
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] and name[0] in "\"'":
        name = _ESCAPED.sub(r"\1", name[1:-1])
    return " ".join(name.split())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a name or a subject as they are compared: without case, accents and punctuation.

    ``"López, María"`` gives ``("lopez", "maria")``, so that a name is found however it is typed.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())
