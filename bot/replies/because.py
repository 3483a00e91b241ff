"""The marks by which an event was read (``Signal.because``), in words: why a click is taken for a scanner's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.evidence.codes import NetworkKind
from bot.evidence.signatures import Role
from bot.naming import plain

_AGENTS = {
    Role.BROWSER: "an ordinary browser",
    Role.MAIL_CLIENT: "a mail program",
    Role.OFFICE: "Outlook on a desk",
    Role.IMAGE_PROXY: "a picture service that loads when somebody opens",
    Role.BARE: "nothing but “Mozilla/5.0”",
    Role.BARE_WEBKIT: "an engine without a program's name",
    Role.GMAIL_PREFETCH: "Gmail's own loading ahead",
    Role.APP: "a phone program's machinery",
    Role.EDGE: "a content network that hides the program",
    Role.OLD_BROWSER: "a browser many years old",
    Role.IMPOSSIBLE: "a browser that never existed",
    Role.SCANNER: "a program that calls itself a scanner",
    Role.PREVIEW: "a service that makes previews",
    Role.SCRIPT: "a script or crawler",
    Role.UNKNOWN: "a program nobody knows",
    Role.MISSING: "no program named",
}
_NETWORKS = {
    NetworkKind.MAIL_FILTER: "from a mail gateway",
    NetworkKind.MAIL_SECURITY: "from a mail-security firm",
    NetworkKind.GOOGLE: "from Google's machines",
    NetworkKind.APPLE_RELAY: "through Apple's relay",
    NetworkKind.APPLE: "from Apple",
    NetworkKind.YAHOO: "from Yahoo",
    NetworkKind.MICROSOFT: "from Microsoft's cloud",
    NetworkKind.OFFICE_PROXY: "through an office's web proxy",
    NetworkKind.CLOUD: "from a data centre",
    NetworkKind.CDN: "through a content network",
    NetworkKind.VPN: "through a VPN",
    NetworkKind.CRAWLER: "from a declared crawler",
    NetworkKind.PRIVATE: "from a local network",
    NetworkKind.UNLISTED: "from no listed network",
}
WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{f"agent:{role}": words for role, words in _AGENTS.items()},
        **{f"network:{kind}": words for kind, words in _NETWORKS.items()},
        "network:None": "network not recorded",
        "network:own": "from your own office",
        "agent:untold": "neither program nor place told",
        "time:early": "so soon after delivery",
        "time:too_soon": "sooner than anybody can look",
        "time:late": "long after delivery",
        "time:unknown": "time since delivery not known",
        "time:before_delivery": "before delivery",
        "burst:links": "many links within seconds",
        "burst:unsubscribe": "the unsubscribe link beside others",
        "burst:networks": "several networks within a minute",
        "burst:instant": "in the moment of an open",
        "burst:one_data_centre": "two programs in one data centre",
        "burst:beside": "in the middle of a sweep",
        "burst:two_systems": "two different computers at once",
        "habit:familiar": "as this recipient usually comes",
        "habit:strange": "not as this recipient usually comes",
    }
)


def in_words(mark: str) -> str:
    """One mark. One that nobody has words for is said as its own words."""
    return WORDS.get(mark) or plain(mark.partition(":")[2] or mark, 60).replace("_", " ")
