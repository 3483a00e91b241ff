"""How habits come into the store: a step at a time, by one at a time, and only when there is something new."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select

from bot.evidence.own import OwnNetworks
from bot.learning import Learning
from bot.learning.lessons import REACH
from store import learned, schema
from store.database import Database
from store.records import EventKind
from tests.evidence import making
from tests.evidence.history import BEGIN, NOW, firm
from tests.learning.firm import DAY, HISTORY, HOUR, MINUTE, fill, learn, learning, lesson, with_id


def hurried(database: Database) -> Learning:
    """One whose steps end at the first pause."""
    ticks = count()
    return Learning(database, OwnNetworks(()), clock=lambda: float(next(ticks)))


def pieces(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.learned)).scalar_one())


def test_nothing_to_learn_from(database: Database) -> None:
    """On an empty database there is nothing to do, and nothing is written."""
    assert learning(database).step(NOW) is False
    assert lesson(database) is None


def test_a_lesson_says_what_it_looked_at(database: Database) -> None:
    """What was learned is kept with how many emails it looked at, since when, and by which rules."""
    fill(database, HISTORY)
    learn(database)
    kept = lesson(database)
    assert kept
    assert (kept.emails, kept.at) == (len(HISTORY), NOW)
    assert kept.since == min(trail.message.sent_at for trail in HISTORY if trail.message.sent_at)
    assert kept.rules


def test_nothing_new_is_nothing_to_do(database: Database) -> None:
    """While nothing comes, nothing is learned again; a day later it is, because what is known fades."""
    fill(database, HISTORY)
    learn(database)
    before = lesson(database), pieces(database)
    for later in (0 * MINUTE, 9 * MINUTE, 3 * HOUR, 23 * HOUR):
        assert learning(database).step(NOW + later) is False
    assert (lesson(database), pieces(database)) == before
    learn(database, NOW + DAY)
    again = lesson(database)
    assert again
    assert again.at == NOW + DAY


def test_what_is_new_is_learned_from_before_long(database: Database) -> None:
    """New emails and events have their effect within minutes, though not each of them alone."""
    fill(database, HISTORY)
    learn(database)
    fill(database, with_id(HISTORY[:5], "more "))
    assert learning(database).step(NOW + 5 * MINUTE) is False
    learn(database, NOW + 11 * MINUTE)
    kept = lesson(database)
    assert kept
    assert kept.emails == len(HISTORY) + 5


def test_steps_are_short_and_answers_never_see_half_a_lesson(database: Database) -> None:
    """A lesson takes many short steps; until the last of them what was known before holds."""
    fill(database, HISTORY)
    learn(database)
    fill(database, with_id(HISTORY, "more "))
    slow, steps, now = hurried(database), 0, NOW + HOUR
    while slow.step(now):
        steps += 1
        now += timedelta(seconds=1)
        held = lesson(database)
        assert held
        assert held.emails in {len(HISTORY), 2 * len(HISTORY)}
    assert steps > 10
    done = lesson(database)
    assert done
    assert done.emails == 2 * len(HISTORY)
    with database.read() as connection:
        assert connection.execute(select(func.count(schema.learned.c.lesson.distinct()))).scalar_one() == 1


def test_one_learns_at_a_time(database: Database) -> None:
    """While one process learns the others leave it alone; when it has died, another begins anew."""
    fill(database, HISTORY)
    dies, other = hurried(database), hurried(database)
    assert dies.step(NOW) is True
    assert other.step(NOW + MINUTE) is False
    assert lesson(database) is None
    now = NOW + 3 * MINUTE
    assert other.step(now) is True
    assert dies.step(now) is False  # it comes back to life, and sees that it has lost its turn
    while other.step(now):
        pass
    kept = lesson(database)
    assert kept
    assert kept.at == now
    assert dies.step(now + MINUTE) is False


def test_what_a_broken_off_lesson_wrote_goes_away(database: Database) -> None:
    """Pieces of a lesson that nobody finished never hold, and the next lesson clears them away."""
    fill(database, HISTORY)
    with database.write() as connection:
        half = learned.Lesson(rules="x", at=NOW, since=None, emails=1, last_event=0, marks="")
        learned.write(connection, learned.begin(connection, half), [("sender", "{}"), ("recipient x", "{}")])
    assert lesson(database) is None
    learn(database)
    with database.read() as connection:
        assert len(connection.execute(select(schema.lessons.c.id)).all()) == 1
        assert connection.execute(select(schema.learned.c.piece).where(schema.learned.c.piece == "{}")).all() == []


def test_a_long_history_is_looked_at_in_part(database: Database) -> None:
    """Of more emails than a lesson looks at, the newest are taken; what lies too far back has no part."""
    old = [making.trail(about=making.message(f"old{number}", sent_at=NOW - REACH - DAY)) for number in range(3)]
    fill(database, [*HISTORY, *old])
    learn(database)
    kept = lesson(database)
    assert kept
    assert kept.emails == len(HISTORY)
    learn(database, NOW + DAY, emails=20)
    kept = lesson(database)
    assert kept
    assert kept.emails == 20
    newest = sorted(trail.message.sent_at for trail in HISTORY if trail.message.sent_at)[-20:]
    assert kept.since == newest[0]


def test_other_own_networks_are_learned_from_anew(database: Database) -> None:
    """When the office names its networks, habits are learned again without what came from there."""
    fill(database, HISTORY)
    learn(database)
    own = OwnNetworks([ipaddress.ip_network("81.2.69.0/24")])
    changed = learning(database, own=own)
    assert changed.lesson() is None
    changed.finish(NOW + 2 * MINUTE, patience=60)
    told = changed.lesson()
    assert told
    assert "81.2.69.0/24" in told.rules


def test_webhooks_that_stop_are_noticed_though_nothing_new_comes(database: Database) -> None:
    """While webhooks are down nothing is new; all the same it is soon known that silence means nothing."""
    last = BEGIN + 38 * DAY
    sent = [trail for mark in range(4) for trail in with_id(firm(mark, people=30), f"{mark}/")]
    past = [replace(trail, events=tuple(event for event in trail.events if event.at <= last)) for trail in sent]
    fill(database, [trail for trail in past if trail.events])
    learn(database, last + MINUTE)

    def last_gap(now: datetime) -> datetime:
        with database.read() as connection:
            known = learning(database).known(connection, HISTORY[:1], at=now)
        assert known
        return known.hearing.gaps[-1][1] if known.hearing.gaps else last

    now = last + 20 * HOUR
    assert last_gap(now) <= last
    assert learning(database).step(now) is False
    assert last_gap(now) == now
    kept = lesson(database)
    assert kept
    assert kept.at == last + MINUTE  # nothing else was learned again


def test_a_test_history_has_enough_to_learn_from() -> None:
    """The history of these tests holds opens, clicks and deliveries of many recipients."""
    kinds = [event.kind for trail in HISTORY for event in trail.events]
    assert min(kinds.count(kind) for kind in (EventKind.OPEN, EventKind.CLICK, EventKind.DELIVERY)) > 20
