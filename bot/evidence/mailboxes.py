"""What kind of mailbox an address is, and how likely a look at an email there leaves a trace.

Known before any event: by the address's domain now, by its mail server (MX) where somebody looked that up. A provider
does not say which program reads; what the events of a recipient tell goes before it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.evidence.timing import MINUTE


class Mailbox(StrEnum):
    """Kinds of mailboxes that differ in what they let us see."""

    GMAIL = "gmail"
    YAHOO = "yahoo"
    FASTMAIL = "fastmail"
    ICLOUD = "icloud"
    OUTLOOK_COM = "outlook_com"
    MICROSOFT_365 = "microsoft_365"
    PROTON = "proton"
    FILTERED = "filtered"
    """Behind a mail-security firm's gateway, which follows links; what kind of mailbox is there, nobody tells."""
    OTHER = "other"


SHOWS_AT = (0.03, 0.35, 0.7, 0.95)
"""The chance that a look at an email loads its picture, where nothing has loaded it before: four sorts of mailboxes,
from those that block pictures to those that always show them. Few lie between."""

SHOWS: dict[Mailbox, tuple[float, ...]] = {
    # How many of a provider's mailboxes are of each sort. Sources: section "priors" of docs/evidence.md.
    # A picture service loads at opening: nearly every look shows.
    Mailbox.GMAIL: (0.03, 0.02, 0.10, 0.85),
    Mailbox.YAHOO: (0.03, 0.02, 0.10, 0.85),
    Mailbox.FASTMAIL: (0.03, 0.02, 0.10, 0.85),
    # Apple's privacy service mostly loads the picture beforehand; where it has not, a look does.
    Mailbox.ICLOUD: (0.10, 0.05, 0.20, 0.65),
    # Outlook blocks pictures until somebody allows them; Litmus found 57 % where Gmail did.
    Mailbox.OUTLOOK_COM: (0.30, 0.15, 0.20, 0.35),
    Mailbox.MICROSOFT_365: (0.32, 0.15, 0.20, 0.33),
    Mailbox.PROTON: (0.45, 0.15, 0.15, 0.25),
    # Offices that pay for a gateway mostly read in Outlook.
    Mailbox.FILTERED: (0.30, 0.14, 0.19, 0.37),
    Mailbox.OTHER: (0.22, 0.12, 0.18, 0.48),
}


@dataclass(frozen=True, slots=True)
class Reliability:
    """How likely somebody's look at an email leaves a trace, 0 to 1, where the email is tracked."""

    opens: float
    clicks: float


CLICKS = 0.28
"""Of those who look at an email with a link, so many follow it. Assumed; learned from the own mail."""

RELIABILITY = {
    mailbox: Reliability(sum(share * at for share, at in zip(shares, SHOWS_AT, strict=True)), CLICKS)
    for mailbox, shares in SHOWS.items()
}
"""The same before anything is known of the recipient."""

SCANNED: dict[Mailbox, float] = {
    mailbox: {
        Mailbox.FILTERED: 0.5,
        Mailbox.MICROSOFT_365: 0.3,
        Mailbox.OTHER: 0.15,
        Mailbox.OUTLOOK_COM: 0.05,
    }.get(mailbox, 0.03)
    for mailbox in Mailbox
}
"""The share of emails in which a machine follows a link, before anything is known of the firm: ours, from the wide
figures published (10 to 75 % of clicks in business mail, few at mail providers)."""

_USUAL = SCANNED[Mailbox.OTHER]
"""The share of scanned mail that the weights of clicks are set for."""
_EARLY, _SETTLED = 10 * MINUTE, 30 * MINUTE
"""Until when scanning counts in full, and until when by half."""
_MOST = 2.5
"""What it may count, either way. Ours."""


def scanning_credit(scanned: float, after: float | None) -> float:
    """ln(person : machine) for a click so many seconds after delivery, by how much of such mail is scanned.

    It says less the later the click came, for machines come early.
    """
    if after is None or after >= _SETTLED:
        return 0.0
    usual = math.log(_USUAL / (1 - _USUAL)) - math.log(scanned / (1 - scanned))
    return min(max(usual, -_MOST), _MOST) / (1 if after < _EARLY else 2)


LOADS_AHEAD = 0.85
"""The chance that Apple's privacy service loads a picture by itself, where the recipient uses it; else a look does.
Ours: at least nine in ten of its users are said to have it on, and it waits for power and a network."""
AFTER_PREFETCH = 0.7
"""Chance that a look shows as an open though Gmail has loaded the picture ahead. Nobody has published what happens."""
HIDDEN = 0.1
"""Chance that a look shows as an open once Apple's privacy service has loaded the picture: it hides what follows."""

_DOMAINS: dict[Mailbox, tuple[str, ...]] = {
    Mailbox.GMAIL: ("gmail.com", "googlemail.com"),
    Mailbox.YAHOO: (
        *("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "aim.com", "verizon.net"),
        *("yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.ca", "yahoo.com.au", "yahoo.com.br"),
    ),
    Mailbox.FASTMAIL: ("fastmail.com", "fastmail.fm"),
    Mailbox.ICLOUD: ("icloud.com", "me.com", "mac.com"),
    Mailbox.OUTLOOK_COM: (
        *("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.de", "live.de"),
        *("hotmail.co.uk", "live.co.uk", "hotmail.fr", "live.fr", "outlook.fr", "hotmail.it", "hotmail.es"),
    ),
    Mailbox.PROTON: ("proton.me", "protonmail.com", "pm.me"),
}

_BY_DOMAIN = {domain: mailbox for mailbox, domains in _DOMAINS.items() for domain in domains}

_SERVERS: dict[Mailbox, tuple[str, ...]] = {
    # Ends of the names of mail servers (MX). As listed by mailsherpa and sufyaanmx, where nothing else is said.
    Mailbox.GMAIL: ("aspmx.l.google.com", "smtp.google.com", "googlemail.com", "gmail-smtp-in.l.google.com"),
    Mailbox.MICROSOFT_365: (
        "mail.protection.outlook.com",
        "mx.microsoft",  # one blog on Exchange Online: new tenants since 2024
    ),
    Mailbox.OUTLOOK_COM: ("olc.protection.outlook.com",),  # unverified
    Mailbox.YAHOO: ("yahoodns.net",),  # unverified
    Mailbox.ICLOUD: ("mail.icloud.com",),  # unverified
    Mailbox.FASTMAIL: ("messagingengine.com",),
    Mailbox.PROTON: ("protonmail.ch",),
    Mailbox.FILTERED: (
        *("pphosted.com", "ppe-hosted.com"),  # Proofpoint
        "mimecast.com",
        "barracudanetworks.com",
        "iphmx.com",  # Cisco
        *("trendmicro.com", "trendmicro.eu"),
        "messagelabs.com",  # Symantec, Broadcom; unverified
        "fireeyecloud.com",  # Trellix; unverified
        *("hornetsecurity.com", "antispameurope.com"),
        "sophos.com",
    ),
}
_BY_SERVER = {server: mailbox for mailbox, servers in _SERVERS.items() for server in servers}

Hosts = Mapping[str, Mailbox]
"""Kinds of mailboxes by domain, where somebody looked the domain's mail servers up."""
NO_HOSTS: Hosts = MappingProxyType({})

_ROLES = frozenset(
    """accounting accounts admin all billing bookings contact customerservice enquiries finance hello help hr info
    invoices kontakt mail marketing office orders post purchasing reception rechnung sales service support team
    verwaltung webmaster""".split()  # noqa: SIM905 - a list of names reads better without quotes
)


def mailbox_of(domain: str) -> Mailbox:
    """The kind of mailbox at a domain (in its normalised form), as far as the domain alone tells."""
    return _BY_DOMAIN.get(domain, Mailbox.OTHER)


def mailbox_behind(servers: Sequence[str]) -> Mailbox | None:
    """The kind of mailbox behind mail servers, the preferred one first; ``None``: they tell nothing.

    Only the preferred one counts: others may be a spare at some other firm.
    """
    labels = servers[0].rstrip(".").lower().split(".") if servers else []
    names = (".".join(labels[at:]) for at in range(len(labels)))
    return next((_BY_SERVER[name] for name in names if name in _BY_SERVER), None)


def is_shared(key: str) -> bool:
    """Whether an address (in its normalised form) is an office's rather than a person's: ``info@``, ``billing@`` …"""
    return key.partition("@")[0].partition("+")[0] in _ROLES
