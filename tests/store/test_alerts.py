from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from store import alerts, messages
from store.alert_records import Alert, AlertKind, Ending
from store.database import Database
from tests.store.making import NOON, message, minutes

UNTIL = minutes(30)
MARIA = "maria@oakleaf.example"


def alert(message_id: str, **said: Any) -> Alert:
    given = {"rule_id": "r", "recipient_key": MARIA, "kind": AlertKind.SILENT, "group": "r", "began_at": NOON}
    return Alert(**{**given, "key": f"r|{message_id}|{MARIA}|silent", "message_id": message_id, **said})


def keys_taken(database: Database, now: datetime) -> list[str]:
    with database.write() as connection:
        return [one.key for one in alerts.take(connection, now, until=UNTIL, limit=10)]


def test_made_once(database: Database) -> None:
    """A rule comes true once for an email to somebody, however often that is found out; what is kept is kept whole."""
    first = alert("m1", snoozed_until=minutes(9), reminders=2, escalated=True, shown="a", look_at=NOON)
    with database.write() as connection:
        assert alerts.put(connection, [first, alert("m2")]) == {first.key, alert("m2").key}
        assert alerts.put(connection, [alert("m1"), alert("m3", began_at=minutes(1))]) == {alert("m3").key}
        assert alerts.put(connection, []) == set()
    with database.read() as connection:
        assert alerts.load(connection, [first.key, "unknown"]) == {first.key: first}
        assert alerts.of_trail(connection, ("m1", MARIA)) == [first]
        assert alerts.newest_open(connection, 1) == [alert("m3", began_at=minutes(1))]
        assert alerts.count_open(connection) == 3


def test_ended_once(database: Database) -> None:
    """An alert is ended by one, says by whom and why, and can be opened again."""
    key = alert("m1").key
    with database.write() as connection:
        alerts.put(connection, [alert("m1"), alert("m2")])
        assert alerts.end(connection, key, Ending.HANDLED, minutes(1), by="U1", note="called")
        assert not alerts.end(connection, key, Ending.SEEN, minutes(2))
        assert not alerts.snooze(connection, key, minutes(9), "U1", minutes(2))
        assert [one.message_id for one in alerts.of_messages(connection, ["m1", "m2"]) if one.is_open] == ["m2"]
        (over,) = alerts.of_messages(connection, ["m1"])
    assert (over.ending, over.ended_at, over.ended_by, over.ending_note) == (Ending.HANDLED, minutes(1), "U1", "called")
    assert keys_taken(database, minutes(1)) == [key]
    with database.write() as connection:
        assert alerts.reopen(connection, key, minutes(3))
        assert not alerts.reopen(connection, key, minutes(3))
        assert alerts.load(connection, [key])[key] == alert("m1", look_at=minutes(3))
        assert alerts.snooze(connection, key, minutes(9), "U1", minutes(4))
        asleep = alerts.load(connection, [key])[key]
    assert asleep == alert("m1", look_at=minutes(4), snoozed_until=minutes(9), snoozed_by="U1")


def test_looked_at_by_one(database: Database) -> None:
    """An alert with news is looked at by one; news that come meanwhile have it looked at once more."""
    with database.write() as connection:
        alerts.put(connection, [alert("m1"), alert("m2")])
        alerts.look_soon(connection, [alert("m1").key], NOON)
        (one,) = alerts.take(connection, NOON, until=UNTIL, limit=10)
        assert alerts.take(connection, NOON, until=UNTIL, limit=10) == []
        alerts.look_soon(connection, [one.key], minutes(1))
    reminded = replace(one, reminders=1, escalated=True)
    with database.write() as connection:
        assert not alerts.note(connection, reminded, taken_until=UNTIL, look_at=None, shown="b")
        (again,) = alerts.take(connection, minutes(1), until=UNTIL, limit=10)
        assert (again.reminders, again.escalated, again.shown) == (1, True, "b")
        assert alerts.note(connection, again, taken_until=UNTIL, look_at=None, shown="b")
        alerts.was_shown(connection, [alert("m2").key], "c", look_at=minutes(2))
    assert keys_taken(database, minutes(9)) == [alert("m2").key]


def test_of_one_number(database: Database) -> None:
    """The open alerts of a job are found by its number."""
    with database.write() as connection:
        messages.save(connection, [message(f"m{n}", MARIA, references=(str(n // 2),)) for n in range(4)])
        alerts.put(connection, [alert(f"m{n}") for n in range(4)])
        alerts.end(connection, alert("m3").key, Ending.SEEN, NOON)
        assert alerts.open_of_references(connection, ["1", "7"]) == [alert("m2").key]
