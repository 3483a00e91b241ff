"""The tracking door: local records over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from bot.ingest import Writer
from handlers.http.app import Doors
from handlers.http.metrics import Metrics
from store import events
from store.database import Database
from tests.http import rows
from tests.http.serving import TOKEN, client, doors, references

PATH = "/tracking"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
VISIT = {
    "type": "portal_visit",
    "id": "visit-1",
    "at": "2026-11-23T09:00:00Z",
    "recipient": "maria@oakleaf.example",
    "reference": "1042",
}
REPLY = {"type": "reply", "id": "reply-1", "at": "2026-11-23T09:30:00+01:00", "reference": "#1042"}


@pytest.fixture
def office(database: Database) -> Iterator[httpx.Client]:
    with client(doors(database)) as talking:
        talking.auth = httpx.Auth()
        talking.headers.update(BEARER)
        yield talking


def test_one_record(office: httpx.Client, database: Database) -> None:
    """A record is accepted and can be found by its reference right then."""
    answer = office.post(PATH, json=VISIT)
    assert answer.status_code == 200
    assert answer.json() == {"records": [{"index": 0, "accepted": True, "duplicate": False}]}
    with database.read() as connection:
        (event,) = events.of_references(connection, ["1042"])
    assert (event.kind, event.recipient) == ("portal_visit", "maria@oakleaf.example")


def test_a_list(office: httpx.Client, database: Database) -> None:
    """Of a list each record is answered for itself, in order; a bad one costs no other and says what is wrong."""
    answer = office.post(PATH, json=[VISIT, {"type": "nonsense"}, 17, None, REPLY, VISIT])
    assert answer.status_code == 200
    outcomes = answer.json()["records"]
    assert [one["index"] for one in outcomes] == list(range(6))
    assert [one["accepted"] for one in outcomes] == [True, False, False, False, True, True]
    assert all(len(one["error"]) > 10 for one in outcomes if not one["accepted"])
    assert [one.get("duplicate") for one in outcomes] == [False, None, None, None, False, True]
    assert rows.kinds(database) == ["portal_visit", "reply"]


def test_the_same_again(office: httpx.Client, database: Database) -> None:
    """The same id sent again is accepted as a duplicate and stays one record."""
    first, second = office.post(PATH, json=VISIT), office.post(PATH, json=VISIT | {"note": "sent again"})
    assert first.json()["records"][0]["duplicate"] is False
    assert second.json()["records"][0]["duplicate"] is True
    assert rows.count(database) == 1


def test_an_empty_list(office: httpx.Client) -> None:
    """An empty list is fine and says nothing."""
    answer = office.post(PATH, json=[])
    assert (answer.status_code, answer.json()) == (200, {"records": []})


def test_many_records(office: httpx.Client, database: Database) -> None:
    """A thousand records in one request are all accepted."""
    answer = office.post(PATH, json=[VISIT | {"id": str(number)} for number in range(1000)])
    assert all(one["accepted"] and not one["duplicate"] for one in answer.json()["records"])
    assert rows.count(database) == 1000


@pytest.mark.parametrize("content", [b"", b"{", b'"portal_visit"', b"17", b"null"])
def test_unusable_json(office: httpx.Client, content: bytes) -> None:
    """What is no object and no list is answered 400 with a reason."""
    answer = office.post(PATH, content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
def test_strangers(office: httpx.Client, database: Database, value: str | None) -> None:
    """Without the token the answer is 401 with a challenge, and nothing is stored."""
    del office.headers["Authorization"]
    answer = office.post(PATH, json=VISIT, headers={} if value is None else {"Authorization": value})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert rows.count(database) == 0


def test_without_configuration(database: Database) -> None:
    """With no token configured nobody gets in, not even with an empty one."""
    closed = Doors(writer=Writer(database, references=references), metrics=Metrics())
    with client(closed) as talking:
        for value in (f"Bearer {TOKEN}", "Bearer ", "Bearer"):
            assert talking.post(PATH, json=VISIT, headers={"Authorization": value}).status_code == 401


def test_rotation(database: Database) -> None:
    """While a token is being changed the old and the new one are both valid."""
    both = Doors(writer=Writer(database, references=references), metrics=Metrics(), tracking_tokens=["old", "new"])
    with client(both) as talking:
        talking.auth = httpx.Auth()
        for token in ("old", "new"):
            assert talking.post(PATH, json=VISIT, headers={"Authorization": f"bearer {token}"}).status_code == 200


def test_other_methods(office: httpx.Client) -> None:
    """Any method but POST is answered 405 as JSON."""
    answer = office.get(PATH)
    assert answer.status_code == 405
    assert answer.json()["error"]
