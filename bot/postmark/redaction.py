"""What is left out of a record before anything keeps it.

Customers did not ask to be located, and what an email says is not ours to keep: bodies, attachments, coordinates and
the reader's address go. Of the address its network stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

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

    Texts of metadata are the sender's own words and stay.
    """
    return _object(record, _DEEPEST)


def network_of(record: Mapping[str, Any]) -> Network | None:
    """The network that an open or a click came from; its address is looked at here and nowhere else."""
    ip = text(part(record.get("Geo"), "IP"), 100)
    return classify(ip) if ip is not None else None


def with_network(record: dict[str, Any], network: Network | None) -> dict[str, Any]:
    """Has a redacted record say which network it came from, where its address stood, and gives it back."""
    if network is not None:
        record["Geo"]["Network"] = {
            "prefix": network.prefix,
            "kind": network.kind,
            "owner": network.owner,
            "list_version": network.list_version,
        }
    return record


def _object(record: Mapping[str, Any], depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in record.items():
        treatment = _treatments[name]
        if treatment is _KEEP:
            kept[name] = _value(value, depth) if type(value) in _NESTED else value
        elif treatment is _METADATA:
            kept[name] = _metadata(value, depth)
        elif treatment is _GEO:
            place = value if isinstance(value, dict) else {}
            kept[name] = {word: text(found, 100) for word in _GEO_KEPT if (found := place.get(word)) is not None}
    return kept


def _metadata(value: object, depth: int) -> object:
    """A field keeps its text whatever it is called; what lies deeper is nothing that Postmark lets senders write."""
    if not isinstance(value, dict):
        return _value(value, depth)
    return {name: _value(said, depth - 1) if depth else None for name, said in value.items()}


def _value(value: object, depth: int) -> object:
    if isinstance(value, dict):
        return _object(value, depth - 1) if depth else None
    if isinstance(value, list):
        return [_value(content, depth - 1) for content in value] if depth else None
    return value


class _Treatment(Enum):
    KEEP = auto()
    METADATA = auto()
    GEO = auto()
    DROP = auto()


# Asking the class for its members takes as long as everything else that is done with a field.
_KEEP, _METADATA, _GEO = _Treatment.KEEP, _Treatment.METADATA, _Treatment.GEO
_NESTED = frozenset({dict, list})
_COMPARED = 40


class _Treatments(dict[str, _Treatment]):
    """What becomes of a field, by its name (or the start of a long one); so many names are remembered."""

    def __missing__(self, name: str) -> _Treatment:
        folded = name[:_COMPARED].lower()
        if folded in BODIES or folded in PLACES:
            treatment = _Treatment.DROP
        else:
            treatment = {"geo": _GEO, "metadata": _METADATA}.get(folded, _KEEP)
        if len(self) < _REMEMBERED and len(name) <= _COMPARED:
            self[name] = treatment
        return treatment


_REMEMBERED = 1024
_treatments = _Treatments()
