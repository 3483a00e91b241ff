"""Asks questions as the office would, on one Monday in Berlin."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.question import parse
from store.records import NotUnderstood, Question

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
"""A Monday, 11:15 in Berlin."""
BERLIN = ZoneInfo("Europe/Berlin")


def ask(text: str, *, zone: ZoneInfo = BERLIN, now: datetime = NOW) -> Question:
    """What is understood; fails when nothing is."""
    question = parse(text, now=now, timezone=zone)
    assert isinstance(question, Question), question
    return question


def subjects(text: str) -> list[str]:
    """What a question is about, as ``kind value``."""
    return [f"{subject.kind} {subject.value}" for subject in ask(text).subjects]


def refused(text: str) -> NotUnderstood:
    """What is said of a question that cannot be answered."""
    answer = parse(text, now=NOW, timezone=BERLIN)
    assert isinstance(answer, NotUnderstood), answer
    return answer
