"""The tables of rules, vigils, alerts, watches and notices (``store.alert_records``); habits as in ``store.schema``.

What is due is found by small indexes that hold nothing else, so that a look costs the same among a million messages.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from store.columns import KEY, SERIAL, Instant, metadata, small_index

IS_PENDING = text("state = 'pending'")
IS_LOOKED_AT = text("look_at IS NOT NULL")
IS_OPEN = text("ending IS NULL")
IS_AT_REST = text("rested_at IS NOT NULL")
"""The rows that small indexes hold. A query must say exactly this, not by parameters, to use them."""

news = Table(
    "news",
    metadata,
    Column("message_id", KEY, primary_key=True),
    sqlite_with_rowid=False,
)
"""Messages of which something new is known that rules, alerts and watches have not looked at yet."""

rules = Table(
    "rules",
    metadata,
    Column("rule_id", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("definition", Text, nullable=False),  # JSON: the rest of store.alert_records.Rule
    Column("paused", Boolean, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("removed_at", Instant),  # null: it holds
)

rule_changes = Table(
    "rule_changes",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", KEY, nullable=False),
    Column("rule_id", KEY, nullable=False),
    Column("deed", Text, nullable=False),
    Column("before", Text),  # JSON; null: there was none
    Column("after", Text),
    Index("changes_of_rule", "rule_id", "at"),
)
"""Who changed which rule how."""

vigils = Table(
    "vigils",
    metadata,
    Column("rule_id", KEY, primary_key=True),
    Column("message_id", KEY, primary_key=True),
    Column("recipient_key", KEY, primary_key=True),
    Column("began_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("look_at", Instant),
    Column("rest", Text),
    Column("rested_at", Instant),
    Column("sign_at", Instant),
    Index("vigils_of_message", "message_id"),
    Index("vigils_of_recipient", "recipient_key"),
    small_index("vigils_due", "look_at", where=IS_LOOKED_AT),
    Index("vigils_begun", "rule_id", "began_at"),
    small_index("vigils_rested", "rule_id", "rested_at", where=IS_AT_REST),
    sqlite_with_rowid=False,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("rule_id", KEY, nullable=False),
    Column("message_id", KEY, nullable=False),
    Column("recipient_key", KEY, nullable=False),
    Column("kind", Text, nullable=False),
    Column("group", KEY, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("snoozed_until", Instant),
    Column("snoozed_by", Text),
    Column("ending", Text),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("ending_note", Text),
    Column("reminders", Integer, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("look_at", Instant),
    Column("shown", Text),
    Index("alerts_of_message", "message_id"),
    small_index("alerts_open", "began_at", where=IS_OPEN),
    small_index("alerts_to_look_at", "look_at", where=IS_LOOKED_AT),
)

notices = Table(
    "notices",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("channel", KEY, nullable=False),
    Column("about", KEY, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("group", KEY, nullable=False),
    Column("thread", Text),
    Column("not_before", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("worker", Text),
    Column("first_claimed_at", Instant),
    Column("sent_at", Instant),
    Column("posted_in", KEY),
    Column("ts", KEY),
    Column("error", Text),
    small_index("notices_pending", "channel", "not_before", where=IS_PENDING),
    Index("notices_of_subject", "about"),
    Index("notices_posted", "posted_in", "ts"),
    Index("notices_sent", "channel", "sent_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("channel", KEY, primary_key=True),
    Column("free_at", Instant, nullable=False),
    Column("worker", Text),
)
"""Whose turn it is to post in a channel: one process at a time, and one post a second."""

watches = Table(
    "watches",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("key", KEY, nullable=False),
    Column("who", KEY, nullable=False),
    Column("question", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("channel", Text),
    Column("thread", Text),
    Column("since", Instant),
    Column("settled", Text, nullable=False),  # JSON: message ids with recipient keys
    Column("look_at", Instant),
    Column("end", Text),
    Column("ended_at", Instant),
    Column("told", Text),
    # An ended watch leaves its key to a new one.
    small_index("watches_open", "key", unique=True, where=text('"end" IS NULL')),
    Index("watches_of_somebody", "who", "began_at"),
    small_index("watches_to_look_at", "look_at", where=IS_LOOKED_AT),
)

watch_subjects = Table(
    "watch_subjects",
    metadata,
    Column("kind", Text, primary_key=True),  # message, address, reference, domain
    Column("value", KEY, primary_key=True),
    Column("watch_id", SERIAL, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""What open watches listen for: by these a watch is found when something happens."""
