"""Builds rules, emails and verdicts for the tests of rules, naming only what a test is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.office import Office, parse_holidays, parse_hours
from bot.rules.timing import Defaults
from store.addresses import normalise
from store.alert_records import Rule
from store.records import (
    Delivery,
    DeliveryState,
    Finding,
    Message,
    Recipient,
    Role,
    Trackable,
    Verdict,
)

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def rule(**said: Any) -> Rule:
    return Rule(**{"rule_id": "quotes", "name": "Quotes", **said})


def to(address: str) -> Recipient:
    return Recipient(address, normalise(address), None, Role.TO)


def message(*addresses: str, **said: Any) -> Message:
    recipients = tuple(map(to, addresses or ("maria@example.com",)))
    return Message(**{"message_id": "m1", "recipients": recipients, **said})


def defaults(
    hours: str = "Mon-Fri 08:00-18:00", holidays: str | None = None, zone: ZoneInfo = BERLIN, **said: Any
) -> Defaults:
    office = Office(timezone=zone, hours=parse_hours(hours), holidays=parse_holidays(holidays))
    return Defaults(**{"office": office, "after": timedelta(hours=24), "channel": "C0OFFICE", **said})


def verdict(finding: Finding, probability: float = 0.5, **said: Any) -> Verdict:
    return Verdict(
        **{
            "finding": finding,
            "probability": probability,
            "delivery": Delivery(DeliveryState.DELIVERED),
            "trackable": Trackable(opens=True, clicks=True),
            **said,
        }
    )
