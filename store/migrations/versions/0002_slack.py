"""What people ask and do in Slack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "slack_events",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("slack_events_by_age", "slack_events", ["taken_at"])
    op.create_table(
        "slack_threads",
        sa.Column("channel", KEY, nullable=False),
        sa.Column("thread", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "thread"),
    )
    op.create_table(
        "questions",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", KEY, nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("questions_newest", "questions", ["at"])
    op.create_index("questions_of_somebody", "questions", ["who", "at"])
    op.create_table(
        "marks",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", KEY, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("recipient_key", KEY, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("seen", sa.Boolean()),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("marks_of_trail", "marks", ["message_id", "recipient_key"])
    op.create_index("marks_of_recipient", "marks", ["recipient_key"])
    op.create_table(
        "deeds",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", KEY, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("recipient_key", KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.Column("undone_by", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deeds_of_trail", "deeds", ["message_id", "recipient_key"])
