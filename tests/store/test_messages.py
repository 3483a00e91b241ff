from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import events, messages
from store.database import Database
from store.finding import COUNTED
from store.messages import Found, Wanted
from store.records import EventKind, Message, Recipient, Role
from tests.store.making import NOON, arrival, job_of, message, minutes, to

FULL = Message(
    message_id="m1",
    server="main",
    stream="outbound",
    sent_at=NOON,
    sender='"Alder Heating" <office@alder.example>',
    subject="Ihr Angebot für 1042",
    tag="quote",
    metadata={"job": "1042", "who": "Zoë"},
    status="Sent",
    track_opens=False,
    track_links="None",
    has_html=True,
    sandboxed=False,
    recipients=(
        to("Maria@Oakleaf.example", "Maria Voss"),
        to("ben@oakleaf.example", role=Role.CC),
        to("copy@alder.example", role=Role.BCC),
    ),
    references=("1042", "INV-7"),
    checked_at=minutes(3),
)


def save(database: Database, *told: Message) -> None:
    with database.write() as connection:
        messages.save(connection, told)


def load(database: Database, *ids: str) -> list[Message]:
    with database.read() as connection:
        return messages.load(connection, ids)


def find(database: Database, wanted: Wanted) -> Found:
    with database.read() as connection:
        return messages.find(connection, wanted)


# ── Saving and loading ───────────────────────────────────────────────────────────────────────────────────────────


def test_as_it_was(database: Database) -> None:
    """A message comes back exactly as it was saved, its recipients in the order it was sent to them."""
    save(database, FULL)
    assert load(database, "m1") == [FULL]


def test_in_the_order_asked(database: Database) -> None:
    """Messages come in the order they are asked for; unknown and repeated ids are passed over."""
    save(database, *[message(f"m{n}", "a@x.example") for n in range(3)])
    assert [m.message_id for m in load(database, "m2", "none", "m0", "m2")] == ["m2", "m0"]
    assert load(database) == []


def test_nothing_to_save(database: Database) -> None:
    """Saving no messages is fine."""
    save(database)
    assert find(database, Wanted()) == Found((), 0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.sets(st.sampled_from([
    "server", "stream", "sent_at", "sender", "subject", "tag", "metadata", "status", "track_opens", "track_links",
    "has_html", "sandboxed", "recipients", "references", "checked_at",
])), max_size=5))  # fmt: skip
def test_knowledge_grows(database: Database, told: list[set[str]]) -> None:
    """Whatever parts of a message are told, in whatever order, all of it is known in the end and nothing is lost."""
    with database.read() as connection:  # undone at the end
        for fields in told:
            messages.save(connection, [Message(message_id="m1", **{name: getattr(FULL, name) for name in fields})])
        known = set().union(*told)
        expected = Message(message_id="m1", **{name: getattr(FULL, name) for name in known})
        assert messages.load(connection, ["m1"]) == ([expected] if told else [])


def test_later_words_replace(database: Database) -> None:
    """What Postmark says later replaces what it said before; a status never goes back to "Queued"."""
    save(database, message("m1", "a@x.example", status="Queued", subject="Draft", checked_at=minutes(5)))
    save(database, message("m1", status="Sent", subject="Final"))
    save(database, message("m1", status="Queued", checked_at=minutes(2)))
    (found,) = load(database, "m1")
    assert (found.status, found.subject, found.checked_at) == ("Sent", "Final", minutes(5))
    assert [r.address for r in found.recipients] == ["a@x.example"]


def test_rows_beat_hints(database: Database) -> None:
    """What an event says of its message never replaces what Postmark's own row says, whichever came first."""
    hint = message("m1", "MARIA@oakleaf.example", sender="office@alder.example", sent_at=None, tag="else")
    with database.write() as connection:
        messages.save_hints(connection, [messages.Dated(hint, minutes(1))])
        messages.save(connection, [FULL])
        messages.save_hints(connection, [messages.Dated(hint, minutes(-1))])
    assert load(database, "m1") == [FULL]
    assert find(database, Wanted(since=NOON, until=NOON)).ids == ("m1",)


def test_twice_addressed(database: Database) -> None:
    """Somebody who stands in To and again in Cc is one recipient, by the first of the two."""
    save(database, Message(message_id="m1", recipients=(to("a@x.example"), to("A@x.example", "Ann", Role.CC))))
    assert load(database, "m1")[0].recipients == (Recipient("a@x.example", "a@x.example", "Ann", Role.TO),)


def test_mark_checked(database: Database) -> None:
    """When Postmark was last asked is remembered, never goes back, and touches known messages only."""
    save(database, message("m1", "a@x.example"), message("m2", "a@x.example"))
    for at in (minutes(5), minutes(2)):
        with database.write() as connection:
            messages.mark_checked(connection, ["m1", "unknown"], at)
    assert [m.checked_at for m in load(database, "m1", "m2", "unknown")] == [minutes(5), None]


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def office(database: Database) -> Database:
    """A few days of mail."""
    save(
        database,
        message("quote", "Maria@oakleaf.example", subject="Your quote for job 1042", references=("1042",)),
        message("invoice", "maria@oakleaf.example", "ben@oakleaf.example", sent_at=minutes(10),
                subject="Invoice 2210: Größe & Café", references=("1042", "2210")),
        message("other", "kim@harbor.example", sent_at=minutes(20), subject="100%_sure", references=("1042",)),
        message("idn", "jo@Müller.example", sent_at=minutes(30)),
    )  # fmt: skip
    return database


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(address="maria@oakleaf.example"), ("invoice", "quote")),
        (Wanted(address="Maria <MARIA@Oakleaf.example>"), ("invoice", "quote")),
        (Wanted(address="jo@müller.example"), ("idn",)),
        (Wanted(domain="@OakLeaf.example"), ("invoice", "quote")),
        (Wanted(domain="müller.example"), ("idn",)),
        (Wanted(references=("1042",)), ("other", "invoice", "quote")),
        (Wanted(references=("1042", "2210")), ("invoice",)),
        (Wanted(references=("1042",), address="kim@harbor.example"), ("other",)),
        (Wanted(references=("2210",), domain="harbor.example"), ()),
        (Wanted(address="ben@oakleaf.example", domain="oakleaf.example"), ("invoice",)),
        (Wanted(message_id="quote"), ("quote",)),
        (Wanted(message_id="QUOTE"), ("quote",)),
        (Wanted(message_id="quote", address="kim@harbor.example"), ()),
        (Wanted(references=("1042",), since=minutes(10)), ("other", "invoice")),
        (Wanted(references=("1042",), until=minutes(10)), ("invoice", "quote")),
        (Wanted(domain="oakleaf.example", since=minutes(1), until=minutes(15)), ("invoice",)),
        (Wanted(domain="oakleaf.example", subject_words="QUOTE"), ("quote",)),
        (Wanted(domain="oakleaf.example", subject_words="cafe GROSSE"), ("invoice",)),
        (Wanted(domain="oakleaf.example", subject_words="invo"), ("invoice",)),
        (Wanted(domain="oakleaf.example", subject_words="voice"), ()),
        (Wanted(references=("1042",), subject_words="100%"), ("other",)),
        (Wanted(references=("1042",), subject_words="1%4"), ()),
        (Wanted(references=("1042",), subject_words="!?"), ("other", "invoice", "quote")),
        (Wanted(address="nobody@oakleaf.example"), ()),
        (Wanted(), ("idn", "other", "invoice", "quote")),
    ],
)
def test_find(office: Database, wanted: Wanted, ids: tuple[str, ...]) -> None:
    """Messages are found by everything a question can name, all of which must fit, newest first."""
    assert find(office, wanted) == Found(ids, len(ids))


@pytest.mark.parametrize("wanted", [{"address": "a@x.example"}, {"domain": "x.example"}, {"references": ("7",)}, {}])
def test_newest_few(database: Database, wanted: dict[str, object]) -> None:
    """Only the newest few are named, but how many there are is told; people at one domain count a message once."""
    sent = [message(f"m{n:02}", "a@x.example", "b@x.example", sent_at=minutes(n), references=("7",)) for n in range(25)]
    save(database, *sent)
    found = find(database, Wanted(limit=3, **wanted))  # type: ignore[arg-type]
    assert found == Found(("m24", "m23", "m22"), 25)


def test_counting_ends(database: Database) -> None:
    """Beyond a thousand matches nobody counts on: the answer is as quick as before."""
    save(database, *[message(f"m{n}", "a@x.example", sent_at=minutes(n)) for n in range(COUNTED + 20)])
    assert find(database, Wanted(address="a@x.example", limit=5)).total == COUNTED + 5


def test_unknown_time(database: Database) -> None:
    """A message whose time is not known yet goes by its earliest event, and by its own time once that is told."""

    def order() -> tuple[str, ...]:
        return find(database, Wanted(references=("7",))).ids

    save(database, *[message(f"m{n}", "a@x.example", sent_at=minutes(n), references=("7",)) for n in (10, 20)])
    save(database, message("new", "a@x.example", sent_at=None, references=("7",)))
    assert order() == ("m20", "m10", "new")
    for key, at in (("late", 30), ("early", 15), ("later", 40)):
        with database.write() as connection:
            told = arrival(key, message_id="new", recipient="a@x.example", at=minutes(at), kind=EventKind.DELIVERY)
            events.add(connection, [told])
            events.file_new(connection, references=job_of)
    assert order() == ("m20", "new", "m10")
    save(database, message("new", sent_at=minutes(5)))
    assert order() == ("m20", "m10", "new")
    assert find(database, Wanted(domain="x.example")).ids == ("m20", "m10", "new")


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


def named(database: Database, words: str) -> list[tuple[str | None, str]]:
    with database.read() as connection:
        return [(person.name, person.address) for person in messages.people_named(connection, words)]


def test_people_named(database: Database) -> None:
    """A customer is found by their name as it stood in To, however it is typed; newest first, each address once."""

    def mail(message_id: str, at: datetime, address: str, name: str | None) -> Message:
        return Message(message_id=message_id, sent_at=at, recipients=(to(address, name),))

    save(
        database,
        mail("1", minutes(1), "maria@x.example", "María López"),
        mail("2", minutes(2), "Maria@x.example", "Dr. María López"),
        mail("3", minutes(3), "maria@x.example", None),
        mail("4", minutes(0), "m.lopez@y.example", "LOPEZ, Maria"),
        mail("5", minutes(0), "maria@z.example", "Maria Voss"),
    )
    assert named(database, "maria lopez") == [
        ("Dr. María López", "Maria@x.example"),
        ("LOPEZ, Maria", "m.lopez@y.example"),
    ]
    assert named(database, "Voss") == [("Maria Voss", "maria@z.example")]
    assert len(named(database, "maria")) == 3
    assert named(database, "maria schmidt") == named(database, " ") == named(database, "mar") == []


def test_addresses_like(database: Database) -> None:
    """For a mistyped address the known ones worth comparing are at hand: the same domain, or the same before the @."""
    save(database, message("m1", "maria@oakleaf.example", "ben@oakleaf.example", "kim@harbor.example"))
    with database.read() as connection:
        assert set(messages.addresses_like(connection, "Amria@oakleaf.example")) == {
            "maria@oakleaf.example",
            "ben@oakleaf.example",
        }
        assert messages.addresses_like(connection, "kim@habor.example") == ["kim@harbor.example"]
        assert messages.addresses_like(connection, "maria@oakleaf.example") == ["ben@oakleaf.example"]
        assert messages.addresses_like(connection, "nobody@nowhere.example") == []


def test_addresses_like_is_bounded(database: Database) -> None:
    """At a domain of thousands those that begin alike come first, and never more than a few hundred."""
    crowd = [f"{letter}{n:03}@big.example" for letter in "abc" for n in range(400)]
    save(database, *[message(f"m{n}", *crowd[n : n + 50]) for n in range(0, len(crowd), 50)])
    with database.read() as connection:
        found = messages.addresses_like(connection, "c12@big.example")
    assert all(key.startswith("c") for key in found[:300])
    assert len(found) <= 450


def test_domains_known(office: Database) -> None:
    """Every domain mail went to is known once."""
    with office.read() as connection:
        assert messages.domains_known(connection) == ["harbor.example", "oakleaf.example", "xn--mller-kva.example"]


def test_nobody_known(database: Database) -> None:
    """In an empty store there is nobody to suggest."""
    with database.read() as connection:
        assert messages.domains_known(connection) == []
        assert messages.addresses_like(connection, "maria@oakleaf.example") == []
