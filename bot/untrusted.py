"""What other programs send us, made safe: coerced where the meaning is plain, dropped where it is not.

Nothing here raises on any value that JSON can hold. Two things have to be kept from the database in particular:
PostgreSQL takes no NUL character, and neither database takes half a surrogate pair.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from bot.encoded import decoded
from store.addresses import normalise, parse_mailbox
from store.records import NOTHING

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
"""A time outside is a program's "no time" (year 1 is the zero of .NET), not a time."""

LONGEST_RAW = 256 * 1024
"""Characters of JSON kept of one record. An ordinary one has one or two thousand."""

_LONGEST_ADDRESS = 320  # RFC 5321: 64 characters before the @, 255 behind it
_DEEPEST = 40
_CONTROLS = dict.fromkeys((*range(1, 32), *range(127, 160)), " ") | {0: None}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEPT_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_KEPT_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", re.ASCII).fullmatch
_DIGITS = re.compile(r"\d*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENCODER = msgspec.json.Encoder()
_SORTED_ENCODER = msgspec.json.Encoder(order="sorted")


class Moment(NamedTuple):
    """A time as a record names it."""

    at: datetime
    """Aware, UTC, to the microsecond."""
    stamp: str
    """The same with all seven digits that Postmark gives, which ``datetime`` cannot hold."""
    has_offset: bool
    """False: the record did not say in which zone, and UTC was taken."""


class Address(NamedTuple):
    """An email address as a record names it."""

    shown: str
    key: str
    name: str | None


def read_json(body: bytes) -> object:
    """The value a body of JSON holds; raises ``ValueError`` when it holds none.

    Takes a little more than the standard allows (a byte order mark, NaN, broken UTF-8, half a surrogate pair), because
    a body refused is a body lost.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def clean(words: str) -> str:
    """The same words without what a database or a terminal could choke on."""
    if words.isascii() and words.isprintable():
        return words
    if _SURROGATE.search(words):
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words.translate(_CONTROLS)


def text(value: object, limit: int = 2000) -> str | None:
    """Words of at most ``limit`` characters; a number counts as its digits; ``None`` for nothing and anything else."""
    if type(value) is str:
        return clean(value if len(value) <= limit else value[:limit]).strip() or None
    return _digits(value)


def header(value: object, limit: int = 2000) -> str | None:
    """Words of an email's header, such as a name or subject: as ``text``, and decoded where they are encoded."""
    if type(value) is str and "=?" in value:
        value = decoded(value[: 4 * limit])
    return text(value, limit)


def identifier(value: object, limit: int = 200) -> str | None:
    """A short name that is only compared: half of one would be another one, so too long counts as none."""
    words = text(value, limit + 1)
    return words if words is not None and len(words) <= limit else None


def message_id(value: object) -> str | None:
    """A Postmark message ID in the one spelling we keep; one that is no UUID stays as it is."""
    if type(value) is str and _KEPT_UUID(value):  # nearly always
        return value
    found = identifier(value)
    return found.lower() if found is not None and _UUID.fullmatch(found) else found


def whole(value: object) -> int | None:
    """A whole number of 64 bits."""
    if isinstance(value, str):
        value = value.strip()
        if not 0 < len(value) < 21 or not value.lstrip("-").isdecimal():
            return None
        try:
            value = int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def flag(value: object) -> bool | None:
    """Yes or no, also as text (``"True"``) or 1 and 0."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().casefold())
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    return None


def moment(value: object) -> Moment | None:
    """A time in ISO 8601, with up to seven digits behind the second; one without an offset is taken as UTC."""
    if not isinstance(value, str) or len(value) > 50:
        return None
    value = value.strip()
    try:
        written = datetime.fromisoformat(value)
        has_offset = written.tzinfo is not None
        at = written.astimezone(UTC) if has_offset else written.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        return None
    if _KEPT_STAMP(value):  # nearly always
        return Moment(at, value, has_offset)
    digits = _DIGITS.match(value.replace(",", ".").partition(".")[2])
    fraction = digits.group()[:7] if digits else ""
    return Moment(at, f"{at.isoformat()[:19]}.{fraction:0<7}Z", has_offset)


def address(value: object) -> Address | None:
    """An email address, with or without a display name; ``None`` for words that are none."""
    if not isinstance(value, str) or "@" not in value or len(value) > 2 * _LONGEST_ADDRESS:
        return None
    return _address(value)


@lru_cache(maxsize=8192)
def _address(value: str) -> Address | None:
    name, shown = parse_mailbox(clean(value).strip())
    if "@" not in shown or len(shown) > _LONGEST_ADDRESS:
        return None
    key = normalise(shown)
    return Address(shown, key, header(name)) if "@" in key and len(key) <= _LONGEST_ADDRESS else None


def labels(value: object) -> Mapping[str, str]:
    """Names with texts, as message metadata is. Postmark allows ten; we take fifty of whatever comes."""
    if not isinstance(value, dict) or not value:
        return NOTHING
    found: dict[str, str] = {}
    for name, word in list(value.items())[:50]:
        label, content = identifier(name, 100), text(word, 500)
        if label is not None and content is not None:
            found[label] = content
    return found


def part(value: object, name: str) -> Any:  # noqa: ANN401 - whatever the record holds there
    """What an object holds under a name; ``None`` when it is no object."""
    return value.get(name) if isinstance(value, dict) else None


def raw_text(record: Mapping[str, Any]) -> str:
    """A record as JSON text that every database can hold, without its long parts where it is unreasonably long."""
    raw = _encode(record, _ENCODER)
    if len(raw) <= LONGEST_RAW:
        return raw
    kept = {name: text(value, 1000) for name, value in list(record.items())[:100] if not isinstance(value, dict | list)}
    return _encode({**kept, "_shortened_from": len(raw)}, _ENCODER)


def fingerprint(value: object) -> str:
    """32 hexadecimal digits that stand for a JSON value, whatever order its names came in."""
    return blake2b(_encode(value, _SORTED_ENCODER).encode(), digest_size=16).hexdigest()


def _encode(value: object, encoder: msgspec.json.Encoder) -> str:
    try:
        encoded = encoder.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        encoded = encoder.encode(_plain(value, _DEEPEST)).decode()
    return encoder.encode(_plain(value, _DEEPEST)).decode() if "\\u0000" in encoded else encoded


def _plain(value: object, depth: int) -> object:
    """The same value from nothing but sound text, numbers, lists and objects."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict) and depth:
        return {clean(str(name)): _plain(content, depth - 1) for name, content in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [_plain(content, depth - 1) for content in value]
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return None


def _digits(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return str(int(value)) if value == int(value) else str(value)
    except (ValueError, OverflowError):  # not finite, or of thousands of digits
        return None
