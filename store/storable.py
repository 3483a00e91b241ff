"""Text as both databases take it. What comes from outside may hold anything; it is never refused, only mended."""

from __future__ import annotations

import hashlib

LONGEST_INDEXED = 320
"""Characters: the longest address. PostgreSQL's indexes end at 2,700 bytes."""


def storable(text: str) -> str:
    """The text without zero bytes, which PostgreSQL refuses, and half surrogate pairs, which both do."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def indexable(text: str) -> str:
    """The text as it can be looked up: what is too long is cut and ends in its hash, so that it stays unique."""
    if len(text) <= LONGEST_INDEXED:
        return storable(text)
    return f"{storable(text)[: LONGEST_INDEXED - 65]}…{digest(text)}"


def digest(text: str) -> str:
    """The SHA-256 of any text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
