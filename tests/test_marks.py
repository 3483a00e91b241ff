"""What people say of verdicts: what it means, what it teaches, and how verdicts fared by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import marks
from store import marks as kept
from store.database import Database
from store.marks import Said
from store.records import Finding, JudgedTrail
from tests.replies.situations import NOW, SITUATIONS, to

CLICKED = SITUATIONS["person clicked"]
MARIA = CLICKED.trail.recipient.key
QUOTE = CLICKED.trail.message.message_id


def with_finding(finding: Finding, **trail: object) -> JudgedTrail:
    verdict = replace(CLICKED.verdict, finding=finding)
    return replace(CLICKED, verdict=verdict, trail=replace(CLICKED.trail, **trail))  # type: ignore[arg-type]


def say(database: Database, entry: JudgedTrail, said: Said, *, who: str = "rosa", minutes: int = 0) -> None:
    marks.mark(database, entry, said, who=who, way=marks.COMMAND_LINE, at=NOW + timedelta(minutes=minutes))


def labels(database: Database, key: str | None = MARIA) -> dict[tuple[str, str], float]:
    with database.read() as connection:
        return marks.soft_labels(connection, None if key is None else [key], until=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("said", "finding", "seen"),
    [
        (Said.SEEN, Finding.NO_SIGN, True),
        (Said.NOT_SEEN, Finding.SEEN, False),
        (Said.RIGHT, Finding.SEEN, True),
        (Said.WRONG, Finding.PROBABLY_SEEN, False),
        (Said.WRONG, Finding.NO_SIGN, True),
        (Said.RIGHT, Finding.NO_SIGN, None),
        (Said.RIGHT, Finding.NOT_DELIVERED, False),
        (Said.WRONG, Finding.NOT_DELIVERED, None),
    ],
)
def test_what_a_mark_means(*, said: Said, finding: Finding, seen: bool | None) -> None:
    """A mark says that the email was seen, that it wasn't, or nothing: by what the verdict had claimed."""
    assert marks.meaning(said, finding) is seen


def test_a_mark_teaches_as_much_as_it_is_worth(database: Database) -> None:
    """Each person's word on an email counts as much for as against; what says nothing, or is undone, counts nothing."""
    assert labels(database) == {}
    say(database, CLICKED, Said.NOT_SEEN)
    assert labels(database) == {(QUOTE, MARIA): -marks.WORTH}
    say(database, CLICKED, Said.SEEN, who="adam")
    assert labels(database) == {(QUOTE, MARIA): 0}
    say(database, CLICKED, Said.SEEN, minutes=1)
    assert labels(database) == {(QUOTE, MARIA): 2 * marks.WORTH}
    for number in range(5):
        say(database, CLICKED, Said.SEEN, who=f"U{number}")
    assert labels(database) == {(QUOTE, MARIA): marks.WORTH_AT_MOST}
    marks.take_back(database, CLICKED, at=NOW)
    say(database, with_finding(Finding.NO_SIGN), Said.RIGHT)
    assert labels(database) == {}


def test_a_mark_teaches_of_its_recipient_only(database: Database) -> None:
    """What is said of one recipient's email says nothing of another's, and all of them can be read together."""
    tom = with_finding(Finding.SEEN, recipient=to("tom@birch.example", "Tom Birch"))
    say(database, CLICKED, Said.SEEN)
    say(database, tom, Said.WRONG)
    assert labels(database) == {(QUOTE, MARIA): marks.WORTH}
    assert labels(database, None) == {(QUOTE, MARIA): marks.WORTH, (QUOTE, "tom@birch.example"): -marks.WORTH}


def test_verdicts_fare_by_the_newest_word(database: Database) -> None:
    """Each email counts once, by the newest mark that says something, with the verdict as it was then."""
    say(database, CLICKED, Said.WRONG)
    say(database, CLICKED, Said.RIGHT, who="adam", minutes=1)
    say(database, with_finding(Finding.NO_SIGN), Said.RIGHT, who="eve", minutes=2)
    told = marks.fared(database)
    assert told.undecided == 1
    assert {finding: (group.emails, group.seen) for finding, group in told.verdicts.items()} == {Finding.SEEN: (1, 1)}
    assert told.together
    assert told.together.said == pytest.approx(CLICKED.verdict.probability)


def test_a_recipients_marks_come_by_one_indexed_query(database: Database) -> None:
    """What a recipient's marks teach costs one query, however many marks of others there are."""
    for number in range(20):
        say(database, with_finding(Finding.SEEN, recipient=to(f"c{number}@x.example")), Said.SEEN)
    with database.read() as connection:
        query = "EXPLAIN " if database.dialect_name == "postgresql" else "EXPLAIN QUERY PLAN "
        statement = query + "SELECT * FROM marks WHERE undone_at IS NULL AND recipient_key = 'c7@x.example'"
        if database.dialect_name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so small a table would be read whole
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(statement))
        assert "marks_of_recipient" in plan
        assert len(kept.of_recipients(connection, ["c7@x.example"])) == 1
