from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmark import rows, webhooks
from bot.untrusted import LONGEST_RAW, read_json
from store.records import Arrival, Event, Message
from tests.postmark import samples
from tests.postmark.samples import COORDINATES, MESSAGE_ID, NOW, READER_ADDRESS, Body

SAMPLES = [*samples.ALL_SIX, samples.inbound]
SECRETS = (READER_ADDRESS, COORDINATES, "price is 900", "We accept", "JVBERi0xLjQ=", "Dear Ruth")

HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        -1,
        2**63,
        2**64,
        10**400,
        -(10**4000),
        1e308,
        math.nan,
        math.inf,
        -math.inf,
        "",
        " ",
        "\x00",
        "a\x00b@c.example",
        "\ud800",
        "\udfff\ud800x@y.example",
        "\u202e\u2028\x1b[2J",
        "x" * 5000,
        "@",
        "@" * 400,
        "a@" + "b" * 400,
        "<<>>@<>",
        "ﷺ" * 300 + "@x.example",
        "xn--\udc80@xn--.example",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999-23:59",
        "2026-13-45T99:99:99Z",
        "2026-11-20T08:00:04.123456789012345Z",
        "2026-11-20",
        "20261120T080004,5+01",
        MESSAGE_ID.upper(),
        "00000000-0000-0000-0000-000000000000",
        "True",
        "42",
        "٤٢",
        "-",
        [],
        {},
        [[]],
        [None, {"Email": None}, {"Email": ["a"]}],
        {"": ""},
        {"Name": {"Family": []}, "Family": 7},
        {"IP": {"IP": READER_ADDRESS}},
        [{"Geo": {"IP": READER_ADDRESS, "Coords": [COORDINATES]}}],
        {"Enabled": {"Content": "price is 900"}},
    ]
)
RANDOM = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


@st.composite
def mutated(draw: st.DrawFn, sample: Callable[..., Body]) -> Body:
    """A body as Postmark sends it, with some fields missing, replaced, wrapped, respelled or added."""
    body = sample()
    for name in draw(st.lists(st.sampled_from(sorted(body)), unique=True, max_size=5)):
        match draw(st.sampled_from(["drop", "hostile", "random", "wrap", "nest", "text", "case"])):
            case "drop":
                del body[name]
            case "hostile":
                body[name] = draw(HOSTILE)
            case "random":
                body[name] = draw(RANDOM)
            case "wrap":
                body[name] = [body[name], {name: body[name]}]
            case "nest":
                body[name] = nested(draw(st.integers(1, 300)))
            case "text" if not isinstance(body[name], dict | list):
                body[name] = str(body[name])
            case "case":
                body[name.upper()] = body.pop(name)
    for name in draw(st.lists(st.text(st.characters(exclude_categories=[]), max_size=9), max_size=2)):
        body.setdefault(name, draw(RANDOM))
    return body


def words_in(record: object) -> Iterator[str]:
    """Every text that a record holds, however deep."""
    if isinstance(record, Event):
        for name in record.__struct_fields__:
            yield from words_in(getattr(record, name))
    elif dataclasses.is_dataclass(record) and not isinstance(record, type):
        for field in dataclasses.fields(record):
            yield from words_in(getattr(record, field.name))
    elif isinstance(record, str):
        yield record
    elif hasattr(record, "items"):
        for name, value in record.items():
            yield from (name, *words_in(value))
    elif isinstance(record, tuple | list):
        for value in record:
            yield from words_in(value)


def check_storable(record: Event | Message) -> None:
    """No database and no terminal could choke on any text of it."""
    for words in words_in(record):
        words.encode()
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in words)


def check(arrival: Arrival) -> None:
    event = arrival.event
    check_storable(event)
    arrival.raw.encode()
    raw = json.loads(arrival.raw)
    assert isinstance(raw, dict)
    assert not any("\x00" in words for words in words_in(raw))
    assert len(arrival.raw) <= LONGEST_RAW
    assert 0 < len(event.key) <= 80
    assert event.at.tzinfo is UTC
    assert len(event.message_id or "") <= 200
    assert len(event.recipient_key or "") <= 320
    assert (event.recipient is None) == (event.recipient_key is None)
    assert -(2**63) <= (event.read_seconds or 0) < 2**63
    kept = repr(arrival)
    for secret in SECRETS:
        assert secret not in kept


@settings(max_examples=150)
@pytest.mark.parametrize("sample", SAMPLES)
@given(data=st.data())
def test_no_body_is_too_odd(sample: Callable[..., Body], data: st.DataObject) -> None:
    """Whatever Postmark might send is understood or kept, can be stored, and holds nothing that must not be kept."""
    body = data.draw(mutated(sample))
    arrival = webhooks.parse(body, received_at=NOW)
    check(arrival)
    again = dict(reversed(body.items()))
    assert webhooks.parse(again, received_at=NOW + timedelta(hours=5)).event.key == arrival.event.key


@settings(max_examples=150)
@given(data=st.data())
def test_no_row_is_too_odd(data: st.DataObject) -> None:
    """Whatever the API might list gives an email that can be stored, or is left out."""
    entries = [
        samples.entry("Delivered", DeliveryMessage="smtp;250 ok"),
        samples.entry("Opened", Summary="Email opened with x"),
        samples.entry("LinkClicked", Link=samples.LINK),
        samples.entry("Bounced", BounceID="1"),
        samples.entry("SubscriptionChanged", SuppressSending="True"),
    ]
    body = data.draw(mutated(lambda: samples.details(*[data.draw(mutated(entry.copy)) for entry in entries])))
    message = rows.message(body)
    found = rows.details(body, received_at=NOW)
    assert (message is None) == (found is None)
    if found is not None:
        check_storable(found.message)
        for arrival in found.arrivals:
            check(arrival)


@given(RANDOM.filter(lambda value: not isinstance(value, dict)) | st.dictionaries(st.text(), RANDOM))
def test_no_json_breaks_it(value: object) -> None:
    """Any JSON object is taken, and anything else is refused as such."""
    if isinstance(value, dict):
        check(webhooks.parse(value, received_at=NOW))
    else:
        with pytest.raises(TypeError):
            webhooks.parse(value, received_at=NOW)


@pytest.mark.parametrize("depth", [50, 900, 100_000])
def test_depth_does_no_harm(depth: int) -> None:
    """A body nested beyond reason is kept as far as reason goes."""
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    check(webhooks.parse(samples.delivery(Novelty=value), received_at=NOW))


def test_size_does_no_harm() -> None:
    """A body of megabytes is kept in short: what it is stays, its endless parts go; it still differs from others."""
    long = [samples.delivery(RecordType="Novelty", Story="x" * 2_000_000 + end) for end in "ab"]
    first, second = (webhooks.parse(body, received_at=NOW) for body in long)
    check(first)
    assert json.loads(first.raw)["MessageID"] == MESSAGE_ID
    assert first.event.key != second.event.key


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": "\\ud800"}', {"a": "\ud800"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": 1e999}', {"a": math.inf}),
        (b'{"a": "\\u0000"}', {"a": "\x00"}),
    ],
)
def test_nearly_json_is_read(body: bytes, expected: object) -> None:
    """A body that is JSON but for a detail is read, because a body refused is lost."""
    assert read_json(body) == expected


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{'a': 1}", b"nope", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"\xff\xfe"]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """A body that is no JSON is refused with one kind of error, whatever is wrong with it."""
    with pytest.raises(ValueError, match=r"."):
        read_json(body)
