"""The tables of what was learned (``store.learned``) and looked up in DNS (``store.mail_servers``)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from store.columns import KEY, SERIAL, Instant, metadata

lessons = Table(
    "lessons",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("rules", KEY, nullable=False),  # the edition of the rules that learned, and what they were given
    Column("at", Instant, nullable=False),  # only what had happened by then was looked at
    Column("since", Instant),  # the oldest email looked at; null: there was none
    Column("emails", Integer, nullable=False),
    Column("last_event", BigInteger, nullable=False),  # events with higher ids are news to it
    Column("marks", Text, nullable=False),  # what tells whether marks have changed since
    Column("done_at", Instant),  # null: somebody is at it, or has given up
)
"""Each time that habits were learned from the history. The newest that is done holds."""

learned = Table(
    "learned",
    metadata,
    Column("lesson", BigInteger, primary_key=True, autoincrement=False),
    Column("name", KEY, primary_key=True),
    Column("piece", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)
"""What a lesson taught, in pieces: of the sender, of each recipient, of a domain, of a network, of an email."""

mail_servers = Table(
    "mail_servers",
    metadata,
    Column("domain", KEY, primary_key=True),
    Column("looked_up_at", Instant, nullable=False),
    Column("mailbox", Text),  # what kind of mailboxes its mail servers tell of; null: they tell nothing
)
"""What DNS said of the domains that mail was sent to."""
