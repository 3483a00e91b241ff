"""What the advice is, in every situation an office meets and at every hour of its week."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.advice import next_step
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.office import Office, parse_holidays, parse_hours
from store.records import (
    Delivery,
    DeliveryState,
    Finding,
    JudgedTrail,
    Message,
    NextStep,
    Recipient,
    Trackable,
    Trail,
    Verdict,
)
from tests.replies.situations import NOW, OFFICE, SITUATIONS, at, email, judged, to, why

STEPS = {
    "person clicked": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "clicked without an open": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "opened by a person": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "opened in Gmail yesterday": ("follow_up", "No click yet: ask whether Maria has questions about the price."),
    "answered": ("none", "Nothing to chase: there is an answer, so the next word is yours."),
    "paid": ("none", "Nothing to do."),
    "visited the portal": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "somebody on job 1042": ("none", "Nothing to do. To be sure that it was Maria, ask."),
    "an early open, probably theirs": (
        "follow_up",
        "No click yet: ask whether Maria has questions about the price.",
    ),
    "an early click, probably theirs": ("none", "Nothing to do."),
    "role address opened": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "copy opened": ("none", "Nothing to do. If it's urgent, now is a good moment to call."),
    "own copy opened": ("none", "Nothing to do: this is a copy to an address of your own."),
    "complaint": (
        "call",
        (
            "Call Maria; don't email. Postmark has stopped sending to this address, and nobody here can "
            "unblock it: only the customer can take the spam report back."
        ),
    ),
    "only Apple's proxy": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "only a scanner clicked": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "silent where opens are hidden": ("call", "Treat it as delivered. If you need a yes, call Maria."),
    "silent where opens show": ("call", "Call or text Tom; it may have gone to spam."),
    "silent for two hours": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "still settling": ("wait", "Ask again in a few minutes."),
    "a look from a data centre": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "tracking was off": (
        "turn_tracking_on",
        (
            "If you need to know, call Maria. For the next emails, have your sending software set TrackOpens to true "
            "and TrackLinks to HtmlAndText."
        ),
    ),
    "opens were off": (
        "turn_tracking_on",
        ("If you need to know, call Maria. For the next emails, have your sending software set TrackOpens to true."),
    ),
    "links were off": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "plain text": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "plain text without link tracking": (
        "turn_tracking_on",
        (
            "If you need to know, call Maria. "
            "For the next emails, have your sending software set TrackLinks to HtmlAndText."
        ),
    ),
    "expired": ("call", "If you still need to know, call Maria."),
    "out of office": ("text", "The mailbox answered that nobody is there. If it can't wait, text or call Maria."),
    "handled": ("none", "Nothing to do: the office has marked it as handled."),
    "own office looked": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
    "no name known": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call the customer."),
    "known from its events only": ("wait", "Wait until tomorrow at 08:00; if it is urgent, call the customer."),
    "mistyped address": (
        "check_address",
        (
            "The address looks mistyped: did you mean tom.reed@gmail.com? Ask Tom, correct it where it is "
            "kept, then send again to the right one."
        ),
    ),
    "no such mailbox": (
        "ask_address",
        "Call or text Maria and ask for another address: this address doesn't work.",
    ),
    "no such domain": (
        "ask_address",
        "Call or text the customer and ask for another address: this address doesn't work.",
    ),
    "no address at all": (
        "ask_address",
        "Call or text Tom and ask for another address: this address doesn't work.",
    ),
    "mailbox switched off": (
        "ask_address",
        "Call or text Maria and ask for another address: this address doesn't work.",
    ),
    "mailbox full": (
        "ask_address",
        "Call or text Maria and ask for another address: this mailbox takes nothing at the moment.",
    ),
    "too large": (
        "mend_sending",
        "Send it again with a link in place of the attachment. If it matters today, call Maria.",
    ),
    "blocked": (
        "call",
        "Call Maria and ask them to let your emails through; sending again would be refused again.",
    ),
    "not proven to be ours": (
        "mend_sending",
        (
            "This one is yours to mend: run `seen doctor`, which names the DNS record that is missing. If it"
            " matters today, call Maria."
        ),
    ),
    "virus": (
        "mend_sending",
        (
            "Have the attachment checked, or put a link in its place, before it is sent again. If it matters"
            " today, call Maria."
        ),
    ),
    "loop": (
        "ask_address",
        "Call or text Maria and ask for another address: this mailbox takes nothing at the moment.",
    ),
    "refused": (
        "call",
        "Call Maria and ask them to let your emails through; sending again would be refused again.",
    ),
    "failed without a cause": (
        "call",
        "Call Maria and ask them to let your emails through; sending again would be refused again.",
    ),
    "not sent by Postmark": (
        "mend_sending",
        (
            "This one is yours to mend: Postmark's own activity page says what stopped it. If it matters "
            "today, call Maria."
        ),
    ),
    "no answer from DNS": (
        "call",
        "It wasn't refused for good: you may send it again once. If it matters today, call Maria.",
    ),
    "busy till the end": (
        "call",
        "It wasn't refused for good: you may send it again once. If it matters today, call Maria.",
    ),
    "suppressed after a bounce": (
        "unblock",
        (
            "Ask Maria whether the address works again (an earlier email bounced). If it does, unblock it in Postmark "
            "(message stream → Suppressions) and send again."
        ),
    ),
    "suppressed, mistyped": (
        "check_address",
        (
            "The address looks mistyped: did you mean tom.reed@gmail.com? Ask Tom, correct it where it is "
            "kept, then send again to the right one."
        ),
    ),
    "suppressed after a complaint": (
        "call",
        (
            "Call Maria; don't email. Postmark has stopped sending to this address, and nobody here can "
            "unblock it: only the customer can take the spam report back."
        ),
    ),
    "unsubscribed": ("call", "Call Maria: they asked for no more emails, and only they can change that."),
    "blocked by us": (
        "unblock",
        (
            "Ask Maria whether the address works again (somebody on your side blocked it). If it does, "
            "unblock it in Postmark (message stream → Suppressions) and send again."
        ),
    ),
    "blocked by Postmark": (
        "call",
        "Postmark blocked this address itself: ask its support. Until then call Maria.",
    ),
    "sandbox": ("mend_sending", "Send it through a live Postmark server: this one is a test server."),
    "put off": (
        "wait",
        "Wait until tomorrow at 08:00: Postmark keeps trying for now. If it matters sooner, call Maria.",
    ),
    "put off for a day": ("call", "Call Maria: it has been put off for 26 hours, so don't count on it."),
    "queued": ("wait", "Ask again in a quarter of an hour."),
    "held by Postmark": (
        "call",
        ("No word from Postmark for 3 hours, which is unusual: see its status page. If it matters today, call Maria."),
    ),
    "no word for days": (
        "call",
        ("No word from Postmark for 4 days, which is unusual: see its status page. If it matters today, call Maria."),
    ),
    "the unsubscribe link was used": (
        "call",
        "Call Maria from now on: after the unsubscribe link Postmark sends no more emails there.",
    ),
    "forgotten before anybody asked": ("call", "If you still need to know, call Maria."),
    "never asked": ("wait", "Ask again once Postmark can be asked; `seen doctor` says why it couldn't be."),
}
CODES = {
    *("none", "wait", "call", "text", "follow_up", "check_address", "ask_address", "unblock"),
    *("turn_tracking_on", "mend_sending"),
}
CHICAGO = ZoneInfo("America/Chicago")


def silent(arrived: datetime, now: datetime, *, office: Office = OFFICE, tag: str = "quote") -> NextStep:
    """The advice for an email that has arrived and shown nothing since."""
    return judged(
        Finding.NO_SIGN,
        message=email(sent_at=arrived, tag=tag),
        delivery=Delivery(DeliveryState.DELIVERED, arrived),
        reasons=(why(Sign.SILENCE, chance="90"),),
        office=office,
        now=now,
    ).next_step


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_has_its_next_step(situation: str) -> None:
    """Every situation has one next step that somebody can take now."""
    step = SITUATIONS[situation].next_step
    assert (step.code, step.text) == STEPS[situation]
    assert step.code in CODES


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nobody_is_told_that_opens_are_recorded(situation: str) -> None:
    """No draft lets the customer know that opens and clicks are looked at, or accuses them of anything."""
    draft = SITUATIONS[situation].next_step.draft or ""
    assert not re.search(r"\b(?:open|click|track|seen?\b|read\b|ignor|portal visit)", draft, re.IGNORECASE)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_draft_has_a_gap_but_the_callers_own_name(situation: str) -> None:
    """A draft can be used as it stands; only the caller's own name is left open."""
    draft = SITUATIONS[situation].next_step.draft
    if draft is not None:
        assert not re.search(r"…|\bNone\b|\{|\}|  ", draft)
        assert draft.replace("this is (your name) from Alder Heating", "").count("(") == 0


@pytest.mark.parametrize(
    "cause",
    [
        *(Cause.NO_SUCH_MAILBOX, Cause.NO_SUCH_DOMAIN, Cause.BAD_ADDRESS, Cause.MAILBOX_DISABLED, Cause.BLOCKED),
        *(Cause.REFUSED, Cause.LOOP, Cause.COMPLAINED_BEFORE, Cause.UNSUBSCRIBED_BEFORE, Cause.UNAUTHENTICATED),
    ],
)
def test_never_a_blind_resend(cause: Cause) -> None:
    """Who reported spam or whose address failed for good is never simply sent the email again."""
    for state in (DeliveryState.BOUNCED, DeliveryState.SUPPRESSED):
        step = judged(
            Finding.NOT_DELIVERED, delivery=Delivery(state, at("08:01"), permanent=True, code=cause), events=()
        ).next_step
        assert "may send it again" not in step.text
        assert not step.text.startswith("Send")
        if "send again" in step.text:
            assert step.text.startswith("Ask ")


def test_a_complaint_cannot_be_unblocked() -> None:
    """After a spam report the advice is to call, and says that nobody here can unblock the address."""
    for situation in ("complaint", "suppressed after a complaint"):
        step = SITUATIONS[situation].next_step
        assert step.code == "call"
        assert "nobody here can unblock it" in step.text


def test_a_mistyped_address_is_asked_about_and_never_changed() -> None:
    """A likely correction is offered as a question to the customer."""
    step = SITUATIONS["mistyped address"].next_step
    assert step.code == "check_address"
    assert "did you mean tom.reed@gmail.com? Ask Tom" in step.text
    assert step.draft == (
        "Hi Tom, we want to send you the quote for job 1042 and may have your address wrong. "
        "Is it tom.reed@gmail.com? – Alder Heating"
    )


def test_a_customers_own_domain_mistyped() -> None:
    """A slip in the domain of a customer whose mail usually arrives is recognised too."""
    step = judged(
        Finding.NOT_DELIVERED,
        recipient=to("maria@oakleef.example"),
        delivery=Delivery(DeliveryState.BOUNCED, at("08:01"), permanent=True, code=Cause.NO_SUCH_DOMAIN),
        known_domains=("oakleaf.example",),
    ).next_step
    assert "did you mean maria@oakleaf.example?" in step.text


@pytest.mark.parametrize(
    ("arrived", "now", "code", "text"),
    [
        ("2026-11-23 08:00", "2026-11-23 09:00", "wait", "Wait until tomorrow at 08:00; if it is urgent, call Maria."),
        ("2026-11-20 15:00", "2026-11-20 17:00", "wait", "Wait until Monday at 15:00; if it is urgent, call Maria."),
        (
            "2026-11-25 15:00",
            "2026-11-25 17:00",
            "wait",
            "Wait until Friday at 15:00 (Thursday is Thanksgiving Day); if it is urgent, call Maria.",
        ),
        ("2026-11-23 08:00", "2026-11-24 08:00", "call", "Call or text Maria; it may have gone to spam."),
        (
            "2026-11-19 08:00",
            "2026-11-21 12:00",
            "call",
            "Call or text Maria on Monday at 08:00; it may have gone to spam.",
        ),
        (
            "2026-11-23 08:00",
            "2026-11-25 19:00",
            "call",
            "Call or text Maria on Friday at 08:00 (Thursday is Thanksgiving Day); it may have gone to spam.",
        ),
    ],
)
def test_when_to_wait_and_when_to_call(arrived: str, now: str, code: str, text: str) -> None:
    """Silence is waited out in business time, and nobody is told to call when the office is closed."""
    step = silent(at(arrived), at(now))
    assert (step.code, step.text) == (code, text)


def test_hours_are_the_offices_own() -> None:
    """Times are said, and business hours counted, in the office's time zone."""
    chicago = Office(timezone=CHICAGO, hours=parse_hours("Mon-Fri 08:00-18:00"), holidays=parse_holidays("US"))
    step = silent(at("2026-11-23 15:00"), at("2026-11-23 16:00"), office=chicago)  # 09:00 and 10:00 there
    assert step.text == "Wait until tomorrow at 09:00; if it is urgent, call Maria."
    assert step.until == at("2026-11-24 15:00")


def test_a_booking_is_waited_for_less_long() -> None:
    """An appointment cannot wait as long as a quote."""
    assert silent(at("08:00"), at("13:00"), tag="booking").code == "call"
    assert silent(at("08:00"), at("13:00"), tag="quote").code == "wait"


@pytest.mark.parametrize(
    ("arrived", "now", "code", "text"),
    [
        ("08:00", "09:00", "wait", "Wait until 10:00 today; if it is urgent, call Maria."),
        ("08:00", "10:30", "call", "Call or text Maria; it may have gone to spam."),
        ("16:30", "16:40", "call", "Call or text Maria; it may have gone to spam."),
        (
            *("2026-11-19 16:30", "09:00", "call"),
            "If the visit has been, nothing to do; if it is still to come, call Maria.",
        ),
    ],
)
def test_a_reminder_of_a_visit_is_not_waited_out(arrived: str, now: str, code: str, text: str) -> None:
    """Nobody is told to wait for a sign into the day of the visit, nor to chase a visit that has been."""
    step = silent(at(arrived), at(now), tag="appointment-reminder")
    assert (step.code, step.text) == (code, text)


def test_a_reminder_of_money_is_waited_for_like_any_email() -> None:
    """A payment reminder has the time that an invoice has."""
    assert silent(at("08:00"), at("13:00"), tag="payment-reminder").code == "wait"


def test_what_did_not_come_through_is_not_asked_after_in_the_inbox() -> None:
    """Somebody whose mail server kept us waiting is offered another way, not sent to look in the spam folder."""
    for situation in ("busy till the end", "no answer from DNS", "put off for a day", "held by Postmark"):
        draft = SITUATIONS[situation].next_step.draft or ""
        assert "it hasn't come through" in draft
        assert "spam" not in draft


def test_somebody_who_unsubscribed_is_not_asked_for_another_address() -> None:
    """Who wanted no more emails is asked how to send such things, not for an address to write to."""
    draft = SITUATIONS["unsubscribed"].next_step.draft or ""
    assert "You asked us for no more emails" in draft
    assert "Which address" not in draft


def test_no_missing_click_is_blamed_on_anybody_whose_links_a_scanner_follows() -> None:
    """Where a security check has followed the links, a click of a person can't show, so none is missed."""
    opened = at("2026-11-22 18:40")
    step = judged(
        Finding.SEEN,
        reasons=(why(Sign.PERSON_OPEN, opened, 3),),
        automatic=(why(Sign.SCANNER_CLICK, at("2026-11-22 18:01")),),
        first_person_open_at=opened,
    ).next_step
    assert (step.code, step.text) == ("none", "Nothing to do.")


def test_waiting_ends_while_somebody_is_in() -> None:
    """Whatever the hour an email arrives, the waiting ends at a moment when the office is open."""
    for hours in range(7 * 24):
        arrived = NOW + timedelta(hours=hours)
        step = silent(arrived, arrived + timedelta(minutes=1))
        assert step.until is not None
        assert OFFICE.is_open(step.until)


def test_a_call_script_names_the_firm_and_the_email() -> None:
    """The call script can be spoken as it stands."""
    assert silent(at("2026-11-19 08:00"), at("2026-11-23 10:00")).draft == (
        "Hi Maria, this is (your name) from Alder Heating. "
        "We sent you the quote for job 1042 on Thursday, to maria@example.com. "
        "Did it reach you? If it isn't in your inbox, it may be in the spam folder. "
        "Is there anything about it I can help you with right now?"
    )


def test_a_follow_up_comes_with_an_email() -> None:
    """A quote opened but not clicked gets a friendly email to send."""
    assert SITUATIONS["opened in Gmail yesterday"].next_step.draft == (
        "Subject: Any questions about the quote for job 1042?\n\nHi Maria,\n\n"
        "We sent you the quote for job 1042 on Friday. Is anything unclear about it, or about the price? "
        "Just answer this email or give us a ring.\n\nKind regards\nAlder Heating"
    )


def test_no_follow_up_where_a_click_could_not_show() -> None:
    """Nobody is said not to have clicked where clicks weren't recorded."""
    opened = at("2026-11-22 18:40")
    step = judged(
        Finding.SEEN,
        reasons=(why(Sign.PERSON_OPEN, opened, 3),),
        first_person_open_at=opened,
        trackable=Trackable(opens=True, clicks=False, why_not=WhyNot.LINKS_OFF),
    ).next_step
    assert step.code == "none"


def test_words_for_a_mailbox_that_several_people_share() -> None:
    """For info@ and the like nobody is called by name."""
    step = judged(
        Finding.NO_SIGN,
        message=email(sent_at=at("2026-11-18 08:00")),
        delivery=Delivery(DeliveryState.DELIVERED, at("2026-11-18 08:00")),
        recipient=to("info@oakleaf.example", "Oakleaf"),
    ).next_step
    assert step.text == "Call or text whoever looks after info@oakleaf.example."
    assert step.draft is not None
    assert step.draft.startswith("Hello, this is (your name) from Alder Heating.")


@given(st.integers(0, 60 * 24 * 60))
def test_advice_never_fails_at_any_hour(minutes: int) -> None:
    """At every moment of two months there is a next step, and what it says to wait for lies ahead."""
    now = NOW + timedelta(minutes=minutes)
    for finding in Finding:
        entry: JudgedTrail = judged(finding, now=now)
        assert entry.next_step.code in CODES
        assert entry.next_step.until is None or entry.next_step.until > now


def test_a_domain_that_only_ever_failed_is_not_held_for_right() -> None:
    """A mistyped company domain is recognised although our own mail went to it: it is not there, so it isn't known."""
    trail = Trail(
        Message(message_id="m", sent_at=NOW), Recipient("tom@acem-heating.example", "tom@acem-heating.example")
    )
    delivery = Delivery(DeliveryState.BOUNCED, NOW, permanent=True, code=Cause.NO_SUCH_DOMAIN)
    verdict = Verdict(
        finding=Finding.NOT_DELIVERED, probability=0.0, delivery=delivery, trackable=Trackable(opens=True, clicks=True)
    )
    known = ["acem-heating.example", "acme-heating.example"]
    step = next_step(trail, verdict, NOW, OFFICE, known_domains=known)
    assert "did you mean tom@acme-heating.example?" in step.text
