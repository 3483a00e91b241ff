"""The webhook door, through HTTP, on both databases where the store is touched."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
from structlog.testing import capture_logs

from bot.ingest import Writer
from handlers.http import bodies as limits
from handlers.http.app import Doors
from handlers.http.metrics import Metrics
from store import events, messages
from store.database import Database
from tests.http import rows
from tests.http.bodies import delivery, history
from tests.http.serving import client, doors, references

PATH = "/webhooks/postmark"


@pytest.fixture
def postmark(database: Database) -> Iterator[httpx.Client]:
    with client(doors(database)) as talking:
        yield talking


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """For what does not depend on the kind of database."""
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()


def basic(text: str, encoding: str = "utf-8") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode(encoding)).decode()}


def test_all_types_are_stored(postmark: httpx.Client, database: Database) -> None:
    """Each of Postmark's six types of record is answered 200 and can be read from the store right then."""
    for count, body in enumerate(history(), start=1):
        assert postmark.post(PATH, json=body).status_code == 200
        with database.read() as connection:
            assert len(events.of_messages(connection, [body["MessageID"]])) == count
    assert rows.kinds(database) == ["deferral", "delivery", "open", "click", "complaint", "suppression"]


def test_repeats_are_one_row(postmark: httpx.Client, database: Database) -> None:
    """A webhook that comes again, also with its fields in another order, is answered 200 and stays one row."""
    body = delivery()
    again = json.dumps(dict(reversed(body.items())), indent=1).encode()
    answers = [postmark.post(PATH, json=body), postmark.post(PATH, json=body), postmark.post(PATH, content=again)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert rows.count(database) == 1


def test_messages_become_known(postmark: httpx.Client, database: Database) -> None:
    """What webhooks say of an email that nobody had heard of makes it findable by its address and its number."""
    for body in history():
        postmark.post(PATH, json=body)
    rows.wait_until_filed(database)
    with database.read() as connection:
        by_number = messages.find(connection, messages.Wanted(references=("1042",)))
        by_address = messages.find(connection, messages.Wanted(address=history()[1]["Recipient"]))
    assert by_number.ids == by_address.ids
    assert list(by_number.ids) == [history()[0]["MessageID"]]


def test_what_is_private_is_not_kept(postmark: httpx.Client, database: Database) -> None:
    """Neither the text of a bounced email nor a reader's address or coordinates get into the store."""
    bounce, opened = history()[0] | {"Content": "Dear Maria, your account number is 12345"}, history()[2]
    assert [postmark.post(PATH, json=body).status_code for body in (bounce, opened)] == [200, 200]
    kept = repr(rows.everything(database))
    assert "account number" not in kept
    assert "203.0.113.77" not in kept
    assert "53.55" not in kept


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!not-base64!!!"},
        {"Authorization": "Bearer a password"},
        basic("postmark:wrong"),
        basic("someone:a password"),
        basic("postmark:"),
        basic(":"),
        basic("postmark:a password "),
    ],
)
def test_strangers_get_401(sqlite: Database, headers: dict[str, str]) -> None:
    """Without the right credentials the answer is 401 with a challenge, never 403, and nothing is stored."""
    with client(doors(sqlite)) as talking:
        answer = talking.post(PATH, json=delivery(), headers=headers, auth=httpx.Auth())
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert "error" in answer.json()
    assert rows.count(sqlite) == 0


def test_credentials_come_before_the_body(sqlite: Database) -> None:
    """A stranger's body is not looked at: too large or broken, the answer is 401."""
    with client(doors(sqlite)) as talking:
        for content in (b"not json", b" " * (limits.LARGEST + 1)):
            assert talking.post(PATH, content=content, auth=("postmark", "wrong")).status_code == 401


def test_nobody_gets_in_without_configuration(sqlite: Database) -> None:
    """With no credentials configured every webhook is answered 401, even one with empty credentials."""
    metrics = Metrics()
    closed = Doors(writer=Writer(sqlite, references=references), metrics=metrics)
    with client(closed) as talking:
        for auth in (("", ""), ("postmark", "a password"), ("postmark", "")):
            assert talking.post(PATH, json=delivery(), auth=auth).status_code == 401
        assert talking.post(PATH, json=delivery(), auth=httpx.Auth()).status_code == 401
    assert rows.count(sqlite) == 0


def test_rotation(sqlite: Database) -> None:
    """While a secret is being changed the old and the new one are both valid."""
    both = Doors(
        writer=Writer(sqlite, references=references),
        metrics=Metrics(),
        webhook_users=["old-user", "new-user"],
        webhook_passwords=["old-password", "new-password"],
    )
    with client(both) as talking:
        pairs = [("old-user", "old-password"), ("old-user", "new-password"), ("new-user", "new-password")]
        assert [talking.post(PATH, json=delivery(), auth=pair).status_code for pair in pairs] == [200, 200, 200]
        assert talking.post(PATH, json=delivery(), auth=("old-user", "older-password")).status_code == 401


def test_credentials_in_other_letters(sqlite: Database) -> None:
    """A password with umlauts or a colon works, whichever of the two usual encodings the sender has."""
    umlauts = Doors(
        writer=Writer(sqlite, references=references),
        metrics=Metrics(),
        webhook_users=["büro"],
        webhook_passwords=["schlüssel:mit:doppelpunkt", "пароль"],
    )
    with client(umlauts) as talking:
        for text, encoding in (
            ("büro:schlüssel:mit:doppelpunkt", "utf-8"),
            ("büro:schlüssel:mit:doppelpunkt", "latin-1"),
            ("büro:пароль", "utf-8"),
        ):
            answer = talking.post(PATH, json=delivery(), headers=basic(text, encoding), auth=httpx.Auth())
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "content", [b"", b"not json", b'{"RecordType": ', b"[]", b'[{"RecordType": "Open"}]', b'"Open"', b"17", b"null"]
)
def test_what_is_no_object_gets_400(sqlite: Database, content: bytes) -> None:
    """A body that is not JSON, or JSON but no object, is answered 400 with a reason, and nothing is stored."""
    with client(doors(sqlite)) as talking:
        answer = talking.post(PATH, content=content)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]
    assert rows.count(sqlite) == 0


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
def test_too_large_gets_413(sqlite: Database, announced: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A body above 10 MB is answered 413, whether it says its length or not, and the connection lives on."""
    content = b'{"RecordType": "Open", "Content": "' + b"x" * limits.LARGEST + b'"}'
    with client(doors(sqlite)) as talking:
        answer = talking.post(PATH, content=content if announced else iter([content[:5_000_000], content[5_000_000:]]))
        assert answer.status_code == 413
        assert "10 MB" in answer.json()["error"]
        assert talking.post(PATH, json=delivery()).status_code == 200
    assert rows.count(sqlite) == 1


def test_large_but_allowed(postmark: httpx.Client, database: Database) -> None:
    """A bounce with megabytes of content just below the limit is taken, in pieces too."""
    body = history()[0] | {"Content": "x" * (limits.LARGEST - 2_000)}
    content = json.dumps(body).encode()
    assert len(content) <= limits.LARGEST
    assert postmark.post(PATH, content=iter([content[:1000], content[1000:]])).status_code == 200
    assert rows.kinds(database) == ["deferral"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_get_405(sqlite: Database, method: str) -> None:
    """Any method but POST is answered 405 and told which one to use."""
    with client(doors(sqlite)) as talking:
        answer = talking.request(method, PATH)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_unknown_paths_get_404(sqlite: Database) -> None:
    """A path that does not exist is answered 404 as JSON, and a slash too many is not redirected."""
    with client(doors(sqlite)) as talking:
        answers = [talking.post("/webhooks/postmark/", json=delivery()), talking.get("/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("error" in answer.json() for answer in answers)


def test_postmarks_own_test_bodies(postmark: httpx.Client, database: Database) -> None:
    """What Postmark's "send test" button sends is answered 200 and kept as a test."""
    body = delivery() | {"MessageID": "00000000-0000-0000-0000-000000000000", "Recipient": "john@example.com"}
    assert postmark.post(PATH, json=body).status_code == 200
    assert rows.kinds(database) == ["test"]


def test_unknown_types_are_kept(postmark: httpx.Client, database: Database) -> None:
    """A record type that did not exist when this was written is answered 200 and kept whole."""
    assert postmark.post(PATH, json={"RecordType": "Teleport", "Where": ["here", {"or": "there"}]}).status_code == 200
    (row,) = rows.everything(database)
    assert row["kind"] == "unknown"
    assert json.loads(row["raw"])["Where"] == ["here", {"or": "there"}]


def test_a_sender_that_goes_away(sqlite: Database) -> None:
    """A connection that breaks in the middle of a body stores nothing and disturbs nobody."""
    with client(doors(sqlite)) as talking:

        def broken() -> Iterator[bytes]:
            yield b'{"RecordType": "Open",'
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            talking.post(PATH, content=broken())
        assert talking.post(PATH, json=delivery()).status_code == 200
    assert rows.kinds(sqlite) == ["delivery"]


def test_logs_hold_no_customer(
    sqlite: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever is sent and however it is answered, no log line holds an address or a part of a body."""
    caplog.set_level(logging.DEBUG)
    secret = "maria.secret@oakleaf.example"
    with capture_logs() as lines, client(doors(sqlite)) as talking:
        for body in (delivery() | {"Recipient": secret}, delivery() | {"Recipient": secret, "Details": secret}):
            talking.post(PATH, json=body)
        talking.post(PATH, content=f'{{"Recipient": "{secret}"'.encode())
        talking.post(PATH, content=f'["{secret}"]'.encode())
        talking.post(PATH, json={"Recipient": secret}, auth=(secret, secret))
        talking.post("/tracking", json={"type": "nonsense", "recipient": secret}, headers={"Authorization": "Bearer x"})
    written = repr(lines) + caplog.text + "".join(capfd.readouterr())
    assert lines, "something should have been logged"
    assert "secret" not in written
