"""What keeping in step costs, and how a server in trouble is treated."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text

from bot.sandbox import Sandbox
from bot.sync import pace
from store import syncing, wanted, watches
from store.alert_records import SubjectOf, Watch
from store.database import Database
from store.records import EventKind
from store.syncing import Standing
from tests.sync.office import BEN, DAY, HOUR, LISTS, MARIA, MINUTE, MONDAY, SECOND, Office


def test_an_idle_server_is_asked_little(small_office: Office) -> None:
    """A server that sends nothing is asked at most six times a minute, and on average far less."""
    office = small_office
    per_minute: Counter[int] = Counter()
    for minute in range(30):
        before = office.lists_asked()
        office.live(MINUTE, tick=5 * SECOND)
        per_minute[minute] = office.lists_asked() - before
    assert max(per_minute.values()) <= 6
    assert sum(per_minute.values()) <= 2.2 * 30


def _day(office: Office, *, opens_at: int, closes_at: int) -> int:
    """A day with 10,000 emails between two hours; how often lists were asked."""
    random = Random(1)
    before = office.lists_asked()
    in_a_tick = round(10_000 / ((closes_at - opens_at) * 30))
    for tick in range(24 * 30):
        for _ in range(in_a_tick if opens_at <= tick / 30 < closes_at else 0):
            sent = office.sandbox.send(MARIA, "Your quote")
            if random.random() < 0.5:
                office.sandbox.open(sent, MARIA)
            if random.random() < 0.02:
                office.sandbox.bounce(sent, MARIA, type="SoftBounce")
        office.live(2 * MINUTE, tick=2 * MINUTE)
    return office.lists_asked() - before


def test_ten_thousand_emails_a_day(small_office: Office) -> None:
    """On a day with 10,000 emails, from its beginning on, lists are asked 200 times at most, and nothing is missed."""
    office = small_office
    assert _day(office, opens_at=0, closes_at=24) <= 200
    with office.database.read() as connection:
        known = connection.execute(text("SELECT count(*) FROM messages")).scalar_one()
        opened = connection.execute(text("SELECT count(*) FROM events WHERE kind = 'open'")).scalar_one()
    assert known > 9500
    assert opened > 4700


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_ten_thousand_emails_in_office_hours(small_office: Office) -> None:
    """The same where they go out within ten hours, once such a day has been seen."""
    _day(small_office, opens_at=8, closes_at=18)
    assert _day(small_office, opens_at=8, closes_at=18) <= 200


def test_details_are_asked_only_where_wanted_and_slowly(small_office: Office) -> None:
    """Only emails that somebody needs to know of are asked about in detail, thirty a minute, the newest need first."""
    office = small_office
    sent = [office.sandbox.send(f"c{number}@oakleaf.example", "Your quote") for number in range(200)]
    for message_id in sent:
        office.sandbox.deliver(message_id, at=MONDAY + SECOND)
    office.live(3 * MINUTE)
    assert office.asked()["details"] == 0
    assert {state for _, _, state, _ in office.verdicts(*sent)} == {"sent"}
    office.sync.want(sent[:50], office.now)
    office.sync.want(sent[50:100], office.now + SECOND)
    office.sandbox.clock.forward(2 * MINUTE)
    office.live(MINUTE, tick=10 * SECOND)
    assert 20 <= office.asked()["details"] <= 40
    known = {who for who, _, state, _ in office.verdicts(*sent) if state == "delivered"}
    assert known <= {f"c{number}@oakleaf.example" for number in range(50, 100)}
    office.live(10 * MINUTE, tick=10 * SECOND)
    assert {state for _, _, state, _ in office.verdicts(*sent[:100])} == {"delivered"}
    assert {state for _, _, state, _ in office.verdicts(*sent[100:])} == {"sent"}
    assert office.asked()["details"] == 100
    with office.database.read() as connection:
        assert not wanted.due(connection, "office", now=office.now + DAY, limit=1)


def _watched(office: Office, message_id: str) -> Watch:
    watch = Watch(
        key=f"U0ROSA|{message_id}", who="U0ROSA", question=message_id, began_at=MONDAY, expires_at=MONDAY + DAY
    )
    with office.database.write() as connection:
        kept = watches.put(connection, watch, [(SubjectOf.ADDRESS, MARIA)])
    assert kept is not None
    return kept


def _looked(office: Office, message_id: str) -> bool:
    return any(event.kind is EventKind.OPEN for trail in office.trails(message_id) for event in trail.events)


def test_what_somebody_waits_for_is_asked_about(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where much is sent and no webhook comes, a look that somebody waits for is known within ten minutes.

    No sweep has to be due. It costs a request in ten minutes, until nobody waits any more.
    """
    monkeypatch.setattr("bot.sync.pace.SHORTEST", pace.LONGEST)
    watched, other = (office.sandbox.send(address, "Your quote") for address in (MARIA, BEN))
    office.work()
    watch = _watched(office, watched)
    office.sync.want([watched, other], office.now)
    for message_id in (watched, other):
        office.sandbox.deliver(message_id)
    office.live(5 * MINUTE)
    office.sandbox.open(watched, MARIA)
    office.sandbox.open(other, BEN)
    lists = office.lists_asked()
    office.live(10 * MINUTE)
    assert _looked(office, watched)
    assert not _looked(office, other)
    assert office.lists_asked() == lists
    assert office.asked()["details"] == 3
    office.live(HOUR)
    assert office.asked()["details"] == 9
    with office.database.write() as connection:
        watches.forget(connection, watch.watch_id)
    office.live(HOUR)
    assert office.asked()["details"] == 9


def test_what_postmark_has_forgotten_is_not_asked_about(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long somebody waits for a sign, an email is asked about only as long as Postmark knows of it."""
    monkeypatch.setattr("bot.sync.pace.SHORTEST", pace.LONGEST)
    office = small_office
    quote = office.sandbox.send(MARIA, "Your quote")
    office.work()
    _watched(office, quote)
    office.sync.want([quote], office.now)
    office.sandbox.deliver(quote)
    office.live(30 * MINUTE)
    office.sandbox.clock.forward(45 * DAY)
    office.live(HOUR)
    before = office.asked()["details"]
    assert before >= 3
    office.live(2 * HOUR)
    assert office.asked()["details"] == before


@pytest.mark.parametrize("webhooks", [True, False])
def test_nothing_is_asked_that_comes_by_itself(
    small_office: Office, monkeypatch: pytest.MonkeyPatch, *, webhooks: bool
) -> None:
    """Where webhooks come, or sweeps are quicker, emails that somebody waits for cost no request of their own."""
    office = small_office
    if webhooks:
        monkeypatch.setattr("bot.sync.pace.SHORTEST", pace.LONGEST)
        office.sync = office.another(webhooks=True)
    quote = office.sandbox.send(MARIA, "Your quote")
    office.work()
    _watched(office, quote)
    office.sync.want([quote], office.now)
    office.sandbox.deliver(quote)
    office.live(HOUR)
    assert office.asked()["details"] == 1


def test_what_a_webhook_has_told_is_not_asked(office: Office) -> None:
    """An email whose delivery a webhook tells in time costs no request."""
    quote = office.sandbox.send(MARIA, "Your quote")
    office.work()
    office.sync.want([quote], office.now)
    office.hear(
        [
            {
                "RecordType": "Delivery",
                "MessageID": quote,
                "Recipient": MARIA,
                "DeliveredAt": "2026-11-09T14:00:02Z",
                "Details": "smtp;250 OK",
            }
        ]
    )
    office.live(10 * MINUTE)
    assert office.asked()["details"] == 0


def test_a_deferred_email_is_asked_about_again(small_office: Office) -> None:
    """An email that hasn't arrived yet is asked about again, less and less often, until it has."""
    office = small_office
    quote = office.sandbox.send(MARIA, "Your quote")
    office.sandbox.defer(quote)
    office.sync.want([quote], office.now)
    office.live(HOUR, tick=2 * MINUTE)
    assert [state for _, _, state, _ in office.verdicts(quote)] == ["deferred"]
    assert 3 <= office.asked()["details"] <= 5
    office.sandbox.deliver(quote)
    office.live(3 * HOUR, tick=10 * MINUTE)
    assert [state for _, _, state, _ in office.verdicts(quote)] == ["delivered"]


def test_an_email_nobody_knows_is_let_go(small_office: Office) -> None:
    """What Postmark does not know is asked about a few times and then forgotten."""
    office = small_office
    office.sync.want(["5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11"], office.now)
    office.live(3 * DAY, tick=2 * HOUR)
    assert office.asked()["details"] <= 8


# ── Trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", ["500", "503", "html", "html_200", "truncated", "broken_off", "maintenance", "429"])
def test_a_fault_is_waited_out(small_office: Office, fault: str) -> None:
    """While Postmark fails it is asked less and less often; afterwards everything is fetched."""
    office = small_office
    office.sandbox.send(MARIA, "Your quote")
    with office.sandbox.fault(fault):
        office.live(HOUR, tick=5 * SECOND)
        asked = office.lists_asked()
        assert 5 <= asked <= 20
        assert office.sync.unchecked_since("office", office.now) is not None
        assert office.sync.standings()["office"].trouble
    sent = office.sandbox.send(BEN, "Your invoice")
    office.live(25 * MINUTE)
    assert office.trails(sent)
    standing = office.sync.standings()["office"]
    assert (standing.trouble, standing.failures) == (None, 0)
    assert office.sync.unchecked_since("office", office.now) is None


def test_postmark_says_how_long_to_wait(small_office: Office) -> None:
    """A Retry-After is kept, to the second and a little more."""
    office = small_office
    with office.sandbox.fault("429", retry_after=600, times=1):
        office.work()
    asked = office.lists_asked()
    office.live(600 * SECOND, tick=5 * SECOND)
    assert office.lists_asked() == asked
    office.live(10 * SECOND, tick=5 * SECOND)
    assert office.lists_asked() > asked


def test_a_server_that_hangs_does_not_stop_the_others(sqlite_url: str) -> None:
    """One server whose requests hang, and one whose token is wrong, leave the third in step."""
    names = {"hangs": "token-a", "refused": "token-b", "well": "token-c"}
    with Sandbox(now=MONDAY, servers=names) as sandbox:
        office = Office(Database(sqlite_url), sandbox, tokens={**names, "refused": "wrong"})
        office.sync = office.another(timeout=(0.2, 0.3))
        sent = sandbox.send(MARIA, "Your quote", server="well")
        with sandbox.fault("hang", server="hangs"):
            office.live(10 * MINUTE)
            for _ in range(20):  # on a busy machine it may have been late for once, too
                if office.sync.unchecked_since("well", office.now) is None:
                    break
                office.live(MINUTE)
        assert office.trails(sent)
        standings = office.sync.standings()
        assert office.sync.unchecked_since("well", office.now) is None
        assert office.sync.unchecked_since("hangs", office.now) is not None
        assert "did not answer in time" in (standings["hangs"].trouble or "")
        assert "POSTMARK_SERVER_TOKEN" in (standings["refused"].trouble or "")
        assert sum(request.headers.get("x-postmark-server-token") == "wrong" for request in sandbox.requests) <= 2
        office.database.dispose()


def test_a_corrected_token_is_tried_at_once(small_office: Office) -> None:
    """After a restart a server is asked at once, however long it was to be left alone."""
    office = small_office
    office.tokens = {"office": "wrong"}
    office.work(office.another())
    office.tokens = {"office": "token-of-office"}
    office.work(office.another())
    assert office.sync.standings()["office"].trouble is None


def test_the_details_that_came_before_a_failure_are_kept(small_office: Office) -> None:
    """When one email's details fail, those before it are kept and the rest is asked later."""
    office = small_office
    sent = [office.sandbox.send(f"c{number}@oakleaf.example", "Your quote") for number in range(6)]
    for message_id in sent:
        office.sandbox.deliver(message_id)
    office.work()
    office.sync.want(sent, office.now)
    office.sandbox.clock.forward(61 * SECOND)
    with office.sandbox.fault("500", path=f"/messages/outbound/{sorted(sent)[3]}"):
        office.work()
        assert sorted(state for _, _, state, _ in office.verdicts(*sent)) == ["delivered"] * 3 + ["sent"] * 3
        assert office.sync.standings()["office"].failures == 1
    office.live(5 * MINUTE)
    assert {state for _, _, state, _ in office.verdicts(*sent)} == {"delivered"}


def test_pauses_grow_and_are_scattered() -> None:
    """Each pause is about twice the last one, up to a quarter of an hour or so, and no two processes' are alike."""
    from bot.postmark.errors import ServerFault

    standing = Standing(server="office")
    pauses = []
    for _ in range(12):
        standing = pace.failed(standing, ServerFault("down"), now=MONDAY, random=lambda: 0.5)
        assert standing.retry_at is not None
        pauses.append(standing.retry_at - MONDAY)
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert pauses[-1] == timedelta(minutes=15)
    early = pace.failed(Standing(server="office"), ServerFault("down"), now=MONDAY, random=lambda: 0.0).retry_at
    late = pace.failed(Standing(server="office"), ServerFault("down"), now=MONDAY, random=lambda: 0.99).retry_at
    assert early is not None
    assert late is not None
    assert late - early > timedelta(seconds=4)


def test_nothing_is_asked_while_nothing_is_due(small_office: Office) -> None:
    """Steps between two sweeps make no request and write nothing."""
    office = small_office
    office.work()
    before = dict(office.asked())
    with office.database.read() as connection:
        standing = syncing.standings(connection, ["office"])
    assert not any(office.sync.step(office.now + SECOND) for _ in range(20))
    with office.database.read() as connection:
        assert syncing.standings(connection, ["office"]) == standing
    assert dict(office.asked()) == before
    assert set(before) == set(LISTS)
