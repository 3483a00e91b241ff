"""The five answers, the probability behind them, and the reasons given."""

import math
from datetime import timedelta
from typing import Any

import pytest

from bot.evidence import VERSION, lay_out, weigh
from bot.evidence.codes import Cause, Sign, WhyNot
from store.records import Actor, DeliveryState, Event, EventKind, Finding, Source, Trail, Verdict
from tests.evidence.making import (
    APPLE,
    BARE,
    CHROME,
    DELIVERED,
    GMAIL,
    GMAIL_PREFETCH,
    GOOGLE,
    MARIA,
    OUTLOOK,
    SAFE_LINKS,
    SENT,
    clicked,
    delivery,
    event,
    message,
    opened,
    trail,
)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

OFF: dict[str, Any] = {"track_opens": False, "track_links": "None"}
HARD = event(EventKind.BOUNCE, 2, bounce_type="HardBounce", detail="smtp;550 5.1.1 no such user")
LATE = event(EventKind.BOUNCE, 3 * HOUR, bounce_type="HardBounce", detail="smtp;550 5.1.1 no such user")
DEFERRED = event(EventKind.DEFERRAL, 1, detail="smtp;452 4.2.2 mailbox full")


def judged(*events: Event, after: float = 2 * DAY, **facts: Any) -> Verdict:
    """The verdict on these events so many seconds after the delivery."""
    return weigh(trail(*events, about=message(**facts)), DELIVERED + timedelta(seconds=after))


def held_back() -> Trail:
    stop = event(EventKind.SUPPRESSION, -DAY, message_id=None, reason="HardBounce")
    return trail(address_events=(stop,))


@pytest.mark.parametrize(
    ("verdict", "finding"),
    [
        (judged(delivery(), clicked(2 * HOUR)), Finding.SEEN),
        (judged(delivery(), clicked(2 * HOUR), after=2 * HOUR + 1), Finding.SEEN),
        (judged(delivery(), opened(HOUR, OUTLOOK)), Finding.SEEN),
        (judged(delivery(), opened(HOUR)), Finding.SEEN),
        (judged(delivery(), event(EventKind.REPLY, HOUR)), Finding.SEEN),
        (judged(delivery(), event(EventKind.PAYMENT, HOUR)), Finding.SEEN),
        (judged(delivery(), event(EventKind.PORTAL_VISIT, HOUR)), Finding.SEEN),
        (judged(clicked(2 * HOUR)), Finding.SEEN),
        (judged(delivery(), opened(HOUR, GMAIL, None), opened(9 * HOUR, GMAIL, None)), Finding.SEEN),
        (judged(delivery(), clicked(2 * HOUR), LATE), Finding.SEEN),
        (judged(delivery(), opened(HOUR, GMAIL, None)), Finding.PROBABLY_SEEN),
        (judged(delivery(), event(EventKind.COMPLAINT, HOUR)), Finding.PROBABLY_SEEN),
        (judged(delivery(), clicked(40)), Finding.NO_SIGN),
        (judged(delivery(), clicked(3)), Finding.NO_SIGN),
        (judged(delivery(), clicked(40), after=60), Finding.NO_SIGN),
        (judged(HARD), Finding.NOT_DELIVERED),
        (judged(delivery(), LATE), Finding.NOT_DELIVERED),
        (judged(delivery(), opened(60, BARE, APPLE), LATE), Finding.NOT_DELIVERED),
        (judged(sandboxed=True), Finding.NOT_DELIVERED),
        (judged(delivery(), sandboxed=True), Finding.NOT_DELIVERED),
        (weigh(held_back(), DELIVERED), Finding.NOT_DELIVERED),
        (judged(), Finding.IN_TRANSIT),
        (judged(status="Queued"), Finding.IN_TRANSIT),
        (judged(DEFERRED), Finding.IN_TRANSIT),
        (judged(checked_at=DELIVERED), Finding.IN_TRANSIT),
        (judged(delivery()), Finding.NO_SIGN),
        (judged(delivery(), after=1), Finding.NO_SIGN),
        (judged(delivery(), opened(60, BARE, APPLE)), Finding.NO_SIGN),
        (judged(delivery(), clicked(43, ip=SAFE_LINKS)), Finding.NO_SIGN),
        (judged(delivery(), opened(2, GMAIL_PREFETCH, GOOGLE)), Finding.NO_SIGN),
        (judged(delivery(), **OFF), Finding.NO_SIGN),
        (judged(delivery(), has_html=False), Finding.NO_SIGN),
        (judged(delivery(), event(EventKind.AUTO_REPLY, 60)), Finding.NO_SIGN),
        (judged(delivery(), event(EventKind.HANDLED, 60)), Finding.NO_SIGN),
        (judged(delivery(), opened(HOUR, "okhttp/4.9"), after=HOUR + 1), Finding.NO_SIGN),
    ],
)
def test_the_five_answers(verdict: Verdict, finding: Finding) -> None:
    """Each situation gets the answer that the contract names for it."""
    assert verdict.finding is finding
    assert 0 <= verdict.probability <= 1
    assert verdict.version == VERSION


@pytest.mark.parametrize("after", [5.0, HOUR, DAY, 40 * DAY])
def test_twenty_machines_are_not_evidence(after: float) -> None:
    """However often Apple loads the picture, nobody is said to have seen the email."""
    proxies = [opened(30 + 700 * n, BARE, APPLE) for n in range(20)]
    verdict = judged(delivery(), *proxies, after=after)
    assert verdict.finding is Finding.NO_SIGN
    assert verdict.probability <= verdict.prior + 1e-9


def test_twenty_gmail_opens_are_not_twenty_pieces_of_evidence() -> None:
    """Opens of one kind are capped together."""
    one = judged(delivery(), opened(HOUR, GMAIL, None))
    many = judged(delivery(), *(opened(HOUR * n, GMAIL, None) for n in range(1, 21)))
    assert one.probability < many.probability < 0.999


def test_a_persons_early_act_counts_at_once() -> None:
    """Somebody who opens within minutes is seen to have done so right then, not only days later."""
    assert judged(delivery(), opened(90, OUTLOOK), after=91).finding is Finding.SEEN


def test_silence_speaks_louder_as_time_goes_by() -> None:
    """After a day without a sign the chance that it was seen unnoticed is small, and it grows with time only so far."""
    later = [judged(delivery(), after=t).probability for t in (0, MINUTE, HOUR, DAY, 7 * DAY)]
    assert later == sorted(later)
    assert later[0] == 0
    assert later[-1] < 0.45


def test_silence_says_more_where_pictures_show() -> None:
    """A silent Gmail mailbox means more than any office's; where Apple has loaded the picture, silence means little."""
    at = {}
    for address in ("maria@gmail.com", MARIA, "maria@outlook.com"):
        about = message("m1", address)
        at[address] = weigh(trail(delivery(recipient=address), about=about), DELIVERED + timedelta(days=2)).probability
    loaded = judged(delivery(), opened(60, BARE, APPLE)).probability
    assert at["maria@gmail.com"] < at[MARIA] < at["maria@outlook.com"] < loaded
    untracked = judged(delivery(), **OFF)
    assert untracked.probability == pytest.approx(untracked.prior)


def test_what_was_never_asked_about_is_not_silent() -> None:
    """An email nobody has asked Postmark about is on its way, with the chance that any such email has been seen."""
    verdict = judged()
    assert (verdict.delivery.state, verdict.delivery.code) == (DeliveryState.SENT, Cause.NEVER_ASKED)
    assert verdict.probability == pytest.approx(verdict.prior)
    assert [r.code for r in verdict.reasons] == [Sign.NOT_ASKED]


def test_an_open_shows_that_it_arrived() -> None:
    """When the delivery was never recorded but Apple's service has the email, it is not on its way any more."""
    apple = judged(opened(60, BARE, APPLE))
    assert (apple.delivery.state, apple.delivery.code, apple.finding) == (
        DeliveryState.DELIVERED,
        Cause.IMPLIED,
        Finding.NO_SIGN,
    )
    assert judged(clicked(2 * HOUR)).delivery.state is DeliveryState.DELIVERED
    assert judged(clicked(43, ip=SAFE_LINKS)).delivery.state is DeliveryState.SENT


@pytest.mark.parametrize(
    ("facts", "opens", "clicks", "why_not"),
    [
        ({}, True, True, None),
        ({"track_opens": None, "track_links": None, "has_html": None}, None, None, None),
        (OFF, False, False, WhyNot.TRACKING_OFF),
        ({"track_opens": False}, False, True, WhyNot.OPENS_OFF),
        ({"track_links": "None"}, True, False, WhyNot.LINKS_OFF),
        ({"has_html": False}, False, True, WhyNot.PLAIN_TEXT),
        ({"has_html": False, "track_links": "None"}, False, False, WhyNot.PLAIN_TEXT),
        ({"has_html": False} | OFF, False, False, WhyNot.TRACKING_OFF),
        ({"sandboxed": True}, False, False, WhyNot.SANDBOX),
    ],
)
def test_why_nothing_could_show(facts: dict[str, Any], opens: bool, clicks: bool, why_not: str | None) -> None:  # noqa: FBT001
    """The answer says whether opens and clicks could show, and if not, why."""
    found = judged(delivery(), **facts).trackable
    assert (found.opens, found.clicks, found.why_not) == (opens, clicks, why_not)


def test_an_event_that_showed_could_show() -> None:
    """An open of a message whose settings nobody told us proves that opens were tracked."""
    found = judged(delivery(), opened(60, BARE, APPLE), track_opens=None).trackable
    assert (found.opens, found.why_not) == (True, None)


def test_what_postmark_has_forgotten_cannot_be_known() -> None:
    """Past Postmark's memory, and never written down here, "no sign" would be a guess."""
    old: dict[str, Any] = {"after": 60 * DAY}
    from_api = delivery(source=Source.API)
    assert judged(from_api, **old).trackable.why_not == WhyNot.EXPIRED
    assert judged(from_api, **old).finding is Finding.NO_SIGN
    assert judged(delivery(), **old).trackable.why_not is None
    assert judged(from_api, checked_at=DELIVERED + timedelta(days=30), **old).trackable.why_not is None
    assert judged(from_api, checked_at=DELIVERED + timedelta(days=50), **old).trackable.why_not == WhyNot.EXPIRED
    assert judged(from_api, after=44 * DAY).trackable.why_not is None


def test_the_reasons_of_a_click() -> None:
    """The strongest reason comes first, with what a sentence needs."""
    visits = (opened(HOUR, OUTLOOK), clicked(2 * HOUR), clicked(2 * HOUR + 30, link="b"), opened(60, BARE, APPLE))
    verdict = judged(delivery(), *visits)
    first, second = verdict.reasons[:2]
    assert (first.code, first.at, first.facts["count"]) == (Sign.PERSON_CLICK, DELIVERED + timedelta(hours=2), "2")
    assert (first.facts["after"], first.facts["client"]) == ("7200", "Chrome on Windows")
    assert (second.code, second.facts["vendor"]) == (Sign.PERSON_OPEN, "Outlook")
    assert [r.code for r in verdict.automatic] == [Sign.APPLE_PRIVACY_OPEN]
    assert verdict.first_person_open_at == DELIVERED + timedelta(hours=1)
    assert verdict.first_person_click_at == DELIVERED + timedelta(hours=2)


def test_the_reasons_of_a_sweep() -> None:
    """What a gateway did is told as what it was: so many links in so many seconds."""
    sweep = [clicked(43 + n / 2, ip=SAFE_LINKS, link=f"{n}") for n in range(5)]
    verdict = judged(delivery(), *sweep)
    (told,) = verdict.automatic
    assert (told.code, told.facts["vendor"]) == (Sign.SCANNER_CLICK, "Microsoft 365")
    assert (told.facts["links"], told.facts["seconds"], told.facts["count"]) == ("5", "2", "5")
    assert [r.code for r in verdict.reasons] == [Sign.ONLY_AUTOMATIC, Sign.SILENCE]
    assert "link" not in told.facts or told.facts["link"] == "0"


def test_no_silence_where_nothing_could_show() -> None:
    """Where neither opens nor links are tracked, silence is no reason: no click could have come."""
    verdict = judged(delivery(), **OFF)
    assert [r.code for r in verdict.reasons] == [Sign.NOT_TRACKED]


def test_reading_again_and_long_is_a_reason() -> None:
    """Coming back to an email, and keeping it open, make it surer that somebody looked."""
    plain = judged(delivery(), opened(HOUR, OUTLOOK))
    verdict = judged(delivery(), opened(HOUR, OUTLOOK, read_seconds=20), opened(9 * HOUR))
    told = {r.code: r.facts for r in verdict.reasons}
    assert (told[Sign.OPENED_AGAIN]["count"], told[Sign.LONG_LOOK]["seconds"]) == ("2", "20")
    assert verdict.probability > plain.probability


def test_a_fresh_click_is_still_settling() -> None:
    """For two minutes other clicks may come that make a sweep of it; the answer says so."""
    fresh = judged(delivery(), clicked(40), after=60)
    assert fresh.unclear[0].facts["settling"] == "yes"
    assert "settling" not in judged(delivery(), clicked(40), after=600).unclear[0].facts


def test_the_reason_of_a_failure_is_the_servers() -> None:
    """A failed email says why it failed first, in a word of ours and in the server's own."""
    (told,) = judged(HARD).reasons
    assert (told.code, told.facts["cause"]) == (Sign.FAILED, Cause.NO_SUCH_MAILBOX)
    assert told.facts["detail"] == "smtp;550 5.1.1 no such user"


def test_the_reason_of_a_delay_counts_the_tries() -> None:
    """An email that is being put off says how often and since when."""
    again = event(EventKind.DEFERRAL, 600, detail="smtp;452 4.2.2 mailbox full")
    (told,) = judged(DEFERRED, again).reasons
    assert (told.code, told.facts["cause"], told.facts["count"]) == (Sign.WAITING, Cause.MAILBOX_FULL, "2")
    assert told.at == DELIVERED + timedelta(seconds=1)


def test_somebody_on_the_job_is_a_hint_for_each() -> None:
    """A portal visit by one of several people is told as somebody's, to each of them."""
    visit = event(EventKind.PORTAL_VISIT, HOUR, recipient=None, reference="1042", note="accepted")
    about = trail(delivery(), about=message("m1", MARIA, "ben@oakleaf.example"), shared_events=(visit,))
    verdict = weigh(about, DELIVERED + timedelta(days=2))
    assert verdict.finding is Finding.PROBABLY_SEEN
    (told,) = [r for r in verdict.reasons if r.code == Sign.SOMEBODY]
    assert dict(told.facts) | {"after": ""} == {
        "after": "",
        "kind": "portal_visit",
        "note": "accepted",
        "reference": "1042",
        "somebody": "2",
    }


def test_what_happens_later_does_not_count() -> None:
    """Asked about an earlier moment, a later click, suppression or visit is unknown."""
    now = DELIVERED + timedelta(hours=1)
    later = clicked(2 * HOUR)
    stop = event(EventKind.SUPPRESSION, 2 * HOUR, reason="ManualSuppression", origin="Recipient")
    visit = event(EventKind.PORTAL_VISIT, 2 * HOUR, recipient=None)
    with_it = trail(delivery(), later, address_events=(stop,), shared_events=(visit,))
    assert weigh(with_it, now) == weigh(trail(delivery()), now)


def test_before_it_is_sent_nobody_has_seen_it() -> None:
    """Asked about a moment before the sending, the chance is nothing."""
    assert weigh(trail(delivery()), SENT - timedelta(hours=1)).probability == 0


@pytest.mark.parametrize(
    "events",
    [
        [],
        [opened(60, BARE, APPLE)],
        [opened(HOUR, GMAIL, None), clicked(2 * HOUR), opened(9 * HOUR, CHROME, read_seconds=30)],
        [clicked(40), opened(9)],
        [event(EventKind.REPLY, HOUR), event(EventKind.PORTAL_VISIT, 2 * HOUR), clicked(2 * HOUR), opened(HOUR)],
    ],
)
def test_the_sum_can_be_checked_by_hand(events: list[Event]) -> None:
    """The lines of the sum add up to the probability, and begin with the prior the verdict names."""
    about = trail(delivery(), *events)
    now = DELIVERED + timedelta(days=2)
    verdict, parts = weigh(about, now), lay_out(about, now)
    total = math.fsum(line.value for line in parts.sum.lines)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(verdict.probability)
    assert 1 / (1 + math.exp(-parts.sum.value("prior"))) == pytest.approx(verdict.prior)
    persons = [s for s in parts.signals if s.actor is Actor.PERSON]
    silence = math.log(1 - parts.chance_of_trace * math.exp(-parts.sum.value("unclear")))
    assert parts.sum.value("silence") == pytest.approx(0 if persons else silence)
