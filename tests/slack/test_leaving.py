"""Seen is taken off the workspace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from bot.sandbox.slack import Person
from store import marks, schema
from store.records import Finding
from tests.slack.office import Office, options


def everything_kept(alder: Office) -> str:
    """All that stands in the database, as one text."""
    with alder.database.read() as connection:
        rows = [row for table in schema.metadata.sorted_tables for row in connection.execute(select(table))]
    return repr(rows)


def _use_it(alder: Office, rosa: Person) -> None:
    """A question, an answer in a thread, a note, and a word on a verdict."""
    rosa.command("/seen", "1043", "office")
    refused = alder.answer(rosa, "office", has="Tom")
    rosa.presses("handled", on=refused)
    alder.until(rosa.modal)
    rosa.submits({"note": "Called his brother."})
    alder.answer(rosa, "office", has="Called his brother.")
    asked = rosa.says("@seen did they see the quote for 1042?", "office").message
    reply = alder.reply(rosa, asked, has="Maria Lopez")
    rosa.chooses("menu", options(reply)["This was right"], on=reply)
    alder.reply(rosa, asked, has="Marked as right")
    alder.finished("mention")


def test_what_people_told_goes_with_it(alder: Office, rosa: Person) -> None:
    """Once the app is uninstalled, no person, place, question or note of the workspace is kept; verdicts are."""
    _use_it(alder, rosa)
    mine, here = rosa.user.user_id, alder.channel("office")
    kept = everything_kept(alder)
    assert all(word in kept for word in (mine, here, "Called his brother.", "did they see the quote"))
    alder.slack.uninstall()
    alder.finished("app_uninstalled")
    kept = everything_kept(alder)
    assert not [word for word in (mine, here, "Called his brother.", "did they see the quote") if word in kept]
    with alder.database.read() as connection:
        (mark,) = marks.standing(connection)
    assert (mark.who, mark.verdict) == ("", Finding.SEEN)
    assert "Your quote for job 1042" in kept


def test_however_late_slack_tells_it(alder: Office, rosa: Person) -> None:
    """An uninstall told a day late still deletes what was told before it, and nothing of what came after."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    with alder.slack.holding_events() as held:
        alder.slack.uninstall()
    alder.slack.app.revoked = False
    with alder.database.write() as connection:
        connection.execute(text("UPDATE questions SET at = '2020-01-01 00:00:00.000000'"))
    rosa.command("/seen", "1043", "office")
    alder.answer(rosa, "office", has="Tom")
    for event in held:
        event.body["event_time"] -= int(timedelta(days=1).total_seconds())
        alder.tell(event)
    alder.finished("app_uninstalled")
    assert [line.question for line in alder.record()] == ["1043"]


def test_the_end_in_another_workspace_is_none_here(alder: Office, rosa: Person) -> None:
    """What another workspace says of itself deletes nothing of ours."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    with alder.slack.holding_events() as held:
        alder.slack.uninstall()
    for event in held:
        event.body["team_id"] = "T0ANOTHER"
        alder.tell(event)
    alder.finished("app_uninstalled")
    assert [line.question for line in alder.record()] == ["1042"]


def test_a_revoked_token_deletes_nothing(alder: Office, rosa: Person, capfd: Any) -> None:
    """Who takes the token back, because it got lost say, keeps the record of who asked what, and reads what to do."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    with alder.slack.holding_events() as held:
        alder.slack.uninstall()
    alder.tell(held[0])
    assert held[0].body["event"]["type"] == "tokens_revoked"
    logged = ""

    def told() -> bool:
        nonlocal logged
        logged += "".join(capfd.readouterr())
        return "set SLACK_BOT_TOKEN" in logged

    alder.until(told)
    assert [line.question for line in alder.record()] == ["1042"]
