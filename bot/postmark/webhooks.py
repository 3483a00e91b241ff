"""A webhook's body in, an event out: every record type, the oddities of real bodies, and what nobody has told us of.

Nothing that Postmark could send is refused: a body that is not understood is kept as `EventKind.UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.postmark import events
from bot.postmark.events import Record, Telling
from bot.postmark.inbound import is_inbound, parse_inbound
from bot.postmark.redaction import redacted
from bot.untrusted import fingerprint, identifier, text, whole
from store.records import Arrival, Event, EventKind, Source

_PLAIN: dict[str, Callable[[Record, Telling], Event]] = {
    "Delivery": events.delivery,
    "Bounce": events.bounce,
    "SpamComplaint": events.bounce,
    "SubscriptionChange": events.subscription_change,
}
_WITH_READER: dict[str, Callable[[Record, Telling], Arrival]] = {
    "Open": events.arrival_of_open,
    "Click": events.arrival_of_click,
}

RECORD_TYPES = frozenset({*_PLAIN, *_WITH_READER})

_TEST_MESSAGE_ID = "00000000-0000-0000-0000-000000000000"
_TEST_BOUNCE_ID, _TEST_ADDRESS = 42, "john@example.com"


def parse(
    body: object, *, received_at: datetime, server: str | None = None, source: Source = Source.WEBHOOK
) -> Arrival:
    """The event that a webhook's body tells of.

    Args:
        body: the decoded JSON; it must be an object, whatever its fields hold.
        received_at: when it came (aware, UTC). It stands in where the body names no time.
        server: our name of the Postmark server, where the caller knows it. Bodies don't tell.
        source: `Source.IMPORT` when the body is read from a file.

    Raises:
        TypeError: the body is no JSON object.
    """
    if not isinstance(body, dict):
        raise TypeError("a webhook's body is a JSON object")
    telling = Telling(received_at, source, server)
    if is_test(body):
        return _test(body, telling)
    word = body.get("RecordType")
    if isinstance(word, str):
        if word in _WITH_READER:
            return _WITH_READER[word](body, telling)
        if word in _PLAIN:
            return events.arrival(_PLAIN[word](body, telling), body, telling)
    if is_inbound(body):
        return parse_inbound(body, telling)
    return events.arrival(events.unknown(body, telling), body, telling)


def is_test(body: Record) -> bool:
    """Whether this is what Postmark's "send test" button sends."""
    if body.get("MessageID") == _TEST_MESSAGE_ID:
        return True
    return body.get("Email") == _TEST_ADDRESS and whole(body.get("ID")) == _TEST_BOUNCE_ID


def _test(body: Record, telling: Telling) -> Arrival:
    """A test body: that it came is worth knowing; the message and the address it names do not exist."""
    event = Event(
        key=f"test:{fingerprint(redacted(body))}",
        kind=EventKind.TEST,
        at=telling.received_at,
        at_is_arrival=True,
        source=telling.source,
        server=telling.server,
        stream=identifier(body.get("MessageStream")),
        detail=text(body.get("RecordType"), 100),
    )
    return events.arrival(event, body, telling)
