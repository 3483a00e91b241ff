"""Where an email got to: one test for every transition, and the causes in the other server's words."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.codes import Cause
from bot.evidence.delivery import TRANSITIONS, News, Stage, deliver, delivered_at, news_of
from bot.evidence.smtp import cause_of
from store.records import Delivery, DeliveryState, Event, EventKind, Trail
from tests.evidence.making import DELIVERED, SENT, delivery, event, message, trail

NO_MAILBOX = "smtp;550 5.1.1 no mailbox called maria"
FULL = "smtp;452 4.2.2 The email account that you tried to reach is over quota"


def bounce(kind: str | None, after: float = 5, **facts: Any) -> Event:
    return event(EventKind.BOUNCE, after, bounce_type=kind, **({"detail": NO_MAILBOX} | facts))


def deferral(after: float = -3, **facts: Any) -> Event:
    return event(EventKind.DEFERRAL, after, **({"detail": "smtp;451 4.7.1 busy, come back later"} | facts))


def complaint(after: float = 900) -> Event:
    return event(EventKind.COMPLAINT, after, bounce_type="SpamComplaint")


def stopped(after: float = -9000, reason: str = "HardBounce", **facts: Any) -> Event:
    return event(EventKind.SUPPRESSION, after, **({"reason": reason, "message_id": None} | facts))


def reactivated(after: float) -> Event:
    return event(EventKind.REACTIVATION, after, message_id=None)


def of(*events: Event, **facts: Any) -> Delivery:
    """The state after these events; suppressions stand at the address."""
    kinds = {EventKind.SUPPRESSION, EventKind.REACTIVATION}
    address = tuple(e for e in events if e.kind in kinds)
    return deliver(trail(*(e for e in events if e.kind not in kinds), about=message(**facts), address_events=address))


BRINGS: dict[Stage, tuple[list[Event], dict[str, Any]]] = {
    Stage.QUEUED: ([], {"status": "Queued"}),
    Stage.SENT: ([], {}),
    Stage.DEFERRED: ([deferral(1)], {}),
    Stage.DELIVERED: ([delivery(after=1)], {}),
    Stage.BOUNCED_FOR_NOW: ([bounce("SoftBounce", 1, detail=FULL)], {}),
    Stage.BOUNCED: ([bounce("HardBounce", 1)], {}),
    Stage.SUPPRESSED: ([stopped()], {}),
    Stage.COMPLAINED: ([complaint(1)], {}),
    Stage.SANDBOXED: ([], {"sandboxed": True}),
}
"""What brings an email into each state."""

TELLS = {
    News.PUT_OFF: deferral(60),
    News.ARRIVED: delivery(after=60),
    News.HELD: bounce("ManuallyDeactivated", 60, detail=None),
    News.FAILED_FOR_NOW: bounce("SoftBounce", 60, detail=FULL),
    News.FAILED: bounce("HardBounce", 60),
    News.REPORTED: complaint(60),
}
"""An event that tells each kind of news."""

EXPECTED = {
    Stage.DELIVERED: (DeliveryState.DELIVERED, None),
    Stage.BOUNCED_FOR_NOW: (DeliveryState.BOUNCED, False),
    Stage.BOUNCED: (DeliveryState.BOUNCED, True),
    Stage.SUPPRESSED: (DeliveryState.SUPPRESSED, True),
    Stage.DEFERRED: (DeliveryState.DEFERRED, None),
    Stage.COMPLAINED: (DeliveryState.COMPLAINED, None),
    Stage.SANDBOXED: (DeliveryState.SANDBOXED, None),
    Stage.QUEUED: (DeliveryState.QUEUED, None),
    Stage.SENT: (DeliveryState.SENT, None),
}

WRITTEN = """
                  put_off          arrived    held             failed_for_now   failed   reported
queued            deferred         delivered  suppressed       bounced_for_now  bounced  complained
sent              deferred         delivered  suppressed       bounced_for_now  bounced  complained
deferred          deferred         delivered  suppressed       bounced_for_now  bounced  complained
suppressed        deferred         delivered  suppressed       bounced_for_now  bounced  complained
delivered         delivered        delivered  delivered        bounced_for_now  bounced  complained
bounced_for_now   bounced_for_now  delivered  suppressed       bounced_for_now  bounced  complained
bounced           bounced          bounced    bounced          bounced          bounced  complained
complained        complained       complained complained       complained       complained complained
sandboxed         sandboxed        sandboxed  sandboxed        sandboxed        sandboxed sandboxed
"""
"""The table as it was thought out on paper: rows are where the email was, columns what is heard."""

HEAD, *ROWS = [line.split() for line in WRITTEN.strip().splitlines()]
CASES = [(Stage(row[0]), News(news), Stage(to)) for row in ROWS for news, to in zip(HEAD, row[1:], strict=True)]


def test_every_state_and_every_news_is_thought_of() -> None:
    """No state leaves open what any news makes of it."""
    assert {(stage, news) for stage, row in TRANSITIONS.items() for news in row} == {(s, n) for s, n, _ in CASES}
    assert {(stage, news) for stage in Stage for news in News} == {(s, n) for s, n, _ in CASES}


@pytest.mark.parametrize(("before", "news", "after"), CASES)
def test_transition(before: Stage, news: News, after: Stage) -> None:
    """What an office is told after each kind of news, whatever had come before."""
    events, facts = BRINGS[before]
    assert TRANSITIONS[before][news] is after
    found = of(*events, TELLS[news], **facts)
    assert (found.state, found.permanent) == EXPECTED[after]


@given(st.lists(st.sampled_from([*TELLS.values(), delivery(after=1), bounce("HardBounce", 1)])), st.randoms())
def test_order_and_repeats_do_not_matter(events: list[Event], rng: random.Random) -> None:
    """Webhooks in any order, and twice, tell the same story."""
    again = [*events, *events[:3]]
    rng.shuffle(again)
    told = Trail(message=message(), recipient=message().recipients[0], events=tuple(again))
    once = Trail(message=message(), recipient=message().recipients[0], events=tuple(events))
    assert deliver(told) == deliver(once)


def test_nobody_has_asked_yet() -> None:
    """An email without news whose details were never fetched says so; once fetched, it is simply under way."""
    assert of().code == Cause.NEVER_ASKED
    assert of(checked_at=SENT).code is None


def test_put_off_since() -> None:
    """An email put off three times says since when, with the server's latest words."""
    found = of(deferral(10), deferral(300, detail=FULL), deferral(60))
    assert (found.at, found.detail, found.code) == (DELIVERED + timedelta(seconds=10), FULL, Cause.MAILBOX_FULL)


def test_deferral_then_delivery() -> None:
    """An email that was put off and then taken has arrived at the moment it was taken."""
    found = of(deferral(10), delivery(after=900))
    assert (found.state, found.at) == (DeliveryState.DELIVERED, DELIVERED + timedelta(seconds=900))
    assert (found.detail, found.code, found.permanent) == ("smtp;250 2.0.0 OK", None, None)


def test_out_of_office_means_that_it_arrived() -> None:
    """An automatic answer comes from a mailbox that got the email."""
    assert of(bounce("AutoResponder", detail=None)).state is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("stop", "cause"),
    [
        (stopped(reason="HardBounce"), Cause.BOUNCED_BEFORE),
        (stopped(reason="SpamComplaint"), Cause.COMPLAINED_BEFORE),
        (stopped(reason="ManualSuppression", origin="Recipient"), Cause.UNSUBSCRIBED_BEFORE),
        (stopped(reason="ManualSuppression", origin="Customer"), Cause.SUPPRESSED_BY_US),
        (stopped(reason="Something"), Cause.SUPPRESSED_BY_US),
    ],
)
def test_held_back_because_of_what_happened_before(stop: Event, cause: Cause) -> None:
    """An email to a suppressed address says what the address was suppressed for."""
    found = of(stop)
    assert (found.state, found.code, found.at, found.permanent) == (DeliveryState.SUPPRESSED, cause, stop.at, True)


def test_only_a_suppression_in_force_at_the_sending_counts() -> None:
    """One that was lifted before, or that came afterwards, did not hold this email back."""
    assert of(stopped(-9000), reactivated(-5000)).state is DeliveryState.SENT
    assert of(stopped(900)).state is DeliveryState.SENT
    assert of(stopped(-9000), reactivated(900)).state is DeliveryState.SUPPRESSED
    assert of(stopped(-9000), sent_at=None).state is DeliveryState.SUPPRESSED


def test_a_bounce_is_described_by_the_event_that_brought_it() -> None:
    """The words shown with a failure are those of the server that refused."""
    found = of(delivery(), bounce("HardBounce", 600))
    assert (found.at, found.detail, found.code) == (
        DELIVERED + timedelta(600 / 86400),
        NO_MAILBOX,
        Cause.NO_SUCH_MAILBOX,
    )


@pytest.mark.parametrize(
    ("kind", "facts", "news"),
    [
        ("HardBounce", {}, News.FAILED),
        ("BadEmailAddress", {"detail": None}, News.FAILED),
        ("SoftBounce", {"detail": FULL}, News.FAILED_FOR_NOW),
        ("SoftBounce", {"detail": FULL, "inactive": True}, News.FAILED),
        ("SoftBounce", {"detail": "smtp;550 5.1.2 domain not found"}, News.FAILED),
        ("Blocked", {"detail": "smtp;550 5.7.1 blocked by policy"}, News.FAILED_FOR_NOW),
        ("Transient", {"detail": FULL}, News.PUT_OFF),
        ("SomethingNew", {"detail": "smtp;550 5.7.1 no"}, News.FAILED_FOR_NOW),
        (None, {"detail": "smtp;550 5.7.1 no"}, News.FAILED),
        (None, {"detail": FULL}, News.FAILED_FOR_NOW),
        ("SpamComplaint", {}, News.REPORTED),
        ("Unsubscribe", {"detail": None}, News.ARRIVED),
        ("AddressChange", {"detail": None}, News.ARRIVED),
    ],
)
def test_what_a_bounce_means(kind: str | None, facts: dict[str, Any], news: News) -> None:
    """Not every bounce of Postmark's is a failure, and not every failure is for good."""
    assert news_of(bounce(kind, **facts)) is news


def test_the_first_true_delivery_is_the_anchor_of_time() -> None:
    """How long after delivery something happened is measured from the first delivery that named its time."""
    assert delivered_at(trail(delivery(after=0, at_is_arrival=True))) is None
    assert delivered_at(trail(delivery(after=9), delivery(after=2))) == DELIVERED + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("words", "kind", "cause"),
    [
        (
            "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
            "HardBounce",
            Cause.NO_SUCH_MAILBOX,
        ),
        ("smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "HardBounce", Cause.NO_SUCH_MAILBOX),
        ("smtp;550 5.4.1 Recipient address rejected: Access denied.", "HardBounce", Cause.NO_SUCH_MAILBOX),
        ("smtp;550 no such user here", None, Cause.NO_SUCH_MAILBOX),
        ("smtp;550 5.1.1 no mailbox called ben", "HardBounce", Cause.NO_SUCH_MAILBOX),
        ("smtp;554 delivery error: This user doesn't have a yahoo.com account", "HardBounce", Cause.NO_SUCH_MAILBOX),
        ("smtp;552 5.2.2 Over quota", "SoftBounce", Cause.MAILBOX_FULL),
        ("smtp;552 mailbox full", None, Cause.MAILBOX_FULL),
        (FULL, "Transient", Cause.MAILBOX_FULL),
        ("smtp;552 5.3.4 Message size exceeds fixed limit", "HardBounce", Cause.TOO_LARGE),
        ("smtp;550 5.2.1 The email account that you tried to reach is inactive", "HardBounce", Cause.MAILBOX_DISABLED),
        ("smtp;550 5.7.1 Message rejected as spam by Content Filtering.", "SpamNotification", Cause.BLOCKED),
        ("smtp;554 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org", "Blocked", Cause.BLOCKED),
        ("smtp;550 5.7.26 This mail is unauthenticated", "Blocked", Cause.UNAUTHENTICATED),
        ("", "DMARCPolicy", Cause.UNAUTHENTICATED),
        ("", "DnsError", Cause.NO_SUCH_DOMAIN),
        ("smtp;550 5.1.2 Domain does not exist", "SoftBounce", Cause.NO_SUCH_DOMAIN),
        ("Host or domain name not found", None, Cause.NO_SUCH_DOMAIN),
        ("smtp;556 5.1.10 Domain has a null MX", "HardBounce", Cause.NO_SUCH_DOMAIN),
        ("smtp;451 4.7.1 Greylisted, please try again in 300 seconds", "Transient", Cause.BUSY),
        ("smtp;450 4.2.0 Recipient address rejected: Greylisted", "Transient", Cause.BUSY),
        ("smtp;421 4.7.0 Too many connections", "Transient", Cause.BUSY),
        ("Connection timed out", "Transient", Cause.UNREACHABLE),
        ("smtp;554 5.4.14 Hop count exceeded - possible mail loop", "HardBounce", Cause.LOOP),
        ("smtp;550 5.7.0 virus found", None, Cause.VIRUS),
        ("", "TemplateRenderingFailed", Cause.NOT_SENT),
        ("smtp;550 5.7.1", "HardBounce", Cause.BLOCKED),
        ("smtp;550 5.1.1", "HardBounce", Cause.NO_SUCH_MAILBOX),
        ("smtp;450 hm", None, Cause.BUSY),
        ("smtp;550 nope", "HardBounce", Cause.REFUSED),
        (None, None, Cause.REFUSED),
    ],
)
def test_causes_are_read_from_the_servers_words(words: str | None, kind: str | None, cause: Cause) -> None:
    """An office is told "no such mailbox" or "mailbox full", not a line of SMTP."""
    assert cause_of(words, kind) is cause
