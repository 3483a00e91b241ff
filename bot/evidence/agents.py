"""What kind of program asked for a picture or followed a link.

An ordinary browser's name proves nothing, since security gateways present exactly such names; but a program that says
it is no browser, or that claims to be one that never existed, is believed.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.evidence.ages import released
from bot.evidence.signatures import SIGNATURES, Role

MACHINES = frozenset({Role.SCANNER, Role.PREVIEW, Role.SCRIPT, Role.IMPOSSIBLE})
"""Roles that are a machine wherever they turn up."""

OLD = 8.0
"""A browser so many years older than its visit is no longer an ordinary one: browsers renew themselves. (Ours.)"""


@dataclass(frozen=True, slots=True)
class Agent:
    """A program as far as its name tells."""

    role: Role
    vendor: str | None = None
    """Who is behind it, where the table knows; fit for a sentence."""
    released: float | None = None
    """For browsers: about when this version came out, as a year with its fraction."""
    mobile: bool = False

    def role_in(self, year: int) -> Role:
        """The role at the time of the visit: a browser on a desk that was old by then is an old one.

        On phones and tablets age says less: people keep those.
        """
        if self.role is Role.BROWSER and self.released and year - self.released > OLD and not self.mobile:
            return Role.OLD_BROWSER
        return self.role


@lru_cache(maxsize=8192)
def recognise(user_agent: str | None, client: str | None = None, platform: str | None = None) -> Agent:
    """The program behind a request.

    In: the ``User-Agent``, and what Postmark made of it (``Client.Family`` and ``Platform``; ``None`` where it says
    "unknown"): some Gmail opens name no picture service, and only Postmark's "Gmail" without a platform tells.
    """
    text = (user_agent or "").strip()
    agent = _by_name(text)
    nameless = agent.role in {Role.BROWSER, Role.BARE, Role.MISSING, Role.UNKNOWN}
    if nameless and client == "Gmail" and platform in (None, "Unknown", "WebMail"):
        return Agent(Role.IMAGE_PROXY, "Gmail")
    return agent


def _by_name(text: str) -> Agent:
    if not text:
        return Agent(Role.MISSING)
    if text == "Mozilla/5.0":
        return Agent(Role.BARE)
    for pattern, agent in _table():
        if pattern.search(text):
            return agent
    return _by_shape(text)


def _by_shape(text: str) -> Agent:
    """What nobody's name stands in: a browser, or something else."""
    if _BARE_WEBKIT.search(text):
        return Agent(Role.BARE_WEBKIT)
    if not _BROWSER.search(text):
        return Agent(Role.UNKNOWN)
    if _is_impossible(text):
        return Agent(Role.IMPOSSIBLE)
    return Agent(Role.BROWSER, released=released(text), mobile=bool(_MOBILE.search(text)))


def _is_impossible(text: str) -> bool:
    """A browser on a system it never ran on, or a Windows that never was."""
    windows = "Windows" in text
    if _EXPLORER.search(text) and not windows:
        return True
    if windows and re.search(r"iPhone|iPad|Macintosh", text) and "Windows Phone" not in text:
        return True
    version = _WINDOWS_NT.search(text)
    return version is not None and version[1] not in _WINDOWS_VERSIONS


@cache
def _table() -> tuple[tuple[re.Pattern[str], Agent], ...]:
    """The signatures, compiled when the first program is to be recognised. Line breaks in a pattern are for readers."""
    return tuple(
        (re.compile(re.sub(r"\n\s+", "", pattern), re.IGNORECASE), Agent(role, vendor))
        for role, vendor, pattern in SIGNATURES
    )


_BARE_WEBKIT = re.compile(r"AppleWebKit/[\d.]+\+? \(KHTML, like Gecko\)$")
_BROWSER = re.compile(r"^(?:Mozilla|Opera)/[\d.]+ ?\(|^(?:Lynx|Links|ELinks|w3m|UCWEB|Nokia|BlackBerry)", re.IGNORECASE)
_MOBILE = re.compile(r"Mobile|Android|iPhone|iPad|iPod|Tablet|Silk/")
_EXPLORER = re.compile(r"Trident/|MSIE (?:[6-9]|1\d)")
_WINDOWS_NT = re.compile(r"Windows NT (\d+)(?:\.\d+)?")
_WINDOWS_VERSIONS = frozenset({"3", "4", "5", "6", "10", "11"})
