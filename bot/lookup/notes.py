"""What the reader must know about an answer: how fresh it is, what it left out, whom it must not be mistaken for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.lookup.asking import Gathered
from bot.lookup.matching import Aim
from bot.postmark.errors import Maintenance, PostmarkError, RateLimited, Refused, TimedOut, Unreachable, WrongToken
from bot.replies.notes import Note, Trouble
from bot.trails import FREE_MAIL
from store.addresses import domain_of
from store.records import Message, PostmarkState, Reason, Role, SubjectKind, Trail

# Notes that only a lookup makes; ``bot.replies.notes`` says the others.
NOT_TOGETHER = "none_fits_both"
"""Each of the two things asked for is known, but no email fits both. ``first``, ``second``: how many fit each."""
OUTSIDE_TIME = "only_outside_that_time"
"""Emails fit, but none of the time asked for. ``count``; ``at``: when the newest was sent."""
SUPPRESSED_ADDRESS = "address_is_suppressed"
"""Nothing was found, and Postmark sends nothing to this address. ``address``, ``reason``; ``at``: since when."""
NOT_SAVED = "not_saved"
"""What Postmark said is in this answer, but could not be stored."""

_MANY = 3
"""More customers than this on one email are said to be many."""

_TROUBLES: tuple[tuple[type[PostmarkError], Trouble], ...] = (
    (TimedOut, Trouble.TIMED_OUT),
    (Unreachable, Trouble.REFUSED),
    (RateLimited, Trouble.RATE_LIMITED),
    (Maintenance, Trouble.MAINTENANCE),
    (WrongToken, Trouble.WRONG_TOKEN),
    (Refused, Trouble.NOT_ACCEPTED),
)


def state_of(gathered: Gathered) -> PostmarkState:
    """How much of what Postmark was asked for it has answered."""
    if not gathered.troubles:
        return PostmarkState.LIVE
    return PostmarkState.PARTIAL if gathered.answered else PostmarkState.UNREACHABLE


def of_freshness(
    state: PostmarkState,
    gathered: Gathered | None,
    messages: Sequence[Message],
    *,
    last_told_at: datetime | None,
    is_demo: bool = False,
) -> Iterator[Reason]:
    """What stands between this answer and the present.

    ``last_told_at`` is when Postmark last told of anything, by a webhook or in a sweep; ``is_demo``: the store holds a
    demo's emails.
    """
    if is_demo and state in {PostmarkState.OFFLINE, PostmarkState.NOT_CONFIGURED}:
        yield Reason(Note.DEMO)
        return
    told = [message.checked_at for message in messages if message.checked_at]
    at = max([*told, *([last_told_at] if last_told_at else [])], default=None)
    if state is PostmarkState.OFFLINE:
        yield Reason(Note.OFFLINE, at)
    elif state is PostmarkState.NOT_CONFIGURED:
        yield Reason(Note.NOT_CONFIGURED)
    elif gathered is not None and gathered.troubles:
        causes = {server: _trouble(error) for server, error in sorted(gathered.troubles.items())}
        if state is PostmarkState.UNREACHABLE:
            same = len(set(causes.values())) == 1
            yield Reason(Note.UNREACHABLE, at, facts={"cause": next(iter(causes.values()))} if same else {})
            return
        for server, cause in causes.items():
            if server not in gathered.answered:
                yield Reason(Note.SERVER_FAILED, at, facts={"server": server, "cause": cause})
        behind = {message.message_id for message in messages} & gathered.unfinished
        slow = gathered.unsearched & gathered.answered
        if behind or slow:
            yield Reason(Note.UNFINISHED, at, facts={"count": str(len(behind))} if behind else {})


def of_trails(trails: Sequence[Trail], aim: Aim) -> Iterator[Reason]:
    """What the trails found must not be mistaken for."""
    yield from _shared_numbers(trails, aim)
    openly = [[one for one in trail.message.recipients if one.role is not Role.BCC] for trail in trails]
    if (most := max(map(len, openly), default=0)) > _MANY:
        yield Reason(Note.MANY_RECIPIENTS, facts={"count": str(most)})
    if aim.people and trails and all(trail.recipient.role in {Role.CC, Role.BCC} for trail in trails):
        yield Reason(Note.ONLY_COPIES)


def of_nothing(aim: Aim, state: PostmarkState, *, until: datetime, retention: timedelta) -> Iterator[Reason]:
    """What "nothing found" does not mean."""
    asked = state in {PostmarkState.LIVE, PostmarkState.CACHED, PostmarkState.PARTIAL}
    past = aim.question.until is not None and aim.question.until < until - timedelta(minutes=10)
    if asked and not past:
        yield Reason(Note.TOO_NEW)
    if asked and (aim.question.since is None or aim.question.since < until - retention):
        yield Reason(Note.TOO_OLD, facts={"days": str(retention.days)})


def of_widening(aim: Aim, *, widened: bool) -> Iterator[Reason]:
    """Which of the words asked for had to be left out of account."""
    words = [*(aim.unknown_names if not aim.only_names else ()), *([aim.question.document] if widened else [])]
    if found := [word for word in words if word]:
        yield Reason(Note.WIDENED, facts={"words": ", ".join(found)})


def customers_apart(trails: Iterable[Trail]) -> int:
    """How many customers these trails belong to: who shares an email or a company's domain counts as one."""
    groups: list[set[str]] = []
    by_message: dict[str, set[str]] = {}
    for trail in trails:
        if trail.is_customer:
            domain = domain_of(trail.recipient.key)
            marks = {trail.recipient.key} if domain in FREE_MAIL else {trail.recipient.key, f"@{domain}"}
            by_message.setdefault(trail.message.message_id, set()).update(marks)
    for marks in by_message.values():
        joined = [group for group in groups if group & marks]
        groups = [group for group in groups if not group & marks]
        groups.append(marks.union(*joined))
    return len(groups)


def _shared_numbers(trails: Sequence[Trail], aim: Aim) -> Iterator[Reason]:
    for number in aim.values(SubjectKind.REFERENCE):
        if aim.people or aim.values(SubjectKind.DOMAIN):
            continue  # one customer was asked for
        apart = customers_apart(trails)
        if apart > 1:
            yield Reason(Note.SHARED_REFERENCE, facts={"reference": number, "count": str(apart)})


def _trouble(error: PostmarkError) -> Trouble:
    return next((trouble for kind, trouble in _TROUBLES if isinstance(error, kind)), Trouble.FAULT)
