"""Crossing out: what one reader of a question has understood is closed to the next, and everything keeps its place."""

from __future__ import annotations

FILL = "\x00"
"""Stands where something was crossed out. Tidied text holds no control characters, so it is never anything else."""


def cross_out(text: str, start: int, end: int) -> str:
    """The text with one stretch crossed out; its length stays."""
    return f"{text[:start]}{FILL * (end - start)}{text[end:]}"
