"""What is forgotten when Seen is taken off a workspace, in every table there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, insert, select
from sqlalchemy.types import BigInteger

from store import schema, schema_alerts, slack_team
from store.columns import Instant
from store.database import Database

PERSON, ACCOUNT = "U0ROSALIND", "ursula"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OF_PEOPLE = re.compile(r"who|(.*_)?by|(.*_)?note|place|channel|thread|posted_in|ts|question")
"""What columns are called that name people of Slack and places there, or hold what people wrote."""


def value(column: Column[Any], at: datetime) -> Any:
    """Something for any column: the person wherever words can stand."""
    if isinstance(column.type, Instant):
        return at
    if isinstance(column.type, Boolean):
        return False
    return 1 if isinstance(column.type, Integer | BigInteger | Float) else PERSON


def naming(database: Database) -> set[str]:
    """The columns that name the person, of those that can."""
    found = set()
    with database.read() as connection:
        for table in schema.metadata.sorted_tables:
            rows = list(connection.execute(select(table)).mappings())
            columns = [column.name for column in table.columns if OF_PEOPLE.fullmatch(column.name)]
            found |= {f"{table.name}.{name}" for name in columns for row in rows if row[name] == PERSON}
    return found


def fill(database: Database, at: datetime) -> None:
    with database.write() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(insert(table).values({column.name: value(column, at) for column in table.columns}))


def test_no_table_keeps_a_person(database: Database) -> None:
    """Afterwards nobody of Slack is named in any table, however new the table is: what names people is forgotten."""
    fill(database, NOW)
    assert naming(database) > {"questions.who", "watches.who", "alerts.ended_by", "deeds.note", "marks.who"}
    with database.write() as connection:
        gone = slack_team.forget(connection, before=NOW)
    assert naming(database) == set()
    assert gone["questions"] == gone["watches"] == 1


def test_what_came_afterwards_stays(database: Database) -> None:
    """What is younger than the end stays: the app was installed again."""
    fill(database, NOW)
    before = naming(database)
    with database.write() as connection:
        gone = slack_team.forget(connection, before=NOW - timedelta(seconds=1))
    assert set(gone.values()) == {0}
    assert naming(database) == before


def test_accounts_of_the_command_line_stay(database: Database) -> None:
    """Who said or changed something on the command line is nobody of Slack's, and stays named."""
    with database.write() as connection:
        for table in (schema.marks, schema_alerts.rule_changes):
            row = {column.name: value(column, NOW) for column in table.columns}
            connection.execute(insert(table).values({**row, "who": ACCOUNT}))
        assert slack_team.forget(connection, before=NOW)["names"] == 0
