"""What is known beside the emails themselves, and bears on what they teach."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from bot.evidence.mailboxes import Hosts

Words = Mapping[tuple[str, str], float]
"""What people said of emails, by message id and recipient key: log-odds that somebody has seen it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the sender knows of itself and of its recipients' domains, and what people said."""

    own_networks: Container[str] = frozenset()
    """The office's own (``bot.evidence.own``)."""
    hosts: Hosts = field(default_factory=dict)
    words: Words = field(default_factory=dict)


NOTHING_BESIDE = Beside()
