from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spelling import COMMON_DOMAINS, did_you_mean, look_alikes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.comm", "gmail.com"),
        ("gmail,com", "gmail.com"),
        ("gmail..com", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("gmail", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("hotmail.cm", "hotmail.com"),
        ("iclod.com", "icloud.com"),
        ("yaho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("aol.con", "aol.com"),
        ("t-onlin.de", "t-online.de"),
        ("exmaple.com", "example.com"),
        ("oakleef.example", "oakleaf.example"),
    ],
)
def test_slips_of_the_fingers(typed: str, meant: str) -> None:
    """A mistyped provider, or a mistyped domain of a customer we write to, is recognised."""
    assert did_you_mean(f"Tom.Reed@{typed}", {"example.com", "oakleaf.example"}) == f"Tom.Reed@{meant}"


@pytest.mark.parametrize(
    "domain",
    ["yahoo.es", "hotmail.de", "mail.com", "mail.de", "ao.com", "gmx.net", "oakleaf.example", "acme.example", "hey.de"],
)
def test_honest_domains_are_left_alone(domain: str) -> None:
    """A domain of its own right is not called a mistake because a commoner one looks like it."""
    assert did_you_mean(f"tom@{domain}", {"oakleaf.example"}) is None


def test_a_mistyped_domain_stays_one_although_we_wrote_to_it() -> None:
    """A slip is recognised although the mistyped domain is among those we have written to."""
    assert did_you_mean("tom@gmial.com", {"gmial.com"}) == "tom@gmail.com"


@pytest.mark.parametrize("text", ["", "tom", "@gmial.com", "tom@", "@", "tom@.", "tom@,"])
def test_what_is_no_address_gets_no_suggestion(text: str) -> None:
    """Half an address is not completed by guessing."""
    assert did_you_mean(text) is None


@pytest.mark.parametrize("domain", COMMON_DOMAINS)
def test_no_common_domain_is_taken_for_another(domain: str) -> None:
    """The common domains are never suggested away."""
    assert did_you_mean(f"tom@{domain}") is None


@given(st.text(max_size=60))
def test_a_suggestion_is_another_address_with_the_same_name_before_the_at(text: str) -> None:
    """Whatever was typed, a suggestion keeps the part before the @ and differs from what was typed."""
    suggestion = did_you_mean(text)
    if suggestion is not None:
        assert suggestion != text.strip()
        assert suggestion.rpartition("@")[0] == text.strip().rpartition("@")[0]


def test_look_alikes_come_nearest_first() -> None:
    """Of the known addresses the nearest are offered first, and unlike ones not at all."""
    known = ["mario@example.com", "maria@example.com", "maria@other.example", "zoe@example.com"]
    assert look_alikes("maria@exmaple.com", known) == ("maria@example.com", "mario@example.com")


def test_look_alike_numbers_differ_by_one_slip_only() -> None:
    """A short number is only like another one slip away."""
    assert look_alikes("1024", ["1042", "1142", "2207", "1024"]) == ("1042",)
