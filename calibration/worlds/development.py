"""The worlds that the engine's constants may be fitted to."""

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
from calibration.model import HOUR, MINUTE, Delay, Robot, World, only
from calibration.pools import DEVELOPMENT as POOL
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

_OFFICE = Temper(office_hours=True, looks=0.2, clicks=-0.2)

_CONSUMERS = (
    (0.34, gmail(POOL)),
    (0.30, apple_privacy(POOL)),
    (0.08, either(apple_privacy(POOL), gmail(POOL))),
    (0.06, yahoo(POOL)),
    (0.07, desktop(POOL, program="webmail", shows=0.8)),
    (0.05, desktop(POOL, shows=0.4)),
    (0.05, android(POOL)),
    (0.05, apple_direct(POOL)),
)

_FILTERED = firms(
    6,
    11,
    sweep(POOL.sweepers, POOL.clouds, chance=0.8, every=0.9),
    picture_scan(POOL.sweepers, POOL.filters, chance=0.5),
)
_CHECKED = firms(6, 12, check(POOL.sweepers, (*POOL.guards, *POOL.filters), chance=0.6))
_NAMED = firms(3, 13, check(POOL.scripts, POOL.clouds, chance=0.7, picture=0.5))
_FREE = firms(8, 14)

CONSUMERS = World(
    name="consumers",
    about="Households with every kind of mailbox, and hardly a machine but Apple's and Gmail's.",
    firm="alder.example",
    kinds=(QUOTE, INVOICE, BOOKING),
    cast=_CONSUMERS,
)

APPLES = World(
    name="apples",
    about="Apple Mail with privacy and nothing else.",
    firm="birch.example",
    kinds=(QUOTE, BOOKING, REMINDER),
    cast=((1.0, apple_privacy(POOL, domains=("icloud.com", "me.com", "mac.com"))),),
)

BLOCKED = World(
    name="blocked",
    about="Outlook at office desks, which blocks pictures: most people never show an open.",
    firm="cedar.example",
    kinds=(QUOTE, INVOICE, REMINDER),
    cast=((1.0, at_work(desktop(POOL, _OFFICE, shows=0.12, firmness=1.0), _FREE)),),
)

GATEWAY = World(
    name="gateway",
    about="Firms whose gateway follows every link of every email and loads every picture.",
    firm="dogwood.example",
    kinds=(silent(QUOTE), silent(INVOICE), REMINDER),
    cast=(
        (
            1.0,
            at_work(
                either(desktop(POOL, _OFFICE, shows=0.6), desktop(POOL, _OFFICE, program="program", shows=0.8)),
                firms(5, 15, sweep(POOL.sweepers, POOL.clouds, chance=1.0, picture=1.0)),
            ),
        ),
    ),
)

BUSINESS = World(
    name="business",
    about="Firms writing to firms: some filtered, some checked, some free, each with gateways of its own.",
    firm="elm.example",
    kinds=(QUOTE, INVOICE, REMINDER, RECEIPT),
    cast=(
        (0.25, at_work(desktop(POOL, _OFFICE, shows=0.4), _FILTERED)),
        (0.15, at_work(either(desktop(POOL, _OFFICE, shows=0.3), apple_privacy(POOL, _OFFICE)), _FILTERED)),
        (0.2, at_work(desktop(POOL, _OFFICE, program="webmail", shows=0.7), _CHECKED)),
        (0.1, at_work(desktop(POOL, _OFFICE, program="program", shows=0.7), _NAMED)),
        (0.2, at_work(gmail(POOL, _OFFICE), _FREE)),
        (0.1, role(at_work(desktop(POOL, _OFFICE, shows=0.5), _CHECKED))),
    ),
    weekends=False,
    colleagues=0.06,
    own_copy=0.05,
)

NEWS = World(
    name="news",
    about="A newsletter and receipts: few look, slowly, and five links invite gateways.",
    firm="fir.example",
    kinds=(NEWSLETTER, RECEIPT),
    cast=(
        *((0.7 * share, builder) for share, builder in _CONSUMERS),
        (0.2, at_work(desktop(POOL, _OFFICE, shows=0.4), _FILTERED)),
        (0.1, at_work(gmail(POOL, _OFFICE), _CHECKED)),
    ),
)

OPENS_ONLY = World(
    name="opens only",
    about="Links are not tracked; a third of the people sit behind something that loads pictures.",
    firm="gum.example",
    kinds=tuple(without_links(kind) for kind in (QUOTE, INVOICE, BOOKING)),
    cast=(
        (0.35, gmail(POOL)),
        (0.3, apple_privacy(POOL)),
        (0.2, at_work(desktop(POOL, _OFFICE, program="webmail", shows=0.7), _FILTERED)),
        (0.15, at_work(desktop(POOL, _OFFICE, shows=0.4), _FREE)),
    ),
)

LINKS_ONLY = World(
    name="links only",
    about="Opens are not tracked; some gateways follow links.",
    firm="hazel.example",
    kinds=tuple(without_opens(kind) for kind in (QUOTE, INVOICE, BOOKING)),
    cast=(
        (0.6, gmail(POOL, Temper(clicks=0.6))),
        (0.2, at_work(desktop(POOL, _OFFICE), _FILTERED)),
        (0.2, at_work(desktop(POOL, _OFFICE), _CHECKED)),
    ),
)

OUTAGES = World(
    name="outages",
    about="A firm whose webhooks fail for hours and days; people go on holiday.",
    firm="iris.example",
    kinds=(QUOTE, INVOICE, BOOKING),
    cast=tuple((share, away(builder, chance=0.3)) for share, builder in _CONSUMERS),
    outages=((6, 6.4), (21, 22.5), (47, 47.3), (60.5, 63), (80, 80.2), (93, 93.8), (99.2, 100.4)),
    rows=0.95,
    skew=1.5,
)

_DETONATION = Robot("late check", 0.15, Delay(2 * HOUR, 1.0), 3.0, only(POOL.sweepers[:2], POOL.unlisted[:1]), one=True)

DENSE = World(
    name="dense",
    about="Few customers with much mail, some forwarded; a checker comes late and from nowhere that is listed.",
    firm="juniper.example",
    kinds=(replace(BOOKING, share=0.6), REMINDER, INVOICE),
    cast=(
        (0.4, gmail(POOL, Temper(strangers=0.1))),
        (0.25, either(apple_privacy(POOL), desktop(POOL, program="webmail", shows=0.8))),
        (0.35, at_work(desktop(POOL, _OFFICE, program="program", shows=0.8), [("quiet.example", (_DETONATION,))])),
    ),
    recipients=60,
    mails=5.0,
    strangers=only((*POOL.desktop, *POOL.phone), (*POOL.home[:3], *POOL.mobile)),
)

PHONES = World(
    name="phones",
    about="A salon whose confirmations are looked at at once, on phones; now and then webhooks fail.",
    firm="lime.example",
    kinds=(faster(BOOKING, 2), faster(REMINDER, 4), RECEIPT),
    cast=(
        (0.3, apple_privacy(POOL, Temper(looks=0.3), prefetch=0.8, median=6 * MINUTE)),
        (0.3, gmail(POOL)),
        (0.3, android(POOL)),
        (0.1, desktop(POOL, program="webmail", shows=0.8)),
    ),
    weekends=True,
    outages=((15, 15.4), (58, 59), (94, 94.3), (98.5, 99)),
)

RARE = World(
    name="rare",
    about="A thousand customers who hear from the firm twice a year.",
    firm="mulberry.example",
    kinds=(QUOTE, INVOICE, BOOKING),
    cast=(
        *((0.75 * share, builder) for share, builder in _CONSUMERS),
        (0.15, at_work(desktop(POOL, _OFFICE, shows=0.5), _CHECKED)),
        (0.1, at_work(gmail(POOL, _OFFICE), _FREE)),
    ),
    recipients=1000,
    mails=0.2,
)

_HURRIED = Temper(office_hours=True, looks=-0.6, looks_spread=1.3, pace=1.8, clicks=-0.6, clicks_spread=1.1)

DIM = World(
    name="dim",
    about="People in a hurry behind blocked pictures, who look at half of their mail; first opens only are reported.",
    firm="nettle.example",
    kinds=(INVOICE, REMINDER, QUOTE),
    cast=(
        (0.7, at_work(desktop(POOL, _HURRIED, shows=0.1, firmness=1.5), _FREE)),
        (0.3, at_work(desktop(POOL, _HURRIED, program="webmail", shows=0.2), _CHECKED)),
    ),
    first_open_only=True,
    mails=0.7,
)

_QUIET = firms(6, 16, check(POOL.sweepers, POOL.unlisted, chance=0.45, median=50, sigma=1.4, picture=0.3))
_SLOW = firms(6, 17, sweep(POOL.sweepers, POOL.clouds, chance=0.7, median=120, within=60, every=0.8, one_place=False))

STEALTH = World(
    name="stealth",
    about="Gateways that look like people: one link from nowhere that is listed, or all of them at leisure.",
    firm="olive.example",
    kinds=(QUOTE, INVOICE, RECEIPT),
    cast=(
        (0.3, at_work(desktop(POOL, _OFFICE, shows=0.5), _QUIET)),
        (0.3, at_work(desktop(POOL, _OFFICE, program="webmail", shows=0.6), _SLOW)),
        (0.2, at_work(gmail(POOL, _OFFICE), _QUIET)),
        (0.2, at_work(apple_privacy(POOL, _OFFICE), _FREE)),
    ),
    colleagues=0.05,
)

BULLETIN = World(
    name="bulletin",
    about="A club whose letters few look at, slowly; most of its members sit behind gateways.",
    firm="poplar.example",
    kinds=(replace(NEWSLETTER, looks=0.28), replace(INVOICE, looks=0.5, share=0.3)),
    cast=(
        (0.5, at_work(desktop(POOL, _HURRIED, shows=0.4), _FILTERED)),
        (0.2, at_work(gmail(POOL, _HURRIED), _SLOW)),
        (0.3, apple_privacy(POOL, Temper(looks=-0.4), median=HOUR)),
    ),
    mails=0.7,
    recipients=350,
)

COUNTER = World(
    name="counter",
    about="Offices where several people look at one mailbox and pass mail on; something comes back hours later.",
    firm="quill.example",
    kinds=(INVOICE, REMINDER, QUOTE),
    cast=(
        (0.5, role(at_work(desktop(POOL, replace(_OFFICE, strangers=0.3), program="webmail", shows=0.6), _FREE))),
        (0.25, role(at_work(desktop(POOL, replace(_OFFICE, strangers=0.2), shows=0.5), _CHECKED))),
        (0.25, at_work(desktop(POOL, _OFFICE, program="program", shows=0.7), [("later.example", (_DETONATION,))])),
    ),
    strangers=only((*POOL.desktop, *POOL.phone), (*POOL.home, *POOL.mobile)),
    recipients=200,
)

DEVELOPMENT = (
    CONSUMERS,
    APPLES,
    BLOCKED,
    GATEWAY,
    BUSINESS,
    NEWS,
    OPENS_ONLY,
    LINKS_ONLY,
    OUTAGES,
    DENSE,
    PHONES,
    RARE,
    DIM,
    STEALTH,
    BULLETIN,
    COUNTER,
)
