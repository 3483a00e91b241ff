"""The words a world is written in. All durations are in seconds; all chances are 0 to 1.

The processes are simple enough that what happened can be weighed exactly (``calibration.truth``) and rich enough to
hurt: people look late or never, at several devices, behind blocked pictures; machines load and follow before them.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from statistics import NormalDist

SECOND, MINUTE, HOUR, DAY = 1.0, 60.0, 3600.0, 86400.0
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Delay:
    """A log-normal waiting time. With ``early``, everything happens that many seconds sooner, so perhaps before."""

    median: float
    sigma: float
    early: float = 0.0

    def cdf(self, after: float) -> float:
        after += self.early
        if after <= 0:
            return 0.0
        return 0.5 * (1 + math.erf(math.log(after / self.median) / (self.sigma * math.sqrt(2))))

    def pdf(self, after: float) -> float:
        after += self.early
        if after <= 0:
            return 0.0
        z = math.log(after / self.median) / self.sigma
        return math.exp(-z * z / 2) / (after * self.sigma * math.sqrt(2 * math.pi))

    def quantile(self, share: float) -> float:
        return self.median * math.exp(self.sigma * _NORMAL.inv_cdf(share)) - self.early

    def draw(self, rng: Random) -> float:
        return self.median * math.exp(self.sigma * rng.gauss(0, 1)) - self.early

    def slower(self, factor: float) -> Delay:
        return Delay(self.median * factor, self.sigma, self.early)


# ── What a request shows of who made it ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mark:
    """What a visit shows: a program's name and an address. ``ip`` is empty where Postmark records none."""

    agent: str
    ip: str


@cache
def place(ip: str) -> str:
    """The /24 or /48 around an address: two addresses in it are one place."""
    if not ip:
        return ""
    return str(ipaddress.ip_network((ip, 48 if ":" in ip else 24), strict=False))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where visits come from: any of these programs, anywhere in any of these blocks (none: no address is shown)."""

    agents: tuple[str, ...]
    blocks: tuple[str, ...] = ()

    def draw(self, rng: Random) -> Mark:
        agent = rng.choice(self.agents)
        return Mark(agent, _address(rng, rng.choice(self.blocks)) if self.blocks else "")

    def density(self, mark: Mark) -> float:
        """How likely a visit shows this program and this /24 or /48."""
        if mark.agent not in self.agents:
            return 0.0
        return self.agents.count(mark.agent) / len(self.agents) * _nearness(self.blocks, place(mark.ip))


@cache
def _nearness(blocks: tuple[str, ...], where: str) -> float:
    if not blocks or not where:
        return float(not blocks and not where)
    inner = ipaddress.ip_network(where)
    total = 0.0
    for text in blocks:
        block = ipaddress.ip_network(text)
        if block.version == inner.version and block.overlaps(inner):
            total += 1 / (1 << max(inner.prefixlen - block.prefixlen, 0))
    return total / len(blocks)


def _address(rng: Random, block: str) -> str:
    network = ipaddress.ip_network(block)
    return str(network.network_address + rng.randrange(1, network.num_addresses - 1))


@dataclass(frozen=True, slots=True)
class Mix:
    """Several origins with their shares, which sum to one."""

    parts: tuple[tuple[float, Origin], ...]

    def draw(self, rng: Random) -> Mark:
        origins = [origin for _, origin in self.parts]
        return rng.choices(origins, [share for share, _ in self.parts])[0].draw(rng)

    def density(self, mark: Mark) -> float:
        return sum(share * origin.density(mark) for share, origin in self.parts)


def only(agents: tuple[str, ...], blocks: tuple[str, ...] = ()) -> Mix:
    return Mix(((1.0, Origin(agents, blocks)),))


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Device:
    """A program somebody reads with."""

    opens: Mix
    """What the loading of the picture shows."""
    clicks: Mix
    shows: float
    """The chance that a look loads the picture."""
    cache: str | None = None
    """The picture service that keeps the picture: only its first load is ever seen."""


@dataclass(frozen=True, slots=True)
class Robot:
    """A machine that visits emails by itself."""

    name: str
    chance: float
    """Of visiting an email at all."""
    start: Delay
    """From the delivery to the begin of its visit."""
    within: float
    """Its hits lie anywhere in this stretch of time."""
    origin: Mix
    picture: float = 0.0
    """The chance that a visit loads the picture."""
    every: float = 0.0
    """The chance, for each link, that a visit follows it."""
    one: bool = False
    """Whether it follows one link, any, instead."""
    one_place: bool = True
    """Whether all hits of a visit come from one program and one place."""
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """A recipient: habits, devices, and the machines in front of their mailbox."""

    devices: tuple[tuple[float, Device], ...]
    robots: tuple[Robot, ...] = ()
    looks: float = 0.0
    """Log-odds added to a mail kind's chance of being looked at."""
    pace: float = 1.0
    """Factor on how long they take to look."""
    clicks: float = 0.0
    """Log-odds added to the chance of a click."""
    reopens: float = 0.3
    """How many more times they look, on average, after the first time."""
    reclicks: float = 0.05
    """How many more links they follow, on average, after the first look."""
    acts: float = 1.0
    """Factor on the chance of replies, payments and the like."""
    strangers: float = 0.0
    """Share of later visits made by others to whom it was passed on."""
    office_hours: bool = False
    away: tuple[tuple[float, float], ...] = ()
    """Stretches (in days since the world began) without a look."""
    domain: str = "example.com"
    local: str | None = None
    """The part before the @; ``None``: a name of their own."""


Builder = Callable[[Random], Traits]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient with their address, and what they are like; some change their programs one day."""

    address: str
    traits: Traits
    later: Traits | None = None
    changes: float = math.inf
    """Seconds since the world began at which ``later`` comes true."""
    mails: float = 1.0
    """Emails a week."""

    def at(self, moment: float) -> Traits:
        return self.later if self.later is not None and moment >= self.changes else self.traits


# ── Emails and the world ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Act:
    """Something only a person who has seen the email does, and the office records."""

    kind: str
    """``reply``, ``payment`` or ``portal_visit``."""
    chance: float
    delay: Delay


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of email, known by its tag."""

    tag: str
    subject: str
    looks: float
    """The chance that it is ever looked at, by somebody with no leanings."""
    delay: Delay
    """How soon, in their waking hours."""
    clicks: float
    links: tuple[tuple[str, float], ...]
    """The links and their shares of people's clicks."""
    share: float = 1.0
    """Of the firm's emails."""
    acts: tuple[Act, ...] = ()
    opens_tracked: bool = True
    links_tracked: bool = True


@dataclass(frozen=True, kw_only=True)
class World:
    """A firm and its customers."""

    name: str
    about: str
    firm: str
    kinds: tuple[Kind, ...]
    cast: tuple[tuple[float, Builder], ...]
    recipients: int = 260
    mails: float = 1.0
    """Emails a week to a recipient, in the middle."""
    uneven: float = 0.6
    """Spread (of the logarithm) of that between recipients."""
    hours: tuple[int, int] = (7, 19)
    """Between which hours emails are sent."""
    weekends: bool = False
    strangers: Mix | None = None
    """What those show to whom emails are passed on."""
    outages: tuple[tuple[float, float], ...] = ()
    """Stretches (in days since the world began) in which webhooks were lost."""
    bounces: float = 0.01
    deferrals: float = 0.01
    colleagues: float = 0.0
    """Share of emails with a second recipient in copy."""
    own_copy: float = 0.0
    """Share of emails with a blind copy to the firm itself, whose staff open it."""
    first_open_only: bool = False
    """Whether Postmark was told to report first opens only."""
    rows: float = 1.0
    """Share of emails of which a search row is known."""
    repeats: float = 0.02
    """Share of webhooks that come twice."""
    skew: float = 0.0
    """Seconds by which the receiving servers' clocks run ahead."""
    movers: float = 0.0
    """Share of recipients who change their programs one day."""
    seeds: tuple[int, ...] = (1, 2)

    @property
    def opens_tracked(self) -> bool:
        return any(kind.opens_tracked for kind in self.kinds)

    @property
    def links_tracked(self) -> bool:
        return any(kind.links_tracked for kind in self.kinds)
