"""The one place where things are built and wired. Tests build the same objects with other addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.evidence import Weighing
from bot.evidence.habits import expected
from bot.judgement import Judgement
from bot.learning import Learning
from bot.lookup import Expect, Lookup
from bot.settings import BadSettings, Settings
from bot.standing import StandingDesk
from store import facts, migrate, people, wanted
from store.addresses import normalise
from store.database import Database
from store.records import (
    Answer,
    JudgedTrail,
    Question,
    Subject,
    SubjectKind,
    Trail,
)

if TYPE_CHECKING:
    from bot.alerts import Alerts
    from bot.digest import Digest
    from bot.dns import Resolver
    from bot.postmark.client import Postmark
    from bot.rulebook import Rulebook
    from bot.rules.timing import Defaults
    from bot.slack.clients import Clients
    from bot.slack.posting import Posting
    from bot.sync import Sync


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _want(connection: Connection, message_ids: Collection[str], now: datetime) -> None:
    wanted.want(connection, message_ids, now=now)


@dataclass(frozen=True)
class App:
    """Seen, built from its settings: what commands and doors call."""

    settings: Settings
    database: Database
    judgement: Judgement
    clock: Callable[[], datetime] = _utc_now
    """What time it is (aware), for everything that happens by itself."""
    speed: int = 1
    """Its seconds in one of ours."""

    @cached_property
    def postmark(self) -> Postmark | None:
        """Postmark's servers, as far as tokens are set."""
        return postmark_of(self.settings)

    @cached_property
    def standing(self) -> StandingDesk:
        """What is known of the sending side."""
        settings = self.settings
        return StandingDesk(
            self.database,
            self.postmark if settings.servers else None,
            has_account=settings.postmark_account_token is not None,
            deadline=settings.answer_budget,
        )

    @cached_property
    def lookup(self) -> Lookup:
        """The service that answers questions."""
        settings = self.settings
        return Lookup(
            self.database,
            self.postmark if settings.servers else None,
            judge=self.judgement.judge,
            references=self.judgement.references,
            metadata_keys=settings.reference_metadata_keys,
            budget=settings.answer_budget,
            remarks=self.standing.remarks,
            expectations=self._expectations,
        )

    @cached_property
    def sync(self) -> Sync | None:
        """What keeps in step with Postmark: a schedule calls its ``step``. ``None``: no server's token is set."""
        if self.postmark is None or not self.settings.servers:
            return None
        from bot.sync import Sync  # noqa: PLC0415 - answers start without it

        return Sync(
            self.database,
            self.postmark,
            references=self.judgement.references,
            webhooks=bool(self.settings.postmark_webhook_user),
        )

    @cached_property
    def rule_defaults(self) -> Defaults:
        """What rules leave to the settings."""
        from bot.rules.timing import Defaults  # noqa: PLC0415 - answers start without it

        settings = self.settings
        return Defaults(
            office=settings.office,
            after=settings.alert_after,
            channel=settings.alert_channel,
            tags=settings.important_tags,
        )

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules for alerts."""
        from bot.rulebook import Rulebook  # noqa: PLC0415 - answers start without it

        return Rulebook(self.database, self.rule_defaults, self._judging)

    @cached_property
    def slack_clients(self) -> Clients | None:
        """The ways to Slack; ``None`` while no bot token is set."""
        from bot.slack.clients import Clients  # noqa: PLC0415 - only the server needs Slack

        token = self.settings.slack_bot_token
        return Clients(token.get_secret_value(), self.settings.slack_api_url) if token else None

    @cached_property
    def posting(self) -> Posting | None:
        """The way by which Seen posts unasked."""
        from bot.slack.posting import Posting  # noqa: PLC0415

        return Posting(self.slack_clients) if self.slack_clients else None

    @cached_property
    def alerts(self) -> Alerts | None:
        """What speaks up about important emails; ``None`` while no bot token is set."""
        if self.slack_clients is None or self.posting is None:
            return None
        from bot.alerts import Alerts, Needs  # noqa: PLC0415
        from bot.alerts.needs import in_step, want_nothing  # noqa: PLC0415
        from bot.slack.owners import Owners  # noqa: PLC0415
        from store import watches  # noqa: PLC0415

        return Alerts(
            Needs(
                database=self.database,
                defaults=self.rule_defaults,
                judge=self._judged_in,
                learn=self.learning.catch_up,
                refresh=self.lookup.refresh,
                find_owner=Owners(self.slack_clients.patient()).find,
                wakes=(watches.wake,),
                unchecked_since=self.sync.unchecked_since if self.sync else in_step,
                want=_want if self.sync else want_nothing,
                began_at=self.clock(),
            ),
            self.posting,
        )

    @cached_property
    def digest(self) -> Digest | None:
        """What tells of the day before each morning; ``None``: nothing does."""
        if self.slack_clients is None or not self.settings.digest:
            return None
        from bot.digest import Digest  # noqa: PLC0415
        from bot.slack.pictures import Pictures  # noqa: PLC0415

        return Digest(
            self.database,
            defaults=self.rule_defaults,
            judge=self._judged_in,
            pictures=Pictures(self.slack_clients.prompt()),
            unchecked_since=partial(self.sync.unchecked_since, None) if self.sync else None,
        )

    @cached_property
    def learning(self) -> Learning:
        """What learns the habits of recipients: a scheduler calls its ``step``."""
        return Learning(self.database, self.judgement.own_networks, _resolver)

    def answer(
        self, question: Question, *, now: datetime, offline: bool = False, limit: int = 10, at: datetime | None = None
    ) -> Answer:
        """What is known of the emails a question is about: ``Lookup.answer``, with remarks about the sending side."""
        if not offline:
            self.standing.begin(now)
        if at is None:
            self.learning.catch_up(now)
        return self.lookup.answer(question, now=now, offline=offline, limit=limit, at=at)

    def learn(self, now: datetime, *, patience: float) -> None:
        """Learns what is new in the history, for so many seconds at most. Raises ``StoreError``."""
        self.lookup.file_new()
        self.learning.finish(now, patience=patience)

    def habits(self, trails: Sequence[Trail], now: datetime) -> Expect:
        """What is expected of emails to the recipients of these trails, as ``answer`` judges them.

        One query for all of them; the answer may be asked about other emails to the same people, too.
        """
        with self.database.read() as connection:
            return self._expectations(connection, trails, now)

    def lay_out(self, trail: Trail, now: datetime) -> Weighing:
        """The sum behind the verdict that ``answer`` gives on a trail."""
        return self.laying_out([trail], now)(trail, now)

    def laying_out(self, trails: Sequence[Trail], now: datetime) -> Callable[[Trail, datetime], Weighing]:
        """``lay_out`` for several trails: what is known of all their recipients is looked up at once."""
        expect = self.habits(trails, now)
        return lambda trail, at: self.judgement.lay_out(trail, at, expect(trail))

    def judged(self, trails: Sequence[Trail], now: datetime) -> list[JudgedTrail]:
        """Emails as ``answer`` judges them, many at once."""
        with self.database.read() as connection:
            return self._judged_in(connection, trails, now)

    def _judged_in(self, connection: Connection, trails: Sequence[Trail], now: datetime) -> list[JudgedTrail]:
        judge = self._judging(connection, trails, now)
        return [judge(trail, now) for trail in trails]

    def _judging(
        self, connection: Connection, trails: Sequence[Trail], now: datetime
    ) -> Callable[[Trail, datetime], JudgedTrail]:
        expect = self._expectations(connection, trails, now)
        return lambda trail, at: JudgedTrail(trail, *self.judgement.judge(trail, at, expect(trail)))

    def _expectations(self, connection: Connection, trails: Sequence[Trail], at: datetime) -> Expect:
        known = self.learning.known(connection, trails, at=at)
        return known.habits if known else expected

    def trail(self, message_id: str, address: str, *, now: datetime) -> JudgedTrail | None:
        """One email to one recipient, judged: from the own store, else from Postmark; ``None``: nobody knows it."""
        key = normalise(address)
        for offline in (True, False):
            found = self._email(message_id, now=now, offline=offline)
            if entry := next((one for one in found if one.trail.recipient.key == key), None):
                return entry
        return None

    def recipients(self, message_id: str, *, now: datetime) -> list[str]:
        """Whom an email went to, as far as the own store knows."""
        return [entry.trail.recipient.address for entry in self._email(message_id, now=now, offline=True)]

    def _email(self, message_id: str, *, now: datetime, offline: bool) -> Sequence[JudgedTrail]:
        question = Question(text="", subjects=(Subject(SubjectKind.MESSAGE_ID, message_id),))
        return self.answer(question, now=now, offline=offline, limit=1).everyone

    def mixing(self) -> str | None:
        """Why no real mail may come into this database, in a sentence with the fix; ``None``: it may."""
        with self.database.read() as connection:
            holds_a_demo = facts.get(connection, facts.DEMO) is not None
        if not holds_a_demo:
            return None
        return (
            "This database holds the demo's emails, and real mail must not come among them. For your own mail set "
            "DATABASE_URL to another, such as sqlite:///mail.db; about the demo's emails use `seen ask --offline`."
        )

    def missing(self) -> list[str]:
        """What isn't configured and what that costs, a sentence each."""
        settings = self.settings
        sentences = []
        if not settings.servers:
            sentences.append(
                "Postmark is not asked: answers come from what was recorded here alone. Set POSTMARK_SERVER_TOKEN."
            )
        if not settings.postmark_webhook_user:
            asked = "Postmark is asked for what happens, but later opens are lost"
            cost = asked if settings.servers else "nothing is told as it happens"
            sentences.append(
                f"Webhooks are refused (401): {cost}. Set POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD."
            )
        if not settings.tracking_token:
            sentences.append("POST /tracking is refused (401): your portal can't report visits. Set TRACKING_TOKEN.")
        if not settings.slack_bot_token:
            sentences.append("Slack is off: ask with `seen ask`. Set SLACK_BOT_TOKEN to be asked there.")
        elif not settings.slack_app_token and not settings.slack_signing_secret:
            sentences.append(
                "Slack can't reach Seen: its requests are refused (401). "
                "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (POST /slack/events)."
            )
        if settings.slack_bot_token and not settings.alert_channel:
            sentences.append("Alerts have no channel: only rules that name one of their own speak. Set ALERT_CHANNEL.")
        return sentences


def postmark_of(settings: Settings) -> Postmark | None:
    """Postmark's servers and account, or ``None`` when no token is set. Raises ``BadSettings``."""
    account = settings.postmark_account_token
    if not settings.servers and not account:
        return None
    from bot.postmark.client import Postmark  # noqa: PLC0415 - an answer from the own store starts without it

    try:
        return Postmark(
            settings.servers,
            account_token=account.get_secret_value() if account else None,
            api_url=settings.postmark_api_url,
        )
    except ValueError as error:
        raise BadSettings(str(error)) from None


def _resolver() -> Resolver:
    """What asks DNS on behalf of learning: with little patience, for there are many domains and it is no matter."""
    from bot.dns import Resolver  # noqa: PLC0415 - an answer starts without it

    return Resolver(patience=1.0)


def _known_domains(database: Database) -> list[str]:
    with database.read() as connection:
        return people.domains_known(connection)


@contextmanager
def build(settings: Settings) -> Iterator[App]:
    """Seen on its database, which is made or brought up to date first. Raises ``StoreError``."""
    database = Database(settings.database_url.get_secret_value())
    try:
        if not migrate.is_current(database):
            migrate.upgrade(database)
        yield App(settings, database, Judgement(settings, lambda: _known_domains(database)))
    finally:
        database.dispose()
