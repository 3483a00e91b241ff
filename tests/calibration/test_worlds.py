"""The worlds are what they say, and obey Postmark's rules."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import combinations, pairwise, product

import pytest

from bot import explain
from calibration import pools
from calibration.lines import lines, moment
from calibration.model import DAY, World
from calibration.play import LENGTH, History, play
from calibration.trial import smaller
from calibration.worlds import DEVELOPMENT, HELD_OUT
from tests.calibration.conftest import WORLDS

_NOW = LENGTH * DAY
_POOLS = {"development": pools.DEVELOPMENT, "other": pools.OTHER, "third": pools.THIRD}


def _bodies(history: History, until: float = _NOW) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines(history, history.letters, until=until)]


def test_there_are_enough_worlds_with_names_of_their_own() -> None:
    """At least six worlds may be fitted to and at least six others may not, each with its own name."""
    names = [world.name for world in WORLDS]
    assert len(DEVELOPMENT) >= 6
    assert len(HELD_OUT) >= 6
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_cast_is_shared_out_completely(world: World) -> None:
    """The shares of the kinds of people in a world sum to one."""
    assert sum(share for share, _ in world.cast) == pytest.approx(1)


@pytest.mark.parametrize(("one", "other"), list(combinations(_POOLS, 2)))
def test_held_out_worlds_look_different(one: str, other: str) -> None:
    """No two pools have a program, a machine's name or a network in common."""
    for field in ("desktop", "phone", "mail_programs", "outlook", "android_mail", "sweepers", "scripts"):
        assert not set(getattr(_POOLS[one], field)) & set(getattr(_POOLS[other], field)), field
    for field in ("home", "mobile", "filters", "guards", "clouds", "unlisted", "apple", "google", "yahoo"):
        blocks, others = (map(ip_network, getattr(_POOLS[name], field)) for name in (one, other))
        assert not [pair for pair in product(blocks, others) if pair[0].overlaps(pair[1])], field


def test_held_out_worlds_are_of_many_sorts(histories: list[History]) -> None:
    """Some have no machines but those of the mailboxes, others have gateways; two show one channel only."""
    names = {world.name for world in HELD_OUT}
    held_out = [history for history in histories if history.world.name in names]
    machines = [{robot.name for letter in history.letters for robot in letter.traits.robots} for history in held_out]
    free = [found <= {"gmail prefetch", "apple privacy"} for found in machines]
    assert free.count(True) >= 2
    assert free.count(False) >= 3
    shown = Counter((history.world.opens_tracked, history.world.links_tracked) for history in held_out)
    assert shown[True, False] == shown[False, True] == 1


def test_the_same_seed_gives_the_same_lines() -> None:
    """Whoever plays a world with the same seed gets the same file, and with another seed another one."""
    world = smaller(DEVELOPMENT[0], 0.1)
    told = [lines(history, history.letters, until=_NOW) for history in (play(world, 1), play(world, 1), play(world, 2))]
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_a_link_is_clicked_once_for_each_recipient(histories: list[History]) -> None:
    """As with Postmark, a second click of a recipient on the same link is never told."""
    for history in histories:
        for letter in history.letters:
            links = [visit.link for visit in letter.visits if visit.link is not None]
            assert len(links) == len(set(links))


def test_a_kept_picture_is_asked_for_once(histories: list[History]) -> None:
    """A picture service that keeps the picture shows up once, and so does any open where only first ones are told."""
    for history in histories:
        for letter in history.letters:
            slots = Counter(visit.slot for visit in letter.visits if visit.slot)
            assert all(count == 1 for count in slots.values())
            if history.world.first_open_only:
                assert sum(visit.link is None for visit in letter.visits) <= 1


def test_nothing_shows_that_is_not_tracked_or_was_lost(histories: list[History]) -> None:
    """Without tracking no open or click is told, nothing during an outage, and nothing of an email that bounced."""
    for history in histories:
        for letter in history.letters:
            for visit in letter.visits:
                assert letter.kind.opens_tracked if visit.link is None else letter.kind.links_tracked
                assert not any(begin * DAY <= visit.at < end * DAY for begin, end in history.world.outages)
                assert letter.delivered is not None


def test_people_act_after_they_looked(histories: list[History]) -> None:
    """Whatever a person does with an email comes after their first look, and a look after the delivery."""
    for history in histories:
        for letter in history.letters:
            theirs = [visit.at for visit in letter.visits if visit.by_person] + [at for _, at in letter.acts]
            if theirs:
                assert letter.looked is not None
                assert letter.delivered is not None
                assert letter.delivered <= letter.looked <= min(theirs)


def test_first_opens_say_so(histories: list[History]) -> None:
    """Of a recipient's opens of one email the earliest, and only that, is marked as the first."""
    for history in histories:
        opens: dict[tuple[object, object], set[tuple[object, object]]] = {}
        for body in _bodies(history):
            if body.get("RecordType") == "Open":
                told = opens.setdefault((body["MessageID"], body["Recipient"]), set())
                told.add((body["ReceivedAt"], body["FirstOpen"]))
        assert opens or not history.world.opens_tracked
        for told in opens.values():
            assert [first for _, first in sorted(told, key=str)] == [True] + [False] * (len(told) - 1)


def test_seen_understands_every_line(histories: list[History]) -> None:
    """Every line is a record that Seen knows, of an email that was sent."""
    for history in histories:
        told = lines(history, history.letters[:150], until=_NOW)
        evidence = explain.read(told, received_at=datetime(2026, 11, 23, tzinfo=UTC))
        assert not evidence.unknown
        assert not evidence.tests
        assert {message.message_id for message in evidence.messages} <= {
            letter.message_id for letter in history.letters
        }
        assert {event.message_id for event in evidence.events} <= {letter.message_id for letter in history.letters}


def test_nothing_is_told_before_it_happened(histories: list[History]) -> None:
    """A file that was cut at some moment holds nothing that happened later."""
    cut = 50 * DAY
    for history in histories:
        for body in _bodies(history, cut):
            at = body.get("ReceivedAt") or body.get("DeliveredAt") or body.get("BouncedAt") or body.get("at")
            late = (datetime.fromisoformat(str(at)) - moment(cut)).total_seconds()
            assert late <= history.world.skew


def test_looks_wait_for_waking_hours(histories: list[History]) -> None:
    """People in offices hardly ever look at night or at weekends."""
    looks = [
        letter.looked
        for history in histories
        for letter in history.letters
        if letter.looked is not None and letter.traits.office_hours
    ]
    awake = sum(at // DAY % 7 < 5 and 8 <= at % DAY / 3600 < 18 for at in looks)
    assert awake / len(looks) > 0.8


def test_letters_are_in_the_order_of_their_numbers(histories: list[History]) -> None:
    """Every email has a number of its own, which a copy to a colleague shares."""
    for history in histories:
        for one, other in pairwise(history.letters):
            assert (one.number == other.number) == other.in_copy
