from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.form import Faults, RuleField, filled_in, written
from bot.rules.timing import due_at
from store.alert_records import Amount, CantTell, Match, Rule
from tests.rules.making import defaults, rule

SETTINGS = defaults()
plain_words = st.text("abcdefgh XYZ-äß1", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
spans = st.integers(1, 14_000).map(lambda minutes: timedelta(minutes=minutes))


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=4, unique_by=lambda value: str(value).casefold()).map(tuple)


@st.composite
def any_rule(draw: st.DrawFn) -> Rule:
    told = draw(st.booleans())
    return rule(
        name=draw(plain_words),
        match=draw(st.sampled_from(Match)),
        tags=draw(several(plain_words)),
        streams=draw(several(plain_words)),
        metadata=draw(several(st.tuples(plain_words, plain_words | st.just("*")))),
        amounts=draw(several(st.builds(Amount, st.just("total"), st.integers(0, 10**9).map(float), st.booleans()))),
        subject=draw(st.none() | st.sampled_from(("quote", r"quote \d+"))),
        domains=draw(several(st.sampled_from(("a.example", "b.example", "xn--mnchen-3ya.example")))),
        after=draw(st.none() | spans),
        timezone=draw(st.none() | st.sampled_from(("Europe/Berlin", "America/Chicago"))),
        hours=draw(st.none() | st.just("Mon-Thu 08:00-12:00,13:00-17:00; Fri 8-14")),
        holidays=draw(st.none() | st.sampled_from(("", "DE", "US-CA"))),
        below=draw(st.none() | st.integers(5, 90).map(lambda percent: percent / 100)),
        cant_tell=draw(st.sampled_from(CantTell)),
        channel=draw(st.none() | st.just("C0BOSS")),
        mention=draw(st.none() | st.sampled_from(("U0ROSA", "S0TEAM"))),
        mention_field=draw(st.none() | st.just("owner")),
        again_after=draw(st.none() | spans),
        again_at_most=draw(st.integers(1, 10)),
        escalate_to="U0BOSS" if told else None,
        escalate_after=draw(spans) if told else None,
    )


@given(kept=any_rule())
def test_what_stands_in_the_form_gives_the_same_rule(kept: Rule) -> None:
    """Opening a rule and sending it back unchanged changes nothing."""
    assert filled_in(rule(name="other"), written(kept), SETTINGS) == kept


def test_only_what_is_typed_changes() -> None:
    """Fields that are not named stay as they are; an emptied field is left to the settings again."""
    before = rule(tags=("quote",), after=timedelta(hours=1), hours="Mon 9-17", cant_tell=CantTell.ALERT)
    after = filled_in(before, {RuleField.AFTER: " ", RuleField.HOURS: "", RuleField.CANT_TELL: ""}, SETTINGS)
    assert after == rule(tags=("quote",), cant_tell=CantTell.DIGEST)


def test_a_day_is_as_long_as_the_rules_own_hours_say() -> None:
    """Business days typed beside new hours are days of those hours."""
    typed = {RuleField.AFTER: "2 business days", RuleField.HOURS: "Mon-Fri 09:00-13:00"}
    assert filled_in(rule(), typed, SETTINGS).after == timedelta(hours=8)


@pytest.mark.parametrize(
    ("typed", "at_fault"),
    [
        ({RuleField.NAME: " "}, {RuleField.NAME}),
        ({RuleField.AFTER: "soon", RuleField.DOMAINS: "acme"}, {RuleField.AFTER, RuleField.DOMAINS}),
        ({RuleField.MATCH: "most"}, {RuleField.MATCH}),
        ({RuleField.ESCALATE_TO: "C0BOSS"}, {RuleField.ESCALATE_AFTER}),
        ({RuleField.ESCALATE_AFTER: "8h"}, {RuleField.ESCALATE_TO}),
        ({RuleField.AGAIN_AT_MOST: "99"}, {RuleField.AGAIN_AT_MOST}),
    ],
)
def test_every_fault_is_told_at_once(typed: dict[RuleField, str], at_fault: set[RuleField]) -> None:
    """Each field that can't be used is named with a sentence, all of them together."""
    with pytest.raises(Faults) as caught:
        filled_in(rule(), typed, SETTINGS)
    assert set(caught.value.faults) == at_fault
    assert all(sentence.endswith(".") for sentence in caught.value.faults.values())


RARELY = "Mon 09:00-09:01"


@pytest.mark.parametrize(
    ("kept", "typed", "at_fault"),
    [
        (rule(), {RuleField.HOURS: RARELY}, RuleField.AFTER),
        (rule(after=timedelta(hours=300)), {RuleField.HOURS: "Mon-Fri 09:00-13:00"}, RuleField.AFTER),
        (rule(after=timedelta(minutes=1), hours=RARELY), {RuleField.AGAIN_AFTER: "1h"}, RuleField.AGAIN_AFTER),
        (rule(), {RuleField.ESCALATE_TO: "C0BOSS", RuleField.ESCALATE_AFTER: "8w"}, RuleField.ESCALATE_AFTER),
        (rule(), {RuleField.AFTER: "2000h"}, RuleField.AFTER),
    ],
)
def test_no_wait_outlasts_what_postmark_knows(kept: Rule, typed: dict[RuleField, str], at_fault: RuleField) -> None:
    """A wait that is over only when Postmark has forgotten the email is refused, whether it or the hours are new."""
    with pytest.raises(Faults, match=r"Postmark forgets an email after 45 days. Make it \w+( \w+)? at most") as caught:
        filled_in(kept, typed, SETTINGS)
    assert set(caught.value.faults) == {at_fault}


def test_a_wait_is_capped_where_the_office_has_changed() -> None:
    """A rule whose office is hardly open any more is due after about 45 days all the same, and costs no time."""
    rarely = defaults(RARELY)
    sent = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert due_at(rule(after=timedelta(hours=300)), sent, rarely) < sent + timedelta(days=60)


def test_a_rule_needs_somewhere_to_speak() -> None:
    """Where the settings name no channel, a rule has to."""
    with pytest.raises(Faults, match="ALERT_CHANNEL isn't set"):
        filled_in(rule(), {}, defaults(channel=None))
    assert filled_in(rule(), {RuleField.CHANNEL: "C0BOSS"}, defaults(channel=None)).channel == "C0BOSS"
