"""What a rule would have done: judged over the emails of the last weeks, each at the moment it was due.

Nothing is asked of Postmark, and no email costs a statement of its own: messages are looked through in pages, the
newest first, and the emails that the rule fits are judged in batches. Both have an end, and the outcome says how far
back it reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.alerts.endings import first_sign_at, has_failed, is_over
from bot.alerts.reading import Surroundings, surroundings
from bot.rules.matching import fits
from bot.rules.measure import can_show, counts_as_unseen
from bot.rules.timing import Defaults, due_at
from bot.rules.trial import Fired, Tried
from bot.trails import assemble, is_customer
from store import events, finding, messages
from store.alert_records import AlertKind, CantTell, Match, Rule, trail_key
from store.finding import Spot
from store.records import EventKind, Finding, JudgedTrail, Message, Trail

Judging = Callable[[Connection, Sequence[Trail], datetime], Callable[[Trail, datetime], JudgedTrail]]
"""Who judges these trails: one of them, as it stood at a moment; what happened later doesn't count."""

PERIOD = timedelta(days=30)
MOST_LOOKED_AT = 20_000
"""Messages."""
MOST_JUDGED = 2000
"""Emails that the rule fits and whose time is over."""
_TROUBLES = frozenset({EventKind.BOUNCE, EventKind.COMPLAINT, EventKind.SUPPRESSION})
_PAGE = 1000


def look_back(
    connection: Connection,
    rule: Rule,
    *,
    judging: Judging,
    defaults: Defaults,
    now: datetime,
    period: timedelta = PERIOD,
) -> Tried:
    """What the rule would have done about the mail of the last ``period``, had it held then."""
    tried = Tried(since=now - period, until=now)
    for spots in _pages(connection, rule, tried):
        known = messages.load(connection, [spot.message_id for spot in spots])
        trails = _trails(connection, [message for message in known if _fits_somebody(rule, message)], now)
        page = _Page(rule, defaults, tried, judging(connection, trails, now))
        page.look(connection, judging, trails)
        tried.looked_at += len(spots)
        if tried.fitting - tried.waiting >= MOST_JUDGED:
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


def _trails(connection: Connection, about: Sequence[Message], now: datetime) -> list[Trail]:
    """The emails of these messages with everything that is known of them."""
    if not about:
        return []
    told = [
        *events.of_messages(connection, [message.message_id for message in about]),
        *events.of_addresses(connection, {to.key for message in about for to in message.recipients}),
        *events.of_references(connection, {number for message in about for number in message.references}),
    ]
    return list(assemble(about, told, until=now))


@dataclass(frozen=True, slots=True)
class _Page:
    """The emails of one page, judged by a rule."""

    rule: Rule
    defaults: Defaults
    tried: Tried
    judge: Callable[[Trail, datetime], JudgedTrail]

    def look(self, connection: Connection, judging: Judging, trails: Sequence[Trail]) -> None:
        """Counts them, and notes the alerts that would have been."""
        fitting = [one for one in trails if one.is_customer and fits(self.rule, one.message, one.recipient)]
        likely = [one for trail in fitting if (one := self._likely(trail))]

        def judge(connection: Connection, trails: Sequence[Trail], at: datetime) -> list[JudgedTrail]:
            by = judging(connection, trails, at)
            return [by(trail, at) for trail in trails]

        around = surroundings(connection, judge, [entry for _, _, entry in likely], self.tried.until)
        mates: dict[str, list[Trail]] = defaultdict(list)
        for trail in trails:
            mates[trail.message.message_id].append(trail)
        for kind, at, entry in likely:
            others = [one for one in mates[entry.trail.message.message_id] if one.recipient != entry.trail.recipient]
            if self._is_over(kind, at, entry, around.get(trail_key(entry.trail), Surroundings()), others):
                self.tried.settled += 1
            else:
                now = self.judge(entry.trail, self.tried.until).verdict
                self.tried.fired.append(Fired(trail=entry.trail, kind=kind, at=at, now=now))

    def _likely(self, trail: Trail) -> tuple[AlertKind, datetime, JudgedTrail] | None:
        """The alert that an email by itself would have been, and the email as it stood then."""
        began = trail.message.sent_at or min((event.at for event in trail.events), default=None)
        if began is None:
            return None
        tried = self.tried
        tried.fitting += 1
        due = due_at(self.rule, began, self.defaults)
        if due > tried.until and not any(event.kind in _TROUBLES for event in (*trail.events, *trail.address_events)):
            tried.waiting += 1
            return None
        entry = self.judge(trail, min(due, tried.until))
        verdict = entry.verdict
        if has_failed(entry):
            return AlertKind.FAILED, verdict.delivery.at or due, entry
        if due > tried.until:
            tried.waiting += 1
        elif not counts_as_unseen(self.rule, verdict):
            tried.seen += verdict.finding is not Finding.NOT_DELIVERED  # what a test server holds back fails nobody
        elif can_show(verdict) or verdict.finding is Finding.IN_TRANSIT or self.rule.cant_tell is CantTell.ALERT:
            return AlertKind.SILENT, due, entry
        else:
            tried.cant_tell += 1
        return None

    def _is_over(
        self, kind: AlertKind, at: datetime, entry: JudgedTrail, around: Surroundings, mates: Sequence[Trail]
    ) -> bool:
        """Whether something else had settled it by then."""
        then = Surroundings(
            others=[one for one in around.others if (first_sign_at(one) or _NEVER) <= at],
            later=[one for one in around.later if one.at <= at],
        )
        past = replace(entry.trail, events=tuple(event for event in entry.trail.events if event.at <= at))
        siblings = [self.judge(mate, at) for mate in mates]
        return is_over(kind, self.rule, replace(entry, trail=past), then, siblings, since=at) is not None


_NEVER = datetime.max.replace(tzinfo=UTC)
