"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("name", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "events",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("at_is_arrival", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("message_id", KEY),
        sa.Column("recipient", sa.Text()),
        sa.Column("recipient_key", KEY),
        sa.Column("reference", KEY),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(
        "events_of_bare_reference",
        "events",
        ["reference"],
        sqlite_where=sa.text("reference IS NOT NULL AND message_id IS NULL"),
        postgresql_where=sa.text("reference IS NOT NULL AND message_id IS NULL"),
    )
    op.create_index("events_of_message", "events", ["message_id"])
    op.create_index(
        "events_of_suppressed_address",
        "events",
        ["recipient_key"],
        sqlite_where=sa.text("kind IN ('suppression', 'reactivation')"),
        postgresql_where=sa.text("kind IN ('suppression', 'reactivation')"),
    )
    op.create_table(
        "facts",
        sa.Column("name", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "message_references",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("reference", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "reference"),
        sqlite_with_rowid=False,
    )
    op.create_index("messages_of_reference", "message_references", ["reference", "at", "message_id"])
    op.create_table(
        "messages",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("server", sa.Text()),
        sa.Column("stream", sa.Text()),
        sa.Column("sent_at", INSTANT),
        sa.Column("sender", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("subject_words", sa.Text()),
        sa.Column("tag", sa.Text()),
        sa.Column("metadata", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("track_opens", sa.Boolean()),
        sa.Column("track_links", sa.Text()),
        sa.Column("has_html", sa.Boolean()),
        sa.Column("sandboxed", sa.Boolean()),
        sa.Column("checked_at", INSTANT),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("messages_newest", "messages", ["at", "message_id"])
    op.create_table(
        "names",
        sa.Column("word", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.PrimaryKeyConstraint("word", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("key", KEY, nullable=False),
        sa.Column("domain", KEY, nullable=False),
        sa.Column("local", KEY, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("people_of_domain", "people", ["domain", "key"])
    op.create_index("people_of_local", "people", ["local"])
    op.create_table(
        "recipients",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("domain", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("position", sa.Integer()),
        sa.PrimaryKeyConstraint("message_id", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("recipients_of_address", "recipients", ["key", "at", "message_id"])
    op.create_index("recipients_of_domain", "recipients", ["domain", "at", "message_id"])
    op.create_table(
        "unfiled",
        sa.Column("event_id", SERIAL, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
