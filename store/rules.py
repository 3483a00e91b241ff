"""The rules that say which emails are important, and who changed what about them.

A rule is kept as JSON beside its name. What a newer edition of this program wrote into it, and this one doesn't know,
stays in it when this one changes the rest. Removed rules are kept: alerts that they made still speak of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, insert, select, update

from store import schema_alerts
from store.alert_records import Rule, RuleChange, RuleDeed
from store.storable import storable
from store.upsert import insert as insert_or

log = logging.getLogger(__name__)

_rules, _changes = schema_alerts.rules, schema_alerts.rule_changes
_BESIDE = frozenset({"rule_id", "name", "paused", "edition"})
"""What has a column of its own."""
_KNOWN = frozenset(field.name for field in fields(Rule))
_decoder = msgspec.json.Decoder(Rule)
_HOLD = _rules.c.removed_at.is_(None)


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def active(connection: Connection, among: Iterable[str] | None = None) -> list[Rule]:
    """The rules that hold now, or those ``among`` these ids: neither paused nor removed."""
    holding = select(_rules).where(_HOLD, _rules.c.paused.is_(False))
    return _read(connection, holding if among is None else holding.where(_rules.c.rule_id.in_(sorted(set(among)))))


def every(connection: Connection) -> list[Rule]:
    """The rules that are not removed, paused ones too."""
    return _read(connection, select(_rules).where(_HOLD))


def load(connection: Connection, rule_ids: Iterable[str]) -> dict[str, Rule]:
    """These rules by their ids, removed ones too; what is not known is left out."""
    wanted = sorted(set(rule_ids))
    found = _read(connection, select(_rules).where(_rules.c.rule_id.in_(wanted))) if wanted else []
    return {rule.rule_id: rule for rule in found}


def is_known(connection: Connection, rule_id: str) -> bool:
    """Whether there is, or was, a rule of this id."""
    return connection.scalar(select(_rules.c.rule_id).where(_rules.c.rule_id == rule_id)) is not None


def changes(connection: Connection, rule_id: str | None = None, *, limit: int = 100) -> list[RuleChange]:
    """Who changed a rule, or any rule, newest first."""
    query = select(_changes).order_by(_changes.c.at.desc(), _changes.c.id.desc()).limit(limit)
    if rule_id is not None:
        query = query.where(_changes.c.rule_id == rule_id)
    return [
        RuleChange(
            at=row.at,
            who=row.who,
            rule_id=row.rule_id,
            deed=RuleDeed(row.deed),
            before=_decoded(row.before, row.rule_id),
            after=_decoded(row.after, row.rule_id),
        )
        for row in connection.execute(query)
    ]


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def put(connection: Connection, rule: Rule, change: RuleChange) -> bool:
    """Adds, changes or removes a rule, and notes who did.

    ``rule`` carries the edition that was read when the change was begun. False: somebody else has changed or removed
    the rule since, or added one of the same id; then nothing was done.
    """
    done = _add(connection, rule) if change.deed is RuleDeed.ADDED else _change(connection, rule, change)
    if done:
        connection.execute(
            insert(_changes).values(
                at=change.at,
                who=storable(change.who),
                rule_id=change.rule_id,
                deed=change.deed,
                before=_encoded(change.before),
                after=_encoded(change.after),
            )
        )
    return done


def _add(connection: Connection, rule: Rule) -> bool:
    row = {"rule_id": rule.rule_id, **_columns(rule, {}), "edition": rule.edition, "removed_at": None}
    statement = insert_or(connection, _rules).values(row).on_conflict_do_nothing().returning(_rules.c.rule_id)
    return connection.scalar(statement) is not None


def _change(connection: Connection, rule: Rule, change: RuleChange) -> bool:
    is_it = (_rules.c.rule_id == rule.rule_id, _rules.c.edition == rule.edition, _HOLD)
    stored = connection.scalar(select(_rules.c.definition).where(*is_it))
    if stored is None:
        return False
    row = _columns(rule, msgspec.json.decode(stored))
    removed_at = change.at if change.deed is RuleDeed.REMOVED else None
    statement = update(_rules).where(*is_it).values(**row, edition=rule.edition + 1, removed_at=removed_at)
    return connection.execute(statement).rowcount == 1


# ── As JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(rule: Rule, stored: dict[str, Any]) -> dict[str, Any]:
    """The columns of a rule. What this edition doesn't know of the stored definition stays in it."""
    unknown = {name: value for name, value in stored.items() if name not in _KNOWN}
    known = {name: value for name, value in msgspec.to_builtins(rule).items() if name not in _BESIDE}
    definition = msgspec.json.encode({**unknown, **known}).decode()
    return {"name": storable(rule.name), "definition": storable(definition), "paused": rule.paused}


def _encoded(rule: Rule | None) -> str | None:
    return None if rule is None else storable(msgspec.json.encode(rule).decode())


def _decoded(definition: str | None, rule_id: str) -> Rule | None:
    try:
        return _decoder.decode(definition) if definition else None
    except (msgspec.DecodeError, RecursionError):
        log.warning("a change of rule %s was written by another edition and is not shown whole", rule_id)
        return None


def _read(connection: Connection, query: Select[Any]) -> list[Rule]:
    # By name as people sort them, whatever the database's language.
    return sorted(_understood(connection.execute(query)), key=lambda rule: (rule.name.casefold(), rule.rule_id))


def _understood(rows: Iterable[Row[Any]]) -> Iterator[Rule]:
    for row in rows:
        try:
            definition = msgspec.json.decode(row.definition)
            rule: Rule = msgspec.convert({"rule_id": row.rule_id, "name": row.name, **definition}, Rule)
        except (msgspec.DecodeError, TypeError, RecursionError):
            # A newer edition may know words that this one doesn't. Better to keep quiet about some emails than to stop.
            log.warning("rule %s was written by another edition and is left out", row.rule_id)
            continue
        yield replace(rule, name=row.name, paused=row.paused, edition=row.edition)
