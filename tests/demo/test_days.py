"""The days of the demo's firm: drawn from a seed, in office hours, with everything that its first hour is to show."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.clock import FirmClock
from bot.demo.days import IMPORTANT, Ahead, Chore, first_day
from bot.demo.drawing import draw
from bot.demo.story import Act
from bot.office import Office, parse_hours

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HOUR, ZONE = timedelta(hours=1), ZoneInfo("UTC")
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"]).map(ZoneInfo)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside it


def ahead_of(seed: int = 1, now: datetime = NOW, zone: ZoneInfo = ZONE) -> Ahead:
    return Ahead.of(draw(seed, now, zone), now)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23 15:00", "2026-11-24"),  # a Monday afternoon
        ("2026-11-23 07:00", "2026-11-23"),
        ("2026-11-27 15:00", "2026-11-30"),  # a Friday
        ("2026-11-28 03:00", "2026-11-30"),
    ],
)
def test_the_next_morning_is_shown(now: str, day: str) -> None:
    """The page begins with the next morning of a business day, whenever the demo is started."""
    assert first_day(datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo("UTC")).isoformat() == day


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), moments, zones)
def test_what_leads_up_to_it_has_happened(seed: int, now: datetime, zone: ZoneInfo) -> None:
    """Whatever was sent before the first day was sent in office hours, and nothing happens before its cause."""
    ahead = ahead_of(seed, now, zone)
    assert ahead.first.opens_at > now - timedelta(hours=1)
    for email in ahead.emails:
        assert all(deed.at > email.sent_at for deed in email.deeds)
        local = email.sent_at.astimezone(zone)
        assert local.weekday() < 5
        assert 8 <= local.hour < 18
    assert all(email.sent_at < ahead.first.opens_at for email in ahead.earlier)
    assert [email.sent_at for email in ahead.earlier] == sorted(email.sent_at for email in ahead.earlier)


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_first_hour_has_everything(seed: int) -> None:
    """Emails fall due, one of them is opened then, one is called about; a firm refuses five; one is watched."""
    ahead = ahead_of(seed)
    opens_at = ahead.first.opens_at
    office = Office(timezone=ZoneInfo("UTC"), hours=parse_hours("Mon-Fri 08:00-18:00"))
    due = {
        email.job: office.add_business_time(email.sent_at, 24 * HOUR)
        for email in ahead.earlier
        if email.kind in IMPORTANT and not email.acts(email.to) & {Act.BOUNCED}
    }
    in_the_hour = [job for job, at in due.items() if opens_at <= at < opens_at + HOUR]
    assert len(in_the_hour) == 3
    acts = {email.job: email.acts(email.to) for email in ahead.earlier}
    assert sum(Act.OPENED in acts[job] for job in in_the_hour) == 1
    assert sum(Act.OUT_OF_OFFICE in acts[job] for job in in_the_hour) == 1
    assert [doing.chore for doing in ahead.first.doings] == [Chore.CALLED, Chore.WATCHES]
    assert ahead.first.doings[0].email.job in in_the_hour
    sent = [email for email in ahead.first.emails if email.sent_at < opens_at + HOUR]
    refused = Counter(email.to.domain for email in sent if Act.BOUNCED in email.acts(email.to))
    assert refused.most_common(1)[0][1] == 5


def test_numbers_go_on() -> None:
    """Jobs and invoices of the days ahead are numbered on from the story's; nobody has a number of somebody else."""
    story = draw(1, NOW)
    ahead = Ahead.of(story, NOW)
    jobs = [int(email.job) for email in ahead.emails]
    assert len(set(jobs)) == len(jobs)
    assert min(jobs) > max(int(email.job) for email in story.emails)
    assert not {person.address for person in story.people} & {email.to.address for email in ahead.emails}


def test_other_days_are_drawn_on_and_on() -> None:
    """After the first day comes the next business day, with emails to known customers through office hours."""
    ahead = ahead_of(now=datetime(2026, 11, 26, 15, 0, tzinfo=UTC))  # so that the first day is a Friday
    known = {email.to.address for email in ahead.emails}
    monday = ahead.days.following(ahead.first.opens_at.date())
    day = ahead.days.next(monday)
    assert day.opens_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert len(day.emails) > 15
    assert {email.to.address for email in day.emails} <= known
    assert all(one.sent_at <= other.sent_at for one, other in pairwise(day.emails))
    assert all(day.opens_at < email.sent_at < day.closes_at for email in day.emails)


def test_a_seed_is_a_firm() -> None:
    """The same seed at the same moment draws the same days."""
    assert ahead_of(3).emails == ahead_of(3).emails
    assert ahead_of(3).emails != ahead_of(4).emails


def test_its_clock() -> None:
    """The firm's clock runs at its speed, stands still when it is held, jumps forward only, and never runs back."""
    real = [100.0]
    clock = FirmClock(NOW, real=lambda: real[0])
    real[0] += 5
    assert clock.now() == NOW
    clock.run()
    real[0] += 1
    assert clock.now() == NOW + timedelta(minutes=1)
    clock.run(speed=300)
    real[0] += 1
    assert clock.now() == NOW + timedelta(minutes=6)
    clock.hold()
    real[0] += 60
    assert clock.now() == NOW + timedelta(minutes=6)
    clock.jump(NOW)
    assert clock.now() == NOW + timedelta(minutes=6)
    clock.jump(NOW + HOUR)
    assert clock.now() == NOW + HOUR
