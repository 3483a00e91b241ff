from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.matching import fits, number_in
from store.alert_records import Amount, Match
from tests.rules.making import message, rule, to

QUOTE = message(
    "maria@mail.acme.example",
    tag="Quote",
    stream="outbound",
    subject="Your quote for job 1042",
    metadata={"important": "True", "total": "€ 1.250,00", "job": "1042"},
)
MARIA = to("maria@mail.acme.example")


@pytest.mark.parametrize(
    ("says", "does_fit"),
    [
        ({}, True),
        ({"tags": ("invoice", "quote")}, True),
        ({"tags": ("invoice",)}, False),
        ({"streams": ("outbound",)}, True),
        ({"streams": ("broadcast",)}, False),
        ({"metadata": (("important", "true"),)}, True),
        ({"metadata": (("IMPORTANT", "*"),)}, True),
        ({"metadata": (("important", "false"),)}, False),
        ({"metadata": (("important", "false"), ("important", "true"))}, True),
        ({"metadata": (("important", "true"), ("job", "7"))}, False),
        ({"metadata": (("nowhere", "*"),)}, False),
        ({"amounts": (Amount("total", 1000),)}, True),
        ({"amounts": (Amount("total", 1250),)}, False),
        ({"amounts": (Amount("total", 1250, or_equal=True),)}, True),
        ({"amounts": (Amount("nowhere", 0),)}, False),
        ({"subject": r"quote .* \d{4}$"}, True),
        ({"subject": "invoice"}, False),
        ({"domains": ("acme.example",)}, True),
        ({"domains": ("mail.acme.example",)}, True),
        ({"domains": ("e.example", "cme.example")}, False),
        ({"tags": ("quote",), "domains": ("other.example",)}, False),
        ({"tags": ("quote",), "domains": ("other.example",), "match": Match.ANY}, True),
        ({"tags": ("invoice",), "domains": ("other.example",), "match": Match.ANY}, False),
        ({"metadata": (("important", "true"), ("job", "7")), "match": Match.ANY}, True),
        ({"match": Match.ANY}, True),
    ],
)
def test_conditions(says: dict[str, Any], *, does_fit: bool) -> None:
    """A rule fits an email when its conditions do: all of them or any, each with one of its values, in any case."""
    assert fits(rule(**says), QUOTE, MARIA) is does_fit


def test_what_nobody_told_fits_no_condition() -> None:
    """An email of which neither tag nor subject nor metadata are known fits only rules that ask for none."""
    bare = message("maria@example.com")
    asking: list[dict[str, Any]] = [
        {"tags": ("quote",)},
        {"subject": "."},
        {"metadata": (("a", "*"),)},
        {"streams": ("outbound",)},
    ]
    assert fits(rule(), bare, bare.recipients[0])
    assert not any(fits(rule(**says), bare, bare.recipients[0]) for says in asking)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250", 1250),
        ("1250.50", 1250.5),
        ("1250,50", 1250.5),
        ("1,250", 1250),
        ("1.250", 1250),
        ("$1,250.00", 1250),
        ("€ 1.250,00", 1250),
        ("1'250.00 CHF", 1250),
        ("1 250,5 €", 1250.5),
        ("1,250,000", 1_250_000),
        ("1.250.000,5", 1_250_000.5),
        ("about 12.", 12),
        ("-3", -3),
        ("0.5", 0.5),
        ("none", None),
        ("", None),
        ("٣٤", 34),
    ],
)
def test_amounts_as_offices_write_them(text: str, number: float | None) -> None:
    """An amount is understood with either decimal mark, thousands parted by anything, and a currency beside it."""
    assert number_in(text) == number


@given(st.text(max_size=200))
def test_no_value_breaks_an_amount(text: str) -> None:
    """Whatever stands in a metadata field, it is a number or it is not; nothing fails."""
    found = number_in(text)
    assert found is None or isinstance(found, float)


def test_a_stored_pattern_that_is_none_fits_nothing() -> None:
    """A broken pattern, which can't be typed in but might be stored, fits no email and breaks nothing."""
    assert not fits(rule(subject="("), QUOTE, MARIA)
