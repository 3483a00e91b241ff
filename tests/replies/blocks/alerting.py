"""Alerts in every state, each built by hand: as they are told, changed and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.evidence.codes import Cause, Sign
from bot.replies import blocks
from bot.replies.alert_view import AlertView
from bot.replies.blocks import Block, Deed, Reply, What
from store.alert_records import Alert, AlertKind, Ending, Rule
from store.records import Delivery, DeliveryState, EventKind, Finding, JudgedTrail
from tests.replies.situations import NOW, SITUATIONS, at, email, event, judged, to, why

ROSA, OWNER, GROUP = "U0ROSA", "U0TOM", "S0OFFICE"
RULE = Rule(rule_id="quotes", name="Quotes", tags=("quote",), again_after=timedelta(hours=8), again_at_most=2)


def view(entry: JudgedTrail, kind: AlertKind = AlertKind.SILENT, *, rule: Rule = RULE, **more: object) -> AlertView:
    """An alert about an email, with changes to the alert or to what surrounds it."""
    trail = entry.trail
    ours = {name: more.pop(name) for name in list(more) if name in Alert.__dataclass_fields__}
    given: dict[str, object] = {
        "key": f"{rule.rule_id}|{trail.message.message_id}|{trail.recipient.key}|{kind}",
        "rule_id": rule.rule_id,
        "message_id": trail.message.message_id,
        "recipient_key": trail.recipient.key,
        "kind": kind,
        "group": rule.rule_id,
        "began_at": NOW - timedelta(minutes=5),
        **ours,
    }
    return AlertView(alert=Alert(**given), rule=rule, entry=entry, **more)  # type: ignore[arg-type]  # as given


def ended(
    entry: JudgedTrail, ending: Ending, by: str | None = None, note: str | None = None, **more: object
) -> AlertView:
    """An alert that is over."""
    return view(entry, ending=ending, ended_at=NOW - timedelta(minutes=1), ended_by=by, ending_note=note, **more)  # type: ignore[arg-type]  # others


def silent(chance: str = "95", probability: float = 0.05) -> JudgedTrail:
    """A quote of Friday of which no sign has come."""
    return judged(
        Finding.NO_SIGN,
        probability=probability,
        message=email(sent_at=at("2026-11-20 09:00")),
        delivery=Delivery(DeliveryState.DELIVERED, at("2026-11-20 09:00")),
        reasons=(why(Sign.SILENCE, weight=-3, chance=chance),),
    )


def away() -> JudgedTrail:
    """A quote that an automatic reply has answered."""
    return judged(
        Finding.NO_SIGN,
        probability=0.3,
        automatic=(why(Sign.AUTO_REPLY, at("08:01"), after="60", away="until 3 December"),),
        reasons=(why(Sign.ONLY_AUTOMATIC, count="1"),),
    )


def of_job(number: int, entry: JudgedTrail, name: str = "", address: str = "") -> JudgedTrail:
    """The same about another job, to somebody else."""
    message = replace(
        entry.trail.message,
        message_id=f"{number:08}-8a77-4c1e-9d0e-2f6f3f0a9e11",
        subject=f"Your quote for job {number}",
        metadata={"job_id": str(number)},
        references=(str(number),),
    )
    recipient = to(address or f"customer{number}@example.com", name or f"Customer {number}")
    return replace(entry, trail=replace(entry.trail, message=message, recipient=recipient))


def refused(number: int, minute: int) -> JudgedTrail:
    """An email to acme.example that its spam protection turned away."""
    when = at(f"09:{minute:02}")
    entry = judged(
        Finding.NOT_DELIVERED,
        probability=0.0,
        message=email(sent_at=when),
        delivery=Delivery(DeliveryState.BOUNCED, when, "550 5.7.1 rejected", permanent=True, code=Cause.BLOCKED),
        events=(event(EventKind.BOUNCE, when, detail="550 5.7.1 rejected"),),
        reasons=(why(Sign.FAILED, when, cause=Cause.BLOCKED, detail="550 5.7.1 rejected by policy"),),
    )
    return of_job(number, entry, address=f"buyer{number}@acme.example")


def burst(number: int = 4) -> list[AlertView]:
    """The same failure, several times."""
    return [view(refused(1042 + n, 10 + n % 50), AlertKind.FAILED, group="blocked@acme.example") for n in range(number)]


def many(number: int = 6) -> list[AlertView]:
    """Several alerts at once, one of them about a failure."""
    failed = of_job(2000, SITUATIONS["no such mailbox"], "Tom Reed")
    return [*(view(of_job(1042 + n, silent())) for n in range(number)), view(failed, AlertKind.FAILED, group="x")]


def _closed() -> dict[str, Reply]:
    opened, waiting = SITUATIONS["opened by a person"], silent()
    other = replace(opened, trail=replace(opened.trail, recipient=to("tom@example.com", "Tom Reed")))
    newer = replace(waiting, trail=replace(waiting.trail, message=email(sent_at=at("09:55"))))
    told = {
        "seen": ended(opened, Ending.SEEN),
        "answered": ended(SITUATIONS["answered"], Ending.REPLIED),
        "paid": ended(SITUATIONS["paid"], Ending.PAID),
        "visited": ended(SITUATIONS["visited the portal"], Ending.VISITED),
        "no longer known": ended(waiting, Ending.PAID),
        "other contact": ended(waiting, Ending.OTHER_CONTACT, other=other, note="tom@example.com"),
        "replaced": ended(waiting, Ending.REPLACED, newer=newer),
        "handled": ended(waiting, Ending.HANDLED, ROSA, "called her, she looks tonight"),
        "handled elsewhere": ended(waiting, Ending.HANDLED, None, "booked by phone"),
        "called": ended(waiting, Ending.CALLED, ROSA),
        "not important": ended(waiting, Ending.NOT_IMPORTANT, ROSA),
        "arrived after all": ended(waiting, Ending.DELIVERED),
    }
    return {f"alert: {name}": blocks.alert(made, now=NOW) for name, made in told.items()}


def _open() -> dict[str, Reply]:
    held = SITUATIONS["suppressed after a bounce"]
    deed = Deed(what=What.UNBLOCKED, who=ROSA, at=NOW - timedelta(minutes=2), can_undo=False)
    told = {
        "": view(silent(), mention=OWNER),
        "a group": view(silent(), mention=GROUP),
        "hides opens": view(silent("30", 0.7)),
        "Apple": view(SITUATIONS["only Apple's proxy"]),
        "out of office": view(away()),
        "can't tell": view(SITUATIONS["tracking was off"]),
        "plain text": view(SITUATIONS["plain text without link tracking"]),
        "surer": view(SITUATIONS["an early open, probably theirs"]),
        "unchecked": view(silent(), unchecked_since=at("09:40"), owner_gone=True),
        "snoozed": view(silent(), snoozed_until=at("2026-11-24 09:00"), snoozed_by=ROSA),
        "failed": view(SITUATIONS["mistyped address"], AlertKind.FAILED),
        "suppressed": view(held, AlertKind.FAILED),
        "suppressed, unblocked": view(held, AlertKind.FAILED, done=(deed,)),
        "complaint": view(SITUATIONS["complaint"], AlertKind.FAILED),
    }
    return {f"alert: {name}" if name else "alert": blocks.alert(made, now=NOW) for name, made in told.items()}


def messages() -> Mapping[str, Reply]:
    """Every message that tells of alerts, by name."""
    settled = [
        replace(one, alert=replace(one.alert, ending=Ending.HANDLED, ended_at=NOW, ended_by=ROSA)) for one in many()
    ]
    opened = blocks.detail(ended(SITUATIONS["person clicked"], Ending.SEEN), now=NOW)
    assert opened is not None
    return {
        **_open(),
        **_closed(),
        "alert: reminder": blocks.reminder(view(silent(), reminders=1), now=NOW),
        "alert: escalation": blocks.escalation(view(silent(), began_at=at("2026-11-20 17:00")), now=NOW),
        "alert: detail": opened,
        "alerts: a burst": blocks.together(burst(), now=NOW),
        "alerts: many": blocks.together(many(), now=NOW),
        "alerts: some settled": blocks.together([*many(3), *settled[:2]], now=NOW),
        "alerts: all settled": blocks.together(settled, now=NOW),
        "alerts: very many": blocks.together(many(120), now=NOW),
        "alerts: asked for": blocks.open_alerts(many(), now=NOW, total=31),
        "alerts: none": blocks.open_alerts([], now=NOW, total=0),
        "alert: over already": blocks.already_over(ended(silent(), Ending.CALLED, ROSA), now=NOW),
        "alert: settled meanwhile": blocks.already_over(ended(SITUATIONS["opened by a person"], Ending.SEEN), now=NOW),
    }


def modals() -> Mapping[str, Block]:
    """Every window about alerts, by name."""
    one, usual = view(silent()), at("2026-11-24 09:00")
    return {
        "one of them": blocks.alert_modal(one, now=NOW, private_metadata='{"v":1}'),
        "snooze": blocks.snooze_modal(one, now=NOW, usual=usual, private_metadata='{"v":1}'),
    }
