"""The worlds that are kept back: no constant of the engine was fitted to them, and none may be.

Each is a firm of its own trade, with emails, programs and networks that no other world has. Shares follow what is
published: Gmail loads ahead of its reader for a few in a hundred, Apple for nearly all who let it, Outlook shows
pictures to about half or fewer, and gateways mostly come within five minutes, though some come when a person might.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

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
from calibration.model import DAY, HOUR, MINUTE, Act, Builder, Delay, Kind, Traits, World, only
from calibration.pools import THIRD as POOL

# ── Households, with no machines but those of their mailboxes ────────────────────────────────────────────────────

_NEIGHBOURS = Temper(looks=0.1, looks_spread=1.2, pace_spread=0.8, clicks_spread=1.0, reopens=0.5, strangers=0.05)

PLUMBER = World(
    name="plumber",
    about="Households that mostly read in Gmail; a third of them get another phone or program within the season.",
    firm="acacia.example",
    kinds=(
        Kind(
            tag="visit",
            subject="We come to you tomorrow, visit {number}",
            looks=0.82,
            delay=Delay(35 * MINUTE, 1.8),
            clicks=0.2,
            links=(("https://www.{firm}/visits/{number}", 0.8), ("https://www.{firm}/visits/{number}/move", 0.2)),
            share=0.4,
            acts=(Act("reply", 0.06, Delay(2 * HOUR, 1.2)),),
        ),
        Kind(
            tag="boiler-offer",
            subject="A new boiler for you: offer {number}",
            looks=0.75,
            delay=Delay(2.5 * HOUR, 1.7),
            clicks=0.5,
            links=(
                ("https://my.{firm}/offers/{number}", 0.8),
                ("https://www.{firm}/boilers", 0.15),
                ("https://www.{firm}/finance", 0.05),
            ),
            share=0.25,
            acts=(Act("reply", 0.2, Delay(20 * HOUR, 1.2)),),
        ),
        Kind(
            tag="bill",
            subject="Bill {number} for our work",
            looks=0.68,
            delay=Delay(7 * HOUR, 1.9),
            clicks=0.35,
            links=(("https://my.{firm}/bills/{number}", 1.0),),
            share=0.35,
            acts=(Act("payment", 0.35, Delay(5 * DAY, 0.9)),),
        ),
    ),
    cast=(
        (0.5, gmail(POOL, _NEIGHBOURS, prefetch=0.03)),
        (0.14, either(gmail(POOL, _NEIGHBOURS, prefetch=0.03), apple_privacy(POOL, _NEIGHBOURS), share=0.4)),
        (0.16, apple_privacy(POOL, _NEIGHBOURS, domains=("icloud.com", "gmail.com"), median=25 * MINUTE)),
        (0.09, desktop(POOL, _NEIGHBOURS, program="webmail", shows=0.7, domains=("outlook.com", "live.com"))),
        (0.05, desktop(POOL, _NEIGHBOURS, program="program", shows=0.6, domains=("broadband.example",))),
        (0.03, yahoo(POOL, _NEIGHBOURS)),
        (0.03, android(POOL, _NEIGHBOURS, domain="phone.example")),
    ),
    recipients=260,
    mails=0.8,
    hours=(8, 18),
    movers=0.33,
    strangers=only((*POOL.desktop[:3], *POOL.phone), (*POOL.home[:4], *POOL.mobile[:2])),
    seeds=(1, 2, 3),
)

_PATIENTS = Temper(looks=0.1, looks_spread=1.1, pace=0.9, clicks=0.1, clicks_spread=1.0)

DENTIST = World(
    name="dentist",
    about="American patients, half of them with Apple's privacy; webhooks fail, come twice, and tell first opens only.",
    firm="buckthorn.example",
    kinds=(
        Kind(
            tag="appointment",
            subject="Please confirm your appointment {number}",
            looks=0.84,
            delay=Delay(45 * MINUTE, 2.0),
            clicks=0.55,
            links=(("https://visit.{firm}/c/{number}", 0.85), ("https://visit.{firm}/c/{number}/change", 0.15)),
            share=0.5,
            acts=(Act("portal_visit", 0.08, Delay(3 * HOUR, 1.3)),),
        ),
        Kind(
            tag="recall",
            subject="Time for your check-up, {number}",
            looks=0.5,
            delay=Delay(9 * HOUR, 2.0),
            clicks=0.15,
            links=(
                ("https://visit.{firm}/book?r={number}", 0.9),
                ("https://www.{firm}/team", 0.08),
                ("https://visit.{firm}/stop?r={number}", 0.02),
            ),
            share=0.25,
        ),
        Kind(
            tag="statement",
            subject="Your statement {number}",
            looks=0.66,
            delay=Delay(6 * HOUR, 1.9),
            clicks=0.4,
            links=(("https://visit.{firm}/pay/{number}", 1.0),),
            share=0.25,
            acts=(Act("payment", 0.3, Delay(3 * DAY, 1.0)),),
        ),
    ),
    cast=(
        (0.42, apple_privacy(POOL, _PATIENTS, domains=("icloud.com", "gmail.com", "me.com"), median=12 * MINUTE)),
        (0.08, either(apple_privacy(POOL, _PATIENTS), gmail(POOL, _PATIENTS, prefetch=0.05), share=0.7)),
        (0.26, gmail(POOL, _PATIENTS, prefetch=0.05)),
        (0.09, yahoo(POOL, _PATIENTS)),
        (0.07, desktop(POOL, _PATIENTS, program="webmail", shows=0.75)),
        (0.04, android(POOL, _PATIENTS, domain="phone.example")),
        (0.04, apple_direct(POOL, _PATIENTS)),
    ),
    recipients=300,
    mails=0.8,
    hours=(7, 20),
    weekends=True,
    first_open_only=True,
    outages=((9, 9.5), (26.2, 27), (52, 54.5), (77.4, 77.6), (92.3, 92.6), (98.5, 98.9)),
    rows=0.8,
    repeats=0.15,
    skew=1.0,
    deferrals=0.03,
    seeds=(1, 2, 3),
)

_PARENTS = Temper(looks=0.0, looks_spread=1.1, pace=1.1, pace_spread=0.7, clicks=0.1, clicks_spread=0.9, reopens=0.6)


def _school_holidays(builder: Builder) -> Builder:
    """Families go away for weeks in summer, and four in ten of them again in autumn; all from some weekend on."""

    def build(rng: Random) -> Traits:
        summer = rng.choice((19.0, 26.0, 33.0))
        stretches = [(summer, summer + rng.choice((14, 21, 28)))]
        if rng.random() < 0.4:
            autumn = rng.choice((89.0, 96.0))
            stretches.append((autumn, autumn + rng.choice((7, 9))))
        return replace(builder(rng), away=tuple(stretches))

    return build


MUSIC_SCHOOL = World(
    name="music school",
    about="Families who all read in Apple Mail, most with its privacy, and who are away for weeks in the holidays.",
    firm="chestnut.example",
    kinds=(
        Kind(
            tag="lesson-moved",
            subject="Lesson {number} has been moved",
            looks=0.86,
            delay=Delay(50 * MINUTE, 1.8),
            clicks=0.4,
            links=(("https://lessons.{firm}/l/{number}", 1.0),),
            share=0.4,
            acts=(Act("reply", 0.15, Delay(4 * HOUR, 1.2)),),
        ),
        Kind(
            tag="fees",
            subject="Fees for the term, {number}",
            looks=0.76,
            delay=Delay(8 * HOUR, 1.8),
            clicks=0.45,
            links=(("https://lessons.{firm}/fees/{number}", 0.9), ("https://www.{firm}/fees", 0.1)),
            share=0.25,
            acts=(Act("payment", 0.4, Delay(4 * DAY, 0.9)),),
        ),
        Kind(
            tag="concert",
            subject="You are invited: concert {number}",
            looks=0.55,
            delay=Delay(12 * HOUR, 1.9),
            clicks=0.25,
            links=(
                ("https://lessons.{firm}/tickets/{number}", 0.7),
                ("https://www.{firm}/programme", 0.2),
                ("https://www.{firm}/hall", 0.1),
            ),
            share=0.35,
        ),
    ),
    cast=(
        (0.55, _school_holidays(apple_privacy(POOL, _PARENTS, domains=("icloud.com", "me.com"), prefetch=0.8))),
        (
            0.37,
            _school_holidays(
                apple_privacy(
                    POOL,
                    replace(_PARENTS, looks=-0.3),
                    domains=("icloud.com", "family.example"),
                    prefetch=0.65,
                    median=HOUR,
                )
            ),
        ),
        (0.08, _school_holidays(apple_direct(POOL, _PARENTS))),
    ),
    recipients=240,
    mails=1.1,
    uneven=0.4,
    hours=(9, 21),
    weekends=True,
    seeds=(1, 2, 3),
)

# ── Offices without gateways ─────────────────────────────────────────────────────────────────────────────────────

_OWNERS = Temper(
    office_hours=True, looks=0.3, looks_spread=1.1, pace=1.4, pace_spread=0.8, clicks_spread=1.1, reopens=0.7
)

ACCOUNTANT = World(
    name="accountant",
    about="Small businesses on Microsoft 365, whose Outlook blocks pictures; few clients, and much mail to each.",
    firm="damson.example",
    kinds=(
        Kind(
            tag="approval",
            subject="For your approval: accounts {number}",
            looks=0.8,
            delay=Delay(5 * HOUR, 1.7),
            clicks=0.6,
            links=(("https://sign.{firm}/a/{number}", 0.9), ("https://sign.{firm}/a/{number}/print", 0.1)),
            share=0.25,
            acts=(Act("portal_visit", 0.2, Delay(DAY, 1.2)),),
        ),
        Kind(
            tag="question",
            subject="A question about your books, {number}",
            looks=0.78,
            delay=Delay(3 * HOUR, 1.8),
            clicks=0.2,
            links=(("https://files.{firm}/q/{number}", 1.0),),
            share=0.45,
            acts=(Act("reply", 0.35, Delay(9 * HOUR, 1.4)),),
        ),
        Kind(
            tag="deadline",
            subject="VAT is due, {number}",
            looks=0.55,
            delay=Delay(10 * HOUR, 1.9),
            clicks=0.25,
            links=(("https://files.{firm}/vat/{number}", 0.85), ("https://www.{firm}/dates", 0.15)),
            share=0.3,
        ),
    ),
    cast=(
        (0.7, away(at_work(desktop(POOL, _OWNERS, shows=0.1, firmness=1.2), firms(40, 31)), chance=0.4)),
        (0.2, at_work(desktop(POOL, _OWNERS, program="webmail", shows=0.15, firmness=2.0), firms(12, 32))),
        (
            0.1,
            at_work(
                either(desktop(POOL, _OWNERS, shows=0.08), desktop(POOL, _OWNERS, program="webmail", shows=0.2)),
                firms(8, 33),
            ),
        ),
    ),
    recipients=75,
    mails=3.2,
    uneven=0.5,
    hours=(8, 20),
    colleagues=0.05,
    seeds=(1, 2, 3),
)

# ── Offices behind gateways ──────────────────────────────────────────────────────────────────────────────────────

_DESKS = Temper(office_hours=True, looks=0.1, looks_spread=1.0, pace=0.7, clicks=-0.1, reopens=0.8)
_STORES = replace(_DESKS, looks=-0.4, clicks=-0.7, strangers=0.15)

_NO_GATEWAY = firms(14, 34)
_DEFENDED = firms(7, 35, sweep(POOL.sweepers, POOL.filters, chance=0.7, median=45, sigma=1.0, picture=0.5, every=0.85))
_RESOLD = firms(
    5,
    36,
    check(POOL.sweepers, POOL.guards, chance=0.6, median=70),
    picture_scan(POOL.sweepers, POOL.guards, chance=0.6, median=11),
)
_PLAIN = firms(3, 37, sweep(POOL.scripts, POOL.clouds, chance=0.85, median=30, within=3, picture=0.2))

WHOLESALE = World(
    name="wholesale",
    about="Shops and workshops, mostly their shared mailboxes, on Microsoft 365 and Google, with gateways and without.",
    firm="ebony.example",
    kinds=(
        Kind(
            tag="order",
            subject="We have your order {number}",
            looks=0.62,
            delay=Delay(40 * MINUTE, 1.9),
            clicks=0.15,
            links=(("https://shop.{firm}/orders/{number}", 0.9), ("https://shop.{firm}/", 0.1)),
            share=0.35,
        ),
        Kind(
            tag="dispatch",
            subject="On its way: delivery note {number}",
            looks=0.55,
            delay=Delay(90 * MINUTE, 1.8),
            clicks=0.4,
            links=(
                ("https://track.{firm}/d/{number}", 0.8),
                ("https://shop.{firm}/notes/{number}", 0.15),
                ("https://shop.{firm}/complaints", 0.05),
            ),
            share=0.3,
        ),
        Kind(
            tag="account",
            subject="Your account with us, {number}",
            looks=0.75,
            delay=Delay(6 * HOUR, 1.6),
            clicks=0.3,
            links=(("https://shop.{firm}/accounts/{number}", 1.0),),
            share=0.2,
            acts=(Act("payment", 0.4, Delay(5 * DAY, 0.8)), Act("reply", 0.06, Delay(DAY, 1.0))),
        ),
        Kind(
            tag="prices",
            subject="New prices, list {number}",
            looks=0.4,
            delay=Delay(10 * HOUR, 1.9),
            clicks=0.2,
            links=(
                ("https://shop.{firm}/lists/{number}", 0.7),
                ("https://shop.{firm}/offers", 0.2),
                ("https://shop.{firm}/news", 0.08),
                ("https://shop.{firm}/unsubscribe", 0.02),
            ),
            share=0.15,
        ),
    ),
    cast=(
        (0.2, role(at_work(desktop(POOL, _DESKS, shows=0.5), _DEFENDED), ("orders", "purchasing", "accounts"))),
        (0.15, role(at_work(desktop(POOL, _STORES, program="webmail", shows=0.7), _RESOLD), ("stores", "info"))),
        (0.2, role(at_work(desktop(POOL, _DESKS, shows=0.55), _NO_GATEWAY), ("orders", "office", "accounts"))),
        (0.1, role(at_work(gmail(POOL, _STORES, prefetch=0.05), _NO_GATEWAY), ("info", "orders", "hello"))),
        (0.15, at_work(desktop(POOL, _DESKS, shows=0.45), _DEFENDED)),
        (0.1, at_work(desktop(POOL, _DESKS, program="program", shows=0.75), _PLAIN)),
        (0.1, at_work(gmail(POOL, _DESKS, prefetch=0.05), _RESOLD)),
    ),
    recipients=170,
    mails=1.7,
    uneven=0.9,
    hours=(6, 18),
    colleagues=0.08,
    own_copy=0.08,
    bounces=0.025,
    rows=0.97,
    strangers=only((*POOL.desktop, *POOL.phone[:2]), (*POOL.home[:3], *POOL.mobile[:1])),
    seeds=(1, 2, 3),
)

_OFFICIALS = Temper(office_hours=True, looks=0.2, looks_spread=1.2, pace=1.6, pace_spread=0.7, clicks=0.2)

_COUNTY = firms(
    1,
    38,
    check(POOL.sweepers, POOL.guards, chance=0.75, median=25 * MINUTE, sigma=1.0, picture=0.3),
    suffix="county.example",
)

COUNTY = World(
    name="county",
    about="Lift inspections for one public authority: its one gateway follows one link, and late.",
    firm="filbert.example",
    kinds=(
        Kind(
            tag="inspection",
            subject="Lift inspected: report {number}",
            looks=0.62,
            delay=Delay(7 * HOUR, 1.7),
            clicks=0.5,
            links=(("https://reports.{firm}/{number}", 1.0),),
            share=0.5,
        ),
        Kind(
            tag="defect",
            subject="Defect {number}: please release the repair",
            looks=0.8,
            delay=Delay(2.5 * HOUR, 1.7),
            clicks=0.55,
            links=(("https://reports.{firm}/defects/{number}", 0.8), ("https://reports.{firm}/release/{number}", 0.2)),
            share=0.3,
            acts=(Act("portal_visit", 0.1, Delay(DAY, 1.0)), Act("reply", 0.12, Delay(6 * HOUR, 1.3))),
        ),
        Kind(
            tag="certificate",
            subject="Certificate {number}",
            looks=0.5,
            delay=Delay(12 * HOUR, 1.8),
            clicks=0.3,
            links=(("https://reports.{firm}/certificates/{number}", 0.9), ("https://www.{firm}/rules", 0.1)),
            share=0.2,
        ),
    ),
    cast=(
        (0.5, away(at_work(desktop(POOL, _OFFICIALS, shows=0.4), _COUNTY), chance=0.3)),
        (0.3, at_work(desktop(POOL, _OFFICIALS, program="webmail", shows=0.65, firmness=2.5), _COUNTY)),
        (0.2, at_work(either(desktop(POOL, _OFFICIALS, shows=0.4), apple_privacy(POOL, _OFFICIALS)), _COUNTY)),
    ),
    recipients=150,
    mails=1.5,
    uneven=0.8,
    hours=(7, 17),
    colleagues=0.1,
    seeds=(1, 2, 3),
)

_STAFF = Temper(office_hours=True, looks=0.0, looks_spread=1.1, pace=1.0, clicks=0.1, clicks_spread=1.0, reopens=0.9)

_HOSPITAL = firms(
    1, 39, sweep(POOL.sweepers, POOL.clouds, chance=1.0, median=70, within=20, picture=0.8, one_place=False)
)
_UNIVERSITY = firms(1, 40, sweep(POOL.sweepers, POOL.guards, chance=1.0, median=3 * MINUTE, within=4, picture=0.2))

HELPDESK = World(
    name="helpdesk",
    about="A software maker's tickets, invoices and newsletter, to two houses whose gateways follow every link.",
    firm="ginkgo.example",
    kinds=(
        Kind(
            tag="ticket",
            subject="[{number}] Your question has been answered",
            looks=0.85,
            delay=Delay(70 * MINUTE, 1.8),
            clicks=0.4,
            links=(("https://help.{firm}/t/{number}", 0.9), ("https://help.{firm}/t/{number}/rate", 0.1)),
            share=0.5,
            acts=(Act("reply", 0.25, Delay(5 * HOUR, 1.4)),),
        ),
        Kind(
            tag="licence",
            subject="Licence invoice {number}",
            looks=0.65,
            delay=Delay(8 * HOUR, 1.7),
            clicks=0.3,
            links=(("https://account.{firm}/invoices/{number}", 0.9), ("https://account.{firm}/", 0.1)),
            share=0.2,
        ),
        Kind(
            tag="release",
            subject="What is new in version {number}",
            looks=0.42,
            delay=Delay(9 * HOUR, 2.0),
            clicks=0.2,
            links=(
                ("https://www.{firm}/releases/{number}", 0.55),
                ("https://www.{firm}/releases/{number}/video", 0.25),
                ("https://help.{firm}/whats-new", 0.18),
                ("https://www.{firm}/unsubscribe", 0.02),
            ),
            share=0.3,
        ),
    ),
    cast=(
        (0.35, at_work(desktop(POOL, _STAFF, shows=0.6), _HOSPITAL)),
        (0.2, at_work(desktop(POOL, _STAFF, program="webmail", shows=0.75, firmness=3), _HOSPITAL)),
        (0.25, at_work(desktop(POOL, _STAFF, program="program", shows=0.7, firmness=2), _UNIVERSITY)),
        (0.2, at_work(either(desktop(POOL, _STAFF, program="webmail", shows=0.7), android(POOL, _STAFF)), _UNIVERSITY)),
    ),
    recipients=190,
    mails=1.3,
    hours=(8, 19),
    seeds=(1, 2, 3),
)

# ── One channel only ─────────────────────────────────────────────────────────────────────────────────────────────

_TENANTS = Temper(looks=0.0, looks_spread=1.2, pace=0.9, pace_spread=0.8, reopens=0.6)
_LANDLORDS = replace(_TENANTS, office_hours=True, looks=0.2, pace=1.3)

LETTINGS = World(
    name="lettings",
    about="A letting agent's mail to tenants and landlords, of which only opens can show.",
    firm="hawthorn.example",
    kinds=(
        Kind(
            tag="viewing",
            subject="Your viewing {number}",
            looks=0.85,
            delay=Delay(30 * MINUTE, 1.8),
            clicks=0.3,
            links=(("https://homes.{firm}/v/{number}", 1.0),),
            share=0.35,
            acts=(Act("reply", 0.15, Delay(2 * HOUR, 1.3)),),
            links_tracked=False,
        ),
        Kind(
            tag="rent",
            subject="Rent for the month, {number}",
            looks=0.6,
            delay=Delay(6 * HOUR, 1.9),
            clicks=0.2,
            links=(("https://homes.{firm}/rent/{number}", 1.0),),
            share=0.35,
            links_tracked=False,
        ),
        Kind(
            tag="repair",
            subject="Repair {number}: what happens next",
            looks=0.75,
            delay=Delay(3 * HOUR, 1.7),
            clicks=0.3,
            links=(("https://homes.{firm}/repairs/{number}", 1.0),),
            share=0.3,
            acts=(Act("reply", 0.1, Delay(6 * HOUR, 1.2)),),
            links_tracked=False,
        ),
    ),
    cast=(
        (0.34, gmail(POOL, _TENANTS, prefetch=0.06)),
        (0.24, apple_privacy(POOL, _TENANTS, prefetch=0.8, median=20 * MINUTE)),
        (0.08, android(POOL, _TENANTS, domain="phone.example")),
        (0.06, yahoo(POOL, _TENANTS)),
        (0.1, desktop(POOL, _TENANTS, program="webmail", shows=0.7)),
        (
            0.18,
            at_work(
                desktop(POOL, _LANDLORDS, shows=0.45),
                firms(9, 41, picture_scan(POOL.sweepers, (*POOL.guards, *POOL.clouds), chance=0.6, median=12)),
            ),
        ),
    ),
    recipients=250,
    mails=0.9,
    hours=(8, 20),
    seeds=(1, 2, 3),
)

_DONORS = Temper(looks=-0.1, looks_spread=1.2, pace=1.3, pace_spread=0.9, clicks=0.2, clicks_spread=1.2, reclicks=0.1)

APPEAL = World(
    name="appeal",
    about="A charity's plain letters with one link each, of which only clicks can show; few look, some at work.",
    firm="ironwood.example",
    kinds=(
        Kind(
            tag="letter",
            subject="A letter from the field, {number}",
            looks=0.42,
            delay=Delay(10 * HOUR, 1.9),
            clicks=0.35,
            links=(("https://give.{firm}/l/{number}", 1.0),),
            share=0.5,
            opens_tracked=False,
        ),
        Kind(
            tag="thanks",
            subject="Thank you for gift {number}",
            looks=0.7,
            delay=Delay(3 * HOUR, 1.9),
            clicks=0.3,
            links=(("https://give.{firm}/t/{number}", 1.0),),
            share=0.25,
            acts=(Act("reply", 0.04, Delay(8 * HOUR, 1.2)),),
            opens_tracked=False,
        ),
        Kind(
            tag="standing-order",
            subject="Please renew your standing order, {number}",
            looks=0.62,
            delay=Delay(9 * HOUR, 1.7),
            clicks=0.5,
            links=(("https://give.{firm}/s/{number}", 1.0),),
            share=0.25,
            acts=(Act("payment", 0.25, Delay(2 * DAY, 1.0)),),
            opens_tracked=False,
        ),
    ),
    cast=(
        (0.34, gmail(POOL, _DONORS)),
        (0.22, apple_privacy(POOL, _DONORS)),
        (0.08, yahoo(POOL, _DONORS)),
        (0.12, desktop(POOL, _DONORS, program="webmail", domains=("outlook.com", "live.com"))),
        (
            0.16,
            at_work(
                desktop(POOL, replace(_DONORS, office_hours=True)),
                firms(8, 42, check(POOL.sweepers, (*POOL.filters, *POOL.clouds), chance=0.7, median=50)),
            ),
        ),
        (
            0.08,
            at_work(
                gmail(POOL, replace(_DONORS, office_hours=True)),
                firms(4, 43, check((*POOL.sweepers, *POOL.scripts), POOL.unlisted, chance=0.5, median=4 * MINUTE)),
            ),
        ),
    ),
    recipients=330,
    mails=0.8,
    hours=(9, 18),
    seeds=(1, 2, 3),
)

HELD_OUT = (
    PLUMBER,
    DENTIST,
    MUSIC_SCHOOL,
    ACCOUNTANT,
    WHOLESALE,
    COUNTY,
    HELPDESK,
    LETTINGS,
    APPEAL,
)
