from __future__ import annotations

import pytest

from bot.evidence import weigh
from bot.evidence.codes import WhyNot
from bot.evidence.habits import Habits
from bot.evidence.mailboxes import Reliability
from bot.rules.measure import can_show, counts_as_unseen
from store.records import EventKind, Finding, Trackable, Trail, Verdict
from tests.rules.making import at, message, rule, verdict
from tests.store.making import event


@pytest.mark.parametrize(
    ("finding", "unseen"),
    [
        (Finding.NO_SIGN, True),
        (Finding.IN_TRANSIT, True),
        (Finding.PROBABLY_SEEN, False),
        (Finding.SEEN, False),
        (Finding.NOT_DELIVERED, False),
    ],
)
def test_without_a_measure_of_its_own(finding: Finding, *, unseen: bool) -> None:
    """A rule that says nothing else takes for unseen what has no reliable sign, delivered or still on its way."""
    assert counts_as_unseen(rule(), verdict(finding)) is unseen


@pytest.mark.parametrize(
    ("finding", "probability", "unseen"),
    [
        (Finding.NO_SIGN, 0.3, True),
        (Finding.NO_SIGN, 0.6, False),
        (Finding.PROBABLY_SEEN, 0.7, False),
        (Finding.PROBABLY_SEEN, 0.49, True),
        (Finding.SEEN, 0.4, False),
        (Finding.NOT_DELIVERED, 0.01, False),
    ],
)
def test_with_a_probability(finding: Finding, probability: float, *, unseen: bool) -> None:
    """A rule with a probability of its own takes for unseen what lies below it, but never what somebody acted on."""
    assert counts_as_unseen(rule(below=0.5), verdict(finding, probability)) is unseen


@pytest.mark.parametrize(
    ("trackable", "can"),
    [
        (Trackable(opens=True, clicks=True), True),
        (Trackable(opens=False, clicks=True, why_not=WhyNot.PLAIN_TEXT), True),
        (Trackable(opens=None, clicks=None), True),
        (Trackable(opens=False, clicks=False, why_not=WhyNot.TRACKING_OFF), False),
        (Trackable(opens=None, clicks=None, why_not=WhyNot.EXPIRED), False),
    ],
)
def test_where_no_sign_can_come(trackable: Trackable, *, can: bool) -> None:
    """Silence says nothing where neither opens nor clicks are tracked, and where Postmark has forgotten."""
    assert can_show(verdict(Finding.NO_SIGN, trackable=trackable)) is can


def judged(reliability: Reliability) -> Verdict:
    email = message("maria@example.com", sent_at=at("2026-11-20 09:00"), track_opens=True, track_links="HtmlAndText")
    arrived = event("d", kind=EventKind.DELIVERY, at=at("2026-11-20 09:01"), recipient="maria@example.com")
    trail = Trail(email, email.recipients[0], (arrived,))
    return weigh(trail, at("2026-11-23 09:00"), Habits(reliability=reliability))


def test_a_mailbox_that_shows_nothing() -> None:
    """A mailbox that is known to hide nearly every look can't be silent in a way that means something."""
    assert can_show(judged(Reliability(opens=0.6, clicks=0.3)))
    assert not can_show(judged(Reliability(opens=0.03, clicks=0.02)))


def test_not_having_asked_is_another_thing() -> None:
    """An email that Postmark was not asked about could have shown all the same."""
    email = message("maria@example.com", sent_at=at("2026-11-20 09:00"), track_opens=True)
    assert can_show(weigh(Trail(email, email.recipients[0]), at("2026-11-23 09:00")))
