"""What happens while an alert is open, or between its decision and its post: to its rule, to the hour, to the email."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.alerts.acting import Acting
from store import notices
from store.records import EventKind
from tests.alerts.firm import DAY, HOUR, MARIA, NINE, Firm, at, said


def test_decent_hours(firm: Firm) -> None:
    """A silence that is found out at night, because Seen was down by day, is told when the office opens."""
    firm.rule()
    firm.send("m1")
    firm.tick(at("22:00"))
    assert firm.posts() == []
    firm.tick(at("+1 8:00"))
    assert len(firm.posts()) == 1


def test_slack_comes_back_at_night(firm: Firm) -> None:
    """An alert that Slack took only at night waits for the morning, and isn't given up over a weekend."""
    firm.rule()
    firm.send("m1", when=at("+4 9:00"))
    with firm.slack.fault("500", method="chat."):
        for hour in range(11, 18):
            firm.tick(at(f"+4 {hour}:00"))
    firm.tick(at("+4 23:00"))
    assert firm.posts() == []
    with firm.database.read() as connection:
        assert notices.oldest_unsent(connection) == at("+7 8:00")  # nothing is late meanwhile
    firm.tick(at("+6 23:00"))
    assert firm.posts() == []
    firm.tick(at("+7 8:00"))
    assert len(firm.posts()) == 1


@pytest.mark.parametrize("how", ["paused", "removed"])
def test_rule_gone_while_open(firm: Firm, how: str) -> None:
    """A rule that was paused or removed reminds nobody and escalates nothing, though its alert is still open."""
    firm.rule(again_after=HOUR, again_at_most=3, escalate_to=firm.channel("sales"), escalate_after=2 * HOUR)
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    if how == "paused":
        firm.rule(
            again_after=HOUR, again_at_most=3, escalate_to=firm.channel("sales"), escalate_after=2 * HOUR, paused=True
        )
    else:
        firm.remove("quotes")
    for hour in range(12, 17):
        firm.tick(at(f"{hour}:01"))
    assert firm.thread(post) == []
    assert firm.posts("sales") == []
    firm.clicked("m1", when=at("17:10"))
    firm.tick(at("17:11"))
    assert "clicked" in said(firm.posts()[0])


@pytest.mark.parametrize("how", ["paused", "removed"])
def test_rule_gone_before_the_post(firm: Firm, how: str) -> None:
    """What a rule decided before it was paused or removed is not told any more; resumed, it is told once."""
    firm.rule()
    firm.send("m1")
    firm.think(at("11:00"))
    firm.rule(paused=True) if how == "paused" else firm.remove("quotes")
    firm.tick(at("11:05"))
    assert firm.posts() == []
    if how == "paused":
        firm.rule()
        firm.tick(at("11:30"))
        firm.tick(at("12:30"))
        assert len(firm.posts()) == 1


def test_another_channel(firm: Firm) -> None:
    """When a rule gets another channel because Slack won't have its first, what waits is told in the new one."""
    firm.slack.workspace.place("office").archived = True
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.rule(channel=firm.channel("sales"))
    firm.tick(at("11:30"))
    firm.tick(at("12:00"))
    assert len(firm.posts("sales")) == 1
    firm.clicked("m1", when=at("12:10"))
    firm.tick(at("12:11"))
    assert "clicked" in said(firm.posts("sales")[0])


def test_undone_before_the_post(firm: Firm) -> None:
    """An email handled and taken back before its alert could be posted is told all the same."""
    firm.rule()
    firm.send("m1")
    firm.think(at("11:00"))
    acting = Acting(firm.database, firm.needs.defaults, lambda: at("11:01"))
    done, _ = acting.handled(("m1", MARIA), "U0ROSA")
    firm.tick(at("11:02"))
    assert firm.posts() == []
    acting.undo_done(done, "U0ROSA")
    firm.tick(at("11:05"))
    firm.tick(at("12:05"))
    assert len(firm.posts()) == 1


@pytest.mark.parametrize("snoozed", [False, True])
def test_fails_while_open(firm: Firm, *, snoozed: bool) -> None:
    """An email that is refused while its alert is open, or snoozed, is told at once in the alert's thread."""
    firm.rule()
    firm.send("m1", delivered=False)
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    if snoozed:
        acting = Acting(firm.database, firm.needs.defaults, lambda: at("11:01"))
        assert acting.snooze(firm.alert(), at("16:00"), "U0ROSA")
    firm.bounced("m1", when=at("13:00"))
    firm.tick(at("13:01"))
    firm.tick(at("13:30"))
    assert len(firm.posts()) == 1
    (line,) = firm.thread(post)
    assert "id not arrive" in said(line)


def test_older_than_it_looked(firm: Firm) -> None:
    """An email heard of late, which turns out to have gone out before its rule, is none of the rule's business."""
    firm.rule(since=NINE)
    firm.send("m1", when=None, delivered=False)
    firm.tick(at("10:00"))
    firm.send("m1", when=NINE - 3 * DAY)
    firm.tick(at("11:00"))
    firm.tick(at("16:00"))
    assert firm.posts() == []


def test_a_change_that_slack_refuses(small_firm: Firm) -> None:
    """A message that Slack won't change because the token was revoked is changed once there is a new one."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.slack.app.revoked = True
    firm.clicked("m1", when=at("11:20"))
    firm.tick(at("11:21"))
    firm.tick(at("11:30"))
    firm.slack.app.revoked = False
    firm.tick(at("13:00"))
    assert "clicked" in said(firm.posts()[0])


def test_reminders_at_night(small_firm: Firm) -> None:
    """A reminder that fell due while Seen was down waits for the morning."""
    firm = small_firm
    firm.rule(again_after=HOUR, again_at_most=1, escalate_to=firm.channel("sales"), escalate_after=2 * HOUR)
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    firm.tick(at("22:00"))
    assert firm.thread(post) == []
    assert firm.posts("sales") == []
    firm.tick(at("+1 8:00"))
    assert len(firm.thread(post)) == 1
    assert len(firm.posts("sales")) == 1


def test_a_reminder_that_slack_takes_at_night(firm: Firm) -> None:
    """A reminder and an escalation that Slack couldn't take by day wait for the morning, and come once."""
    firm.rule(again_after=HOUR, again_at_most=1, escalate_to=firm.channel("sales"), escalate_after=2 * HOUR)
    firm.send("m1", when=at("13:00"))
    firm.tick(at("15:00"))
    (post,) = firm.posts()
    with firm.slack.fault("500", method="chat."):
        for hour in (16, 17):
            firm.tick(at(f"{hour}:01"))
    for hour in (19, 23):
        firm.tick(at(f"{hour}:00"))
    assert firm.thread(post) == firm.posts("sales") == []
    for hour in (8, 9):
        firm.tick(at(f"+1 {hour}:00"))
    assert len(firm.thread(post)) == len(firm.posts("sales")) == 1


@pytest.mark.parametrize(("until", "told"), [("20:00", "20:01"), ("16:00", "+1 8:00")])
def test_back_from_its_snooze_at_night(small_firm: Firm, until: str, told: str) -> None:
    """Who puts an alert off until an hour of the night is told then; until an hour of the day, not at night."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    acting = Acting(firm.database, firm.needs.defaults, lambda: at("11:01"))
    assert acting.snooze(firm.alert(), at(until), "U0ROSA")
    with firm.slack.fault("500", method="chat."):
        firm.tick(at("16:01"))
    firm.tick(at("19:00"))
    assert firm.thread(post) == []
    firm.tick(at("20:01"))
    assert len(firm.thread(post)) == (told == "20:01")
    firm.tick(at("+1 8:00"))
    assert len(firm.thread(post)) == 1


def test_another_channel_in_the_settings(small_firm: Firm) -> None:
    """When the settings name another channel because Slack won't have the first, what waits is told in the new one."""
    firm = small_firm
    firm.slack.workspace.place("office").archived = True
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.with_needs(defaults=replace(firm.needs.defaults, channel=firm.channel("sales")), began_at=at("11:20"))
    firm.alerts.begin(at("11:20"))
    firm.tick(at("11:30"))
    assert len(firm.posts("sales")) == 1


def test_woken_is_no_numbered_reminder(small_firm: Firm) -> None:
    """An alert that comes back from its snooze says so, and is not counted among the reminders."""
    firm = small_firm
    firm.rule(again_after=HOUR, again_at_most=2)
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    acting = Acting(firm.database, firm.needs.defaults, lambda: at("11:01"))
    assert acting.snooze(firm.alert(), at("15:00"), "U0ROSA")
    firm.tick(at("15:01"))
    firm.tick(at("16:02"))
    woken, reminded = firm.thread(post)
    assert "Reminder" not in woken.text
    assert "Reminder 1 of 2" in reminded.text


def test_what_comes_after_a_call(small_firm: Firm) -> None:
    """A message that says who called also says how the email stands, and goes on saying so when the customer looks."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    acting = Acting(firm.database, firm.needs.defaults, lambda: at("11:05"))
    assert acting.called(firm.alert(), "U0ROSA")
    firm.tick(at("11:06"))
    firm.clicked("m1", when=at("11:30"))
    firm.tick(at("11:31"))
    (post,) = firm.posts()
    assert "Called by" in said(post)
    assert "No reliable sign" not in said(post)
    assert firm.thread(post) == []


def test_a_complaint_while_open(small_firm: Firm) -> None:
    """A complaint about an email whose alert is open is told in the alert's thread."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.happens(EventKind.COMPLAINT, "m1", when=at("12:00"))
    firm.tick(at("12:01"))
    (post,) = firm.posts()
    (line,) = firm.thread(post)
    assert "reported as spam" in said(line)
    assert "surer sign" not in said(post)
