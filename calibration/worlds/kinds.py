"""Kinds of email that firms send, to be varied by each world."""

from __future__ import annotations

from dataclasses import replace

from calibration.model import DAY, HOUR, MINUTE, Act, Delay, Kind

_UNSUBSCRIBE = ("https://mail.{firm}/unsubscribe?u=1", 0.01)

QUOTE = Kind(
    tag="quote",
    subject="Your quote for job {number}",
    looks=0.78,
    delay=Delay(70 * MINUTE, 1.9),
    clicks=0.45,
    links=(("https://portal.{firm}/q/{number}", 0.9), ("https://www.{firm}/", 0.1)),
    share=0.3,
    acts=(Act("portal_visit", 0.05, Delay(6 * HOUR, 1.2)), Act("reply", 0.1, Delay(8 * HOUR, 1.3))),
)
INVOICE = Kind(
    tag="invoice",
    subject="Invoice {number}",
    looks=0.72,
    delay=Delay(5 * HOUR, 2.0),
    clicks=0.3,
    links=(
        ("https://portal.{firm}/i/{number}", 0.8),
        ("https://www.{firm}/terms", 0.05),
        ("https://www.{firm}/", 0.15),
    ),
    share=0.3,
    acts=(Act("payment", 0.25, Delay(4 * DAY, 1.0)),),
)
BOOKING = Kind(
    tag="booking",
    subject="Your booking {number} is confirmed",
    looks=0.86,
    delay=Delay(12 * MINUTE, 2.0),
    clicks=0.25,
    links=(("https://portal.{firm}/b/{number}", 0.7), ("https://www.{firm}/directions", 0.3)),
    share=0.25,
    acts=(Act("reply", 0.04, Delay(3 * HOUR, 1.2)),),
)
REMINDER = Kind(
    tag="reminder",
    subject="Reminder: job {number}",
    looks=0.65,
    delay=Delay(4 * HOUR, 1.8),
    clicks=0.15,
    links=(("https://portal.{firm}/r/{number}", 1.0),),
    share=0.15,
)
NEWSLETTER = Kind(
    tag="news",
    subject="News from the workshop, {number}",
    looks=0.38,
    delay=Delay(11 * HOUR, 2.1),
    clicks=0.12,
    links=(
        ("https://www.{firm}/news/1", 0.4),
        ("https://www.{firm}/news/2", 0.25),
        ("https://www.{firm}/news/3", 0.2),
        ("https://www.{firm}/shop", 0.14),
        _UNSUBSCRIBE,
    ),
    share=0.5,
)
RECEIPT = Kind(
    tag="receipt",
    subject="Receipt {number}",
    looks=0.5,
    delay=Delay(50 * MINUTE, 2.4),
    clicks=0.05,
    links=(("https://portal.{firm}/p/{number}", 0.8), ("https://help.{firm}/", 0.2)),
    share=0.2,
)


def faster(kind: Kind, factor: float) -> Kind:
    """The same kind, looked at so many times sooner."""
    return replace(kind, delay=kind.delay.slower(1 / factor))


def without_opens(kind: Kind) -> Kind:
    return replace(kind, opens_tracked=False)


def without_links(kind: Kind) -> Kind:
    return replace(kind, links_tracked=False)


def silent(kind: Kind) -> Kind:
    """Without anything the office would record of its own."""
    return replace(kind, acts=())
