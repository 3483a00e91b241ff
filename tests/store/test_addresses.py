from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.addresses import display_domain, domain_of, fold_words, normalise, normalise_domain, parse_mailbox


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("maria@oakleaf.example", "maria@oakleaf.example"),
        ("  Maria@OakLeaf.Example ", "maria@oakleaf.example"),
        ("Maria Voss <Maria@oakleaf.example>", "maria@oakleaf.example"),
        ('"Voss, Maria" <maria@oakleaf.example>', "maria@oakleaf.example"),
        ("<mailto:maria@oakleaf.example>", "maria@oakleaf.example"),
        ("mailto:maria@oakleaf.example?subject=hello", "maria@oakleaf.example"),
        ("maria@oakleaf.example (Maria Voss)", "maria@oakleaf.example"),
        ("maria@oakleaf.example.", "maria@oakleaf.example"),
        ("maria@Müller.example", "maria@xn--mller-kva.example"),
        ("maria@XN--MLLER-KVA.example", "maria@xn--mller-kva.example"),
        ("mu\u0308ller@oakleaf.example", "müller@oakleaf.example"),
        ("MÜLLER@oakleaf.example", "müller@oakleaf.example"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_one_key(written: str, key: str) -> None:
    """However an address is written, pasted or capitalised, it is compared in one form."""
    assert normalise(written) == key


_AWKWARD = st.text("aB@ .:;-\u0308üßİ'", max_size=15)


@given(
    st.text(max_size=60) | _AWKWARD | _AWKWARD.map("mailto:".__add__) | _AWKWARD.map("Maria <{}>".format) | st.emails()
)
def test_steady(written: str) -> None:
    """Normalising never fails, whatever the text, and doing it twice changes nothing."""
    assert normalise(normalise(written)) == normalise(written)


@given(st.emails())
def test_case(address: str) -> None:
    """Upper and lower case of an address are one address."""
    assert normalise(address.upper()) == normalise(address.lower()) == normalise(f"Somebody <{address}>")


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("maria@oakleaf.example", None, "maria@oakleaf.example"),
        ("Maria Voss <Maria@oakleaf.example>", "Maria Voss", "Maria@oakleaf.example"),
        ('"Voss, \\"M\\"" <maria@oakleaf.example>', 'Voss, "M"', "maria@oakleaf.example"),
        ("'Maria' <maria@oakleaf.example>", "Maria", "maria@oakleaf.example"),
        ("Voss (office) <maria@oakleaf.example>", "Voss (office)", "maria@oakleaf.example"),
        ("maria@oakleaf.example (Maria  Voss)", "Maria Voss", "maria@oakleaf.example"),
        ("<maria@oakleaf.example>", None, "maria@oakleaf.example"),
        ("just words", None, "just words"),
    ],
)
def test_mailboxes(written: str, name: str | None, address: str) -> None:
    """The name and the address are told apart, and the address keeps the spelling it was sent with."""
    assert parse_mailbox(written) == (name, address)


def test_domains() -> None:
    """Domains are compared in their ASCII form and shown as people write them."""
    assert domain_of("maria@xn--mller-kva.example") == "xn--mller-kva.example"
    assert domain_of("nobody") == ""
    assert normalise_domain("@Müller.example.") == "xn--mller-kva.example"
    assert display_domain("xn--mller-kva.example") == "müller.example"
    assert display_domain("oakleaf.example") == "oakleaf.example"
    assert display_domain("xn--\u00fc.example") == "xn--\u00fc.example"


def test_words() -> None:
    """Names and subjects are found whatever their case, accents and punctuation."""
    assert fold_words("López, MARÍA") == ("lopez", "maria")
    assert fold_words(" – ") == ()
