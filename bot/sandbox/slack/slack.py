"""The stand-in Slack as one thing: a workspace with people, a port, a way to the app, and faults."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Self

from bot.sandbox.faults import ANYBODYS, Answer, Befalling, Fault, Faults
from bot.sandbox.port import Port, Request
from bot.sandbox.slack import clock as clocks
from bot.sandbox.slack.api import files, routes
from bot.sandbox.slack.events import tell_uninstalled
from bot.sandbox.slack.files import UPLOADS
from bot.sandbox.slack.people import Channel, Role, User, UserGroup
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.postman import Postman
from bot.sandbox.slack.responding import respond
from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import Installed, Message, Told, Workspace
from bot.sandbox.slack.wire import EVENTS, Delivery, Wire

STRANGERS = "T0STRANGER"
"""The workspace that strangers belong to."""


class Slack:
    """A stand-in Slack, alive inside a ``with`` block: one workspace, and our app installed in it.

    ::

        with Slack() as slack:
            client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
            slack.connect("http://127.0.0.1:3000/slack/events")
            rosa = slack.add_person("rosa", "Rosa Lind")
            slack.add_channel("office", "rosa", "seen")
            rosa.command("/seen", "1042", "office")
            rosa.presses("share")

    Without ``connect`` the app is reached through its Socket Mode connections.

    Args:
        port: where to listen on 127.0.0.1; 0 takes a free port.
        now: what time it is; signatures carry the real time whatever this says.
        name: of the workspace.
        bot: the app's name as people mention it.
        seed: which of several Socket Mode connections is chosen, is the same for the same seed.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        now: Callable[[], datetime] = clocks.real,
        name: str = "Stand-in",
        bot: str = "seen",
        seed: int = 1,
    ) -> None:
        self.app = Installed()
        self.clock = clocks.Clock(now)
        domain = "".join(letter for letter in name.lower() if letter.isalnum())
        self.workspace = Workspace(self.app, self.clock, name=name, domain=domain)
        self.sockets = Sockets(self.app, Random(seed))
        self.wire = Wire(self.app, self.sockets)
        self.events = Postman(self.workspace, self.wire)
        self.workspace.tell = self.events.put
        self.requests: deque[Request] = deque(maxlen=10_000)
        """The latest requests that came in, oldest first."""
        self._faults = Faults(_FAULTS)
        self._port = Port(self._answer, port=port, upgrade=self.sockets.serve)
        team = self.workspace.team_id
        self._add(User(user_id=self.app.user_id, team_id=team, name=bot, real_name=bot.title(), role=Role.BOT))
        self.workspace.users[self.app.user_id].bot_id = self.app.bot_id
        self._add(User(user_id="USLACKBOT", team_id=team, name="slackbot", real_name="Slackbot"))

    def __enter__(self) -> Self:
        self._port.open()
        self.workspace.url = self.url
        return self

    def __exit__(self, *_: object) -> None:
        self._faults.heal()
        self.sockets.cut()
        self._port.close()

    @property
    def url(self) -> str:
        """Where it listens, e.g. ``http://127.0.0.1:40123``."""
        return self._port.url

    @property
    def api_url(self) -> str:
        """The Web API, as ``slack_sdk.WebClient(base_url=…)`` wants it."""
        return f"{self.url}{routes.PREFIX}"

    # ── Setting up ───────────────────────────────────────────────────────────────────────────────────────────────

    def install(self, manifest: Json) -> None:
        """Gives the app the scopes, events and Home tab of a manifest, in place of what it had."""
        self.app.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        self.app.events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        self.app.home_tab = manifest["features"]["app_home"]["home_tab_enabled"]

    def connect(self, url: str | None) -> None:
        """From now on the app is told of everything at this URL; ``None``: through its Socket Mode connections."""
        self.wire.url = url

    def verify_url(self) -> bool:
        """What Slack does when somebody enters the URL of an app: asks it to repeat a word."""
        asked = {"token": self.app.verification_token, "challenge": "stand-in-challenge", "type": "url_verification"}
        delivery = self.wire.send(EVENTS, asked)
        answer = delivery.answer()
        repeated = answer.get("challenge") if isinstance(answer, dict) else answer
        return delivery.taken and repeated == asked["challenge"]

    def add_person(
        self, name: str, real_name: str, role: Role = Role.MEMBER, *, timezone: str = "Europe/London", email: str = ""
    ) -> Person:
        """A new user, who is in no channel yet."""
        team = STRANGERS if role is Role.STRANGER else self.workspace.team_id
        user = User(
            user_id=self.workspace.new_id("U", name),
            team_id=team,
            name=name,
            real_name=real_name,
            role=role,
            timezone=timezone,
            email=email or f"{name}@{self.workspace.domain}.example",
        )
        self._add(user)
        return Person(self.workspace, self.wire, user)

    def person(self, name: str) -> Person:
        """A user by name or ID. Raises ``KeyError``."""
        return Person(self.workspace, self.wire, self.workspace.member(name))

    def add_channel(
        self, name: str, *members: str, private: bool = False, archived: bool = False, shared: bool = False
    ) -> Channel:
        """A new channel with these members, by name; the bot is one only if it is named."""
        channel = Channel(
            channel_id=self.workspace.new_id("C", name),
            name=name,
            kind="group" if private else "channel",
            members={self.workspace.member(each).user_id for each in members},
            archived=archived,
            shared_with=(STRANGERS,) if shared else (),
        )
        self.workspace.channels[channel.channel_id] = channel
        return channel

    def add_group(self, handle: str, *members: str) -> UserGroup:
        """A new user group with these members, by name."""
        ids = [self.workspace.member(each).user_id for each in members]
        group = UserGroup(group_id=self.workspace.new_id("S", handle), handle=handle, members=ids)
        self.workspace.groups[group.group_id] = group
        return group

    def uninstall(self) -> None:
        """Takes the app off the workspace: it is told, and its tokens work no more."""
        tell_uninstalled(self.workspace)
        self.app.revoked = True

    # ── What there is ────────────────────────────────────────────────────────────────────────────────────────────

    def messages(self, channel: str) -> list[Message]:
        """All messages of a channel that are stored, threads included, oldest first."""
        return list(self.workspace.visible(self.workspace.place(channel).channel_id, ""))

    def until(self, happened: Callable[[], object], *, timeout: float = 60) -> None:
        """Waits for something that the app does in its own time. Raises ``TimeoutError``; ``timeout`` in seconds."""
        latest = time.monotonic() + timeout
        while not happened():
            if time.monotonic() > latest:
                raise TimeoutError(f"It has not happened within {timeout:g} seconds.")
            self.workspace.wait(self.workspace.version, timedelta(milliseconds=20))

    # ── Events and time ──────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def holding_events(self) -> Iterator[list[Told]]:
        """Holds events back, so that they can be told late or in another order (``events.tell``)."""
        held = self.events.held = []
        try:
            yield held
        finally:
            self.events.held = None

    def forward(self, by: timedelta) -> list[Delivery]:
        """Lets time pass, and makes the tries to tell events that have fallen due by then."""
        self.clock.forward(by)
        return self.events.flush()

    # ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────

    def fault(
        self,
        name: str,
        *,
        times: int | None = None,
        method: str = "",
        retry_after: float | None = None,
        seconds: float = 1.0,
    ) -> Fault:
        """Switches a fault of the Web API on: for ``times`` requests, until ``heal``, or for a ``with`` block.

        Args:
            name: ``429`` (with ``retry_after`` seconds, 1 if not given), ``500``, ``503``, ``fatal_error``, ``html``,
                ``truncated``, ``broken_off``, ``cut`` (the request is carried out, the connection ends unanswered),
                ``hang``, ``slow`` (carried out ``seconds`` later), or ``late`` (answered ``seconds`` after it was
                carried out).
            times: how many requests it befalls; all without it.
            method: only this method, or those that begin so, e.g. ``chat.``; ``response_url`` for response URLs, and
                ``upload`` for what files are uploaded to.
            retry_after: for ``429``.
            seconds: for ``slow`` and ``late``.
        """
        path = {"response_url": "/actions/", "upload": UPLOADS}.get(method, f"{routes.PREFIX}{method}")
        return self._faults.add(Fault(name=name, times=times, path=path, retry_after=retry_after, seconds=seconds))

    def heal(self) -> None:
        """Ends every fault."""
        self._faults.heal()

    def _add(self, user: User) -> None:
        self.workspace.users[user.user_id] = user

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)

        def usual() -> Answer:
            if request.path in self.workspace.response_urls or request.path.startswith("/actions/"):
                return respond(self.workspace, request)
            if request.path.startswith(UPLOADS):
                return files.take(self.workspace, request)
            if request.path.startswith(routes.PREFIX):
                return routes.answer(self.workspace, request, lambda: self.sockets.new_url(self.url))
            return Answer(404, b"There is nothing here.", {"Content-Type": "text/plain"})

        fault = self._faults.for_request(request.path, None)
        return fault.befall(usual) if fault else usual()


def _limited(fault: Fault, _: Callable[[], Answer]) -> Answer:
    wait = 1 if fault.retry_after is None else fault.retry_after
    return Answer.of(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": f"{wait:g}"})


def _broken(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(500, {"ok": False, "error": "internal_error"})


def _unavailable(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(503, {"ok": False, "error": "service_unavailable"})


def _fatal(_: Fault, __: Callable[[], Answer]) -> Answer:
    return Answer.of(200, {"ok": False, "error": "fatal_error"})


_FAULTS: dict[str, Befalling] = {
    "429": _limited,
    "500": _broken,
    "503": _unavailable,
    "fatal_error": _fatal,
    **ANYBODYS,
}
