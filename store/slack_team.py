"""The Slack workspace that Seen is in: which one it is, and forgetting what it told once Seen is taken off it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, update

from store import facts, schema

NAME = "slack_team"
"""Under this name stands the workspace's Slack id."""

_TOLD = {
    "questions": (schema.questions, schema.questions.c.at),
    "threads": (schema.slack_threads, schema.slack_threads.c.at),
    "events": (schema.slack_events, schema.slack_events.c.taken_at),
    "deeds": (schema.deeds, schema.deeds.c.at),
}
"""The tables that hold what people did and said in Slack, with the time of each row."""


def note(connection: Connection, team: str) -> None:
    """Keeps which workspace it is."""
    if facts.get(connection, NAME) != team:
        facts.put(connection, NAME, team)


def is_another(connection: Connection, team: str) -> bool:
    """Whether that is plainly not the workspace that Seen is in."""
    return facts.get(connection, NAME) not in {None, team}


def forget(connection: Connection, *, before: datetime, way: str) -> Mapping[str, int]:
    """Deletes what was told there before a moment; how many rows of what.

    What people said of verdicts stays, as it is about emails, but not who said it. ``way`` is how Slack's are marked.
    """
    gone = {name: connection.execute(delete(table).where(at <= before)).rowcount for name, (table, at) in _TOLD.items()}
    marks = schema.marks
    of_slack = marks.c.way == way, marks.c.at <= before, marks.c.who != ""
    return {**gone, "names": connection.execute(update(marks).where(*of_slack).values(who="")).rowcount}
