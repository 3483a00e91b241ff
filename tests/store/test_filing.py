from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from store import events, messages
from store.database import Database
from store.records import Arrival, EventKind, Message, Recipient, Role
from tests.store.making import NOON, arrival, job_of, message, minutes, to

SPAWN = multiprocessing.get_context("spawn")


def file_all(connection: Connection, *, limit: int = 1000) -> int:
    """Files until nothing is left, and says how many that were."""
    total = 0
    while taken := events.file_new(connection, references=job_of, limit=limit):
        total += taken
    return total


def test_a_message_known_from_its_events(database: Database) -> None:
    """A message that only webhooks have told of can be found by address, domain, number and id, with what they said."""
    told = [
        arrival("d", message_id="m1", recipient="Maria@Oakleaf.example", tag="quote", stream="outbound", at=minutes(2)),
        arrival("o", message_id="m1", recipient="Maria@Oakleaf.example", metadata={"job": "1042"}, at=minutes(1)),
        arrival("b", message_id="m1", recipient="ben@oakleaf.example", subject="Your quote", sender="a@b.example"),
    ]
    with database.write() as connection:
        events.add(connection, told)
        assert file_all(connection) == 3
        assert file_all(connection) == 0
    with database.read() as connection:
        for wanted in (
            messages.Wanted(address="maria@oakleaf.example"),
            messages.Wanted(domain="oakleaf.example"),
            messages.Wanted(references=("1042",)),
            messages.Wanted(message_id="m1"),
            messages.Wanted(since=NOON, until=NOON),
        ):
            assert messages.find(connection, wanted) == messages.Found(("m1",), 1)
        (found,) = messages.load(connection, ["m1"])
    assert found == Message(
        message_id="m1",
        stream="outbound",
        tag="quote",
        subject="Your quote",
        sender="a@b.example",
        metadata={"job": "1042"},
        recipients=(
            Recipient("ben@oakleaf.example", "ben@oakleaf.example"),
            Recipient("Maria@Oakleaf.example", "maria@oakleaf.example"),
        ),
        references=("1042",),
    )


@pytest.mark.parametrize("kind_of_event", [EventKind.TEST, EventKind.UNKNOWN])
def test_no_evidence_no_message(database: Database, kind_of_event: EventKind) -> None:
    """Postmark's test bodies and unknown records are kept but never make a message."""
    with database.write() as connection:
        events.add(connection, [arrival("t", kind=kind_of_event, message_id="m1", recipient="maria@oakleaf.example")])
        assert file_all(connection) == 1
        assert messages.find(connection, messages.Wanted(address="maria@oakleaf.example")).total == 0
        assert len(events.of_messages(connection, ["m1"])) == 1


def test_registration(database: Database) -> None:
    """A local record can say which number a message belongs to, before or after the message is known."""
    with database.write() as connection:
        messages.save(connection, [message("m1", "maria@oakleaf.example", references=("7",))])
        for message_id in ("m1", "m2"):
            record = arrival(message_id, kind=EventKind.REGISTRATION, message_id=message_id, reference="1042")
            events.add(connection, [record])
        file_all(connection)
        messages.save(connection, [message("m2", "maria@oakleaf.example", sent_at=minutes(-1))])
        assert messages.find(connection, messages.Wanted(references=("1042",))).ids == ("m1", "m2")
        assert [m.references for m in messages.load(connection, ["m1", "m2"])] == [("1042", "7"), ("1042",)]


def test_oldest_first_and_bounded(database: Database) -> None:
    """Filing takes at most so many events at a time, in the order they came, and nothing is filed twice."""
    with database.write() as connection:
        events.add(connection, [arrival(f"k{n}", message_id=f"m{n}") for n in range(5)])
        assert events.are_waiting(connection)
        assert events.file_new(connection, references=job_of, limit=2) == 2
        assert {m.message_id for m in messages.load(connection, [f"m{n}" for n in range(5)])} == {"m0", "m1"}
        assert [events.file_new(connection, references=job_of, limit=2) for _ in range(3)] == [2, 1, 0]
        assert not events.are_waiting(connection)
        assert len(messages.load(connection, [f"m{n}" for n in range(5)])) == 5


def test_undone_filing_is_done_again(database: Database) -> None:
    """When filing fails, the events wait for the next time."""

    def broken(_message: Message) -> tuple[str, ...]:
        raise ZeroDivisionError

    def file_with_broken_rules() -> None:
        with database.write() as connection:
            events.file_new(connection, references=broken)

    with database.write() as connection:
        events.add(connection, [arrival("a", message_id="m1")])
    with pytest.raises(ZeroDivisionError):
        file_with_broken_rules()
    with database.write() as connection:
        assert file_all(connection) == 1


ROWS = [
    message(
        f"m{n}", *who, sent_at=minutes(-n), tag="quote", subject=f"Quote {n}", metadata={"job": str(n)}, server="main",
        references=(str(n),), stream="outbound", sender='"Alder" <office@alder.example>', status="Sent",
    )
    for n, who in enumerate(
        [["Maria@x.example"], ["ben@y.example", "kim@x.example"], ["maria@x.example", "Zoe@z.example"]]
    )
]  # fmt: skip
DETAILS = [
    Message(message_id=row.message_id, has_html=True, checked_at=minutes(5 + n), recipients=row.recipients)
    for n, row in enumerate(ROWS)
]
ARRIVALS = [
    arrival(
        f"{row.message_id}-{recipient.key}-{kind}", kind=kind, message_id=row.message_id, recipient=recipient.address,
        at=minutes(n), tag="quote", metadata=row.metadata, stream="outbound", server="main",
    )
    for row in ROWS
    for recipient in row.recipients
    for n, kind in enumerate([EventKind.DELIVERY, EventKind.OPEN, EventKind.CLICK])
] + [arrival(f"m9-{n}", message_id="m9", recipient="maria@x.example", at=minutes(n)) for n in range(2)]  # fmt: skip

Step = Arrival | Message | int  # an event arrives, a row is saved, or so many events are filed


def everything(connection: Connection) -> list[Any]:
    """All that questions can be answered from."""
    wanted = [messages.Wanted(address=a) for a in ("maria@x.example", "zoe@z.example", "kim@x.example")]
    wanted += [messages.Wanted(domain="x.example"), messages.Wanted(references=("1",)), messages.Wanted()]
    ids = ["m0", "m1", "m2", "m9"]
    return [
        messages.load(connection, ids),
        events.of_messages(connection, ids),
        [messages.find(connection, one) for one in wanted],
        messages.domains_known(connection),
    ]


def play(database: Database, steps: list[Step]) -> list[Any]:
    with database.read() as connection:  # undone at the end
        for step in steps:
            if isinstance(step, Arrival):
                events.add(connection, [step])
            elif isinstance(step, Message):
                messages.save(connection, [step])
            else:
                events.file_new(connection, references=job_of, limit=step)
        file_all(connection)
        return everything(connection)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order(database: Database, data: st.DataObject) -> None:
    """Whatever order events and messages come in, however often, and whenever they are filed: the same is known."""
    once: list[Step] = [*ARRIVALS, *ROWS, *DETAILS]
    repeats = data.draw(st.lists(st.sampled_from(once), max_size=10))
    filings: list[Step] = list(data.draw(st.lists(st.integers(1, 9), max_size=5)))
    steps = data.draw(st.permutations([*once, *repeats, *filings]))
    assert play(database, steps) == play(database, once)


def work(url: str, first: int) -> tuple[int, int]:
    """Adds 300 events of which others add some too, filing and saving; says how many it added and filed."""
    database = Database(url, busy_timeout=30)
    added = filed = 0
    for batch in range(first, first + 300, 20):
        arrivals = [
            arrival(f"k{n}", message_id=f"m{n // 3}", recipient=f"c{n % 3}@x.example", metadata={"job": str(n // 30)})
            for n in range(batch, batch + 20)
        ]
        row = message(f"m{batch // 3}", "c0@x.example", sent_at=minutes(-1))
        with database.write() as connection:  # as when events come in
            added += events.add(connection, arrivals[:10])
        with database.write() as connection:
            filed += events.file_new(connection, references=job_of, limit=15)
        with database.write() as connection:  # as when a question was answered
            messages.save(connection, [row])
            added += events.add(connection, arrivals)
            filed += events.file_new(connection, references=job_of, limit=15)
            messages.mark_checked(connection, [f"m{n // 3}" for n in range(batch + 20, batch, -1)], minutes(batch))
    database.dispose()
    return added, filed


def test_processes_at_once(database_url: str) -> None:
    """Processes that add and file the same events at the same time lose nothing and do nothing twice."""
    with ProcessPoolExecutor(3, mp_context=SPAWN) as pool:
        done = [future.result() for future in [pool.submit(work, database_url, first) for first in (0, 100, 200)]]
    database = Database(database_url)
    with database.write() as connection:
        rest = file_all(connection)
        assert sum(added for added, _ in done) == 500
        assert sum(filed for _, filed in done) + rest == 500
        assert connection.execute(text("SELECT count(*) FROM unfiled")).scalar() == 0
        found = messages.load(connection, [f"m{n}" for n in range(167)])
        assert [len(m.recipients) for m in found] == [3] * 166 + [2]
        assert messages.find(connection, messages.Wanted(domain="x.example", limit=200)).total == 167
        assert messages.find(connection, messages.Wanted(references=("3",), limit=50)).total == 10
    database.dispose()


def test_many_recipients(database: Database) -> None:
    """A message to fifty people, each with their own events, keeps them all apart and in the order of sending."""
    row = message("m1", *[f"c{n:02}@x.example" for n in range(50)])
    told = [arrival(f"k{n}", message_id="m1", recipient=f"c{n:02}@x.example") for n in range(60)]
    with database.write() as connection:
        events.add(connection, told)
        file_all(connection, limit=7)
        messages.save(connection, [row])
        (found,) = messages.load(connection, ["m1"])
    assert found.recipients[:50] == tuple(to(f"c{n:02}@x.example", role=Role.TO) for n in range(50))
    assert [r.role for r in found.recipients[50:]] == [None] * 10
