"""How a single open or click is read: program, network and moment, with opposite rules for opens and clicks."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.codes import Sign
from bot.evidence.habits import expected
from bot.evidence.signals import read
from store.records import Actor, Event, EventKind, Signal, Source
from tests.evidence.making import (
    APPLE,
    AWS,
    AZURE,
    BARE,
    CHROME,
    DELIVERED,
    GMAIL,
    GMAIL_PREFETCH,
    GOOGLE,
    HOME,
    OUTLOOK,
    PROOFPOINT,
    SAFARI,
    SAFE_LINKS,
    THUNDERBIRD,
    clicked,
    delivery,
    event,
    message,
    opened,
    trail,
)

HOUR = 3600.0
BARRACUDA = "64.235.150.9"
LATER = DELIVERED + timedelta(days=30)
LABELLED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "agents.json").read_text(encoding="utf-8"))[
    "agents"
]

WEBKIT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
OLD = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/38.0.2125.111 Safari/537.36"
TRIDENT_ON_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15; Trident/7.0; rv:11.0) like Gecko"


def only(visit: Event, *others: Event, **facts: Any) -> Signal:
    """The signal of one visit, on its own, of a delivered email."""
    about = trail(delivery(), visit, *others, about=message(**facts))
    (signal,) = [s for s in read(about, LATER, expected(about)) if s.event is visit]
    return signal


@pytest.mark.parametrize("example", [a for a in LABELLED if a["label"] == "human"], ids=lambda a: str(a["user_agent"]))
@pytest.mark.parametrize("after", [2.0, 30.0, 5 * HOUR])
def test_an_open_by_a_real_program_is_never_a_machines(example: dict[str, Any], after: float) -> None:
    """Whatever people read mail with, their opening an email is not put down to a machine."""
    assert only(opened(after, example["user_agent"])).actor is not Actor.AUTOMATIC


@pytest.mark.parametrize(
    "example", [a for a in LABELLED if a["role"] == "on_open_image_proxy"], ids=lambda a: str(a["user_agent"])
)
@pytest.mark.parametrize("ip", [None, GOOGLE, HOME])
def test_an_open_through_a_picture_service_is_never_a_machines(example: dict[str, Any], ip: str | None) -> None:
    """Gmail's and Yahoo's picture services load when somebody opens the email."""
    assert only(opened(HOUR, example["user_agent"], ip)).actor is Actor.PERSON


def test_machines_are_caught_on_clicks() -> None:
    """Of the labelled machines, surely known ones, at least 95 in 100 are recognised when they follow a link."""
    machines = [a for a in LABELLED if a.get("label_click", a["label"]) == "machine" and a["confidence"] != "low"]
    caught = [a for a in machines if only(clicked(5 * HOUR, a["user_agent"])).actor is Actor.AUTOMATIC]
    assert len(caught) >= 0.95 * len(machines) > 40


@pytest.mark.parametrize(
    ("visit", "actor", "sign"),
    [
        (opened(60, BARE, APPLE), Actor.AUTOMATIC, Sign.APPLE_PRIVACY_OPEN),
        (opened(9 * HOUR, BARE, None), Actor.AUTOMATIC, Sign.APPLE_PRIVACY_OPEN),
        (opened(60, BARE, AWS), Actor.AUTOMATIC, Sign.SCRIPT_OPEN),
        (opened(60, BARE, HOME), Actor.AUTOMATIC, Sign.SCRIPT_OPEN),
        (opened(60, WEBKIT, APPLE), Actor.AUTOMATIC, Sign.APPLE_PRIVACY_OPEN),
        (opened(HOUR, SAFARI, APPLE), Actor.UNKNOWN, Sign.RELAY_OPEN),
        (opened(HOUR, GMAIL, None), Actor.PERSON, Sign.PROXY_OPEN),
        (opened(HOUR, CHROME, None, client="Gmail", platform="Unknown"), Actor.PERSON, Sign.PROXY_OPEN),
        (opened(3, GMAIL, GOOGLE), Actor.UNKNOWN, Sign.EARLY_PROXY_OPEN),
        (opened(HOUR, YAHOO, None), Actor.PERSON, Sign.PROXY_OPEN),
        (opened(2, GMAIL_PREFETCH, GOOGLE), Actor.AUTOMATIC, Sign.GMAIL_PREFETCH),
        (opened(HOUR, GMAIL_PREFETCH, AZURE), Actor.UNKNOWN, Sign.DATA_CENTRE_OPEN),
        (opened(24 * 60, WEBKIT), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(20, WEBKIT), Actor.UNKNOWN, Sign.EARLY_OPEN),
        (opened(20, OUTLOOK), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(20, THUNDERBIRD), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(HOUR, OUTLOOK, AZURE), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(9, CHROME), Actor.UNKNOWN, Sign.EARLY_OPEN),
        (opened(HOUR, CHROME), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(HOUR, CHROME, AZURE), Actor.UNKNOWN, Sign.DATA_CENTRE_OPEN),
        (opened(60, CHROME, SAFE_LINKS), Actor.AUTOMATIC, Sign.SCANNER_OPEN),
        (opened(60, OUTLOOK, PROOFPOINT), Actor.AUTOMATIC, Sign.SCANNER_OPEN),
        (opened(HOUR, CHROME, PROOFPOINT), Actor.PERSON, Sign.PERSON_OPEN),
        (opened(HOUR, "okhttp/4.9.0"), Actor.UNKNOWN, Sign.APP_OPEN),
        (opened(HOUR, "Amazon CloudFront"), Actor.UNKNOWN, Sign.UNNAMED_OPEN),
        (opened(HOUR, None, None), Actor.UNKNOWN, Sign.UNNAMED_OPEN),
        (opened(HOUR, "SomeNewThing 3"), Actor.UNKNOWN, Sign.UNNAMED_OPEN),
        (opened(HOUR, OLD), Actor.UNKNOWN, Sign.UNNAMED_OPEN),
        (opened(HOUR, TRIDENT_ON_MAC), Actor.AUTOMATIC, Sign.SCANNER_OPEN),
        (opened(HOUR, "python-requests/2.31.0"), Actor.AUTOMATIC, Sign.SCRIPT_OPEN),
        (opened(HOUR, "Slackbot-LinkExpanding 1.0"), Actor.AUTOMATIC, Sign.PREVIEW_OPEN),
        (opened(-60, OUTLOOK), Actor.AUTOMATIC, Sign.BEFORE_DELIVERY),
        (opened(-3, OUTLOOK), Actor.PERSON, Sign.PERSON_OPEN),
    ],
)
def test_opens(visit: Event, actor: Actor, sign: Sign) -> None:
    """Each kind of open is taken for what it is."""
    signal = only(visit)
    assert (signal.actor, signal.code) == (actor, sign)
    assert (signal.weight > 0) or actor is not Actor.PERSON


@pytest.mark.parametrize(
    ("visit", "actor", "sign"),
    [
        (clicked(2 * HOUR), Actor.PERSON, Sign.PERSON_CLICK),
        (clicked(2 * HOUR, SAFARI, APPLE), Actor.PERSON, Sign.PERSON_CLICK),
        (clicked(2 * HOUR, SAFARI, None), Actor.PERSON, Sign.PERSON_CLICK),
        (clicked(43, CHROME), Actor.UNKNOWN, Sign.EARLY_CLICK),
        (clicked(43, CHROME, SAFE_LINKS), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(48 * HOUR, CHROME, SAFE_LINKS), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(60, CHROME, PROOFPOINT), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(20 * 60, CHROME, PROOFPOINT), Actor.UNKNOWN, Sign.DATA_CENTRE_CLICK),
        (clicked(HOUR, CHROME, PROOFPOINT), Actor.PERSON, Sign.PERSON_CLICK),
        (clicked(HOUR, CHROME, BARRACUDA), Actor.UNKNOWN, Sign.DATA_CENTRE_CLICK),
        (clicked(60, CHROME, AZURE), Actor.AUTOMATIC, Sign.DATA_CENTRE_CLICK),
        (clicked(60, CHROME, AWS), Actor.AUTOMATIC, Sign.DATA_CENTRE_CLICK),
        (clicked(HOUR, CHROME, AZURE), Actor.UNKNOWN, Sign.DATA_CENTRE_CLICK),
        (clicked(HOUR, CHROME, GOOGLE), Actor.AUTOMATIC, Sign.DATA_CENTRE_CLICK),
        (clicked(HOUR, GMAIL, GOOGLE), Actor.AUTOMATIC, Sign.PROXY_CLICK),
        (clicked(HOUR, BARE, APPLE), Actor.AUTOMATIC, Sign.SCRIPT_CLICK),
        (clicked(HOUR, BARE, None), Actor.AUTOMATIC, Sign.SCRIPT_CLICK),
        (clicked(HOUR, OUTLOOK), Actor.UNKNOWN, Sign.LINK_CHECK),
        (clicked(HOUR, "okhttp/4.9.0"), Actor.UNKNOWN, Sign.APP_CLICK),
        (clicked(HOUR, OLD), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(HOUR, TRIDENT_ON_MAC), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(HOUR, "SomeNewThing 3"), Actor.AUTOMATIC, Sign.SCRIPT_CLICK),
        (clicked(HOUR, "Barracuda Sentinel (EE)"), Actor.AUTOMATIC, Sign.SCANNER_CLICK),
        (clicked(HOUR, "WhatsApp/2.23"), Actor.AUTOMATIC, Sign.PREVIEW_CLICK),
        (clicked(HOUR, None, None), Actor.UNKNOWN, Sign.UNNAMED_CLICK),
        (clicked(-60), Actor.AUTOMATIC, Sign.BEFORE_DELIVERY),
    ],
)
def test_clicks(visit: Event, actor: Actor, sign: Sign) -> None:
    """Each kind of click is taken for what it is."""
    signal = only(visit)
    assert (signal.actor, signal.code) == (actor, sign)


def test_the_signs_of_a_machine_name_its_owner() -> None:
    """An answer can say whose machine it was."""
    assert only(clicked(43, CHROME, SAFE_LINKS)).vendor == "Microsoft 365"
    assert only(opened(60, BARE, APPLE)).vendor == "Apple"
    assert only(opened(HOUR, GMAIL, None)).vendor == "Gmail"
    assert only(clicked(HOUR, "Barracuda Sentinel (EE)")).vendor == "Barracuda"


def test_the_marks_that_decided_are_kept() -> None:
    """Each label can be traced to the program, the network or the moment that decided."""
    assert only(clicked(43, CHROME, SAFE_LINKS)).because == ("network:mail_filter",)
    assert only(clicked(43)).because[0] == "time:early"
    assert only(opened(HOUR, GMAIL, None)).because == ("agent:image_proxy",)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        (EventKind.REPLY, Sign.REPLY),
        (EventKind.PAYMENT, Sign.PAYMENT),
        (EventKind.PORTAL_VISIT, Sign.PORTAL_VISIT),
        (EventKind.COMPLAINT, Sign.COMPLAINT),
    ],
)
def test_what_only_a_person_does_is_decisive(kind: EventKind, sign: Sign) -> None:
    """A reply, a payment, a portal visit and a complaint are the strongest evidence there is."""
    signal = only(event(kind, 900, source=Source.TRACKING))
    assert (signal.actor, signal.code, signal.weight) == (Actor.PERSON, sign, 6.0)


def test_a_machine_in_the_portal_is_no_visit() -> None:
    """A portal that records a scanner's request as a visit does not make the customer a visitor."""
    bot = event(EventKind.PORTAL_VISIT, 900, user_agent="curl/8.5", source=Source.TRACKING)
    gateway = event(EventKind.PORTAL_VISIT, 60, user_agent=CHROME, ip=SAFE_LINKS, source=Source.TRACKING)
    assert [only(e).actor for e in (bot, gateway)] == [Actor.AUTOMATIC, Actor.AUTOMATIC]


def test_an_out_of_office_answer_is_shown_and_not_counted() -> None:
    """An automatic answer says nothing of whether anybody looked."""
    signal = only(event(EventKind.AUTO_REPLY, 5))
    assert (signal.actor, signal.code, signal.weight) == (Actor.AUTOMATIC, Sign.AUTO_REPLY, 0.0)


def test_the_offices_own_mark_is_no_evidence() -> None:
    """Marking an email as handled does not make it seen."""
    signal = only(event(EventKind.HANDLED, 900, note="called"))
    assert (signal.actor, signal.weight) == (Actor.UNKNOWN, 0.0)


def test_what_somebody_did_is_only_perhaps_this_recipients() -> None:
    """A portal visit that may have been either customer's is a hint for both and proof for neither."""
    visit = event(EventKind.PORTAL_VISIT, 900, recipient=None)
    about = trail(delivery(), shared_events=(visit,))
    (signal,) = read(about, LATER, expected(about))
    assert (signal.actor, signal.code) == (Actor.UNKNOWN, Sign.SOMEBODY)
    assert 0 < signal.weight < 2


def test_unsubscribing_from_this_email_is_a_hint() -> None:
    """Somebody, or a scanner that follows every link, used the unsubscribe link of this very email."""
    stop = event(EventKind.SUPPRESSION, 900, reason="ManualSuppression", origin="Recipient")
    other = event(EventKind.SUPPRESSION, 900, reason="ManualSuppression", origin="Recipient", message_id="m2")
    about = trail(delivery(), address_events=(stop, other))
    assert [s.code for s in read(about, LATER, expected(about))] == [Sign.UNSUBSCRIBED]


def test_without_a_delivery_time_is_counted_from_the_sending() -> None:
    """Where nobody told when it arrived, a visit is judged by the time since it was sent."""
    visit = clicked(43)
    about = trail(visit)
    (signal,) = read(about, LATER, expected(about))
    assert signal.code == Sign.EARLY_CLICK
    unknown = trail(visit, about=message(sent_at=None))
    (signal,) = read(unknown, LATER, expected(unknown))
    assert (signal.actor, signal.because[0]) == (Actor.UNKNOWN, "time:unknown")
