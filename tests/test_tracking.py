from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tracking
from bot.tracking import BadRecord
from store.records import Event, EventKind, Source

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MESSAGE_ID = "c3a9d3c4-52f1-4d4e-9f57-08a2f6c1b7aa"


def visit(**changes: Any) -> dict[str, Any]:
    return {
        "type": "portal_visit",
        "at": "2026-11-20T10:15:00+01:00",
        "recipient": "Ruth Amsel <Ruth@Millpond.example>",
        "reference": "#3107",
        **changes,
    }


def parse(record: object, received_at: datetime = NOW) -> Event:
    return tracking.parse(record, received_at=received_at).event


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("message", EventKind.REGISTRATION),
        ("open", EventKind.OPEN),
        ("click", EventKind.CLICK),
        ("portal_visit", EventKind.PORTAL_VISIT),
        ("reply", EventKind.REPLY),
        ("payment", EventKind.PAYMENT),
        ("handled", EventKind.HANDLED),
    ],
)
def test_every_type_is_understood(word: str, kind: EventKind) -> None:
    """Each type of record that the endpoint promises to take becomes an event of its kind."""
    event = parse(visit(type=word, message_id=MESSAGE_ID.upper()))
    assert (event.kind, event.source) == (kind, Source.TRACKING)
    assert event.at == datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert (event.message_id, event.reference) == (MESSAGE_ID, "3107")
    assert (event.recipient, event.recipient_key) == ("Ruth@Millpond.example", "ruth@millpond.example")


def test_what_a_record_tells_is_kept() -> None:
    """The program, the link and the office's note come along; of an address only its network is kept."""
    record = visit(type="click", user_agent="Firefox", link="https://p.example/q", note="rang too", ip="198.51.100.23")
    arrival = tracking.parse(record, received_at=NOW)
    event = arrival.event
    assert (event.user_agent, event.link, event.note) == ("Firefox", "https://p.example/q", "rang too")
    assert event.network is not None
    assert event.network.prefix == "198.51.100.0/24"
    assert json.loads(arrival.raw)["network"]["prefix"] == "198.51.100.0/24"
    assert "198.51.100.23" not in repr(arrival)


def test_only_known_fields_are_kept() -> None:
    """Fields that the endpoint does not promise, whatever is in them, are not stored."""
    assert "secret" not in repr(tracking.parse(visit(body="secret", password="secret"), received_at=NOW))


def test_a_record_needs_little() -> None:
    """A type and a number are enough; the time is then that of arrival."""
    event = parse({"type": "payment", "reference": 2207})
    assert (event.reference, event.recipient, event.at, event.at_is_arrival) == ("2207", None, NOW, True)


def test_the_same_id_is_the_same_record() -> None:
    """A record sent twice with its own id is one, whatever else changed and whenever it came."""
    first, second = parse(visit(id=77)), parse(visit(id="77", note="again", at=None), NOW + timedelta(days=1))
    assert first.key == second.key
    assert first.key != parse(visit(id="78")).key


def test_without_an_id_what_it_says_decides() -> None:
    """Without an id, two records are one when they say the same of the same time, however it is written."""
    again = visit(at="2026-11-20T09:15:00Z", reference="3107", id="")
    assert parse(visit()).key == parse(again, NOW + timedelta(hours=1)).key
    for change in ({"at": "2026-11-20T10:15:01+01:00"}, {"type": "reply"}, {"reference": "3108"}, {"note": "x"}):
        assert parse(visit()).key != parse(visit(**change)).key


def test_two_visits_without_id_and_time_are_two() -> None:
    """Records that name neither an id nor a time are told apart by when they came, so no visit is lost."""
    record = visit(at=None)
    assert parse(record).key != parse(record, NOW + timedelta(hours=1)).key
    assert parse(record).key == parse(record).key


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "JSON object"),
        ([], "JSON object"),
        ("portal_visit", "JSON object"),
        ({"reference": "3107"}, '"type" is missing'),
        (visit(type="visit"), '"visit" is not known'),
        (visit(type=["open"]), "must be one of"),
        (visit(reference=None), '"message_id" or "reference"'),
        (visit(type="message"), "both"),
        (visit(at="yesterday"), "ISO 8601"),
        (visit(at="2026-11-20T10:15:00"), "offset"),
        (visit(at="2026-11-20"), "offset"),
        (visit(at=1763625600), "ISO 8601"),
        (visit(at="0001-01-01T00:00:00Z"), "ISO 8601"),
        (visit(recipient="Ruth"), "email address"),
        (visit(recipient=["ruth@millpond.example"]), "email address"),
        (visit(reference="#"), "no number"),
        (visit(reference={}), "no number"),
        (visit(message_id=[1]), "message ID"),
        (visit(id="x" * 201), "200 characters"),
        (visit(id={}), '"id"'),
    ],
)
def test_an_unusable_record_says_what_to_change(record: object, says: str) -> None:
    """A record that cannot be used is refused with the field and the remedy."""
    with pytest.raises(BadRecord, match=says):
        parse(record)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]))
    | st.sampled_from(["3107", "2026-11-20T10:15:00Z", "a@b.example", "message", "open", "198.51.100.23", 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["type", "at", "recipient", "message_id", "reference", "user_agent", "ip", "link", "note", "id"]


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.booleans())
def test_any_record_is_taken_or_refused(changes: dict[str, Any], whole: bool) -> None:  # noqa: FBT001
    """Whatever a record holds, it becomes an event that every database can hold, or is refused with a sentence."""
    try:
        arrival = tracking.parse(visit(**changes) if whole else changes, received_at=NOW)
    except BadRecord:
        return
    raw = json.loads(arrival.raw)
    assert "\x00" not in repr(raw)
    assert "\\x00" not in repr(arrival.event)
    arrival.raw.encode()
    assert "198.51.100.23" not in str(arrival.event.network)
    assert "ip" not in raw
