from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import ZoneClock
from bot.replies.rules import changed, fired, outcome
from bot.rules.describing import PLAIN
from bot.rules.trial import Fired, Tried
from store.alert_records import AlertKind, Rule, RuleChange, RuleDeed
from store.records import Delivery, DeliveryState, Finding, Trail
from tests.rules.making import BERLIN, at, message, rule, verdict

NOW = at("2026-11-23 10:15")
CLOCK = ZoneClock(NOW, BERLIN)
EMAIL = message("maria@example.com", subject="Your quote for job 1042", tag="quote", references=("1042",))
TRAIL = Trail(EMAIL, EMAIL.recipients[0])


def alert(**said: Any) -> Fired:
    told = {"trail": TRAIL, "kind": AlertKind.SILENT, "at": at("2026-11-20 09:00"), "now": verdict(Finding.SEEN)}
    return Fired(**{**told, **said})


def tried(times: int = 0, **said: Any) -> Tried:
    return Tried(**{"since": NOW - timedelta(days=30), "until": NOW, "fired": [alert()] * times, **said})


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        (
            tried(6, looked_at=1240, fitting=31, seen=22, waiting=2, cant_tell=1),
            [
                "It would have fired for 6 emails in the last 30 days.",
                (
                    "I looked at 1,240 messages sent since Sat 24 Oct 10:15; 31 emails to customers fit: 22 were seen "
                    "in time, 2 were not due yet, 1 was silent where no sign could come."
                ),
            ],
        ),
        (
            tried(looked_at=1),
            [
                "It would not have fired in the last 30 days.",
                "I looked at 1 message sent since Sat 24 Oct 10:15, and none is one of its emails.",
            ],
        ),
        (
            tried(1, looked_at=20000, fitting=1, is_whole=False, since=NOW - timedelta(hours=9)),
            [
                "It would have fired for 1 email in the last day.",
                "I looked at 20,000 messages sent since Mon 23 Nov 01:15; 1 email to a customer fits.",
                "There is more mail than I look through at once, so only the newest counts.",
            ],
        ),
    ],
)  # fmt: skip
def test_what_a_rule_would_have_done(found: Tried, sentences: list[str]) -> None:
    """The first sentence is the answer; the others say what was looked at, and how far it reaches."""
    assert outcome(found, CLOCK) == sentences


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (alert(), "no sign by Fri 20 Nov 09:00, seen since."),
        (alert(now=verdict(Finding.NO_SIGN)), "no sign by Fri 20 Nov 09:00, still no reliable sign."),
        (alert(now=verdict(Finding.IN_TRANSIT)), "no sign by Fri 20 Nov 09:00, and nothing more is known."),
        (alert(kind=AlertKind.FAILED, now=verdict(Finding.NOT_DELIVERED)), "did not arrive on Friday at 09:00."),
        (
            alert(kind=AlertKind.FAILED, now=verdict(Finding.NO_SIGN, delivery=Delivery(DeliveryState.COMPLAINED))),
            "was reported as spam on Friday at 09:00.",
        ),
    ],
)
def test_one_alert_that_would_have_been(one: Fired, says: str) -> None:
    """Each email is named with its customer, when it would have been told, and what became of it."""
    assert fired(one, CLOCK) == f"The quote for job 1042 to maria@example.com: {says}"


def change(deed: RuleDeed, before: Rule | None, after: Rule | None, who: str = "U0ROSA") -> str:
    told = RuleChange(at=NOW - timedelta(days=1), who=who, rule_id="quotes", deed=deed, before=before, after=after)
    return changed(told, CLOCK, PLAIN)


def test_who_changed_what() -> None:
    """A change says who, what and when, and what each field was and is."""
    before = rule(tags=("quote",), channel="C0OFFICE")
    after = replace(before, after=timedelta(hours=8), tags=(), channel="C0BOSS")
    assert change(RuleDeed.ADDED, None, before, "settings") == "The settings added “Quotes” yesterday at 10:15."
    assert change(RuleDeed.REMOVED, before, None, "cli:anna") == (
        "anna (command line) removed “Quotes” yesterday at 10:15."
    )
    assert change(RuleDeed.CHANGED, before, after) == (
        "@U0ROSA changed “Quotes” yesterday at 10:15: tags from “quote” to nothing; time without a sign from the "
        "settings' to “8h”; channel from #C0OFFICE to #C0BOSS."
    )
    assert change(RuleDeed.CHANGED, None, after) == "@U0ROSA changed “Quotes” yesterday at 10:15."
    assert change(RuleDeed.ADDED, None, before, "") == "Somebody added “Quotes” yesterday at 10:15."
    assert change(RuleDeed.CHANGED, None, None) == "@U0ROSA changed a rule yesterday at 10:15."
