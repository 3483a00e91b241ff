"""A firm whose important emails are watched over: the real judgement and store, a stand-in Slack, and a clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.alerts import Alerts, Needs
from bot.judgement import Judgement
from bot.notices import Manners, Notices
from bot.office import Office, parse_hours
from bot.rules.timing import Defaults
from bot.sandbox.slack import Message as SlackMessage
from bot.sandbox.slack import Slack
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.posting import Posting
from store import alerts, events, messages, news, notices, rules, vigils
from store.addresses import normalise
from store.alert_records import Alert, Notice, Rule, RuleChange, RuleDeed, Vigil
from store.database import Database
from store.records import Arrival, Event, EventKind, JudgedTrail, Message, Recipient, Role, Trail

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning."""
MARIA, TOM = "maria@oakleaf.example", "tom@oakleaf.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
_numbers = count(1)


def at(text: str) -> datetime:
    """A moment of that Monday, as ``10:30``, or of a day after it, as ``+1 10:30``."""
    days, _, time = text.rpartition(" ")
    hours, minutes = time.split(":")
    return NINE.replace(hour=int(hours), minute=int(minutes)) + int(days or 0) * DAY


def judged(settings: Settings) -> Any:
    judgement = Judgement(settings)

    def judge(_: Connection, trails: Sequence[Trail], now: datetime) -> list[JudgedTrail]:
        return [JudgedTrail(trail, *judgement.judge(trail, now)) for trail in trails]

    return judge


@dataclass
class Firm:
    """Where emails go out, customers act, time passes, and Seen speaks up."""

    database: Database
    slack: Slack
    manners: Manners = field(default_factory=lambda: Manners(pace=timedelta(seconds=1)))
    needs: Needs = field(init=False)
    alerts: Alerts = field(init=False)
    service: Notices = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings takes it
        office = Office(timezone=ZoneInfo("UTC"), hours=parse_hours("Mon-Fri 08:00-18:00"))
        defaults = Defaults(office=office, after=2 * HOUR, channel=self.channel("office"))
        self.become(Needs(database=self.database, defaults=defaults, judge=judged(settings)))

    def become(self, needs: Needs) -> None:
        """Works with these surroundings from now on."""
        self.needs = needs
        posting = Posting(Clients(self.slack.app.bot_token, self.slack.api_url))
        self.alerts = Alerts(needs, posting)
        self.service = Notices(
            self.database, posting, self.alerts.content, manners=self.manners, fallback=self.channel("fallback")
        )

    def with_needs(self, **more: Any) -> None:
        self.become(replace(self.needs, **more))

    def channel(self, name: str) -> str:
        return self.slack.workspace.place(name).channel_id

    # ── What happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def rule(self, rule_id: str = "quotes", **said: Any) -> Rule:
        """Adds a rule, or changes it."""
        rule = Rule(**{"rule_id": rule_id, "name": rule_id.title(), "tags": ("quote",), **said})
        with self.database.write() as connection:
            known = {one.rule_id: one for one in rules.every(connection)}.get(rule_id)
            deed = RuleDeed.CHANGED if known else RuleDeed.ADDED
            edition = known.edition if known else 1
            change = RuleChange(at=NINE, who="cli", rule_id=rule_id, deed=deed, before=known, after=rule)
            assert rules.put(connection, replace(rule, edition=edition), change)
            news.put_of_rule(connection, rule_id)
        return rule

    def remove(self, rule_id: str) -> None:
        with self.database.write() as connection:
            (known,) = (one for one in rules.every(connection) if one.rule_id == rule_id)
            change = RuleChange(at=NINE, who="cli", rule_id=rule_id, deed=RuleDeed.REMOVED, before=known, after=None)
            assert rules.put(connection, known, change)
            news.put_of_rule(connection, rule_id)

    def send(
        self, message_id: str, *addresses: str, when: datetime | None = NINE, delivered: bool = True, **said: Any
    ) -> str:
        """An email goes out and, mostly, arrives a few seconds later; ``when=None``: nobody knows when it went out."""
        people = tuple(Recipient(address, normalise(address), None, Role.TO) for address in addresses or (MARIA,))
        given: dict[str, Any] = {
            "subject": "Your quote", "tag": "quote", "stream": "outbound", "sender": "office@alder.example",
            "status": "Sent", "track_opens": True, "track_links": "HtmlOnly", "has_html": True, "references": (),
        }  # fmt: skip
        with self.database.write() as connection:
            messages.save(
                connection, [Message(message_id=message_id, sent_at=when, recipients=people, **{**given, **said})]
            )
        if delivered and when:
            for person in people:
                self.happens(EventKind.DELIVERY, message_id, person.address, when=when + timedelta(seconds=4))
        return message_id

    def happens(self, kind: EventKind, message_id: str | None, address: str | None = MARIA, **said: Any) -> None:
        """Something happens to an email."""
        number = next(_numbers)
        when = said.pop("when")
        event = Event(
            **{
                "key": f"e{number}", "kind": kind, "at": when, "message_id": message_id, "recipient": address,
                "recipient_key": normalise(address) if address else None, **said,
            }
        )  # fmt: skip
        with self.database.write() as connection:
            events.add(connection, [Arrival(event=event, received_at=when, raw=json.dumps({"n": number}))])
            events.file_new(connection, references=lambda message: ())

    def clicked(self, message_id: str, address: str = MARIA, *, when: datetime) -> None:
        """A person clicks a link, from their phone."""
        link = "https://portal.alder.example/q/1042"
        self.happens(EventKind.CLICK, message_id, address, when=when, user_agent=PHONE, link=link, platform="Mobile")

    def bounced(self, message_id: str, address: str = MARIA, *, when: datetime, detail: str = "") -> None:
        """The other side refuses it for good."""
        self.happens(
            EventKind.BOUNCE, message_id, address, when=when, bounce_type="HardBounce", inactive=True,
            detail=detail or "smtp;550 5.1.1 The email account does not exist.",
        )  # fmt: skip

    # ── What Seen does ───────────────────────────────────────────────────────────────────────────────────────────

    def think(self, now: datetime) -> None:
        """Enrols, plans and follows until nothing is left to do at this moment."""
        for step in (self.alerts.enroll, self.alerts.plan, self.alerts.follow):
            for _ in range(100):
                if not step(now):
                    break

    def tick(self, now: datetime, *, seconds: int = 3) -> None:
        """The same, and says what is due, for a few seconds."""
        for second in range(seconds):
            moment = now + timedelta(seconds=second)
            self.think(moment)
            for _ in range(100):
                if not self.service.post(moment):
                    break

    # ── What there is ────────────────────────────────────────────────────────────────────────────────────────────

    def posts(self, channel: str = "office") -> list[SlackMessage]:
        """The messages of a channel that aren't in threads."""
        return [message for message in self.slack.messages(channel) if not message.in_thread]

    def thread(self, parent: SlackMessage) -> list[SlackMessage]:
        return self.slack.workspace.answers(parent)

    def every_alert(self) -> list[Alert]:
        with self.database.read() as connection:
            ids = list(connection.exec_driver_sql("SELECT message_id FROM alerts").scalars())
            return alerts.of_messages(connection, sorted(set(ids)))

    def alert(self) -> Alert:
        (only,) = self.every_alert()
        return only

    def vigil(self, message_id: str = "m1") -> Vigil:
        with self.database.read() as connection:
            (only,) = vigils.of_messages(connection, [message_id])
        return only

    def notices(self) -> list[Notice]:
        with self.database.read() as connection:
            keys = list(connection.exec_driver_sql("SELECT key FROM notices").scalars())
            return sorted(notices.load(connection, keys).values(), key=lambda notice: notice.due_at)


def said(message: SlackMessage) -> str:
    """Everything a message says."""
    return f"{message.text}\n{json.dumps(message.blocks, ensure_ascii=False)}"
