"""Words as a mail header has to write them (RFC 2047): ``=?UTF-8?Q?J=C3=B6rg?=`` is Jörg."""

from __future__ import annotations

import binascii
import re

_WORD = r"=\?[A-Za-z0-9_.:+-]{1,40}(?:\*[A-Za-z0-9-]{1,20})?\?[bBqQ]\?[^?\s]*\?="
_RUN = re.compile(rf"{_WORD}(?:\s*{_WORD})*")
_PARTS = re.compile(r"=\?([^?*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")


def decoded(words: str) -> str:
    """The words themselves. What is encoded in no way we know stays as it is."""
    return _RUN.sub(_read, words) if "=?" in words else words


def _read(run: re.Match[str]) -> str:
    """One or several encoded words. Blanks between them mean nothing, and some programs cut within a letter."""
    pieces: list[tuple[str, bytes]] = []
    try:
        for charset, way, content in _PARTS.findall(run[0]):
            written = _bytes(way, content)
            if pieces and pieces[-1][0] == charset.lower():
                written = pieces.pop()[1] + written
            pieces.append((charset.lower(), written))
        return "".join(written.decode(charset, "replace") for charset, written in pieces)
    except (LookupError, ValueError):  # a character set, or base64, that is none
        return run[0]


def _bytes(way: str, content: str) -> bytes:
    raw = content.encode(errors="replace")
    if way in "bB":
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    return binascii.a2b_qp(raw, header=True)
