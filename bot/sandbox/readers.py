"""Who loads pictures and follows links: people's programs, privacy proxies and security scanners.

The agents and networks are the real ones as far as they are publicly known; people's addresses come from the blocks
that are reserved for documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bot.sandbox.rules import Json

UNKNOWN: Mapping[str, str] = MappingProxyType({"Name": "unknown", "Company": "unknown", "Family": "unknown"})
_HOME: Mapping[str, str] = MappingProxyType(
    {
        "CountryISOCode": "DE",
        "Country": "Germany",
        "RegionISOCode": "HH",
        "Region": "Hamburg",
        "City": "Hamburg",
        "Zip": "20095",
        "Coords": "53.55,10.00",
    }
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A program that asks for the picture or follows a link, and the address it asks from."""

    agent: str
    ip: str | None = None
    """``None``: Postmark does not know, and tells no place (Gmail's proxy)."""
    place: Mapping[str, str] = field(default_factory=lambda: _HOME)

    def seen_from(self, ip: str) -> Reader:
        """The same program at another address."""
        return replace(self, ip=ip)

    def as_told(self) -> Json:
        """What Postmark tells of it: ``UserAgent``, ``Client``, ``OS``, ``Platform`` and ``Geo``."""
        client, platform, hidden = _client(self.agent)
        return {
            "UserAgent": self.agent,
            "Client": dict(client),
            "OS": dict(UNKNOWN if hidden else _os(self.agent)),
            "Platform": platform,
            "Geo": {**self.place, "IP": self.ip} if self.ip else {},
        }


_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"

PHONE = Reader(
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1",
    "203.0.113.77",
)
"""A browser on a telephone."""
IPHONE_MAIL = Reader(
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "203.0.113.91",
)
"""Apple's mail program on a telephone whose owner has switched privacy protection off."""
APPLE_MAIL = Reader(
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)", "203.0.113.118"
)
"""The same on a Mac."""
BROWSER = Reader(f"{_WINDOWS} Chrome/142.0.0.0 Safari/537.36", "198.51.100.23")
THUNDERBIRD = Reader("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.4.0", "198.51.100.61")
OUTLOOK = Reader(
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.17928; "
    "ms-office; MSOffice 16)",
    "198.51.100.140",
)
GMAIL = Reader("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)")
"""Gmail's picture proxy: asks when the reader opens, and hides who and where."""
YAHOO = Reader("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "98.136.221.14")
GMAIL_PREFETCH = Reader(
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
    "Safari/537.36 Edge/12.246 Mozilla/5.0",
    "66.249.84.41",
)
"""Gmail loading pictures ahead, while the reader's Gmail is in use."""
APPLE_PRIVACY = Reader("Mozilla/5.0", "172.225.44.17")
"""Apple Mail Privacy Protection: loads every picture by itself, from Apple's own network."""
SAFE_LINKS = Reader(f"{_WINDOWS} Chrome/120.0.0.0 Safari/537.36", "40.107.22.81")
"""Microsoft's mail filter, dressed up as an ordinary browser."""
BARRACUDA = Reader(f"{_WINDOWS} Chrome/119.0.0.0 Safari/537.36", "209.222.82.77")
PROOFPOINT = Reader(f"{_WINDOWS} Chrome/121.0.0.0 Safari/537.36", "67.231.152.40")
MIMECAST = Reader(f"{_WINDOWS} Chrome/118.0.0.0 Safari/537.36", "205.139.110.61")
SCRIPT = Reader("python-requests/2.32.3", "192.0.2.200")


def _named(name: str, company: str, family: str) -> Mapping[str, str]:
    return {"Name": name, "Company": company, "Family": family}


# Pattern, name, company, platform, and whether the program hides the reader's system. The first that fits, counts.
_CLIENTS = (
    (r"GoogleImageProxy|ggpht\.com", "Gmail", "Google", "Unknown", True),
    (r"YahooMailProxy", "Yahoo! Mail", "Yahoo", "WebMail", True),
    (r"Microsoft Outlook|ms-office", "Outlook", "Microsoft", "Desktop", False),
    (r"Thunderbird/(\d+)", "Thunderbird", "Mozilla", "Desktop", False),
    (r"Edge?/(\d+)", "Edge", "Microsoft", "Desktop", False),
    (r"(?:CriOS|Chrome)/(\d+).*Mobile", "Chrome Mobile", "Google", "Mobile", False),
    (r"Chrome/(\d+)", "Chrome", "Google", "Desktop", False),
    (r"Version/([\d.]+) Mobile/\w+ Safari", "Mobile Safari", "Apple", "Mobile", False),
    (r"Version/([\d.]+) Safari", "Safari", "Apple", "Desktop", False),
    (r"(?:iPhone|iPad).*\(KHTML, like Gecko\)(?: Mobile/\w+)?$", "iOS Mail", "Apple", "Mobile", False),
    (r"Macintosh.*\(KHTML, like Gecko\)$", "Apple Mail", "Apple", "Desktop", False),
    (r"Firefox/(\d+)", "Firefox", "Mozilla", "Desktop", False),
)
_SYSTEMS = (
    (r"Windows NT 10", "Windows 10", "Microsoft", "Windows"),
    (r"Windows NT", "Windows", "Microsoft", "Windows"),
    (r"(?:iPhone )?OS (\d+)_\d+ like Mac", "iOS", "Apple", "iOS"),
    (r"Android (\d+)", "Android", "Google", "Android"),
    (r"Mac OS X|Macintosh", "macOS", "Apple", "macOS"),
    (r"Linux", "Linux", "Linux", "Linux"),
)


def _client(agent: str) -> tuple[Mapping[str, str], str, bool]:
    for pattern, family, company, platform, hidden in _CLIENTS:
        if found := re.search(pattern, agent):
            return _named(_with_version(family, found), company, family), platform, hidden
    return UNKNOWN, "Unknown", False


def _os(agent: str) -> Mapping[str, str]:
    for pattern, name, company, family in _SYSTEMS:
        if found := re.search(pattern, agent):
            return _named(_with_version(name, found), company, family)
    return UNKNOWN


def _with_version(name: str, found: re.Match[str]) -> str:
    return f"{name} {found[1]}" if found.lastindex else name
