"""The rules of an office: seen, added, changed, paused, removed and tried, with who did what on record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.rulebook.trying import PERIOD, Judging, look_back
from bot.rules.form import Faults, RuleField, Typed, filled_in
from bot.rules.timing import Defaults
from bot.rules.trial import Tried
from store import news, rules
from store.addresses import fold_words
from store.alert_records import Match, Rule, RuleChange, RuleDeed
from store.database import Database

__all__ = ["DEFAULT", "OLDEST", "PERIOD", "Faults", "Judging", "Overtaken", "Rulebook"]

OLDEST = timedelta(days=45)
"""Mail older than that is none of a rule's business: Postmark has forgotten what happened to it."""
DEFAULT = "default"
"""The rule that the settings make."""
SETTINGS = "settings"
"""Who changes it as long as nobody else does."""
_IMPORTANT = ("important", "true")
_CONDITIONS = ("match", "tags", "streams", "metadata", "amounts", "subject", "domains")


class Overtaken(Exception):  # noqa: N818 - its name says what happened
    """Somebody else changed or removed the rule in the meantime, and nothing was done.

    ``change`` is what they did; ``None``: it isn't known.
    """

    def __init__(self, change: RuleChange | None) -> None:
        super().__init__("Somebody else has changed this rule in the meantime; look at it again.")
        self.change = change


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Where rules are looked up and changed. Every method but ``checked`` uses the store: it raises ``StoreError``."""

    database: Database
    defaults: Defaults
    judging: Judging

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def every(self) -> list[Rule]:
        """The rules that are not removed, by name."""
        with self.database.read() as connection:
            return rules.every(connection)

    def of(self, rule_id: str) -> Rule | None:
        """The rule of this id, unless it is removed."""
        return next((rule for rule in self.every() if rule.rule_id == rule_id), None)

    def named(self, text: str) -> Rule | None:
        """The rule of this id or name, however it is written."""
        said = text.strip().casefold()
        return self.of(said) or next((rule for rule in self.every() if rule.name.casefold() == said), None)

    def changes(self, rule_id: str | None = None, *, limit: int = 50) -> list[RuleChange]:
        """Who changed a rule, or any, newest first."""
        with self.database.read() as connection:
            return rules.changes(connection, rule_id, limit=limit)

    def tried(self, rule: Rule, *, now: datetime, period: timedelta = PERIOD) -> Tried:
        """What a rule, kept or not, would have done about the mail of the last ``period``. Takes seconds."""
        with self.database.read() as connection:
            return look_back(connection, rule, judging=self.judging, defaults=self.defaults, now=now, period=period)

    # ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def checked(self, typed: Typed, rule: Rule | None = None) -> Rule:
        """The rule that was typed: a new one, or ``rule`` with these fields. Nothing is kept. Raises ``Faults``."""
        return filled_in(rule or Rule(rule_id="", name=""), typed, self.defaults)

    def vetted(self, typed: Typed, rule_id: str = "") -> Rule:
        """The same, and no other rule has its name. ``rule_id``: the one it is to change; empty: a new one."""
        named = Rule(rule_id=rule_id, name=typed.get(RuleField.NAME, "").strip())
        taken: dict[RuleField, str] = {}
        try:
            with self.database.read() as connection:
                self._keep_apart(connection, named)
        except Faults as faults:
            taken = faults.faults
        try:
            rule = self.checked(typed, named)
        except Faults as faults:
            raise Faults({**taken, **faults.faults}) from None
        if taken:
            raise Faults(taken)
        return rule

    def add(self, typed: Typed, *, who: str, now: datetime, since: datetime | None = None) -> Rule:
        """Adds a rule for the mail sent from now on, or ``since`` a moment within ``OLDEST``. Raises ``Faults``."""
        rule = replace(self.checked({RuleField.NAME: "", **typed}), since=since or now)
        with self.database.write() as connection:
            self._keep_apart(connection, rule)
            rule = replace(rule, rule_id=_new_id(connection, rule.name))
            rules.put(connection, rule, _change(rule, RuleDeed.ADDED, who, now, before=None))
            if since is not None:
                news.put_since(connection, since)
        return rule

    def change(self, rule: Rule, typed: Typed, *, who: str, now: datetime, since: datetime | None = None) -> Rule:
        """Changes fields of a rule as it was read; what it newly fits holds for mail sent from now on, or ``since``.

        Raises ``Faults``, and ``Overtaken`` when somebody else was faster.
        """
        changed = self.checked(typed, rule)
        chooses_otherwise = any(getattr(changed, name) != getattr(rule, name) for name in _CONDITIONS)
        if since is not None or chooses_otherwise:
            changed = replace(changed, since=since or now)
        if changed == rule:
            return rule

        def also(connection: Connection) -> None:
            self._keep_apart(connection, changed)
            if since is not None:
                news.put_since(connection, since)

        return self._put(changed, RuleDeed.CHANGED, who, now, before=rule, also=also)

    def pause(self, rule: Rule, *, who: str, now: datetime) -> Rule:
        """Has a rule say nothing until it is resumed. Raises ``Overtaken``."""
        return self._put(replace(rule, paused=True), RuleDeed.PAUSED, who, now, before=rule)

    def resume(self, rule: Rule, *, who: str, now: datetime) -> Rule:
        """Has a paused rule hold again, also for what was sent in the meantime. Raises ``Overtaken``."""
        return self._put(replace(rule, paused=False), RuleDeed.RESUMED, who, now, before=rule)

    def remove(self, rule: Rule, *, who: str, now: datetime) -> None:
        """Removes a rule for good; who did stays on record. Raises ``Overtaken``."""
        self._put(rule, RuleDeed.REMOVED, who, now, before=rule)

    def settle(self, *, now: datetime) -> None:
        """Makes the first rule out of the settings, and keeps it in step with them while nobody else has changed it."""
        with self.database.read() as connection:
            known = rules.load(connection, [DEFAULT]).get(DEFAULT)
            is_ours = all(change.who == SETTINGS for change in rules.changes(connection, DEFAULT))
        tags = self.defaults.tags
        if known is None and self.defaults.channel is not None:
            rule = Rule(rule_id=DEFAULT, name=DEFAULT, match=Match.ANY, tags=tags, metadata=(_IMPORTANT,), since=now)
            with self.database.write() as connection:
                rules.put(connection, rule, _change(rule, RuleDeed.ADDED, SETTINGS, now, before=None))
        elif known is not None and is_ours and known.tags != tags:
            changed = replace(known, tags=tags, since=now)
            with self.database.write() as connection:
                rules.put(connection, changed, _change(changed, RuleDeed.CHANGED, SETTINGS, now, before=known))

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _put(
        self,
        rule: Rule,
        deed: RuleDeed,
        who: str,
        now: datetime,
        *,
        before: Rule,
        also: Callable[[Connection], None] = lambda _connection: None,
    ) -> Rule:
        with self.database.write() as connection:
            if rules.put(connection, rule, _change(rule, deed, who, now, before=before)):
                also(connection)
                news.put_of_rule(connection, rule.rule_id)
                return replace(rule, edition=rule.edition + 1)
        overtook: Sequence[RuleChange] = self.changes(rule.rule_id, limit=1)
        raise Overtaken(overtook[0] if overtook else None)

    @staticmethod
    def _keep_apart(connection: Connection, rule: Rule) -> None:
        """Two rules of one name could not be told apart."""
        others = (other for other in rules.every(connection) if other.rule_id != rule.rule_id)
        if any(other.name.casefold() == rule.name.casefold() for other in others):
            raise Faults({RuleField.NAME: f"There is a rule called “{rule.name}” already; choose another name."})


def _change(rule: Rule, deed: RuleDeed, who: str, now: datetime, *, before: Rule | None) -> RuleChange:
    after = None if deed is RuleDeed.REMOVED else rule
    return RuleChange(at=now, who=who, rule_id=rule.rule_id, deed=deed, before=before, after=after)


def _new_id(connection: Connection, name: str) -> str:
    """An id that can be typed: the words of the name, and a number where they are taken."""
    words = re.sub(r"[^a-z0-9]+", "-", "-".join(fold_words(name))).strip("-")[:40] or "rule"
    taken = 1
    while rules.is_known(connection, found := words if taken == 1 else f"{words}-{taken}"):
        taken += 1
    return found
