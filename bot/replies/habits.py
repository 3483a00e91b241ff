"""What is known of a recipient's habits, and how many emails that rests on: in words and as data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.clock import Clock, count, span
from bot.evidence import Weighing
from bot.evidence.habits import Habits, expected
from bot.evidence.mailkinds import kind_of
from bot.evidence.naming import program
from bot.evidence.outcomes import Outcome, outcome_of
from bot.naming import plain
from bot.replies.why import percent
from store.addresses import display_domain
from store.records import Actor, Message, Recipient, Subject, SubjectKind, Trail

_MOST = 5
Expect = Callable[[Trail], Habits]
"""What is expected of an email that nothing has happened to yet."""


@dataclass(frozen=True, slots=True)
class Past:
    """What came of emails so far. Machines' visits are weighed, not believed, so these are sums of chances."""

    emails: int
    opened: float
    """On how many of them a person's open was recorded."""
    clicked: float
    answered: int
    """How many of them were answered, paid, or followed by a visit to the portal."""
    loaded: int
    """How many pictures Apple's privacy service loaded beforehand."""
    swept: float
    """In how many of them a machine followed a link."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Emails of one tag (or, without tags, of one stream), and what is expected of the next."""

    name: str
    past: Past
    habits: Habits
    published: Habits
    """What would be expected without any history of one's own."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What habits were learned from."""

    emails: int
    """The newest ones, to anybody."""
    since: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a recipient, or of everybody at a domain."""

    who: str
    recipients: int
    since: datetime | None
    past: Past
    kinds: tuple[Kind, ...]
    """The most frequent first."""
    programs: tuple[tuple[str, int], ...]
    """What people came with, and how often; the most frequent first."""
    learned: bool
    """Whether anything expected differs from the published averages."""
    basis: Basis | None = None
    """``None``: it was learned here and now from every email, or not at all."""


def known(
    who: str, weighings: Sequence[Weighing], expect: Expect, *, now: datetime, basis: Basis | None = None
) -> Known:
    """Put together what the emails to somebody have shown, and what is expected of the next one of each kind.

    ``weighings`` are those of every email to them; copies to the firm's own addresses, and emails that didn't arrive,
    teach nothing and are left out.
    """
    taught = [(weighing, outcome) for weighing in weighings if (outcome := outcome_of(weighing))]
    kinds = tuple(_kinds(who, taught, expect, now))
    return Known(
        who=who,
        recipients=len({outcome.key for _, outcome in taught}),
        since=min((at for weighing, _ in taught if (at := weighing.trail.message.sent_at)), default=None),
        past=_past(outcome for _, outcome in taught),
        kinds=kinds,
        programs=tuple(_programs(weighing for weighing, _ in taught)),
        learned=any(_differ(kind.habits, kind.published) for kind in kinds),
        basis=basis,
    )


def called(subject: Subject) -> str:
    """An address, or a domain with its ``@``: ``who`` of what is known."""
    return f"@{subject.value.lstrip('@')}" if subject.kind is SubjectKind.DOMAIN else subject.value


def _kinds(who: str, taught: Sequence[tuple[Weighing, Outcome]], expect: Expect, now: datetime) -> Iterator[Kind]:
    by_kind: dict[str, list[tuple[Weighing, Outcome]]] = {}
    for weighing, outcome in taught:
        by_kind.setdefault(kind_of(weighing.trail.message), []).append((weighing, outcome))
    for name, of_kind in sorted(by_kind.items(), key=lambda item: (-len(item[1]), item[0])):
        following = _next(who, of_kind[0][0].trail, now)
        yield Kind(name, _past(outcome for _, outcome in of_kind), expect(following), expected(following))


def _next(who: str, trail: Trail, now: datetime) -> Trail:
    """Another email of the same kind, to the same person; for a domain, to somebody there who is not known."""
    message = Message(message_id="", stream=trail.message.stream, tag=trail.message.tag, sent_at=now)
    recipient = trail.recipient if not who.startswith("@") else Recipient(f"nobody-yet{who}", f"nobody-yet{who}")
    return Trail(replace(message, recipients=(recipient,)), recipient)


def _past(outcomes: Iterable[Outcome]) -> Past:
    every = list(outcomes)
    return Past(
        emails=len(every),
        opened=sum(outcome.opened for outcome in every),
        clicked=sum(outcome.clicked for outcome in every),
        answered=sum(outcome.known for outcome in every),
        loaded=sum(outcome.loaded for outcome in every),
        swept=sum(outcome.swept for outcome in every),
    )


def _programs(weighings: Iterable[Weighing]) -> list[tuple[str, int]]:
    signals = (signal for weighing in weighings for signal in weighing.signals)
    named = (program(signal.event) for signal in signals if signal.actor is Actor.PERSON)
    return Counter(plain(name, 60) for name in named if name).most_common(_MOST)


def _differ(these: Habits, those: Habits) -> bool:
    return (these.seen, these.delay, these.reliability) != (those.seen, those.delay, those.reliability)


# ── In words ─────────────────────────────────────────────────────────────────────────────────────────────────────


def title(told: Known, clock: Clock) -> str:
    """Whose habits they are, and how many emails they rest on."""
    who = f"@{display_domain(told.who[1:])}" if told.who.startswith("@") else plain(told.who, 80)
    people = f" to {count(told.recipients, 'address').replace('addresss', 'addresses')}" if who[0] == "@" else ""
    since = f" since {clock.day(told.since).removeprefix('on ')}" if told.since else ""
    return f"{who}: {count(told.past.emails, 'email')}{people}{since}"


def sentences(told: Known, clock: Clock) -> list[str]:
    """What came of the emails, with what, and whether anything is learned, and from what."""
    past = told.past
    came = [
        f"a person's open showed on {_about(past.opened)}",
        f"a person's click on {_about(past.clicked)}",
        f"{past.answered} had an answer, a payment or a visit",
    ]
    if past.loaded:
        came.append(f"Apple's privacy service had loaded {past.loaded}")
    if round(past.swept, 1) > 0:
        came.append(f"a machine followed links in {_about(past.swept)}")
    found = [f"Of these emails: {'; '.join(came)}."]
    if told.programs:
        found.append(f"They come with {', '.join(f'{name} ({times})' for name, times in told.programs)}.")
    if not told.learned:
        found.append("Nothing is learned here yet: what is expected are published averages for such mailboxes.")
    elif told.basis:
        found.append(_from(told.basis, clock))
    return found


def _from(basis: Basis, clock: Clock) -> str:
    since = f" since {clock.day(basis.since).removeprefix('on ')}" if basis.since else ""
    emails = "the newest email" if basis.emails == 1 else f"the newest {basis.emails:,} emails"
    return f"Learned {clock.when(basis.at)} from {emails} to anybody{since}."


def cells(kind: Kind) -> tuple[str, ...]:
    """A kind of email for a table: its name, how many, and what is expected of the next one."""
    habits = kind.habits
    return (
        re.sub(r"[-_]", " ", plain(kind.name, 40)),
        str(kind.past.emails),
        f"{percent(habits.seen)} %",
        span(habits.delay.median),
        f"{percent(habits.reliability.opens)} %",
        f"{percent(habits.reliability.clicks)} %",
    )


def _about(number: float) -> str:
    """A sum of chances, as one says it."""
    return f"{number:.0f}" if abs(number - round(number)) < 0.05 else f"about {number:.1f}"


# ── As data ──────────────────────────────────────────────────────────────────────────────────────────────────────


def to_json(told: Known) -> dict[str, object]:
    """What is known, for programs; chances from 0 to 1, times in seconds."""
    return {
        "who": told.who,
        "recipients": told.recipients,
        "learned": told.learned,
        "learned_from": _basis_json(told.basis),
        **_past_json(told.past),
        "programs": [{"program": name, "visits": visits} for name, visits in told.programs],
        "kinds": [
            {
                "kind": kind.name,
                **_past_json(kind.past),
                "expected": _habits_json(kind.habits),
                "published": _habits_json(kind.published),
            }
            for kind in told.kinds
        ],
    }


def _basis_json(basis: Basis | None) -> dict[str, object] | None:
    if basis is None:
        return None
    return {"emails": basis.emails, "since": _time(basis.since), "at": _time(basis.at)}


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if at else None


def _past_json(past: Past) -> dict[str, object]:
    return {
        "emails": past.emails,
        "opened": round(past.opened, 2),
        "clicked": round(past.clicked, 2),
        "answered": past.answered,
        "loaded": past.loaded,
        "swept": round(past.swept, 2),
    }


def _habits_json(habits: Habits) -> dict[str, object]:
    return {
        "looks": round(habits.seen, 4),
        "median": round(habits.delay.median),
        "sigma": round(habits.delay.sigma, 4),
        "shows_open": round(habits.reliability.opens, 4),
        "shows_click": round(habits.reliability.clicks, 4),
        "loads_ahead": round(habits.loads_ahead, 4),
        "hidden": round(habits.hidden, 4),
        "acts": round(habits.acts, 4),
    }
