"""An answer as data, for programs: the keys and words of the public contract, times in UTC with ``Z``.

Times are given to the second. Sentences are the same as everywhere else, in the zone that is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.clock import Clock, ZoneClock
from bot.evidence import Weighing
from bot.replies import notes, why, words
from bot.replies.headlines import Case, case_of
from store.records import Answer, Delivery, JudgedTrail, Reason, Trail

Json = dict[str, Any]
LayOut = Callable[[Trail, datetime], Weighing]


def to_json(answer: Answer, zone: tzinfo = UTC, *, lay_out: LayOut | None = None) -> Json:
    """A whole answer, ready for ``json.dumps``; its sentences say times in ``zone``.

    With ``lay_out``, which gives the sum behind the verdict on a trail, each trail has its ``why``.
    """
    clock = ZoneClock(answer.as_of, zone)
    asked = words.asked_reference(answer.question)
    subject = answer.question.subjects[0]

    def trail(entry: JudgedTrail) -> Json:
        weighing = lay_out(entry.trail, answer.as_of) if lay_out else None
        return trail_to_json(entry, clock, siblings=answer.everyone, asked=asked, weighing=weighing)

    return {
        "question": {"kind": subject.kind.value, "value": subject.value},
        "as_of": moment(answer.as_of),
        "postmark": answer.postmark.value,
        "trails": list(map(trail, answer.entries)),
        "more": answer.more,
        "notes": [{"code": note.code, "text": notes.text(note, clock), "at": moment(note.at)} for note in answer.notes],
        "candidates": list(answer.candidates),
        "suggestions": list(answer.suggestions),
    }


def trail_to_json(
    entry: JudgedTrail,
    clock: Clock,
    *,
    siblings: Iterable[JudgedTrail] = (),
    asked: str | None = None,
    weighing: Weighing | None = None,
) -> Json:
    """One trail with its verdict and next step: an object of ``trails``, with its ``why`` if its sum is given."""
    trail, verdict, message = entry.trail, entry.verdict, entry.trail.message
    case = case_of(entry, clock, asked=asked)
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "stream": message.stream,
        "tag": message.tag,
        "references": list(message.references),
        "sent_at": moment(message.sent_at),
        "recipient": trail.recipient.address,
        "recipient_name": trail.recipient.name,
        "role": trail.recipient.role.value if trail.recipient.role else None,
        "is_customer": trail.is_customer,
        "delivery": _delivery(verdict.delivery),
        "verdict": verdict.finding.value,
        "probability": round(verdict.probability, 4),
        "headline": str(words.tell(entry, clock, siblings=siblings, asked=asked).headline),
        "reasons": [{**_reason(case, reason), "weight": round(reason.weight, 2)} for reason in verdict.reasons],
        "automatic": _reasons(case, verdict.automatic),
        "unclear": _reasons(case, verdict.unclear),
        "first_person_open_at": moment(verdict.first_person_open_at),
        "first_person_click_at": moment(verdict.first_person_click_at),
        "trackable": {
            "opens": verdict.trackable.opens,
            "clicks": verdict.trackable.clicks,
            "why_not": verdict.trackable.why_not,
        },
        "next_step": {
            "code": entry.next_step.code,
            "text": entry.next_step.text,
            "draft": entry.next_step.draft,
            "until": moment(entry.next_step.until),
        },
        "rules": verdict.version or None,
        **({"why": why_to_json(weighing)} if weighing else {}),
    }


def why_to_json(weighing: Weighing) -> Json:
    """The sum behind a verdict: ``why`` of a trail. Numbers to six digits, so that adding up gives the total again."""
    told = why.account(weighing)
    return {
        "signs": [_sign(sign) for sign in told.signs],
        "prior": {
            "ever": _number(told.prior.ever),
            "median": _number(told.prior.median),
            "sigma": _number(told.prior.sigma),
            "after": _number(told.prior.after),
            "share": _number(told.prior.share),
            "arrived": _number(told.prior.arrived),
            "by_now": _number(told.prior.by_now),
        },
        "trace": {
            "opens": _number(told.trace.opens),
            "clicks": _number(told.trace.clicks),
            "watched": _number(told.trace.watched),
            "heard": _number(told.trace.heard),
            "chance": _number(told.trace.chance),
        },
        "sum": [
            {
                "line": step.name,
                "log_odds": _number(step.value),
                "at_most": why.MOST.get(step.name),
                "text": f"{step.called}: {step.how}.",
            }
            for step in told.steps
        ],
        "total": _number(told.total),
        "probability": _number(told.probability),
    }


def _sign(sign: why.Sign) -> Json:
    signal = sign.signal
    return {
        "code": str(signal.code),
        "at": moment(signal.event.at),
        "after": _number(sign.after),
        "actor": signal.actor.value,
        "vendor": signal.vendor,
        "log_odds": _number(signal.weight),
        "likelihood_ratio": _number(math.exp(signal.weight)),
        "because": [str(mark) for mark in signal.because],
        "text": f"{sign.called}: {', '.join(sign.because)}" if sign.because else sign.called,
        "line": sign.line,
    }


def _number(value: float | None) -> float | None:
    """JSON has no infinity: an impossible thing's log-odds are ``null``."""
    return None if value is None or math.isinf(value) else round(value, 6)


def _delivery(delivery: Delivery) -> Json:
    detail = delivery.detail
    if detail and detail[:5].lower() == "smtp;":
        detail = detail[5:].strip()
    return {
        "state": delivery.state.value,
        "at": moment(delivery.at),
        "detail": detail,
        "permanent": delivery.permanent,
        "cause": delivery.code,
    }


def _reasons(case: Case, reasons: Sequence[Reason]) -> list[Json]:
    return [_reason(case, reason) for reason in reasons]


def _reason(case: Case, reason: Reason) -> Json:
    return {"code": str(reason.code), "text": case.said(reason), "at": moment(reason.at)}


def moment(at: datetime | None) -> str | None:
    """A time in UTC to the second: ``2026-11-23T10:03:11Z``."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if at else None
