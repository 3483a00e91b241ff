"""What Slack sent, kept until it is answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("slack_events", sa.Column("answering_at", INSTANT))
    op.add_column("slack_events", sa.Column("body", sa.Text()))
