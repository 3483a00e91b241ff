"""Whatever Postmark does, an answer comes in time, and says how fresh it is."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace

import pytest

from bot.sandbox import Sandbox
from store.database import Database
from store.records import PostmarkState
from tests.lookup.house import DAY, HOUR, MINUTE, NOW, House, codes, facts, shown
from tests.postmark.servers import Reply, Server, as_json, html, refused

MARIA, TOM = "maria@oakleaf.example", "tom@reed.example"


@pytest.fixture
def known(small_house: House) -> House:
    """A house that knows one email to Maria, and has not asked for ten minutes."""
    small_house.sandbox.send(MARIA, "Your quote for job 1042", at=NOW - DAY)
    assert len(small_house.ask(MARIA).entries) == 1
    small_house.wait(10 * MINUTE)
    return small_house


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("429", "rate_limited"),
        ("500", "fault"),
        ("503", "fault"),
        ("maintenance", "maintenance"),
        ("html", "fault"),
        ("html_200", "fault"),
        ("truncated", "fault"),
        ("broken_off", "refused"),
        ("cut", "refused"),
        ("hang", "timed_out"),
    ],
)
def test_the_local_answer_comes_whatever_postmark_does(known: House, fault: str, cause: str) -> None:
    """With Postmark down, slow or talking nonsense the own store answers; the answer says why, and since when."""
    asked = known.now - 10 * MINUTE
    with known.sandbox.fault(fault):
        answer = known.ask(MARIA, lookup=known.lookup(budget=1.0 if fault == "hang" else 30.0))
    assert shown(answer) == [("Your quote for job 1042", MARIA)]
    assert answer.postmark is PostmarkState.UNREACHABLE
    assert codes(answer) == ["unreachable"]
    assert facts(answer, "unreachable") == {"cause": cause}
    assert answer.notes[0].at == asked
    assert not answer.unanswerable


def test_a_wrong_token_is_said(known: House) -> None:
    """A token that Postmark refuses gives the local answer with that reason, and isn't tried for every email."""
    before = known.asked()
    answer = replace(known, tokens={"office": "wrong"}).ask(MARIA)
    assert shown(answer) == [("Your quote for job 1042", MARIA)]
    assert facts(answer, "unreachable") == {"cause": "wrong_token"}
    assert known.asked() - before <= 3


@pytest.mark.parametrize("reply", [refused(413, status=403), refused(700), as_json({}, 404), html(404)])
def test_a_search_that_is_refused_has_not_found_nothing(known: House, reply: Reply) -> None:
    """When Postmark refuses to search, or its address is another's, nobody says that there is no such email."""
    with Server(reply) as elsewhere:
        strangers = replace(known, url=elsewhere.url)
        answer = strangers.ask(TOM)
        assert shown(strangers.ask(MARIA)) == [("Your quote for job 1042", MARIA)]
    assert answer.postmark is PostmarkState.UNREACHABLE
    assert answer.unanswerable
    assert "too_new" not in codes(answer)


def test_no_connection_at_all_is_said(known: House) -> None:
    """With nobody listening at Postmark's address, the local answer comes."""
    with Sandbox(now=NOW) as gone:
        url = gone.url
    answer = replace(known, url=url).ask(MARIA)
    assert len(answer.entries) == 1
    assert facts(answer, "unreachable") == {"cause": "refused"}


@pytest.mark.parametrize("offline", [True, False])
def test_not_knowing_is_not_the_same_as_nothing(small_house: House, *, offline: bool) -> None:
    """When Postmark can't be asked and the own store is empty, the answer does not claim that there is nothing."""
    with small_house.sandbox.fault("500"):
        answer = small_house.ask(MARIA, offline=offline)
    assert answer.entries == ()
    assert answer.unanswerable is not offline
    assert "too_new" not in codes(answer)


def test_without_a_token_the_own_records_answer(known: House) -> None:
    """Without any Postmark token the own store is searched, and the answer says so."""
    house = replace(known, tokens={})
    answer = house.ask(MARIA)
    assert len(answer.entries) == 1
    assert answer.postmark is PostmarkState.NOT_CONFIGURED
    assert codes(answer) == ["not_configured"]
    assert house.ask(TOM).unanswerable


# ── Several servers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_server_is_asked(two_servers: House) -> None:
    """Emails of one customer are found on all of the firm's Postmark servers, newest first."""
    two_servers.sandbox.send(MARIA, "From the office", server="office", at=NOW - DAY)
    two_servers.sandbox.send(MARIA, "From the shop", server="shop", at=NOW - HOUR)
    answer = two_servers.ask(MARIA)
    assert [subject for subject, _ in shown(answer)] == ["From the shop", "From the office"]
    assert [entry.trail.message.server for entry in answer.entries] == ["shop", "office"]
    assert answer.postmark is PostmarkState.LIVE


def test_one_failing_server_is_named(two_servers: House) -> None:
    """When one of several servers fails, the others' emails are there, fresh, and the failing one is said by name."""
    two_servers.sandbox.send(MARIA, "From the office", server="office", at=NOW - DAY)
    two_servers.sandbox.send(MARIA, "From the shop", server="shop", at=NOW - HOUR)
    with two_servers.sandbox.fault("hang", server="shop"):
        answer = two_servers.ask(MARIA, lookup=two_servers.lookup(budget=5.0))  # for the office, which answers
    assert shown(answer) == [("From the office", MARIA)]
    assert answer.entries[0].trail.message.checked_at == two_servers.now
    assert answer.postmark is PostmarkState.PARTIAL
    assert facts(answer, "server_failed") == {"server": "shop", "cause": "timed_out"}


def test_only_the_failing_server_is_asked_again(two_servers: House) -> None:
    """What one server said a moment ago is kept; the one that failed is asked again at once."""
    two_servers.sandbox.send(MARIA, "From the shop", server="shop", at=NOW - HOUR)
    with two_servers.sandbox.fault("500", server="shop"):
        assert two_servers.ask(MARIA).entries == ()
    before = two_servers.asked()
    answer = two_servers.ask(MARIA)
    assert shown(answer) == [("From the shop", MARIA)]
    tokens = {request.headers["x-postmark-server-token"] for request in list(two_servers.sandbox.requests)[before:]}
    assert tokens == {two_servers.tokens["shop"]}


def test_two_servers_may_fail_differently(two_servers: House) -> None:
    """When all servers fail for different reasons, no single cause is claimed."""
    with two_servers.sandbox.fault("500", server="shop"), two_servers.sandbox.fault("maintenance", server="office"):
        answer = two_servers.ask(MARIA)
    assert facts(answer, "unreachable") == {}
    assert answer.unanswerable


def test_a_message_of_an_unknown_server_is_looked_for_on_all(two_servers: House) -> None:
    """A message ID is found on whichever server has it, although another server does not know it or fails."""
    message_id = two_servers.sandbox.send(MARIA, "From the shop", server="shop", at=NOW - HOUR)
    with two_servers.sandbox.fault("500", server="office"):
        answer = two_servers.ask(message_id)
    assert shown(answer) == [("From the shop", MARIA)]
    assert codes(answer) == ["server_failed"]
    two_servers.wait(10 * MINUTE)
    assert two_servers.ask(message_id).postmark is PostmarkState.LIVE


# ── Freshness ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_question_is_not_asked_twice_in_a_minute(known: House) -> None:
    """Asked again within the minute, Postmark is left alone; after it, it is asked again."""
    known.ask(MARIA)
    before = known.asked()
    known.wait(30 * MINUTE / 60)
    again = known.ask(MARIA)
    assert (again.postmark, known.asked()) == (PostmarkState.CACHED, before)
    assert shown(again) == [("Your quote for job 1042", MARIA)]
    known.sandbox.send(MARIA, "Just sent", at=known.now)
    known.wait(MINUTE)
    later = known.ask(MARIA)
    assert later.postmark is PostmarkState.LIVE
    assert [subject for subject, _ in shown(later)] == ["Just sent", "Your quote for job 1042"]


def test_nothing_found_is_remembered_for_a_moment_too(small_house: House) -> None:
    """A question that found nothing isn't asked of Postmark again at once, and still says that it may be too early."""
    small_house.ask(MARIA)
    before = small_house.asked()
    answer = small_house.ask(MARIA)
    assert (answer.postmark, small_house.asked()) == (PostmarkState.CACHED, before)
    assert "too_new" in codes(answer)


def test_another_process_knows_what_was_asked(known: House) -> None:
    """A second program on the same database leaves Postmark alone as well."""
    known.ask(MARIA)
    before = known.asked()
    assert known.ask(MARIA, lookup=known.lookup()).postmark is PostmarkState.CACHED
    assert known.asked() == before


def test_a_slow_server_leaves_a_word_about_what_is_old(known: House) -> None:
    """When the list came but the details did not, the emails are shown as far as known, and the answer says so."""
    message_id = known.sandbox.send(MARIA, "Just sent", at=known.now)
    with known.sandbox.fault("hang", path=f"/messages/outbound/{message_id}"):
        answer = known.ask(MARIA, lookup=known.lookup(budget=5.0))  # for the list, which comes
    assert len(answer.entries) == 2
    assert answer.postmark is PostmarkState.PARTIAL
    assert facts(answer, "unfinished") == {"count": "1"}
    again = known.ask(MARIA)
    assert (again.postmark, codes(again)) == (PostmarkState.LIVE, [])


# ── In time ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hanging_server_costs_the_budget_and_no_more(known: House) -> None:
    """With Postmark hanging for minutes, the local answer is there when the budget is spent."""
    lookup = known.lookup(budget=1.0)
    with known.sandbox.fault("hang"):
        start = time.monotonic()
        answer = known.ask("1042", lookup=lookup)
        took = time.monotonic() - start
    assert len(answer.entries) == 1
    assert took < 30


def test_a_hanging_server_does_not_hold_up_the_others_questions(known: House) -> None:
    """Twenty people who ask while Postmark hangs all get their answers side by side, not one after the other."""
    lookup = known.lookup(budget=1.0)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(known.ask(MARIA, lookup=lookup))) for _ in range(20)]
    with known.sandbox.fault("hang"):
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
    assert [len(answer.entries) for answer in answers] == [1] * 20
    assert took < 15  # seconds; one after the other it would take twenty


def test_a_program_ends_although_a_server_hangs(known: House, sqlite_url: str) -> None:
    """A command that has answered ends at once, with requests still hanging in its threads."""
    program = f"""
        from datetime import datetime
        from bot.lookup import Lookup
        from bot.lookup.pool import Pool
        from bot.question import parse
        from store.database import Database
        from tests.lookup.house import House, judge, numbers
        from zoneinfo import ZoneInfo
        import threading
        class Hanging:
            servers = ("office",)
            def __getattr__(self, name):
                return lambda *_, **__: threading.Event().wait(60)
        now = datetime.fromisoformat("{known.now.isoformat()}")
        ways = dict(judge=judge, references=numbers, metadata_keys=("job",), budget=0.5)
        lookup = Lookup(Database({sqlite_url!r}), Hanging(), **ways)
        question = parse("1042", now=now, timezone=ZoneInfo("UTC"))
        print(len(lookup.answer(question, now=now).entries))
    """
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "1", done.stderr
    assert time.monotonic() - start < 30


# ── A store in trouble ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_cannot_be_stored_is_given_all_the_same(small_house: House, sqlite_url: str) -> None:
    """While another program holds the database, what Postmark said is still part of the answer."""
    small_house.sandbox.send(MARIA, "Your quote", at=NOW - DAY)
    hasty = Database(sqlite_url, busy_timeout=0.1)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        answer = replace(small_house, database=hasty).ask(MARIA)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
        hasty.dispose()
    assert shown(answer) == [("Your quote", MARIA)]
    assert answer.postmark is PostmarkState.LIVE
    assert "not_saved" in codes(answer)
