"""A firm's mornings: rules, emails that they are about, and what was found of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.digest import Digest
from bot.judgement import Judgement
from bot.notices.content import Posted, Prepared
from bot.settings import Settings
from store import events, messages, notices, rules, vigils
from store.addresses import normalise
from store.alert_records import Notice, Rest, Rule, RuleChange, RuleDeed, Vigil
from store.database import Database
from store.records import Arrival, Event, EventKind, JudgedTrail, Message, Recipient, Role, Trail
from tests.rules.making import BERLIN, defaults

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANNEL = "C0OFFICE"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 "
    "Mobile/15E148 Safari/604.1"
)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment of the week of Monday, 23 November 2026, by the clock of Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


MONDAY = at("2026-11-23 08:00")


@dataclass
class Desk:
    """Where mornings are looked at."""

    database: Database
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        judging = Judgement(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic-settings takes it

        def judge(_: Connection, trails: Sequence[Trail], now: datetime) -> list[JudgedTrail]:
            return [JudgedTrail(trail, *judging.judge(trail, now)) for trail in trails]

        self.digest = Digest(self.database, **{"defaults": defaults(), "judge": judge, **self.options})
        self._emails = 0

    def rule(self, rule_id: str = "quotes", deed: RuleDeed = RuleDeed.ADDED, **said: Any) -> None:
        """A rule is added or changed."""
        with self.database.write() as connection:
            before = rules.load(connection, [rule_id]).get(rule_id)
            rule = Rule(
                rule_id=rule_id, **{"name": rule_id.title(), **said, "edition": before.edition if before else 1}
            )
            change = RuleChange(at=MONDAY, who="cli", rule_id=rule_id, deed=deed, before=before, after=rule)
            assert rules.put(connection, rule, change)

    def email(
        self,
        sent: datetime,
        *kinds: EventKind,
        to: str = "maria@example.com",
        rule: str = "quotes",
        rest: Rest | None = None,
        rested: datetime | None = None,
        due: datetime | None = None,
        sign: datetime | None = None,
        **said: Any,
    ) -> str:
        """An email under a rule's eye, with what happened to it a minute after it was sent."""
        self._emails += 1
        message_id = f"m{self._emails}"
        message = Message(
            message_id=message_id,
            sent_at=sent,
            sender="office@alder.example",
            subject=said.get("subject", f"Your quote for job {1040 + self._emails}"),
            tag="quote",
            references=(str(1040 + self._emails),),
            track_opens=True,
            track_links="HtmlAndText",
            recipients=(Recipient(to, normalise(to), said.get("name"), Role.TO),),
        )
        told = [
            Arrival(
                event=Event(
                    key=f"{message_id}/{kind}",
                    kind=kind,
                    at=sent + (2 * HOUR if kind is EventKind.CLICK else MINUTE),
                    message_id=message_id,
                    recipient=to,
                    recipient_key=normalise(to),
                    detail=said.get("detail"),
                    user_agent=PHONE if kind is EventKind.CLICK else None,
                    bounce_type="HardBounce" if kind is EventKind.BOUNCE else None,
                ),
                received_at=sent + MINUTE,
                raw="{}",
            )
            for kind in kinds
        ]
        vigil = Vigil(
            rule_id=rule,
            message_id=message_id,
            recipient_key=normalise(to),
            began_at=sent,
            due_at=due or sent + DAY,
            look_at=None if rest else due or sent + DAY,
            rest=rest,
            rested_at=(rested or sent + HOUR) if rest else None,
            sign_at=sign or (rested or sent + HOUR if rest in {Rest.SEEN, Rest.FAILED} else None),
        )
        with self.database.write() as connection:
            messages.save(connection, [message])
            events.add(connection, told)
            vigils.put(connection, [vigil])
        return message_id

    def planned(self, now: datetime) -> list[Notice]:
        """What is to be said in the office's channel after a look at this moment."""
        assert self.digest.plan(now) is False
        with self.database.read() as connection:
            return notices.waiting_in(connection, CHANNEL, now, limit=100)

    def prepared(self, now: datetime) -> Prepared:
        """What the digest of this morning would say."""
        return self.digest.prepare(self.planned(now), now=now)

    def say(self, now: datetime) -> str:
        """Says the digest of this morning, and gives its text."""
        made = self.prepared(now)
        assert made.reply is not None
        self.mark(made.said, now)
        return made.reply.text

    def mark(self, said: Sequence[Notice], now: datetime) -> None:
        """Marks notices as said."""
        with self.database.write() as connection:
            claimed = notices.claim(connection, said, "w", now, until=now + MINUTE)
            done = notices.mark_sent(connection, claimed, posted_in=CHANNEL, ts="1.0", now=now)
            self.digest.sent(connection, done, Posted(CHANNEL, "1.0"), prepared=None, now=now)
