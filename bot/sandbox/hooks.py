"""Where events are told to: the webhooks somebody has set up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where the events of a stream are told, and which."""

    webhook_id: int
    url: str
    stream: str
    username: str | None = None
    password: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    triggers: dict[str, dict[str, bool]] = field(default_factory=dict)

    def wants(self, record_type: str) -> bool:
        """Whether this kind of event is told here."""
        return self.triggers.get(record_type, {}).get("Enabled", False)

    def first_opens_only(self) -> bool:
        """Whether later opens are left out."""
        return self.triggers.get("Open", {}).get("PostFirstOpenOnly", False)

    def with_content(self, record_type: str) -> bool:
        """Whether a bounce or complaint is told with the whole returned email."""
        return self.triggers.get(record_type, {}).get("IncludeContent", False)
