"""The firm's days going on by themselves, at the clock's speed: a thread that lets things happen when their time comes.

Each round does what has fallen due at the firm, has the stand-in Postmark tell its webhooks, and then lets Seen look,
by the same steps that ``seen serve`` takes by its own schedule, at the time of the firm.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

import structlog

from bot.demo.clock import SPEEDS, FirmClock
from bot.demo.days import Day, Days, Doing
from bot.demo.letters import Kind
from bot.demo.play import Play, Step, steps_of
from bot.demo.story import Act, Email
from bot.sandbox.slack import NotPossible, Slack

log = structlog.get_logger(__name__)

PAUSE = 0.15
"""Seconds between two rounds."""
MORNING = timedelta(minutes=3)
"""So long before it opens a day begins."""
EVENING = timedelta(minutes=30)
"""So long after it closes one ends, and the clock jumps to the next."""
_KEPT = 60
_SELDOM, _OFTEN = timedelta(hours=4), timedelta(minutes=10)
"""Between two looks while time passes at once."""
_CLOSELY = timedelta(hours=2)
_PEACE, _MOST_SAID = timedelta(seconds=90), 20
_LESSONS = timedelta(days=3)


class Look(Protocol):
    """Has Seen look at what is due."""

    def __call__(self, *, learning: bool = False) -> bool:
        """Whether something is left to say, once its channel has had a moment's peace.

        ``learning``: it also learns what is new about customers' habits, which takes a while.
        """


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, in words: what is true, whatever Seen can know of it."""

    at: datetime
    text: str


class Firm:
    """The firm while its days go on, inside a ``with`` block.

    Args:
        clock: its time.
        play: lets emails and deeds happen.
        slack: where its people are.
        days: draws the days to come.
        closely_from: from when on, for two hours, looks are frequent though time passes at once.
        look: has Seen look at what is due.
        chores: does what colleagues do in Slack.
    """

    def __init__(
        self,
        clock: FirmClock,
        play: Play,
        slack: Slack,
        days: Days,
        *,
        closely_from: datetime,
        look: Look,
        chores: Callable[[Slack, Doing], None],
    ) -> None:
        self.clock, self._play, self._slack, self._days = clock, play, slack, days
        self._closely_from, self._look, self._chores = closely_from, look, chores
        self._day: Day | None = None
        self._learned_at: datetime | None = None
        self._numbers = itertools.count(1_000_000)  # the story's own begin at 0
        self._order = itertools.count()
        self._waiting: list[tuple[datetime, int, Step | Doing]] = []
        self.happenings: deque[Happening] = deque(maxlen=_KEPT)
        """The latest, oldest first."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="firm", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    # ── At the page ──────────────────────────────────────────────────────────────────────────────────────────────────

    def shown(self) -> Mapping[str, Any]:
        """The clock and the latest happenings, for the page."""
        return {
            "now": round(self.clock.now().timestamp() * 1000),
            "runs": self.clock.runs,
            "speed": self.clock.speed,
            "speeds": SPEEDS,
            "happenings": [
                {"at": round(each.at.timestamp() * 1000), "text": each.text} for each in reversed(self.happenings)
            ],
        }

    def set(self, *, runs: bool, speed: int) -> None:
        """Holds the clock, or lets it run at one of its speeds."""
        if runs:
            self.clock.run(speed=speed if speed in SPEEDS else None)
        else:
            self.clock.hold()
        self._slack.workspace.touch()

    # ── What is to happen ────────────────────────────────────────────────────────────────────────────────────────

    def add(self, things: Iterable[Step | Doing]) -> None:
        """Has these happen when their time comes."""
        for thing in things:
            heapq.heappush(self._waiting, (thing.at, next(self._order), thing))

    def number(self, emails: Iterable[Email]) -> list[Step]:
        """Everything that happens with these emails, each of which gets a number of its own."""
        return steps_of([(next(self._numbers), email) for email in emails])

    def begin(self, day: Day) -> None:
        """Goes to the morning of a day, through whatever lies before."""
        self._day = day
        self.add([*self.number(day.emails), *day.doings])
        self._learned_at = None  # every day begins with a lesson
        self.reach(day.opens_at - MORNING)

    def reach(self, until: datetime) -> None:
        """Lets time pass at once, and Seen look every now and then on the way."""
        while (then := self._next_look(self.clock.now())) <= until:
            self.clock.jump(then)
            if self.round(then):
                self._say_the_rest(until)
        self.clock.jump(until)

    def _say_the_rest(self, until: datetime) -> None:
        """Slack takes a message a second of ours in each channel: time passes on until all is said."""
        for _ in range(_MOST_SAID):
            self.clock.jump(min(self.clock.now() + _PEACE, until))
            if not self._look():
                return

    def _next_look(self, at: datetime) -> datetime:
        pause = _OFTEN if timedelta(0) <= at - self._closely_from < _CLOSELY else _SELDOM
        return at + pause - (at - datetime.min.replace(tzinfo=at.tzinfo)) % pause

    # ── Going on ─────────────────────────────────────────────────────────────────────────────────────────────────

    def round(self, now: datetime) -> bool:
        """Lets happen what is due by now, and Seen look at it; whether it has more to say."""
        while self._waiting and self._waiting[0][0] <= now:
            _, _, step = heapq.heappop(self._waiting)
            self._happen(step)
        self._play.postmark.clock.reach(now)
        self._play.tell_webhooks()
        if not self._days.is_day(now):
            return False
        learning = self._learned_at is None or now - self._learned_at >= _LESSONS
        if learning:
            self._learned_at = now
        return self._look(learning=learning)

    def _live(self) -> None:
        while not self._stopping.wait(PAUSE):
            if not self.clock.runs:
                continue
            try:
                self.live_on()
            except Exception:
                log.exception("the firm stumbled")

    def live_on(self) -> None:
        """Lets happen what is due, and after a day goes to the next one's morning."""
        now = self.clock.now()
        self.round(now)
        if self._day and now >= self._day.closes_at + EVENING:
            following = self._days.following(self._day.opens_at.astimezone(self._days.zone).date())
            self.begin(self._days.next(following))

    def _happen(self, step: Step | Doing) -> None:
        if isinstance(step, Doing):
            try:
                self._chores(self._slack, step)
            except NotPossible as error:  # the reader was faster
                log.info("a chore could not be done", why=str(error))
            return
        self._play.make(step)
        self.happenings.append(Happening(step.at, told(step)))
        self._slack.workspace.touch()


# ── In words ─────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMES = {
    Kind.QUOTE: "the quote for job {job}",
    Kind.BOOKING: "the booking for job {job}",
    Kind.PORTAL: "the portal link for job {job}",
    Kind.VISIT_REMINDER: "the reminder for job {job}",
    Kind.INVOICE: "invoice {invoice}",
    Kind.PAYMENT_REMINDER: "the reminder of invoice {invoice}",
}
_DEEDS = {
    Act.DELIVERED: "{thing} arrives at {domain}",
    Act.PUT_OFF: "{domain} puts off {thing}",
    Act.BOUNCED: "{domain} refuses {thing}",
    Act.LOADED_AHEAD: "Apple's privacy service loads the pictures of {thing}",
    Act.SCANNED: "a security check follows the links in {thing}",
    Act.LOOKED: "{who} looks at {thing}, which leaves no trace",
    Act.OPENED: "{who} opens {thing}",
    Act.CLICKED: "{who} clicks in {thing}",
    Act.REPLIED: "{who} answers {thing}",
    Act.OUT_OF_OFFICE: "{who}'s mailbox says that they are out of office",
    Act.COMPLAINED: "{who} reports {thing} as spam",
    Act.VISITED: "{who} visits the portal",
    Act.PAID: "{who} pays {thing}",
}


def told(step: Step) -> str:
    """What happened, as somebody would tell it who knows everything."""
    email = step.email
    thing = _NAMES[email.kind].format(job=email.job, invoice=email.invoice)
    if step.deed is None:
        sentence = f"{thing} goes out to {email.to.name}"
    else:
        who = step.deed.who
        sentence = _DEEDS[step.deed.act].format(thing=thing, who=who.name, domain=who.domain)
    return f"{sentence[:1].upper()}{sentence[1:]}."
