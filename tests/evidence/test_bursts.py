"""Events judged together: sweeps of scanners, pairs of strangers, and what must survive them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import lay_out
from bot.evidence.codes import Sign
from store.records import Actor, Event, Signal
from tests.evidence.making import (
    APPLE,
    AWS,
    AZURE,
    BARE,
    CHROME,
    DELIVERED,
    GMAIL,
    HOME,
    LINK,
    OUTLOOK,
    PHONE,
    SAFARI,
    clicked,
    delivery,
    opened,
    trail,
)
from tests.evidence.test_reading import LATER

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"
ELSEWHERE = "86.24.13.7"
HOUR = 3600.0


def judged(*events: Event) -> list[Signal]:
    return list(lay_out(trail(delivery(), *events), LATER).signals)


def actors(*events: Event) -> list[Actor]:
    return [s.actor for s in judged(*events)]


def links(count: int, start: float, apart: float, ip: str = HOME) -> list[Event]:
    return [clicked(start + n * apart, link=f"{LINK}/{n}", ip=ip) for n in range(count)]


def test_many_links_in_a_moment_are_a_machines() -> None:
    """Nobody follows three links within seconds, hours after delivery or not."""
    for signal in judged(*links(3, 5 * HOUR, 0.4)):
        assert (signal.actor, signal.code, signal.because[0]) == (Actor.AUTOMATIC, Sign.BURST_CLICK, "burst:links")


def test_a_person_may_follow_several_links() -> None:
    """Three links at a reader's pace are a reader's."""
    assert set(actors(*links(4, 5 * HOUR, 20))) == {Actor.PERSON}


def test_a_late_click_relabels_earlier_ones() -> None:
    """Two clicks look like a person's until the third of the sweep is heard of."""
    sweep = links(3, 5 * HOUR, 1)
    assert Actor.AUTOMATIC not in actors(*sweep[:2])
    assert set(actors(*sweep)) == {Actor.AUTOMATIC}


def test_the_unsubscribe_link_beside_another_gives_a_scanner_away() -> None:
    """Whoever follows the unsubscribe link and the quote's within a minute follows everything."""
    both = [clicked(5 * HOUR), clicked(5 * HOUR + 30, link="https://alder.example/unsubscribe?x=1")]
    apart = [clicked(5 * HOUR), clicked(5 * HOUR + 300, link="https://alder.example/unsubscribe?x=1")]
    assert set(actors(*both)) == {Actor.AUTOMATIC}
    assert set(actors(*apart)) == {Actor.PERSON}


def test_three_places_within_a_minute_are_a_fleet() -> None:
    """One reader is not at three places at once."""
    places = [clicked(HOUR + 9 * n, ip=ip, link=f"{n}") for n, ip in enumerate((HOME, ELSEWHERE, "62.30.1.1"))]
    assert set(actors(*places)) == {Actor.AUTOMATIC}


def test_two_kinds_of_address_are_one_place() -> None:
    """A reader whose phone uses IPv4 and IPv6 by turns is still one reader."""
    visits = [opened(HOUR, SAFARI, HOME), clicked(HOUR + 8, SAFARI, PHONE), clicked(HOUR + 30, SAFARI, HOME, link="b")]
    assert set(actors(*visits)) == {Actor.PERSON}


def test_the_picture_loaded_in_a_sweep_is_part_of_it() -> None:
    """A scanner that follows the links also loads the picture; the reader's own mail program does not belong to it."""
    browser, own = opened(5 * HOUR + 2), opened(5 * HOUR + 3, OUTLOOK)
    found = {s.event.key: s for s in judged(*links(3, 5 * HOUR, 1), browser, own)}
    assert (found[browser.key].actor, found[browser.key].code) == (Actor.AUTOMATIC, Sign.BURST_OPEN)
    assert found[own.key].actor is Actor.PERSON


def test_picture_services_do_not_make_a_fleet() -> None:
    """Three addresses of Gmail's or Apple's services are one service, not three places."""
    visits = [opened(HOUR, GMAIL, "66.249.84.1"), opened(HOUR + 5, BARE, APPLE), opened(HOUR + 9, CHROME, HOME)]
    found = judged(*visits)
    assert [s.code for s in found] == [Sign.PROXY_OPEN, Sign.APPLE_PRIVACY_OPEN, Sign.PERSON_OPEN]


def test_a_mac_and_then_windows_from_a_data_centre() -> None:
    """Of two clicks seconds apart, the one from a listed network is the machine's and the other stands."""
    person, machine = clicked(900, MAC, HOME), clicked(912, CHROME, AWS, link="b")
    again = clicked(912, CHROME, AZURE, link="b")
    for odd in (machine, again):
        found = {s.event.key: s.actor for s in judged(person, odd)}
        assert found[person.key] is Actor.PERSON
        assert found[odd.key] is Actor.AUTOMATIC


def test_two_strangers_at_once_are_both_in_doubt() -> None:
    """Two systems in two unlisted networks within seconds: one is not the reader, and nobody can say which."""
    assert set(actors(clicked(HOUR, MAC, HOME), clicked(HOUR + 12, CHROME, ELSEWHERE, link="b"))) == {Actor.UNKNOWN}
    assert set(actors(clicked(HOUR, MAC, HOME), clicked(HOUR + 90, CHROME, ELSEWHERE, link="b"))) == {Actor.PERSON}


def test_a_click_in_the_same_second_as_its_open() -> None:
    """Nobody opens an email and follows its link within two seconds; what did both is a machine."""
    assert actors(opened(HOUR), clicked(HOUR + 1)) == [Actor.AUTOMATIC, Actor.AUTOMATIC]
    assert actors(opened(HOUR), clicked(HOUR + 6)) == [Actor.PERSON, Actor.PERSON]
    assert actors(opened(HOUR, ip=None), clicked(HOUR + 0.5, ip=None)) == [Actor.AUTOMATIC, Actor.AUTOMATIC]


@pytest.mark.parametrize("first", [opened(HOUR, OUTLOOK), opened(HOUR, ip=ELSEWHERE), opened(HOUR, GMAIL, None)])
def test_a_click_in_the_same_second_as_another_open_is_in_doubt(first: Event) -> None:
    """A mail program may be slow to load the pictures: the open stands, the click is nobody's for sure."""
    found = judged(first, clicked(HOUR + 0.5))
    assert [(s.actor, s.code) for s in found][1] == (Actor.UNKNOWN, Sign.DOUBTFUL_CLICK)
    assert found[0].actor is Actor.PERSON


def test_office_beside_the_browser_is_one_click_of_one_person() -> None:
    """Outlook looks at the link as its reader's browser opens it: the reader's click stands."""
    found = judged(clicked(HOUR, OUTLOOK), clicked(HOUR + 1, CHROME, link=LINK + "?"))
    assert [s.code for s in found] == [Sign.LINK_CHECK, Sign.PERSON_CLICK]


def test_open_and_click_from_one_data_centre_by_two_programs() -> None:
    """The recipient denied both, and was right."""
    assert set(actors(opened(2 * HOUR, CHROME, AZURE), clicked(2 * HOUR + 40, SAFARI, AZURE))) == {Actor.AUTOMATIC}


def test_twenty_links_from_several_data_centres() -> None:
    """About 23 hits in 15 seconds, all with browsers' names, are one sweep."""
    sweep = [clicked(300 + 0.65 * n, CHROME, (AWS, AZURE, ELSEWHERE)[n % 3], link=f"{n}") for n in range(23)]
    assert set(actors(*sweep)) == {Actor.AUTOMATIC}


@given(
    st.lists(
        st.builds(
            lambda after, click, agent, ip, link: (
                clicked(after, agent, ip, link=link) if click else opened(after, agent, ip)
            ),
            st.integers(0, 90),
            st.booleans(),
            st.sampled_from([CHROME, SAFARI, OUTLOOK, GMAIL, BARE]),
            st.sampled_from([HOME, PHONE, AWS, None]),
            st.sampled_from(["a", "b", "c", "unsubscribe"]),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
@pytest.mark.filterwarnings("error")
def test_the_order_of_arrival_changes_no_label(events: list[Event], rng: random.Random) -> None:
    """Whatever order the webhooks come in, each event is taken for the same, and no machine becomes a person."""
    alone = {s.event.key: s.actor for event in events for s in judged(event)}
    unique = list({event.key: event for event in events}.values())
    found = judged(*unique)
    shuffled = unique.copy()
    rng.shuffle(shuffled)
    about = trail(delivery())
    again = lay_out(type(about)(about.message, about.recipient, (delivery(), *shuffled)), LATER).signals
    assert list(again) == found
    assert not [s for s in found if s.actor is Actor.PERSON and alone[s.event.key] is not Actor.PERSON]
    assert all(s.event.at >= DELIVERED for s in found)
