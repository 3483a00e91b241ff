"""What holds for every trail, whatever happened: checked over histories drawn at random."""

import random
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.evidence import lay_out, weigh
from bot.evidence.arithmetic import Prior, add_up
from bot.evidence.codes import Sign
from bot.evidence.timing import DAY
from bot.trails import assemble
from store.records import Actor, Event, EventKind, Finding, Message, Signal, Source
from tests.evidence.making import (
    APPLE,
    AWS,
    BARE,
    BEN,
    CHROME,
    DELIVERED,
    GMAIL,
    GMAIL_PREFETCH,
    GOOGLE,
    HOME,
    MARIA,
    OUTLOOK,
    PHONE,
    PROOFPOINT,
    SAFARI,
    SAFE_LINKS,
    THUNDERBIRD,
    clicked,
    event,
    message,
    opened,
    trail,
)

agents = st.sampled_from(
    [CHROME, SAFARI, OUTLOOK, THUNDERBIRD, GMAIL, GMAIL_PREFETCH, BARE, "curl/8", "okhttp/4", "", None]
)
places = st.sampled_from([HOME, PHONE, APPLE, GOOGLE, AWS, PROOFPOINT, SAFE_LINKS, None])
moments = st.floats(-100, 3 * DAY) | st.integers(-10, 120).map(float) | st.sampled_from([600.0, 1800.0, 3600.0])
sources = st.sampled_from([Source.WEBHOOK, Source.API])
visits = st.builds(
    lambda after, agent, ip, link, source: (
        clicked(after, agent, ip, link=link, source=source) if link else opened(after, agent, ip, source=source)
    ),
    moments,
    agents,
    places,
    st.sampled_from([None, None, "a", "b", "c", "x/unsubscribe"]),
    sources,
)
others = st.builds(
    lambda kind, after, source: event(kind, after, source=source),
    st.sampled_from(
        [
            *(EventKind.DELIVERY, EventKind.DEFERRAL, EventKind.BOUNCE, EventKind.COMPLAINT, EventKind.REPLY),
            *(EventKind.AUTO_REPLY, EventKind.PORTAL_VISIT, EventKind.HANDLED, EventKind.TEST, EventKind.UNKNOWN),
        ]
    ),
    moments,
    sources,
)
histories = st.lists(visits | visits | others, max_size=10)
messages = st.builds(
    lambda opens, links, html, sent: message(
        "m1", MARIA, BEN, track_opens=opens, track_links=links, has_html=html, **({} if sent else {"sent_at": None})
    ),
    st.sampled_from([True, False, None]),
    st.sampled_from(["HtmlAndText", "None", None]),
    st.sampled_from([True, False, None]),
    st.booleans(),
)
nows = moments.map(lambda after: DELIVERED + timedelta(seconds=after))


def signal(actor: Actor, visit: Event, code: Sign, weight: float) -> Signal:
    return Signal(visit, actor, code, weight)


persons = st.builds(
    lambda visit, weight: signal(
        Actor.PERSON, visit, Sign.PERSON_CLICK if visit.kind is EventKind.CLICK else Sign.PERSON_OPEN, weight
    ),
    visits,
    st.floats(0.1, 6),
) | st.builds(
    lambda visit, kind: signal(Actor.PERSON, structs.replace(visit, kind=kind), Sign(kind.value), 6.0),
    visits,
    st.sampled_from([EventKind.REPLY, EventKind.PORTAL_VISIT, EventKind.COMPLAINT]),
)
unclears = st.builds(lambda v, weight: signal(Actor.UNKNOWN, v, Sign.EARLY_OPEN, weight), visits, st.floats(0, 2))
machines = st.builds(
    lambda visit, code, weight: signal(Actor.AUTOMATIC, visit, code, weight),
    visits,
    st.sampled_from([Sign.APPLE_PRIVACY_OPEN, Sign.SCANNER_CLICK, Sign.GMAIL_PREFETCH]),
    st.floats(0, 0.3),
)
labelled = st.lists(persons | unclears | machines, max_size=8)
chances = st.floats(0, 1)
priors = st.builds(lambda ever, share: Prior(ever, ever * share), st.floats(0, 1), st.floats(0, 1))

SLACK = 1e-9


@given(labelled, machines, priors, chances, chances)
def test_a_machine_never_lifts_the_chance_above_that_of_untracked_mail(
    signals: list[Signal], machine: Signal, prior: Prior, before: float, after: float
) -> None:
    """Labels held fixed, a machine's visit leaves the chance at or below what it would be had nothing been tracked.

    Its visit may change how likely a look would have shown, in either direction.
    """
    quiet = [s for s in signals if s.actor is not Actor.AUTOMATIC]
    untracked = add_up(quiet, prior, 0.0).probability
    assert add_up([*signals, machine], prior, after).probability <= untracked + SLACK
    assert add_up(signals, prior, before).probability <= untracked + SLACK


@given(labelled, persons, priors, chances, chances)
def test_a_person_never_lowers_the_chance(
    signals: list[Signal], person: Signal, prior: Prior, before: float, after: float
) -> None:
    """Labels held fixed, what a person did makes it likelier that somebody has seen the email."""
    with_it = add_up([*signals, person], prior, after).probability
    assert with_it >= add_up(signals, prior, before).probability - SLACK


@given(labelled, priors, chances, st.randoms(use_true_random=False))
def test_the_sum_does_not_depend_on_the_order(
    signals: list[Signal], prior: Prior, chance: float, rng: random.Random
) -> None:
    """The same signs in another order add up to the same."""
    shuffled = signals.copy()
    rng.shuffle(shuffled)
    one, other = add_up(signals, prior, chance).probability, add_up(shuffled, prior, chance).probability
    assert abs(one - other) < SLACK


@given(histories, messages, nows)
@settings(max_examples=200)
def test_without_any_sign_the_chance_is_at_most_that_of_a_look_by_now(
    events: list[Event], about: Message, now: datetime
) -> None:
    """Where only machines or nobody came by, the chance never exceeds that of any such email having been looked at."""
    story = trail(*events, about=about)
    parts = lay_out(story, now)
    if all(s.actor is Actor.AUTOMATIC or s.weight == 0 for s in parts.signals):
        assert parts.sum.probability <= parts.prior.by_now + SLACK


@given(histories, histories, messages, nows, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_order_repeats_and_other_people_change_nothing(
    hers: list[Event], his: list[Event], about: Message, now: datetime, rng: random.Random
) -> None:
    """Maria's verdict depends on neither the order nor the number of her events, nor on what Ben did."""
    his = [structs.replace(e, recipient=BEN, recipient_key=BEN, key=f"ben {e.key}") for e in his]
    told = [*hers, *hers[:3], *his]
    rng.shuffle(told)
    alone = [trail for trail in assemble([about], hers, until=now) if trail.recipient.key == MARIA]
    mixed = [trail for trail in assemble([about], told, until=now) if trail.recipient.key == MARIA]
    assert [weigh(trail, now) for trail in mixed] == [weigh(trail, now) for trail in alone]


@given(histories, messages, nows)
@settings(max_examples=200)
def test_every_history_gets_an_answer_that_keeps_its_word(events: list[Event], about: Message, now: datetime) -> None:
    """Whatever happened: "seen" needs a person and nine in ten, and no more than three reasons are given."""
    verdict = weigh(trail(*events, about=about), now)
    assert 0 <= verdict.probability <= 1
    assert len(verdict.reasons) <= 3
    assert all(s.event.at <= now for s in verdict.signals)
    if verdict.finding is Finding.SEEN:
        assert verdict.probability >= 0.9
        assert any(s.actor is Actor.PERSON for s in verdict.signals)
    if verdict.finding is Finding.PROBABLY_SEEN:
        assert verdict.probability >= 0.6
        assert any(s.actor is not Actor.AUTOMATIC for s in verdict.signals)
    assert {r.code for r in verdict.automatic} == {s.code for s in verdict.signals if s.actor is Actor.AUTOMATIC}
