"""Webhooks down, then sync: the same verdicts as without the outage, but for what Postmark itself no longer knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import keeping_up
from bot.sandbox import Sandbox, readers
from store import events
from store.database import Database
from store.records import EventKind
from tests.sandbox.callers import Endpoint
from tests.sync.office import HOUR, MINUTE, MONDAY, SECOND, Office

QUOTE = '<a href="https://portal.alder.example/q/1042">Quote</a> <a href="https://alder.example/terms">Terms</a>'


class Story:
    """What customers do, told to one office by webhooks all the time, and to another only while they come."""

    def __init__(self, sandbox: Sandbox, kept: Office, lost: Office, told: Endpoint) -> None:
        self.sandbox, self.kept, self.lost, self.told = sandbox, kept, lost, told
        self.webhooks_come = True
        self.sent: dict[str, str] = {}

    def send(self, *names: str) -> None:
        for name in names:
            self.sent[name] = self.sandbox.send(f"{name}@oakleaf.example", f"Quote for {name}", html=QUOTE)
            self.sandbox.deliver(self.sent[name], at=self.sandbox.clock.now() + 4 * SECOND)

    def looks(self, name: str, *, by: readers.Reader = readers.PHONE, clicks: bool = False) -> None:
        address = f"{name}@oakleaf.example"
        self.sandbox.open(self.sent[name], address, by=by)
        if clicks:
            self.sandbox.click(self.sent[name], address, by=by, at=self.sandbox.clock.now() + 3 * SECOND)

    def pass_(self, by: timedelta) -> None:
        """Webhooks come, where they do, and time passes."""
        self.sandbox.flush()
        self.kept.hear(self.told.bodies)
        if self.webhooks_come:
            self.lost.hear(self.told.bodies)
        self.told.bodies.clear()
        self.sandbox.clock.forward(by)

    def verdicts(self, office: Office) -> list[tuple[str, str, str, float]]:
        return office.verdicts(*self.sent.values())


@pytest.fixture
def story(office: Office, sandbox: Sandbox, sqlite_template: Path, tmp_path: Path) -> Iterator[Story]:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'kept.db')}")
    with Endpoint() as told:
        sandbox.connect(told.url)
        yield Story(sandbox, Office(database, sandbox), office, told)
    database.dispose()


def _before(story: Story) -> None:
    story.send("anna", "ben", "carla", "dora", "emil", "frida", "gustav", "hanna")
    story.pass_(HOUR)
    story.looks("anna", clicks=True)
    story.looks("ben", by=readers.APPLE_PRIVACY)
    story.pass_(HOUR)


def _meanwhile(story: Story, length: timedelta) -> None:
    """Everything that can happen, while webhooks go nowhere."""
    sandbox, sent = story.sandbox, story.sent
    part = length / 6
    story.pass_(part)
    story.looks("carla")
    story.looks("dora", by=readers.GMAIL, clicks=True)
    story.send("ida", "jan")
    story.pass_(part)
    sandbox.bounce(sandbox.send("gone@oakleaf.example", "Quote"), "gone@oakleaf.example")
    sandbox.bounce(sent["emil"], "emil@oakleaf.example", type="AutoResponder")
    sandbox.complain(sent["frida"], "frida@oakleaf.example")
    story.pass_(part)
    story.looks("ida", by=readers.APPLE_PRIVACY)
    sandbox.sweep_links(sent["jan"], "jan@oakleaf.example")
    lost = sandbox.send("lost@oakleaf.example", "Quote")
    story.sent["lost"] = lost
    sandbox.bounce(lost, "lost@oakleaf.example")
    story.pass_(part)
    story.looks("ben", clicks=True)  # his open is a later one, which the API never tells; his click is not
    story.pass_(part)
    story.send("karl")
    story.pass_(part)


@pytest.mark.parametrize("length", [30 * MINUTE, 12 * HOUR])
@pytest.mark.parametrize("seen_runs", [True, False])
def test_the_same_verdicts_as_without_an_outage(story: Story, length: timedelta, *, seen_runs: bool) -> None:
    """Whether only webhooks were down or Seen was, too: once it is in step, every verdict is as if nothing had been."""
    kept, lost, sandbox = story.kept, story.lost, story.sandbox
    _before(story)
    kept.work()
    lost.work()
    assert story.verdicts(kept) == story.verdicts(lost)
    story.webhooks_come = False
    down_at = sandbox.clock.now()
    _meanwhile(story, length)
    if seen_runs:
        lost.live(5 * MINUTE)
    else:
        assert (lost.sync.unchecked_since("office", lost.now) is not None) == (length > 10 * MINUTE)
    story.webhooks_come = True
    for office in (kept, lost):
        office.sync.want(story.sent.values(), office.now)
    sandbox.clock.forward(2 * MINUTE)
    while kept.work() + lost.work():
        sandbox.clock.forward(20 * SECOND)
    assert lost.sync.unchecked_since("office", lost.now) is None
    covered = lost.sync.covered_until("office", lost.now)
    assert covered is not None
    assert covered > down_at + length
    ours, theirs = story.verdicts(lost), story.verdicts(kept)
    assert [line[:3] for line in ours] == [line[:3] for line in theirs]
    unlike = [(our, their) for our, their in zip(ours, theirs, strict=True) if abs(our[3] - their[3]) > 0.02]
    assert not unlike


def test_what_nobody_can_bring_back(story: Story) -> None:
    """A person's open after a machine's, told by no webhook, stays unknown; that webhooks are missing is known."""
    lost = story.lost
    lost.options["random"] = lambda: 0.0
    _before(story)
    lost.live(10 * MINUTE)
    story.webhooks_come = False
    story.looks("ben")
    story.looks("hanna")
    story.pass_(MINUTE)
    lost.live(45 * MINUTE)
    with lost.database.read() as connection:
        heard = events.last_webhook_at(connection)
    silent = keeping_up.silent_since(lost.sync.standings().values(), heard_at=heard, now=lost.now)
    assert silent is not None
    assert silent > MONDAY + 2 * HOUR
    opens = {
        name: sum(event.kind is EventKind.OPEN for trail in lost.trails(story.sent[name]) for event in trail.events)
        for name in ("ben", "hanna")
    }
    assert opens == {"ben": 1, "hanna": 1}
    story.webhooks_come = True
    story.looks("gustav")
    story.pass_(MINUTE)
    with lost.database.read() as connection:
        heard = events.last_webhook_at(connection)
    assert keeping_up.silent_since(lost.sync.standings().values(), heard_at=heard, now=lost.now) is None
