"""What a rule would have done: judged over the emails of the last weeks, each at the moment it was due.

Nothing is asked of Postmark, and no email costs a statement of its own: messages are looked through in pages, the
newest first, and the emails that the rule fits are judged in batches. Both have an end, and the outcome says how far
back it reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.rules.matching import fits
from bot.rules.measure import can_show, counts_as_unseen
from bot.rules.timing import Defaults, due_at
from bot.rules.trial import Fired, Tried
from bot.trails import assemble, is_customer
from store import events, finding, messages
from store.alert_records import AlertKind, CantTell, Match, Rule
from store.finding import Spot
from store.records import DeliveryState, Finding, Message, Trail, Verdict

Judge = Callable[[Trail, datetime], Verdict]
"""What a trail adds up to at a moment; what happened later doesn't count."""

PERIOD = timedelta(days=30)
MOST_LOOKED_AT = 20_000
"""Messages."""
MOST_JUDGED = 1000
"""Emails that the rule fits."""
_PAGE = 1000
_FAILED = frozenset({DeliveryState.BOUNCED, DeliveryState.SUPPRESSED, DeliveryState.COMPLAINED})


def look_back(
    connection: Connection, rule: Rule, *, judge: Judge, defaults: Defaults, now: datetime, period: timedelta = PERIOD
) -> Tried:
    """What the rule would have done about the mail of the last ``period``, had it held then."""
    tried = Tried(since=now - period, until=now)
    for spots in _pages(connection, rule, tried):
        known = messages.load(connection, [spot.message_id for spot in spots])
        fitting = [message for message in known if _fits_somebody(rule, message)]
        for trail in _trails(connection, fitting, now):
            if trail.is_customer and fits(rule, trail.message, trail.recipient):
                _judge(tried, trail, rule, judge, defaults)
        tried.looked_at += len(spots)
        if tried.fitting >= MOST_JUDGED:
            _cut_short(tried, spots[-1])
            break
    tried.fired.sort(key=lambda fired: fired.at, reverse=True)
    return tried


def _pages(connection: Connection, rule: Rule, tried: Tried) -> Iterator[list[Spot]]:
    """The messages to look through, newest first, a page at a time."""
    # Where every condition must hold, the database itself leaves out what has another tag or stream.
    must = rule.match is Match.ALL
    tags, streams = (_small(rule.tags), _small(rule.streams)) if must else ((), ())
    last: Spot | None = None
    for _ in range(MOST_LOOKED_AT // _PAGE):
        spots = finding.page(connection, since=tried.since, before=last, tags=tags, streams=streams, limit=_PAGE)
        if spots:
            yield spots
        if len(spots) < _PAGE:
            return
        last = spots[-1]
    if last is not None:
        _cut_short(tried, last)


def _cut_short(tried: Tried, last: Spot) -> None:
    tried.since, tried.is_whole = last.at, False


def _small(values: Sequence[str]) -> list[str]:
    """The values as a database folds them; none where one has letters that it folds otherwise than we do."""
    folded = [value.strip().casefold() for value in values]
    return folded if all(value.isascii() for value in folded) else []


def _fits_somebody(rule: Rule, message: Message) -> bool:
    return any(is_customer(to, message) and fits(rule, message, to) for to in message.recipients)


def _trails(connection: Connection, about: Sequence[Message], now: datetime) -> Iterable[Trail]:
    """The emails of these messages with everything that is known of them."""
    if not about:
        return []
    told = [
        *events.of_messages(connection, [message.message_id for message in about]),
        *events.of_addresses(connection, {to.key for message in about for to in message.recipients}),
        *events.of_references(connection, {number for message in about for number in message.references}),
    ]
    return assemble(about, told, until=now)


def _judge(tried: Tried, trail: Trail, rule: Rule, judge: Judge, defaults: Defaults) -> None:
    began = trail.message.sent_at or min((event.at for event in trail.events), default=None)
    if began is None:
        return
    tried.fitting += 1
    due = due_at(rule, began, defaults)
    verdict = judge(trail, min(due, tried.until))
    if verdict.delivery.state in _FAILED:
        _fire(tried, trail, AlertKind.FAILED, verdict.delivery.at or due, judge)
    elif due > tried.until:
        tried.waiting += 1
    elif not counts_as_unseen(rule, verdict):
        tried.seen += verdict.finding is not Finding.NOT_DELIVERED  # a test server delivers nothing, and fails nobody
    elif can_show(verdict) or rule.cant_tell is CantTell.ALERT:
        _fire(tried, trail, AlertKind.SILENT, due, judge)
    else:
        tried.cant_tell += 1


def _fire(tried: Tried, trail: Trail, kind: AlertKind, at: datetime, judge: Judge) -> None:
    tried.fired.append(Fired(trail=trail, kind=kind, at=at, now=judge(trail, tried.until)))
