"""The first sentence of an answer: what the reader would say on the phone, with the person, the thing and the time.

How sure is said by the label alone, in words that keep their meaning: *Seen* (a person acted), *Very likely seen*,
*No reliable sign*, *Can't tell* (nothing could have shown), *Did not arrive*, *On its way*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock, span
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.naming import Person, Thing, link_name, person_of, plain, thing_of
from bot.replies import reasons
from store.records import DeliveryState, EventKind, Finding, JudgedTrail, Reason, Role

_SCANS = frozenset({Sign.SCANNER_CLICK, Sign.BURST_CLICK, Sign.SCRIPT_CLICK, Sign.PROXY_CLICK})
_NO_LONGER_YET = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Headline:
    """How sure, and the sentence."""

    label: str
    text: str

    def __str__(self) -> str:
        """Both as one text."""
        return f"{self.label}. {self.text}"


@dataclass(frozen=True, slots=True)
class Case:
    """One judged trail with everything its headline may need."""

    entry: JudgedTrail
    person: Person
    thing: Thing
    clock: Clock
    siblings: tuple[JudgedTrail, ...] = ()
    """The trails of the same message to its other recipients."""

    @property
    def who(self) -> str:
        """The person at the start of a sentence; a copy is called one."""
        in_copy = self.entry.trail.recipient.role in {Role.CC, Role.BCC}
        return f"{self.person.starting}, in copy," if in_copy else self.person.starting

    @property
    def domain(self) -> str:
        """The recipient's mail domain."""
        return self.person.address.rpartition("@")[2] or "the recipient"

    def find(self, codes: Iterable[str], among: Sequence[Reason] | None = None) -> Reason | None:
        """The first reason with one of these codes; among all of them unless told otherwise."""
        verdict = self.entry.verdict
        wanted = set(codes)
        everywhere = (*verdict.reasons, *verdict.unclear, *verdict.automatic)
        return next((reason for reason in (everywhere if among is None else among) if reason.code in wanted), None)

    def said(self, reason: Reason) -> str:
        """The reason as a sentence."""
        return reasons.text(reason, self.person, self.thing, self.clock)

    def when(self, at: datetime | None) -> str:
        """A blank and the time; nothing where it is not known."""
        return f" {self.clock.when(at)}" if at else ""


def case_of(entry: JudgedTrail, clock: Clock, siblings: Iterable[JudgedTrail] = (), asked: str | None = None) -> Case:
    """A judged trail made ready to be spoken of; ``asked`` is the reference of the question, to be named by."""
    trail = entry.trail
    same = (other for other in siblings if other.trail.message.message_id == trail.message.message_id)
    return Case(
        entry=entry,
        person=person_of(trail.recipient),
        thing=thing_of(trail.message, asked),
        clock=clock,
        siblings=tuple(other for other in same if other.trail.recipient.key != trail.recipient.key),
    )


def headline(case: Case) -> Headline:
    """The answer for one trail in a label and a sentence or two."""
    verdict = case.entry.verdict
    if verdict.delivery.state is DeliveryState.COMPLAINED:
        return _complained(case)
    match verdict.finding:
        case Finding.SEEN | Finding.PROBABLY_SEEN:
            return _seen(case)
        case Finding.NOT_DELIVERED:
            return Headline("Did not arrive", _failed(case))
        case Finding.IN_TRANSIT if verdict.trackable.why_not == WhyNot.EXPIRED:
            return Headline("Can't tell any more", _forgotten(case))
        case Finding.IN_TRANSIT:
            return Headline("Can't tell whether it arrived" if _is_overdue(case) else "On its way", _in_transit(case))
        case Finding.NO_SIGN:
            return _no_sign(case)


# ── Seen ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _seen(case: Case) -> Headline:
    label = "Seen" if case.entry.verdict.finding is Finding.SEEN else "Very likely seen"
    text = _act(case) or _uncertain_act(case)
    if not case.entry.trail.is_customer:
        text += " That is an address of your own, so it says nothing about the customer."
    return Headline(label, text)


def _act(case: Case) -> str | None:
    """What the person did, when it is certain who did it; the strongest deed is named."""
    thing = case.thing.called
    if reply := case.find({Sign.REPLY}):
        return f"{case.who} answered {thing}{case.when(reply.at)}."
    if payment := case.find({Sign.PAYMENT}):
        return f"{case.who} {_paid(case.thing)}{case.when(payment.at)}."
    if visit := case.find({Sign.PORTAL_VISIT}):
        return f"{case.who} visited the customer portal from {thing}{case.when(visit.at)}."
    return _click_or_open(case)


def _paid(thing: Thing) -> str:
    """What was paid: the invoice itself, the one a reminder is about, or whatever else asked for money."""
    if thing.kind == "reminder" and thing.reference:
        return f"paid after {thing.called}"
    return f"paid {thing.called}" if thing.kind in {"invoice", "statement"} else f"sent a payment after {thing.called}"


def _click_or_open(case: Case) -> str | None:
    verdict, thing = case.entry.verdict, case.thing
    click, opened = case.find({Sign.PERSON_CLICK}), case.find({Sign.PERSON_OPEN, Sign.PROXY_OPEN})
    clicked_at = verdict.first_person_click_at or (click.at if click else None)
    opened_at = verdict.first_person_open_at or (opened.at if opened else None)
    link = link_name(click.facts.get("link") if click else None)
    if clicked_at and thing.kind == "portal link":
        did = f"clicked {thing.called}"
    elif clicked_at and opened_at:
        did = f"opened {thing.called} and clicked its {link}"
    elif clicked_at:
        did = f"clicked the {link} in {thing.called}"
    elif opened_at:
        did = f"opened {thing.email}"
    else:
        return None
    return f"{case.who} {did}{case.when(clicked_at or opened_at)}."


def _uncertain_act(case: Case) -> str:
    """What happened, when it was probably this person."""
    verdict = case.entry.verdict
    signs = [reason for reason in (*verdict.reasons, *verdict.unclear) if reason.at and reason.code != Sign.HANDLED]
    if not signs:
        return f"{case.who} is very likely to have seen {case.thing.called}."
    sign = signs[0]
    if sign.code == Sign.SOMEBODY:
        return f"{case.said(sign)} {case.thing.starting} went to {case.person.target}."
    if sign.code == Sign.UNSUBSCRIBED:
        used = f"The unsubscribe link in {case.thing.email} was used"
        return f"{used}{case.when(sign.at)}, very likely by {case.person.called}."
    clicked = sign.code.endswith("click")
    email = case.thing.email
    did = f"A link in {email} was clicked" if clicked else f"{email[:1].upper()}{email[1:]} was opened"
    return f"{did}{case.when(sign.at)}, very likely by {case.person.called}."


def _complained(case: Case) -> Headline:
    complaint = case.find({Sign.COMPLAINT})
    at = complaint.at if complaint else case.entry.verdict.delivery.at
    label = {
        Finding.SEEN: "Seen, and reported as spam",
        Finding.PROBABLY_SEEN: "Very likely seen, and reported as spam",
    }
    return Headline(
        label.get(case.entry.verdict.finding, "Arrived, and was reported as spam"),
        f"{case.who} marked {case.thing.called} as spam{case.when(at)}.",
    )


# ── No sign ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _no_sign(case: Case) -> Headline:
    why = case.entry.verdict.trackable.why_not
    if why == WhyNot.EXPIRED:
        return Headline(
            "Can't tell any more",
            f"{_reached(case)}. What happened since isn't known: Postmark keeps 45 days, and I wasn't recording yet.",
        )
    blind = _untracked(case, why)
    if blind:
        return blind
    seen_by = next((other for other in case.siblings if _acted(other)), None)
    if seen_by:
        arrived = f"{case.thing.starting} arrived{case.when(case.entry.verdict.delivery.at)}."
        return Headline(f"No reliable sign from {case.person.target}", f"{arrived} {_other_copy(case, seen_by)}")
    return Headline(_no_sign_label(case), _no_sign_text(case))


def _untracked(case: Case, why: str | None) -> Headline | None:
    clicks = case.entry.verdict.trackable.clicks
    if why == WhyNot.TRACKING_OFF or (why == WhyNot.OPENS_OFF and clicks is False):
        return Headline("Can't tell", f"{_reached(case)}, but it was sent without open and link tracking.")
    if why == WhyNot.PLAIN_TEXT and clicks is False:
        text = f"{_reached(case)}, but as plain text and without link tracking: neither an open nor a click could show."
        return Headline("Can't tell", text)
    if why in {WhyNot.PLAIN_TEXT, WhyNot.OPENS_OFF}:
        cause = "as plain text, which has no picture to load" if why == WhyNot.PLAIN_TEXT else "without open tracking"
        return Headline(
            "Can't tell about opens", f"{_reached(case)}, but {cause}. Only a click would show, and none has."
        )
    return None


def _acted(other: JudgedTrail) -> bool:
    verdict = other.verdict
    return bool(verdict.first_person_open_at or verdict.first_person_click_at) and verdict.finding in {
        Finding.SEEN,
        Finding.PROBABLY_SEEN,
    }


def _other_copy(case: Case, other: JudgedTrail) -> str:
    clicked, opened = other.verdict.first_person_click_at, other.verdict.first_person_open_at
    whose = "The" if other.trail.is_customer else "Your own"
    did = f"{'clicked' if clicked else 'opened'}{case.when(clicked or opened)}"
    whom = "this one" if case.person.is_role else case.person.short
    return f"{whose} copy to {person_of(other.trail.recipient).target} was {did}, which says nothing about {whom}."


def _no_sign_label(case: Case) -> str:
    delivery, silence = case.entry.verdict.delivery, case.find({Sign.SILENCE})
    chance = silence.facts.get("chance", "") if silence else ""
    if chance.isdigit() and int(chance) < 50 and not case.entry.verdict.automatic:
        return "No reliable sign, and there may never be one"
    waited = case.clock.now - delivery.at if delivery.at else timedelta()
    return f"No reliable sign for {span(waited.total_seconds())}" if waited > _NO_LONGER_YET else "No reliable sign yet"


def _no_sign_text(case: Case) -> str:
    verdict = case.entry.verdict
    if handled := case.find({Sign.HANDLED}):
        return f"{_reached(case)}. {case.said(handled)}"
    unclear = next((reason for reason in verdict.unclear if reason.code != Sign.SILENCE), None)
    if unclear:
        return f"{_reached(case)}. {case.said(unclear)}"
    if away := case.find({Sign.AUTO_REPLY}):
        return f"{_reached(case)}. {case.said(away)}"
    if scan := case.find(_SCANS, verdict.automatic):
        not_whom = "anybody there" if case.person.is_role else case.person.short
        return f"{_reached(case)}. The click{case.when(scan.at)} was {_machine(scan)}, not {not_whom}."
    return f"{_reached(case)}; nobody is known to have opened it."


def _machine(scan: Reason) -> str:
    if scan.code in {Sign.SCANNER_CLICK, Sign.BURST_CLICK}:
        vendor = plain(scan.facts.get("vendor", ""), 40)
        return f"{vendor}'s security check" if vendor else "a security check"
    return "a program"


def _reached(case: Case) -> str:
    """``The quote for job 1042 reached Maria Lopez today at 08:00``, with no full stop yet."""
    return f"{case.thing.starting} reached {case.person.target}{case.when(case.entry.verdict.delivery.at)}"


# ── Not there ────────────────────────────────────────────────────────────────────────────────────────────────────


def _failed(case: Case) -> str:
    delivery = case.entry.verdict.delivery
    to = f"{case.thing.called} to {case.person.target}"
    if delivery.state is DeliveryState.SANDBOXED:
        return f"Postmark took {to}{case.when(delivery.at)}, but on a test server, which sends nothing to anybody."
    if delivery.state is DeliveryState.SUPPRESSED:
        sent = case.when(case.entry.trail.message.sent_at)
        return f"Postmark held back {to}{sent} and sends nothing to {case.person.address} any more: {_earlier(case)}."
    because = _FAILURES.get(delivery.code or "")
    if because is None:
        said = reasons.server_words(delivery.detail)
        why = f", saying {said}" if said else ""
        return f"The mail server of {case.domain} refused {to}{case.when(delivery.at)}{why}."
    return because.format(domain=case.domain, to=to, when=case.when(delivery.at), address=case.person.address) + "."


_FAILURES: Mapping[str, str] = {
    Cause.NO_SUCH_MAILBOX: "{domain} refused {to}{when}: it has no mailbox {address}",
    Cause.NO_SUCH_DOMAIN: "Postmark couldn't deliver {to}{when}: there is no mail domain {domain}",
    Cause.BAD_ADDRESS: "Postmark couldn't deliver {to}{when}: {address} is no complete email address",
    Cause.MAILBOX_DISABLED: "{domain} refused {to}{when}: that mailbox is switched off",
    Cause.MAILBOX_FULL: "{domain} refused {to}{when}: the mailbox is full",
    Cause.TOO_LARGE: "{domain} refused {to}{when}: the email is too large for it",
    Cause.BLOCKED: "The spam protection of {domain} turned away {to}{when}",
    Cause.UNAUTHENTICATED: "{domain} refused {to}{when}: your own domain isn't proven to be yours",
    Cause.VIRUS: "The virus check of {domain} turned away {to}{when}",
    Cause.LOOP: "{domain} refused {to}{when}: the email went round in circles there",
    Cause.NOT_SENT: "Postmark itself couldn't send {to}{when}",
    Cause.UNREACHABLE: "Postmark gave up on {to}{when}: the mail server of {domain} didn't answer",
    Cause.BUSY: "Postmark gave up on {to}{when}: the mail server of {domain} kept asking to try later",
}


def _earlier(case: Case) -> str:
    """Why an address is held back, with the day on which that began."""
    cause = reasons.CAUSES.get(case.entry.verdict.delivery.code or "", reasons.CAUSES[Cause.BOUNCED_BEFORE])
    held = [event.at for event in case.entry.trail.address_events if event.kind is EventKind.SUPPRESSION]
    return f"{cause} {case.clock.day(max(held))}" if held else cause


def _forgotten(case: Case) -> str:
    """No email is on its way for weeks: Postmark has forgotten whether it arrived."""
    to = f"{case.thing.called} to {case.person.target}"
    lost = "whether it arrived isn't known: Postmark keeps 45 days, and I wasn't recording yet"
    return f"Postmark took {to}{case.when(case.entry.trail.message.sent_at)}; {lost}."


ON_ITS_WAY = timedelta(days=1)
"""No email is longer on its way: Postmark tries for half a day, and then says that it failed."""


def _is_overdue(case: Case) -> bool:
    trail = case.entry.trail
    began = trail.message.sent_at or min((event.at for event in trail.events), default=case.clock.now)
    return case.clock.now - began > ON_ITS_WAY


def _in_transit(case: Case) -> str:
    delivery = case.entry.verdict.delivery
    to = f"{case.thing.called} to {case.person.target}"
    put_off = [event.at for event in case.entry.trail.events if event.kind is EventKind.DEFERRAL]
    if delivery.state is DeliveryState.DEFERRED:
        times = f" {len(put_off)} times, first" if len(put_off) > 1 else ""
        cause = reasons.CAUSES.get(delivery.code or "", "")
        why = f": {cause}" if cause else ""
        since = case.when(min(put_off, default=delivery.at))
        return f"The mail server of {case.domain} has put off {to}{times}{since}{why}."
    sent = case.when(case.entry.trail.message.sent_at)
    if delivery.code == Cause.NEVER_ASKED:
        return f"Postmark took {to}{sent}; whether it arrived, nobody has asked yet."
    return f"Postmark took {to}{sent} and hasn't said yet that it arrived."


# ── In a few words ───────────────────────────────────────────────────────────────────────────────────────────────


_TOLD: Mapping[str, str] = {
    Sign.REPLY: "answered",
    Sign.PAYMENT: "paid",
    Sign.PORTAL_VISIT: "visited the portal",
}
"""What tells more than a click, in the order in which a headline names it."""


def brief(case: Case) -> str:
    """The same for one line of a list: ``Seen: clicked today at 10:03``."""
    verdict = case.entry.verdict
    label = headline(case).label
    clicked, opened = verdict.first_person_click_at, verdict.first_person_open_at
    if told := next((reason for code in _TOLD if (reason := case.find({code}, verdict.reasons))), None):
        return f"{label}: {_TOLD[told.code]}{case.when(told.at)}"
    if verdict.finding in {Finding.SEEN, Finding.PROBABLY_SEEN} and (clicked or opened):
        return f"{label}: {'clicked' if clicked else 'opened'}{case.when(clicked or opened)}"
    if verdict.finding is Finding.NOT_DELIVERED:
        return f"{label}: {reasons.CAUSES.get(verdict.delivery.code or '', 'it was refused')}"
    if verdict.finding is Finding.NO_SIGN and verdict.delivery.at:
        return f"{label}: arrived{case.when(verdict.delivery.at)}"
    return label
