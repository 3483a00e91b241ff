"""What was learned from the history, and the mail servers of domains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("rules", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("since", INSTANT),
        sa.Column("emails", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "learned",
        sa.Column("lesson", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lesson", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_servers",
        sa.Column("domain", KEY, nullable=False),
        sa.Column("looked_up_at", INSTANT, nullable=False),
        sa.Column("mailbox", sa.Text()),
        sa.PrimaryKeyConstraint("domain"),
    )
