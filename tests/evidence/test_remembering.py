"""What was learned, kept in pieces and put together again for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.evidence.beside import Beside
from bot.evidence.habits import Habits
from bot.evidence.learning import Learned
from bot.evidence.lesson import READINGS, Lesson, learn_from
from bot.evidence.mailboxes import Mailbox
from bot.evidence.remembering import names, pieces, together
from store.records import Trail
from tests.evidence import making
from tests.evidence.history import NOW, firm

WORD = 3.0


def figures(habits: Habits, trail: Trail) -> list[float]:
    """Everything that is expected of an email, and what each of its visits is worth by who usually comes."""
    return [
        *(habits.seen, habits.delay.median, habits.delay.sigma, habits.reliability.opens, habits.reliability.clicks),
        *(habits.hidden, habits.after_prefetch, habits.shows_opens, habits.acts, habits.acted.median),
        *(habits.loads_ahead, habits.ahead.median, float(habits.told), float(habits.first_opens_only)),
        *(gap.timestamp() for stretch in habits.gaps for gap in stretch),
        *(habits.credit(event, 100.0) for event in trail.events),
    ]


def recalled(whole: Learned, trails: Iterable[Trail]) -> Learned:
    """What an answer about these trails knows."""
    some = list(trails)
    kept, wanted = dict(pieces(whole)), names(some, [(t.message.message_id, t.recipient.key) for t in some])
    found = together({name: kept[name] for name in wanted if name in kept})
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
def test_pieces_give_the_habits_of_the_whole(seed: int) -> None:
    """An answer about one recipient expects of each email exactly what the whole history makes expect."""
    trails = firm(seed)
    hosts = {"birch.example": Mailbox.FILTERED, "elm.example": Mailbox.GMAIL}
    words = {(trails[seed].message.message_id, trails[seed].recipient.key): WORD}
    whole = learn_from(trails, NOW, beside=Beside(hosts=hosts, words=words))
    news = [making.message("new", f"{who}@{at}", sent_at=NOW) for who in ("customer1", "eve") for at in hosts]
    for asked in [*trails, *(Trail(message, message.recipients[0]) for message in news)]:
        expected = figures(whole.habits(asked), asked)
        assert figures(recalled(whole, [asked]).habits(asked), asked) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_an_answer_needs_as_many_pieces_as_it_has_trails() -> None:
    """However long the history, an answer needs the pieces of its own recipients, networks and emails only."""
    trails = firm(3, people=40)
    asked = [trail for trail in trails if trail.recipient.key == trails[0].recipient.key]
    networks = {event.network.prefix for trail in asked for event in trail.events if event.network}
    assert len(names(asked)) == 4 + len(asked) + len(networks)
    assert len(dict(pieces(learn_from(trails, NOW)))) > 300


def test_nothing_learned_is_nothing_known() -> None:
    """Without the sender's piece there is nothing to go by, and averages hold."""
    assert together({}) is None


def test_a_history_may_be_read_part_by_part() -> None:
    """Learning from a history in small parts, with pauses, comes to the same as reading it at once."""
    trails = firm(5)
    whole = learn_from(trails, NOW)
    lesson = Lesson(NOW, whole.hearing)
    for _ in range(READINGS):
        for at in range(0, len(trails), 7):
            lesson.read(trail for trail in trails[at : at + 7] if lesson.needs(trail.message.message_id))
        parts = lesson.conclude()
    for trail in trails:
        assert figures(parts.habits(trail), trail) == pytest.approx(figures(whole.habits(trail), trail))


# ── What people said ─────────────────────────────────────────────────────────────────────────────────────────────


def silent(address: str = making.MARIA, emails: int = 6) -> list[Trail]:
    """Emails to somebody that have shown nothing, among those of a firm."""
    messages = [
        making.message(f"s{number}", address, tag="quote", sent_at=NOW - timedelta(days=5 + number))
        for number in range(emails)
    ]
    return [Trail(message, message.recipients[0]) for message in messages]


def looks(learned: Learned, trail: Trail) -> tuple[float, float]:
    """The chance that a recipient's next email is looked at, and that a look shows as an open."""
    following = Trail(making.message("next", trail.recipient.address, tag="quote", sent_at=NOW), trail.recipient)
    habits = learned.habits(following)
    return habits.seen, habits.reliability.opens


@pytest.mark.parametrize("kept", [False, True], ids=["learned anew", "said since"])
def test_what_people_say_informs_that_recipients_habits(*, kept: bool) -> None:
    """Silent emails that were seen, as people say, make looks likelier and show less; that weren't, rarer."""
    trails = [*firm(1), *silent()]
    mine = trails[-6:]

    def after(word: float) -> Learned:
        words = {(trail.message.message_id, trail.recipient.key): word for trail in mine[:4]}
        if not kept:
            return learn_from(trails, NOW, beside=Beside(words=words))
        found = recalled(learn_from(trails, NOW), mine)
        found.heed(words)
        return found

    nothing, seen, unseen = (looks(after(word), mine[0]) for word in (0.0, WORD, -WORD))
    assert seen[0] > nothing[0] > unseen[0]
    assert seen[1] < nothing[1]
    assert looks(after(2 * WORD), mine[0])[0] > seen[0]


def test_what_is_taken_back_has_no_effect_any_more() -> None:
    """Once a word is taken back, or after it is said of an email that nobody had spoken of, both ways agree."""
    trails = [*firm(2), *silent()]
    which = trails[-1].message.message_id, trails[-1].recipient.key
    without, having = learn_from(trails, NOW), learn_from(trails, NOW, beside=Beside(words={which: WORD}))
    back, forth = recalled(having, [trails[-2]]), recalled(without, trails[-6:])
    back.heed({})
    forth.heed({which: WORD})
    # What a word teaches of everybody else waits for the next lesson.
    assert looks(back, trails[-1]) == pytest.approx(looks(without, trails[-1]), abs=0.03)
    assert looks(forth, trails[-1]) == pytest.approx(looks(having, trails[-1]), abs=0.03)
    assert looks(having, trails[-1]) != pytest.approx(looks(without, trails[-1]), abs=0.01)


def test_a_word_against_an_open_makes_it_less_of_a_persons() -> None:
    """Where people say that opened emails had not been seen, what opened them counts less as this person's program."""
    trails = firm(1, people=30)
    opened = next(t for t in trails if any(event.user_agent == making.THUNDERBIRD for event in t.events))
    key = opened.recipient.key
    words = {(t.message.message_id, key): -2 * WORD for t in trails if t.recipient.key == key}
    believed, doubted = learn_from(trails, NOW), learn_from(trails, NOW, beside=Beside(words=words))
    assert looks(doubted, opened)[0] < looks(believed, opened)[0]
    known, less = (some.visitors.agents[key].counts[making.THUNDERBIRD] for some in (believed, doubted))
    assert less < known / 2


def test_a_word_about_one_recipient_moves_nobody_else() -> None:
    """What was said since the history was read changes that recipient's habits and no other's."""
    trails = [*firm(4), *silent()]
    found = recalled(learn_from(trails, NOW), trails)
    others = [trail for trail in trails if trail.recipient.key != making.MARIA]
    before = [figures(found.habits(trail), trail) for trail in others]
    found.heed({(trails[-1].message.message_id, making.MARIA): WORD})
    assert [figures(found.habits(trail), trail) for trail in others] == before
