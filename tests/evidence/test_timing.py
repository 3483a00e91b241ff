"""How long people and scanners wait, and what silence is worth: the published figures, met by the formulas."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.codes import Sign, WhyNot
from bot.evidence.habits import Habits, expected
from bot.evidence.mailboxes import HIDDEN, RELIABILITY, Mailbox, Reliability, is_shared, mailbox_behind, mailbox_of
from bot.evidence.silence import chance_of_trace, watched_share, worth
from bot.evidence.timing import DAY, FAST_BUSINESS, HOUR, MARKETING, MINUTE, Delay, click_odds, open_doubt
from store.records import Actor, Signal, Source, Trackable
from tests.evidence.making import DELIVERED, clicked, delivery, message, opened, trail

BOTH = Trackable(opens=True, clicks=True)
HABITS = Habits(reliability=Reliability(opens=0.8, clicks=0.25))


@pytest.mark.parametrize(
    ("after", "marketing", "fast"),
    [
        (10, 0.0003, 0.005),
        (60, 0.005, 0.04),
        (5 * MINUTE, 0.03, 0.16),
        (15 * MINUTE, 0.09, 0.31),
        (30 * MINUTE, 0.15, 0.43),
        (HOUR, 0.24, 0.55),
        (4 * HOUR, 0.47, 0.78),
        (8 * HOUR, 0.60, 0.86),
        (DAY, 0.77, 0.94),
        (2 * DAY, 0.86, 0.97),
        (3 * DAY, 0.90, 0.98),
        (7 * DAY, 0.95, 0.99),
    ],
)
def test_the_shares_of_those_who_have_looked_are_the_published_ones(
    after: float, marketing: float, fast: float
) -> None:
    """Of those who ever look, the model has as many looked by then as the studies found."""
    assert MARKETING.share(after) == pytest.approx(marketing, abs=0.012)
    assert FAST_BUSINESS.share(after) == pytest.approx(fast, abs=0.012)


def test_nobody_looks_before_it_arrives() -> None:
    """Before and at the moment of delivery nobody has looked."""
    assert (MARKETING.share(0), MARKETING.share(-5)) == (0, 0)


@pytest.mark.parametrize(
    ("after", "marketing", "fast"),
    [(5, 178, 24), (15, 178, 24), (40, 178, 24), (120, 11, 2.4), (600, 0.16, 0.07), (7200, 0.01, 0.01)],
)
def test_the_telling_moments_of_clicks_are_the_measured_ones(after: float, marketing: float, fast: float) -> None:
    """A click within 5 minutes smells of a scanner, the sooner the more; after half an hour time speaks for a person.

    The first 20 seconds count as the next 40 do: that few scanners come so soon does not make people come so soon.
    """
    for ratio, delay in ((marketing, MARKETING), (fast, FAST_BUSINESS)):
        assert math.log(click_odds(after, delay)) == pytest.approx(-math.log(ratio), abs=0.2)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(60, 1e6))
def test_an_earlier_click_is_never_surer_than_a_later_one(one: float, other: float, median: float) -> None:
    """However fast the firm's customers are, a click is doubted no less for having come sooner."""
    earlier, later, delay = min(one, other), max(one, other), Delay(median)
    assert click_odds(earlier, delay) <= click_odds(later, delay)
    assert open_doubt(earlier, delay) >= open_doubt(later, delay)


@given(st.floats(-10, 1e7), st.floats(60, 1e6))
def test_doubt_is_bounded(after: float, median: float) -> None:
    """No moment alone makes a person of a scanner or a scanner of a person."""
    assert 0 <= open_doubt(after, Delay(median)) <= 3


@pytest.mark.parametrize(
    ("opens", "after", "left"),
    [
        (0.95, HOUR, 0.01),
        (0.95, DAY, 0.06),
        (0.95, 7 * DAY, 0.09),
        (0.80, HOUR, 0.04),
        (0.80, DAY, 0.19),
        (0.80, 7 * DAY, 0.28),
        (0.57, HOUR, 0.08),
        (0.57, DAY, 0.34),
        (0.57, 7 * DAY, 0.46),
    ],
)
def test_silence_leaves_what_the_formula_says(opens: float, after: float, left: float) -> None:
    """A day of silence in a mailbox that shows pictures means more than in one that blocks them."""
    looked = 0.7 * MARKETING.share(after)
    odds = math.log(looked / (1 - looked)) + worth(opens)
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(looked * (1 - opens) / (1 - looked * opens))
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(left, abs=0.011)


@pytest.mark.parametrize(
    ("shown", "chance"),
    [
        (BOTH, 0.85),
        (Trackable(opens=True, clicks=False, why_not=WhyNot.LINKS_OFF), 0.8),
        (Trackable(opens=False, clicks=True, why_not=WhyNot.PLAIN_TEXT), 0.25),
        (Trackable(opens=None, clicks=False), 0.4),
        (Trackable(opens=False, clicks=False, why_not=WhyNot.TRACKING_OFF), 0.0),
        (Trackable(opens=None, clicks=None, why_not=WhyNot.EXPIRED), 0.0),
    ],
)
def test_what_could_not_show_is_not_missed(shown: Trackable, chance: float) -> None:
    """Where nothing was tracked, silence says nothing; where half was, it says half."""
    assert chance_of_trace(shown, HABITS, [], 1.0) == pytest.approx(chance)
    assert chance_of_trace(shown, HABITS, [], 0.5) == pytest.approx(chance / 2)


def test_machines_use_up_what_a_person_would_leave() -> None:
    """After Apple's own loading a look leaves no open, and after a scanner's click the same link shows no click."""
    apple = Signal(opened(60), Actor.AUTOMATIC, Sign.APPLE_PRIVACY_OPEN, 0.2)
    scanner = Signal(clicked(60), Actor.AUTOMATIC, Sign.SCANNER_CLICK, 0)
    pixel = Signal(opened(60), Actor.AUTOMATIC, Sign.SCANNER_OPEN, 0)
    listed = Signal(opened(60, source=Source.API), Actor.AUTOMATIC, Sign.SCANNER_OPEN, 0)
    assert chance_of_trace(BOTH, HABITS, [apple, scanner], 1.0) == pytest.approx(HIDDEN)
    assert chance_of_trace(BOTH, HABITS, [pixel], 1.0) == pytest.approx(0.85)
    assert chance_of_trace(BOTH, HABITS, [listed], 1.0) == pytest.approx(1 - (1 - HIDDEN) * 0.75)


def test_silence_counts_only_while_somebody_listens() -> None:
    """What nobody has asked Postmark about, and no webhook told of, cannot be called silent."""
    now = DELIVERED + timedelta(hours=5)
    assert watched_share(trail(), now, HABITS) == 0
    assert watched_share(trail(delivery()), now, HABITS) == 1
    assert watched_share(trail(delivery(source=Source.IMPORT)), now, HABITS) == 1
    asked = trail(about=message(checked_at=DELIVERED))
    assert 0 < watched_share(asked, now, HABITS) < 1
    assert watched_share(trail(delivery(source=Source.API)), DELIVERED, HABITS) == 1


@pytest.mark.parametrize(
    ("domain", "mailbox"),
    [("gmail.com", Mailbox.GMAIL), ("me.com", Mailbox.ICLOUD), ("oakleaf.example", Mailbox.OTHER), ("", Mailbox.OTHER)],
)
def test_mailboxes_are_known_by_their_domain(domain: str, mailbox: Mailbox) -> None:
    """Big providers are told by the address; anything else is an ordinary mailbox."""
    assert mailbox_of(domain) is mailbox
    assert 0 < RELIABILITY[mailbox].opens < 1


@pytest.mark.parametrize(
    ("servers", "mailbox"),
    [
        (["aspmx.l.google.com.", "alt1.aspmx.l.google.com"], Mailbox.GMAIL),
        (["smtp.google.com"], Mailbox.GMAIL),
        (["Oakleaf-example.mail.protection.outlook.com"], Mailbox.MICROSOFT_365),
        (["oakleaf-example.o-v1.mx.microsoft"], Mailbox.MICROSOFT_365),
        (["mx0a-0001.pphosted.com", "aspmx.l.google.com"], Mailbox.FILTERED),
        (["eu-smtp-inbound-1.mimecast.com"], Mailbox.FILTERED),
        (["d1.ess.barracudanetworks.com"], Mailbox.FILTERED),
        (["in1-smtp.messagingengine.com"], Mailbox.FASTMAIL),
        (["mail.oakleaf.example", "aspmx.l.google.com"], None),
        (["notmimecast.com"], None),
        ([], None),
    ],
)
def test_a_firms_mailboxes_are_known_by_their_mail_servers(servers: list[str], mailbox: Mailbox | None) -> None:
    """Behind a firm's own domain the preferred mail server tells whose mailboxes they are, or which gateway scans."""
    assert mailbox_behind(servers) is mailbox
    about = trail(about=message("m1", "ben@firm.example"))
    hosts = {"firm.example": mailbox} if mailbox else {}
    assert expected(about, hosts).reliability == RELIABILITY[mailbox or Mailbox.OTHER]


@pytest.mark.parametrize(
    ("key", "shared"), [("info@a.example", True), ("billing+x@a.example", True), ("ben@a.example", False)]
)
def test_an_offices_address_is_told_from_a_persons(key: str, shared: bool) -> None:  # noqa: FBT001
    """Behind info@ and billing@ sits somebody, not a certain person."""
    assert is_shared(key) is shared
