"""Puts the server together: the HTTP doors, Slack's, and what happens by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import health
from bot.app import App
from bot.health import Probe
from bot.ingest import Writer
from bot.notices import Manners
from bot.schedule import Step
from bot.unasked import LEARN_TICK, SYNC_TICK, Parts, Unasked
from handlers.http.app import Doors, create_app
from handlers.http.credentials import Closed
from handlers.http.metrics import Metrics
from handlers.http.sync_metrics import SyncMetrics
from handlers.http.unasked import UnaskedMetrics

if TYPE_CHECKING:
    from handlers.slack.running import SlackSide


def web(app: App, *, by_hand: Callable[[Unasked], object] | None = None) -> ASGIApp:
    """The HTTP doors, Slack's, and what Seen does unasked.

    ``by_hand`` takes the latter over, to call its steps when it sees fit; otherwise they have a ticker.
    """
    app.rulebook.settle(now=app.clock())
    if app.alerts is not None:
        app.alerts.begin(app.clock())
    metrics = Metrics()
    writer = Writer(app.database, references=app.judgement.references, observer=metrics)
    probes = {
        "database": health.database_answers(app.database),
        "schema": health.schema_is_current(app.database),
        "writer": health.writer_runs(writer),
    }
    remarks: dict[str, Probe] = {}
    if app.sync is not None:
        servers = list(app.settings.servers)
        app.sync.observe(SyncMetrics(metrics.registry, standings=app.sync.standings, now=app.clock))
        probes["sync"] = health.sync_keeps_up(app.database, servers, began_at=app.clock(), now=app.clock)
        if app.settings.postmark_webhook_user:
            remarks["webhooks"] = health.webhooks_come(app.database, servers, now=app.clock)
    # What is done unasked needs the watches that Slack's side holds, and Slack's Home shows how it is doing.
    built: list[Unasked] = []
    slack = slack_side(app, metrics.registry, schedule=lambda: built[0].trouble() if built else None)
    if slack and slack.socket:
        probes["slack"] = slack.probe
    unasked = unasked_work(app, slack, metrics.registry)
    (by_hand or built.append)(unasked)
    return create_app(
        Doors(
            writer=writer,
            metrics=metrics,
            webhook_users=app.settings.postmark_webhook_user,
            webhook_passwords=[word.get_secret_value() for word in app.settings.postmark_webhook_password],
            tracking_tokens=[token.get_secret_value() for token in app.settings.tracking_token],
            probes=probes if by_hand else {**probes, **unasked.probes},
            remarks=remarks,
            now=app.clock,
            more=[Route("/slack/events", slack.door if slack else Closed())],
            sides=[*([slack] if slack else []), *([] if by_hand else [unasked])],
        )
    )


def unasked_work(app: App, slack: SlackSide | None, registry: CollectorRegistry) -> Unasked:
    """What Seen does by itself, whose numbers go into ``registry``."""
    settings = app.settings
    return Unasked(
        Parts(
            database=app.database,
            posting=app.posting,
            alerts=app.alerts,
            watches=slack.services.watches if slack else None,
            digest=app.digest,
            now=app.clock,
            manners=Manners(at_once=settings.alerts_at_once).at_speed(app.speed),
            fallback=settings.alert_fallback or settings.alert_channel,
            observer=UnaskedMetrics(registry),
            more=[
                Step(name="learn", run=app.learning.step, every=LEARN_TICK, lasting=LEARN_TICK),
                *([Step(name="sync", run=app.sync.step, every=SYNC_TICK)] if app.sync else []),
            ],
            release=app.sync.release if app.sync else None,
        )
    )


def slack_side(
    app: App, registry: CollectorRegistry, *, schedule: Callable[[], str | None] | None = None
) -> SlackSide | None:
    """The Slack side, whose numbers go into ``registry``; ``None`` while no bot token is set.

    ``schedule``: what is wrong with what is done unasked, for the Home tab.
    """
    settings = app.settings
    if app.slack_clients is None:
        return None
    from bot.slack.access import Rules  # noqa: PLC0415 - a server without Slack starts without it
    from handlers.slack.running import Needs, SlackSide  # noqa: PLC0415

    return SlackSide(
        Needs(
            database=app.database,
            ask_emails=app.answer,
            lay_out=app.lay_out,
            rulebook=app.rulebook,
            postmark=app.postmark if settings.servers else None,
            clients=app.slack_clients,
            rules=Rules(
                channels=settings.seen_allowed_channels,
                users=settings.seen_allowed_users,
                unblockers=settings.seen_unblock_users,
                rule_makers=settings.seen_rule_users,
                guests=settings.seen_allow_guests,
                shared_channels=settings.seen_allow_shared_channels,
            ),
            timezone=settings.timezone,
            pattern=settings.reference_pattern,
            registry=registry,
            defaults=app.rule_defaults,
            alerts=app.alerts,
            schedule=schedule,
            now=app.clock,
            signing_secrets=[secret.get_secret_value() for secret in settings.slack_signing_secret],
            app_token=settings.slack_app_token.get_secret_value() if settings.slack_app_token else None,
            shown_settings=[
                ("Times", "in your own time zone"),
                ("Office hours", f"{settings.business_hours}, {settings.timezone.key}"),
                ("Answers", "for you alone, until you share them"),
            ],
        )
    )
