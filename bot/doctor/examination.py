"""The whole examination, in the order in which things depend on each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from bot.dns import Resolver
from bot.doctor import domains, servers, slack, sync
from bot.doctor.checks import Check, advice, fault, not_checked, well
from bot.postmark.client import Postmark
from bot.settings import Settings
from store import events, facts, migrate, syncing
from store.database import Database
from store.errors import StoreError

QUIET_AFTER = timedelta(days=3)
"""How long no webhook may come before that is worth a word: a long weekend is not."""
SKEW = timedelta(seconds=5)
"""How far this machine's clock may be off. Times of Postmark and of the own portal are compared with each other."""


def examine(
    settings: Settings,
    postmark: Postmark | None,
    *,
    now: datetime,
    resolver: Resolver,
    strays: Collection[str] = (),
) -> Iterator[Check]:
    """Every check, one after the other as it is made. Raises nothing: what can't be looked at is a check too.

    ``strays`` are variables of the environment that are meant for other Slack programs.
    """
    yield from _doors(settings)
    yield from _database(settings, now)
    yield from slack.examine(settings, strays=strays)
    if postmark is None:
        yield fault(
            "Postmark",
            "Postmark is not asked: no token is set.",
            "Set POSTMARK_SERVER_TOKEN (Postmark → your server → API Tokens).",
        )
        return
    takes_webhooks = bool(settings.postmark_webhook_user)
    for server in postmark.servers:
        yield from servers.examine(postmark, server, public_url=settings.public_url, takes_webhooks=takes_webhooks)
    yield from _clock(postmark)
    if settings.postmark_account_token is None:
        yield not_checked(
            "domains",
            "Your sender domains were not checked.",
            "Set POSTMARK_ACCOUNT_TOKEN (Postmark → Account → API Tokens) to have them checked.",
        )
    else:
        yield from domains.examine(postmark, resolver)


def _doors(settings: Settings) -> Iterator[Check]:
    if settings.postmark_webhook_user:
        yield well("settings", "Webhooks are let in with your user and password.")
    else:
        yield advice(
            "settings",
            "Webhooks are refused (401): Postmark is asked for what happens, but every open after the first is lost.",
            "Set POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD, and the same in Postmark's webhook, where "
            "Postmark can reach this service.",
        )
    if settings.tracking_token:
        yield well("settings", "Your portal can report visits and payments (POST /tracking).")
    else:
        yield advice(
            "settings",
            "Your portal can't report visits and payments, the strongest evidence there is.",
            "Set TRACKING_TOKEN and send such events to POST /tracking.",
        )
    if settings.timezone.key == "UTC":
        yield advice(
            "settings", "Times are shown in UTC.", "Set TIMEZONE to your office's zone, such as Europe/Berlin."
        )
    if settings.own_networks:
        own = ", ".join(map(str, settings.own_networks))
        yield well("settings", f"Looks from your own networks ({own}) are not taken for a customer's.")
    else:
        yield advice(
            "settings",
            "When your own staff open a copy, that can look like the customer.",
            "Set OWN_NETWORKS to your office's public addresses, such as 203.0.113.0/24.",
        )


def _database(settings: Settings, now: datetime) -> Iterator[Check]:
    try:
        database = Database(settings.database_url.get_secret_value())
    except StoreError as error:
        yield fault("database", str(error), error.advice)
        return
    try:
        if not migrate.is_current(database):
            yield fault("database", "The database's tables are missing or of an older edition.", "Run `seen migrate`.")
            return
        with database.read() as connection:
            heard = events.last_webhook_at(connection)
            standings = list(syncing.standings(connection, settings.servers).values())
            lists = {name: list(syncing.coverages(connection, name).values()) for name in settings.servers}
            is_demo = facts.get(connection, facts.DEMO) is not None
    except StoreError as error:
        yield fault("database", str(error), error.advice)
        return
    finally:
        database.dispose()
    yield well("database", f"The {database.dialect_name} database is there and up to date.")
    if is_demo:
        yield fault(
            "database",
            "It holds the demo's emails, and real mail must not come among them.",
            "Set DATABASE_URL to a database of its own for your mail, such as sqlite:///mail.db.",
        )
    elif heard is None:
        yield advice("database", "No webhook has come yet.", "Register one at Postmark (see README, “Webhooks”).")
    elif now - heard > QUIET_AFTER:
        days = (now - heard).days
        yield fault(
            "database",
            f"The last webhook came {days} days ago.",
            "See whether Postmark still reaches this service, and whether `seen serve` runs.",
        )
    else:
        yield well("database", f"The last webhook came {heard:%d %b, %H:%M} UTC.")
    takes_webhooks = bool(settings.postmark_webhook_user)
    yield from sync.examine(standings, lists, heard_at=heard, takes_webhooks=takes_webhooks, now=now)


def _clock(postmark: Postmark) -> Iterator[Check]:
    skew = postmark.skew
    if skew is None:
        yield not_checked("clock", "Postmark did not say what time it is, so this machine's clock was not checked.")
    elif abs(skew) > SKEW:
        way = "fast" if skew > timedelta() else "slow"
        yield fault(
            "clock",
            f"This machine's clock is about {abs(skew).total_seconds():.0f} seconds {way}.",
            "Switch time synchronisation on (NTP); times are evidence here.",
        )
    else:
        yield well("clock", "This machine's clock agrees with Postmark's.")
