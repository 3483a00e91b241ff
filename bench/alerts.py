"""What it costs to watch over emails: a tick among a million messages, and how late alerts are.

The tick decides about a thousand silent emails that fall due at the same moment, each of a job that the history knows:
the time counts that the database takes, in its driver and beyond. How late alerts are is measured with the real ticker,
a stand-in Slack and a hundred thousand emails under watch.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import text

from bench.figures import Figure
from bench.history import BEGIN, PER_CUSTOMER, customer, fill
from bench.processes import database
from bench.timing import TimedDatabase
from bot.app import App
from bot.judgement import Judgement
from bot.sandbox.slack import Slack
from bot.settings import Settings
from bot.unasked import TICK
from handlers.http.unasked import UnaskedMetrics
from store import events, messages, news, rules, vigils
from store.alert_records import NoticeKind, Rule, RuleChange, RuleDeed, Vigil
from store.records import Arrival, Event, EventKind, Message, Recipient, Role

MOST = 200.0
"""Milliseconds of the database's time for a tick."""
LATEST = TICK.total_seconds() + 5
RULE = "quotes"
CHANNELS = 40
WAIT = timedelta(seconds=12)
"""How long the emails of the running firm may stay without a sign: longer than it takes to hear of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured."""

    size: int
    """Messages in the history."""
    watched: int
    due: int
    ticks: int
    seconds: float
    """How long alerts fall due with the ticker running."""


def measure(kind: str, effort: Effort) -> Iterator[Figure]:
    """The figures of one kind of database."""
    size, watched, due = effort.size, effort.watched, effort.due
    with database(kind) as url, Slack(name="Bench") as slack:
        fill(url, size)
        channels = [slack.add_channel(f"room{number}", "seen").channel_id for number in range(CHANNELS)]
        timed = TimedDatabase(url)
        firm = _Firm(timed, slack, channels, size)
        firm.watch_over(watched)
        firm.send(due)
        costs = [firm.tick(due) for _ in range(effort.ticks)]
        yield Figure(
            name=f"database time of a tick with {due:,} due among {size:,} messages ({kind})",
            value=median(costs) * 1000,
            unit="ms",
            at_most=MOST,
            details={"the whole tick in ms": median(firm.wholes) * 1000, "calls of the driver": float(firm.calls)},
        )
        lags = firm.live(effort.seconds)
        yield Figure(
            name=f"from due to posted with {watched:,} emails under watch, 99 of 100 ({kind})",
            value=_percentile(lags, 0.99),
            unit="s",
            at_most=LATEST,
            details={"middle in s": median(lags), "alerts": float(len(lags))},
        )
        timed.dispose()


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Dwells(UnaskedMetrics):
    """The metrics of a served Seen, and every dwell by itself."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(registry)
        self.seconds: list[float] = []

    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None:
        super().posted(kind, notices=notices, dwell=dwell, seconds=seconds)
        self.seconds += [dwell + seconds] * notices


class _Firm:
    """A history with emails under watch, some of them due."""

    def __init__(self, database: TimedDatabase, slack: Slack, channels: Sequence[str], size: int) -> None:
        self._database, self._slack, self._channels, self._size = database, slack, channels, size
        self._now = BEGIN + timedelta(seconds=size, hours=2)
        self.wholes: list[float] = []
        self.calls = 0
        settings = Settings(  # type: ignore[call-arg]  # pydantic-settings takes it
            _env_file=None,
            slack_bot_token=SecretStr(slack.app.bot_token),
            slack_api_url=slack.api_url.rstrip("/"),
            alert_channel=channels[0],
            business_hours="Mon-Sun 00:00-24:00",
            alert_after=timedelta(hours=1),
        )
        self._app = App(settings, database, Judgement(settings))
        rule = Rule(rule_id=RULE, name="Quotes", tags=("quote",))
        self._put(rule)
        for channel in channels:
            self._put(Rule(rule_id=channel, name=channel, tags=(channel,), channel=channel, after=WAIT))

    def _put(self, rule: Rule) -> None:
        change = RuleChange(at=BEGIN, who="cli", rule_id=rule.rule_id, deed=RuleDeed.ADDED, before=None, after=rule)
        with self._database.write() as connection:
            rules.put(connection, rule, change)

    def watch_over(self, count: int) -> None:
        """Keeps an eye on so many emails of the history, none of which is due."""
        with self._database.write() as connection:
            connection.execute(text("DELETE FROM news"))
            connection.execute(
                text(
                    "INSERT INTO vigils (rule_id, message_id, recipient_key, began_at, due_at, look_at)"
                    " SELECT :rule, message_id, key, at, at, :later FROM recipients ORDER BY at LIMIT :count"
                ).bindparams(rule=RULE, count=count, later=self._moment(datetime(2027, 6, 1, tzinfo=UTC)))
            )
        with self._database.write() as connection:
            connection.execute(text("ANALYZE"))

    def _moment(self, at: datetime) -> str | datetime:
        return at.isoformat(timespec="microseconds") if self._database.dialect_name == "sqlite" else at

    def send(self, count: int) -> None:
        """So many more emails go out and arrive, each of a job that the history knows; all are due."""
        self._ids = [f"silent-{number:08}" for number in range(count)]
        sent_at = self._now - timedelta(hours=1)
        with self._database.write() as connection:
            messages.save(connection, [self._email(one, number, sent_at) for number, one in enumerate(self._ids)])
            events.add(connection, [_delivery(one, self._who(number), sent_at) for number, one in enumerate(self._ids)])
            connection.execute(text("DELETE FROM unfiled"))
            news.take(connection, 10 * count)

    def _who(self, number: int) -> str:
        return customer(number % (self._size // PER_CUSTOMER))

    def _email(self, message_id: str, number: int, sent_at: datetime, tag: str = "quote") -> Message:
        who = self._who(number)
        return Message(
            message_id=message_id,
            sent_at=sent_at,
            sender="office@alder.example",
            subject="Your quote",
            tag=tag,
            stream="outbound",
            track_opens=True,
            track_links="HtmlOnly",
            has_html=True,
            recipients=(Recipient(who, who, None, Role.TO),),
            references=(str(1000 + number % (self._size // PER_CUSTOMER)),),
        )

    def tick(self, count: int) -> float:
        """Decides about all that is due, as a tick does; the seconds that the database took."""
        due = [
            Vigil(
                rule_id=RULE,
                message_id=one,
                recipient_key=self._who(number),
                began_at=self._now - timedelta(hours=1),
                due_at=self._now,
                look_at=self._now,
            )
            for number, one in enumerate(self._ids)
        ]
        with self._database.write() as connection:
            connection.execute(text("DELETE FROM alerts"))
            connection.execute(text("DELETE FROM notices"))
            vigils.put(connection, due)
        alerts = self._app.alerts
        assert alerts is not None
        self._database.stopwatch.reset()
        begin = time.perf_counter()
        for step in (alerts.enroll, alerts.plan, alerts.follow):
            while step(self._now):
                pass
        self.wholes.append(time.perf_counter() - begin)
        self.calls = self._database.stopwatch.calls
        with self._database.read() as connection:
            made = connection.execute(text("SELECT count(*) FROM notices")).scalar_one()
        if made != count:
            raise RuntimeError(f"{made} of {count} were decided: that is not what is to be measured")
        return self._database.stopwatch.seconds

    def live(self, seconds: float) -> list[float]:
        """Lets emails go out and fall due at any moment, and Seen run; how long after each was due it was posted."""
        with self._database.write() as connection:
            connection.execute(text("DELETE FROM notices"))
            connection.execute(text("DELETE FROM alerts"))
        draw = random.Random(7)
        dwells = _Dwells(CollectorRegistry())
        with self._serving(dwells):
            ends, number = time.monotonic() + seconds, 0
            while time.monotonic() < ends:
                self._send_live(number)
                number += 1
                time.sleep(draw.expovariate(4))
            latest = time.monotonic() + WAIT.total_seconds() + LATEST + 60
            while len(dwells.seconds) < number and time.monotonic() < latest:
                time.sleep(0.2)
        if len(dwells.seconds) < number:
            raise RuntimeError(f"only {len(dwells.seconds)} of {number} alerts were posted")
        return dwells.seconds

    def _send_live(self, number: int) -> None:
        now = datetime.now(UTC)
        message_id = f"live-{number:08}"
        with self._database.write() as connection:
            tag = self._channels[number % CHANNELS]
            messages.save(connection, [self._email(message_id, number, now, tag)])
            events.add(connection, [_delivery(message_id, self._who(number), now)])

    @contextmanager
    def _serving(self, dwells: _Dwells) -> Iterator[None]:
        from bot.notices import Manners
        from bot.unasked import Parts, Unasked

        side = Unasked(
            Parts(
                database=self._database,
                posting=self._app.posting,
                alerts=self._app.alerts,
                watches=None,
                digest=None,
                now=lambda: datetime.now(UTC),
                manners=Manners(),
                fallback=None,
                observer=dwells,
            )
        )
        side.start()
        try:
            yield
        finally:
            side.stop()


def _delivery(message_id: str, who: str, sent_at: datetime) -> Arrival:
    event = Event(
        key=f"delivery:{message_id}",
        kind=EventKind.DELIVERY,
        at=sent_at,
        message_id=message_id,
        recipient=who,
        recipient_key=who,
        detail="smtp;250 2.0.0 OK",
    )
    return Arrival(event=event, received_at=sent_at, raw=json.dumps({"of": message_id}))
