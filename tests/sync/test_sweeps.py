"""Sweeps fetch what the lists hold, go on where they were, and ask no more than they must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.postmark.listing import Listing
from bot.sandbox import Sandbox, readers
from bot.sync import LEASE
from store import cursors, events, messages, syncing
from store.records import EventKind
from tests.sync.office import BEN, DAY, HOUR, LISTS, MARIA, MINUTE, MONDAY, SECOND, TOKENS, Office

QUOTE = '<a href="https://portal.alder.example/q/1042">Quote</a>'


def kinds(office: Office, message_id: str) -> list[EventKind]:
    return sorted(event.kind for trail in office.trails(message_id) for event in trail.events)


def test_everything_listed_is_fetched(office: Office) -> None:
    """Without any webhook, emails, opens, clicks, bounces, complaints and automatic answers are known after a sweep."""
    sandbox = office.sandbox
    quote = sandbox.send(MARIA, "Your quote for job 1042", html=QUOTE, tag="quote", metadata={"job_id": "1042"})
    sandbox.open(quote, MARIA, by=readers.PHONE, at=MONDAY + MINUTE)
    sandbox.click(quote, MARIA, by=readers.PHONE, at=MONDAY + 2 * MINUTE)
    lost = sandbox.send(BEN, "Your invoice")
    sandbox.bounce(lost, BEN)
    away = sandbox.send("kim@harbor.example", "Your invoice")
    sandbox.bounce(away, "kim@harbor.example", type="AutoResponder")
    angry = sandbox.send("lee@harbor.example", "News")
    sandbox.complain(angry, "lee@harbor.example")
    office.work()
    assert kinds(office, quote) == [EventKind.CLICK, EventKind.OPEN]
    assert kinds(office, lost) == [EventKind.BOUNCE]
    assert kinds(office, away) == [EventKind.AUTO_REPLY]
    assert kinds(office, angry) == [EventKind.COMPLAINT]
    with office.database.read() as connection:
        (message,) = messages.load(connection, [quote])
        assert message.references == ("1042",)
        assert message.server == "office"
        assert cursors.get(connection, cursors.SYNC) == office.now
    assert office.sync.covered_until("office", office.now) == office.now
    assert office.asked() == dict.fromkeys(LISTS, 1)


def test_what_is_listed_late_is_found(small_office: Office) -> None:
    """An email that Postmark lists minutes after it was sent is fetched by a later sweep."""
    office = small_office
    office.sandbox.quirks.listing_delay = 10 * MINUTE
    late = office.sandbox.send(MARIA, "Your quote")
    office.live(5 * MINUTE)
    assert not office.trails(late)
    office.live(10 * MINUTE)
    assert office.trails(late)


@pytest.mark.parametrize("off_by", [-10 * MINUTE, 10 * MINUTE])
def test_a_clock_that_is_off(small_office: Office, off_by: timedelta) -> None:
    """With this machine's clock ten minutes fast or slow, everything is fetched all the same."""
    office = small_office
    sent = []
    for _ in range(20):
        sent.append(office.sandbox.send(MARIA, "Your quote"))
        office.sandbox.clock.forward(2 * MINUTE)
        while office.sync.step(office.now + off_by):
            pass
    office.sandbox.clock.forward(15 * MINUTE)
    while office.sync.step(office.now + off_by):
        pass
    assert len(office.trails(*sent)) == len(sent)


@pytest.mark.parametrize("at", [datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 3, 8, 5, 30, tzinfo=UTC)])
def test_both_changes_of_the_clock_in_new_york(sqlite_url: str, at: datetime) -> None:
    """Around the hour that New York has twice, or not at all, no email is missed."""
    from store.database import Database

    with Sandbox(now=at, servers=TOKENS) as sandbox:
        office = Office(Database(sqlite_url), sandbox)
        sent = []
        for _ in range(40):
            sent.append(sandbox.send(MARIA, "Your quote"))
            office.live(5 * MINUTE)
        office.live(2 * MINUTE)
        assert len(office.trails(*sent)) == len(sent)
        office.database.dispose()


def test_more_than_postmark_lists(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stretch with more emails and opens than Postmark lists is read whole: emails in halves, opens from the top."""
    for module in ("bot.sync.windows", "bot.postmark.client"):
        monkeypatch.setattr(f"{module}.PAGE", 10)
    monkeypatch.setattr("bot.sync.windows.REACH", 40)
    monkeypatch.setattr("bot.sandbox.api.asking.MAX_REACH", 40)
    office = small_office
    sent = []
    for number in range(130):
        sent.append(office.sandbox.send(f"c{number}@oakleaf.example", f"Your quote for job {number}"))
        office.sandbox.clock.forward(3 * MINUTE)
        office.sandbox.open(sent[-1], f"c{number}@oakleaf.example")
    office.work()
    assert all(kinds(office, message_id) == [EventKind.OPEN] for message_id in sent)
    coverages = office.sync.coverages("office")
    assert all(coverage.until == office.now and coverage.cut_at is None for coverage in coverages.values())


def test_opens_past_the_end_of_their_list_are_said_to_be_cut(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where dates mean nothing to the list of opens, what it doesn't reach is noted, and there is an end to it."""
    for module in ("bot.sync.windows", "bot.postmark.client"):
        monkeypatch.setattr(f"{module}.PAGE", 10)
    monkeypatch.setattr("bot.sync.windows.REACH", 40)
    monkeypatch.setattr("bot.sandbox.api.asking.MAX_REACH", 40)
    office = small_office
    office.sandbox.quirks.undated_looks = True
    for number in range(80):
        address = f"c{number}@oakleaf.example"
        sent = office.sandbox.send(address, "Your quote")
        office.sandbox.clock.forward(10 * MINUTE)
        office.sandbox.open(sent, address)
    office.work()
    opens = office.sync.coverages("office")[Listing.OPENS]
    assert opens.until == office.now
    assert opens.cut_at is not None
    assert office.now - 7 * HOUR < opens.cut_at < office.now - 6 * HOUR
    with office.database.read() as connection:
        assert cursors.get(connection, cursors.SYNC) == office.now


@pytest.mark.parametrize("fraction", [True, False])
def test_a_webhook_and_a_row_are_one_event(office: Office, *, fraction: bool) -> None:
    """What both a webhook and a list tell is one event in the trail, though the list may round its times."""
    from tests.sandbox.callers import Endpoint

    office.sandbox.quirks.whole_seconds = not fraction
    with Endpoint() as told:
        office.sandbox.connect(told.url)
        quote = office.sandbox.send(MARIA, "Your quote", html=QUOTE, at=MONDAY + 0.7 * SECOND)
        office.sandbox.deliver(quote, at=MONDAY + 3.4 * SECOND)
        office.sandbox.open(quote, MARIA, by=readers.PHONE, at=MONDAY + 60.3 * SECOND)
        office.sandbox.click(quote, MARIA, by=readers.PHONE, at=MONDAY + 61.9 * SECOND)
        office.sandbox.flush()
        first, *rest = told.bodies
    office.hear([first])
    office.work()
    office.hear(rest)
    office.sync.want([quote], office.now)
    office.live(5 * MINUTE)
    assert kinds(office, quote) == [EventKind.CLICK, EventKind.DELIVERY, EventKind.OPEN]


def test_rows_add_nothing_to_what_webhooks_told(office: Office) -> None:
    """Lists with rounded times put no second row beside each webhook's."""
    from tests.sandbox.callers import Endpoint

    office.sandbox.quirks.whole_seconds = True
    with Endpoint() as told:
        office.sandbox.connect(told.url)
        quote = office.sandbox.send(MARIA, "Your quote", html=QUOTE, at=MONDAY + 0.7 * SECOND)
        office.sandbox.open(quote, MARIA, by=readers.PHONE, at=MONDAY + 60.3 * SECOND)
        office.sandbox.click(quote, MARIA, by=readers.PHONE, at=MONDAY + 61.9 * SECOND)
        office.sandbox.flush()
        office.hear(told.bodies)
    office.live(5 * MINUTE)
    with office.database.read() as connection:
        assert len(events.of_messages(connection, [quote])) == 2


def test_two_processes_ask_once(office: Office) -> None:
    """Two processes on one database make as many requests together as one alone."""
    office.options["random"] = lambda: 0.0
    first, other = office.another(), office.another()
    for _ in range(30):
        office.sandbox.clock.forward(MINUTE)
        for sync in (first, other, first, other):
            sync.step(office.now)
        office.work(other)
        office.work(first)
    assert office.asked() == dict.fromkeys(LISTS, 15)


def test_a_process_that_stops_midway_is_followed_by_another(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies while reading a long list leaves its place to another, which reads on from its page."""
    monkeypatch.setattr("bot.sync.windows.PAGE", 10)
    monkeypatch.setattr("bot.postmark.client.PAGE", 10)
    office = small_office
    sent = [office.sandbox.send(f"c{number}@oakleaf.example", "Your quote") for number in range(95)]
    for _ in range(6):
        office.sync.step(office.now)
    assert office.asked() == {"/messages/outbound": 6}
    other = office.another()
    assert not other.step(office.now)
    office.sandbox.clock.forward(LEASE)
    office.work(other)
    assert len(office.trails(*sent)) == len(sent)
    assert office.asked()["/messages/outbound"] == 10


def test_what_an_overtaken_process_has_fetched_is_not_kept(small_office: Office) -> None:
    """A process that was away for longer than its lease does not write over what its successor keeps."""
    office = small_office
    other = office.another()
    page = office.sync._work.postmark.page

    def slow(*args: object, **options: object) -> object:
        found = page(*args, **options)  # type: ignore[arg-type]
        office.sandbox.clock.forward(LEASE + SECOND)
        office.work(other)
        return found

    office.sync._work.postmark.page = slow  # type: ignore[method-assign, assignment]
    assert office.sync.step(office.now)
    with office.database.read() as connection:
        assert syncing.standings(connection, ["office"])["office"].swept_at == office.now


def test_an_outage_of_ours_is_healed(office: Office) -> None:
    """After a night in which Seen did not run, what happened meanwhile counts as unknown until it has been fetched."""
    office.work()
    office.sandbox.clock.forward(12 * HOUR)
    begin = MONDAY
    assert office.sync.unchecked_since("office", office.now) == begin
    assert office.sync.covered_until("office", office.now) == begin
    office.sync.step(office.now)
    assert office.sync.unchecked_since("office", office.now) == begin
    office.work()
    assert office.sync.unchecked_since("office", office.now) is None
    assert office.sync.covered_until(None, office.now) == office.now


def test_history_is_read_back_once(office: Office) -> None:
    """Reading a month back fetches it, reading it again asks next to nothing, and keeping up goes on beside it."""
    old = office.sandbox.send(MARIA, "Your quote")
    office.sandbox.clock.forward(30 * DAY)
    office.work()
    assert not office.trails(old)
    back = office.another(back_to=office.now - 40 * DAY)
    office.work(back)
    assert office.trails(old)
    before = office.lists_asked()
    office.sandbox.clock.forward(SECOND)
    again = office.another(back_to=office.now - 40 * DAY, up_to=office.now)
    office.work(again)
    assert office.lists_asked() - before == len(LISTS)
