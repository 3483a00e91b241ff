"""The situations an office meets, each built by hand as a judged trail: verdicts as given, only words are tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.advice import next_step
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.office import Office, parse_holidays, parse_hours
from store.records import (
    Actor,
    Answer,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Finding,
    JudgedTrail,
    Message,
    PostmarkState,
    Question,
    Reason,
    Recipient,
    Role,
    Signal,
    Subject,
    SubjectKind,
    Trackable,
    Trail,
    Verdict,
)

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)  # a Monday
SENT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
OFFICE = Office(timezone=ZONE, hours=parse_hours("Mon-Fri 08:00-18:00"), holidays=parse_holidays("US"))
COMPANY = "Alder Heating"
PORTAL = "https://portal.alder.example/q/1042"
EVERYTHING = Trackable(opens=True, clicks=True)


def at(text: str) -> datetime:
    """A time of the story; a bare clock time is today's."""
    return datetime.fromisoformat(text if "-" in text else f"2026-11-23 {text}").replace(tzinfo=UTC)


def email(**changes: object) -> Message:
    """The quote for job 1042, sent today at 08:00."""
    message = Message(
        message_id="5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11",
        server="postmark",
        stream="outbound",
        sent_at=SENT,
        sender="office@alder.example",
        subject="Your quote for job 1042",
        tag="quote",
        metadata={"job_id": "1042"},
        track_opens=True,
        track_links="HtmlAndText",
        has_html=True,
        references=("1042",),
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def to(address: str = "maria@example.com", name: str | None = "Maria Lopez", role: Role = Role.TO) -> Recipient:
    """Whom it went to."""
    return Recipient(address, address.lower(), name, role)


def event(kind: EventKind, when: datetime, **details: object) -> Event:
    """Something recorded."""
    key = f"{kind}/{when.isoformat()}/{sorted(map(str, details.values()))}"
    return Event(key=key, kind=kind, at=when, recipient_key="maria@example.com", **details)  # type: ignore[arg-type]


def signal(of: Event, code: Sign, actor: Actor, vendor: str | None = None) -> Signal:
    """An event as it was taken."""
    return Signal(of, actor, code, 3.0 if actor is Actor.PERSON else 0.0, vendor)


def why(code: Sign, when: datetime | None = None, weight: float = 0.0, **facts: str) -> Reason:
    """A reason for a verdict."""
    return Reason(code, when, weight, facts)


ARRIVED = event(EventKind.DELIVERY, at("08:00"), detail="smtp;250 2.0.0 OK")
DELIVERED = Delivery(DeliveryState.DELIVERED, at("08:00"), "250 2.0.0 OK")


def judged(
    finding: Finding,
    *,
    probability: float = 0.5,
    message: Message | None = None,
    recipient: Recipient | None = None,
    delivery: Delivery = DELIVERED,
    events: Iterable[Event] = (ARRIVED,),
    address_events: Iterable[Event] = (),
    shared_events: Iterable[Event] = (),
    is_customer: bool = True,
    now: datetime = NOW,
    known_domains: tuple[str, ...] = (),
    office: Office = OFFICE,
    **verdict: object,
) -> JudgedTrail:
    """A trail with a verdict as given and the advice that follows from it."""
    verdict.setdefault("trackable", EVERYTHING)
    trail = Trail(
        message or email(),
        recipient or to(),
        tuple(events),
        tuple(address_events),
        tuple(shared_events),
        is_customer=is_customer,
    )
    found = Verdict(finding=finding, probability=probability, delivery=delivery, version="1", **verdict)  # type: ignore[arg-type]
    step = next_step(trail, found, now, office, company=COMPANY, known_domains=known_domains)
    return JudgedTrail(trail, found, step)


def _seen() -> dict[str, JudgedTrail]:
    opened = event(EventKind.OPEN, at("10:01"), client="Gmail")
    clicked = event(EventKind.CLICK, at("10:03"), link=PORTAL, client="Mobile Safari")
    apple = event(EventKind.OPEN, at("08:01"), user_agent="Mozilla/5.0")
    evening = at("2026-11-22 18:40")
    click = why(Sign.PERSON_CLICK, at("10:03"), 4, after="7380", client="Safari on iPhone", link=PORTAL)
    proxy = why(Sign.PROXY_OPEN, at("10:01"), 3, after="7260", vendor="Gmail")
    return {
        "person clicked": judged(
            Finding.SEEN,
            probability=0.99,
            events=(ARRIVED, apple, opened, clicked),
            reasons=(click, proxy),
            automatic=(why(Sign.APPLE_PRIVACY_OPEN, at("08:01"), after="60", vendor="Apple"),),
            signals=(
                signal(apple, Sign.APPLE_PRIVACY_OPEN, Actor.AUTOMATIC, "Apple"),
                signal(opened, Sign.PROXY_OPEN, Actor.PERSON, "Gmail"),
                signal(clicked, Sign.PERSON_CLICK, Actor.PERSON),
            ),
            first_person_open_at=at("10:01"),
            first_person_click_at=at("10:03"),
        ),
        "clicked without an open": judged(
            Finding.SEEN, probability=0.98, reasons=(click,), first_person_click_at=at("10:03")
        ),
        "opened by a person": judged(
            Finding.SEEN,
            probability=0.95,
            reasons=(why(Sign.PERSON_OPEN, at("09:30"), 3, after="5400", client="Outlook"),),
            first_person_open_at=at("09:30"),
        ),
        "opened in Gmail yesterday": judged(
            Finding.PROBABLY_SEEN,
            probability=0.88,
            message=email(sent_at=at("2026-11-20 09:00")),
            delivery=Delivery(DeliveryState.DELIVERED, at("2026-11-20 09:00")),
            reasons=(why(Sign.PROXY_OPEN, evening, 3, after="207600", vendor="Gmail"),),
            first_person_open_at=evening,
        ),
        "answered": judged(Finding.SEEN, probability=1.0, reasons=(why(Sign.REPLY, at("09:10"), 6, after="4200"),)),
        "paid": judged(
            Finding.SEEN,
            probability=1.0,
            message=email(tag="invoice", subject="Invoice INV-2207", references=("INV-2207",), metadata={}),
            reasons=(why(Sign.PAYMENT, at("09:10"), 6, note="bank transfer"),),
        ),
        "visited the portal": judged(
            Finding.SEEN, probability=1.0, reasons=(why(Sign.PORTAL_VISIT, at("09:10"), 6, link=PORTAL),)
        ),
        "somebody on job 1042": judged(
            Finding.PROBABLY_SEEN,
            probability=0.8,
            shared_events=(event(EventKind.PORTAL_VISIT, at("09:10"), reference="1042"),),
            reasons=(why(Sign.SOMEBODY, at("09:10"), 2, kind="portal_visit", reference="1042", somebody="2"),),
        ),
        "an early open, probably theirs": judged(
            Finding.PROBABLY_SEEN,
            probability=0.7,
            reasons=(why(Sign.EARLY_PROXY_OPEN, at("08:00"), 0.7, after="9", vendor="Gmail"),),
        ),
        "an early click, probably theirs": judged(
            Finding.PROBABLY_SEEN,
            probability=0.8,
            recipient=to("billing@oakleaf.example", "Oakleaf Accounts"),
            reasons=(why(Sign.EARLY_CLICK, at("08:02"), 1.5, after="120", link=PORTAL),),
        ),
        "the unsubscribe link was used": judged(
            Finding.PROBABLY_SEEN,
            probability=0.86,
            reasons=(why(Sign.UNSUBSCRIBED, at("08:30"), 1.0),),
        ),
        "role address opened": judged(
            Finding.SEEN,
            probability=0.95,
            recipient=to("billing@oakleaf.example", "Oakleaf Accounts"),
            reasons=(why(Sign.PERSON_OPEN, at("09:30"), 3, after="5400", client="Outlook"),),
            first_person_open_at=at("09:30"),
        ),
        "copy opened": judged(
            Finding.SEEN,
            probability=0.95,
            recipient=to("tom@oakleaf.example", "Tom Reed", Role.CC),
            reasons=(why(Sign.PERSON_OPEN, at("09:30"), 3, after="5400", client="Outlook"),),
            first_person_open_at=at("09:30"),
        ),
        "own copy opened": judged(
            Finding.SEEN,
            probability=0.95,
            recipient=to("boss@alder.example", None, Role.BCC),
            is_customer=False,
            reasons=(why(Sign.PERSON_OPEN, at("09:30"), 3, after="5400"),),
            first_person_open_at=at("09:30"),
        ),
        "complaint": judged(
            Finding.PROBABLY_SEEN,
            probability=0.8,
            message=email(sent_at=at("2026-11-12 08:00")),
            delivery=Delivery(
                DeliveryState.COMPLAINED, at("2026-11-12 08:15"), None, permanent=True, code=Cause.COMPLAINED
            ),
            reasons=(why(Sign.COMPLAINT, at("2026-11-12 08:15"), 2),),
        ),
    }


def _no_sign() -> dict[str, JudgedTrail]:
    scan = event(EventKind.CLICK, at("08:00:43"), link=PORTAL)
    burst = why(
        Sign.BURST_CLICK, at("08:00:43"), after="43", links="3", seconds="1", vendor="Microsoft 365", link=PORTAL
    )
    days_ago = {
        "message": email(sent_at=at("2026-11-20 09:00")),
        "delivery": Delivery(DeliveryState.DELIVERED, at("2026-11-20 09:00")),
    }
    return {
        "only Apple's proxy": judged(
            Finding.NO_SIGN,
            reasons=(why(Sign.ONLY_AUTOMATIC, count="1"),),
            automatic=(why(Sign.APPLE_PRIVACY_OPEN, at("08:01"), after="60", vendor="Apple"),),
        ),
        "only a scanner clicked": judged(
            Finding.NO_SIGN,
            events=(ARRIVED, scan),
            reasons=(why(Sign.ONLY_AUTOMATIC, count="3"),),
            automatic=(burst,),
            signals=(signal(scan, Sign.BURST_CLICK, Actor.AUTOMATIC, "Microsoft 365"),),
        ),
        "silent where opens are hidden": judged(
            Finding.NO_SIGN,
            reasons=(why(Sign.SILENCE, weight=-0.3, chance="30"),),
            **days_ago,  # type: ignore[arg-type]
        ),
        "silent where opens show": judged(
            Finding.NO_SIGN,
            recipient=to("tom.reed@gmail.com", "Tom Reed"),
            reasons=(why(Sign.SILENCE, weight=-3, chance="95"),),
            **days_ago,  # type: ignore[arg-type]
        ),
        "silent for two hours": judged(Finding.NO_SIGN, reasons=(why(Sign.SILENCE, weight=-1, chance="80"),)),
        "still settling": judged(
            Finding.NO_SIGN,
            message=email(sent_at=at("10:12")),
            delivery=Delivery(DeliveryState.DELIVERED, at("10:12")),
            unclear=(why(Sign.EARLY_CLICK, at("10:14"), after="90", link=PORTAL, settling="yes"),),
        ),
        "a look from a data centre": judged(
            Finding.NO_SIGN,
            unclear=(why(Sign.DATA_CENTRE_CLICK, at("08:02"), after="120", network="Amazon", link=PORTAL),),
        ),
        "tracking was off": judged(
            Finding.NO_SIGN,
            message=email(track_opens=False, track_links="None"),
            trackable=Trackable(opens=False, clicks=False, why_not=WhyNot.TRACKING_OFF),
            reasons=(why(Sign.NOT_TRACKED, why="tracking_off"),),
        ),
        "opens were off": judged(
            Finding.NO_SIGN,
            trackable=Trackable(opens=False, clicks=True, why_not=WhyNot.OPENS_OFF),
            reasons=(why(Sign.NOT_TRACKED, why="opens_off"),),
        ),
        "links were off": judged(
            Finding.NO_SIGN,
            trackable=Trackable(opens=True, clicks=False, why_not=WhyNot.LINKS_OFF),
            reasons=(why(Sign.NOT_TRACKED, why="links_off"), why(Sign.SILENCE, chance="80")),
        ),
        "plain text": judged(
            Finding.NO_SIGN,
            trackable=Trackable(opens=False, clicks=True, why_not=WhyNot.PLAIN_TEXT),
            reasons=(why(Sign.NOT_TRACKED, why="plain_text"),),
        ),
        "plain text without link tracking": judged(
            Finding.NO_SIGN,
            trackable=Trackable(opens=False, clicks=False, why_not=WhyNot.PLAIN_TEXT),
            reasons=(why(Sign.NOT_TRACKED, why="plain_text"),),
        ),
        "expired": judged(
            Finding.NO_SIGN,
            message=email(sent_at=at("2026-09-02 08:00")),
            delivery=Delivery(DeliveryState.DELIVERED, at("2026-09-02 08:00")),
            trackable=Trackable(opens=None, clicks=None, why_not=WhyNot.EXPIRED),
            reasons=(why(Sign.NOT_TRACKED, why="expired"),),
        ),
        "out of office": judged(
            Finding.NO_SIGN,
            events=(ARRIVED, event(EventKind.AUTO_REPLY, at("08:01"))),
            automatic=(why(Sign.AUTO_REPLY, at("08:01"), after="60"),),
        ),
        "handled": judged(
            Finding.NO_SIGN,
            events=(ARRIVED, event(EventKind.HANDLED, at("09:50"), note="called her")),
            unclear=(why(Sign.HANDLED, at("09:50"), note="called her"),),
        ),
        "own office looked": judged(Finding.NO_SIGN, automatic=(why(Sign.OWN_NETWORK, at("09:00"), kind="open"),)),
        "no name known": judged(Finding.NO_SIGN, recipient=to(name=None), reasons=(why(Sign.SILENCE, chance="80"),)),
        "known from its events only": judged(
            Finding.NO_SIGN,
            message=Message(message_id="x"),
            recipient=Recipient("maria@example.com", "maria@example.com"),
            delivery=Delivery(DeliveryState.DELIVERED, None, code=Cause.IMPLIED),
            trackable=Trackable(None, None),
        ),
    }


def _bounced(cause: Cause | None, detail: str = "", **more: object) -> JudgedTrail:
    permanent = cause not in {Cause.BUSY, Cause.UNREACHABLE, Cause.MAILBOX_FULL}
    return judged(
        Finding.NOT_DELIVERED,
        probability=0.0,
        delivery=Delivery(DeliveryState.BOUNCED, at("08:01"), detail or None, permanent=permanent, code=cause),
        events=(event(EventKind.BOUNCE, at("08:01"), detail=detail or None),),
        reasons=(why(Sign.FAILED, at("08:01"), cause=cause or "", detail=detail),),
        **more,  # type: ignore[arg-type]
    )


def _held(cause: Cause, reason: str, origin: str = "Recipient", **more: object) -> JudgedTrail:
    began = at("2026-11-03 09:00")
    return judged(
        Finding.NOT_DELIVERED,
        probability=0.0,
        delivery=Delivery(DeliveryState.SUPPRESSED, began, None, permanent=True, code=cause),
        events=(),
        address_events=(event(EventKind.SUPPRESSION, began, reason=reason, origin=origin),),
        reasons=(why(Sign.FAILED, began, cause=cause),),
        **more,  # type: ignore[arg-type]
    )


def _not_there() -> dict[str, JudgedTrail]:
    deferrals = tuple(
        event(EventKind.DEFERRAL, at(when), detail="smtp;452 4.2.2 mailbox full")
        for when in ("08:10", "08:40", "09:40")
    )
    return {
        "mistyped address": _bounced(
            Cause.NO_SUCH_MAILBOX,
            "smtp;550 5.1.1 <tom.reed@gmial.com> no such user [203.0.113.9]",
            recipient=to("tom.reed@gmial.com", "Tom Reed"),
        ),
        "no such mailbox": _bounced(Cause.NO_SUCH_MAILBOX, "smtp;550 5.1.1 no mailbox called maria"),
        "no such domain": _bounced(Cause.NO_SUCH_DOMAIN, recipient=to("tom@acme-heating.example", None)),
        "no address at all": _bounced(Cause.BAD_ADDRESS, recipient=to("tom@", "Tom Reed")),
        "mailbox switched off": _bounced(Cause.MAILBOX_DISABLED),
        "mailbox full": _bounced(Cause.MAILBOX_FULL, "smtp;552 5.2.2 over quota"),
        "too large": _bounced(Cause.TOO_LARGE),
        "blocked": _bounced(
            Cause.BLOCKED, "smtp;550 5.7.1 message rejected, see https://block.example/?ip=203.0.113.9"
        ),
        "not proven to be ours": _bounced(Cause.UNAUTHENTICATED, "smtp;550 5.7.26 DMARC"),
        "virus": _bounced(Cause.VIRUS),
        "loop": _bounced(Cause.LOOP),
        "refused": _bounced(Cause.REFUSED, "smtp;554 policy violation 17"),
        "failed without a cause": _bounced(None),
        "not sent by Postmark": _bounced(Cause.NOT_SENT),
        "no answer from DNS": _bounced(Cause.UNREACHABLE, "smtp;451 4.4.3 DNS lookup failed"),
        "busy till the end": _bounced(Cause.BUSY),
        "suppressed after a bounce": _held(Cause.BOUNCED_BEFORE, "HardBounce"),
        "suppressed, mistyped": _held(
            Cause.BOUNCED_BEFORE, "HardBounce", recipient=to("tom.reed@gmial.com", "Tom Reed")
        ),
        "suppressed after a complaint": _held(Cause.COMPLAINED_BEFORE, "SpamComplaint"),
        "unsubscribed": _held(Cause.UNSUBSCRIBED_BEFORE, "ManualSuppression"),
        "blocked by us": _held(Cause.SUPPRESSED_BY_US, "ManualSuppression", "Customer"),
        "blocked by Postmark": _held(Cause.BOUNCED_BEFORE, "ManualSuppression", "Admin"),
        "sandbox": judged(
            Finding.NOT_DELIVERED,
            probability=0.0,
            delivery=Delivery(DeliveryState.SANDBOXED, at("08:00"), permanent=True, code=Cause.SANDBOX),
            trackable=Trackable(opens=False, clicks=False, why_not=WhyNot.SANDBOX),
            reasons=(why(Sign.NOT_TRACKED, why="sandbox"),),
        ),
        "put off": judged(
            Finding.IN_TRANSIT,
            delivery=Delivery(
                DeliveryState.DEFERRED, at("09:40"), "mailbox full", permanent=False, code=Cause.MAILBOX_FULL
            ),
            events=deferrals,
            reasons=(
                why(
                    Sign.WAITING, at("09:40"), cause=Cause.MAILBOX_FULL, detail="smtp;452 4.2.2 mailbox full", count="3"
                ),
            ),
        ),
        "put off for a day": judged(
            Finding.IN_TRANSIT,
            message=email(sent_at=at("2026-11-22 08:00")),
            delivery=Delivery(DeliveryState.DEFERRED, at("2026-11-22 08:10"), None, permanent=False, code=Cause.BUSY),
            events=(event(EventKind.DEFERRAL, at("2026-11-22 08:10")),),
        ),
        "queued": judged(
            Finding.IN_TRANSIT,
            message=email(sent_at=at("10:13")),
            delivery=Delivery(DeliveryState.QUEUED, at("10:13")),
            events=(),
        ),
        "held by Postmark": judged(
            Finding.IN_TRANSIT,
            message=email(sent_at=at("07:00")),
            delivery=Delivery(DeliveryState.SENT, at("07:00")),
            events=(),
        ),
        "no word for days": judged(
            Finding.IN_TRANSIT,
            message=email(sent_at=at("2026-11-19 07:00")),
            delivery=Delivery(DeliveryState.SENT, at("2026-11-19 07:00")),
            events=(),
        ),
        "forgotten before anybody asked": judged(
            Finding.IN_TRANSIT,
            message=email(sent_at=at("2026-09-02 08:00")),
            delivery=Delivery(DeliveryState.SENT, at("2026-09-02 08:00")),
            trackable=Trackable(opens=None, clicks=None, why_not=WhyNot.EXPIRED),
            events=(),
        ),
        "never asked": judged(
            Finding.IN_TRANSIT,
            delivery=Delivery(DeliveryState.SENT, SENT, code=Cause.NEVER_ASKED),
            events=(),
            reasons=(why(Sign.NOT_ASKED),),
        ),
    }


SITUATIONS: Mapping[str, JudgedTrail] = {**_seen(), **_no_sign(), **_not_there()}


# ── Whole answers ────────────────────────────────────────────────────────────────────────────────────────────────


def asked(*subjects: tuple[SubjectKind, str], **more: object) -> Question:
    """A question."""
    return Question(text="", subjects=tuple(Subject(kind, value) for kind, value in subjects), **more)  # type: ignore[arg-type]


def answer(*entries: JudgedTrail, question: Question | None = None, **more: object) -> Answer:
    """An answer of Monday, 10:15."""
    more.setdefault("postmark", PostmarkState.LIVE)
    wanted = question or asked((SubjectKind.EMAIL, "maria@example.com"))
    return Answer(question=wanted, as_of=NOW, entries=entries, **more)  # type: ignore[arg-type]


def wrong_person_opened() -> Answer:
    """Two recipients, of whom the one in copy opened."""
    maria = judged(Finding.NO_SIGN, reasons=(why(Sign.SILENCE, chance="80"),))
    office = judged(
        Finding.SEEN,
        recipient=to("office@oakleaf.example", "Oakleaf", Role.CC),
        reasons=(why(Sign.PERSON_OPEN, at("09:12"), 3, after="4320", client="Outlook"),),
        first_person_open_at=at("09:12"),
    )
    return answer(maria, office, question=asked((SubjectKind.REFERENCE, "1042")))


def forty_recipients() -> Answer:
    """One email to forty people."""
    findings = [Finding.SEEN] * 12 + [Finding.NO_SIGN] * 25 + [Finding.NOT_DELIVERED] * 3
    delivery = {
        Finding.NOT_DELIVERED: Delivery(DeliveryState.BOUNCED, at("08:01"), code=Cause.NO_SUCH_MAILBOX, permanent=True)
    }
    entries = [
        judged(
            finding,
            recipient=to(f"guest{number}@example.com", f"Guest {number}"),
            delivery=delivery.get(finding, DELIVERED),
            first_person_open_at=at("09:00") if finding is Finding.SEEN else None,
        )
        for number, finding in enumerate(findings)
    ]
    return answer(*entries, question=asked((SubjectKind.REFERENCE, "1042")))


def history_of_maria() -> Answer:
    """Four emails to one person."""
    older = [
        replace(
            SITUATIONS["silent for two hours"],
            trail=replace(
                SITUATIONS["silent for two hours"].trail,
                message=email(
                    message_id=f"older-{days}",
                    sent_at=NOW - timedelta(days=days),
                    tag="invoice",
                    subject=f"Invoice INV-22{days:02}",
                    references=(f"INV-22{days:02}",),
                    metadata={},
                ),
            ),
        )
        for days in (2, 5, 40)
    ]
    return answer(SITUATIONS["person clicked"], *older, more=7)
