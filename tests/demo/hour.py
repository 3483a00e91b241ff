"""Somebody watches an hour of the firm's day in a real browser, and takes pictures of its main moments.

``python -m tests.demo.hour [FOLDER]`` draws them anew, into docs/pictures unless told otherwise.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from pydantic import SecretStr
from rich.console import Console

from bot.app import build
from bot.demo import tour
from bot.settings import Settings
from tests.browser import Browser, browser

THE_DAY_BEFORE = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""The day before, so that the pictures show the same dates whenever they are taken."""
DAY = "2026-11-25T08:00"
PATIENCE = 120.0
_COLOURS = 160


@dataclass
class Watcher:
    """Somebody at the page. Where they want to look closely, they hold the clock."""

    browser: Browser
    folder: Path

    def becomes(self, name: str) -> None:
        """Looks as somebody else."""
        choice = f"who.value = {json.dumps(name)}; who.dispatchEvent(new Event('change'))"
        self.browser.run(f"(() => {{ const who = document.getElementById('who'); {choice}; }})()")
        self.browser.wait(f"document.getElementById('who').value === {json.dumps(name)}")
        self.browser.run("new Promise((done) => setTimeout(done, 1000))")  # until their Slack is shown

    def goes_to(self, place: str) -> None:
        """Opens a channel, or the conversation with Seen."""
        found = f"[...document.querySelectorAll('.place')].find((it) => it.innerText.includes({json.dumps(place)}))"
        self.browser.wait(found)
        self.browser.run(f"{found}.click()")

    def lets_it_run(self, speed: int) -> None:
        """Lets the clock run at a speed."""
        chosen = f"select.value = '{speed}'; select.dispatchEvent(new Event('change'))"
        self.browser.run(f"(() => {{ const select = document.querySelector('#pace select'); {chosen}; }})()")
        self.browser.wait("document.querySelector('#pace .hold')?.getAttribute('aria-pressed') === 'false'")

    def holds_it(self) -> None:
        """Lets the clock stand still."""
        self.browser.click("#pace .hold")
        self.browser.wait("document.querySelector('#pace .hold')?.getAttribute('aria-pressed') === 'true'")

    def sees(self, text: str, within: str = "#stream") -> None:
        """Waits until something is said there."""
        said = f"document.querySelector({json.dumps(within)})?.innerText.includes({json.dumps(text)})"
        self.browser.wait(said, seconds=PATIENCE)

    def picture(self, name: str, of: str = "") -> None:
        """Takes a picture of the page, with the message that holds some words in view."""
        if of:
            found = newest(of)
            self.browser.wait(found)
            self.browser.run(f"{found}.scrollIntoView({{block: 'center'}})")
        self.browser.run("new Promise((done) => setTimeout(done, 300))")
        path = self.folder / f"{name}.png"
        self.browser.picture(path)
        with Image.open(path) as image:
            image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def watch(watcher: Watcher, url: str) -> None:
    """The hour, from the digest to Home."""
    watch_the_beginning(watcher, url)
    browser = watcher.browser
    watcher.lets_it_run(60)
    watcher.sees("5 emails to")
    watcher.holds_it()
    watcher.picture("day-refused", "5 emails to")
    watcher.lets_it_run(60)
    watcher.sees("Called by")
    watcher.holds_it()
    watcher.picture("day-called", "Called by")
    watcher.becomes("adam")
    watcher.goes_to("Seen")
    watcher.lets_it_run(60)
    watcher.sees("clicked")
    watcher.holds_it()
    watcher.picture("day-watch")
    browser.click("text=Home")
    browser.reads("Important emails", "#stream")
    watcher.picture("day-home")


def watch_the_beginning(watcher: Watcher, url: str) -> None:
    """The digest, and the first alert until the customer looks."""
    browser = watcher.browser
    browser.open(url, width=1180, height=1740)
    watcher.goes_to("important-emails")
    watcher.lets_it_run(60)
    digest = newest("gone out since")
    browser.wait(f"{digest}?.querySelector('time').dateTime >= '{DAY}'", seconds=PATIENCE)
    watcher.holds_it()
    browser.wait(f"{digest}.querySelector('img[src^=pictures]')?.naturalWidth > 300", seconds=PATIENCE)
    watcher.picture("day-digest", "gone out since")

    browser.open(url, width=1180, height=900)
    watcher.goes_to("important-emails")
    late = _appears(watcher, "No reliable sign", after="gone out since")
    watcher.picture("day-alert", late)
    watcher.lets_it_run(60)
    browser.wait(f"{newest(late)}?.innerText.match(/(Very likely seen|Seen)\\./)", seconds=PATIENCE)
    watcher.holds_it()
    watcher.picture("day-opened", late)


def _appears(watcher: Watcher, text: str, *, after: str) -> str:
    """Waits for a new message below another one; gives the job or invoice it is about."""
    watcher.lets_it_run(60)
    last = (
        "(() => { const all = [...document.querySelectorAll('#stream .message')];"
        f" const start = all.findLastIndex((it) => it.innerText.includes({json.dumps(after)}));"
        f" const found = all.slice(start + 1).find((it) => it.innerText.includes({json.dumps(text)}));"
        " return found ? found.innerText.match(/job \\d+|INV-\\d+/)[0] : null; })()"
    )
    found = str(watcher.browser.wait(last, seconds=PATIENCE))
    watcher.holds_it()
    return found


def newest(words: str) -> str:
    """The expression that finds the newest message with these words."""
    said = f"it.innerText.includes({json.dumps(words)})"
    return f"[...document.querySelectorAll('#stream .message')].findLast((it) => {said})"


def show(database: str, now: datetime, visit: Callable[[str], None]) -> None:
    """Runs the demo on a database, and lets somebody visit its page."""
    settings = Settings(_env_file=None, database_url=SecretStr(database))  # type: ignore[call-arg]  # pydantic-settings takes it
    with build(settings) as app:
        tour.run(app, seed=1, console=Console(file=io.StringIO()), now=now, stay=visit)


def main() -> None:
    """Draw them all."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    with TemporaryDirectory() as place, browser() as opened:
        show(f"sqlite:///{place}/demo.db", THE_DAY_BEFORE, lambda url: watch(Watcher(opened, folder), url))


if __name__ == "__main__":
    main()
