"""The arguments for a verdict: signals put together into reasons that a sentence can be made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from bot import away
from bot.evidence import weights
from bot.evidence.arithmetic import long_look, opened_again, spaced
from bot.evidence.codes import Cause, Sign
from bot.evidence.naming import program
from bot.evidence.signals import Clock
from bot.evidence.silence import chance_of_open
from bot.evidence.weighing import Weighing
from store.records import Actor, Delivery, DeliveryState, Event, EventKind, Finding, Reason, Signal, Trackable

MOST = 3
"""More arguments than this persuade nobody."""

SETTLING = timedelta(minutes=2)
"""So long after a click others may come that change what it is taken for."""

_NAMED = frozenset({Sign.PERSON_OPEN, Sign.PERSON_CLICK, Sign.EARLY_OPEN, Sign.EARLY_CLICK, Sign.DATA_CENTRE_CLICK})
"""Signs whose sentence names the program."""

_SWEEPS = frozenset({Sign.BURST_CLICK, Sign.BURST_OPEN, Sign.SCANNER_CLICK, Sign.DATA_CENTRE_CLICK, Sign.SCRIPT_CLICK})


def grouped(signals: Iterable[Signal], weighing: Weighing) -> tuple[Reason, ...]:
    """One reason for all machines, or unclear signs, of one kind and vendor: oldest first, described by the first."""
    return _reasons(signals, weighing, lambda signal: (signal.code, signal.vendor))


def _reasons(signals: Iterable[Signal], weighing: Weighing, kind: Callable[[Signal], object]) -> tuple[Reason, ...]:
    groups: dict[object, list[Signal]] = defaultdict(list)
    for signal in signals:
        groups[kind(signal)].append(signal)
    return tuple(
        Reason(group[0].code, group[0].event.at, max(s.weight for s in group), _facts(group, weighing))
        for group in groups.values()
    )


def strongest(finding: Finding, weighing: Weighing) -> tuple[Reason, ...]:
    """At most three reasons for a finding, the strongest first; those that move nothing come last."""
    persons = [s for s in weighing.signals if s.actor is Actor.PERSON]
    leaning = [s for s in weighing.signals if s.actor is Actor.UNKNOWN and s.weight >= weights.SIGN_AT_LEAST]
    acts = _reasons([*persons, *leaning], weighing, lambda signal: signal.code)
    found = [*acts, *_looked_again(persons)]
    found.sort(key=lambda reason: -reason.weight)
    if finding is Finding.NOT_DELIVERED:
        found.insert(0, _about_delivery(Sign.FAILED, weighing.delivery))
    elif finding is Finding.IN_TRANSIT:
        found[:0] = [_waiting(weighing), *_untraceable(weighing)]
    elif finding is Finding.NO_SIGN:
        found.extend(_nothing_reliable(weighing))
        if not found and weighing.delivery.state in {DeliveryState.DELIVERED, DeliveryState.COMPLAINED}:
            found.append(_about_delivery(Sign.ARRIVED, weighing.delivery))
    return tuple(found[:MOST])


def _nothing_reliable(weighing: Weighing) -> Iterable[Reason]:
    yield from _untraceable(weighing)
    machines = [s for s in weighing.signals if s.actor is Actor.AUTOMATIC]
    if machines:
        yield Reason(Sign.ONLY_AUTOMATIC, machines[0].event.at, facts=_frozen({"count": str(len(machines))}))
    silence, shown = weighing.sum.value("silence"), weighing.trackable
    if silence < 0 and (shown.opens is not False or shown.clicks is not False):
        only = _only_channel(shown)
        facts = {
            "chance": str(round(100 * weighing.chance_of_trace)),
            "opens": str(round(100 * chance_of_open(shown, weighing.habits, weighing.signals))),
            **({"only": only} if only else {}),
        }
        yield Reason(Sign.SILENCE, weight=silence, facts=_frozen(facts))


def _only_channel(trackable: Trackable) -> str | None:
    """What alone could have shown, where the other could not."""
    if trackable.opens is False:
        return "clicks"
    return "opens" if trackable.clicks is False else None


def _untraceable(weighing: Weighing) -> Iterable[Reason]:
    if weighing.trackable.why_not:
        yield Reason(Sign.NOT_TRACKED, facts=_frozen({"why": weighing.trackable.why_not}))


def _looked_again(persons: Sequence[Signal]) -> Iterable[Reason]:
    opens = [s for s in persons if s.event.kind is EventKind.OPEN]
    again, long = opened_again(opens), long_look(opens)
    if again:
        times = spaced(opens)
        count = max(len(times), 2)
        yield Reason(Sign.OPENED_AGAIN, times[-1].event.at, again, _frozen({"count": str(count)}))
    if long:
        longest = max(opens, key=lambda s: s.event.read_seconds or 0)
        seconds = str(longest.event.read_seconds)
        yield Reason(Sign.LONG_LOOK, longest.event.at, long, _frozen({"seconds": seconds}))


def _waiting(weighing: Weighing) -> Reason:
    delivery = weighing.delivery
    if delivery.state is DeliveryState.DEFERRED:
        times = sum(event.kind is EventKind.DEFERRAL for event in weighing.trail.events)
        return _about_delivery(Sign.WAITING, delivery, count=str(max(times, 1)))
    if delivery.code == Cause.NEVER_ASKED:
        return Reason(Sign.NOT_ASKED, delivery.at)
    return _about_delivery(Sign.WAITING, delivery)


def _about_delivery(sign: Sign, delivery: Delivery, **more: str) -> Reason:
    told = {"cause": delivery.code, "detail": delivery.detail, **more}
    return Reason(sign, delivery.at, facts=_frozen(told))


def _facts(group: Sequence[Signal], weighing: Weighing) -> Mapping[str, str]:
    first = group[0]
    event = first.event
    after = Clock.of(weighing.trail).after(event.at)
    told: dict[str, str | None] = {
        "after": str(round(after)) if after is not None and after >= 0 else None,
        "vendor": first.vendor,
        "client": program(event) if first.code in _NAMED else None,
        "network": event.network.owner if event.network else None,
        "count": str(len(group)) if len(group) > 1 else None,
        "link": event.link,
        "note": event.note,
        "settling": "yes" if event.kind is EventKind.CLICK and weighing.now - event.at < SETTLING else None,
    }
    if first.code in _SWEEPS:
        told |= _sweep([s.event for s in group])
    if first.code == Sign.AUTO_REPLY:
        told["away"] = next((found for signal in group if (found := away.until(signal.event.detail))), None)
    if first.code in {Sign.SOMEBODY, Sign.BEFORE_DELIVERY, Sign.OWN_NETWORK}:
        told["kind"] = event.kind
    if first.code == Sign.SOMEBODY:
        told |= {"reference": event.reference, "somebody": str(max(len(weighing.trail.message.recipients), 2))}
    return _frozen(told)


def _sweep(events: Sequence[Event]) -> dict[str, str | None]:
    """How many links, in how many seconds."""
    links = {event.link for event in events if event.link}
    lasted = (events[-1].at - events[0].at).total_seconds()
    return {"links": str(len(links)) if len(links) > 1 else None, "seconds": str(round(lasted))}


def _frozen(told: Mapping[str, str | None]) -> Mapping[str, str]:
    return MappingProxyType({name: value for name, value in told.items() if value is not None})
