"""Addresses that look mistyped, and what was probably meant. A suggestion only: nothing here changes an address.

Distances count insertions, deletions, replacements and swapped neighbours as one edit each (optimal string alignment,
from rapidfuzz). The table holds the domains that people's own mailboxes are at, the commonest first: when two lie
equally near, the commoner one is suggested.
"""

from __future__ import annotations

from collections.abc import Iterable

# Mailbox providers for everyone, as published lists of free mail providers agree on them; the order is ours.
COMMON_DOMAINS = (
    *("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "live.com", "msn.com"),
    *("googlemail.com", "me.com", "mac.com", "ymail.com", "rocketmail.com", "hey.com", "proton.me", "protonmail.com"),
    *("fastmail.com", "zoho.com", "gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch", "web.de", "t-online.de"),
    *("freenet.de", "posteo.de", "mailbox.org", "mail.com", "email.com", "mail.ru", "yandex.ru", "yandex.com"),
    *("comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net"),
    *("earthlink.net", "optonline.net", "windstream.net", "frontier.com", "juno.com", "shaw.ca", "rogers.com"),
    *("sympatico.ca", "telus.net", "yahoo.ca", "yahoo.co.uk", "hotmail.co.uk", "outlook.de", "live.co.uk"),
    *("btinternet.com", "virginmedia.com", "sky.com", "talktalk.net", "yahoo.de", "yahoo.fr", "hotmail.fr"),
    *("orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "hotmail.it", "libero.it", "bluewin.ch"),
    *("yahoo.com.au", "bigpond.com", "optusnet.com.au", "xtra.co.nz", "yahoo.co.in", "rediffmail.com", "qq.com"),
)
_RANK = {domain: rank for rank, domain in enumerate(COMMON_DOMAINS)}


def did_you_mean(address: str, known_domains: Iterable[str] = ()) -> str | None:
    """The address that was probably meant, or ``None`` when nothing looks mistyped.

    ``known_domains`` are the domains that this firm's mail has reached; they count as much as the common ones, and
    none of them is itself taken for a mistake unless it lies a single edit beside a common one.
    """
    local, at, domain = address.strip().rpartition("@")
    domain = ".".join(filter(None, domain.lower().replace(",", ".").split(".")))
    if not at or not local or not domain:
        return None
    known = {name.lower() for name in known_domains}
    meant = domain if domain in _RANK else _nearest(domain, known)
    suggestion = f"{local}@{meant or domain}"
    return suggestion if suggestion.lower() != address.strip().lower() else None


def _nearest(domain: str, known: set[str]) -> str | None:
    best: tuple[int, int, str] | None = None
    allowed = 1 if domain in known else _allowed(domain)
    for candidate in (*COMMON_DOMAINS, *sorted(known - _RANK.keys() - {domain})):
        if domain in known and candidate not in _RANK:
            continue
        edits = _edits(domain, candidate, allowed)
        if edits is not None:
            found = (edits, _RANK.get(candidate, len(_RANK)), candidate)
            best = min(best, found) if best else found
    return best[2] if best else None


def _edits(domain: str, candidate: str, allowed: int) -> int | None:
    """How many edits part the two, when that is few enough for a mistake of the fingers."""
    name, _, ending = domain.partition(".")
    meant_name = candidate.partition(".")[0]
    if domain.replace(".", "") == candidate.replace(".", "") or (not ending and name == meant_name):
        return 1  # a dot lost or misplaced, or the ending left off
    if name == meant_name and _is_a_country(ending):
        return None
    if min(len(name), len(meant_name)) <= 3 and name != meant_name:
        return None  # names this short have too many honest neighbours: me.com, mx.com, gmx.com
    edits = _distance(domain, candidate, allowed)
    return edits if edits <= allowed else None


def _is_a_country(ending: str) -> bool:
    """yahoo.es is no mistyped yahoo.de: two letters name a country, and only ``.co``, ``.cm`` and ``.om`` are slips."""
    return len(ending.rpartition(".")[2]) == 2 and ending not in {"co", "cm", "om"}


def _allowed(domain: str) -> int:
    return 2 if len(domain) >= 8 else 1


def look_alikes(wanted: str, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Those of the known addresses (or numbers) that look like the wanted one, the nearest first."""
    text = wanted.strip().lower()
    allowed = 1 if len(text) < 6 else 2 if len(text) < 16 else 3
    near = sorted(
        (_distance(text, candidate.lower(), allowed), candidate)
        for candidate in set(known)
        if candidate.lower() != text
    )
    return tuple(candidate for edits, candidate in near if edits <= allowed)[:limit]


def _distance(one: str, other: str, allowed: int) -> int:
    # Imported where it is needed: an answer about an email that arrived starts without it.
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return int(OSA.distance(one, other, score_cutoff=allowed))
