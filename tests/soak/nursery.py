"""Light workers, to be killed without warning: each runs the steps of alerts as `seen serve` does, and nothing else.

``python -m tests.soak.nursery SETTINGS`` loads everything once and then, for each line it is told, forks a worker and
says its process id. A worker that begins within milliseconds can be killed as often as it takes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.alerts import Alerts, Needs
from bot.judgement import Judgement
from bot.notices import Manners, Notices
from bot.office import Office, parse_hours
from bot.rules.timing import Defaults
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.posting import Posting
from store.alert_records import NoticeKind
from store.database import Database
from store.errors import StoreError
from store.records import JudgedTrail, Trail

PAUSE = 0.02
"""Seconds between two rounds in which nothing was left to do."""


class Log:
    """An observer that writes down, where it outlives the worker, what must not happen."""

    def __init__(self, path: str) -> None:
        self._path = path

    def posted(self, kind: NoticeKind, *, notices: int, dwell: float, seconds: float) -> None:
        self._write(f"posted {notices} {dwell:.3f}")

    def not_posted(self, word: str) -> None:
        self._write(f"not_posted {word}")

    def cancelled(self, kind: NoticeKind, *, notices: int) -> None:
        self._write(f"cancelled {notices}")

    def may_repeat(self, notices: int) -> None:
        self._write(f"may_repeat {notices}")

    def _write(self, line: str) -> None:
        with open(self._path, "a", encoding="utf-8") as file:  # noqa: PTH123 - one write, whole or not at all
            file.write(f"{line}\n")


def always_open() -> Defaults:
    """An office that never closes, with a minute to wait."""
    office = Office(timezone=ZoneInfo("UTC"), hours=parse_hours("Mon-Sun 00:00-24:00"))
    return Defaults(office=office, after=timedelta(minutes=1))


def needs_of(database: Database) -> Needs:
    """The surroundings of alerts, with the real judgement and no Postmark."""
    judgement = Judgement(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic-settings takes it

    def judge(_: Connection, trails: Sequence[Trail], now: datetime) -> list[JudgedTrail]:
        return [JudgedTrail(trail, *judgement.judge(trail, now)) for trail in trails]

    return Needs(database=database, defaults=always_open(), judge=judge, look_lease=timedelta(seconds=2), batch=50)


def work(settings: dict[str, Any]) -> None:
    """Runs the steps until it is killed."""
    database = Database(settings["database"])
    posting = Posting(Clients(settings["token"], settings["api"]), timeout=settings["timeout"])
    alerts = Alerts(needs_of(database), posting)
    manners = Manners(
        lease=timedelta(seconds=settings["lease"]),
        pace=timedelta(seconds=settings["pace"]),
        at_once=settings["at_once"],
        first_delay=timedelta(seconds=0.2),
        longest_delay=timedelta(seconds=2),
    )
    service = Notices(database, posting, alerts.content, manners=manners, observer=Log(settings["log"]))
    named = {"enroll": alerts.enroll, "plan": alerts.plan, "follow": alerts.follow, "post": service.post}
    steps = [named[name] for name in settings["steps"]]
    while True:
        if not [step for step in steps if _done(step)]:
            time.sleep(PAUSE)


def _done(step: Callable[[datetime], bool]) -> bool:
    try:
        return step(datetime.now(UTC))
    except StoreError:  # such as a database that is busy: as the ticker does, try again
        return False


def main() -> None:
    settings = json.loads(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed leaves nothing behind
    _say("ready")
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what it logs is nobody's business
                work(settings)
            finally:
                os._exit(1)
        _say(child)


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
