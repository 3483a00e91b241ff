"""When something breaks: a sentence and a reference for the user, the reference and no customer for the log."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.sandbox.slack import Person
from bot.slack.inbox import Fate, Inbox
from bot.slack.work import TooMuch, Work
from store import slack_events
from store.database import Database
from tests.slack.office import MARIA, Office, office, said

REFERENCE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


def test_a_fault_of_ours(alder: Office, rosa: Person, capfd: Any) -> None:
    """When the work behind a command breaks, the user reads a reference, the log holds it, and no log the question."""
    with alder.database.write() as connection:
        connection.execute(text("DROP TABLE marks"))
    rosa.command("/seen", MARIA, "office")
    told = alder.answer(rosa, "office", has="this reference")
    assert told.only_for == rosa.user.user_id
    found = REFERENCE.search(told.text)
    assert found
    logged = "".join(capfd.readouterr())
    assert found[0] in logged
    assert "maria" not in logged.casefold()
    assert "no such table" not in logged
    assert alder.slack.app.bot_token not in logged


def test_a_fault_of_ours_in_a_thread(alder: Office, rosa: Person) -> None:
    """When a mention can't be answered, only who asked reads so, and the event isn't worked on twice."""
    with alder.database.write() as connection:
        connection.execute(text("DROP TABLE marks"))
    asked = rosa.says(f"@seen {MARIA}", "office").message
    alder.finished("mention", outcome="failed")
    assert any("this reference" in said(one) for one in [*rosa.thread(asked), *rosa.sees("office")])
    assert not any("this reference" in said(one) for one in alder.person("nils").sees("office"))


def test_too_many_calls_are_waited_for(alder: Office, rosa: Person) -> None:
    """When Slack says that there are too many calls, the answer waits as long as Slack says, and comes once."""
    asked = rosa.says("the customer of today", "office").message
    alder.slack.fault("429", times=1, method="chat.postMessage", retry_after=1)
    began = time.monotonic()
    told = rosa.says("@seen 1042", to=asked)
    assert all(one.tries[0].taken for one in told.told)
    alder.reply(rosa, asked, count=2, has="Maria Lopez")
    assert time.monotonic() - began >= 1.0
    alder.finished("mention")
    assert len(rosa.thread(asked)) == 2


def test_a_lost_answer_is_not_posted_twice(alder: Office, rosa: Person) -> None:
    """When Slack's answer to a post is lost, the post is not sent again: it may be there."""
    asked = rosa.says("the customer of today", "office").message
    alder.slack.fault("cut", times=1, method="chat.postMessage")
    rosa.says("@seen 1042", to=asked)
    alder.finished("mention", outcome="failed")
    assert sum("Maria Lopez" in said(one) for one in rosa.thread(asked)) == 1
    assert any("didn't confirm my answer" in said(one) for one in [*rosa.thread(asked), *rosa.sees("office")])
    assert not any("didn't confirm" in said(one) for one in alder.person("nils").thread(asked))


@pytest.mark.parametrize("fault", ["500", "html", "truncated"])
def test_slack_fails(alder: Office, rosa: Person, fault: str) -> None:
    """When Slack itself fails at an answer, whoever asked reads a reference, and can ask again."""
    asked = rosa.says("the customer of today", "office").message
    alder.slack.fault(fault, times=1, method="chat.postMessage")
    rosa.says("@seen 1042", to=asked)
    alder.finished("mention", outcome="failed")
    told = alder.until(lambda: [one for one in rosa.thread(asked) if one.only_for])
    assert REFERENCE.search(told[0].text)
    rosa.says("@seen 1042", to=asked)
    alder.reply(rosa, asked, has="Maria Lopez")


def test_the_database_is_locked(alder: Office, rosa: Person) -> None:
    """While the database is locked, commands are acknowledged all the same, and answered afterwards."""
    alder.slack.app.events.discard("message.channels")
    with alder.database.write() as connection:
        connection.execute(text("UPDATE facts SET value = value"))
        assert rosa.command("/seen", "1042", "office").taken
        time.sleep(0.5)  # so that the work behind it meets the lock
    alder.answer(rosa, "office", has="Maria Lopez")


def test_the_database_can_not_be_written(alder: Office, rosa: Person) -> None:
    """An event that can't be noted is left to Slack, which sends it again when all is well."""
    alder.slack.app.events.discard("message.channels")
    with alder.slack.holding_events() as held:
        asked = rosa.says("@seen 1042", "office").message
    with alder.database.write() as connection:
        connection.execute(text("ALTER TABLE slack_events RENAME TO away"))
    assert {delivery.status for delivery in alder.slack.events.tell(held[0])} == {503}
    with alder.database.write() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO slack_events"))
    assert alder.slack.events.tell_again(held[0]).status == 200
    alder.reply(rosa, asked, has="Maria Lopez")


def test_slack_is_down_at_the_start(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen starts while Slack doesn't answer, and answers as soon as it does."""
    with office(sqlite_url, slack_api_url="http://127.0.0.1:9/api") as alder:
        assert "seen_slack" in alder.metrics()
    with office(sqlite_url) as alder:
        alder.slack.fault("500", times=2)
        rosa = alder.person("rosa")
        alder.until(lambda: len(alder.slack.requests) >= 1)
        alder.slack.heal()
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Maria Lopez")


def test_the_environment_changes_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client id, tokens and secrets that lie about in the environment turn Seen to nothing else."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN", "SLACK_SCOPES"):
        monkeypatch.setenv(name, "from-the-environment")
    with office(sqlite_url) as alder:
        rosa = alder.person("rosa")
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Maria Lopez")
        rosa.says("@seen 1042", "office")
        alder.finished("mention")


# ── Beneath ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_event_that_another_process_left(sqlite_url: str) -> None:
    """An event that a process took and died over is left to Slack at first, and taken when Slack sends it again."""
    database, now = Database(sqlite_url), datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    moments = iter([now, now.replace(second=1), now.replace(minute=1), now.replace(minute=5), now.replace(minute=5)])
    with database.write() as connection:
        slack_events.take(connection, "Ev1", now=now, lease=now - now)
    inbox = Inbox(database, now=lambda: next(moments))
    assert inbox.take("Ev1", sent_at=now) is Fate.LATER
    assert inbox.take("Ev1", sent_at=now) is Fate.LATER
    assert inbox.take("Ev1", sent_at=now) is Fate.WORK
    assert inbox.take("Ev1", sent_at=now) is Fate.IGNORE
    inbox.done("Ev1")
    database.dispose()


def test_an_event_taken_by_two_processes(sqlite_url: str) -> None:
    """Two processes that are sent the same event at once: one works on it."""
    databases = [Database(sqlite_url), Database(sqlite_url)]
    inboxes = [Inbox(database, now=lambda: datetime.now(UTC)) for database in databases]
    with ThreadPoolExecutor(8) as crowd:
        fates = list(crowd.map(lambda number: inboxes[number % 2].take("Ev1", sent_at=None), range(16)))
    assert fates.count(Fate.WORK) == 1
    for database in databases:
        database.dispose()


def test_work_has_an_end() -> None:
    """No more jobs wait and no more threads work than was said; a job too many is turned away at once."""
    work, gate, most = Work("test", threads=2, waiting=3), threading.Event(), []
    busy = threading.Semaphore(0)

    def job() -> int:
        busy.release()
        most.append(sum(thread.name.startswith("test-") for thread in threading.enumerate()))
        gate.wait(60)
        return 7

    taken = [work.submit(job) for _ in range(2)]
    busy.acquire()
    busy.acquire()
    taken += [work.submit(job) for _ in range(3)]
    assert work.is_full
    with pytest.raises(TooMuch):
        work.submit(job)
    gate.set()
    assert [future.result(60) for future in taken] == [7] * 5
    assert max(most) == 2
    assert work.close(60)
    with pytest.raises(TooMuch):
        work.submit(job)


def test_a_job_that_fails_takes_nothing_with_it() -> None:
    """After a job that fails the next one is done as usual."""
    work = Work("test-failing", threads=1, waiting=5)
    broken = work.submit(lambda: 1 // 0)
    assert work.submit(lambda: "fine").result(60) == "fine"
    assert isinstance(broken.exception(60), ZeroDivisionError)
