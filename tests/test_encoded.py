"""Names and subjects as mail headers write them."""

from __future__ import annotations

from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.encoded import decoded
from bot.postmark import rows
from bot.untrusted import address
from tests.postmark import samples


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?=", "Jörg Müller"),
        ("=?utf-8?b?SsO2cmc=?=", "Jörg"),
        ("=?utf-8?B?SsO2cmc?=", "Jörg"),
        ("=?iso-8859-1?Q?Jos=E9?= Ortega", "José Ortega"),
        ("Angebot =?UTF-8?Q?f=C3=BCr?= =?UTF-8?Q?_dich?=", "Angebot für dich"),
        ("=?UTF-8?Q?J=C3?==?UTF-8?Q?=B6rg?=", "Jörg"),
        ("=?UTF-8*en?Q?Ann?=", "Ann"),
        ("=?no-such-set?Q?J=C3=B6rg?=", "=?no-such-set?Q?J=C3=B6rg?="),
        ("=?rot13?Q?Wbet?=", "=?rot13?Q?Wbet?="),
        ("=?UTF-8?B?a?=", "=?UTF-8?B?a?="),
        ("What =? Really?=", "What =? Really?="),
        ("=?UTF-8?Q?half", "=?UTF-8?Q?half"),
    ],
)
def test_encoded_words(written: str, words: str) -> None:
    """Encoded words are read, in either way and any character set; what can't be read stays as it was."""
    assert decoded(written) == words


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=80))
def test_whatever_a_mail_program_encodes_comes_out_as_it_went_in(words: str) -> None:
    """A name that Python's own mail library has encoded is the same name again."""
    assert decoded(Header(words, "utf-8", maxlinelen=76).encode().replace("\n", "")) == words


@given(st.text(max_size=200) | st.from_regex(r"(=\?[a-z0-9-]{1,12}\?[bq]\?[ -~]{0,40}\?=\s?)+", fullmatch=True))
def test_nothing_breaks_it(words: str) -> None:
    """Any words, and anything that looks like encoded ones, give some words."""
    assert isinstance(decoded(words), str)


def test_a_customers_name_and_subject_are_read() -> None:
    """Where a program has encoded a name or a subject, people see it as they write it."""
    row = samples.search_row(
        To=[{"Email": "joerg@birch.example", "Name": "=?UTF-8?Q?J=C3=B6rg_Birke?="}],
        Subject="=?UTF-8?B?QW5nZWJvdCBmw7xyIEF1ZnRyYWcgMTA0Mg==?=",
    )
    message = rows.message(row)
    assert message is not None
    assert message.recipients[0].name == "Jörg Birke"
    assert message.subject == "Angebot für Auftrag 1042"
    found = address("=?UTF-8?Q?J=C3=B6rg_Birke?= <joerg@birch.example>")
    assert found is not None
    assert (found.name, found.shown) == ("Jörg Birke", "joerg@birch.example")
