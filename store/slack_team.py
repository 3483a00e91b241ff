"""The Slack workspace that Seen is in: which one it is, and forgetting what it told once Seen is taken off it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select, update

from store import facts, schema, schema_alerts

NAME = "slack_team"
"""Under this name stands the workspace's Slack id."""

_PERSON = re.compile(r"[UW][A-Z0-9]{6,20}")
"""What Slack's ids of people look like: names of accounts on the command line are no such words."""

_TOLD: Mapping[str, tuple[Table, Column[datetime]]] = {
    "questions": (schema.questions, schema.questions.c.at),
    "threads": (schema.slack_threads, schema.slack_threads.c.at),
    "events": (schema.slack_events, schema.slack_events.c.taken_at),
    "deeds": (schema.deeds, schema.deeds.c.at),
    "watches": (schema_alerts.watches, schema_alerts.watches.c.began_at),
    "notices": (schema_alerts.notices, schema_alerts.notices.c.due_at),
    "turns": (schema_alerts.turns, schema_alerts.turns.c.free_at),
}
"""The tables that hold what people did and said in Slack, or where they were told, with the time of each row."""

_NAMING = (
    (schema.marks, "who", schema.marks.c.at, {"who": ""}),
    (schema_alerts.rule_changes, "who", schema_alerts.rule_changes.c.at, {"who": ""}),
    (schema_alerts.alerts, "ended_by", schema_alerts.alerts.c.began_at, {"ended_by": None, "ending_note": None}),
    (schema_alerts.alerts, "snoozed_by", schema_alerts.alerts.c.began_at, {"snoozed_by": None}),
)
"""Columns that name a person in rows that stay: the table, the column, the time of a row, what it becomes."""


def note(connection: Connection, team: str) -> None:
    """Keeps which workspace it is."""
    if facts.get(connection, NAME) != team:
        facts.put(connection, NAME, team)


def is_another(connection: Connection, team: str) -> bool:
    """Whether that is plainly not the workspace that Seen is in."""
    return facts.get(connection, NAME) not in {None, team}


def forget(connection: Connection, *, before: datetime) -> Mapping[str, int]:
    """Deletes what was told there before a moment; how many rows of what.

    What is about emails stays, such as verdicts that somebody called wrong, but not who did so.
    """
    gone = {name: connection.execute(delete(table).where(at <= before)).rowcount for name, (table, at) in _TOLD.items()}
    subjects, watches = schema_alerts.watch_subjects, schema_alerts.watches
    connection.execute(delete(subjects).where(subjects.c.watch_id.not_in(select(watches.c.id))))
    names = sum(_unname(connection, table, column, at <= before, gone_) for table, column, at, gone_ in _NAMING)
    return {**gone, "names": names}


def _unname(
    connection: Connection, table: Table, column: str, wanted: ColumnElement[bool], becomes: Mapping[str, str | None]
) -> int:
    named = connection.execute(select(table.c[column]).where(wanted).distinct()).scalars()
    people = [who for who in named if who and _PERSON.fullmatch(who)]
    return connection.execute(update(table).where(wanted, table.c[column].in_(people)).values(**becomes)).rowcount
