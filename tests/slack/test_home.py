"""The Home tab."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.slack import Person, View
from store import asked
from store.asked import Asked
from tests.slack.office import UNHURRIED, Office


def _home(alder: Office, person: Person, has: str) -> View:
    def shown() -> View | None:
        view = person.home()
        return view if view and has in str(view.blocks) else None

    found: View = alder.until(shown)
    return found


def test_home(alder: Office, rosa: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home shows my last questions, how the connections are, what is set, and help."""
    monkeypatch.setattr("bot.slack.home._PATIENCE", UNHURRIED.total_seconds())
    rosa.command("/seen", "did maria see the quote for 1042?", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    rosa.opens_home()
    text = str(_home(alder, rosa, "did maria see").blocks)
    for part in ("answers.", "none has come yet", "Mon-Fri 08:00-18:00", "/seen 1042"):
        assert part in text
    nils = alder.person("nils")
    nils.opens_home()
    assert "did maria see" not in str(_home(alder, nils, "Postmark").blocks)


def test_trouble_with_postmark_shows(alder: Office, rosa: Person) -> None:
    """When Postmark doesn't answer, Home says so."""
    with alder.sandbox.fault("500"):
        rosa.opens_home()
        assert "answers." not in str(_home(alder, rosa, "Postmark").blocks)


def test_pages(alder: Office, rosa: Person) -> None:
    """Any number of earlier questions is shown page by page."""
    with alder.database.write() as connection:
        for number in range(30):
            at = datetime.now(UTC) - timedelta(hours=number)
            asked.record(
                connection, Asked(at=at, who=rosa.user.user_id, way="command", question=f"job {1000 + number}")
            )
    rosa.opens_home()
    _home(alder, rosa, "job 1000")
    rosa.presses("home_page:1")
    second = str(_home(alder, rosa, "job 1008").blocks)
    assert "job 1000" not in second
    rosa.presses("home_page:0")
    _home(alder, rosa, "job 1000")


def test_asking_again_from_home(alder: Office, rosa: Person) -> None:
    """A question on Home can be asked again; the answer comes in direct messages."""
    rosa.command("/seen", "1042", "office")
    alder.answer(rosa, "office", has="Maria Lopez")
    rosa.opens_home()
    _home(alder, rosa, "1042")
    rosa.presses("home_again:0")
    alder.answer(rosa, has="Maria Lopez")


def test_asking_from_home(alder: Office, rosa: Person) -> None:
    """The button "Ask" opens the form."""
    rosa.opens_home()
    _home(alder, rosa, "Ask")
    rosa.presses("home_ask")
    alder.until(rosa.modal)


def test_the_other_tab_changes_nothing(alder: Office, rosa: Person) -> None:
    """Opening the messages tab draws no Home."""
    rosa.opens_home("messages")
    rosa.says("help")
    alder.answer(rosa, has="/seen 1042")
    assert rosa.home() is None
