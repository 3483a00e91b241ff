"""Whose network a request came from."""

import ipaddress
import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.codes import NetworkKind
from bot.evidence.networks import classify, list_version
from networks import listing


@pytest.mark.parametrize(
    ("address", "kind", "owner"),
    [
        ("40.107.93.4", NetworkKind.MAIL_FILTER, "Microsoft 365"),
        ("52.238.78.88", NetworkKind.MAIL_FILTER, "Microsoft 365"),
        ("2a01:111:f403::17", NetworkKind.MAIL_FILTER, "Microsoft 365"),
        ("209.222.82.4", NetworkKind.MAIL_FILTER, "Barracuda"),
        ("209.222.80.4", NetworkKind.MAIL_SECURITY, "Barracuda"),
        ("18.133.136.100", NetworkKind.MAIL_FILTER, "Barracuda"),
        ("205.220.160.9", NetworkKind.MAIL_SECURITY, "Proofpoint"),
        ("103.13.69.20", NetworkKind.MAIL_SECURITY, "Mimecast"),
        ("66.249.84.10", NetworkKind.GOOGLE, "Google"),
        ("74.125.208.9", NetworkKind.GOOGLE, "Google"),
        ("104.28.30.1", NetworkKind.APPLE_RELAY, "Apple"),
        ("172.226.1.1", NetworkKind.APPLE_RELAY, "Apple"),
        ("2a02:26f7:c000::1", NetworkKind.APPLE_RELAY, "Apple"),
        ("17.58.6.4", NetworkKind.APPLE, "Apple"),
        ("20.190.128.1", NetworkKind.MICROSOFT, "Microsoft"),
        ("52.95.110.1", NetworkKind.CLOUD, "Amazon AWS"),
        ("104.16.1.1", NetworkKind.CDN, "Cloudflare"),
    ],
)
def test_a_listed_network_is_told_by_its_owner(address: str, kind: NetworkKind, owner: str) -> None:
    """A gateway, a proxy, a relay or a cloud is recognised by the address it fetches from."""
    network = classify(address)
    assert network is not None
    assert (network.kind, network.owner) == (kind, owner)


@pytest.mark.parametrize("address", ["81.2.69.142", "2a00:23c5:1::1", "203.0.113.77", "2001:db8::5"])
def test_an_ordinary_line_is_unlisted(address: str) -> None:
    """The line of a home or a phone, and an address of an example, is in no list and has no owner."""
    network = classify(address)
    assert network is not None
    assert (network.kind, network.owner) == (NetworkKind.UNLISTED, None)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "192.168.1.20", "127.0.0.1", "100.64.3.3", "::1", "fe80::1%eth0", "fd00::2"]
)
def test_a_local_address_is_not_the_readers(address: str) -> None:
    """An address of a local network is that of whoever forwarded the request."""
    network = classify(address)
    assert network is not None
    assert (network.kind, network.owner) == (NetworkKind.PRIVATE, None)


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "1.2.3.4.5", "300.1.1.1", "1.2.3.4:80", "g::1", "<script>"])
def test_what_is_no_address_has_no_network(text: str) -> None:
    """Odd text where an address should stand is taken as an unknown address."""
    assert classify(text) is None


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_place() -> None:
    """A server that listens on IPv6 writes IPv4 addresses differently; they count as the same network."""
    assert classify("::ffff:40.107.93.4") == classify(" 40.107.93.4 ")


@given(st.ip_addresses())
def test_only_the_surrounding_network_is_kept(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Of any reader's address only the /24 or /48 around it remains, with the edition of the lists."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    whole = mapped or address
    network = classify(str(address))
    assert network is not None
    block = ipaddress.ip_network(network.prefix)
    assert str(block) == network.prefix
    assert whole in block
    assert block.prefixlen == (24 if block.version == 4 else 48)
    assert network.list_version == list_version()


def test_the_list_is_what_its_script_makes() -> None:
    """The list of networks can be made again by anybody, from what is kept by hand and one published package."""
    assert listing.TARGET.read_text(encoding="utf-8") == listing.listing()


def test_what_is_kept_by_hand_says_whence() -> None:
    """Every block that no package vouches for names its source, and how sure that is."""
    data = json.loads(listing.TARGET.read_text(encoding="utf-8"))
    assert data["hand_kept"] == ["first", "last"]
    for part in data["hand_kept"]:
        assert all(group["source"] and group["status"] for group in data[part])


def test_borrowed_blocks_keep_their_licence() -> None:
    """Whoever ships the blocks of mail-security firms ships the attribution their licence asks for."""
    text = resources.files("bot.evidence").joinpath("data/networks.json").read_text(encoding="utf-8")
    security = json.loads(text)["mail_security"]
    assert security["licence"] == "CC BY 4.0"
    assert "DB-IP" in security["attribution"]
    assert "selected" in security["changes"]
