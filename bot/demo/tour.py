"""The demo as its reader sees it: the firm, its two weeks passing by, and the questions of its office, answered."""

from __future__ import annotations

import secrets
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot import question as questions
from bot import references
from bot import serving as server
from bot.app import App
from bot.clock import count
from bot.demo import ground, web
from bot.demo.calls import Caller
from bot.demo.clock import SPEED
from bot.demo.days import Ahead
from bot.demo.drawing import draw
from bot.demo.letters import FIRM, Kind
from bot.demo.living import Firm
from bot.demo.play import Day, Play, steps_of
from bot.demo.server import serving
from bot.demo.story import Asked, Email, Story
from bot.demo.web import Scene
from bot.judgement import Judgement
from bot.replies import terminal
from bot.rulebook import DEFAULT
from bot.rules.form import RuleField
from bot.sandbox import Sandbox
from store.addresses import normalise
from store.records import NotUnderstood, Question, Subject, SubjectKind

_TOKEN = "a-token-of-the-stand-in"  # noqa: S105 - it opens nothing but the stand-in
_WIDTH = 110
_LEARNS = 30.0
"""Seconds that learning from the two weeks may take."""


def run(app: App, *, seed: int, console: Console, now: datetime, stay: Callable[[str], None] | None = None) -> None:
    """Shows the demo and leaves its emails in the app's database.

    Everything happens on this machine: Postmark and Slack are stand-ins, whatever tokens the settings hold.

    Args:
        app: Seen, on the database to fill.
        seed: which history is drawn.
        console: where it is shown.
        now: the present moment, aware.
        stay: if given, a page with the firm's Slack is opened after the answers; it is told where, and when it returns,
            or with Ctrl-C, the page is closed and the demo ends.

    Raises:
        NotADemoDatabase: the database holds something else than an earlier demo.
        StoreError: it cannot be written to.
    """
    story = draw(seed, now, app.settings.timezone)
    ahead = Ahead.of(story, now) if stay else None
    held = take(app, story, *(ahead.emails if ahead else ()))
    _introduce(story, console)
    with ExitStack() as stack:
        scene = stack.enter_context(scene_of(app, story, ahead)) if ahead else None
        office, play = stack.enter_context(playing(app, story, held, now, scene))
        firm = firm_of(scene, play, ahead) if scene and ahead else None
        for day in past(story, play, now, firm, ahead):
            _show_day(day, console)
        for number, asked in enumerate(story.asked, start=1):
            _ask(office, asked, number=number, now=now, console=console)
        learn_the_rest(office, story, now)
        _end(story, console, offline=bool(app.settings.servers))
        if scene and firm and ahead and stay:
            firm.begin(ahead.first)
            page = stack.enter_context(web.page(scene, story, firm))
            with suppress(KeyboardInterrupt):
                _invite(page.url, console)
                stay(page.url)


@contextmanager
def scene_of(app: App, story: Story, ahead: Ahead) -> Iterator[Scene]:
    """The firm's Slack and its clock, which shows a moment before anything happened."""
    begins_at = min(story.began, ahead.earlier[0].sent_at) - timedelta(minutes=5)
    with web.scene(app.database, app.settings.timezone.key, begins_at) as scene:
        yield scene


def firm_of(scene: Scene, play: Play, ahead: Ahead) -> Firm:
    """The firm, whose days can go on."""
    return Firm(
        scene.clock, play, scene.slack, ahead.days, closely_from=ahead.closely_from, look=scene.look, chores=web.do
    )


def past(
    story: Story, play: Play, now: datetime, firm: Firm | None = None, ahead: Ahead | None = None
) -> Iterator[Day]:
    """Plays what has happened by now, day by day; with a firm, Seen looks at all of it when its time comes."""
    steps = steps_of(enumerate(story.emails))
    if firm and ahead:
        more = firm.number(ahead.earlier)
        steps = sorted([*steps, *(step for step in more if step.at <= now)], key=lambda step: step.at)
        firm.add(step for step in more if step.at > now)
    yield from play.days(steps, story.zone, before=firm.reach if firm else lambda _at: None)
    play.postmark.clock.reach(now)


def take(app: App, story: Story, *more: Email) -> ground.Ground:
    """The app's database, emptied of an earlier demo and marked as this one's. Raises ``NotADemoDatabase``."""
    emails = [*story.emails, *more]
    numbers = {number for email in emails for number in (email.job, email.invoice) if number}
    return ground.take(
        app.database,
        seed=story.seed,
        addresses=sorted({normalise(person.address) for email in emails for person in email.people}),
        references=sorted(references.normalise(number) for number in numbers),
    )


@contextmanager
def playing(
    app: App, story: Story, held: ground.Ground, now: datetime, scene: Scene | None = None
) -> Iterator[tuple[App, Play]]:
    """The stand-ins and our own endpoint, connected; the app as the firm would have set it up."""
    user, password, tracking = (secrets.token_urlsafe(24) for _ in range(3))
    begins_at = scene.clock.now() if scene else min(story.began, now)
    with Sandbox(now=begins_at, servers={"office": _TOKEN}, seed=story.seed) as postmark:
        settings = app.settings.model_copy(
            update={
                "postmark_server_token": {"office": SecretStr(_TOKEN)},
                "postmark_account_token": None,
                "postmark_api_url": postmark.url,
                "postmark_webhook_user": (user,),
                "postmark_webhook_password": (SecretStr(password),),
                "tracking_token": (SecretStr(tracking),),
                "company_name": FIRM,
                "reference_metadata_keys": ("job_id", "invoice_id"),
                "reference_pattern": references.DEFAULT_PATTERN,
                **web.settings_for(scene),
            }
        )
        office = replace(app, settings=settings, judgement=Judgement(settings))
        if scene:
            office = replace(office, clock=scene.clock.now, speed=SPEED)
        with (
            serving(server.web(office, by_hand=scene.take if scene else None)) as url,
            Caller(postmark.url, {"X-Postmark-Server-Token": _TOKEN}) as mailer,
            Caller(url, {"Authorization": f"Bearer {tracking}"}) as tracker,
        ):
            postmark.connect(f"{url}/webhooks/postmark", user=user, password=password)
            if scene:
                scene.slack.connect(f"{url}/slack/events")
                _name_the_rule(office)
            yield office, Play(postmark, mailer, tracker, held.put_in)


def _name_the_rule(office: App) -> None:
    """The rule that the settings make is called as somebody at the firm would call it."""
    rule = office.rulebook.named(DEFAULT)
    if rule is not None:
        office.rulebook.change(rule, {RuleField.NAME: "Quotes and invoices"}, who="settings", now=office.clock())


def learn_the_rest(office: App, story: Story, now: datetime) -> None:
    """Asks Postmark about the customers nobody asked about, so that any later question finds them."""
    for person in story.people:
        about = Subject(SubjectKind.EMAIL, normalise(person.address))
        office.answer(Question(text=person.address, subjects=(about,)), now=now)


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────


def _introduce(story: Story, console: Console) -> None:
    _say(
        console,
        f"{FIRM} is a small firm with {len(story.people)} customers. These are its last two weeks of email: quotes, "
        "bookings, portal links, invoices, reminders. They go out through a stand-in for Postmark on this machine, "
        "which posts what happens to Seen's own webhook endpoint. What the customers did is made up; what Seen makes "
        "of it is not.",
    )
    console.print()


def _show_day(day: Day, console: Console) -> None:
    told = [count(day.emails, "email") if day.emails else "", count(day.webhooks, "webhook") if day.webhooks else ""]
    told.append(count(day.records, "record") + " of the portal or the books" if day.records else "")
    line = Text.assemble((f"  {day.date:%a} {day.date.day:>2} {day.date:%b}  ", "dim"), ", ".join(filter(None, told)))
    console.print(line, highlight=False)


def _ask(office: App, asked: Asked, *, number: int, now: datetime, console: Console) -> None:
    settings = office.settings
    console.print()
    console.print(Rule(Text(f"{number}. {asked.situation}", "dim"), align="left", style="dim"), width=_width(console))
    console.print(Text.assemble(("$ ", "dim"), (f'seen ask "{asked.text}"', "bold")), highlight=False)
    console.print()
    question = questions.parse(
        asked.text, now=now, timezone=settings.timezone, reference_pattern=settings.reference_pattern
    )
    if isinstance(question, NotUnderstood):
        terminal.show_not_understood(question, console)
    else:
        terminal.show(office.answer(question, now=now), console, zone=settings.timezone)


def _end(story: Story, console: Console, *, offline: bool) -> None:
    """How to go on; ``offline`` where a real Postmark is set up, which knows nothing of these emails."""
    seen = _command()
    firms = Counter(person.domain for person in story.people if person.mailbox.scans)
    quoted = next(email.to for email in reversed(story.emails) if email.kind is Kind.QUOTE)
    console.print()
    console.print(Rule(style="dim"), width=_width(console))
    _say(console, "The emails stay in your database. Ask on:")
    for example in (
        "1042",
        f"@{firms.most_common(1)[0][0]}",
        story.people[0].name,
        f"did {quoted.address} see the quote?",
    ):
        command = f'{seen} ask "{example}"{" --offline" if offline else ""}'
        console.print(Text(f"  {command}", "bold"), highlight=False)
    _say(
        console,
        f"Another history: {seen} demo --seed {story.seed + 1}. For your own emails, give Seen a database of its own "
        "and set it up as the README says.",
    )


def _command() -> str:
    """How the command is typed here: with its folder, where a shell wouldn't find it by its name alone."""
    ours = Path(sys.argv[0])
    if shutil.which("seen") or ours.name != "seen":
        return "seen"
    return str(ours.relative_to(Path.cwd()) if ours.is_relative_to(Path.cwd()) else ours)


def _invite(url: str, console: Console) -> None:
    console.print()
    console.print(Rule(style="dim"), width=_width(console))
    _say(console, "Or talk to Seen as the office does, in a Slack of its own on this machine. Open:")
    console.print(Text(f"  {url}", "bold"), highlight=False)
    _say(console, "Ctrl-C ends it.")


def _say(console: Console, text: str) -> None:
    console.print(text, width=_width(console), highlight=False, markup=False)


def _width(console: Console) -> int:
    return min(console.width, _WIDTH)
