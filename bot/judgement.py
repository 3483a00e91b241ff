"""How this office's emails are told apart and judged. Pure: what the settings say, applied to trails."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from bot import advice, evidence, references
from bot.evidence import Weighing
from bot.evidence.habits import Habits, expected
from bot.evidence.own import OwnNetworks
from bot.settings import Settings
from store.records import DeliveryState, Message, NextStep, Trail, Verdict


class Judgement:
    """How this office's emails are told apart and judged. Pure, so a file can be judged without a database."""

    def __init__(self, settings: Settings, known_domains: Callable[[], Collection[str]] = tuple) -> None:
        self._settings, self._office, self._known_domains = settings, settings.office, known_domains
        self.own_networks = OwnNetworks(settings.own_networks)
        """The office's: nobody's habits."""

    def references(self, message: Message) -> tuple[str, ...]:
        """The business numbers a message belongs to."""
        settings = self._settings
        return references.of_message(message, keys=settings.reference_metadata_keys, pattern=settings.reference_pattern)

    def judge(self, trail: Trail, now: datetime, habits: Habits | None = None) -> tuple[Verdict, NextStep]:
        """What a trail adds up to by ``now``, and what to do about it.

        ``habits`` is what is known of the recipient; without it, published averages.
        """
        verdict = evidence.weigh(trail, now, self._here(trail, habits))
        step = advice.next_step(
            trail,
            verdict,
            now,
            self._office,
            company=self._settings.company_name,
            # Only an address that failed is compared with the domains that mail has reached.
            known_domains=self._known_domains() if verdict.delivery.state is DeliveryState.BOUNCED else (),
        )
        return verdict, step

    def lay_out(self, trail: Trail, now: datetime, habits: Habits | None = None) -> Weighing:
        """The sum behind the verdict that ``judge`` gives on the same."""
        return evidence.lay_out(trail, now, self._here(trail, habits))

    def _here(self, trail: Trail, habits: Habits | None) -> Habits:
        """What is expected of a trail in this office."""
        expecting = habits or expected(trail)
        known = expecting.own_networks is self.own_networks
        return expecting if known else replace(expecting, own_networks=self.own_networks)
