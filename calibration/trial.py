"""A world put to the question: everybody's probability for each email of its last fourteen days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calibration.engine import Opinion, opinions
from calibration.lines import lines, moment
from calibration.model import DAY, World
from calibration.play import HISTORY, LENGTH, History, Letter, play
from calibration.rivals import RULES
from calibration.score import Case, answer_of, links_left, showed_person
from calibration.truth import posterior
from store.records import Finding

BEST = "best possible"
LEARNED = "Seen, 90 days"
FRESH = "Seen, no history"
NAIVE = next(iter(RULES))
EVERYBODY = (BEST, LEARNED, FRESH, *RULES)

_NOW = LENGTH * DAY


def smaller(world: World, factor: float) -> World:
    """The same world with fewer people."""
    return replace(world, recipients=max(int(world.recipients * factor), 10))


def try_world(world: World, seeds: Sequence[int]) -> list[Case]:
    """The cases of all these histories of a world."""
    return [case for seed in seeds for case in _try_history(play(world, seed))]


def _try_history(history: History) -> list[Case]:
    """With 90 days before them, and with nothing but themselves and nothing learned."""
    asked = [letter for letter in history.letters if letter.sent >= HISTORY * DAY]
    learned = opinions(lines(history, history.letters, until=_NOW), now=moment(_NOW), habits=True)
    fresh = opinions(lines(history, asked, until=_NOW), now=moment(_NOW), habits=False)
    cases = []
    for letter in asked:
        key = letter.message_id, letter.recipient.address
        if key in learned and key in fresh:  # An email that nothing told of yet can't be asked about.
            cases.append(_case(history.world, letter, learned[key], fresh[key]))
    return cases


def _case(world: World, letter: Letter, learned: Opinion, fresh: Opinion) -> Case:
    probabilities = {BEST: posterior(world, letter, _NOW)}
    probabilities |= {name: float(rule(letter, _NOW)) for name, rule in RULES.items()}
    findings: dict[str, Finding] = {who: answer_of(said, letter, _NOW) for who, said in probabilities.items()}
    return Case(
        seen=letter.looked is not None and letter.looked <= _NOW,
        bounced=letter.delivered is None,
        arrived=letter.delivered is not None and letter.delivered <= _NOW,
        showed_person=showed_person(letter, _NOW),
        links_left=links_left(letter),
        probabilities=probabilities | {LEARNED: learned.probability, FRESH: fresh.probability},
        findings=findings | {LEARNED: learned.finding, FRESH: fresh.finding},
    )
