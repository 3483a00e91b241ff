"""Where an email got to: a state machine over what Postmark and the other server said.

Events come late, twice and out of order, so the machine is run anew over all of them, sorted by time. The table says
what each kind of news makes of each state; what is not in it cannot happen. In words:

* A hard bounce is final, even when the other server had said yes before: a delivery is a promise, a bounce a fact.
* A soft bounce ends Postmark's trying; only a later delivery (somebody sent it on) revokes it.
* A deferral says nothing about an email that has already got somewhere.
* A complaint is stronger than everything: it needs an email that arrived and a person who had it before them.
* An address that was suppressed before the sending gets nothing, unless later news shows that it did.
* A suppression that names the email tells what became of it, even where the bounce or the complaint itself is lost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.evidence.codes import Cause
from bot.evidence.smtp import cause_of, is_for_now
from store.records import Delivery, DeliveryState, Event, EventKind, Message, Trail


class News(StrEnum):
    """What an event says about the delivery, the weakest first."""

    PUT_OFF = "put_off"
    ARRIVED = "arrived"
    HELD = "held"
    FAILED_FOR_NOW = "failed_for_now"
    FAILED = "failed"
    REPORTED = "reported"


class Stage(StrEnum):
    """The machine's states. Two of them are one `DeliveryState`: a bounce that may and one that cannot be mended."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED_FOR_NOW = "bounced_for_now"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    COMPLAINED = "complained"
    SANDBOXED = "sandboxed"


_FRESH = {
    News.PUT_OFF: Stage.DEFERRED,
    News.ARRIVED: Stage.DELIVERED,
    News.HELD: Stage.SUPPRESSED,
    News.FAILED_FOR_NOW: Stage.BOUNCED_FOR_NOW,
    News.FAILED: Stage.BOUNCED,
    News.REPORTED: Stage.COMPLAINED,
}

TRANSITIONS: dict[Stage, dict[News, Stage]] = {
    Stage.QUEUED: _FRESH,
    Stage.SENT: _FRESH,
    Stage.DEFERRED: _FRESH,
    Stage.SUPPRESSED: _FRESH,
    Stage.DELIVERED: _FRESH | {News.PUT_OFF: Stage.DELIVERED, News.HELD: Stage.DELIVERED},
    Stage.BOUNCED_FOR_NOW: _FRESH | {News.PUT_OFF: Stage.BOUNCED_FOR_NOW},
    Stage.BOUNCED: dict.fromkeys(News, Stage.BOUNCED) | {News.REPORTED: Stage.COMPLAINED},
    Stage.COMPLAINED: dict.fromkeys(News, Stage.COMPLAINED),
    Stage.SANDBOXED: dict.fromkeys(News, Stage.SANDBOXED),
}

_STATES = {
    Stage.QUEUED: DeliveryState.QUEUED,
    Stage.SENT: DeliveryState.SENT,
    Stage.DEFERRED: DeliveryState.DEFERRED,
    Stage.DELIVERED: DeliveryState.DELIVERED,
    Stage.BOUNCED_FOR_NOW: DeliveryState.BOUNCED,
    Stage.BOUNCED: DeliveryState.BOUNCED,
    Stage.SUPPRESSED: DeliveryState.SUPPRESSED,
    Stage.COMPLAINED: DeliveryState.COMPLAINED,
    Stage.SANDBOXED: DeliveryState.SANDBOXED,
}

_ARRIVED_ANYHOW = frozenset({"AutoResponder", "Subscribe", "Unsubscribe", "AddressChange", "ChallengeVerification"})
"""Bounce types that only a mailbox which got the email can cause."""

_FOR_GOOD = frozenset({"HardBounce", "BadEmailAddress"})
_HOPELESS = frozenset({Cause.NO_SUCH_MAILBOX, Cause.NO_SUCH_DOMAIN, Cause.BAD_ADDRESS})
"""Causes that make any further try pointless, whatever type Postmark gave the bounce."""

_HELD_BACK = {"HardBounce": Cause.BOUNCED_BEFORE, "SpamComplaint": Cause.COMPLAINED_BEFORE}


def deliver(trail: Trail) -> Delivery:
    """The delivery state of a trail, from its events and the suppressions of its address."""
    stage, delivery = _beginning(trail)
    put_off = None
    for event, news in sorted(_all_news(trail), key=_order):
        following = TRANSITIONS[stage][news]
        if news is News.PUT_OFF and following is Stage.DEFERRED:
            put_off = put_off or event.at
            delivery = replace(_described(following, event), at=put_off)
        elif following is not stage:
            delivery = _described(following, event)
        stage = following
    return delivery


def delivered_at(trail: Trail) -> datetime | None:
    """When the other server took the email, for measuring how long people and scanners wait."""
    times = [e.at for e in trail.events if e.kind is EventKind.DELIVERY and not e.at_is_arrival]
    return min(times, default=None)


def suppressed_before(trail: Trail) -> Event | None:
    """The suppression that was in force when the email was sent, if any.

    Where the sending is not known, the first event of the trail stands in; with neither, any standing suppression.
    """
    sent = trail.message.sent_at or min((event.at for event in trail.events), default=None)
    standing: Event | None = None
    for event in sorted(trail.address_events, key=lambda event: (event.at, event.key)):
        if event.message_id != trail.message.message_id and (sent is None or event.at < sent):
            standing = event if event.kind is EventKind.SUPPRESSION else None
    return standing


def brought_about(trail: Trail) -> Iterator[Event]:
    """The suppressions of the address that this very email brought about: it bounced, or its recipient acted."""
    for event in trail.address_events:
        if event.kind is EventKind.SUPPRESSION and event.message_id == trail.message.message_id:
            yield event


def news_of(event: Event) -> News | None:
    """What an event says about the delivery; ``None``: nothing."""
    if event.kind is EventKind.BOUNCE:
        return _news_of_bounce(event)
    if event.kind is EventKind.SUPPRESSION:
        by_recipient = News.ARRIVED if event.origin == "Recipient" else None
        return {"HardBounce": News.FAILED, "SpamComplaint": News.REPORTED}.get(event.reason or "", by_recipient)
    return {
        EventKind.DELIVERY: News.ARRIVED,
        EventKind.DEFERRAL: News.PUT_OFF,
        EventKind.COMPLAINT: News.REPORTED,
    }.get(event.kind)


def _news_of_bounce(event: Event) -> News:
    kind = event.bounce_type
    if kind in _ARRIVED_ANYHOW:
        return News.ARRIVED
    if kind in {"SpamComplaint", "ManuallyDeactivated", "Transient"}:
        return {"SpamComplaint": News.REPORTED, "ManuallyDeactivated": News.HELD, "Transient": News.PUT_OFF}[kind]
    nameless = kind is None and not is_for_now(event.detail)
    for_good = kind in _FOR_GOOD or event.inactive or nameless or cause_of(event.detail, kind) in _HOPELESS
    return News.FAILED if for_good else News.FAILED_FOR_NOW


def _beginning(trail: Trail) -> tuple[Stage, Delivery]:
    message = trail.message
    if message.sandboxed:
        return Stage.SANDBOXED, Delivery(DeliveryState.SANDBOXED, message.sent_at, code=Cause.SANDBOX)
    stop = suppressed_before(trail)
    if stop is not None:
        ours = Cause.UNSUBSCRIBED_BEFORE if stop.origin == "Recipient" else Cause.SUPPRESSED_BY_US
        code = _HELD_BACK.get(stop.reason or "", ours)
        return Stage.SUPPRESSED, Delivery(DeliveryState.SUPPRESSED, stop.at, stop.detail, permanent=True, code=code)
    stage = Stage.QUEUED if message.status == "Queued" else Stage.SENT
    return stage, Delivery(_STATES[stage], message.sent_at, code=_nobody_asked(message))


def _nobody_asked(message: Message) -> str | None:
    return Cause.NEVER_ASKED if message.checked_at is None else None


def _described(stage: Stage, event: Event) -> Delivery:
    """The state that an event brought about."""
    failed = stage in {Stage.BOUNCED, Stage.BOUNCED_FOR_NOW, Stage.SUPPRESSED}
    code: Cause | None = None
    if failed or stage is Stage.DEFERRED:
        code = cause_of(event.detail, event.bounce_type)
    elif stage is Stage.COMPLAINED:
        code = Cause.COMPLAINED
    permanent = stage is not Stage.BOUNCED_FOR_NOW if failed else None
    return Delivery(_STATES[stage], event.at, event.detail, permanent, code)


def _all_news(trail: Trail) -> Iterable[tuple[Event, News]]:
    """What the events say. A suppression counts where the bounce or complaint itself, which says more, is lost."""
    told = {news_of(event) for event in trail.events}
    followed = [event for event in brought_about(trail) if news_of(event) not in told]
    for event in (*trail.events, *followed):
        news = news_of(event)
        if news is not None:
            yield event, news


def _order(item: tuple[Event, News]) -> tuple[datetime, int, str]:
    event, news = item
    return event.at, _STRENGTH[news], event.key


_STRENGTH = {news: strength for strength, news in enumerate(News)}
