"""Asks for the details of emails that somebody needs to know of: whether they arrived stands nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.keeping_up import silent_since
from bot.lookup import RETENTION
from bot.postmark.errors import NotFound, PostmarkError
from bot.postmark.rows import Details
from bot.sync import pace
from bot.sync.keeping import keep
from bot.sync.work import Work
from store import events, wanted
from store.syncing import Standing
from store.wanted import Wanted

AT_ONCE = 10
"""Emails asked about in one step."""
EVERY = timedelta(seconds=2)
"""Between two emails of a server: thirty a minute."""
AWAITED = timedelta(minutes=10)
"""Between two looks at an email of which somebody waits for a sign, where nothing tells sooner."""
_PATIENCE = 5.0
"""Seconds that one request may take …"""
_ALTOGETHER = 10.0
"""… and after which a step asks for no further email: well below the lease."""
_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 180, 360, 720, 1440))
"""How long to wait after each time in vain; a deferred email is tried for two days. After the last it is let go."""


def due(connection: Connection, standing: Standing, now: datetime) -> Sequence[Wanted]:
    """The emails to ask about now."""
    if standing.details_at is not None and standing.details_at > now:
        return ()
    return wanted.due(connection, standing.server, now=now, limit=AT_ONCE)


def ask(work: Work, standing: Standing, emails: Sequence[Wanted], now: datetime) -> None:
    """Asks about them and keeps what comes. Raises ``PostmarkError``, ``StoreError``, ``Overtaken``."""
    ids = [email.message_id for email in emails]
    known = [email.message_id for email in emails if email.sent_at is None or now - email.sent_at < RETENTION]
    with work.database.read() as connection:
        unsettled, awaited = wanted.unsettled(connection, ids), wanted.awaited(connection, known)
        heard_at = events.last_webhook_at(connection)
    tried_in_vain = {email.message_id for email in emails if email.tries >= len(_AGAIN)}
    again = awaited if _tells_soonest(work, standing, heard_at, now) else set()
    asked = [email for email in emails if email.message_id in (unsettled - tried_in_vain) | again]
    round_ = _Round(awaited=awaited, left=[email.message_id for email in emails if email not in asked])
    began = work.clock()
    for email in asked:
        if work.clock() - began > _ALTOGETHER:
            break
        work.breathe(standing.server)
        try:
            told = _details(work, standing.server, email)
        except PostmarkError as error:
            round_.failure = error
            break
        round_.tried.append(email)
        if told is not None:
            round_.found.append(told)
    _keep(work, standing, round_, now)
    work.observer.detailed(standing.server, emails=len(round_.tried))
    if round_.failure is not None:
        raise round_.failure


def _tells_soonest(work: Work, standing: Standing, heard_at: datetime | None, now: datetime) -> bool:
    """Whether an email's details tell of a look before a sweep does, and no webhook has told of it by then."""
    webhooks_come = work.webhooks and silent_since([standing], heard_at=heard_at, now=now) is None
    return not webhooks_come and pace.interval(standing) > AWAITED


@dataclass(slots=True)
class _Round:
    """What came of one step."""

    awaited: Collection[str]
    left: list[str]
    """Known by now, or asked about in vain for long."""
    tried: list[Wanted] = field(default_factory=list)
    found: list[Details] = field(default_factory=list)
    failure: PostmarkError | None = None


def _details(work: Work, server: str, email: Wanted) -> Details | None:
    try:
        return work.postmark.details(server, email.message_id, deadline=_PATIENCE, tries=1)
    except NotFound:
        return None  # another server's, forgotten, or not there yet


def _keep(work: Work, standing: Standing, round_: _Round, now: datetime) -> None:
    arrivals = [arrival for told in round_.found for arrival in told.arrivals]
    after = replace(standing, details_at=now + EVERY * len(round_.tried))
    if round_.failure is None:
        after = replace(pace.went_well(after), worker=None)
    with work.database.write() as connection:
        keep(connection, [told.message for told in round_.found], arrivals, references=work.references)
        unsettled = wanted.unsettled(connection, [email.message_id for email in round_.tried])
        again = {
            email.message_id: now + _AGAIN[email.tries]
            for email in round_.tried
            if email.message_id in unsettled and email.tries < len(_AGAIN)
        }
        wanted.put_off(connection, again)
        done = {email.message_id for email in round_.tried}.union(round_.left).difference(again)
        wanted.keep(connection, done.intersection(round_.awaited), until=now + AWAITED)
        wanted.forget(connection, done.difference(round_.awaited))
        work.keep(connection, after)
