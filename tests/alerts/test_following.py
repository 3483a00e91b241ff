"""What follows an alert: reminders, escalation, snoozing, its post kept true, and whom it calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from store import alerts
from store.alert_records import Ending, NoticeKind
from store.records import EventKind, JudgedTrail, Trail
from tests.alerts.firm import HOUR, MINUTE, TOM, Firm, at, said


def test_reminders_and_their_limit(firm: Firm) -> None:
    """An alert that nobody takes up is brought to mind in its thread, as often as the rule says, then no more."""
    firm.rule(again_after=2 * HOUR, again_at_most=2)
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    firm.tick(at("12:59"))
    assert firm.thread(post) == []
    firm.tick(at("13:01"))
    firm.tick(at("15:00"))
    firm.tick(at("15:03"))
    for time in ("17:30", "+1 9:00", "+1 17:00"):
        firm.tick(at(time))
    assert [message.text.partition(":")[0] for message in firm.thread(post)] == ["Reminder 1 of 2", "Reminder 2 of 2"]
    assert len(firm.posts()) == 1


def test_reminders_in_business_time(small_firm: Firm) -> None:
    """Nobody is reminded in the night; after an outage one reminder comes and not all that were missed."""
    firm = small_firm
    firm.rule(again_after=1 * HOUR, again_at_most=5)
    firm.send("m1", when=at("15:30"))
    firm.tick(at("17:30"))
    (post,) = firm.posts()
    firm.tick(at("20:00"))
    firm.tick(at("+1 8:29"))
    assert firm.thread(post) == []
    firm.tick(at("+1 14:00"))
    firm.tick(at("+1 14:01"))
    assert len(firm.thread(post)) == 1


def test_taken_up(firm: Firm) -> None:
    """Once somebody has taken it up, or the customer has looked, nobody is reminded any more."""
    firm.rule(again_after=2 * HOUR, again_at_most=2, escalate_to=firm.channel("sales"), escalate_after=3 * HOUR)
    firm.send("m1")
    firm.send("m2", TOM)
    firm.tick(at("11:00"))
    handled, seen = (alert.key for alert in firm.every_alert())
    with firm.database.write() as connection:
        assert alerts.end(connection, handled, Ending.HANDLED, at("11:30"), by="U0000ROSA")
    firm.clicked("m2", TOM, when=at("11:40"))
    for time in ("11:41", "13:01", "14:01", "17:00"):
        firm.tick(at(time))
    handled_post, seen_post = firm.posts()
    assert "handled" in said(handled_post).lower()
    assert firm.thread(handled_post) == []
    assert not [message for message in firm.thread(seen_post) if "Reminder" in message.text]
    assert firm.posts("sales") == []
    with firm.database.write() as connection:
        assert alerts.reopen(connection, handled, at("17:10"))
    firm.tick(at("17:11"))
    assert "No reliable sign" in said(firm.posts()[0])
    assert seen in {alert.key for alert in firm.every_alert() if not alert.is_open}


def test_escalation(firm: Firm) -> None:
    """An alert that stays open is told elsewhere once, and both messages are kept up to date."""
    firm.rule(escalate_to=firm.channel("sales"), escalate_after=3 * HOUR)
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.tick(at("13:59"))
    assert firm.posts("sales") == []
    firm.tick(at("14:01"))
    firm.tick(at("17:00"))
    (told,) = firm.posts("sales")
    assert "nobody has taken it up" in said(told)
    firm.clicked("m1", when=at("17:10"))
    firm.tick(at("17:11"))
    assert "clicked" in said(firm.posts()[0])
    assert "clicked" in said(firm.posts("sales")[0])


def test_snoozed(firm: Firm) -> None:
    """A snoozed alert is quiet until its time, says so in place, and is brought to mind then."""
    firm.rule(again_after=1 * HOUR, again_at_most=3, escalate_to=firm.channel("sales"), escalate_after=2 * HOUR)
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    with firm.database.write() as connection:
        assert alerts.snooze(connection, firm.alert().key, at("15:00"), "U0000ROSA", at("11:10"))
    firm.tick(at("11:11"))
    assert "noozed" in said(post)
    for time in ("12:30", "13:30", "14:59"):
        firm.tick(at(time))
    assert firm.thread(post) == []
    assert firm.posts("sales") == []
    firm.tick(at("15:00"))
    assert len(firm.thread(post)) == 1
    firm.tick(at("15:59"))
    assert len(firm.thread(post)) == 1
    firm.tick(at("16:01"))
    assert len(firm.thread(post)) == 2
    firm.tick(at("17:01"))
    assert len(firm.posts("sales")) == 1


def test_snoozed_and_seen(small_firm: Firm) -> None:
    """A snoozed alert ends like any other when the customer looks, and never wakes."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    with firm.database.write() as connection:
        alerts.snooze(connection, firm.alert().key, at("15:00"), "U0000ROSA", at("11:10"))
    firm.clicked("m1", when=at("12:00"))
    firm.tick(at("12:01"))
    firm.tick(at("15:00"))
    (post,) = firm.posts()
    assert not [message for message in firm.thread(post) if "Reminder" in message.text]
    assert firm.alert().ending is Ending.SEEN


def test_the_one_detail(small_firm: Firm) -> None:
    """When only a machine opens the email later, the thread says so once, and the alert stays open."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    for minute in (10, 20):
        firm.happens(
            EventKind.OPEN, "m1", when=at(f"11:{minute}"),
            user_agent="Mozilla/5.0", client="Apple Mail", platform="Desktop",
        )  # fmt: skip
        firm.tick(at(f"11:{minute + 1}"))
    assert firm.alert().is_open
    (detail,) = firm.thread(post)
    assert "no reliable sign" in detail.text


def test_many_of_one_post(small_firm: Firm) -> None:
    """When everybody looks whom one message tells of, it is changed once, with each email looked at a few times."""
    firm, judge = small_firm, small_firm.needs.judge
    people = {f"m{number}": f"p{number}@firm{number}.example" for number in range(20)}
    firm.rule()
    for message_id, address in people.items():
        firm.send(message_id, address)
    firm.tick(at("11:00"))
    for message_id, address in people.items():
        firm.clicked(message_id, address, when=at("11:20"))
    judged: list[int] = []

    def counting(connection: Connection, trails: Sequence[Trail], now: datetime) -> Sequence[JudgedTrail]:
        judged.append(len(trails))
        return judge(connection, trails, now)

    for _ in range(10):
        firm.alerts.enroll(at("11:21"))
    firm.with_needs(judge=counting)
    assert not firm.alerts.follow(at("11:21"))
    assert sum(judged) <= 6 * len(people)
    changes = [request.path for request in firm.slack.requests if request.path.endswith("chat.update")]
    assert len(changes) == 1
    (post,) = firm.posts()
    assert "20 seen" in said(post)
    assert all(alert.ending is Ending.SEEN for alert in firm.every_alert())


def test_a_post_that_was_deleted(firm: Firm) -> None:
    """When somebody deletes an alert's message, the next change posts it anew, and that one is kept up to date."""
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    firm.slack.workspace.remove(post)
    firm.happens(EventKind.AUTO_REPLY, "m1", when=at("11:10"))
    firm.tick(at("11:11"))
    (anew,) = firm.posts()
    assert anew.ts != post.ts
    firm.clicked("m1", when=at("11:20"))
    firm.tick(at("11:21"))
    (anew,) = firm.posts()
    assert "clicked" in said(anew)


def test_slack_is_down_when_it_should_change(firm: Firm) -> None:
    """When Slack can't be reached for a change, the change is made later; nothing else is lost meanwhile."""
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.clicked("m1", when=at("11:20"))
    with firm.slack.fault("500", method="chat."):
        firm.tick(at("11:21"))
    assert "clicked" not in said(firm.posts()[0])
    firm.tick(at("11:23"))
    assert "clicked" in said(firm.posts()[0])
    firm.happens(EventKind.REPLY, "m1", when=at("11:30"))
    with firm.slack.fault("429", times=1, method="chat.update", retry_after=40):
        firm.tick(at("11:31"))
    firm.tick(at("11:33"))


def test_shown_at_once(small_firm: Firm) -> None:
    """Somebody who presses a button sees its effect without waiting for a tick."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    key = firm.alert().key
    with firm.database.write() as connection:
        alerts.end(connection, key, Ending.CALLED, at("11:05"), by="U0000ROSA")
    firm.alerts.show(key, at("11:05"))
    assert "alled" in said(firm.posts()[0])
    view = firm.alerts.view(key, at("11:05"))
    assert view is not None
    assert view.alert.ended_by == "U0000ROSA"
    assert firm.alerts.view("unknown", at("11:05")) is None
    assert [alert.key for alert in firm.alerts.of_trail(("m1", "maria@oakleaf.example"))] == [key]


# ── Whom it calls ────────────────────────────────────────────────────────────────────────────────────────────────


def test_whom_it_calls(firm: Firm) -> None:
    """The owner that an email names is mentioned, by id or address; one who has left isn't, and the channel is told."""
    from bot.slack.owners import Owners

    rosa, nils = (firm.slack.workspace.member(name).user_id for name in ("rosa", "nils"))
    client = firm.service._posting._client
    firm.with_needs(find_owner=Owners(client).find)
    firm.rule(mention="S0OFFICE", mention_field="owner")
    owners = {"m1": rosa, "m2": "rosa@alder.example", "m3": nils, "m4": "", "m5": "nobody@alder.example"}
    for number, (message_id, owner) in enumerate(owners.items()):
        metadata = {"owner": owner} if owner else {}
        firm.send(
            message_id, f"p{number}@firm{number}.example", when=at("9:00") + number * 10 * MINUTE, metadata=metadata
        )
    for minute in range(0, 60, 10):
        firm.tick(at(f"11:{minute:02}"))
    posts = firm.posts()
    assert [rosa in said(post) for post in posts] == [True, True, False, False, False]
    assert ["S0OFFICE" in said(post) for post in posts] == [False, False, False, True, False]
    assert ["isn't in this workspace any more" in said(post) for post in posts] == [False, False, True, False, True]


def test_what_is_kept_of_an_alert_that_was_told(small_firm: Firm) -> None:
    """What was said of an alert is found by its key: the post, its thread and where it went."""
    firm = small_firm
    firm.rule(again_after=HOUR, again_at_most=1)
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.tick(at("12:01"))
    kinds = [(notice.kind, notice.thread) for notice in firm.notices()]
    (post,) = firm.posts()
    assert kinds == [(NoticeKind.ALERT, None), (NoticeKind.REMINDER, post.ts)]
