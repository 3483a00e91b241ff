"""Rules, and what is said unasked: vigils, alerts, watches and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_LOOKED_AT = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("message_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_with_rowid=False,
    )
    _rules()
    _alerts()
    _notices()
    _watches()


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_table(
        "rule_changes",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", KEY, nullable=False),
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_of_rule", "rule_changes", ["rule_id", "at"])


def _alerts() -> None:
    op.create_table(
        "vigils",
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("recipient_key", KEY, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("look_at", INSTANT),
        sa.Column("rest", sa.Text()),
        sa.Column("rested_at", INSTANT),
        sa.Column("sign_at", INSTANT),
        sa.PrimaryKeyConstraint("rule_id", "message_id", "recipient_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("vigils_of_message", "vigils", ["message_id"])
    op.create_index("vigils_of_recipient", "vigils", ["recipient_key"])
    _when("vigils_due", "vigils", ["look_at"], IS_LOOKED_AT)
    op.create_index("vigils_begun", "vigils", ["rule_id", "began_at"])
    _when("vigils_rested", "vigils", ["rule_id", "rested_at"], sa.text("rested_at IS NOT NULL"))
    op.create_table(
        "alerts",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False, unique=True),
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("recipient_key", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("group", KEY, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("snoozed_until", INSTANT),
        sa.Column("snoozed_by", sa.Text()),
        sa.Column("ending", sa.Text()),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ending_note", sa.Text()),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("look_at", INSTANT),
        sa.Column("shown", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_of_message", "alerts", ["message_id"])
    _when("alerts_open", "alerts", ["began_at"], sa.text("ending IS NULL"))
    _when("alerts_to_look_at", "alerts", ["look_at"], IS_LOOKED_AT)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False, unique=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("about", KEY, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("group", KEY, nullable=False),
        sa.Column("thread", sa.Text()),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("worker", sa.Text()),
        sa.Column("first_claimed_at", INSTANT),
        sa.Column("sent_at", INSTANT),
        sa.Column("posted_in", KEY),
        sa.Column("ts", KEY),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    _when("notices_pending", "notices", ["channel", "not_before"], sa.text("state = 'pending'"))
    op.create_index("notices_of_subject", "notices", ["about"])
    op.create_index("notices_posted", "notices", ["posted_in", "ts"])
    op.create_index("notices_sent", "notices", ["channel", "sent_at"])
    op.create_table(
        "turns",
        sa.Column("channel", KEY, nullable=False),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.Column("worker", sa.Text()),
        sa.PrimaryKeyConstraint("channel"),
    )


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("who", KEY, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("thread", sa.Text()),
        sa.Column("since", INSTANT),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.Column("look_at", INSTANT),
        sa.Column("end", sa.Text()),
        sa.Column("ended_at", INSTANT),
        sa.Column("told", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    _when("watches_open", "watches", ["key"], sa.text('"end" IS NULL'), unique=True)
    op.create_index("watches_of_somebody", "watches", ["who", "began_at"])
    _when("watches_to_look_at", "watches", ["look_at"], IS_LOOKED_AT)
    op.create_table(
        "watch_subjects",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("watch_id", SERIAL, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "watch_id"),
        sqlite_with_rowid=False,
    )


def _when(name: str, table: str, columns: list[str], rows: sa.TextClause, *, unique: bool = False) -> None:
    """An index that holds some of the rows only."""
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
