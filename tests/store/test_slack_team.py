"""What is forgotten when Seen is taken off a workspace, in every table there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, insert, select
from sqlalchemy.types import BigInteger

from store import schema, schema_alerts, slack_team
from store.columns import Instant
from store.database import Database

PERSON, ACCOUNT = "U0ROSALIND", "ursula"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KNOW_NOBODY = {
    *("messages", "recipients", "message_references", "people", "names", "events", "unfiled", "news", "vigils"),
    *("sync_servers", "sync_lists", "wanted_details", "cursors", "facts", "rules"),
}
"""Tables about emails, and what the office has set up: rules may name channels and owners as settings do."""
ABOUT_EMAILS = {
    "marks": {"way", "message_id", "recipient_key", "said", "verdict", "version", "evidence"},
    "alerts": {"key", "rule_id", "message_id", "recipient_key", "kind", "group", "ending", "shown"},
    "rule_changes": {"rule_id", "deed", "before", "after"},
}
"""Columns that are about emails and rules, in tables of which only names are forgotten."""


def value(column: Column[Any], at: datetime) -> Any:
    """Something for any column: the person wherever words can stand."""
    if isinstance(column.type, Instant):
        return at
    if isinstance(column.type, Boolean):
        return False
    return 1 if isinstance(column.type, Integer | BigInteger | Float) else PERSON


def naming(database: Database) -> set[str]:
    """The columns that name the person, beside those that can't."""
    found = set()
    with database.read() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name not in KNOW_NOBODY:
                rows = list(connection.execute(select(table)).mappings())
                columns = {column.name for column in table.columns} - ABOUT_EMAILS.get(table.name, set())
                found |= {f"{table.name}.{name}" for name in columns for row in rows if row[name] == PERSON}
    return found


def fill(database: Database, at: datetime) -> None:
    with database.write() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name not in KNOW_NOBODY:
                connection.execute(insert(table).values({column.name: value(column, at) for column in table.columns}))


def test_no_table_keeps_a_person(database: Database) -> None:
    """Afterwards nobody is named in any table but those of emails and settings, which know nobody of Slack.

    A new table that fails here may hold people of Slack: `store.slack_team` has to forget them, or it is named above.
    """
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
