from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from store import news, vigils
from store.alert_records import Rest, Vigil
from store.database import Database
from tests.store.making import NOON, minutes

UNTIL = minutes(30)


def vigil(message_id: str, **said: Any) -> Vigil:
    given = {"rule_id": "r", "recipient_key": "maria@oakleaf.example", "began_at": NOON, "due_at": minutes(60)}
    return Vigil(**{**given, "message_id": message_id, "look_at": NOON, **said})


def taken(database: Database, now: datetime, limit: int = 10) -> list[str]:
    with database.write() as connection:
        return sorted(one.message_id for one in vigils.take(connection, now, until=UNTIL, limit=limit))


def test_looked_at_by_one(database: Database) -> None:
    """What is due is looked at by one at a time, and by another when that one doesn't come back."""
    with database.write() as connection:
        vigils.put(connection, [vigil("m1"), vigil("m2", look_at=minutes(1)), vigil("m3", look_at=None)])
        assert vigils.waiting_since(connection) == NOON
    assert taken(database, minutes(-1)) == []
    assert taken(database, minutes(1), limit=1) == ["m1"]
    assert taken(database, minutes(1)) == ["m2"]
    assert taken(database, minutes(29)) == []
    assert taken(database, UNTIL) == ["m1", "m2"]


def test_what_a_look_found(database: Database) -> None:
    """What was found is noted, unless something happened to the email while somebody looked."""
    with database.write() as connection:
        vigils.put(connection, [vigil("m1"), vigil("m2")])
        looked_at = vigils.take(connection, NOON, until=UNTIL, limit=10)
    assert [one.look_at for one in looked_at] == [UNTIL, UNTIL]
    found = [replace(one, look_at=None, rest=Rest.SEEN, rested_at=minutes(2), sign_at=minutes(1)) for one in looked_at]
    with database.write() as connection:
        vigils.put(connection, [vigil("m2", look_at=minutes(3), due_at=minutes(90))])
    with database.write() as connection:
        noted = vigils.note(connection, found, taken_until=UNTIL)
        assert noted == [one for one in found if one.message_id == "m1"]
    with database.read() as connection:
        assert vigils.of_messages(connection, ["m1", "m2"]) == [
            *noted,
            vigil("m2", look_at=minutes(3), due_at=minutes(90)),
        ]
        assert vigils.of_trail(connection, ("m1", "maria@oakleaf.example")) == noted
        assert vigils.of_trail(connection, ("m1", "ben@oakleaf.example")) == []


def test_what_is_known_stays(database: Database) -> None:
    """News about an email that is at rest have it looked at again, and what was found last isn't forgotten."""
    rested = vigil("m1", look_at=None, rest=Rest.SEEN, rested_at=minutes(2), sign_at=minutes(1))
    with database.write() as connection:
        vigils.put(connection, [vigil("m1", look_at=NOON)])
        (before,) = vigils.take(connection, NOON, until=UNTIL, limit=10)
        vigils.note(connection, [rested], taken_until=UNTIL)
        vigils.put(connection, [vigil("m1", look_at=minutes(5))])
        (after,) = vigils.take(connection, minutes(5), until=UNTIL, limit=10)
    assert (before.rest, after.rest, after.rested_at, after.sign_at) == (None, Rest.SEEN, minutes(2), minutes(1))


def test_a_rule_that_changes(database: Database) -> None:
    """Once a rule was changed, everything it still waits for is news once more, and nothing of another's."""
    with database.write() as connection:
        others = [vigil("m3", rule_id="s"), vigil("m2", look_at=None)]
        vigils.put(connection, [vigil("m1"), vigil("m1", recipient_key="ben@oakleaf.example"), vigil("m4"), *others])
        vigils.take(connection, minutes(60), until=UNTIL, limit=10)
        seen = vigil("m4", look_at=None, rest=Rest.SEEN, rested_at=NOON)
        vigils.note(connection, [seen], taken_until=UNTIL)
        news.put(connection, ["m2"])
        news.put_of_rule(connection, "r")
        assert sorted(news.take(connection, 10)) == ["m1", "m2"]


def test_what_is_dropped_is_gone(database: Database) -> None:
    """A vigil that is dropped is kept no longer."""
    with database.write() as connection:
        vigils.put(connection, [vigil("m3", rule_id="s")])
        vigils.drop(connection, [("s", "m3", "maria@oakleaf.example")])
        assert vigils.of_messages(connection, ["m3"]) == []
