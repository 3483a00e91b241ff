"""The trails of the messages found: those that answer the question, and the others of the same messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.gathering import about
from bot.lookup.asking import Gathered
from bot.lookup.matching import Aim, fits, shown
from bot.lookup.own import Sought
from bot.trails import assemble
from store.records import Message, Trail


@dataclass(frozen=True, slots=True)
class Found:
    """Trails, newest first."""

    shown: list[Trail]
    """They answer the question."""
    others: list[Trail]
    """They are of the same messages, but of people nobody asked about."""


def read(connection: Connection, sought: Sought, *, until: datetime, unsaved: Gathered | None = None) -> Found:
    """Reads the events of the messages found and puts their trails together.

    Only what had happened by ``until`` counts. ``unsaved`` is what Postmark said and nobody could store.
    """
    messages = [*sought.messages, *_fitting(unsaved, sought.aim)]
    ids = {message.message_id for message in messages}
    told = [*(arrival.event for arrival in unsaved.arrivals)] if unsaved else []
    known = about(connection, messages)
    everything = {event.key: event for event in (*told, *known)}.values()
    trails = [trail for trail in assemble(messages, everything, until=until) if trail.message.message_id in ids]
    answering = shown(trails, sought.aim)
    chosen = {(trail.message.message_id, trail.recipient.key) for trail in answering}
    return Found(answering, [t for t in trails if (t.message.message_id, t.recipient.key) not in chosen])


def _fitting(unsaved: Gathered | None, aim: Aim) -> Iterable[Message]:
    return (message for message in unsaved.messages.values() if fits(message, aim)) if unsaved else ()
