"""What one doubtful record may and may not bring about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.evidence import lay_out, weigh
from bot.evidence.codes import Sign
from bot.evidence.habits import Habits
from bot.evidence.mailboxes import RELIABILITY, Mailbox
from bot.evidence.timing import DAY, HOUR, MINUTE, Delay
from store.records import Actor, DeliveryState, Event, EventKind, Finding, Source, Trail
from tests.evidence.making import BEN, DELIVERED, GMAIL, MARIA, SENT, clicked, delivery, event, message, opened, trail

SWIFT = Habits(
    seen=0.95,
    delay=Delay(2 * MINUTE, 1.5),
    reliability=RELIABILITY[Mailbox.GMAIL],
    credit=lambda _visit, _after: 3.0,
)
"""Somebody who looks at once, by a program and from a place that are well known."""


def at(about: Trail, after: float, habits: Habits | None = None) -> Finding:
    return weigh(about, DELIVERED + timedelta(seconds=after), habits).finding


@pytest.mark.parametrize(
    "doubtful",
    [clicked(3), clicked(40), opened(5), opened(8, GMAIL, None), clicked(40, "okhttp/4.9"), opened(40, "okhttp/4.9")],
)
@pytest.mark.parametrize("after", [MINUTE, HOUR, DAY, 7 * DAY, 30 * DAY])
def test_time_alone_makes_no_answer_of_one_doubtful_visit(doubtful: Event, after: float) -> None:
    """An early visit that may have been a machine's stays no reliable sign, however long ago it was."""
    assert at(trail(delivery(), doubtful), after) is Finding.NO_SIGN


def test_a_late_unclear_visit_still_makes_it_likely() -> None:
    """What comes when machines have long been counts, and goes on counting."""
    late = trail(delivery(), opened(5 * HOUR, "okhttp/4.9"))
    assert {at(late, after) for after in (5 * HOUR + 1, DAY, 7 * DAY)} == {Finding.PROBABLY_SEEN}


@pytest.mark.parametrize("habits", [None, SWIFT])
def test_an_earlier_click_is_no_better_sign(habits: Habits | None) -> None:
    """A click three seconds after the delivery is never called seen where one at forty seconds is not."""
    story = {
        after: weigh(trail(delivery(), clicked(after)), DELIVERED + timedelta(days=1), habits) for after in (3, 40)
    }
    assert story[3].finding is not Finding.SEEN
    assert story[3].probability <= story[40].probability


def test_nobody_clicks_within_seconds_however_well_known() -> None:
    """Even a familiar program from a familiar place is in doubt three seconds after the delivery."""
    (signal,) = lay_out(trail(delivery(), clicked(3)), DELIVERED + timedelta(days=1), SWIFT).signals
    assert (signal.actor, signal.code) == (Actor.UNKNOWN, Sign.EARLY_CLICK)


@pytest.mark.parametrize(("after", "finding"), [(40, Finding.NO_SIGN), (2 * HOUR, Finding.PROBABLY_SEEN)])
def test_a_click_of_which_only_the_moment_is_told(after: float, finding: Finding) -> None:
    """Postmark's short list names neither program nor place: such a click is a sign when late, and never certain."""
    about = trail(delivery(), clicked(after, None, None, source=Source.API))
    verdict = weigh(about, DELIVERED + timedelta(days=1))
    assert verdict.finding is finding
    assert [reason.code for reason in verdict.unclear] == [Sign.UNTOLD_CLICK]


def test_a_webhook_without_a_program_is_no_short_list() -> None:
    """A webhook always names the program there was: none means that something hid itself."""
    (signal,) = lay_out(trail(delivery(), clicked(2 * HOUR, None)), DELIVERED + timedelta(days=1)).signals
    assert (signal.code, signal.weight) == (Sign.UNNAMED_CLICK, 0.0)


@pytest.mark.parametrize("kind", [EventKind.PORTAL_VISIT, EventKind.REPLY, EventKind.PAYMENT])
def test_what_was_before_the_sending_is_not_about_the_email(kind: EventKind) -> None:
    """A visit, an answer or a payment before an email was sent changes nothing about it, whoever it was."""
    now = DELIVERED + timedelta(hours=1)
    before = event(kind, at=SENT - timedelta(minutes=10), source=Source.TRACKING)
    people = message("m1", MARIA, BEN)
    shared = trail(delivery(), about=people, shared_events=(before,))
    assert lay_out(trail(delivery(), before), now).signals == ()
    assert weigh(trail(delivery(), before), now).probability == weigh(trail(delivery()), now).probability
    assert lay_out(shared, now).signals == ()


@pytest.mark.parametrize("kind", [EventKind.PORTAL_VISIT, EventKind.PAYMENT])
def test_what_was_before_the_delivery_was_not_because_of_it(kind: EventKind) -> None:
    """Between the sending and a late delivery a visit or a payment has another cause; an answer needs the email."""
    slow = delivery(at=SENT + timedelta(hours=2))
    now = SENT + timedelta(hours=3)
    (signal,) = lay_out(trail(slow, event(kind, at=SENT + timedelta(hours=1))), now).signals
    assert (signal.actor, signal.code) == (Actor.UNKNOWN, Sign.BEFORE_DELIVERY)
    answered = weigh(trail(slow, event(EventKind.REPLY, at=SENT + timedelta(hours=1))), now)
    assert answered.finding is Finding.SEEN


@pytest.mark.parametrize("status", ["Sent", "Queued"])
def test_on_its_way_ages(status: str) -> None:
    """Days after Postmark took an email and said when asked that it has not arrived, it has less likely been seen."""
    about = trail(about=message(status=status, checked_at=SENT + timedelta(days=3)))
    soon = weigh(about, SENT + timedelta(hours=23)).probability
    late = weigh(about, SENT + timedelta(days=3))
    assert late.probability < soon
    assert late.finding is Finding.IN_TRANSIT


def test_what_nobody_asked_about_does_not_age() -> None:
    """Where nobody could have told of the delivery, hearing nothing of it means nothing."""
    about = trail(about=message(checked_at=None))
    soon, late = (weigh(about, SENT + timedelta(days=days)).probability for days in (0.9, 3))
    assert late > soon


def suppressed(reason: str, origin: str = "Recipient") -> Event:
    return event(EventKind.SUPPRESSION, 60, reason=reason, origin=origin)


@pytest.mark.parametrize("known", [(), (delivery(),)])
def test_a_suppression_that_names_the_email_settles_it(known: tuple[Event, ...]) -> None:
    """Where the bounce or complaint was never told, the suppression it caused says what became of the email."""
    now = DELIVERED + timedelta(hours=1)
    bounced = weigh(trail(*known, address_events=(suppressed("HardBounce"),)), now)
    assert (bounced.finding, bounced.delivery.state) == (Finding.NOT_DELIVERED, DeliveryState.BOUNCED)
    reported = weigh(trail(*known, address_events=(suppressed("SpamComplaint"),)), now)
    assert (reported.finding, reported.delivery.state) == (Finding.PROBABLY_SEEN, DeliveryState.COMPLAINED)
    left = weigh(trail(*known, address_events=(suppressed("ManualSuppression"),)), now)
    assert left.delivery.state is DeliveryState.DELIVERED


def test_a_suppression_through_another_email_settles_nothing() -> None:
    """What another email brought about later says nothing of this one."""
    other = event(EventKind.SUPPRESSION, 60, reason="HardBounce", message_id="m2")
    verdict = weigh(trail(delivery(), address_events=(other,)), DELIVERED + timedelta(hours=1))
    assert verdict.delivery.state is DeliveryState.DELIVERED


def test_a_bounce_says_more_than_the_suppression_it_caused() -> None:
    """The other server's own words are kept, whichever of the two came first."""
    bounce = event(EventKind.BOUNCE, 61, bounce_type="HardBounce", detail="smtp;550 5.1.1 no mailbox")
    about = trail(bounce, address_events=(suppressed("HardBounce"),))
    assert weigh(about, DELIVERED + timedelta(hours=1)).delivery.detail == "smtp;550 5.1.1 no mailbox"
