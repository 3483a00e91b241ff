"""The worlds that were once kept back: they were looked at so often that constants may be fitted to them from now on.

They differ from the first development worlds in who lives there, in their programs and networks, in how fast people
and machines are, in what machines do, and in how unlike each other the recipients are.
"""

from __future__ import annotations

from dataclasses import replace

from calibration.cast import (
    Temper,
    android,
    apple_direct,
    apple_privacy,
    at_work,
    away,
    desktop,
    either,
    gmail,
    role,
    yahoo,
)
from calibration.machines import check, firms, picture_scan, sweep
from calibration.model import DAY, HOUR, MINUTE, Act, Delay, Kind, Robot, World, only
from calibration.pools import OTHER as POOL
from calibration.worlds.kinds import (
    BOOKING,
    INVOICE,
    NEWSLETTER,
    QUOTE,
    RECEIPT,
    REMINDER,
    faster,
    silent,
    without_links,
    without_opens,
)

_TOWN = Temper(looks=0.3, looks_spread=1.4, pace=1.5, pace_spread=0.9, clicks=0.3, clicks_spread=1.2, reopens=0.8)
_CLERKS = Temper(office_hours=True, looks=0.5, looks_spread=0.8, pace=0.8, clicks=-0.5, clicks_spread=1.0, reopens=0.6)
_BUSY = Temper(office_hours=True, looks=-0.3, looks_spread=1.3, pace=2.0, pace_spread=0.8, clicks=-0.8)

_ESTIMATE = Kind(
    tag="estimate",
    subject="Estimate {number} for your garden",
    looks=0.83,
    delay=Delay(3 * HOUR, 1.5),
    clicks=0.6,
    links=(("https://app.{firm}/e/{number}", 0.75), ("https://app.{firm}/e/{number}/ask", 0.25)),
    share=0.5,
    acts=(Act("reply", 0.15, Delay(10 * HOUR, 1.0)), Act("portal_visit", 0.1, Delay(2 * HOUR, 1.5))),
)
_DUES = Kind(
    tag="dues",
    subject="Your dues, {number}",
    looks=0.6,
    delay=Delay(20 * HOUR, 1.6),
    clicks=0.5,
    links=(("https://pay.{firm}/{number}", 0.95), ("https://www.{firm}/contact", 0.05)),
    share=0.4,
    acts=(Act("payment", 0.4, Delay(3 * DAY, 0.8)),),
)

# Sweeps at leisure, from several places at once, and with gaps; checks by what looks like anybody's browser.
_LEISURELY = firms(
    7,
    21,
    sweep(POOL.sweepers, POOL.clouds, chance=0.75, median=150, sigma=0.9, within=75, every=0.75, one_place=False),
    picture_scan(POOL.sweepers, POOL.guards, chance=0.4, median=25),
)
_STEALTHY = firms(5, 22, check(POOL.sweepers, POOL.unlisted, chance=0.55, median=35, sigma=1.4, picture=0.4))
_GUARDED = firms(6, 23, check(POOL.sweepers, (*POOL.guards, *POOL.filters), chance=0.8, median=15, picture=0.6))
_NAMED = firms(4, 24, sweep(POOL.scripts, POOL.clouds, chance=0.9, median=20, within=2))
_FREE = firms(10, 25)

TOWN = World(
    name="town",
    about="Slow, uneven households with much mail; phones change, mail is passed on.",
    firm="kapok.example",
    kinds=(_ESTIMATE, INVOICE, REMINDER),
    cast=(
        (0.2, gmail(POOL, _TOWN, shows=0.85, prefetch=0.12)),
        (0.2, apple_privacy(POOL, _TOWN, prefetch=0.7, median=35 * MINUTE)),
        (0.2, either(gmail(POOL, _TOWN), apple_privacy(POOL, _TOWN), share=0.6)),
        (0.1, yahoo(POOL, _TOWN)),
        (0.1, android(POOL, _TOWN)),
        (0.1, desktop(POOL, _TOWN, program="webmail", shows=0.6)),
        (0.1, apple_direct(POOL, _TOWN)),
    ),
    recipients=130,
    mails=2.2,
    uneven=0.9,
    movers=0.25,
    strangers=only((*POOL.desktop, *POOL.phone), (*POOL.home[:4], *POOL.mobile)),
)

BOOKINGS = World(
    name="bookings",
    about="A practice whose confirmations are looked at within minutes, on phones; webhooks fail and clocks differ.",
    firm="larch.example",
    kinds=(faster(BOOKING, 3), replace(faster(REMINDER, 8), looks=0.9), RECEIPT),
    cast=(
        (0.4, apple_privacy(POOL, Temper(looks=0.4), prefetch=0.9, median=4 * MINUTE)),
        (0.25, gmail(POOL, Temper(looks=0.2))),
        (0.2, android(POOL, Temper())),
        (0.15, either(android(POOL), desktop(POOL, program="program", shows=0.9), share=0.7)),
    ),
    weekends=True,
    hours=(6, 22),
    outages=((12, 12.6), (33, 35), (70.5, 71), (90, 90.4), (95.5, 96.2), (101.0, 101.6)),
    skew=2.5,
    deferrals=0.04,
)

ORCHARD = World(
    name="orchard",
    about="Apple Mail only: half of its loads come with a look or hours later, many clicks through Apple's relay.",
    firm="maple.example",
    kinds=(_ESTIMATE, INVOICE, faster(BOOKING, 2)),
    cast=(
        (0.7, apple_privacy(POOL, _TOWN, domains=("icloud.com", "own.example"), prefetch=0.55, median=50 * MINUTE)),
        (0.3, apple_privacy(POOL, domains=("me.com", "gmail.com"), prefetch=0.95, median=2 * MINUTE)),
    ),
)

CURTAINS = World(
    name="curtains",
    about="Pictures blocked nearly everywhere; first opens only are reported; little mail.",
    firm="nutmeg.example",
    kinds=(QUOTE, _DUES, INVOICE),
    cast=(
        (0.6, at_work(desktop(POOL, _BUSY, shows=0.06, firmness=2.0), _FREE)),
        (0.2, at_work(desktop(POOL, _CLERKS, shows=0.25, firmness=0.8), _GUARDED)),
        (0.2, desktop(POOL, _TOWN, program="webmail", shows=0.1)),
    ),
    first_open_only=True,
    mails=0.6,
    recipients=400,
)

WALL = World(
    name="wall",
    about="One tenant whose gateway follows every link within two minutes, from several data centres at once.",
    firm="oak.example",
    kinds=(silent(_ESTIMATE), silent(INVOICE), NEWSLETTER),
    cast=(
        (
            0.6,
            at_work(
                desktop(POOL, _CLERKS, program="program", shows=0.75, firmness=3),
                firms(1, 26, sweep(POOL.sweepers, POOL.clouds, chance=1.0, median=55, within=50, one_place=False)),
            ),
        ),
        (
            0.4,
            at_work(
                desktop(POOL, _CLERKS, shows=0.5),
                firms(1, 27, sweep(POOL.sweepers, POOL.guards, chance=1.0, picture=1.0, median=8, within=3)),
            ),
        ),
    ),
)

SUPPLIERS = World(
    name="suppliers",
    about="Firms with every sort of gateway, shared mailboxes, copies to colleagues, and holidays.",
    firm="pine.example",
    kinds=(QUOTE, INVOICE, _DUES, RECEIPT),
    cast=(
        (0.2, away(at_work(desktop(POOL, _CLERKS, shows=0.45), _LEISURELY), chance=0.4)),
        (0.2, at_work(desktop(POOL, _CLERKS, program="webmail", shows=0.7), _STEALTHY)),
        (0.15, at_work(either(desktop(POOL, _BUSY, shows=0.3), apple_privacy(POOL, _BUSY)), _GUARDED)),
        (0.1, at_work(desktop(POOL, _BUSY, program="program", shows=0.8), _NAMED)),
        (0.15, at_work(gmail(POOL, _CLERKS), _FREE)),
        (0.1, role(at_work(desktop(POOL, _CLERKS, shows=0.5), _GUARDED))),
        (0.1, role(at_work(gmail(POOL, _CLERKS), _STEALTHY))),
    ),
    colleagues=0.12,
    own_copy=0.1,
    bounces=0.03,
    strangers=only(POOL.desktop, POOL.home[:3]),
)

ASSOCIATION = World(
    name="association",
    about="Slow mail to many: a newsletter and dues, where most clicks are a machine's.",
    firm="quince.example",
    kinds=(replace(NEWSLETTER, looks=0.3, delay=Delay(16 * HOUR, 1.9)), _DUES),
    cast=(
        (0.35, at_work(desktop(POOL, _BUSY, shows=0.4), _LEISURELY)),
        (0.15, at_work(desktop(POOL, _BUSY, program="webmail", shows=0.7), _NAMED)),
        (0.2, apple_privacy(POOL, _TOWN, median=2 * HOUR)),
        (0.2, gmail(POOL, replace(_TOWN, looks=-0.5))),
        (0.1, yahoo(POOL, _TOWN)),
    ),
    recipients=420,
    mails=0.6,
)

PICTURES = World(
    name="pictures",
    about="Links are not tracked: all there is are pictures, of people, Apple, Gmail and antivirus.",
    firm="rowan.example",
    kinds=tuple(without_links(kind) for kind in (_ESTIMATE, RECEIPT, faster(BOOKING, 2))),
    cast=(
        (0.3, apple_privacy(POOL, _TOWN, prefetch=0.7, median=40 * MINUTE)),
        (0.25, gmail(POOL, _TOWN, prefetch=0.1)),
        (0.25, at_work(desktop(POOL, _CLERKS, program="webmail", shows=0.6), _LEISURELY)),
        (0.2, at_work(desktop(POOL, _BUSY, shows=0.3), _FREE)),
    ),
)

PATHS = World(
    name="paths",
    about="Opens are not tracked: all there is are clicks, a good part of them a machine's.",
    firm="spruce.example",
    kinds=tuple(without_opens(kind) for kind in (_ESTIMATE, _DUES, INVOICE)),
    cast=(
        (0.4, gmail(POOL, _TOWN)),
        (0.2, apple_privacy(POOL, _TOWN)),
        (0.25, at_work(desktop(POOL, _CLERKS), _LEISURELY)),
        (0.15, at_work(desktop(POOL, _CLERKS), _GUARDED)),
    ),
)

STRANGERS = World(
    name="strangers",
    about="Many customers who hear from the firm once or twice a year, of every kind: hardly a habit to learn.",
    firm="teak.example",
    kinds=(_ESTIMATE, INVOICE, BOOKING),
    cast=(
        (0.25, gmail(POOL, _TOWN)),
        (0.25, apple_privacy(POOL, _TOWN)),
        (0.1, android(POOL, _TOWN)),
        (0.1, yahoo(POOL, _TOWN)),
        (0.15, at_work(desktop(POOL, _CLERKS, shows=0.4), _GUARDED)),
        (0.15, at_work(desktop(POOL, _BUSY, program="webmail", shows=0.7), _FREE)),
    ),
    recipients=1500,
    mails=0.15,
)

_SECOND_LOOK = Robot("second look", 0.25, Delay(90 * MINUTE, 1.2), 5.0, only(POOL.sweepers[:3], POOL.clouds), one=True)

SHARED = World(
    name="shared",
    about="Shared mailboxes and forwarding: several people behind each address, and a scanner that comes back late.",
    firm="umbra.example",
    kinds=(QUOTE, INVOICE, REMINDER),
    cast=(
        (0.4, role(at_work(desktop(POOL, replace(_CLERKS, strangers=0.4), shows=0.6), _FREE))),
        (0.3, role(at_work(gmail(POOL, replace(_CLERKS, strangers=0.3)), _GUARDED))),
        (
            0.3,
            at_work(
                desktop(POOL, replace(_BUSY, strangers=0.5, reopens=1.5), program="program", shows=0.7),
                [("second.example", (_SECOND_LOOK,))],
            ),
        ),
    ),
    strangers=only((*POOL.desktop, *POOL.phone, *POOL.mail_programs, *POOL.previews), (*POOL.home, *POOL.clouds[:1])),
    recipients=180,
    mails=1.6,
)

ONCE_HELD_OUT = (
    TOWN,
    BOOKINGS,
    ORCHARD,
    CURTAINS,
    WALL,
    SUPPLIERS,
    ASSOCIATION,
    PICTURES,
    PATHS,
    STRANGERS,
    SHARED,
)
