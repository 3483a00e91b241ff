"""The people that worlds are filled with. Each function gives a builder, which draws one recipient."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from calibration import pools
from calibration.model import MINUTE, Builder, Delay, Device, Mix, Origin, Robot, Traits, only
from calibration.pools import Pool


@dataclass(frozen=True, slots=True)
class Temper:
    """How a crowd's habits lie: middles and spreads, from which each recipient draws their own."""

    looks: float = 0.0
    looks_spread: float = 1.0
    pace: float = 1.0
    pace_spread: float = 0.6
    clicks: float = 0.0
    clicks_spread: float = 0.8
    reopens: float = 0.4
    reclicks: float = 0.05
    acts: float = 1.0
    strangers: float = 0.02
    office_hours: bool = False


def _person(rng: Random, temper: Temper, devices: Sequence[tuple[float, Device]], domain: str) -> Traits:
    return Traits(
        devices=tuple(devices),
        looks=rng.gauss(temper.looks, temper.looks_spread),
        pace=temper.pace * rng.lognormvariate(0, temper.pace_spread),
        clicks=rng.gauss(temper.clicks, temper.clicks_spread),
        reopens=temper.reopens * rng.lognormvariate(0, 0.5),
        reclicks=temper.reclicks * rng.lognormvariate(0, 0.5),
        acts=temper.acts,
        strangers=temper.strangers,
        office_hours=temper.office_hours,
        domain=domain,
    )


def share_around(rng: Random, middle: float, firmness: float = 8.0) -> float:
    """A chance that differs from person to person around a middle."""
    return rng.betavariate(middle * firmness, (1 - middle) * firmness)


def _line(rng: Random, pool: Pool) -> str:
    """Somebody's own /24 or /48."""
    block = ipaddress.ip_network(rng.choice(pool.home))
    length = 24 if block.version == 4 else 48
    at = block.network_address + (rng.randrange(1 << (length - block.prefixlen)) << (block.max_prefixlen - length))
    return f"{at}/{length}"


def _browsing(rng: Random, pool: Pool, *, phone: float, office: bool = False) -> Mix:
    """Where somebody's clicks come from: their browsers, at their line, on the way, or through the firm's proxy."""
    line = pool.office_proxy if office and rng.random() < 0.3 else (_line(rng, pool),)
    parts = []
    if phone > 0:
        mobile = Origin((rng.choice(pool.phone),), pool.mobile)
        parts += [(phone * 0.5, mobile), (phone * 0.5, Origin(mobile.agents, line))]
    if phone < 1:
        parts.append((1 - phone, Origin((rng.choice(pool.desktop),), line)))
    return Mix(tuple(parts))


# ── People, by what they read with ───────────────────────────────────────────────────────────────────────────────


def gmail(pool: Pool, temper: Temper = Temper(), *, shows: float = 0.94, prefetch: float = 0.04) -> Builder:
    """Gmail in a browser or its app: the picture comes through Google's service, once."""

    def build(rng: Random) -> Traits:
        hidden, told = Origin(pools.GMAIL_PROXY), Origin(pools.GMAIL_PROXY, pool.google)
        device = Device(
            opens=Mix(((0.7, hidden), (0.3, told))),
            clicks=_browsing(rng, pool, phone=rng.choice((0.2, 0.6, 0.9))),
            shows=share_around(rng, shows, 30),
            cache="gmail",
        )
        robot = Robot(
            "gmail prefetch", prefetch, Delay(2.0, 0.5), 1.0, only(pools.GMAIL_PREFETCH, pool.google), picture=1.0
        )
        traits = _person(rng, temper, [(1.0, device)], "gmail.com")
        return replace(traits, robots=(robot,))

    return build


def yahoo(pool: Pool, temper: Temper = Temper()) -> Builder:
    def build(rng: Random) -> Traits:
        device = Device(
            opens=only(pools.YAHOO_PROXY, pool.yahoo),
            clicks=_browsing(rng, pool, phone=rng.choice((0.1, 0.7))),
            shows=share_around(rng, 0.92, 30),
            cache="yahoo",
        )
        return _person(rng, temper, [(1.0, device)], rng.choice(("yahoo.com", "aol.com")))

    return build


def apple_privacy(
    pool: Pool,
    temper: Temper = Temper(),
    *,
    domains: Sequence[str] = ("icloud.com", "me.com", "gmail.com"),
    prefetch: float = 0.85,
    median: float = 10 * MINUTE,
) -> Builder:
    """Apple Mail with privacy: Apple loads the picture, mostly by itself and sooner or later, else at a look."""

    def build(rng: Random) -> Traits:
        origin = only(pools.APPLE_PRIVACY, pool.apple)
        clicks = _browsing(rng, pool, phone=rng.choice((0.5, 1.0)))
        if rng.random() < 0.3:  # Private Relay hides the line of their clicks too.
            clicks = Mix(tuple((share, Origin(part.agents, pool.apple)) for share, part in clicks.parts))
        device = Device(opens=origin, clicks=clicks, shows=share_around(rng, 0.9, 20), cache="apple")
        robot = Robot(
            "apple privacy",
            share_around(rng, prefetch, 12),
            Delay(median, 1.6),
            1.0,
            origin,
            picture=1.0,
            cache="apple",
        )
        traits = _person(rng, temper, [(1.0, device)], rng.choice(domains))
        return replace(traits, robots=(robot,))

    return build


def apple_direct(pool: Pool, temper: Temper = Temper(), *, domain: str = "icloud.com") -> Builder:
    """Apple Mail without privacy: a nameless WebKit at the reader's own line."""

    def build(rng: Random) -> Traits:
        agent = rng.choice(
            (
                (
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    "Mobile/15E148"
                ),
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            )
        )
        device = Device(
            opens=only((agent,), (_line(rng, pool),)),
            clicks=_browsing(rng, pool, phone=0.8),
            shows=share_around(rng, 0.9, 20),
        )
        return _person(rng, temper, [(1.0, device)], domain)

    return build


def desktop(
    pool: Pool,
    temper: Temper = Temper(),
    *,
    program: str = "outlook",
    shows: float = 0.5,
    firmness: float = 1.5,
    domains: Sequence[str] = ("outlook.com", "hotmail.com"),
) -> Builder:
    """Outlook, a mail program or webmail at a desk. ``firmness`` low: most people show always or never."""

    def build(rng: Random) -> Traits:
        line = _line(rng, pool)
        agents = {"outlook": pool.outlook, "program": pool.mail_programs, "webmail": pool.desktop}[program]
        agent = rng.choice(agents)
        clicks = _browsing(rng, pool, phone=0.1, office=temper.office_hours)
        if program == "outlook":  # Office looks at the link first now and then, and so uses it up.
            parts = [(0.92 * share, part) for share, part in clicks.parts]
            clicks = Mix((*parts, (0.08, Origin((agent,), (line,)))))
        device = Device(opens=only((agent,), (line,)), clicks=clicks, shows=share_around(rng, shows, firmness))
        return _person(rng, temper, [(1.0, device)], rng.choice(domains))

    return build


def android(pool: Pool, temper: Temper = Temper(), *, domain: str = "mail.example") -> Builder:
    """A phone maker's mail program, which loads pictures with the system's own machinery."""

    def build(rng: Random) -> Traits:
        device = Device(
            opens=Mix(
                (
                    (0.5, Origin((rng.choice(pool.android_mail),), pool.mobile)),
                    (0.5, Origin((rng.choice(pool.android_mail),), (_line(rng, pool),))),
                )
            ),
            clicks=_browsing(rng, pool, phone=1.0),
            shows=share_around(rng, 0.75, 4),
        )
        return _person(rng, temper, [(1.0, device)], domain)

    return build


# ── Combinations ─────────────────────────────────────────────────────────────────────────────────────────────────


def either(first: Builder, second: Builder, *, share: float = 0.5) -> Builder:
    """One person with two devices: habits and address of the first, machines of both."""

    def build(rng: Random) -> Traits:
        one, other = first(rng), second(rng)
        split = min(max(rng.gauss(share, 0.2), 0.05), 0.95)
        devices = [(split * part, device) for part, device in one.devices]
        devices += [((1 - split) * part, device) for part, device in other.devices]
        return replace(one, devices=tuple(devices), robots=(*one.robots, *other.robots))

    return build


def at_work(builder: Builder, tenants: Sequence[tuple[str, tuple[Robot, ...]]]) -> Builder:
    """The person at one of these firms, behind its gateway."""

    def build(rng: Random) -> Traits:
        domain, robots = rng.choice(tenants)
        traits = builder(rng)
        return replace(traits, domain=domain, robots=(*traits.robots, *robots))

    return build


def role(builder: Builder, names: Sequence[str] = ("info", "billing", "office", "accounts")) -> Builder:
    """An office's shared mailbox: somebody there looks, soon and at several desks."""

    def build(rng: Random) -> Traits:
        traits = either(builder, builder)(rng)
        return replace(traits, local=rng.choice(names), looks=traits.looks + 0.7, pace=traits.pace * 0.6)

    return build


def away(builder: Builder, *, chance: float, days: float = 104) -> Builder:
    """Some of them are away for one or two weeks, and look at nothing."""

    def build(rng: Random) -> Traits:
        traits = builder(rng)
        if rng.random() >= chance:
            return traits
        begin = rng.uniform(0, days)
        return replace(traits, away=((begin, begin + rng.choice((7, 10, 14))),))

    return build
