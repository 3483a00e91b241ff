"""Drives a real headless Chromium through its debugging pipe: opens pages, types, clicks, looks, takes pictures."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WHY_NOT = "There is no Chromium here: apt-get install chromium."
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, "")}


class BrowserError(Exception):
    """The browser, or a script in the page, says no."""


class Browser:
    """One tab. Selectors are CSS; ``text=…`` finds the button, link or label that says exactly this."""

    def __init__(self, process: subprocess.Popen[bytes], commands: int, answers: int) -> None:
        self._process, self._commands, self._answers = process, commands, answers
        self._numbers = itertools.count(1)
        self._heard: Queue[dict[str, Any]] = Queue()
        self.complaints: list[str] = []
        """Errors of the page's scripts, and what its console warned of."""
        self._session: str | None = None
        threading.Thread(target=self._listen, daemon=True).start()
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def open(self, url: str, *, width: int = 1280, height: int = 860) -> None:
        """Opens a page in a window of this size."""
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._ask("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        said = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise BrowserError(said["exceptionDetails"].get("exception", {}).get("description", script))
        return said["result"].get("value")

    def wait(self, script: str, *, seconds: float = 60) -> Any:
        """Waits until an expression is something, and gives its value. Raises ``TimeoutError``."""
        latest = time.monotonic() + seconds
        while (value := self.run(script)) in (None, False, "", 0):  # an element comes back as an empty object
            if time.monotonic() > latest:
                raise TimeoutError(f"It never was: {script}")
            time.sleep(0.05)
        return value

    def reads(self, text: str, within: str = "body") -> None:
        """Waits until the page says this. Raises ``TimeoutError``."""
        self.wait(f"document.querySelector({json.dumps(within)})?.innerText.includes({json.dumps(text)})")

    def text(self, selector: str) -> str:
        """What an element says."""
        return str(self.wait(f"{_finder(selector)}?.innerText"))

    def click(self, selector: str) -> None:
        """Clicks into the middle of an element, as a mouse does."""
        x, y = self._middle(selector)
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def hover(self, selector: str) -> None:
        """Moves the mouse over an element."""
        x, y = self._middle(selector)
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def _middle(self, selector: str) -> tuple[float, float]:
        box = (
            f"(() => {{ const node = {_finder(selector)}; node?.scrollIntoView({{block: 'nearest'}});"
            " const box = node?.getBoundingClientRect();"
            " return box?.width ? [box.left + box.width / 2, box.top + box.height / 2] : null; })()"
        )
        x, y = self.wait(box)
        return x, y

    def type(self, text: str) -> None:
        """Types where the focus is."""
        self._ask("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Presses a key: Enter, Escape or Tab."""
        name, code, text = _KEYS[key]
        down = {"text": text} if text else {}
        self._ask("Input.dispatchKeyEvent", type="keyDown", key=name, code=name, windowsVirtualKeyCode=code, **down)
        self._ask("Input.dispatchKeyEvent", type="keyUp", key=name, code=name, windowsVirtualKeyCode=code)

    def picture(self, path: Path) -> None:
        """Takes a picture of the window."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            try:
                said = self._heard.get(timeout=60)
            except Empty:
                raise BrowserError(f"Chromium doesn't answer to {method}.") from None
            if said.get("id") == number:
                if "error" in said:
                    raise BrowserError(f"{method}: {said['error']['message']}")
                result: dict[str, Any] = said["result"]
                return result

    def _listen(self) -> None:
        with os.fdopen(self._answers, "rb") as answers:
            rest = b""
            while data := answers.read1(65_536):
                *whole, rest = (rest + data).split(b"\0")
                for message in whole:
                    self._sort(json.loads(message))

    def _sort(self, message: dict[str, Any]) -> None:
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"].get("exception", {}).get("description")))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(parameters["entry"]["text"])
        elif "id" in message:
            self._heard.put(message)


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser of its own, gone afterwards."""
    if CHROMIUM is None:
        raise BrowserError(WHY_NOT)
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        to_read, commands = os.pipe()
        answers, to_write = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4; a shell puts them there.
        script = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        process = subprocess.Popen(
            ["bash", "-c", script, CHROMIUM, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        try:
            yield Browser(process, commands, answers)
        finally:
            os.close(commands)
            process.terminate()
            process.wait(60)


def _finder(selector: str) -> str:
    """The expression that finds an element; the topmost window first."""
    if not selector.startswith("text="):
        return f"[...document.querySelectorAll({json.dumps(selector)})].at(-1)"
    words = json.dumps(selector.removeprefix("text="))
    return (
        "[...document.querySelectorAll('button, a, label, summary')]"
        f".filter((node) => node.innerText.trim() === {words} && node.getClientRects().length).at(-1)"
    )
