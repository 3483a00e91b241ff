from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.parsing import (
    amounts,
    below,
    channel,
    channel_or_person,
    count,
    domains,
    duration,
    field,
    holidays,
    hours,
    metadata,
    name,
    person,
    timezone,
    words,
)
from bot.rules.timing import longest_wait
from store.alert_records import Amount
from tests.rules.making import defaults

OFFICE = defaults("Mon-Thu 08:00-18:00; Fri 08:00-13:00").office


def span(text: str) -> timedelta:
    return duration(text, OFFICE)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (name, "  Quotes\tand invoices ", "Quotes and invoices"),
        (words, "quote, Invoice\nquote;  ", ("quote", "Invoice")),
        (words, "", ()),
        (metadata, "important=true, owner", (("important", "true"), ("owner", "*"))),
        (metadata, "kind = quote\nkind=invoice", (("kind", "quote"), ("kind", "invoice"))),
        (amounts, "total>1000", (Amount("total", 1000),)),
        (amounts, "total >= 1.000,50 €\nnet over 5", (Amount("total", 1000.5, or_equal=True), Amount("net", 5))),
        (amounts, "total at least $1,000", (Amount("total", 1000, or_equal=True),)),
        (domains, "Acme.example, @b.example c.example.", ("acme.example", "b.example", "c.example")),
        (domains, "münchen.example", ("xn--mnchen-3ya.example",)),
        (field, " owner ", "owner"),
        (span, "90m", timedelta(minutes=90)),
        (span, "24h", timedelta(hours=24)),
        (span, "24 business hours", timedelta(hours=24)),
        (span, "1h 30m", timedelta(minutes=90)),
        (span, "1 hour and 30 minutes", timedelta(minutes=90)),
        (span, "1.5h", timedelta(minutes=90)),
        (span, "1,5 h", timedelta(minutes=90)),
        (span, "3d", timedelta(hours=30)),
        (span, "2 business days", timedelta(hours=20)),
        (span, "1 working day", timedelta(hours=10)),
        (span, "1 week", timedelta(hours=45)),
        (hours, "Mon-Fri 9-17", "Mon-Fri 9-17"),
        (holidays, "DE-BY", "DE-BY"),
        (holidays, "None", ""),
        (timezone, "Europe/Berlin", "Europe/Berlin"),
        (timezone, "berlin", "Europe/Berlin"),
        (timezone, "america/new york", "America/New_York"),
        (below, "50%", 0.5),
        (below, "0,35", 0.35),
        (below, "below 40 %", 0.4),
        (channel, "C0123456789", "C0123456789"),
        (channel, "<#C0123456789|office>", "C0123456789"),
        (person, "<@U0ROSA|rosa>", "U0ROSA"),
        (person, "<!subteam^S0TEAM|@owners>", "S0TEAM"),
        (channel_or_person, "<@W0ROSA>", "W0ROSA"),
        (channel_or_person, "C0BOSS", "C0BOSS"),
        (lambda text: count(text, 10), " 3 ", 3),
    ],
)
def test_what_people_type(parse: Callable[[str], Any], text: str, value: object) -> None:
    """A field is understood in every way in which an office would write it."""
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "says"),
    [
        (name, " ", "Give the rule a name"),
        (name, "x" * 61, "longer than 60 characters"),
        (words, ",".join(f"t{n}" for n in range(21)), "more than 20 values"),
        (words, "<&>" * 200, "too many to fit into the form"),
        (words, "x" * 121, "longer than 120 characters"),
        (metadata, "=true", "such as important=true"),
        (metadata, "total>1000", "such as important=true"),
        (amounts, "total=1000", "such as total>1000"),
        (amounts, "total>lots", "such as total>1000"),
        (amounts, "total>10k", "such as total>1000"),
        (amounts, "total>1e3", "such as total>1000"),
        (amounts, "total>5%", "such as total>1000"),
        (amounts, "total>1000 and net>5", "such as total>1000"),
        (amounts, "1000", "such as total>1000"),
        (domains, "maria@acme.example", "such as acme.example"),
        (domains, "acme", "should look like acme.example"),
        (domains, "-a.example", "should look like acme.example"),
        (field, "owner=rosa", "such as owner"),
        (span, "soon", "such as 90m, 24h or 2 business days"),
        (span, "", "such as 90m"),
        (span, "24", "such as 90m"),
        (span, "24h please", "such as 90m"),
        (span, "3 fortnights", "such as 90m"),
        (span, "0h", "a minute at least"),
        (span, "400h", "400h of business time take about 62 days with these hours, and Postmark forgets an email"),
        (span, "99999w", "Make it 289h 17m at most, or the hours longer"),
        (hours, "whenever", "should look like Mon-Fri 08:00-18:00"),
        (hours, "Mon-Fri 18:00-08:00", "This closes before it opens"),
        (holidays, "Bavaria", "This names a country nobody knows"),
        (holidays, "DE-XX", "This names a region DE does not have"),
        (timezone, "Mars", "should look like Europe/Berlin"),
        (below, "95%", "between 5% and 90%"),
        (below, "half", "between 5% and 90%"),
        (channel, "#office", "looks like C0123456789"),
        (person, "rosa", "looks like U0123456789"),
        (person, "<!channel>", "looks like U0123456789"),
        (channel_or_person, "S0TEAM", "neither a channel's ID"),
        (lambda text: count(text, 10), "11", "from 1 to 10"),
        (lambda text: count(text, 10), "²", "from 1 to 10"),
    ],
)
def test_what_cannot_be_understood(parse: Callable[[str], Any], text: str, says: str) -> None:
    """What can't be understood is answered with whole sentences that show how it should look."""
    with pytest.raises(ValueError, match=rf"{re.escape(says)}.*\.$"):
        parse(text)


PARSERS = (name, words, metadata, amounts, domains, field, span, hours, holidays, timezone, below, channel, person)


@given(text=st.text(max_size=300), parse=st.sampled_from((*PARSERS, channel_or_person)))
def test_nothing_else_is_ever_raised(text: str, parse: Callable[[str], object]) -> None:
    """Whatever is typed, it is understood or refused in a sentence; nothing breaks."""
    try:
        parse(text)
    except ValueError as error:
        refused = str(error)
    else:
        refused = "Understood."
    assert refused.endswith(".")


@given(minutes=st.integers(1, longest_wait(OFFICE) // timedelta(minutes=1)))
def test_every_length_can_be_typed_in_minutes(minutes: int) -> None:
    """A length of business time is kept to the minute."""
    assert span(f"{minutes // 60}h {minutes % 60}m") == timedelta(minutes=minutes)
