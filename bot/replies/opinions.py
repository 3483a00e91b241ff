"""What people said of verdicts, and how verdicts fared by it: in sentences and as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.clock import count
from bot.naming import person_of, plain, thing_of
from bot.replies.why import percent
from bot.scores import BANDS, Fared, Group
from store.records import Finding, JudgedTrail

CALLED = {
    Finding.SEEN: "Seen",
    Finding.PROBABLY_SEEN: "Very likely seen",
    Finding.NO_SIGN: "No reliable sign",
    Finding.NOT_DELIVERED: "Did not arrive",
    Finding.IN_TRANSIT: "On its way",
}
_FEW = 30
HOW = (
    "Nobody has said yet whether a verdict was right.",
    "Press Right or Wrong under an answer in Slack, or say what you know of one email:",
    "  seen feedback MESSAGE_ID ADDRESS seen        (or: not-seen)",
    "`seen ask --json` shows the message_id of each email.",
)
"""What to say, and to do, while there is nothing to compare with."""


def kept(entry: JudgedTrail, *, seen: bool) -> str:
    """That somebody's word was kept, and what the answer had been."""
    person, thing = person_of(entry.trail.recipient), thing_of(entry.trail.message)
    has = f"has {'' if seen else 'not '}seen"
    verdict = entry.verdict
    return (
        f"Kept: {person.called} {has} {thing.called}. "
        f"My answer was “{CALLED[verdict.finding]}”, {percent(verdict.probability)} %."
    )


def taken_back(entry: JudgedTrail, *, existed: bool) -> str:
    """That somebody's word counts no more."""
    about = f"{thing_of(entry.trail.message).called} to {person_of(entry.trail.recipient).target}"
    return f"Taken back: what you said of {about}." if existed else f"You had said nothing of {about}."


def unknown(message_id: str, address: str, others: Sequence[str]) -> str:
    """That there is no such email to that address; ``others`` are those whom it did go to."""
    if others:
        whom = ", ".join(plain(other, 80) for other in others[:5])
        return f"That email didn't go to {plain(address, 80)}. It went to {whom}."
    return (
        f"I know of no email with the message ID {plain(message_id, 60)}. "
        "`seen ask --json` shows the message_id of each email it finds."
    )


def remarks(told: Fared) -> list[str]:
    """What the reader of the figures must know, a sentence each."""
    sentences = []
    if told.together and told.together.emails < _FEW:
        sentences.append(f"So few emails ({told.together.emails}) say little: trust figures from {_FEW} on.")
    if told.undecided:
        sentences.append(f"Not counted, as it doesn't tell whether an email was seen: {count(told.undecided, 'mark')}.")
    sentences.append("People mark what looks wrong to them, so these figures are worse than those of all answers.")
    return sentences


def mark_to_json(entry: JudgedTrail, *, seen: bool | None, at: datetime, who: str) -> dict[str, object]:
    """A mark as data; ``seen`` is ``None`` where it was taken back."""
    trail, verdict = entry.trail, entry.verdict
    return {
        "message_id": trail.message.message_id,
        "recipient": trail.recipient.address,
        "seen": seen,
        "at": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        "who": who,
        "verdict": verdict.finding.value,
        "probability": round(verdict.probability, 4),
        "rules": verdict.version or None,
    }


def fared_to_json(told: Fared) -> dict[str, object]:
    """How verdicts fared, as data."""
    return {
        "emails": told.together.emails if told.together else 0,
        "undecided": told.undecided,
        "brier": _rounded(told.together.brier if told.together else None),
        "calibration_error": _rounded(told.calibration_error),
        "verdicts": [{"verdict": finding.value, **_group(group)} for finding, group in told.verdicts.items()],
        "bands": [
            {"from": band / BANDS, "to": (band + 1) / BANDS, **_group(group)} for band, group in told.bands.items()
        ],
        "rules": [{"rules": version, **_group(group)} for version, group in told.versions.items()],
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "emails": group.emails,
        "seen": group.seen,
        "said": _rounded(group.said),
        "share": _rounded(group.share),
        "brier": _rounded(group.brier),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
