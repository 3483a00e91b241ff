"""The morning's digest: once per channel and business day, when the office opens, or late the same morning.

That a digest is to be said is a notice, put by whichever process is first; its key names channel and day, so there is
never a second one. What it says is gathered when it is about to be said. It tells what was found out since the digest
before, up to a moment that its notice fixes: whoever says it, and however often it is tried, it is the same stretch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from bot import gathering
from bot.notices.content import Posted, Prepared
from bot.office import Office
from bot.replies import chart as charts
from bot.replies.blocks.digest import LISTED, DigestView, Due, Failures, digest
from bot.replies.chart import Chart
from bot.rules.timing import Defaults, channel_of, office_of
from bot.slack.pictures import Pictures
from store import cursors, digests, messages, notices, rules
from store.addresses import domain_of
from store.alert_records import CantTell, Notice, NoticeKind, Rest, TrailKey, trail_key
from store.database import Database
from store.digests import Counted, Stretch
from store.records import JudgedTrail, Trail

Judge = Callable[[Connection, Sequence[Trail], datetime], Sequence[JudgedTrail]]

EARLIEST = time(6)
"""An office that never closes has a morning all the same."""
LATEST = timedelta(hours=4)
"""After so long a digest isn't the morning's any more; what it would have said, the next one says."""
_SETTLED = timedelta(minutes=1)
"""So long before it was put its stretch ends: what is being found out at that moment belongs to the next one."""
_LATE = timedelta(minutes=15)
"""So much later than it went out an email may be heard of, where webhooks don't come."""
_LONGEST = timedelta(days=14)
"""Nothing older is told, however long there was no digest."""
_HABIT = timedelta(days=28)
_CURVE = 5000
"""Emails of which a curve is drawn, at most."""
_FAILED = 1000
"""Failures that are sorted by domain, at most."""
_SHOWN = 3
"""Failures of one domain that are looked at."""


def _in_step(_now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Morning:
    """When a channel's day begins, by one of the offices whose rules speak there."""

    channel: str
    office: Office
    opens_at: datetime

    @property
    def day(self) -> date:
        """The office's day."""
        return self.opens_at.astimezone(self.office.timezone).date()

    @property
    def key(self) -> str:
        """By which there is one digest."""
        return f"digest|{self.channel}|{self.day.isoformat()}"

    @property
    def day_ends_at(self) -> datetime:
        """The office's midnight."""
        return _midnight(self.office, self.day + timedelta(days=1))

    @property
    def opened_before(self) -> datetime:
        """The opening of the business day before."""
        for back in range(1, _LONGEST.days):
            if opened := _opening(self.office, self.day - timedelta(days=back)):
                return opened
        return self.opens_at - _LONGEST


class Digest:
    """Says the morning's digests. Safe to use from several threads and in several processes.

    Args:
        database: the own store, up to date.
        defaults: what the settings say of rules.
        judge: trails as they stand at a moment, judged.
        pictures: where a picture is put to be shown; ``None``: words alone.
        unchecked_since: since when Postmark could not be asked what happened; ``None``: it could.
    """

    def __init__(
        self,
        database: Database,
        *,
        defaults: Defaults,
        judge: Judge,
        pictures: Pictures | None = None,
        unchecked_since: Callable[[datetime], datetime | None] | None = None,
    ) -> None:
        self._database, self._defaults, self._judge = database, defaults, judge
        self._pictures, self._unchecked_since = pictures, unchecked_since or _in_step

    def plan(self, now: datetime) -> bool:
        """Has the digest said wherever it is morning. Never leaves anything to do: always False."""
        with self._database.read() as connection:
            mornings = [each for each in self._mornings(connection, now) if _is_morning(each, now)]
            planned = notices.load(connection, [morning.key for morning in mornings])
        new = [morning for morning in mornings if morning.key not in planned]
        if new:
            with self._database.write() as connection:
                for morning in new:
                    cursors.begin(connection, _cursor(morning.channel), morning.opened_before)
                notices.put_all(connection, [_notice(morning, now) for morning in new])
        return False

    # ── A content of notices ─────────────────────────────────────────────────────────────────────────────────────

    def prepare(self, notices: Sequence[Notice], *, now: datetime) -> Prepared:
        """Gathers what there is to say this morning; an older digest, and one that is too late, is not said any more.

        For workers: it uploads a picture. Raises ``StoreError``.
        """
        newest = max(notices, key=lambda notice: notice.due_at)
        with self._database.read() as connection:
            morning = next((each for each in self._mornings(connection, now) if each.key == newest.key), None)
            if morning is None or not _is_morning(morning, now):
                return Prepared(reply=None, cancelled=notices)
            view = self._view(connection, morning, newest, now)
        if view.is_empty:
            return Prepared(reply=None, cancelled=notices)
        view = replace(view, picture=self._picture(view.chart), unchecked_since=self._unchecked_since(now))
        others = [notice for notice in notices if notice is not newest]
        return Prepared(reply=digest(view, now=now), said=[newest], cancelled=others)

    def sent(
        self,
        connection: Connection,
        notices: Sequence[Notice],
        posted: Posted,  # noqa: ARG002 - as every content is told
        *,
        prepared: Prepared | None,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> None:
        """Notes how far the digest has told, so that the next one goes on from there."""
        for notice in notices:
            cursors.advance(connection, _cursor(notice.channel), _until(notice))

    # ── Mornings ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _mornings(self, connection: Connection, now: datetime) -> Iterable[Morning]:
        """Today's mornings of the channels that rules speak in, by the office that opens first."""
        found: dict[str, Morning] = {}
        for rule in rules.active(connection):
            channel, office = channel_of(rule, self._defaults), office_of(rule, self._defaults)
            opens_at = _opening(office, now.astimezone(office.timezone).date())
            if channel is None or opens_at is None:
                continue
            if channel not in found or opens_at < found[channel].opens_at:
                found[channel] = Morning(channel, office, opens_at)
        return found.values()

    # ── What there is to say ─────────────────────────────────────────────────────────────────────────────────────

    def _view(self, connection: Connection, morning: Morning, notice: Notice, now: datetime) -> DigestView:
        until = _until(notice)
        since = cursors.get(connection, _cursor(morning.channel)) or morning.opened_before
        told = Stretch(max(since, until - _LONGEST), until)
        speaking = [rule for rule in rules.active(connection) if channel_of(rule, self._defaults) == morning.channel]
        of = [rule.rule_id for rule in speaking]
        telling = [rule.rule_id for rule in speaking if rule.cant_tell is CantTell.DIGEST]
        sent, arrived = digests.sent(connection, of, Stretch(told.since - _LATE, told.until - _LATE))
        due, due_total = digests.due(connection, of, Stretch(now, morning.day_ends_at), limit=LISTED)
        failed = digests.found(connection, of, Rest.FAILED, told, limit=_FAILED)
        cant_tell = digests.found(connection, telling, Rest.CANT_TELL, told, limit=LISTED)
        seen = digests.found(connection, of, Rest.SEEN, told, limit=LISTED)
        domains = _by_domain(failed)
        wanted = [*(key for key, _ in due), *cant_tell.keys, *seen.keys]
        wanted += [key for keys in list(domains.values())[:LISTED] for key in keys[:_SHOWN]]
        entries = self._entries(connection, wanted, now)
        return DigestView(
            since=told.since,
            rules=[rule.name for rule in speaking],
            sent=sent,
            arrived=arrived,
            due=[Due(entries[key], at) for key, at in due if key in entries],
            due_total=due_total,
            failures=_failures(domains, entries),
            failed_domains=len(domains),
            failed_total=failed.total,
            cant_tell=_known(cant_tell.keys, entries),
            cant_tell_total=cant_tell.total,
            seen=_known(seen.keys, entries),
            seen_total=seen.total,
            chart=_chart(connection, of, told, now),
        )

    def _entries(
        self, connection: Connection, keys: Collection[TrailKey], now: datetime
    ) -> Mapping[TrailKey, JudgedTrail]:
        """These trails as they stand now, judged."""
        known = messages.load(connection, {message_id for message_id, _ in keys})
        wanted = set(keys)
        trails = gathering.trails(connection, known, until=now)
        judged = self._judge(connection, [trail for trail in trails if trail_key(trail) in wanted], now)
        return {trail_key(entry.trail): entry for entry in judged}

    def _picture(self, chart: Chart | None) -> str | None:
        if chart is None or self._pictures is None:
            return None
        return self._pictures.upload(charts.draw(chart), name="seen-by-hour.png", says=charts.told(chart))


def _is_morning(morning: Morning, now: datetime) -> bool:
    return morning.opens_at <= now < morning.opens_at + LATEST


def _notice(morning: Morning, now: datetime) -> Notice:
    return Notice(
        key=morning.key,
        kind=NoticeKind.DIGEST,
        channel=morning.channel,
        about=morning.key,
        due_at=now,
        group=morning.key,
    )


def _opening(office: Office, day: date) -> datetime | None:
    """When the office opens on this day; ``None``: it doesn't."""
    midnight = _midnight(office, day)
    earliest = datetime.combine(day, EARLIEST, tzinfo=office.timezone)
    opens_at = office.next_opening(max(midnight, earliest))
    return opens_at if opens_at.astimezone(office.timezone).date() == day else None


def _midnight(office: Office, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=office.timezone).astimezone(UTC)


def _until(notice: Notice) -> datetime:
    return notice.due_at - _SETTLED


def _cursor(channel: str) -> str:
    """Under which it is kept how far a channel's digests have told."""
    return f"digest {channel}"


def _by_domain(failed: Counted) -> Mapping[str, list[TrailKey]]:
    """The failures of each domain, the most first."""
    found: dict[str, list[TrailKey]] = defaultdict(list)
    for key in failed.keys:
        found[domain_of(key[1])].append(key)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


def _failures(domains: Mapping[str, Sequence[TrailKey]], entries: Mapping[TrailKey, JudgedTrail]) -> Sequence[Failures]:
    return [
        Failures(domain, _known(keys[:_SHOWN], entries), len(keys)) for domain, keys in list(domains.items())[:LISTED]
    ]


def _known(keys: Iterable[TrailKey], entries: Mapping[TrailKey, JudgedTrail]) -> list[JudgedTrail]:
    return [entries[key] for key in keys if key in entries]


def _chart(connection: Connection, of: Sequence[str], told: Stretch, now: datetime) -> Chart | None:
    """The emails since the digest before, as far as they are old enough, against those of four weeks before."""
    old_enough = min(told.until, now - timedelta(hours=charts.HOURS))
    lately = digests.looks(connection, of, Stretch(told.since, old_enough), limit=_CURVE)
    before = digests.looks(connection, of, Stretch(told.since - _HABIT, told.since), limit=_CURVE)
    return charts.chart(charts.curve(lately), charts.curve(before))
