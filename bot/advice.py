"""The one next step that fits a verdict: doable now, with words ready where words help.

It never suggests sending again to somebody who reported an email as spam or whose address refused one for good, and it
changes nothing by itself: not an address that looks mistyped, not a block.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import ZoneClock
from bot.drafts import Draft
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.naming import Person, Thing, person_of, thing_of
from bot.office import Office
from bot.spelling import did_you_mean
from bot.vocabulary import APPOINTMENT_REMINDER
from store.addresses import domain_of
from store.records import DeliveryState, EventKind, Finding, NextStep, Reason, Trail, Verdict

PATIENCE: Mapping[str | None, timedelta] = {
    "booking": timedelta(hours=4),
    "appointment": timedelta(hours=4),
    "portal link": timedelta(hours=4),
    APPOINTMENT_REMINDER: timedelta(hours=2),
    None: timedelta(hours=10),
}
"""Business time to wait for a sign, by the kind of email; ``None`` is every other kind. Ours, not from a source: about
half the eventual opens come within 4 hours and three quarters within a day, and a visit can't wait for a day. A
reminder of one mostly goes out the day before, so nobody waits for it beyond that day."""

VISIT_IS_OVER = timedelta(days=2)
"""So long after its reminder a visit has mostly been."""

POSTMARK_TRIES = timedelta(hours=12)
"""For how long Postmark keeps trying a server that puts an email off: about half a day."""

FOLLOW_UP_AFTER = timedelta(hours=2)
"""Business time after an open before asking about questions is friendly and not pushy. Ours."""

RECENT = timedelta(hours=2)
_MENDABLE = frozenset({Cause.NO_SUCH_MAILBOX, Cause.NO_SUCH_DOMAIN, Cause.BAD_ADDRESS, Cause.MAILBOX_DISABLED})
_OURS = frozenset({Cause.UNAUTHENTICATED, Cause.NOT_SENT, Cause.VIRUS, Cause.TOO_LARGE})
_PRICED = frozenset({"quote", "estimate", "proposal"})


@dataclass(frozen=True, slots=True)
class _Case:
    trail: Trail
    verdict: Verdict
    now: datetime
    office: Office
    person: Person
    thing: Thing
    draft: Draft
    known_domains: Collection[str]

    @property
    def clock(self) -> ZoneClock:
        return ZoneClock(self.now, self.office.timezone)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.office.timezone).date()

    def has(self, *codes: str) -> Reason | None:
        every = (*self.verdict.reasons, *self.verdict.unclear, *self.verdict.automatic)
        return next((reason for reason in every if reason.code in codes), None)

    @property
    def arrived_at(self) -> datetime:
        """When waiting began, as far as anything tells."""
        known = self.verdict.delivery.at or self.trail.message.sent_at
        return known or min((event.at for event in self.trail.events), default=self.now)


def next_step(
    trail: Trail,
    verdict: Verdict,
    now: datetime,
    office: Office,
    *,
    company: str | None = None,
    known_domains: Collection[str] = (),
) -> NextStep:
    """What to do about this trail now.

    ``company`` signs the drafts; ``known_domains`` are domains our mail has reached, for telling mistyped ones. Times
    in the text are the office's; ``until`` is aware UTC.
    """
    person, thing = person_of(trail.recipient), thing_of(trail.message)
    sent_at = trail.message.sent_at or verdict.delivery.at
    sent = ZoneClock(now, office.timezone).day(sent_at) if sent_at else "recently"
    case = _Case(trail, verdict, now, office, person, thing, Draft(person, thing, sent, company), known_domains)
    if any(event.kind is EventKind.HANDLED for event in trail.events):
        return NextStep("none", "Nothing to do: the office has marked it as handled.")
    if not trail.is_customer:
        return NextStep("none", "Nothing to do: this is a copy to an address of your own.")
    if verdict.delivery.state is DeliveryState.COMPLAINED or verdict.delivery.code == Cause.COMPLAINED_BEFORE:
        return _after_complaint(case)
    return _by_finding(case)


def _by_finding(case: _Case) -> NextStep:
    match case.verdict.finding:
        case Finding.NOT_DELIVERED:
            return _not_delivered(case)
        case Finding.IN_TRANSIT:
            return _in_transit(case)
        case Finding.SEEN | Finding.PROBABLY_SEEN:
            return _seen(case)
        case Finding.NO_SIGN:
            return _no_sign(case)


# ── It did not arrive ────────────────────────────────────────────────────────────────────────────────────────────


def _after_complaint(case: _Case) -> NextStep:
    return NextStep(
        "call",
        f"Call {case.person.contact}; don't email. Postmark has stopped sending to this address, and nobody here can "
        "unblock it: only the customer can take the spam report back.",
        case.draft.complained(),
    )


def _not_delivered(case: _Case) -> NextStep:
    delivery = case.verdict.delivery
    if delivery.state is DeliveryState.SANDBOXED:
        return NextStep("mend_sending", "Send it through a live Postmark server: this one is a test server.")
    known = set(case.known_domains)
    if delivery.code == Cause.NO_SUCH_DOMAIN:
        known.discard(domain_of(case.trail.recipient.key))  # mail went there, but none has arrived
    meant = did_you_mean(case.person.address, known)
    if meant and (delivery.code in _MENDABLE or delivery.state is DeliveryState.SUPPRESSED):
        return NextStep(
            "check_address",
            f"The address looks mistyped: did you mean {meant}? Ask {_whom(case)}, correct it where it is kept, "
            "then send again to the right one.",
            case.draft.ask_spelling(meant),
        )
    if delivery.state is DeliveryState.SUPPRESSED:
        return _suppressed(case)
    return _bounced(case)


def _bounced(case: _Case) -> NextStep:
    delivery, contact = case.verdict.delivery, case.person.contact
    if delivery.code in _MENDABLE or delivery.code in {Cause.MAILBOX_FULL, Cause.LOOP}:
        reach = (
            "this address doesn't work" if delivery.code in _MENDABLE else "this mailbox takes nothing at the moment"
        )
        text = f"Call or text {_whom(case)} and ask for another address: {reach}."
        return NextStep("ask_address", text, case.draft.ask_address())
    if delivery.code in _OURS:
        return NextStep("mend_sending", f"{_OUR_FAULTS[delivery.code]} If it matters today, call {contact}.")
    if delivery.permanent is False or delivery.code in {Cause.UNREACHABLE, Cause.BUSY}:
        text = f"It wasn't refused for good: you may send it again once. If it matters today, call {contact}."
        return NextStep("call", text, case.draft.stuck())
    text = f"Call {contact} and ask them to let your emails through; sending again would be refused again."
    return NextStep("call", text, case.draft.blocked())


_OUR_FAULTS: Mapping[str, str] = {
    Cause.UNAUTHENTICATED: "This one is yours to mend: run `seen doctor`, which names the DNS record that is missing.",
    Cause.NOT_SENT: "This one is yours to mend: Postmark's own activity page says what stopped it.",
    Cause.VIRUS: "Have the attachment checked, or put a link in its place, before it is sent again.",
    Cause.TOO_LARGE: "Send it again with a link in place of the attachment.",
}


def _suppressed(case: _Case) -> NextStep:
    code = case.verdict.delivery.code
    if code == Cause.UNSUBSCRIBED_BEFORE:
        text = f"Call {case.person.contact}: they asked for no more emails, and only they can change that."
        return NextStep("call", text, case.draft.unsubscribed())
    held = [event for event in case.trail.address_events if event.kind is EventKind.SUPPRESSION]
    origin = max(held, key=lambda event: event.at).origin if held else None
    if origin and origin.casefold() == "admin":
        text = f"Postmark blocked this address itself: ask its support. Until then call {case.person.contact}."
        return NextStep("call", text, case.draft.ask_address())
    why = "somebody on your side blocked it" if code == Cause.SUPPRESSED_BY_US else "an earlier email bounced"
    text = (
        f"Ask {_whom(case)} whether the address works again ({why}). If it does, unblock it in Postmark "
        "(message stream → Suppressions) and send again."
    )
    return NextStep("unblock", text, case.draft.ask_address())


# ── It is on its way ─────────────────────────────────────────────────────────────────────────────────────────────


def _in_transit(case: _Case) -> NextStep:
    began = case.trail.message.sent_at or case.arrived_at
    if case.verdict.trackable.why_not == WhyNot.EXPIRED:
        return _too_late(case)
    if case.verdict.delivery.code == Cause.NEVER_ASKED:
        text = "Ask again once Postmark can be asked; `seen doctor` says why it couldn't be."
        return NextStep("wait", text, until=case.now + timedelta(minutes=15))
    if case.verdict.delivery.state is not DeliveryState.DEFERRED:
        if case.now - began < timedelta(hours=1):
            return NextStep("wait", "Ask again in a quarter of an hour.", until=case.now + timedelta(minutes=15))
        text = f"No word from Postmark for {_hours(case.now - began)}, which is unusual: see its status page."
        return NextStep("call", f"{text} If it matters today, call {case.person.contact}.", case.draft.stuck())
    if began + POSTMARK_TRIES <= case.now:
        text = f"Call {case.person.contact}: it has been put off for {_hours(case.now - began)}, so don't count on it."
        return NextStep("call", text, case.draft.stuck())
    until = case.office.next_opening(began + POSTMARK_TRIES)
    said, sooner = case.clock.until(until), f"If it matters sooner, call {case.person.contact}."
    text = f"Wait until {said}: Postmark keeps trying for now. {sooner}"
    return NextStep("wait", text, until=until, until_words=said)


def _hours(length: timedelta) -> str:
    hours = round(length.total_seconds() / 3600)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"


# ── It was seen ──────────────────────────────────────────────────────────────────────────────────────────────────


def _seen(case: _Case) -> NextStep:
    verdict = case.verdict
    if settled := _settled(case):
        return settled
    seen_at = verdict.first_person_click_at or verdict.first_person_open_at or _first_sign_at(verdict)
    if seen_at and case.now - seen_at < RECENT and case.office.is_open(case.now):
        return NextStep("none", "Nothing to do. If it's urgent, now is a good moment to call.")
    clicked = verdict.first_person_click_at or any(_is_a_visit(reason) for reason in verdict.reasons)
    hidden = verdict.trackable.clicks is False or case.has(Sign.SCANNER_CLICK, Sign.BURST_CLICK)
    if clicked or case.thing.kind not in _PRICED or hidden:
        return NextStep("none", "Nothing to do.")
    if seen_at is not None and case.office.between(seen_at, case.now) < FOLLOW_UP_AFTER:
        return NextStep("none", "Nothing to do.")
    text = f"No click yet: ask whether {case.person.contact} has questions about the price."
    return NextStep("follow_up", text, case.draft.follow_up())


def _settled(case: _Case) -> NextStep | None:
    """The step where what they did leaves only one."""
    verdict, contact = case.verdict, case.person.contact
    if case.has(Sign.REPLY):
        return NextStep("none", "Nothing to chase: there is an answer, so the next word is yours.")
    if case.has(Sign.PAYMENT):
        return NextStep("none", "Nothing to do.")
    if case.has(Sign.UNSUBSCRIBED):
        text = f"Call {contact} from now on: after the unsubscribe link Postmark sends no more emails there."
        return NextStep("call", text, case.draft.call())
    if verdict.finding is Finding.PROBABLY_SEEN and case.has(Sign.SOMEBODY) and not verdict.first_person_open_at:
        return NextStep("none", f"Nothing to do. To be sure that it was {contact}, ask.")
    return None


def _is_a_visit(reason: Reason) -> bool:
    return reason.code == Sign.PORTAL_VISIT or str(reason.code).endswith("_click")


def _first_sign_at(verdict: Verdict) -> datetime | None:
    return min((reason.at for reason in verdict.reasons if reason.at), default=None)


# ── Nothing reliable ─────────────────────────────────────────────────────────────────────────────────────────────


def _too_late(case: _Case) -> NextStep:
    return NextStep("call", f"If you still need to know, call {case.person.contact}.", case.draft.call())


def _no_sign(case: _Case) -> NextStep:
    why = case.verdict.trackable.why_not
    if why == WhyNot.EXPIRED:
        return _too_late(case)
    if switches := _switches(case, why):
        text = (
            f"If you need to know, call {case.person.contact}. "
            f"For the next emails, have your sending software set {switches}."
        )
        return NextStep("turn_tracking_on", text, case.draft.call())
    fresh = case.has(Sign.EARLY_CLICK, Sign.DOUBTFUL_CLICK, Sign.EARLY_OPEN, Sign.PERSON_CLICK)
    if fresh and fresh.facts.get("settling") == "yes":
        return NextStep("wait", "Ask again in a few minutes.", until=case.now + timedelta(minutes=3))
    if case.thing.kind == APPOINTMENT_REMINDER and case.now - case.arrived_at > VISIT_IS_OVER:
        text = f"If the visit has been, nothing to do; if it is still to come, call {case.person.contact}."
        return NextStep("call", text, case.draft.call())
    if case.has(Sign.AUTO_REPLY):
        text = f"The mailbox answered that nobody is there. If it can't wait, text or call {case.person.contact}."
        return NextStep("text", text, case.draft.text())
    patience = PATIENCE.get(case.thing.kind, PATIENCE[None])
    # An end of patience at closing time is the next morning: nobody looks when the office has just closed.
    until = case.office.next_opening(case.office.add_business_time(case.arrived_at, patience))
    # The visit itself may be the day after its reminder.
    too_late = case.thing.kind == APPOINTMENT_REMINDER and case.day(until) > case.day(case.arrived_at)
    return _wait(case, until) if until > case.now and not too_late else _call(case)


def _switches(case: _Case, why: str | None) -> str | None:
    """What the sending software has to say so that the next email can show something; ``None``: this one can."""
    clicks = case.verdict.trackable.clicks
    if why == WhyNot.TRACKING_OFF or (why == WhyNot.OPENS_OFF and clicks is False):
        return "TrackOpens to true and TrackLinks to HtmlAndText"
    if why == WhyNot.OPENS_OFF:
        return "TrackOpens to true"
    return "TrackLinks to HtmlAndText" if why == WhyNot.PLAIN_TEXT and clicks is False else None


def _wait(case: _Case, until: datetime) -> NextStep:
    said, closed = case.clock.until(until), _closed_day(case, until)
    text = f"Wait until {said}{closed}; if it is urgent, call {case.person.contact}."
    return NextStep("wait", text, until=until, until_words=said)


def _closed_day(case: _Case, until: datetime) -> str:
    """Why the wait is longer than the reader expects: a public holiday in between."""
    day, last = case.day(case.now), case.day(until)
    while day <= last:
        if name := case.office.holiday(day):
            return f" ({day:%A} is {name})"
        day += timedelta(days=1)
    return ""


def _call(case: _Case) -> NextStep:
    contact = case.person.contact
    silence = case.has(Sign.SILENCE)
    chance = silence.facts.get("chance", "") if silence else ""
    hides = case.verdict.trackable.why_not == WhyNot.PLAIN_TEXT or (chance.isdigit() and int(chance) < 50)
    shows = not hides and chance.isdigit() and int(chance) >= 90
    text = f"Treat it as delivered. If you need a yes, call {contact}" if hides else f"Call or text {contact}"
    if not case.office.is_open(case.now):
        opens = case.office.next_opening(case.now)
        said = case.clock.when(opens)
        text += f" {said}{_closed_day(case, opens)}{_SPAM if shows else ''}."
        return NextStep("call", text, case.draft.call(), opens, said)
    return NextStep("call", f"{text}{_SPAM if shows else ''}.", case.draft.call())


_SPAM = "; it may have gone to spam"
"""Said where a look would nearly always have shown, and none has."""


def _whom(case: _Case) -> str:
    """Whom to ask when the address itself may be wrong: never the address."""
    return "the customer" if case.person.is_role else case.person.contact
