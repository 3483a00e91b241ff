"""Keeping in step with Postmark: how far each list was fetched, and whose details are wanted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sync_servers",
        sa.Column("server", KEY, nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease_until", INSTANT),
        sa.Column("began_at", INSTANT),
        sa.Column("goal", INSTANT),
        sa.Column("swept_at", INSTANT),
        sa.Column("next_at", INSTANT),
        sa.Column("retry_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("trouble_since", INSTANT),
        sa.Column("hourly", sa.Float(), nullable=False),
        sa.Column("daily", sa.Float(), nullable=False),
        sa.Column("busiest", sa.Float(), nullable=False),
        sa.Column("unheard_since", INSTANT),
        sa.Column("details_at", INSTANT),
        sa.PrimaryKeyConstraint("server"),
    )
    op.create_table(
        "sync_lists",
        sa.Column("server", KEY, nullable=False),
        sa.Column("listing", KEY, nullable=False),
        sa.Column("since", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("window_since", INSTANT),
        sa.Column("window_until", INSTANT),
        sa.Column("window_offset", sa.Integer()),
        sa.Column("window_dated", sa.Boolean()),
        sa.Column("cut_at", INSTANT),
        sa.PrimaryKeyConstraint("server", "listing"),
    )
    op.create_table(
        "wanted_details",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("needed_at", INSTANT, nullable=False),
        sa.Column("look_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("wanted_due", "wanted_details", ["look_at"])
