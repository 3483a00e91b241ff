"""Which records tell of the same event.

An event comes by webhook, again by webhook, and once more from the API: as an event of the message's details and as a
row of its opens or clicks. Accounts with one key are one event. So are two accounts from different places that agree
in whatever both know and lie less than two seconds apart: the API may round its times, and details name no agent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from store.records import Event, EventKind, Source

TOGETHER = timedelta(seconds=2)
"""Two accounts of one event differ by less than this."""

_ABRIDGED = "abridged/"
"""How the key of such an account begins (``bot.postmark.rows``)."""

_TRUST = {Source.WEBHOOK: 0, Source.API: 1, Source.TRACKING: 2, Source.IMPORT: 3}
"""Who is believed first where two accounts differ: a webhook says most."""

_WITH_AGENT = frozenset({EventKind.OPEN, EventKind.CLICK})

_BARE = Event(key="", kind=EventKind.UNKNOWN, at=datetime.min.replace(tzinfo=UTC))
_GAPS = tuple(name for name in Event.__struct_fields__ if getattr(_BARE, name) is None)


def fold(events: Iterable[Event]) -> list[Event]:
    """The distinct events, oldest first, each with everything its accounts know.

    The outcome depends neither on the order of the accounts nor on their number.
    """
    by_key: dict[str, list[Event]] = {}
    for event in events:
        accounts = by_key.setdefault(event.key, [])
        if event not in accounts:
            accounts.append(event)
    groups: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in _without_abridged([_merged(accounts) for accounts in by_key.values()]):
        groups[_of_one_thing(event)].append(event)
    return sorted((event for group in groups.values() for event in _told_once(group)), key=in_order)


def is_told(event: Event, known: Iterable[Event]) -> bool:
    """Whether an account of ``event`` would add nothing to those known, because a fuller one of the same is there.

    A webhook tells more than the row of a list, and a row more than an email's details.
    """
    short = event.key.startswith(_ABRIDGED)
    return any(
        other.key == event.key
        or (
            _TRUST[other.source] + other.key.startswith(_ABRIDGED) < _TRUST[event.source] + short
            and _of_one_thing(event) == _of_one_thing(other)
            and abs(other.at - event.at) < TOGETHER
            and (event.user_agent == other.user_agent or None in {event.user_agent, other.user_agent})
            and (event.bounce_id == other.bounce_id or None in {event.bounce_id, other.bounce_id})
        )
        for other in known
    )


def _of_one_thing(event: Event) -> tuple[object, ...]:
    return event.kind, event.message_id, event.recipient_key, event.link, event.reference


def in_order(event: Event) -> tuple[datetime, int, str]:
    """Sorts events by time, and those of one moment always the same way."""
    return event.at, _TRUST[event.source], event.key


def _without_abridged(told: Sequence[Event]) -> Iterable[Event]:
    """Leaves out what message details tell in short where something else tells it in full.

    Details know neither a bounce's type, nor a suppression's reason, nor the network of an open or a click.
    """
    short = [event for event in told if event.key.startswith(_ABRIDGED)]
    if not short:
        return told
    full = [event for event in told if not event.key.startswith(_ABRIDGED)]
    bounces = {event.bounce_id for event in full}
    alike: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in full:
        alike[event.kind, event.recipient_key, event.link].append(event)

    def is_told(event: Event) -> bool:
        if event.bounce_id in bounces and event.bounce_id is not None:
            return True  # of whatever kind: the type shows an out-of-office note, a complaint
        return any(
            other.message_id in {event.message_id, None} and abs(other.at - event.at) < TOGETHER
            for other in alike[event.kind, event.recipient_key, event.link]
        )

    return [*full, *(event for event in short if not is_told(event))]


def _told_once(group: Sequence[Event]) -> Iterable[Event]:
    if len(group) == 1:
        return group
    found: list[list[Event]] = []
    for event in sorted(group, key=in_order):
        for accounts in found:
            if all(_same(event, other) for other in accounts):
                accounts.append(event)
                break
        else:
            found.append([event])
    return [_merged(accounts) for accounts in found]


def _same(one: Event, other: Event) -> bool:
    if abs(one.at - other.at) >= TOGETHER:
        return False
    nameless = one.kind in _WITH_AGENT and (one.user_agent is None) != (other.user_agent is None)
    if one.source is other.source and not nameless:
        return False
    return nameless or one.user_agent == other.user_agent


def _merged(accounts: Sequence[Event]) -> Event:
    """One event: the most trusted account, its gaps filled from the others."""
    if len(accounts) == 1:
        return accounts[0]
    best, *others = sorted(
        accounts, key=lambda event: (event.at_is_arrival, _TRUST[event.source], event.at, repr(event))
    )
    news: dict[str, object] = {}
    for other in others:
        for name in _GAPS:
            if getattr(best, name) is None and name not in news and getattr(other, name) is not None:
                news[name] = getattr(other, name)
        if not best.metadata and "metadata" not in news and other.metadata:
            news["metadata"] = other.metadata
    return replace(best, **news) if news else best
