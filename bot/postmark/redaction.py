"""What is left out of a record before anything keeps it.

Customers did not ask to be located, and what an email says is not ours to keep: bodies, attachments, coordinates and
the reader's address go. Of the address its network stays.
"""

from __future__ import annotations

from collections.abc import Mapping
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
_DROPPED = BODIES | PLACES
_GEO_KEPT = ("CountryISOCode", "Country", "RegionISOCode", "Region", "City")
_DEEPEST = 20


def redacted(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without bodies, coordinates and readers' addresses, however deep they lie.

    Metadata is the sender's own and stays as it is.
    """
    return {
        name: value if name == "Metadata" else _redacted_value(name, value, _DEEPEST)
        for name, value in record.items()
        if name.lower() not in _DROPPED
    }


def network_of(record: Mapping[str, Any]) -> Network | None:
    """The network that an open or a click came from; its address is looked at here and nowhere else."""
    ip = text(part(record.get("Geo"), "IP"), 100)
    return classify(ip) if ip is not None else None


def with_network(record: dict[str, Any], network: Network | None) -> dict[str, Any]:
    """A redacted record that says which network it came from, where its address stood."""
    if network is None:
        return record
    return {**record, "Geo": {**record["Geo"], "Network": msgspec.to_builtins(network)}}


def _redacted_value(name: str, value: object, depth: int) -> object:
    if isinstance(value, str) and name.lower() != "geo":
        return value
    if name.lower() == "geo":
        return {kept: text(part(value, kept), 100) for kept in _GEO_KEPT if part(value, kept) is not None}
    if isinstance(value, dict):
        return {
            inner: _redacted_value(inner, content, depth - 1)
            for inner, content in value.items()
            if depth and inner.lower() not in _DROPPED
        }
    if isinstance(value, list):
        return [_redacted_value(name, content, depth - 1) for content in value if depth]
    return value
