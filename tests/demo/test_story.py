"""Stories are histories that could have been."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.drawing import draw
from bot.demo.letters import BILLING
from bot.demo.story import Act, Story
from store.records import DeliveryState
from tests.demo import truth

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
seeds = st.integers(min_value=0, max_value=10_000)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside it
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"]).map(ZoneInfo)


def _state_asked(story: Story, number: int) -> DeliveryState:
    asked = story.asked[number - 1]
    assert asked.email is not None
    assert asked.who is not None
    return truth.state(story, asked.email, asked.who)


@settings(max_examples=60, deadline=None)
@given(seeds, moments, zones)
def test_a_story_lies_in_the_past(seed: int, now: datetime, zone: ZoneInfo) -> None:
    """Whenever the demo is shown, everything in its history has happened already, in the last two weeks or so, and
    nothing happened to an email before it was sent.
    """
    story = draw(seed, now, zone)
    assert all(deed.at > email.sent_at for email in story.emails for deed in email.deeds)
    moments = [email.sent_at for email in story.emails] + [deed.at for email in story.emails for deed in email.deeds]
    assert now - timedelta(days=17) < story.began <= min(moments)
    assert max(moments) < now


@pytest.mark.parametrize("now", [datetime(2026, 10, 25, 4, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)])
def test_changed_clocks_change_no_order(now: datetime) -> None:
    """In the night in which clocks are changed nothing happens before its cause."""
    for seed in range(40):
        for email in draw(seed, now, ZoneInfo("Europe/Berlin")).emails:
            assert all(email.sent_at < deed.at < now for deed in email.deeds)


@settings(max_examples=30, deadline=None)
@given(seeds, moments, zones)
def test_people_keep_human_hours(seed: int, now: datetime, zone: ZoneInfo) -> None:
    """The firm writes in working hours, except for reminders that go out by themselves; nobody reads in the night."""
    story = draw(seed, now, zone)
    by_hand = [email.sent_at.astimezone(zone) for email in story.emails if email != story.asked[7].email]
    assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in by_hand)
    human = {Act.OPENED, Act.LOOKED}
    looks = [deed.at.astimezone(zone) for email in story.emails for deed in email.deeds if deed.act in human]
    assert all(6 <= at.hour < 23 for at in looks)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_every_situation_is_played(seed: int) -> None:
    """Every history has all thirteen situations: what is asked about is what its customers really did."""
    story = draw(seed, NOW)
    acts = [asked.email.acts(asked.who) if asked.email and asked.who else frozenset() for asked in story.asked]
    assert Act.CLICKED in acts[0]
    assert Act.OPENED in acts[1]
    assert acts[2] == frozenset({Act.DELIVERED, Act.LOADED_AHEAD})
    assert acts[3] == frozenset({Act.DELIVERED, Act.SCANNED})
    assert acts[4] == acts[5] == acts[11] == frozenset({Act.DELIVERED})
    assert acts[6] == frozenset({Act.BOUNCED})
    assert acts[7] == frozenset({Act.PUT_OFF})
    assert _state_asked(story, 9) is DeliveryState.SUPPRESSED
    off, plain, wrong = (story.asked[number].email for number in (9, 10, 11))
    assert off
    assert not off.track_opens
    assert plain
    assert plain.plain
    assert wrong
    assert wrong.copy_to
    assert Act.OPENED in wrong.acts(wrong.copy_to)
    assert story.asked[12].email is None


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_questions_have_one_answer(seed: int) -> None:
    """A question is about the newest email of that customer; no two customers share a name, an address or a number."""
    story = draw(seed, NOW)
    people = story.people
    assert len({person.name for person in people}) == len({person.address for person in people}) == len(people)
    customers = {email.job: email.to for email in story.emails}
    assert all(customers[email.job] == email.to for email in story.emails)
    for asked in story.asked[:-1]:
        assert asked.email == [email for email in story.emails if email.to == asked.who][-1]
    assert not any(asked.text.split()[1] == person.address for asked in story.asked[-1:] for person in people)


def test_a_seed_is_a_history() -> None:
    """The same seed at the same moment is the same history; another seed gives other people other parts."""
    assert draw(3, NOW) == draw(3, NOW)
    clicked = {draw(seed, NOW).asked[0].text for seed in range(12)}
    assert len(clicked) > 8


@pytest.mark.parametrize("seed", range(1, 6))
def test_two_weeks_of_a_small_firm(seed: int) -> None:
    """A history has about sixty emails of every kind, some to several people, and job 1042 among them."""
    story = draw(seed, NOW)
    assert 55 <= len(story.emails) <= 70
    assert len({email.kind for email in story.emails}) == 6
    assert sum(len(email.people) > 1 for email in story.emails) >= 2
    assert "1042" in {email.job for email in story.emails}
    deeds = Counter(deed.act for email in story.emails for deed in email.deeds)
    assert all(deeds[act] for act in Act)
    invoices = [email for email in story.emails if email.kind in BILLING]
    assert all(email.invoice in email.letter.subject for email in invoices)
    firsts = {email.job: email.sent_at for email in reversed(story.emails)}
    in_order = sorted(firsts, key=int)
    assert all(firsts[one] <= firsts[other] for one, other in itertools.pairwise(in_order))
