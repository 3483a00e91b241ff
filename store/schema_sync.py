"""The tables of keeping in step with Postmark (``store.syncing``, ``store.wanted``); habits as in ``store.schema``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text

from store.columns import KEY, Instant, metadata

sync_servers = Table(
    "sync_servers",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("worker", Text),  # who is at it; null: nobody
    Column("lease_until", Instant),
    Column("began_at", Instant),
    Column("goal", Instant),
    Column("swept_at", Instant),
    Column("next_at", Instant),
    Column("retry_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("trouble", Text),
    Column("trouble_since", Instant),
    Column("hourly", Float, nullable=False),
    Column("daily", Float, nullable=False),
    Column("busiest", Float, nullable=False),
    Column("unheard_since", Instant),
    Column("details_at", Instant),
)

sync_lists = Table(
    "sync_lists",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("listing", KEY, primary_key=True),
    Column("since", Instant),
    Column("until", Instant),
    Column("window_since", Instant),
    Column("window_until", Instant),
    Column("window_offset", Integer),
    Column("window_dated", Boolean),
    Column("cut_at", Instant),
)

wanted_details = Table(
    "wanted_details",
    metadata,
    Column("message_id", KEY, primary_key=True),
    Column("needed_at", Instant, nullable=False),
    Column("look_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("wanted_due", "look_at"),
    sqlite_with_rowid=False,
)
"""Emails whose details somebody needs: they alone tell whether an email arrived."""
