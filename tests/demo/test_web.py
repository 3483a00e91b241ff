"""The whole demo with its page: a real browser, the real doors, stand-ins for Slack and Postmark behind them."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.app import build
from bot.demo import tour
from bot.demo.drawing import draw
from bot.demo.story import Asked
from bot.settings import Settings
from tests.browser import Browser

PICTURES = Path(__file__).parents[1] / "output" / "page"
MISTYPED = "Bounced: the address was mistyped"
CLICKED = "Clicked by a person"


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is set."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)


class Visitor:
    """Somebody at the page, who takes pictures on the way."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def writes(self, text: str, box: str = "#compose") -> None:
        self.browser.click(f"{box} textarea")
        self.browser.type(text)
        self.browser.press("Enter")

    def becomes(self, name: str) -> None:
        choice = f"who.value = {json.dumps(name)}; who.dispatchEvent(new Event('change'))"
        self.browser.run(f"(() => {{ const who = document.getElementById('who'); {choice}; }})()")
        self.browser.wait(f"document.getElementById('who').value === {json.dumps(name)}")

    def goes_to(self, place: str) -> None:
        found = f"[...document.querySelectorAll('.place')].find((it) => it.innerText.includes({json.dumps(place)}))"
        self.browser.wait(found)
        self.browser.run(f"{found}.click()")

    def pictures(self, name: str) -> None:
        time.sleep(0.3)  # for what is still moving
        self.browser.picture(PICTURES / f"{name}.png")


def ask_privately(visitor: Visitor, mistyped: Asked) -> None:
    """A command, its reasons, the ready words, and a note that it was dealt with."""
    browser = visitor.browser
    visitor.writes(f"/seen {mistyped.text}")
    browser.reads("Only visible to you")
    browser.reads("Did not arrive.")
    visitor.pictures("answer")
    browser.click("text=Why?")
    browser.reads("What happened", ".dialog")
    visitor.pictures("why")
    browser.press("Escape")
    browser.wait("!document.querySelector('.dialog')")
    browser.click("text=Copy draft")
    browser.wait("document.querySelector('.dialog textarea')?.value.includes('address')")
    browser.press("Escape")
    browser.wait("!document.querySelector('.dialog')")
    browser.click("text=Handled")
    browser.click(".dialog .field")
    browser.type("Called, has the right one now.")
    browser.click("text=Mark as handled")
    browser.reads("“Called, has the right one now.”", "#stream")
    browser.click("text=Share to channel")
    browser.reads("Shared by @rosa")


def ask_openly(visitor: Visitor, clicked: Asked) -> None:
    """A mention, and a further question in its thread."""
    browser = visitor.browser
    assert clicked.email is not None
    visitor.writes(f"@seen did they see {clicked.email.job}?")
    browser.click("#stream .message:last-of-type .answers")
    browser.reads("Seen.", "#thread-stream")
    visitor.writes("@seen and the invoice?", "#thread-compose")
    browser.wait("document.querySelectorAll('#thread-stream .message').length >= 4")
    visitor.pictures("thread")
    browser.click("#thread-close")


def ask_otherwise(visitor: Visitor, clicked: Asked) -> None:
    """The shortcut on a colleague's message, the form, and Home."""
    browser = visitor.browser
    before = browser.run("document.querySelectorAll('#stream .only-me').length")
    browser.hover("#stream .message:first-of-type")
    browser.click("#stream .message:first-of-type [aria-label='More actions']")
    browser.click(".menu button")
    browser.wait(f"document.querySelectorAll('#stream .only-me').length > {before}")
    browser.click("[aria-label='Shortcuts']")
    browser.click(".menu button")
    browser.click(".dialog .field")
    assert clicked.who is not None
    browser.type(clicked.who.name)
    browser.click("text=Ask")
    visitor.goes_to("Seen")
    browser.reads(clicked.who.first_name, "#stream")
    browser.click("text=Home")
    browser.reads("My last questions")
    browser.reads(clicked.who.name, ".home")
    visitor.pictures("home")


def are_refused(visitor: Visitor) -> None:
    """A guest, and a channel that another company sees."""
    visitor.becomes("gus")
    visitor.goes_to("office")
    visitor.writes("/seen 1042")
    visitor.browser.reads("I answer full members only")
    visitor.becomes("adam")
    visitor.goes_to("pump-supplier")
    visitor.writes("/seen 1042")
    visitor.browser.reads("people of another company")


def test_an_office_talks_to_seen(browser: Browser) -> None:
    """On the page one can ask by command, mention, shortcut and form, press what is offered, and see Home."""
    now = datetime.now(UTC)
    asked = {each.situation: each for each in draw(1, now).asked}
    visited: list[str] = []

    def visit(url: str) -> None:
        visitor = Visitor(browser)
        browser.open(url)
        browser.reads("Did they see it?")
        ask_privately(visitor, asked[MISTYPED])
        ask_openly(visitor, asked[CLICKED])
        ask_otherwise(visitor, asked[CLICKED])
        are_refused(visitor)
        visited.append(url)
        assert browser.complaints == []

    with build(Settings(database_url=SecretStr("sqlite:///demo.db"))) as app:
        tour.run(app, seed=1, console=Console(file=io.StringIO()), now=now, stay=visit)
    assert len(visited) == 1
    browser.reads("The demo has ended.")


def test_on_a_terminal_the_page_stays_until_ctrl_c() -> None:
    """On a terminal the demo ends with an address that answers; Ctrl-C closes it, and that is no failure."""
    ours, theirs = pty.openpty()
    demo = subprocess.Popen([sys.executable, "-m", "bot", "demo"], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)) or "Ctrl-C" not in said:
            said += os.read(ours, 65_536).decode(errors="replace")
        with urlopen(found.group(), timeout=60) as page:
            assert "Seen" in page.read().decode()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    finally:
        demo.kill()
        demo.wait()
        os.close(ours)
