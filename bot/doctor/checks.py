"""What the doctor reports: one line for each thing looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a thing is."""

    WELL = "well"
    FAULT = "fault"
    """Something that makes answers wrong, late or impossible."""
    ADVICE = "advice"
    """Works, but better is possible."""
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the doctor looked at, in a sentence, with the fix in another where one is needed."""

    area: str
    """What it is about: ``database``, ``webhooks`` …; checks of one area stand together."""
    health: Health
    says: str
    fix: str | None = None


def well(area: str, says: str) -> Check:
    return Check(area, Health.WELL, says)


def fault(area: str, says: str, fix: str) -> Check:
    return Check(area, Health.FAULT, says, fix)


def advice(area: str, says: str, fix: str) -> Check:
    return Check(area, Health.ADVICE, says, fix)


def not_checked(area: str, says: str, fix: str | None = None) -> Check:
    return Check(area, Health.NOT_CHECKED, says, fix)
