"""What kind of mailbox an address is, and how likely a look at an email there leaves a trace.

Known before any event: by the address's domain now, by its mail server (MX) where somebody looked that up. A provider
does not say which program reads; what the events of a recipient tell goes before it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Mailbox(StrEnum):
    """Kinds of mailboxes that differ in what they let us see."""

    GMAIL = "gmail"
    YAHOO = "yahoo"
    FASTMAIL = "fastmail"
    ICLOUD = "icloud"
    OUTLOOK_COM = "outlook_com"
    MICROSOFT_365 = "microsoft_365"
    PROTON = "proton"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reliability:
    """How likely somebody's look at an email leaves a trace, 0 to 1, where the email is tracked."""

    opens: float
    clicks: float


_CLICKS = 0.25
"""Of those who look at an email with a link, about so many follow it. Ours: to be learned from the firm's own mail."""

RELIABILITY: dict[Mailbox, Reliability] = {
    # Sources: section "priors" of docs/evidence.md. A picture service loads at opening: nearly every look shows.
    Mailbox.GMAIL: Reliability(0.95, _CLICKS),
    Mailbox.YAHOO: Reliability(0.95, _CLICKS),
    Mailbox.FASTMAIL: Reliability(0.95, _CLICKS),
    # Apple's privacy service loads everything beforehand; a look leaves nothing more.
    Mailbox.ICLOUD: Reliability(0.1, _CLICKS),
    # Outlook blocks pictures until somebody allows them; Litmus found 57 % where Gmail did.
    Mailbox.OUTLOOK_COM: Reliability(0.7, _CLICKS),
    Mailbox.MICROSOFT_365: Reliability(0.65, _CLICKS),
    Mailbox.PROTON: Reliability(0.5, _CLICKS),
    Mailbox.OTHER: Reliability(0.8, _CLICKS),
}

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

_ROLES = frozenset(
    """accounting accounts admin all billing bookings contact customerservice enquiries finance hello help hr info
    invoices kontakt mail marketing office orders post purchasing reception rechnung sales service support team
    verwaltung webmaster""".split()  # noqa: SIM905 - a list of names reads better without quotes
)


def mailbox_of(domain: str) -> Mailbox:
    """The kind of mailbox at a domain (in its normalised form), as far as the domain alone tells."""
    return _BY_DOMAIN.get(domain, Mailbox.OTHER)


def is_shared(key: str) -> bool:
    """Whether an address (in its normalised form) is an office's rather than a person's: ``info@``, ``billing@`` …"""
    return key.partition("@")[0].partition("+")[0] in _ROLES
