"""Which prefixes a network announces, out of the package ``@ip-location-db/asn``."""

from __future__ import annotations

import csv
import ipaddress
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PACKAGE = Path(__file__).parent / "node_modules" / "@ip-location-db" / "asn"
_FILES = ("asn-ipv4.csv", "asn-ipv6.csv")


class NotInstalled(Exception):  # noqa: N818 - its name says what is the matter
    """The package is not there; the text says how to get it."""


def edition() -> str:
    """The version of the package. Raises ``NotInstalled``."""
    try:
        return str(json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        raise NotInstalled("The package @ip-location-db/asn is not installed: run `make networks`.") from None


def announced(numbers: Collection[int]) -> dict[int, list[Network]]:
    """The prefixes of these networks (AS numbers), neighbours merged, IPv4 first. Raises ``NotInstalled``."""
    found: dict[int, list[Network]] = defaultdict(list)
    for number, first, last in _ranges({str(number) for number in numbers}):
        found[number].extend(_between(ipaddress.ip_address(first), ipaddress.ip_address(last)))
    return {number: merged(blocks) for number, blocks in found.items()}


def merged(blocks: Collection[Network]) -> list[Network]:
    """The same addresses in as few blocks as possible, in their order, IPv4 first."""
    four = ipaddress.collapse_addresses(block for block in blocks if isinstance(block, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(block for block in blocks if isinstance(block, ipaddress.IPv6Network))
    return [*four, *six]


def _ranges(numbers: Collection[str]) -> Iterator[tuple[int, str, str]]:
    edition()
    for name in _FILES:
        with (PACKAGE / name).open(encoding="utf-8", newline="") as lines:
            for first, last, number, _owner in csv.reader(lines):
                if number in numbers:
                    yield int(number), first, last


def _between(first: Address, last: Address) -> Iterable[Network]:
    return ipaddress.summarize_address_range(first, last)
