from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.replies.blocks.actions import SHORTCUT_NAME, Action, Value, decode, mark_of

texts = st.none() | st.text(min_size=1, max_size=3000)
values = st.builds(
    Value,
    question=texts,
    message_id=st.none() | st.uuids().map(str),
    recipient=st.none() | st.emails().map(mark_of),
    number=st.none() | st.integers(0, 99),
    action=st.none() | st.sampled_from(Action),
)


@given(values)
def test_a_button_remembers_what_it_stood_for(value: Value) -> None:
    """What a button was made for comes back when it is pressed, but for a question too long to be kept."""
    encoded = value.encode()
    assert len(encoded) <= 2000
    back = decode(encoded)
    assert back is not None
    assert (back.message_id, back.recipient, back.number, back.action) == (
        value.message_id,
        value.recipient,
        value.number,
        value.action,
    )
    assert back.question in {value.question, None}
    assert back.question == value.question or len(json.dumps(value.question)) > 1500


@given(values)
def test_an_option_of_the_menu_fits_or_is_left_out(value: Value) -> None:
    """A menu's option never breaks its short limit, and keeps which email it is about."""
    encoded = value.encode_option()
    assert encoded is not None
    assert len(encoded) <= 150
    back = decode(encoded)
    assert back is not None
    assert (back.message_id, back.recipient) == (value.message_id, value.recipient)


def test_a_message_id_that_is_too_long_leaves_no_option() -> None:
    """An email with an odd, endless id gets no menu line that would not know it again."""
    assert Value(message_id="x" * 200, recipient="0" * 16).encode_option() is None


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_a_foreign_value_is_nothing(text: str) -> None:
    """A value Seen did not write is taken for no value; it never raises."""
    assert decode(text) is None


def test_odd_parts_are_left_out() -> None:
    """A value of the right edition with wrong parts keeps what makes sense."""
    assert decode('{"v":1,"q":7,"m":"","n":true,"a":"destroy"}') == Value()
    assert decode('{"v":2,"q":"1042"}') is None
    assert decode(None) is None
    assert decode("[" * 100_000) is None


def test_slack_finds_nothing_to_escape() -> None:
    """A value holds none of the characters that Slack escapes, so it comes back as it was sent."""
    encoded = Value(question="<b> & “ü”").encode()
    assert not set("<>&") & set(encoded)
    assert "“ü”" in encoded  # other letters cost one character each, as Slack counts them


def test_buttons_in_a_row_have_their_own_names() -> None:
    """Several buttons of one kind are told apart, and all are known for what they are."""
    assert Action.PICK.numbered(3) == "pick:3"
    assert Action.of("pick:3") is Action.of("pick") is Action.PICK
    assert Action.of("picked") is None
    assert Action.PICK.pattern().fullmatch("pick:3")
    assert not Action.PICK.pattern().fullmatch("pick:x")


def test_the_shortcut_has_a_name_slack_takes() -> None:
    """The message shortcut's name fills Slack's 24 characters and no more."""
    assert len(SHORTCUT_NAME) == 24


def test_a_recipients_mark_is_no_address() -> None:
    """What a button says of a recipient is short, the same every time, and not their address."""
    assert mark_of("maria@example.com") == mark_of("maria@example.com")
    assert len({mark_of(f"guest{number}@example.com") for number in range(1000)}) == 1000
    assert "@" not in mark_of("maria@example.com")
