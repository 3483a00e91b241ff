"""What the figures mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calibration import rivals, score
from calibration.engine import opinions
from calibration.lines import lines, moment
from calibration.model import DAY, Mark
from calibration.picture import draw
from calibration.play import LENGTH, Letter, Visit, play
from calibration.report import dishonesties, figures, misses, tables
from calibration.score import Case
from calibration.trial import BEST, EVERYBODY, FRESH, LEARNED, smaller
from calibration.worlds import DEVELOPMENT
from calibration.worlds.development import CONSUMERS, GATEWAY
from store.records import Finding
from tests.calibration.conftest import plain_world

_NOW = LENGTH * DAY


def _case(*, seen: bool, said: float, finding: Finding = Finding.NO_SIGN, showed: bool = False) -> Case:
    others = dict.fromkeys(EVERYBODY, said)
    return Case(
        seen=seen,
        bounced=False,
        arrived=True,
        showed_person=showed,
        links_left=True,
        probabilities=others | {BEST: float(seen), "x": said, "opened or clicked": 1.0},
        findings=dict.fromkeys((*EVERYBODY, "x"), finding),
    )


CASES = [_case(seen=True, said=0.8), _case(seen=True, said=0.8), _case(seen=False, said=0.8), _case(seen=False, said=0)]


def test_brier_is_the_mean_square() -> None:
    """The Brier score is the mean squared distance from what was true."""
    assert score.brier(CASES, "x") == pytest.approx((0.04 + 0.04 + 0.64 + 0) / 4)


def test_calibration_error_weighs_the_bins() -> None:
    """The calibration error is the distance of said from true in each bin, weighted by its cases."""
    assert score.calibration_error(CASES, "x") == pytest.approx(3 / 4 * abs(0.8 - 2 / 3))
    assert [bin_.cases for bin_ in score.reliability(CASES, "x")] == [1, 3]


def test_kept_is_a_share_of_the_gap() -> None:
    """Nothing of the naive rule's excess is kept by the best answer, all of it by the rule itself."""
    assert score.kept(CASES, BEST, best=BEST, naive="opened or clicked") == 0
    assert score.kept(CASES, "opened or clicked", best=BEST, naive="opened or clicked") == 1
    assert score.kept(CASES, "x", best=BEST, naive="opened or clicked") == pytest.approx(0.18 / 0.5)
    assert score.kept_error(CASES, BEST, best=BEST, naive="opened or clicked") == 0
    assert score.kept_error(CASES, "x", best=BEST, naive="opened or clicked") > 0


@pytest.mark.parametrize(
    ("finding", "seen", "right"),
    [
        (Finding.SEEN, True, True),
        (Finding.SEEN, False, False),
        (Finding.PROBABLY_SEEN, True, True),
        (Finding.NO_SIGN, False, True),
        (Finding.NO_SIGN, True, False),
        (Finding.NOT_DELIVERED, False, False),
        (Finding.IN_TRANSIT, False, False),
    ],
)
def test_answers_are_right_or_wrong(finding: Finding, *, seen: bool, right: bool) -> None:
    """An answer about an email that arrived is right when it fits whether somebody looked."""
    assert score.accuracy([_case(seen=seen, said=0.5, finding=finding)], "x") == right


def test_answers_about_what_did_not_arrive() -> None:
    """Of an email that did not arrive, only the answer that says so is right."""
    bounced = replace(_case(seen=False, said=0, finding=Finding.NOT_DELIVERED), arrived=False, bounced=True)
    transit = replace(_case(seen=False, said=0, finding=Finding.IN_TRANSIT), arrived=False)
    assert score.accuracy([bounced, transit], "x") == 1
    assert score.accuracy([replace(bounced, findings={"x": Finding.NO_SIGN})], "x") == 0


def test_honesty_looks_at_both_sides() -> None:
    """Calling unseen emails seen is counted, and so is saying nothing of those that a person's own visit shows."""
    cases = [
        _case(seen=True, said=1, finding=Finding.SEEN, showed=True),
        _case(seen=True, said=0.5, finding=Finding.NO_SIGN, showed=True),
        _case(seen=False, said=1, finding=Finding.SEEN),
    ]
    assert score.unseen_among_seen(cases, "x") == pytest.approx(1 / 2)
    assert score.recognised(cases, "x") == pytest.approx(1 / 2)
    assert score.recognised([cases[2]], "x") is None


def _visited(agent: str, *, link: int | None = None, after: float = 60.0, person: bool = True) -> Letter:
    letter = next(letter for letter in play(plain_world(), 1).letters if letter.delivered is not None)
    assert letter.delivered is not None
    visit = Visit(letter.delivered + after, link, Mark(agent, "86.150.12.9"), None, by_person=person)
    return replace(letter, visits=(visit,))


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0", (True, False, False)),
        ("python-requests/2.28.0", (True, True, False)),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            (True, True, False),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/144.0", (True, True, True)),
    ],
)
def test_rivals_do_what_such_products_do(agent: str, said: tuple[bool, ...]) -> None:
    """One rule believes everything, one all but Apple's agent, and one only what no list of bots knows."""
    letter = _visited(agent)
    assert tuple(rule(letter, _NOW) for rule in rivals.RULES.values()) == said
    assert not any(rule(letter, letter.sent) for rule in rivals.RULES.values())


def test_a_persons_own_visit_is_a_late_click_or_a_direct_open() -> None:
    """A click counts ten minutes after the delivery, an open when it came through no picture service."""
    assert score.showed_person(_visited("Thunderbird/140.0"), _NOW)
    assert not score.showed_person(_visited("Mozilla/5.0"), _NOW)
    assert not score.showed_person(_visited("Firefox/144.0", link=0), _NOW)
    assert score.showed_person(_visited("Firefox/144.0", link=0, after=3600), _NOW)
    assert not score.showed_person(_visited("Firefox/144.0", link=0, after=3600, person=False), _NOW)


def test_seen_is_asked_as_its_users_ask_it() -> None:
    """Seen gives an opinion on every email in the lines, with what it learned from them and without."""
    history = play(smaller(DEVELOPMENT[0], 0.04), 1)
    told = lines(history, history.letters, until=_NOW)
    for habits in (True, False):
        found = opinions(told, now=moment(_NOW), habits=habits)
        assert len(found) > 100
        assert all(0 <= opinion.probability <= 1 for opinion in found.values())
        assert {key for key, _ in found} <= {letter.message_id for letter in history.letters}


def test_an_engine_that_fails_is_heard() -> None:
    """Lines that can't be read end the measurement with the engine's own words."""
    with pytest.raises(RuntimeError, match="line 1"):
        opinions([b"no json"], now=moment(0), habits=True)


def test_broken_bounds_are_named() -> None:
    """The report says which bound is broken where, and by whom."""
    world = DEVELOPMENT[0]
    good = figures(world, [_case(seen=True, said=1, finding=Finding.SEEN, showed=True), _case(seen=False, said=0)])
    assert not misses(world.name, good)
    assert not dishonesties(world.name, good)
    bad = figures(world, [_case(seen=False, said=1, finding=Finding.SEEN), _case(seen=True, said=0, showed=True)])
    assert {line.split(":")[1].strip() for line in misses(world.name, bad)} == {LEARNED, FRESH}
    assert len(dishonesties(world.name, bad)) == 4
    assert world.name in tables({world.name: bad})


def test_links_that_a_gateway_uses_up_are_no_channel() -> None:
    """Where a machine follows every link first, a person's click is never recorded: only opens can show."""
    for world, left in ((GATEWAY, False), (CONSUMERS, True)):
        letters = [letter for letter in play(smaller(world, 0.1), 1).letters if letter.delivered is not None]
        assert (sum(map(score.links_left, letters)) > len(letters) / 20) is left


def test_the_picture_shows_every_world() -> None:
    """The picture is one drawing that names each world it has bars for."""
    results = {world.name: figures(world, CASES) for world in DEVELOPMENT}
    drawn = draw(CASES, results)
    assert drawn.startswith("<svg")
    assert all(f">{world.name}<" in drawn for world in DEVELOPMENT)
