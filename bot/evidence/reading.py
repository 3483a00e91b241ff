"""How a single visit is read: an open or a click, from its program, its network and its moment.

Each function goes from what is sure to what is not: a program that says it is a machine, a network that only machines
use, then time. The rules and where they come from are listed in docs/evidence.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from bot.evidence import weights
from bot.evidence.agents import MACHINES, recognise
from bot.evidence.codes import NetworkKind, Sign
from bot.evidence.signatures import Role
from bot.evidence.timing import MINUTE, Delay, click_odds, open_doubt
from store.records import Actor, Event, Source

GUARDS = 10 * MINUTE
"""For so long after delivery a mail-security firm's network is its scanner; later it may be a person's way out."""

HASTE = 10.0
"""Nobody hears of an email, opens it and follows a link in fewer seconds, however well known they are. Ours."""

SETTLED = 30 * MINUTE
"""After so long a scanner's first visit is very unlikely: 99.3 % have come (craft-campaign 546)."""

BROWSED_THROUGH = frozenset({"Proofpoint", "Mimecast"})
"""Mail-security firms whose networks people also browse through (browser isolation)."""

ISOLATED = 45 * MINUTE
"""So long after delivery a visit from there is rather somebody's: gateways check links within the half hour. Ours."""

_CLOUDS = frozenset({NetworkKind.MICROSOFT, NetworkKind.CLOUD, NetworkKind.GOOGLE})
_TOO_SOON = "time:too_soon"
_AT_MOST_UNCLEAR = 1.0
_APPLES = frozenset({NetworkKind.APPLE_RELAY, NetworkKind.APPLE})
_APPLES_OR_UNKNOWN = _APPLES | {NetworkKind.PRIVATE, None}
_MAIL_PROGRAMS = frozenset({Role.MAIL_CLIENT, Role.OFFICE})


class Reading(NamedTuple):
    """What a visit is taken for."""

    actor: Actor
    sign: Sign
    weight: float
    because: tuple[str, ...]
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An open or a click, with what is known of who came."""

    role: Role
    vendor: str | None
    network: NetworkKind | None
    owner: str | None
    after: float | None
    """Seconds since delivery; ``None``: not known."""
    delay: Delay
    untold: bool = False
    """Whether the record tells only that somebody or something came, as Postmark's short list of events does."""

    @classmethod
    def of(cls, event: Event, network: NetworkKind | None, after: float | None, delay: Delay) -> Visit:
        agent = recognise(event.user_agent, event.client, event.platform)
        owner = event.network.owner if event.network else None
        untold = event.source is Source.API and not (event.user_agent or event.client or event.network)
        return cls(agent.role_in(event.at.year), agent.vendor, network, owner, after, delay, untold)

    def within(self, seconds: float) -> bool:
        """Whether it came so soon after delivery; what is not known may have."""
        return self.after is None or self.after < seconds

    def automatic(self, sign: Sign, *because: str, vendor: str | None = None) -> Reading:
        weight = weights.AUTOMATIC.get(sign, 0.0)
        return Reading(Actor.AUTOMATIC, sign, weight, because, vendor or self.vendor)

    def unclear(self, sign: Sign, *because: str, weight: float | None = None) -> Reading:
        worth = weights.SMALL[sign] if weight is None else weight
        return Reading(Actor.UNKNOWN, sign, worth, because, self.vendor)

    def person(self, sign: Sign, weight: float, *because: str) -> Reading:
        return Reading(Actor.PERSON, sign, weight, because, self.vendor)

    @property
    def by_agent(self) -> str:
        return f"agent:{self.role}"

    @property
    def by_network(self) -> str:
        return f"network:{self.network}"


# ── Opens ────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_open(visit: Visit) -> Reading:
    """Who loaded the picture."""
    return (
        _named_machine(visit, Sign.SCANNER_OPEN, Sign.PREVIEW_OPEN, Sign.SCRIPT_OPEN)
        or _picture_service(visit)
        or _gateway(visit, Sign.SCANNER_OPEN, Sign.PERSON_OPEN, Sign.DATA_CENTRE_OPEN)
        or _open_from_listed_network(visit)
        or _open_by_program(visit)
    )


def _picture_service(visit: Visit) -> Reading | None:
    """The services that load pictures for somebody: when they open, or beforehand."""
    if visit.role is Role.IMAGE_PROXY:
        return _open_through_service(visit)
    if visit.role is Role.GMAIL_PREFETCH:
        if visit.network is NetworkKind.MICROSOFT:  # One project says Outlook.com's picture service names itself so.
            return visit.unclear(Sign.DATA_CENTRE_OPEN, visit.by_network, visit.by_agent)
        return visit.automatic(Sign.GMAIL_PREFETCH, visit.by_agent)
    if visit.role is Role.BARE and visit.network not in _APPLES_OR_UNKNOWN:
        return visit.automatic(Sign.SCRIPT_OPEN, visit.by_agent, visit.by_network)
    if visit.role is Role.BARE or (visit.role is Role.BARE_WEBKIT and visit.network in _APPLES):
        return visit.automatic(Sign.APPLE_PRIVACY_OPEN, visit.by_agent, visit.by_network, vendor="Apple")
    return None


def _open_through_service(visit: Visit) -> Reading:
    """Gmail's picture service and its like, which load when somebody opens; instant loads were seen too."""
    if visit.network in {NetworkKind.MAIL_FILTER, NetworkKind.MAIL_SECURITY}:
        return visit.automatic(Sign.SCANNER_OPEN, visit.by_network, vendor=visit.owner)
    if visit.after is not None and visit.after < weights.PROXY_SETTLES:
        return visit.unclear(Sign.EARLY_PROXY_OPEN, visit.by_agent, "time:early", weight=weights.EARLY_PROXY_OPEN)
    return visit.person(Sign.PROXY_OPEN, weights.PROXY_OPEN, visit.by_agent)


def _open_from_listed_network(visit: Visit) -> Reading | None:
    if visit.network is NetworkKind.YAHOO:
        return visit.person(Sign.PROXY_OPEN, weights.PROXY_OPEN, visit.by_network)
    if visit.network is NetworkKind.APPLE_RELAY and visit.role not in _MAIL_PROGRAMS:
        return visit.unclear(Sign.RELAY_OPEN, visit.by_network)
    if visit.network in _CLOUDS:
        if visit.role in _MAIL_PROGRAMS:
            return visit.person(Sign.PERSON_OPEN, weights.OPEN_FROM_CLOUD, visit.by_agent, visit.by_network)
        return visit.unclear(Sign.DATA_CENTRE_OPEN, visit.by_network)
    return None


def _open_by_program(visit: Visit) -> Reading:
    """From a line that no list holds, only the program and the moment tell."""
    if visit.role in _MAIL_PROGRAMS:
        return visit.person(Sign.PERSON_OPEN, weights.OPEN, visit.by_agent)
    if visit.role is Role.BARE_WEBKIT:
        weight = next(
            (w for until, w in weights.OPEN_BARE_WEBKIT if visit.within(until)), weights.OPEN_BARE_WEBKIT_LATE
        )
    elif visit.role is Role.BROWSER:
        weight = weights.OPEN - (open_doubt(visit.after, visit.delay) if visit.after is not None else 0.0)
    else:
        sign = Sign.APP_OPEN if visit.role is Role.APP else Sign.UNNAMED_OPEN
        late = visit.after is not None and visit.after >= SETTLED
        return visit.unclear(sign, visit.by_agent, weight=weights.LATE[sign] if late else None)
    if weight >= weights.PERSON_AT_LEAST:
        return visit.person(Sign.PERSON_OPEN, weight, visit.by_agent)
    return visit.unclear(Sign.EARLY_OPEN, "time:early", visit.by_agent, weight=weight)


# ── Clicks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def read_click(visit: Visit) -> Reading:
    """Who followed the link."""
    return (
        _named_machine(visit, Sign.SCANNER_CLICK, Sign.PREVIEW_CLICK, Sign.SCRIPT_CLICK)
        or _no_browser(visit)
        or _gateway(visit, Sign.SCANNER_CLICK, Sign.PERSON_CLICK, Sign.DATA_CENTRE_CLICK)
        or _click_from_cloud(visit)
        or _click_by_program(visit)
        or _click_by_browser(visit)
    )


def _no_browser(visit: Visit) -> Reading | None:
    """People click in browsers; what is none was sent by somebody else."""
    if visit.role is Role.IMAGE_PROXY:
        return visit.automatic(Sign.PROXY_CLICK, visit.by_agent)
    if visit.role in {Role.BARE, Role.UNKNOWN}:
        return visit.automatic(Sign.SCRIPT_CLICK, visit.by_agent)
    if visit.role in {Role.GMAIL_PREFETCH, Role.OLD_BROWSER}:
        return visit.automatic(Sign.SCANNER_CLICK, visit.by_agent, vendor=visit.owner)
    return None


def _click_from_cloud(visit: Visit) -> Reading | None:
    if visit.network is NetworkKind.GOOGLE or (visit.network in _CLOUDS and visit.within(GUARDS)):
        return visit.automatic(Sign.DATA_CENTRE_CLICK, visit.by_network, vendor=visit.owner)
    if visit.network in _CLOUDS:
        late = not visit.within(SETTLED)
        weight = weights.LATE_CLICK_FROM_CLOUD if late else weights.SMALL[Sign.DATA_CENTRE_CLICK]
        return visit.unclear(Sign.DATA_CENTRE_CLICK, visit.by_network, weight=weight)
    return None


def _click_by_program(visit: Visit) -> Reading | None:
    """What does not follow links as people's browsers do, or does not say what it is."""
    if visit.role is Role.OFFICE:
        return visit.unclear(Sign.LINK_CHECK, visit.by_agent)
    if visit.role is Role.APP:
        return visit.unclear(Sign.APP_CLICK, visit.by_agent)
    if visit.untold:
        return visit.unclear(Sign.UNTOLD_CLICK, "agent:untold", weight=_untold(visit))
    if visit.role in {Role.EDGE, Role.MISSING, Role.BARE_WEBKIT}:
        return visit.unclear(Sign.UNNAMED_CLICK, visit.by_agent)
    return None


def _click_by_browser(visit: Visit) -> Reading:
    if visit.after is None:
        return visit.unclear(Sign.EARLY_CLICK, "time:unknown", visit.by_agent, weight=weights.CLICK_WITHOUT_TIME)
    weight = _click_weight(visit.after, visit.delay)
    if visit.within(HASTE):
        return visit.unclear(Sign.EARLY_CLICK, _TOO_SOON, visit.by_agent, weight=min(weight, _AT_MOST_UNCLEAR))
    if weight >= weights.PERSON_AT_LEAST:
        return visit.person(Sign.PERSON_CLICK, weight, visit.by_agent)
    return visit.unclear(Sign.EARLY_CLICK, "time:early", visit.by_agent, weight=weight)


def _click_weight(after: float, delay: Delay) -> float:
    """How much likelier a click at that moment is where somebody has seen the email (theirs, or a machine's)."""
    return min(math.log1p(weights.CLICKERS * click_odds(after, delay)), weights.CLICK)


def _untold(visit: Visit) -> float:
    """What a click is worth that may have been anybody's or any machine's: only its moment speaks."""
    if visit.after is None:
        return weights.CLICK_UNTOLD_EARLY
    sure = visit.after >= GUARDS and _click_weight(visit.after, visit.delay) >= weights.CLICK
    return weights.CLICK_UNTOLD if sure else weights.CLICK_UNTOLD_EARLY


# ── Both ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_portal_visit(visit: Visit) -> Reading:
    """A visit to the portal is decisive, unless the record names a program or a network that is a machine's."""
    machine = _named_machine(visit, Sign.SCANNER_CLICK, Sign.PREVIEW_CLICK, Sign.SCRIPT_CLICK)
    gateway = _gateway(visit, Sign.SCANNER_CLICK, Sign.PORTAL_VISIT, Sign.DATA_CENTRE_CLICK)
    return machine or gateway or visit.person(Sign.PORTAL_VISIT, weights.DECISIVE)


def _named_machine(visit: Visit, scanner: Sign, preview: Sign, script: Sign) -> Reading | None:
    """What calls itself a machine, or claims to be a browser that never was, is one anywhere."""
    if visit.role not in MACHINES:
        return None
    sign = {Role.SCANNER: scanner, Role.IMPOSSIBLE: scanner, Role.PREVIEW: preview}.get(visit.role, script)
    return visit.automatic(sign, visit.by_agent, vendor=visit.owner if visit.role is Role.IMPOSSIBLE else None)


def _gateway(visit: Visit, scanner: Sign, person: Sign, unclear: Sign) -> Reading | None:
    """From a mail gateway's network comes its scanner; much later it may be somebody who browses through it."""
    if visit.network in {NetworkKind.MAIL_FILTER, NetworkKind.CRAWLER}:
        return visit.automatic(scanner, visit.by_network, vendor=visit.owner)
    if visit.network is not NetworkKind.MAIL_SECURITY:
        return None
    if visit.within(GUARDS):
        return visit.automatic(scanner, visit.by_network, "time:early", vendor=visit.owner)
    if visit.owner in BROWSED_THROUGH and not visit.within(ISOLATED):
        return visit.person(person, weights.LATE_VISIT_FROM_GUARDED_NETWORK, "time:late", visit.by_network)
    return visit.unclear(unclear, visit.by_network)


# ── What the own history adds ────────────────────────────────────────────────────────────────────────────────────

CREDITED = frozenset(
    {
        *(Sign.PERSON_OPEN, Sign.EARLY_OPEN, Sign.APP_OPEN, Sign.DATA_CENTRE_OPEN),
        *(Sign.PERSON_CLICK, Sign.EARLY_CLICK, Sign.STRANGE_CLICK, Sign.APP_CLICK),
    }
)
"""Signs that are believed more, or less, by who usually comes."""

_SURER = {
    Sign.EARLY_OPEN: Sign.PERSON_OPEN,
    Sign.APP_OPEN: Sign.PERSON_OPEN,
    Sign.EARLY_CLICK: Sign.PERSON_CLICK,
    Sign.STRANGE_CLICK: Sign.PERSON_CLICK,
}
_LESS_SURE = {Sign.PERSON_OPEN: Sign.STRANGE_OPEN, Sign.PERSON_CLICK: Sign.STRANGE_CLICK}


def credited(reading: Reading, credit: float) -> Reading:
    """The reading, with what is known of who usually comes; ``credit`` is ln(person : machine).

    A weight of ``w`` means odds of ``e^w - 1`` that a person made the visit, beside its saying nothing.
    """
    if not credit or reading.actor is Actor.AUTOMATIC:
        return reading
    weight = min(math.log1p(math.expm1(reading.weight) * math.exp(credit)), max(reading.weight, weights.CLICK))
    if _TOO_SOON in reading.because:
        weight = min(weight, _AT_MOST_UNCLEAR)
    because = (*reading.because, "habit:familiar" if credit > 0 else "habit:strange")
    if weight >= weights.PERSON_AT_LEAST and reading.sign is not Sign.DATA_CENTRE_OPEN:
        return reading._replace(
            actor=Actor.PERSON, sign=_SURER.get(reading.sign, reading.sign), weight=weight, because=because
        )
    return reading._replace(
        actor=Actor.UNKNOWN, sign=_LESS_SURE.get(reading.sign, reading.sign), weight=weight, because=because
    )
