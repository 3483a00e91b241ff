"""Answers use what was learned: the same as the whole history teaches, by one query, and nothing of the future."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot import marks
from bot.app import App
from bot.evidence.lesson import learn_from
from bot.learning.steps import LITTLE
from store.database import Database
from store.marks import Said
from store.records import Answer, JudgedTrail, Trail
from tests.evidence.history import NOW
from tests.learning.firm import DAY, HISTORY, HOUR, MINUTE, about, app, fill, learn, with_id

LONG = [trail for mark in ("", "again ", "and again ") for trail in with_id(HISTORY, mark)]
"""Longer than what is learned from on the way of an answer."""


def people(trails: Sequence[Trail]) -> list[str]:
    return sorted({trail.recipient.key for trail in trails})


def ask(seen: App, who: str, *, at: datetime | None = None, now: datetime = NOW) -> Answer:
    return seen.answer(about(who), now=now, offline=True, limit=50, at=at)


def probabilities(answer: Answer) -> dict[str, float]:
    return {entry.trail.message.message_id: entry.verdict.probability for entry in answer.entries}


def by_the_whole(seen: App, trails: Sequence[Trail], who: str, now: datetime) -> dict[str, float]:
    """What the verdicts are when the whole history is learned from at once, as ``seen explain`` does."""
    past = [trail for trail in trails if trail.message.sent_at and trail.message.sent_at <= now]
    whole = learn_from(past, now)
    theirs = [trail for trail in past if trail.recipient.key == who]
    return {
        trail.message.message_id: seen.judgement.judge(trail, now, whole.habits(trail))[0].probability
        for trail in theirs
    }


def by_averages(seen: App, trails: Sequence[Trail], who: str, now: datetime) -> dict[str, float]:
    theirs = [trail for trail in trails if trail.recipient.key == who]
    return {trail.message.message_id: seen.judgement.judge(trail, now)[0].probability for trail in theirs}


@pytest.mark.parametrize("history", [HISTORY, LONG], ids=["short", "long"])
def test_an_answer_weighs_as_the_whole_history_teaches(database: Database, history: list[Trail]) -> None:
    """Asked about anybody, Seen gives the probabilities that explaining the whole history gives."""
    fill(database, history)
    learn(database)
    seen = app(database)
    for who in people(history):
        assert probabilities(ask(seen, who)) == pytest.approx(by_the_whole(seen, history, who, NOW), abs=2e-3)


def test_before_anything_is_learned(database: Database) -> None:
    """A long history that nobody has learned from yet is judged by published averages."""
    assert len(LONG) > LITTLE
    fill(database, LONG)
    seen = app(database)
    who = people(LONG)[0]
    assert probabilities(ask(seen, who)) == pytest.approx(by_averages(seen, LONG, who, NOW))


def test_a_short_history_is_learned_from_when_asked(database: Database) -> None:
    """Who runs no server has habits too: so few emails are learned from on the way of an answer, and kept."""
    few = HISTORY[:LITTLE]
    fill(database, few)
    seen = app(database)
    who = few[0].recipient.key
    assert probabilities(ask(seen, who)) == pytest.approx(by_the_whole(seen, few, who, NOW), abs=2e-3)
    told = seen.learning.lesson()
    assert told
    assert told.emails == len(few)


@pytest.mark.parametrize("days", [3, 20])
def test_an_earlier_moment_knows_nothing_of_later_habits(database: Database, days: int) -> None:
    """With --at nothing counts that was learned of later: a short history is learned from as it was then."""
    few = HISTORY[:LITTLE]
    fill(database, few)
    learn(database)
    seen, then = app(database), NOW - days * DAY
    for who in people(few)[:5]:
        assert probabilities(ask(seen, who, at=then)) == pytest.approx(by_the_whole(seen, few, who, then), abs=2e-3)


def test_an_earlier_moment_in_a_long_history(database: Database) -> None:
    """Of a long history only averages are known for a moment before anything was learned."""
    fill(database, LONG)
    learn(database)
    seen, who = app(database), LONG[0].recipient.key
    then = NOW - timedelta(seconds=1)
    assert probabilities(ask(seen, who, at=then)) == pytest.approx(by_averages(seen, LONG, who, then))
    assert probabilities(ask(seen, who, at=NOW)) != pytest.approx(by_averages(seen, LONG, who, NOW))


def test_the_sum_is_that_of_the_answer(database: Database) -> None:
    """The sum behind a verdict adds up to the probability that the answer gave: the same habits, for each surface."""
    fill(database, LONG)
    learn(database)
    seen = app(database)
    answer = ask(seen, LONG[3].recipient.key)
    lay_out = seen.laying_out([entry.trail for entry in answer.entries], NOW)
    for entry in answer.entries:
        assert lay_out(entry.trail, NOW).sum.probability == pytest.approx(entry.verdict.probability)
        assert seen.lay_out(entry.trail, NOW).sum.probability == pytest.approx(entry.verdict.probability)


# ── By one query ─────────────────────────────────────────────────────────────────────────────────────────────────


class Statements:
    """The statements that run on a database."""

    def __init__(self, database: Database) -> None:
        self.run: list[str] = []
        event.listen(database._reader, "before_cursor_execute", self._note)

    def _note(self, _connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            self.run.append(statement)


def test_habits_come_by_one_query(database: Database) -> None:
    """However many emails and recipients an answer has, what was learned of them is looked up by one query."""
    fill(database, LONG)
    learn(database)
    seen, told = app(database), Statements(database)
    with database.read() as connection:
        for trails in (LONG[:1], LONG[:40]):
            told.run.clear()
            seen.learning.known(connection, trails, at=NOW)
            assert len([statement for statement in told.run if "learned" in statement]) == 1
            assert len(told.run) == 2  # and one for what people said


def test_that_query_uses_an_index(database: Database) -> None:
    """What was learned is found by its key, not by looking through all of it."""
    fill(database, LONG)
    learn(database)
    with database.read() as connection:
        if database.dialect_name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so small a table would be read whole
        explain = "EXPLAIN " if database.dialect_name == "postgresql" else "EXPLAIN QUERY PLAN "
        held = "(SELECT id FROM lessons WHERE done_at IS NOT NULL ORDER BY id DESC LIMIT 1)"
        query = f"{explain}SELECT name, piece FROM learned WHERE lesson = {held} AND name IN ('sender', 'recipient x')"
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(query))
    assert "learned_pkey" in plan or "PRIMARY KEY (lesson=? AND name=?)" in plan, plan


# ── What people say ──────────────────────────────────────────────────────────────────────────────────────────────


def quiet(seen: App) -> tuple[str, list[JudgedTrail]]:
    """Somebody whose emails have shown nothing, and those emails."""
    for who in people(LONG):
        entries = ask(seen, who).entries
        if len(entries) > 5 and all(not entry.verdict.signals for entry in entries):
            return who, list(entries)
    raise AssertionError("everybody showed something")


def test_a_mark_informs_at_once_and_an_undone_one_no_more(database: Database) -> None:
    """What somebody says of an email moves the next answer about that recipient; taken back, it moves it back."""
    fill(database, LONG)
    learn(database)
    seen = app(database)
    who, (newest, *others) = quiet(seen)
    before = newest.verdict.probability

    def again() -> float:
        return probabilities(ask(seen, who))[newest.trail.message.message_id]

    for entry in others:
        marks.mark(database, entry, Said.SEEN, who="rosa", way=marks.COMMAND_LINE, at=NOW)
    assert again() > before + 0.05
    learn(database, NOW + HOUR)  # learned anew, with the marks among what is learned
    kept = ask(seen, who, now=NOW + HOUR).entries
    learned_anew = next(e for e in kept if e.trail.message.message_id == newest.trail.message.message_id)
    assert learned_anew.verdict.probability > before + 0.05
    for entry in others:
        marks.take_back(database, entry, at=NOW + HOUR)
    undone = probabilities(ask(seen, who, now=NOW + HOUR))[newest.trail.message.message_id]
    # What the mark taught of everybody else stays until the next lesson.
    assert undone < learned_anew.verdict.probability - 0.05
    learn(database, NOW + 2 * HOUR)
    back = probabilities(ask(seen, who, now=NOW + 2 * HOUR))
    assert back[newest.trail.message.message_id] == pytest.approx(before, abs=0.01)


def test_a_mark_is_not_known_before_it_was_made(database: Database) -> None:
    """Asked about a moment before somebody said something, the answer doesn't know it."""
    fill(database, LONG)
    learn(database)
    seen = app(database)
    who, (newest, *others) = quiet(seen)
    for entry in others:
        marks.mark(database, entry, Said.SEEN, who="rosa", way=marks.COMMAND_LINE, at=NOW + HOUR)
    at = probabilities(ask(seen, who, at=NOW + MINUTE, now=NOW + 2 * HOUR))
    assert at[newest.trail.message.message_id] == pytest.approx(newest.verdict.probability, abs=0.01)
    now = probabilities(ask(seen, who, now=NOW + 2 * HOUR))
    assert now[newest.trail.message.message_id] > newest.verdict.probability + 0.05
