from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import ZoneClock
from bot.office import parse_hours
from bot.rules.describing import headline, hours_text, sentences, short
from store.alert_records import Amount, CantTell, Match
from tests.rules.making import BERLIN, at, defaults, rule

SETTINGS = defaults(holidays="DE-BY")
CLOCK = ZoneClock(at("2026-11-23 10:15"), BERLIN)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({}, "every email to a customer"),
        ({"tags": ("quote",)}, "emails tagged “quote”"),
        ({"tags": ("quote", "invoice", "offer")}, "emails tagged “quote”, “invoice” or “offer”"),
        ({"streams": ("outbound",)}, "emails of the stream “outbound”"),
        ({"metadata": (("important", "true"), ("owner", "*"))},
         "emails with “important” set to “true”, with any “owner”"),
        ({"metadata": (("kind", "a"), ("kind", "b"))}, "emails with “kind” set to “a” or “b”"),
        ({"amounts": (Amount("total", 1000), Amount("net", 0.5, or_equal=True))},
         "emails with “total” over 1,000, with “net” at least 0.50"),
        ({"subject": "quote"}, "emails whose subject fits “quote”"),
        ({"domains": ("xn--mnchen-3ya.example",)}, "emails to somebody at münchen.example"),
        ({"tags": ("quote",), "subject": "urgent", "match": Match.ANY},
         "emails tagged “quote”, or whose subject fits “urgent”"),
    ],
)  # fmt: skip
def test_which_emails(says: dict[str, Any], words: str) -> None:
    """A rule's conditions are said as an office would say them."""
    assert headline(rule(**says)) == words


def test_a_rule_in_one_line() -> None:
    """The line of a list tells what, how long, where, and whom it mentions."""
    line = short(rule(tags=("quote",), mention="U0ROSA"), SETTINGS)
    assert line == "Emails tagged “quote”: after 24 business hours without a sign, in #C0OFFICE, mentions @U0ROSA."
    nowhere = short(rule(), defaults(channel=None))
    assert (
        nowhere == "Every email to a customer: after 24 business hours without a sign, nowhere yet: no channel is set."
    )


def test_a_rule_in_full() -> None:
    """Everything that a rule does stands in its sentences."""
    whole = rule(
        tags=("quote",),
        after=timedelta(hours=20),
        below=0.4,
        cant_tell=CantTell.ALERT,
        channel="C0BOSS",
        mention="U0ROSA",
        mention_field="owner",
        again_after=timedelta(hours=8),
        again_at_most=2,
        escalate_to="U0BOSS",
        escalate_after=timedelta(minutes=90),
        since=at("2026-11-20 09:00"),
        paused=True,
    )
    assert sentences(whole, SETTINGS, CLOCK) == [
        "Emails tagged “quote”.",
        "Speaks up after 2 business days (20 hours) without a reliable sign, and at once when one does not arrive.",
        "Business hours are Mon-Fri 08:00-18:00, Europe/Berlin, but not on public holidays (DE-BY).",
        "An email counts as unseen while the chance that somebody has looked is below 40%.",
        "Where no sign can come, the alert comes all the same, and says so.",
        "Posts in #C0BOSS and mentions whom the email names in “owner”, or else @U0ROSA.",
        "Reminds in the thread, at most 2 times, after 8 business hours in which nobody handled it.",
        "Tells @U0BOSS when nobody has handled it 1 business hour 30 minutes after the alert.",
        "Holds for mail sent since Fri 20 Nov 09:00.",
        "Paused: it says nothing until it is resumed.",
    ]


def test_a_rule_without_a_channel_says_so() -> None:
    """A rule that has nowhere to speak says that it is silent."""
    told = sentences(rule(after=timedelta(minutes=1)), defaults(channel=None), CLOCK)
    assert "Speaks up after 1 business minute without" in told[1]
    assert told[-1] == "Says nothing yet: no channel is set, neither here nor in ALERT_CHANNEL."


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 08:00-18:00",
        "Mon-Thu 08:00-12:00,13:00-17:00; Fri 08:00-14:00",
        "Mon 09:00-17:00; Wed 09:00-17:00; Fri-Sun 00:00-24:00",
    ],
)
def test_hours_are_said_as_they_are_typed(text: str) -> None:
    """Business hours are shown in the way in which they can be typed in again."""
    assert hours_text(parse_hours(text)) == text
