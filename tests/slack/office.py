"""An office: a stand-in Slack with its people, a stand-in Postmark with some mail, and the real Seen between them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn

from bot import app as application
from bot import question as questions
from bot.sandbox import Sandbox, readers
from bot.sandbox.slack import Message, Person, Role, Slack, Told
from bot.serving import web
from bot.settings import Settings
from bot.slack.scopes import NEEDED
from handlers.http.server import configure
from store import asked, schema
from store.asked import Asked
from store.database import Database
from store.records import Answer, Question

MARIA, TOM = "maria@oakleaf.example", "tom@reed.example"
TOKEN = "token-of-the-office"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNHURRIED = timedelta(seconds=50)
"""How long everybody waits for each other where a test isn't about how long they do."""


@dataclass
class Office:
    """What a test looks at."""

    slack: Slack
    sandbox: Sandbox
    database: Database
    url: str
    """Where Seen listens."""
    app: application.App

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    def channel(self, name: str) -> str:
        return self.slack.workspace.place(name).channel_id

    def metrics(self) -> str:
        return httpx.get(f"{self.url}/metrics", timeout=60).text

    def tell(self, event: Told) -> None:
        """Tells an event that was held back; it has to be taken."""
        assert all(delivery.status == 200 for delivery in self.slack.events.tell(event))

    def finished(self, way: str, times: int = 1, outcome: str = "done") -> None:
        """Waits until so many requests of a kind have been worked off."""
        line = f'seen_slack_requests_total{{outcome="{outcome}",way="{way}"}} {float(times)}'
        self.until(lambda: line in self.metrics())

    def record(self) -> list[Asked]:
        """Who asked what, oldest first."""
        with self.database.read() as connection:
            return list(asked.newest(connection))[::-1]

    def until(self, happened: Callable[[], Any], timeout: float = 60) -> Any:
        """Waits until something has happened, and gives what was found."""
        found = None

        def look() -> Any:
            nonlocal found
            found = happened()
            return found

        self.slack.until(look, timeout=timeout)
        return found

    def fetch(self, text: str) -> Answer:
        """What Postmark knows by now, fetched as for a question that is asked a while later."""
        with self.database.write() as connection:
            connection.execute(schema.messages.update().values(checked_at=None))
        asked_ = questions.parse(text, now=datetime.now(UTC), timezone=self.app.settings.timezone)
        assert isinstance(asked_, Question)
        return self.app.answer(asked_, now=datetime.now(UTC) + 5 * HOUR)

    def answer(self, person: Person, channel: str | None = None, *, has: str = "", lacks: str = "Looking") -> Message:
        """The newest message that somebody sees there, once it holds some words and not others."""

        def newest() -> Message | None:
            seen = person.sees(channel)
            fitting = seen and has in said(seen[-1]) and not (lacks and lacks in said(seen[-1]))
            return seen[-1] if fitting else None

        found: Message = self.until(newest)
        return found

    def reply(self, person: Person, parent: Message, *, has: str = "", count: int = 1) -> Message:
        """The newest answer in a thread, once there are so many and it holds some words."""

        def newest() -> Message | None:
            seen = person.thread(parent)
            fitting = len(seen) >= count and has in said(seen[-1]) and "Looking" not in said(seen[-1])
            return seen[-1] if fitting else None

        found: Message = self.until(newest)
        return found


def said(message: Message) -> str:
    """Everything a message says: its text, and whatever stands in its blocks."""
    return f"{message.text}\n{json.dumps(message.blocks, ensure_ascii=False)}"


def actions(message: Message) -> list[str]:
    """The actions that a message's buttons and menus offer."""
    elements = [element for block in message.blocks for element in block.get("elements", ()) if "action_id" in element]
    return [element["action_id"] for element in elements]


def options(message: Message) -> dict[str, str]:
    """The lines of a message's menu, with their values."""
    menus = (element for block in message.blocks for element in block.get("elements", ()))
    lines = [line for menu in menus if menu.get("type") == "overflow" for line in menu["options"]]
    return {line["text"]["text"]: line["value"] for line in lines}


def choose(person: Person, message: Message, action: str, line: str) -> None:
    """Presses a button, or chooses the line of the menu that stands for it."""
    if action in actions(message):
        person.presses(action, on=message)
    else:
        person.chooses("menu", options(message)[line], on=message)


def send_mail(sandbox: Sandbox, now: datetime) -> None:
    """A quote that Maria has clicked, an invoice she hasn't, and one to Tom that was refused."""
    links = '<a href="https://portal.alder.example/q/1042">See it</a>'
    quote = sandbox.send(
        f"Maria Lopez <{MARIA}>",
        "Your quote for job 1042",
        html=links,
        tag="quote",
        track_links="HtmlOnly",
        metadata={"job_id": "1042"},
        at=now - 9 * HOUR,
    )
    sandbox.deliver(quote, at=now - 9 * HOUR + MINUTE)
    sandbox.click(quote, MARIA, by=readers.PHONE, at=now - 5 * HOUR)
    invoice = sandbox.send(
        f"Maria Lopez <{MARIA}>", "Invoice INV-2207", tag="invoice", metadata={"job_id": "1042"}, at=now - 4 * HOUR
    )
    sandbox.deliver(invoice, at=now - 4 * HOUR + MINUTE)
    bill = sandbox.send(f"Tom Reed <{TOM}>", "Your bill INV-2208", metadata={"job_id": "1043"}, at=now - 3 * HOUR)
    sandbox.bounce(bill, TOM, at=now - 3 * HOUR + MINUTE)


def people(slack: Slack) -> None:
    """Members, an admin, a guest and a stranger; channels of their own, private, and shared with another company."""
    slack.add_person("rosa", "Rosa Lind")
    slack.add_person("nils", "Nils Berg")
    slack.add_person("adam", "Adam Lind", Role.ADMIN)
    slack.add_person("gus", "Gus Guest", Role.GUEST)
    slack.add_person("sten", "Sten Stranger", Role.STRANGER)
    slack.add_channel("office", "rosa", "nils", "adam", "gus", "seen")
    slack.add_channel("general", "rosa", "nils")
    slack.add_channel("owners", "adam", "rosa", private=True)
    slack.add_channel("supplier", "rosa", "sten", "seen", shared=True)


@contextmanager
def office(
    database_url: str, *, by_socket: bool = False, postmark: bool = True, unasked: bool = False, **settings: Any
) -> Iterator[Office]:
    """Seen as `seen serve` runs it, with everything real but Slack and Postmark.

    Nobody is in a hurry, so that a busy machine changes no answer. ``unasked``: whether it does by itself, whenever it
    likes, what it does unasked; otherwise a test takes those steps when it sees fit.
    """
    now = datetime.now(UTC)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(now=now - 20 * DAY, servers={"office": TOKEN}))
        send_mail(sandbox, now)
        slack = stack.enter_context(Slack(name="Alder"))
        slack.app.scopes = {scope.value for scope in NEEDED}
        slack.app.answer_within = UNHURRIED
        people(slack)
        given = {
            "database_url": database_url,
            "postmark_server_token": f"office={TOKEN}" if postmark else "",
            "postmark_api_url": sandbox.url,
            "slack_bot_token": slack.app.bot_token,
            "slack_api_url": slack.api_url.rstrip("/"),
            "slack_signing_secret": f"an-older-secret,{slack.app.signing_secret}",
            "slack_app_token": slack.app.app_token if by_socket else None,
            "answer_budget": UNHURRIED.total_seconds(),
            **settings,
        }
        allowed = {name: _ids(slack, value) for name, value in given.items() if name.startswith("seen_")}
        seen = stack.enter_context(application.build(Settings(_env_file=None, **{**given, **allowed})))  # type: ignore[call-arg]  # pydantic-settings takes it
        url = stack.enter_context(serving(seen, unasked=unasked))
        if not by_socket:
            slack.connect(f"{url}/slack/events")
        yield Office(slack, sandbox, seen.database, url, seen)


def _ids(slack: Slack, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    known = {channel.name: channel.channel_id for channel in slack.workspace.channels.values()}
    known |= {user.name: user.user_id for user in slack.workspace.users.values()}
    known |= {group.handle: group.group_id for group in slack.workspace.groups.values()}
    return ",".join(known.get(name, name) for name in value.split(","))


@contextmanager
def serving(seen: application.App, *, unasked: bool) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configure(web(seen, by_hand=None if unasked else lambda work: None)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
