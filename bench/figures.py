"""A measured figure and the budget it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the tables."""

    name: str
    value: float
    unit: str
    """What the value is: ``× bare``, ``ms`` …"""
    at_least: float | None = None
    at_most: float | None = None
    details: Mapping[str, float | str] = field(default_factory=dict)
    """The things measured, of which the value is made; they depend on the machine."""

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; ``None``: the figure has none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None

    @property
    def budget(self) -> str:
        """The budget in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    def as_json(self) -> dict[str, object]:
        """For ``results.json``."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "budget": self.budget or None,
            "met": self.met,
            "details": {
                name: round(value, 6) if isinstance(value, float) else value for name, value in self.details.items()
            },
        }
