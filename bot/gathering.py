"""What the own store holds of emails, put together to trails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.trails import assemble
from store import events
from store.records import Event, Message, Trail


def about(connection: Connection, messages: Iterable[Message]) -> list[Event]:
    """Everything that was recorded of these messages, their recipients' addresses and their numbers."""
    emails = list(messages)
    keys = {recipient.key for message in emails for recipient in message.recipients}
    numbers = {number for message in emails for number in message.references}
    return [
        *events.of_messages(connection, [message.message_id for message in emails]),
        *events.of_addresses(connection, keys),
        *events.of_references(connection, numbers),
    ]


def trails(connection: Connection, messages: Sequence[Message], *, until: datetime) -> list[Trail]:
    """The trails of these messages as they stood at ``until``, newest first."""
    ids = {message.message_id for message in messages}
    told = {event.key: event for event in about(connection, messages)}.values()
    return [trail for trail in assemble(messages, told, until=until) if trail.message.message_id in ids]
