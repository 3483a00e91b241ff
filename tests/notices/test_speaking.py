"""Saying things exactly once: claims, turns, looking again, looking back, and everything Slack may do to a post."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notices import Manners, Notices
from bot.sandbox.slack import Slack
from bot.slack.clients import Clients
from bot.slack.posting import Posting
from store import notices
from store.alert_records import NoticeKind, NoticeState
from store.database import Database
from tests.notices.saying import (
    NOON,
    QUICK,
    Counting,
    Plain,
    counted,
    drain,
    posting_of,
    put,
    said_in,
    seconds,
    state_of,
)

LEASE = Manners().lease.total_seconds()


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Story:
    """A database, a stand-in Slack, and Seen between them."""

    def __init__(self, database: Database, slack: Slack, *, timeout: int = 10, **more: object) -> None:
        self.database, self.slack = database, slack
        self.content, self.observer, self.clock = Plain(), Counting(), Clock()
        contents = dict.fromkeys(NoticeKind, self.content)
        contents.pop(NoticeKind.TROUBLE)
        self.given = {"manners": QUICK, "observer": self.observer, "clock": self.clock, **more}
        self.service = Notices(database, posting_of(slack, timeout=timeout), contents, **self.given)  # type: ignore[arg-type]

    def another(self) -> Notices:
        """Another process."""
        contents = dict.fromkeys(NoticeKind, self.content)
        contents.pop(NoticeKind.TROUBLE)
        return Notices(self.database, posting_of(self.slack), contents, **self.given)  # type: ignore[arg-type]


@pytest.fixture
def story(database: Database, slack: Slack) -> Story:
    """Seen with the usual manners."""
    return Story(database, slack, fallback=slack.workspace.place("fallback").channel_id)


def test_said_once(story: Story, office: str) -> None:
    """What is due is said once, where it belongs, and noted with where it stands; what is due later isn't said yet."""
    put(story.database, "a", channel=office, due_at=seconds(-3))
    put(story.database, "b", channel=office, due_at=seconds(60))
    assert drain(story.service, NOON) == 1
    assert drain(story.another(), seconds(30)) == 0
    assert said_in(story.slack, office) == [["a"]]
    sent = state_of(story.database, "a")
    (message,) = story.slack.messages(office)
    assert (sent.state, sent.posted_in, sent.ts, sent.attempts) == (NoticeState.SENT, office, message.ts, 1)
    assert story.content.sent_keys == ["a"]
    assert story.observer.dwells == [3.0]
    assert state_of(story.database, "b").state is NoticeState.PENDING


def test_one_post_a_second(story: Story, office: str) -> None:
    """A channel gets at most one post a second, whoever posts; other channels don't wait for it."""
    sales = story.slack.workspace.place("sales").channel_id
    put(story.database, "a", "b", channel=office)
    put(story.database, "c", channel=sales)
    assert drain(story.service, NOON) == 2
    assert drain(story.another(), seconds(0.9)) == 0
    assert sorted(counted(story.slack)) == ["a", "c"]
    assert drain(story.another(), seconds(1)) == 1
    assert counted(story.slack) == {"a": 1, "b": 1, "c": 1}


def test_no_longer_true(story: Story, office: str) -> None:
    """What no longer holds just before it would be said is not said, not now and not later."""
    put(story.database, "a", channel=office)
    story.content.needless = {"a"}
    drain(story.service, NOON)
    story.content.needless = set()
    assert drain(story.service, seconds(500)) == 0
    assert state_of(story.database, "a").state is NoticeState.CANCELLED
    assert story.observer.needless == 1
    assert said_in(story.slack, office) == []


def test_many_at_once(story: Story, office: str) -> None:
    """Up to the limit alerts come one by one; more of them at once come as one post that carries every key."""
    put(story.database, *(f"a{n}" for n in range(5)), channel=office)
    for second in range(5):
        drain(story.service, seconds(second))
    assert [len(keys) for keys in said_in(story.slack, office)] == [1] * 5
    put(story.database, *(f"b{n:02}" for n in range(32)), channel=office, due_at=seconds(10))
    for second in range(10, 20):
        drain(story.service, seconds(second))
    assert [len(keys) for keys in said_in(story.slack, office)[5:]] == [25, 7]
    assert set(counted(story.slack).values()) == {1}
    assert len(counted(story.slack)) == 37


def test_a_burst(story: Story, office: str) -> None:
    """Failures of one kind are one post, however few or many they are; a failure of another kind is its own."""
    put(story.database, "a", "b", channel=office, group="blocked@acme.example")
    put(story.database, "c", channel=office, group="blocked@oak.example")
    put(story.database, "r", channel=office, kind=NoticeKind.REMINDER, group="blocked@acme.example")
    for second in range(4):
        drain(story.service, seconds(second))
    assert said_in(story.slack, office) == [["a", "b"], ["c"], ["r"]]


def test_said_by_changing_a_post(story: Story, office: str) -> None:
    """A notice can be said by changing a post of ours; when that is gone, it is posted anew."""
    put(story.database, "a", channel=office)
    drain(story.service, NOON)
    first = state_of(story.database, "a")
    put(story.database, "b", channel=office)
    story.content.update = posting_of(story.slack).post(office, story.content.prepare([first], now=NOON).reply, ["a"])  # type: ignore[arg-type]
    drain(story.service, seconds(2))
    assert [message.text for message in story.slack.messages(office)] == ["a", "b"]
    assert state_of(story.database, "b").ts == story.content.update.ts
    put(story.database, "c", channel=office)
    story.content.update = replace(story.content.update, ts="1.000001")
    drain(story.service, seconds(4))
    assert said_in(story.slack, office)[-1] == ["c"]


# ── Somebody died over it ────────────────────────────────────────────────────────────────────────────────────────


def die_after(story: Story, office: str, *, posted: bool) -> None:
    """Claims the notice "a" and dies, before or after the post."""
    now = datetime.now(UTC)
    with story.database.write() as connection:
        assert notices.take_turn(connection, office, "dead", now, until=now + timedelta(seconds=LEASE))
        waiting = notices.waiting_in(connection, office, now, limit=1)
        (claimed,) = notices.claim(connection, waiting, "dead", now, until=now + timedelta(seconds=LEASE))
    if posted:
        reply = story.content.prepare([claimed], now=now).reply
        assert reply is not None
        posting_of(story.slack).post(office, reply, ["a"])


def later() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=LEASE + 1)


@pytest.mark.parametrize("posted", [True, False])
def test_one_that_died(story: Story, office: str, posted: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """When a process dies over a post, another one takes it up after the lease, and posts only what isn't there."""
    put(story.database, "a", channel=office)
    die_after(story, office, posted=posted)
    assert drain(story.another(), datetime.now(UTC) + timedelta(seconds=LEASE / 2)) == 0
    drain(story.another(), later())
    assert said_in(story.slack, office) == [["a"]]
    assert state_of(story.database, "a").ts == story.slack.messages(office)[0].ts
    assert story.content.sent_keys == ["a"]
    assert story.observer.repeats == 0


def test_one_that_died_in_a_direct_conversation(story: Story) -> None:
    """The same in a person's direct conversation, once something was said there."""
    rosa = story.slack.workspace.member("rosa").user_id
    put(story.database, "z", channel=rosa)
    drain(story.service, NOON)
    put(story.database, "a", channel=rosa)
    die_after(story, rosa, posted=True)
    drain(story.another(), later())
    assert counted(story.slack) == {"a": 1, "z": 1}
    assert story.observer.repeats == 0


def test_when_nobody_can_look(story: Story, office: str) -> None:
    """Where Slack doesn't let us look whether it was posted, it is said twice rather than never, and counted."""
    put(story.database, "a", channel=office)
    die_after(story, office, posted=True)
    story.slack.app.scopes.discard("channels:history")
    drain(story.another(), later())
    assert counted(story.slack) == {"a": 2}
    assert story.observer.repeats == 1


def test_while_slack_is_down_nobody_guesses(story: Story, office: str) -> None:
    """While Slack can't be asked whether it was posted, it isn't posted again."""
    put(story.database, "a", channel=office)
    die_after(story, office, posted=True)
    with story.slack.fault("500"):
        drain(story.another(), later())
    drain(story.another(), later() + timedelta(minutes=11))
    assert counted(story.slack) == {"a": 1}
    assert story.observer.repeats == 0


def test_one_that_was_frozen(story: Story, office: str) -> None:
    """A process that was suspended over a post finds that another has taken over, and posts nothing."""
    put(story.database, "a", channel=office)
    mate = story.another()

    def freeze(_: object) -> None:
        story.content.before = lambda some: None
        assert drain(mate, seconds(LEASE + 1)) == 1

    story.content.before = freeze
    drain(story.service, NOON)
    assert counted(story.slack) == {"a": 1}
    assert story.content.sent_keys == ["a"]


def test_one_that_was_slow(story: Story, office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past half its lease nobody posts any more, even when nobody else has taken over."""
    put(story.database, "a", channel=office)
    held = notices.renew

    def slowly(*given: object, **more: object) -> object:
        story.clock.at += LEASE / 2 + 1
        return held(*given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(notices, "renew", slowly)
        drain(story.service, NOON, most=2)
    assert said_in(story.slack, office) == []
    drain(story.service, seconds(LEASE))
    assert said_in(story.slack, office) == [["a"]]


def test_asked_to_stop(story: Story, office: str) -> None:
    """Asked to stop, a process claims nothing more and gives back what it has claimed; another goes on at once."""
    put(story.database, "a", channel=office)
    story.content.before = lambda some: story.service.stop()
    drain(story.service, NOON)
    assert not story.service.post(seconds(5))
    assert said_in(story.slack, office) == []
    story.content.before = lambda some: None
    drain(story.another(), seconds(1))
    assert said_in(story.slack, office) == [["a"]]
    assert state_of(story.database, "a").attempts == 1


# ── What Slack may do ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault", ["cut", "late", "truncated", "broken_off", "500", "503", "fatal_error", "html", "hang"]
)
def test_no_answer(database: Database, slack: Slack, office: str, fault: str) -> None:
    """Whatever happens to the answer, accepted or not, the notice stands in Slack once in the end."""
    story = Story(database, slack, timeout=1)
    put(story.database, "a", channel=office, due_at=datetime.now(UTC))
    with slack.fault(fault, times=1, method="chat.", seconds=2):
        drain(story.service, datetime.now(UTC))
    if fault == "hang":
        slack.until(lambda: counted(slack))  # accepted after all, long before the lease is over
    patient = story.another()
    assert drain(patient, datetime.now(UTC) + timedelta(seconds=LEASE / 2)) == 0
    drain(patient, later())
    assert counted(slack) == {"a": 1}
    assert state_of(story.database, "a").state is NoticeState.SENT


def test_too_many_requests(story: Story, office: str) -> None:
    """Asked to wait, Seen waits as long with that channel, and then says it without looking back in vain."""
    put(story.database, "a", "b", channel=office, due_at=NOON)
    with story.slack.fault("429", times=1, method="chat.", retry_after=30):
        drain(story.service, NOON)
    assert drain(story.service, seconds(29)) == 0
    drain(story.service, seconds(30))
    drain(story.service, seconds(31))
    assert counted(story.slack) == {"a": 1, "b": 1}
    assert not [one for one in story.slack.requests if "history" in one.path]
    assert story.observer.words == ["ratelimited"]


def test_slack_is_gone_for_a_while(story: Story, office: str) -> None:
    """While Slack isn't reached, it is tried again and again, ever more rarely, and then said once."""
    put(story.database, "a", channel=office)
    away = Story(story.database, story.slack)
    away.service = Notices(
        story.database,
        Posting(Clients("xoxb-x", "http://127.0.0.1:9")),
        {NoticeKind.ALERT: story.content},
        observer=away.observer,
        clock=away.clock,
    )
    for second in range(0, 3600, 5):
        drain(away.service, seconds(second))
    assert 8 <= len(away.observer.words) <= 20
    assert set(away.observer.words) == {"unreachable"}
    drain(story.service, seconds(3600 + 600))
    assert counted(story.slack) == {"a": 1}


def test_given_up(story: Story, office: str) -> None:
    """What could not be said for days counts as failed, and shows."""
    put(story.database, "a", channel=office)
    with story.slack.fault("429"):
        drain(story.service, NOON)
        drain(story.service, NOON + Manners().patience + timedelta(minutes=1))
    assert state_of(story.database, "a").error == "gave_up_ratelimited"


@pytest.mark.parametrize(
    ("place", "word", "mend"),
    [
        ("elsewhere", "not_in_channel", "/invite @seen"),
        ("old", "is_archived", "Unarchive"),
        ("C0NOWHERE", "channel_not_found", "/invite"),
    ],
)
def test_a_channel_that_is_closed(story: Story, place: str, word: str, mend: str) -> None:
    """Where Slack will not have us, a fallback is told once, with what mends it, however much is to be said there."""
    channel = next((one.channel_id for one in story.slack.workspace.channels.values() if one.name == place), place)
    put(story.database, "a", "b", channel=channel)
    for second in range(5):
        drain(story.service, seconds(second))
    assert [state_of(story.database, key).error for key in "ab"] == [word, word]
    (told,) = story.slack.messages("fallback")
    assert mend in told.text


def test_a_channel_that_opens_again(story: Story) -> None:
    """Once Seen is let in again, what failed there is said too; and when it is shut out again, that is told again."""
    elsewhere = story.slack.workspace.place("elsewhere")
    put(story.database, "a", channel=elsewhere.channel_id)
    drain(story.service, NOON)
    elsewhere.members.add(story.slack.app.user_id)
    put(story.database, "b", channel=elsewhere.channel_id, due_at=seconds(60))
    for second in range(60, 65):
        drain(story.service, seconds(second))
    assert counted(story.slack)["a"] == counted(story.slack)["b"] == 1
    elsewhere.members.discard(story.slack.app.user_id)
    put(story.database, "c", channel=elsewhere.channel_id, due_at=seconds(120))
    for second in range(120, 125):
        drain(story.service, seconds(second))
    assert len(story.slack.messages("fallback")) == 2


def test_the_fallback_is_closed_too(story: Story) -> None:
    """When the fallback itself can't be spoken in, nothing goes round in circles."""
    story.slack.workspace.place("fallback").archived = True
    elsewhere = story.slack.workspace.place("elsewhere").channel_id
    put(story.database, "a", channel=elsewhere)
    for second in range(0, 1000, 10):
        drain(story.service, seconds(second), most=5)
    assert story.observer.words == ["not_in_channel", "is_archived"]


def test_a_token_that_slack_refuses(story: Story, office: str) -> None:
    """With a token that Slack refuses nothing is lost: it is said once the token is mended, and why it comes late."""
    put(story.database, "a", channel=office)
    story.slack.app.revoked = True
    for second in range(0, 900, 30):
        drain(story.service, seconds(second))
    assert state_of(story.database, "a").state is NoticeState.PENDING
    assert len(story.observer.words) <= 10
    story.slack.app.revoked = False
    for second in range(2000, 2005):
        drain(story.service, seconds(second))
    assert said_in(story.slack, office) == [["a"]]
    (told,) = story.slack.messages("fallback")
    assert "SLACK_BOT_TOKEN" in told.text


def test_what_cannot_be_prepared(story: Story, office: str) -> None:
    """A notice that can't be put into words holds nobody up, is tried again, and isn't tried for ever."""
    put(story.database, "bad", channel=office)
    put(story.database, "good", channel=office, due_at=seconds(1))

    def refuse(some: object) -> None:
        if "bad" in str(some):
            raise ValueError("somebody's address")

    story.content.before = refuse
    for second in (1, 2, 100):
        drain(story.service, seconds(second))
    assert said_in(story.slack, office) == [["good"]]
    drain(story.service, NOON + Manners().patience + timedelta(hours=1))
    assert state_of(story.database, "bad").error == "not_prepared"


def test_a_kind_that_nobody_here_can_say(database: Database, slack: Slack, office: str) -> None:
    """A notice of a kind that this process can't say is left to others."""
    put(database, "a", channel=office, kind=NoticeKind.DIGEST)
    service = Notices(database, posting_of(slack), {})
    assert drain(service, NOON) == 1
    assert state_of(database, "a").state is NoticeState.PENDING


def test_several_at_once(story: Story) -> None:
    """Several processes that work at the same time say everything once, each channel one post at a time."""
    channels = [story.slack.add_channel(f"room{n}", "rosa", "seen").channel_id for n in range(6)]
    for channel in channels:
        put(story.database, *(f"{channel}-{n}" for n in range(4)), channel=channel)
    crew = [story.another() for _ in range(4)]
    start = threading.Barrier(4)

    def work(service: Notices) -> None:
        start.wait(60)
        for second in range(8):
            drain(service, seconds(second))

    threads = [threading.Thread(target=work, args=(service,)) for service in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(counted(story.slack).values()) == {1}
    assert len(counted(story.slack)) == 24
