"""What is left out of a record before anything keeps it.

Customers did not ask to be located, and what an email says is not ours to keep: bodies, attachments, coordinates and
the reader's address go. Of the address its network stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Any

import msgspec

from bot.evidence.networks import classify
from bot.untrusted import part, text
from store.records import Network

BODIES = frozenset(
    {
        "attachments",
        "body",
        "content",
        "headers",
        "htmlbody",
        "messagebody",
        "rawemail",
        "strippedtextreply",
        "textbody",
    }
)
PLACES = frozenset(
    {
        "coordinates",
        "coords",
        "ip",
        "ipaddress",
        "latitude",
        "longitude",
        "postalcode",
        "remoteip",
        "zip",
    }
)
_GEO_KEPT = ("CountryISOCode", "Country", "RegionISOCode", "Region", "City")
_DEEPEST = 20


def redacted(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without bodies, coordinates and readers' addresses, however deep they lie.

    Metadata is the sender's own words and stays.
    """
    return _object(record, _DEEPEST)


def network_of(record: Mapping[str, Any]) -> Network | None:
    """The network that an open or a click came from; its address is looked at here and nowhere else."""
    ip = text(part(record.get("Geo"), "IP"), 100)
    return classify(ip) if ip is not None else None


def with_network(record: dict[str, Any], network: Network | None) -> dict[str, Any]:
    """A redacted record that says which network it came from, where its address stood."""
    if network is None:
        return record
    return {**record, "Geo": {**record["Geo"], "Network": msgspec.to_builtins(network)}}


def _object(record: Mapping[str, Any], depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in record.items():
        match _treatment(name[:40]):
            case _Treatment.KEEP:
                kept[name] = value if type(value) is str else _value(value, depth)
            case _Treatment.LABELS:
                kept[name] = _labels(value, depth)
            case _Treatment.GEO:
                kept[name] = {word: text(part(value, word), 100) for word in _GEO_KEPT if part(value, word) is not None}
    return kept


def _labels(value: object, depth: int) -> object:
    """Metadata: whatever its fields are called, their texts stay. What is no text is none of the sender's."""
    if not isinstance(value, dict) or not depth:
        return _value(value, depth)
    return {name: _value(content, depth - 1) for name, content in value.items()}


def _value(value: object, depth: int) -> object:
    if isinstance(value, dict):
        return _object(value, depth - 1) if depth else None
    if isinstance(value, list):
        return [_value(content, depth - 1) for content in value] if depth else None
    return value


class _Treatment(Enum):
    KEEP = auto()
    LABELS = auto()
    GEO = auto()
    DROP = auto()


@lru_cache(maxsize=1024)
def _treatment(name: str) -> _Treatment:
    """What becomes of a field, by its name (or the start of a long one, so that the cache stays small)."""
    folded = name.lower()
    if folded in BODIES or folded in PLACES:
        return _Treatment.DROP
    return {"geo": _Treatment.GEO, "metadata": _Treatment.LABELS}.get(folded, _Treatment.KEEP)
