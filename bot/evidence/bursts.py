"""Events judged together: what no single one shows.

The shape of a burst tells more than any list: many links in a second, the unsubscribe link beside the others, several
networks within a minute. Everything is computed over all visits of a trail, so that a late event can change what
earlier ones are taken for; nothing here ever turns an automatic event into a person's.

Sources: Marketo (three to five times more found by proximity than by a published list), mautic 16263 (about 23 hits in
15 seconds), resend-node 901 (a Mac, then Windows from elsewhere), warmbly 410 (open and click from one data centre).
Times within a burst are compared with each other only, so no clock has to be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.evidence.agents import recognise
from bot.evidence.codes import NetworkKind, Sign
from bot.evidence.signatures import Role
from store.records import Actor, Event, EventKind, Network, Signal

MANY_LINKS = 3
MANY_LINKS_WITHIN = timedelta(seconds=10)
UNSUBSCRIBE_WITHIN = timedelta(seconds=60)
MANY_NETWORKS = 3
MANY_NETWORKS_WITHIN = timedelta(seconds=60)
BESIDE = timedelta(seconds=10)
"""A picture loaded so close to a sweep was loaded by it."""
PAIR_WITHIN = timedelta(seconds=15)
INSTANT = timedelta(seconds=1.9)
"""Nobody opens an email and follows a link in less."""

_LONGEST = timedelta(minutes=2)
"""No rule looks at visits that lie further apart."""

_UNSUBSCRIBE = ("unsubscribe", "opt-out", "optout", "abmelden", "desinscri", "darse-de-baja")
_DATA_CENTRES = frozenset({NetworkKind.MICROSOFT, NetworkKind.CLOUD})
_LISTED = _DATA_CENTRES | {NetworkKind.MAIL_SECURITY}
_LIKE_A_BROWSER = frozenset({Role.BROWSER, Role.OLD_BROWSER, Role.BARE_WEBKIT, Role.MISSING, Role.UNKNOWN})
"""How a scanner names itself when it loads a picture. Mail programs and picture services are somebody's own."""

_Marks = dict[str, str]
"""Which events a rule caught (by key), and the mark it leaves."""


def judge_together(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The same signals, those of a sweep taken for automatic, those that two programs shared for unclear."""
    visits = [s for s in signals if s.event.kind in {EventKind.OPEN, EventKind.CLICK}]
    if not any(later.event.at - one.event.at <= _LONGEST for one, later in pairwise(visits)):
        return tuple(signals)
    clicks = [s for s in visits if s.event.kind is EventKind.CLICK]
    strangers, doubtful = _strangers(clicks)
    swift, too_swift = _swift_clicks(visits)
    doubtful |= too_swift
    direct = [s for s in visits if _has_own_line(s)]
    swept = (
        _many_links(clicks)
        | _unsubscribed_too(clicks)
        | _many_networks(direct)
        | swift
        | _one_data_centre(visits)
        | strangers
    )
    swept |= _beside(visits, [s for s in clicks if s.event.key in swept])
    return tuple(_relabelled(signal, swept, doubtful) for signal in signals)


def _relabelled(signal: Signal, swept: _Marks, doubtful: _Marks) -> Signal:
    key = signal.event.key
    if signal.actor is Actor.AUTOMATIC:
        return signal
    if key in swept:
        sign = Sign.BURST_CLICK if signal.event.kind is EventKind.CLICK else Sign.BURST_OPEN
        because = (swept[key], *signal.because)
        return replace(signal, actor=Actor.AUTOMATIC, code=sign, weight=0.0, because=because)
    if key in doubtful and signal.actor is Actor.PERSON:
        because = (doubtful[key], *signal.because)
        return replace(
            signal, actor=Actor.UNKNOWN, code=Sign.DOUBTFUL_CLICK, weight=min(signal.weight, 1.5), because=because
        )
    return signal


# ── Rules: each takes signals in the order of time and says which it caught ──────────────────────────────────────


def _many_links(clicks: Sequence[Signal]) -> _Marks:
    """Three links and more within ten seconds: nobody reads so fast."""
    return _caught(clicks, MANY_LINKS_WITHIN, lambda group: len(_links(group)) >= MANY_LINKS, "burst:links")


def _unsubscribed_too(clicks: Sequence[Signal]) -> _Marks:
    """The unsubscribe link within a minute of another: something follows all of them."""

    def both(group: Sequence[Signal]) -> bool:
        kinds = {_is_unsubscribe(link) for link in _links(group)}
        return kinds == {True, False}

    return _caught(clicks, UNSUBSCRIBE_WITHIN, both, "burst:unsubscribe")


def _many_networks(visits: Sequence[Signal]) -> _Marks:
    """Three places within a minute: a fleet of scanners. One reader's IPv4 and IPv6 are one place."""

    def many(group: Sequence[Signal]) -> bool:
        prefixes = {s.event.network.prefix for s in group if s.event.network}
        return max(sum(":" in p for p in prefixes), sum(":" not in p for p in prefixes)) >= MANY_NETWORKS

    return _caught(visits, MANY_NETWORKS_WITHIN, many, "burst:networks")


def _swift_clicks(visits: Sequence[Signal]) -> tuple[_Marks, _Marks]:
    """A click less than two seconds after an open: faster than anybody reads.

    By a browser from the open's own place it is a machine's. Else it is in doubt: a mail program or a picture service
    may be slow to load. Gives the first kind, then the second.
    """
    swept: _Marks = {}
    doubtful: _Marks = {}
    for one, other in _pairs(visits, INSTANT):
        if one.event.kind is EventKind.OPEN and other.event.kind is EventKind.CLICK:
            own = _role(one.event) in _LIKE_A_BROWSER and _same_visitor(one, other)
            (swept if own else doubtful)[other.event.key] = "burst:instant"
    return swept, doubtful


def _one_data_centre(visits: Sequence[Signal]) -> _Marks:
    """An open and a click from one data centre network by two programs: a scanner that changes its clothes."""
    found: _Marks = {}
    for one, other in _pairs(visits, _LONGEST):
        agents = one.event.user_agent != other.event.user_agent
        kinds = one.event.kind is not other.event.kind
        if agents and kinds and _same_place(one, other) and _network_kind(one.event.network) in _DATA_CENTRES:
            found |= dict.fromkeys((one.event.key, other.event.key), "burst:one_data_centre")
    return found


def _beside(visits: Sequence[Signal], swept: Sequence[Signal]) -> _Marks:
    """A picture loaded by a browser in the middle of a sweep."""
    return {
        visit.event.key: "burst:beside"
        for visit in visits
        if visit.event.kind is EventKind.OPEN
        and _role(visit.event) in _LIKE_A_BROWSER
        and any(abs(visit.event.at - click.event.at) <= BESIDE for click in swept)
    }


def _strangers(clicks: Sequence[Signal]) -> tuple[_Marks, _Marks]:
    """Two clicks within fifteen seconds from two systems and two networks: one of them is not the reader.

    Where one comes from a listed network it is the machine's and the other stands; where neither does, both are in
    doubt. Gives the first kind, then the second.
    """
    swept: _Marks = {}
    doubtful: _Marks = {}
    browsers = [s for s in clicks if s.actor is not Actor.AUTOMATIC and _role(s.event) is Role.BROWSER]
    for pair in _pairs(browsers, PAIR_WITHIN):
        one, other = pair
        if _system(one.event) == _system(other.event) or _perhaps_one_place(one, other):
            continue
        listed = [s for s in pair if _network_kind(s.event.network) in _LISTED]
        marked = swept if listed else doubtful
        marked.update(dict.fromkeys((s.event.key for s in listed or pair), "burst:two_systems"))
    return swept, doubtful


# ── Helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _caught(
    signals: Sequence[Signal], within: timedelta, rule: Callable[[Sequence[Signal]], bool], mark: str
) -> _Marks:
    """The events of every stretch of time, at most so long, for which the rule holds."""
    found: _Marks = {}
    for group in _stretches(signals, within):
        if len(group) > 1 and rule(group):
            found |= dict.fromkeys((s.event.key for s in group), mark)
    return found


def _stretches(signals: Sequence[Signal], within: timedelta) -> Iterator[Sequence[Signal]]:
    """For each signal, it and those that follow within the time. The signals are in the order of time."""
    end = 0
    for start, first in enumerate(signals):
        end = max(end, start)
        while end < len(signals) and signals[end].event.at - first.event.at <= within:
            end += 1
        yield signals[start:end]


def _pairs(signals: Sequence[Signal], within: timedelta) -> Iterator[tuple[Signal, Signal]]:
    for group in _stretches(signals, within):
        for other in group[1:]:
            yield group[0], other


def _links(group: Iterable[Signal]) -> set[str]:
    return {s.event.link for s in group if s.event.link}


def _is_unsubscribe(link: str) -> bool:
    return any(word in link.lower() for word in _UNSUBSCRIBE)


def _same_place(one: Signal, other: Signal) -> bool:
    a, b = one.event.network, other.event.network
    return a is not None and b is not None and a.prefix == b.prefix


def _same_visitor(one: Signal, other: Signal) -> bool:
    """Whether two signals are of one place; where a record tells of none, of one program."""
    if one.event.network is None or other.event.network is None:
        return one.event.user_agent == other.event.user_agent
    return _same_place(one, other)


def _perhaps_one_place(one: Signal, other: Signal) -> bool:
    """Whether two signals may come from one place: the same network, or its IPv4 and its IPv6."""
    a, b = one.event.network, other.event.network
    return a is None or b is None or a.prefix == b.prefix or (":" in a.prefix) != (":" in b.prefix)


def _network_kind(network: Network | None) -> str | None:
    return network.kind if network else None


def _has_own_line(signal: Signal) -> bool:
    """Whether the visit came straight from somewhere, not through a provider's picture service."""
    return _network_kind(signal.event.network) is not None and _role(signal.event) not in {
        Role.IMAGE_PROXY,
        Role.BARE,
        Role.GMAIL_PREFETCH,
    }


def _role(event: Event) -> Role:
    return recognise(event.user_agent, event.client, event.platform).role_in(event.at.year)


def _system(event: Event) -> str:
    """The operating system, roughly: what a program's name says in its first brackets."""
    text = (event.user_agent or "").partition("(")[2]
    return next((name for name in ("Windows", "Android", "iPhone", "iPad", "Macintosh", "Linux") if name in text), "")
