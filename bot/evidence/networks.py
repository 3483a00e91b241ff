"""Whose network a request came from.

Opens and clicks are judged by what kind of place asked for them, so an address is looked up once, when it arrives,
and then forgotten: what is kept is the /24 or /48 it lies in, the owner, the kind and the edition of the lists.
It must be looked up whole: Apple's list of relay addresses goes down to single ones.

Our own blocks (``data/networks.json``, with their sources and licences) go first, because the package iporigin knows
few gateways; then iporigin by the provider's name (its own kinds call Apple's relay a VPN and parts of Google a bot);
then our coarse blocks. There is no list of homes and phones: ``unlisted`` is all that can be said of a person's line.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from bot.evidence.codes import NetworkKind
from store.records import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Label(NamedTuple):
    kind: NetworkKind
    owner: str


class _Blocks:
    """Address blocks by length, so that the most specific one is found first with a handful of look-ups."""

    def __init__(self, labelled: Iterable[tuple[str, _Label]]) -> None:
        tables: dict[tuple[int, int], dict[int, _Label]] = {}
        for text, label in labelled:
            block = ipaddress.ip_network(text)
            shift = block.max_prefixlen - block.prefixlen
            tables.setdefault((block.version, shift), {})[int(block.network_address) >> shift] = label
        self._by_version = {
            version: [(shift, tables[v, shift]) for v, shift in sorted(tables) if v == version] for version in (4, 6)
        }

    def find(self, address: Address) -> _Label | None:
        value = int(address)
        for shift, table in self._by_version[address.version]:
            label = table.get(value >> shift)
            if label is not None:
                return label
        return None


class _Lists(NamedTuple):
    first: _Blocks
    last: _Blocks
    version: str


def classify(ip: str) -> Network | None:
    """The network of a request's address, as far as it may be kept; ``None`` when the text is no address.

    Addresses of local networks are those of whoever forwarded the request: kind ``private``.
    """
    address = _parse(ip)
    if address is None:
        return None
    lists = _lists()
    label = _label(address, lists)
    return Network(
        prefix=_prefix(address),
        kind=label.kind.value if label else NetworkKind.UNLISTED.value,
        owner=label.owner if label and label.owner else None,
        list_version=lists.version,
    )


def list_version() -> str:
    """The edition of the lists that `classify` answers from."""
    return _lists().version


def _label(address: Address, lists: _Lists) -> _Label | None:
    own = lists.first.find(address)
    if own is not None:
        return own
    if not address.is_global and not _is_documentation(address):
        return _PRIVATE
    listed = _provider(address)
    if listed is None or listed.kind is NetworkKind.CDN:
        return lists.last.find(address) or listed
    return listed


def _provider(address: Address) -> _Label | None:
    """What iporigin knows of the address, in our words."""
    import iporigin  # noqa: PLC0415 - its table is read when the first address comes, not when a command starts

    name = iporigin.classify(address).provider  # type: ignore[no-untyped-call]  # the package has no annotations
    if not name or name in _TRANSIT:
        return None
    return _PROVIDERS.get(name) or _Label(NetworkKind.CLOUD, name)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address


def _prefix(address: Address) -> str:
    """The /24 or /48 around an address."""
    if isinstance(address, ipaddress.IPv4Address):
        return f"{str(address).rpartition('.')[0]}.0/24"
    groups = f"{int(address) >> 80:012x}"
    parts = [f"{int(groups[at : at + 4], 16):x}" for at in (0, 4, 8)]
    while parts and parts[-1] == "0":
        parts.pop()
    return f"{':'.join(parts)}::/48"


def _is_documentation(address: Address) -> bool:
    """Addresses of examples stand for public ones: nobody forwards requests from there."""
    return any(address in block for block in _DOCUMENTATION if block.version == address.version)


@cache
def _lists() -> _Lists:
    import iporigin  # noqa: PLC0415 - as above

    data = json.loads(resources.files("bot.evidence").joinpath("data/networks.json").read_text(encoding="utf-8"))
    return _Lists(
        first=_Blocks([*_entries(data["mail_security"]["owners"], "mail_security"), *_entries(data["first"])]),
        last=_Blocks(_entries(data["last"])),
        version=f"{data['version']}, iporigin {iporigin.__version__}",
    )


def _entries(groups: Iterable[Mapping[str, Any]], kind: str | None = None) -> Iterable[tuple[str, _Label]]:
    for group in groups:
        label = _Label(NetworkKind(kind or group["kind"]), group["owner"])
        for block in group["networks"]:
            yield block, label


_PRIVATE = _Label(NetworkKind.PRIVATE, "")

_DOCUMENTATION = tuple(
    ipaddress.ip_network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)

# iporigin's providers that are not simply somebody's cloud.
_PROVIDERS: Mapping[str, _Label] = {
    "Apple Private Relay": _Label(NetworkKind.APPLE_RELAY, "Apple"),
    "Google": _Label(NetworkKind.GOOGLE, "Google"),
    "Googlebot": _Label(NetworkKind.GOOGLE, "Google"),
    "Microsoft Azure": _Label(NetworkKind.MICROSOFT, "Microsoft"),
    **{
        name: _Label(NetworkKind.CDN, name)
        for name in ("Akamai", "BunnyCDN", "CDN77", "Cloudflare", "Fastly", "Gcore", "Vercel")
    },
    **{name: _Label(NetworkKind.VPN, name) for name in ("Mullvad", "ProtonVPN", "Tor")},
    **{
        name: _Label(NetworkKind.CRAWLER, name)
        for name in (
            *("Amazonbot", "Applebot", "Bingbot", "ClaudeBot", "Common Crawl", "DuckDuckBot", "GPTBot"),
            *("Internet Archive", "Meta", "PerplexityBot"),
        )
    },
}

# Carriers that sell lines to offices as well as space in data centres: their name says nothing.
_TRANSIT = frozenset({"Cogent"})
