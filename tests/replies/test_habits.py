"""What is known of a recipient's habits, as it is told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from bot.clock import ZoneClock
from bot.evidence import lay_out
from bot.evidence.habits import Habits, expected
from bot.evidence.mailboxes import Reliability
from bot.evidence.timing import HOUR, Delay
from bot.replies import habits, tables
from store.records import EventKind, Trail
from tests.evidence.making import APPLE, BARE, DELIVERED, SAFARI, clicked, delivery, event, message, opened, trail

NOW = DELIVERED + timedelta(days=5)
MARIA = "maria@oakleaf.example"
HISTORY = [
    trail(delivery(), clicked(3600, SAFARI), about=message("m1", tag="quote")),
    trail(delivery(), opened(7, BARE, APPLE), about=message("m2", tag="quote")),
    trail(delivery(), event(EventKind.REPLY, 9000), about=message("m3", tag="invoice")),
    trail(event(EventKind.BOUNCE, bounce_type="HardBounce"), about=message("m4", tag="invoice")),
]


def learned(_: Trail) -> Habits:
    return Habits(seen=0.9, delay=Delay(2 * HOUR), reliability=Reliability(opens=0.1, clicks=0.6))


def known(expect: habits.Expect = expected, who: str = MARIA) -> habits.Known:
    return habits.known(who, [lay_out(story, NOW) for story in HISTORY], expect, now=NOW)


def shown(told: habits.Known, width: int = 80) -> str:
    out = io.StringIO()
    tables.show_habits(told, Console(file=out, width=width), clock=ZoneClock(NOW))
    return out.getvalue()


def test_what_came_of_emails_is_counted_by_kind() -> None:
    """Emails that arrived are counted by kind, the most frequent first, and those that didn't are left out."""
    told = known()
    assert [(kind.name, kind.past.emails) for kind in told.kinds] == [("quote", 2), ("invoice", 1)]
    assert told.past.emails == 3
    assert told.past.clicked > 0.9
    assert (told.past.loaded, told.past.answered) == (1, 1)
    assert told.past.opened < 0.1  # Apple's loading is no person's open
    assert [name for name, _ in told.programs] == ["Safari on iOS"]


def test_what_is_expected_is_that_of_the_next_email() -> None:
    """What is expected is asked for an email of each kind to the same person, or to a stranger at the domain."""
    asked: list[Trail] = []

    def expect(following: Trail) -> Habits:
        asked.append(following)
        return learned(following)

    known(expect)
    assert [(one.message.tag, one.recipient.key, one.events) for one in asked] == [
        ("quote", MARIA, ()),
        ("invoice", MARIA, ()),
    ]
    asked.clear()
    known(expect, "@oakleaf.example")
    assert {one.recipient.key for one in asked}.isdisjoint({MARIA})
    assert {one.recipient.key.partition("@")[2] for one in asked} == {"oakleaf.example"}


def test_published_averages_are_called_so() -> None:
    """While nothing is learned that is said; once something is, its figures stand in the table."""
    assert "published averages" in shown(known())
    told = shown(known(learned))
    assert "published averages" not in told
    assert "90 %" in told
    assert "2 hours" in told
    assert "10 %" in told
    assert "60 %" in told


def test_it_is_said_what_habits_were_learned_from() -> None:
    """How many emails habits were learned from, since when and when, stands with them and in the JSON."""
    basis = habits.Basis(5000, NOW - timedelta(days=90), NOW - timedelta(minutes=8))
    told = habits.known(MARIA, [lay_out(HISTORY[0], NOW)], learned, now=NOW, basis=basis)
    assert "from the newest 5,000 emails to anybody since 27 Aug" in " ".join(shown(told, 200).split())
    assert habits.to_json(told)["learned_from"] == {
        "emails": 5000,
        "since": "2026-08-27T09:00:04Z",
        "at": "2026-11-25T08:52:04Z",
    }
    assert habits.to_json(known(learned))["learned_from"] is None


def test_the_data_say_the_same() -> None:
    """The JSON holds the counts, what is expected, and the published averages beside it."""
    told = json.loads(json.dumps(habits.to_json(known(learned)), allow_nan=False))
    assert told["learned"] is True
    assert (told["emails"], told["answered"], told["recipients"]) == (3, 1, 1)
    quote = told["kinds"][0]
    assert (quote["expected"]["looks"], quote["expected"]["median"]) == (0.9, 7200)
    assert quote["published"] != quote["expected"]


def test_hostile_names_stay_on_their_line() -> None:
    """A tag from outside neither breaks the table nor reaches the terminal raw."""
    story = replace(HISTORY[0], message=message("m1", tag="\x1b[31m[bold]\n" + "x" * 500))
    told = shown(habits.known(MARIA, [lay_out(story, NOW)], expected, now=NOW))
    assert "\x1b" not in told
    assert all(len(line) <= 80 for line in told.splitlines())
