"""The small server of the page: its files, what a person sees, and what they do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import resources
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from bot.demo.page import snapshot
from bot.demo.page.snapshot import Going, Offer
from bot.sandbox.faults import Answer
from bot.sandbox.port import Port, Request
from bot.sandbox.slack import Delivery, Message, NotPossible, Person, Slack, View

PATIENCE = timedelta(seconds=20)
"""How long the page's question "has anything changed?" is kept open."""

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PICTURES = "pictures/"
_GUARDS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_FAILURES = {
    "http_timeout": "Seen did not answer within three seconds.",
    "connection_failed": "Seen could not be reached.",
    "http_error": "Seen answered with an error.",
}


class Refused(Exception):  # noqa: N818 - the word for what the page is told
    """What was asked can't be done. The text is for the person at the page."""


class Page:
    """The page of a workspace, alive inside a ``with`` block; ``url`` is what to open in a browser.

    It listens on this machine only, and takes no requests that another page of the same browser sends.

    Args:
        slack: the workspace.
        offer: what people find of the app in it.
        first: the name of the person that the page shows at first.
        port: where it listens, if nobody else does; otherwise, and for 0, a free one is taken.
        firm: the firm, if its days go on.
    """

    def __init__(self, slack: Slack, offer: Offer, *, first: str, port: int = 0, firm: Going | None = None) -> None:
        self._slack, self._offer, self._first, self._firm = slack, offer, first, firm
        self._port = Port(self._answer, port=port)
        self._files = {
            each.name: each.read_bytes()
            for each in (resources.files(__package__) / "files").iterdir()
            if each.is_file()
        }

    def __enter__(self) -> Self:
        try:
            self._port.open()
        except OSError:
            self._port = Port(self._answer)
            self._port.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._port.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return self._port.url

    def _answer(self, request: Request) -> Answer:
        ours = {self.url, self.url.replace("127.0.0.1", "localhost")}
        if f"http://{request.headers.get('host')}" not in ours or request.headers.get("origin", self.url) not in ours:
            return Answer.of(403, {"error": "This page speaks to itself only."})
        try:
            if request.method == "POST" and request.path == "/do":
                return _json(self._do(request))
            if request.method == "GET" and request.path == "/state":
                return _json(self._state(request))
        except (Refused, NotPossible) as error:
            return _json({"error": str(error)}, 409)
        except (KeyError, LookupError, TypeError, ValueError):
            return _json({"error": "That isn't there any more."}, 400)
        return self._file(request.path.strip("/") or "index.html")

    def _picture(self, file_id: str) -> Answer:
        """A picture that the app has uploaded."""
        with self._slack.workspace.lock:
            file = self._slack.workspace.files.get(file_id)
        if file is None or file.body is None or not file.kind[1].startswith("image/"):
            return Answer(404, b"There is no such picture.", {"Content-Type": "text/plain", **_GUARDS})
        return Answer(200, file.body, {"Content-Type": file.kind[1], **_GUARDS})

    def _file(self, name: str) -> Answer:
        if name.startswith(_PICTURES):
            return self._picture(name.removeprefix(_PICTURES))
        kind = _KINDS.get(name[name.rfind(".") :])
        if kind is None or name not in self._files:
            return Answer(404, b"There is nothing here.", {"Content-Type": "text/plain", **_GUARDS})
        return Answer(200, self._files[name], {"Content-Type": f"{kind}; charset=utf-8", **_GUARDS})

    def _state(self, request: Request) -> dict[str, Any]:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        person = self._slack.person(asked.get("as") or self._first)
        self._slack.workspace.wait(int(asked.get("known", -1)), PATIENCE)
        return snapshot.of(self._slack, person, self._offer, self._firm)

    def _do(self, request: Request) -> dict[str, Any]:
        if "application/json" not in request.headers.get("content-type", ""):
            raise Refused("Only JSON is understood here.")
        asked = json.loads(request.body)
        if asked["what"] == "clock" and self._firm is not None:
            self._firm.set(runs=bool(asked["runs"]), speed=int(asked["speed"]))
            return {"done": True}
        person = self._slack.person(asked["as"])
        delivery = _DEEDS[asked["what"]](self._slack, person, asked)
        if (
            delivery is not None and not delivery.taken and asked["what"] != "command"
        ):  # whose failure Slack tells itself
            raise Refused(_FAILURES.get(delivery.failure or "", "Something went wrong."))
        return {"done": True}


def _json(body: object, status: int = 200) -> Answer:
    return Answer.of(status, body, _GUARDS)


# ── What somebody does ───────────────────────────────────────────────────────────────────────────────────────────


def _say(slack: Slack, person: Person, asked: Mapping[str, Any]) -> None:
    parent = _message(slack, asked["channel"], asked["thread"]) if asked.get("thread") else None
    person.says(asked["text"], None if parent else asked["channel"], to=parent)


def _command(slack: Slack, person: Person, asked: Mapping[str, Any]) -> Delivery:  # noqa: ARG001 - like the others
    name, _, text = asked["text"].strip().partition(" ")
    return person.command(name, text.strip(), asked["channel"])


def _press(slack: Slack, person: Person, asked: Mapping[str, Any]) -> Delivery:
    surface = _surface(slack, person, asked["on"])
    if "chosen" in asked:
        return person.chooses(asked["action"], asked["chosen"], on=surface, block_id=asked["block"])
    return person.presses(asked["action"], on=surface, block_id=asked["block"])


def _shortcut(slack: Slack, person: Person, asked: Mapping[str, Any]) -> Delivery:
    on = _message(slack, asked["channel"], asked["ts"]) if asked.get("ts") else None
    return person.uses_shortcut(asked["callback"], on)


def _submit(slack: Slack, person: Person, asked: Mapping[str, Any]) -> Delivery:  # noqa: ARG001
    return person.submits(asked.get("values") or {})


def _close(slack: Slack, person: Person, asked: Mapping[str, Any]) -> Delivery | None:  # noqa: ARG001
    return person.closes(everything=bool(asked.get("everything"))) if person.modal() else None


def _look(slack: Slack, person: Person, asked: Mapping[str, Any]) -> None:  # noqa: ARG001
    person.opens_home(asked["tab"])


_DEEDS: Mapping[str, Callable[[Slack, Person, Mapping[str, Any]], Delivery | None]] = {
    "say": _say,
    "command": _command,
    "press": _press,
    "shortcut": _shortcut,
    "submit": _submit,
    "close": _close,
    "look": _look,
}


def _surface(slack: Slack, person: Person, on: Mapping[str, Any]) -> Message | View:
    if "ts" in on:
        return _message(slack, on["channel"], on["ts"])
    view = person.home() if on["view"] == "home" else person.modal()
    if view is None:
        raise Refused("That window is closed.")
    return view


def _message(slack: Slack, channel: str, ts: str) -> Message:
    return slack.workspace.messages[channel][ts]
