"""The tables, as SQLAlchemy Core sees them. ``store/migrations`` builds them; a test holds the two against each other.

Three habits:

* Times are aware UTC ``datetime`` in Python, ``timestamptz`` on PostgreSQL and fixed-width ISO text on SQLite, so that
  both databases compare and sort them alike and a person can read them.
* Whatever is looked up by equality or prefix is of type ``KEY``: compared byte by byte on both databases.
* ``at`` is the moment a message is sorted by, newest first. It is copied to the rows that are searched, so that every
  question is answered from one index, however many messages there are.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text, text

from store.columns import KEY, SERIAL, Instant, instant, metadata, small_index
from store.schema_alerts import (
    IS_LOOKED_AT,
    IS_OPEN,
    IS_PENDING,
    alerts,
    news,
    notices,
    rule_changes,
    rules,
    turns,
    vigils,
    watch_subjects,
    watches,
)
from store.schema_learned import learned, lessons, mail_servers
from store.schema_sync import sync_lists, sync_servers, wanted_details

__all__ = [
    "IS_LOOKED_AT", "IS_OPEN", "IS_PENDING", "KEY", "OF_AN_ADDRESS", "OF_A_BARE_REFERENCE", "Instant", "alerts",
    "cursors", "deeds", "events", "facts", "instant", "learned", "lessons", "mail_servers", "marks",
    "message_references", "messages", "metadata", "names", "news", "notices", "people", "questions", "recipients",
    "rule_changes", "rules", "slack_events", "slack_threads", "sync_lists", "sync_servers", "turns", "unfiled",
    "vigils", "wanted_details", "watch_subjects", "watches",
]  # fmt: skip

messages = Table(
    "messages",
    metadata,
    Column("message_id", KEY, primary_key=True),
    Column("at", Instant, nullable=False),  # sent_at, or while that is unknown its earliest event
    Column("server", Text),
    Column("stream", Text),
    Column("sent_at", Instant),
    Column("sender", Text),
    Column("subject", Text),
    Column("subject_words", Text),  # the subject's words, folded, with a space before each
    Column("tag", Text),
    Column("metadata", Text),  # JSON object of text; null: not known
    Column("status", Text),
    Column("track_opens", Boolean),
    Column("track_links", Text),
    Column("has_html", Boolean),
    Column("sandboxed", Boolean),
    Column("checked_at", Instant),
    Index("messages_newest", "at", "message_id"),
)

recipients = Table(
    "recipients",
    metadata,
    Column("message_id", KEY, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("domain", KEY, nullable=False),
    Column("at", Instant, nullable=False),  # that of the message
    Column("address", Text, nullable=False),
    Column("name", Text),
    Column("role", Text),
    Column("position", Integer),  # its place among those it was sent to; null: known from events only
    Index("recipients_of_address", "key", "at", "message_id"),
    Index("recipients_of_domain", "domain", "at", "message_id"),
    sqlite_with_rowid=False,
)

message_references = Table(
    "message_references",
    metadata,
    Column("message_id", KEY, primary_key=True),
    Column("reference", KEY, primary_key=True),
    Column("at", Instant, nullable=False),  # that of the message
    Index("messages_of_reference", "reference", "at", "message_id"),
    sqlite_with_rowid=False,
)

people = Table(
    "people",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("domain", KEY, nullable=False),
    Column("local", KEY, nullable=False),  # what stands before the @
    Index("people_of_domain", "domain", "key"),
    Index("people_of_local", "local"),
)
"""Every address mail was sent to, once."""

names = Table(
    "names",
    metadata,
    Column("word", KEY, primary_key=True),  # one word of a display name, folded
    Column("key", KEY, primary_key=True),  # the address it stood with
    sqlite_with_rowid=False,
)
"""The words of people's names, for questions that name a person."""

OF_AN_ADDRESS = text("kind IN ('suppression', 'reactivation')")
OF_A_BARE_REFERENCE = text("reference IS NOT NULL AND message_id IS NULL")
"""The rows of ``events`` that two small indexes hold. A query must say exactly this, not by parameters, to use them."""

events = Table(
    "events",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("at_is_arrival", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("server", Text),
    Column("message_id", KEY),
    Column("recipient", Text),
    Column("recipient_key", KEY),
    Column("reference", KEY),
    Column("received_at", Instant, nullable=False),
    Column("details", Text, nullable=False),  # JSON: what else the event says, as store.records.Event names it
    Column("raw", Text, nullable=False),  # JSON: the body as it came, without what must not be kept
    Index("events_of_message", "message_id"),
    # The next two hold few rows: they cost the many opens and clicks nothing.
    small_index("events_of_suppressed_address", "recipient_key", where=OF_AN_ADDRESS),
    small_index("events_of_bare_reference", "reference", where=OF_A_BARE_REFERENCE),
)
"""What happened. Rows are added, never changed."""

unfiled = Table(
    "unfiled",
    metadata,
    Column("event_id", SERIAL, primary_key=True, autoincrement=False),
)
"""Events whose messages have not been looked after yet (store.events.file_new)."""

cursors = Table(
    "cursors",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""How far something has got, or when it was last done."""

facts = Table(
    "facts",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Short notes about the database itself, such as that it holds a demonstration."""


# ── What people ask and do in Slack ──────────────────────────────────────────────────────────────────────────────

slack_events = Table(
    "slack_events",
    metadata,
    Column("event_id", KEY, primary_key=True),
    Column("taken_at", Instant, nullable=False),
    Column("done_at", Instant),  # null: somebody is at it, or has died over it
    Column("answering_at", Instant),  # from here on an answer may have been given
    Column("body", Text),  # JSON: what Slack sent, until it is done
    Index("slack_events_by_age", "taken_at"),
)
"""Events of Slack's, which it may send several times: each is worked on once (store.slack_events)."""

slack_threads = Table(
    "slack_threads",
    metadata,
    Column("channel", KEY, primary_key=True),
    Column("thread", KEY, primary_key=True),  # its first message; empty: a direct conversation as a whole
    Column("at", Instant, nullable=False),
    Column("subject", Text, nullable=False),  # as somebody would type it
)
"""What a thread is about, as far as Seen knows by its own answers."""

questions = Table(
    "questions",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", KEY, nullable=False),
    Column("place", Text),  # the channel; null: nobody else's place, such as the Home tab
    Column("way", Text, nullable=False),  # command, mention, button …
    Column("question", Text, nullable=False),
    Column("refused", Text),  # why; null: it was looked up
    Index("questions_newest", "at"),
    Index("questions_of_somebody", "who", "at"),
)
"""Who looked up what, where and when."""

marks = Table(
    "marks",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", KEY, nullable=False),
    Column("way", Text, nullable=False),
    Column("message_id", KEY, nullable=False),
    Column("recipient_key", KEY, nullable=False),
    Column("said", Text, nullable=False),  # right, wrong, seen, not_seen
    Column("seen", Boolean),  # what that says of the email; null: nothing
    Column("verdict", Text, nullable=False),
    Column("probability", Float, nullable=False),
    Column("version", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON: the codes of the signs that were weighed
    Column("undone_at", Instant),
    Index("marks_of_trail", "message_id", "recipient_key"),
    Index("marks_of_recipient", "recipient_key"),
)
"""What people who knew better said of verdicts."""

deeds = Table(
    "deeds",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", KEY, nullable=False),
    Column("what", Text, nullable=False),  # handled, unblocked, not_unblocked
    Column("message_id", KEY, nullable=False),
    Column("recipient_key", KEY, nullable=False),
    Column("note", Text, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Text),
    Index("deeds_of_trail", "message_id", "recipient_key"),
)
"""What people did about an email to somebody, by pressing a button."""
